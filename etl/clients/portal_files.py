"""Bring what a portal's file holds to the shape that a source declares.

Portals serve CSV in two encodings, GeoJSON in several reference systems and shapefiles in archives; their
columns change case and accents from one year to the next. What is written here is always the declared form.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from etl.clients.archives import Member, open_archive
from geodata.crs import DISPLAY_CRS
from geodata.errors import CellError, ColumnError, CrsError, SourceFileError
from geodata.text import Text, fold

_NEW_FILE: Final = Text(
    "l'éditeur a changé son fichier : comparez-le avec la déclaration de la source",
    "the publisher has changed its file: compare it with the source's declaration",
)
_LONGEST_CELL: Final = 1_000_000


def read_csv(path: Path, name: str) -> pd.DataFrame:
    """Read a CSV file of a portal, every cell as stripped text, blanks as null.

    UTF-8 is tried first, then Windows-1252, in which older files are written. ``name`` is how the publisher
    calls the file.

    Raises
    ------
    SourceFileError
        If it is no table: rows of unequal length, or no row at all.
    """
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise _no_table(name, "octets nuls", "null bytes")
    header = text.split("\n", 1)[0]
    separator = max((",", ";", "\t"), key=header.count)
    csv.field_size_limit(_LONGEST_CELL)
    try:
        frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, sep=separator)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as failure:
        reason = str(failure).strip().splitlines()[-1]
        raise _no_table(name, reason, reason) from failure
    stripped = frame.apply(lambda column: column.str.strip())
    blank_as_null: pd.DataFrame = stripped.mask(stripped == "")
    return blank_as_null


def read_geojson(path: Path, name: str) -> gpd.GeoDataFrame:
    """Read the features of a GeoJSON file, in EPSG:4326 whatever system the file declares.

    Raises
    ------
    SourceFileError, CrsError
        If it holds no feature, or coordinates that are no degrees.
    """
    return _layer(path, name)


def read_layer(folder: Path, pattern: str, *, encoding: str | None = None) -> gpd.GeoDataFrame:
    """Read the one shapefile of a folder, or the one layer of its GeoPackage, that has a name.

    Parameters
    ----------
    folder
        Where an archive was unpacked.
    pattern
        Regular expression for the whole name of the layer, in lower case.
    encoding
        Of its texts, where the publisher does not say it.

    Raises
    ------
    SourceFileError
        If none or several have this name.
    CrsError
        If it does not say in which system its coordinates are.
    """
    shapefiles = {p.stem: (p, p.stem) for p in sorted(folder.rglob("*")) if p.suffix.lower() == ".shp"}
    packages = [p for p in sorted(folder.rglob("*")) if p.suffix.lower() == ".gpkg"]
    tables = {str(name): (p, str(name)) for p in packages for name in gpd.list_layers(p)["name"]}
    layers = tables | shapefiles
    found = [layers[name] for name in layers if re.fullmatch(pattern, name.lower())]
    if len(found) != 1:
        held = ", ".join(layers) or "∅"
        raise SourceFileError(
            Text(
                f"{len(found)} couches répondent à « {pattern} » ; trouvé : {held}",
                f"{len(found)} layers answer to “{pattern}”; found: {held}",
            ),
            where=folder.name,
            hint=_NEW_FILE,
        )
    path, layer = found[0]
    return _layer(path, layer, layer=layer, encoding=encoding)


def _layer(path: Path, name: str, **options: str | None) -> gpd.GeoDataFrame:
    try:
        layer = gpd.read_file(path, **options)
    # The reader's own errors are RuntimeErrors.
    except (RuntimeError, ValueError) as failure:
        raise _no_table(name, str(failure)[:200], str(failure)[:200]) from failure
    if not isinstance(layer, gpd.GeoDataFrame) or layer.empty:
        raise _no_table(name, "aucune forme", "no shape")
    if layer.crs is None:
        raise CrsError(
            Text("La couche ne dit pas son système de coordonnées", "The layer does not say its CRS"),
            where=name,
            hint=_NEW_FILE,
        )
    return _sound(layer).to_crs(DISPLAY_CRS)


def _sound(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take heights off, which nothing here uses, and untie polygons that cross themselves."""
    shapes = layer.geometry.force_2d()
    broken = ~shapes.is_valid & shapes.notna()
    if broken.any():
        mended = shapes[broken].make_valid(method="structure", keep_collapsed=False)
        shapes = shapes.where(~broken, mended.reindex(shapes.index))
    return layer.set_geometry(shapes)


