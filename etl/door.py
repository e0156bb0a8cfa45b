"""Check a source file once, at the door; inside, everyone trusts it."""

from __future__ import annotations

import difflib
from collections.abc import Hashable
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa

from etl.readers import read_table
from etl.registry import FileDeclaration
from geodata.crs import DISPLAY_CRS, require_crs
from geodata.errors import CellError, ColumnError, CrsError, JoinError
from geodata.text import Text

PUBLISHED_COLUMNS: Final = "published_columns"
"""Key of a read frame's ``attrs``: every column of the file, declared or not."""

NO_VALUE: Final = frozenset({"..", "...", "x", "X", "F", "E", "n/d", "n. d."})
"""Symbols that publishers write for "no value"; never a zero."""

_WHAT: Final = {
    "number": Text("n'est pas un nombre", "is not a number"),
    "count": Text("n'est pas un nombre entier, zéro ou plus", "is not a whole number, zero or more"),
    "flag": Text("n'est ni « Oui » ni « Non »", "is neither “Oui” nor “Non”"),
    "code": Text("n'est pas un code de la forme attendue", "is not a code of the expected form"),
    "missing": Text("est vide, une valeur est obligatoire", "is empty, a value is required"),
}


def read_file(declared: FileDeclaration, mirror: Path) -> pd.DataFrame:
    """Read one declared file and hold it against its declaration.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        The declared columns with their declared types (and the geometry, in EPSG:4326); extra columns
        of the publisher are left out.

    Raises
    ------
    ColumnError, CellError, CrsError, JoinError, SourceFileError
        One sentence with the file, the row and the column.
    """
    path = mirror / declared.path
    frame = read_table(path)
    _require_columns(frame, declared, path)
    frame = _require_geometry(frame, declared, path)
    if frame.empty:
        raise CellError(
            Text("Le fichier n'a aucune ligne", "The file has no row"),
            where=str(path),
            hint=_TAKE_AGAIN,
        )
    typed = _typed(frame, declared, path)
    _validate(typed, declared, path)
    _require_key(typed, declared, path)
    # What the publisher wrote beyond the declaration is dropped, but a new column is news.
    typed.attrs[PUBLISHED_COLUMNS] = [str(column) for column in frame.columns]
    return typed


_TAKE_AGAIN: Final = Text(
    "corrigez cette cellule ou reprenez le fichier chez son éditeur",
    "correct this cell or take the file from its publisher again",
)


def _require_columns(frame: pd.DataFrame, declared: FileDeclaration, path: Path) -> None:
    for column in declared.columns:
        if column in frame.columns:
            continue
        near = difflib.get_close_matches(column, [str(c) for c in frame.columns], n=1, cutoff=0.5)
        found_fr = f", « {near[0]} » y ressemble" if near else ""
        found_en = f", “{near[0]}” looks like it" if near else ""
        raise ColumnError(
            Text(f"La colonne « {column} » manque{found_fr}", f"Column “{column}” is missing{found_en}"),
            where=str(path),
            hint=Text(
                "renommez la colonne ou mettez à jour la déclaration de la source",
                "rename the column or update the source's declaration",
            ),
        )


def _require_geometry(frame: pd.DataFrame, declared: FileDeclaration, path: Path) -> pd.DataFrame:
    if declared.crs is None:
        return frame
    if not isinstance(frame, gpd.GeoDataFrame):
        raise CrsError(
            Text("Le fichier n'a pas de géométrie", "The file has no geometry"),
            where=str(path),
            hint=Text("reprenez la couche géographique", "take the geographic layer again"),
        )
    require_crs(frame, declared.crs, str(path))
    _require_shapes(frame, declared, path)
    layer: pd.DataFrame = frame.to_crs(DISPLAY_CRS)
    return layer


def _require_shapes(frame: gpd.GeoDataFrame, declared: FileDeclaration, path: Path) -> None:
    missing = frame.geometry.isna() | frame.geometry.is_empty
    kind = frame.geom_type.fillna("")
    expected = kind.eq("Point") if declared.geometry == "point" else kind.isin(["Polygon", "MultiPolygon"])
    wrong = missing | ~expected
    if wrong.any():
        position = int(wrong.to_numpy().argmax())
        what = (
            Text("vide", "empty")
            if missing.iloc[position]
            else Text(kind.iloc[position], kind.iloc[position])
        )
        wanted = {"point": Text("un point", "a point"), "polygon": Text("un polygone", "a polygon")}[
            declared.geometry
        ]
        raise CrsError(
            Text(
                f"Une forme est {what.fr}, {wanted.fr} est attendu",
                f"A shape is {what.en}, {wanted.en} is expected",
            ),
            where=f"{path}, ligne/row {position + 2}",
            hint=_TAKE_AGAIN,
        )


def _typed(frame: pd.DataFrame, declared: FileDeclaration, path: Path) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for column, kind in declared.columns.items():
        cells = frame[column]
        if kind in ("number", "count"):
            columns[column] = _numbers(cells, column, path)
        elif kind == "flag":
            columns[column] = cells.map({"Oui": True, "Non": False})
            _refuse(cells, columns[column].isna() & cells.notna(), column, "flag", path)
        elif kind in ("code", "text"):
            columns[column] = cells.astype("string").str.strip().astype(object).where(cells.notna(), None)
        else:
            columns[column] = cells
    typed = pd.DataFrame(columns, index=frame.index)
    if isinstance(frame, gpd.GeoDataFrame):
        layer: pd.DataFrame = gpd.GeoDataFrame(typed, geometry=frame.geometry.array, crs=frame.crs)
        return layer
    return typed


def _numbers(cells: pd.Series, column: str, path: Path) -> pd.Series:
    if pd.api.types.is_numeric_dtype(cells):
        numbers = cells.astype(float)
        _refuse(cells, numbers.isin([float("inf"), float("-inf")]), column, "number", path)
        return numbers
    text = cells.astype("string").str.strip()
    text = text.mask(text.isin(NO_VALUE) | text.eq(""))
    numbers = pd.to_numeric(text, errors="coerce").astype("Float64")
    unreadable = (numbers.isna() & text.notna()) | numbers.isin([float("inf"), float("-inf")])
    _refuse(cells, unreadable, column, "number", path)
    return numbers.astype(float)


def _refuse(cells: pd.Series, wrong: pd.Series, column: str, kind: str, path: Path) -> None:
    wrong = wrong.fillna(False).astype(bool)
    if wrong.any():
        first = int(wrong.to_numpy().argmax())
        raise _cell_error(cells.iloc[first], first, column, kind, path)


def _validate(frame: pd.DataFrame, declared: FileDeclaration, path: Path) -> None:
    """Hold the typed columns against a pandera schema made from the declaration."""
    schema = pa.DataFrameSchema({c: _column(c, declared) for c in declared.columns})
    try:
        schema.validate(pd.DataFrame(frame.drop(columns="geometry", errors="ignore")), lazy=True)
    except pa.errors.SchemaErrors as failure:
        case = failure.failure_cases.sort_values(["index"], kind="stable").iloc[0]
        column = str(case["column"])
        missing = str(case["check"]) == "not_nullable"
        kind = "missing" if missing else declared.columns[column]
        row = _position(frame, case["index"])
        raise _cell_error(case["failure_case"], row, column, kind, path) from failure


def _position(frame: pd.DataFrame, label: Hashable) -> int:
    return int(frame.index.get_indexer_for(pd.Index([label]))[0])


def _column(name: str, declared: FileDeclaration) -> pa.Column:
    kind = declared.columns[name]
    required = name in declared.required or name in declared.key
    checks: list[pa.Check] = []
    if kind == "count":
        checks = [pa.Check.ge(0), pa.Check(lambda column: column.dropna() % 1 == 0)]
    if name in declared.patterns:
        checks = [pa.Check.str_matches(declared.patterns[name])]
    return pa.Column(None, checks=checks, nullable=not required)


def _require_key(frame: pd.DataFrame, declared: FileDeclaration, path: Path) -> None:
    if not declared.key:
        return
    twice = frame.duplicated(declared.key, keep="first")
    if twice.any():
        position = int(twice.to_numpy().argmax())
        value = ", ".join(str(v) for v in frame.iloc[position][declared.key])
        raise JoinError(
            Text(f"L'identifiant « {value} » est en double", f"Identifier “{value}” appears twice"),
            where=f"{path}, ligne/row {position + 2}, colonne/column {', '.join(declared.key)}",
            hint=Text("gardez une seule ligne par identifiant", "keep one row an identifier"),
        )


def _cell_error(value: object, row: int, column: str, kind: str, path: Path) -> CellError:
    what = _WHAT.get(kind, _WHAT["code"])
    shown = str(value)[:60]
    return CellError(
        Text(f"« {shown} » {what.fr}", f"“{shown}” {what.en}"),
        # Rows are counted as a spreadsheet shows them: the header is row 1.
        where=f"{path}, ligne/row {row + 2}, colonne/column « {column} »",
        hint=_TAKE_AGAIN,
    )