def take(
    frame: pd.DataFrame, wanted: Mapping[str, tuple[str, ...]], where: str, *, optional: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Keep the columns that are wanted, under their declared names, and leave every other out.

    Parameters
    ----------
    wanted
        Declared name, and the other names under which the publisher wrote it. Case, accents and
        punctuation do not count. The geometry is kept where there is one.
    optional
        Declared names that may be absent; they are then null.

    Raises
    ------
    ColumnError
        Naming the column that is missing and those that were found.
    """
    by_name = {fold(str(c)).replace(" ", ""): c for c in reversed(list(frame.columns))}
    kept: dict[str, pd.Series] = {}
    for name, others in wanted.items():
        keys = [fold(n).replace(" ", "") for n in (name, *others)]
        column = next((by_name[key] for key in keys if key in by_name), None)
        if column is None and name not in optional:
            raise _no_column(name, frame, where)
        kept[name] = pd.Series(None, frame.index, dtype=object) if column is None else frame[column]
    taken = pd.DataFrame(kept, index=frame.index)
    if isinstance(frame, gpd.GeoDataFrame):
        layer: pd.DataFrame = gpd.GeoDataFrame(taken, geometry=frame.geometry, crs=frame.crs)
        return layer
    return taken


def unpacked(file: Path, wanted: Callable[[Member], bool], folder: Path) -> Path:
    """Write the wanted members of an archive into an empty folder, trusting nothing of what it says."""
    with open_archive(file) as archive:
        archive.extract(tuple(member for member in archive.members if wanted(member)), folder)
    return folder


def as_code(values: pd.Series) -> pd.Series:
    """Write codes as text: a number that a format turned into ``24660046.0`` loses its tail."""
    text = values.astype("string").str.strip().str.replace(r"\.0+$", "", regex=True)
    return text.astype(object).where(text.notna() & text.ne(""), None)


def as_number(values: pd.Series) -> pd.Series:
    """Read numbers that may be written with a decimal comma; blanks are null.

    Raises
    ------
    CellError
        Naming the first cell that is no number, its column and its row.
    """
    if pd.api.types.is_numeric_dtype(values):
        return values.astype(float)
    text = values.astype("string").str.replace(r"[\s\u00a0\u202f]", "", regex=True)
    text = text.str.replace(",", ".", regex=False).mask(lambda written: written.eq(""))
    numbers = pd.to_numeric(text, errors="coerce").astype("Float64")
    wrong = numbers.isna() & text.notna()
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        shown = str(values.iloc[row])[:60]
        raise CellError(
            Text(f"« {shown} » n'est pas un nombre", f"“{shown}” is not a number"),
            where=f"ligne/row {row + 2}, colonne/column « {values.name} »",
            hint=_NEW_FILE,
        )
    read: pd.Series = numbers.astype(float)
    return read


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write a declared file, CSV or Parquet by its name, in one move."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    if path.suffix == ".csv":
        frame.to_csv(beside, index=False, lineterminator="\n")
    else:
        frame.to_parquet(beside, index=False, compression="zstd")
    beside.replace(path)


def _no_column(name: str, frame: pd.DataFrame, where: str) -> ColumnError:
    held = ", ".join(str(c) for c in list(frame.columns)[:40])
    return ColumnError(
        Text(f"La colonne « {name} » manque ; trouvé : {held}", f"Column “{name}” is missing; found: {held}"),
        where=where,
        hint=_NEW_FILE,
    )


def _no_table(name: str, fr: str, en: str) -> SourceFileError:
    return SourceFileError(
        Text(f"Le fichier de l'éditeur ne se lit pas ({fr})", f"The publisher's file cannot be read ({en})"),
        where=name,
        hint=_NEW_FILE,
    )
