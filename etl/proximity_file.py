"""Blocks of the Proximity Measures Database as anyone may hold them: CSV or Parquet, under any prefix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Transformer

from etl.readers import read_given
from geodata.access.points import Points
from geodata.access.validity import COMPARED
from geodata.crs import DISPLAY_CRS, QUEBEC_BOUNDS
from geodata.errors import CellError, ColumnError, SourceFileError
from geodata.model import Level
from geodata.package import Package
from geodata.text import Text

_INDEX: Final = re.compile(r"prox_?idx_?([a-z]+)$", re.IGNORECASE)
_BLOCK_ID: Final = re.compile(r"^24\d{9}$")
_WRITTEN_ID: Final = re.compile(r"(2021S0513)?\d{11}(\.0)?")
"""A block identifier of any province, bare, as a number, or as a DGUID."""
_LAMBERT: Final = "EPSG:3347"
"""Statistics Canada Lambert, of its geographic attribute file."""

_LAMBERT_FROM: Final = 1000.0
"""No degree is as large, and no place of Québec has a smaller Lambert coordinate."""

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "id": (
        "dbuid",
        "dbuid_ididu",
        "ididu",
        "db_id",
        "block_id",
        "ilot_id",
        "id_bloc",
        "id_ilot",
        "dguid",
        "id",
    ),
    "x": (
        "lon",
        "longitude",
        "lng",
        "long",
        "dbrplong",
        "x",
        "lambert_x",
        "x_lambert",
        "lamx",
        "dbrplamx",
        "lambertx",
    ),
    "y": ("lat", "latitude", "dbrplat", "y", "lambert_y", "y_lambert", "lamy", "dbrplamy", "lamberty"),
}
_ENDS: Final[dict[str, tuple[str, ...]]] = {
    "id": ("dbuid", "ididu"),
    "x": ("lamx", "dbrplong", "longitude", "_lon", "_x"),
    "y": ("lamy", "dbrplat", "latitude", "_lat", "_y"),
}
_NOT_SAID: Final = ("", "..", "...", "x", "X", "F", "E", "NA", "nan", "None")


@dataclass(frozen=True, eq=False)
class ProximityBlocks:
    """What a file says of the blocks of Québec.

    Attributes
    ----------
    points
        Where they are.
    indices
        By block, one column a service named as the publisher abbreviates it, 0 to 1, null where none.
    areas
        ``da_id`` of each block from its identifier; null where the file has identifiers of its own.
    left_out
        Rows outside Québec or without a place.
    """

    points: Points
    indices: pd.DataFrame
    areas: pd.Series | None
    left_out: int


def read_proximity(path: Path, package: Package) -> ProximityBlocks:
    """Read the blocks of Québec and their indices.

    Parameters
    ----------
    path
        ``.csv`` or ``.parquet``: an identifier of the block, its coordinates in degrees or in Statistics
        Canada Lambert (or none: that of its dissemination area is then taken), and columns that end in
        ``prox_idx_health`` and the like.
    package
        Places the blocks that have no coordinates.

    Raises
    ------
    SourceFileError
        If the file cannot be read, has no such column or no block of Québec.
    CellError
        If an index is no number between 0 and 1.
    """
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise SourceFileError(
            Text("Ce fichier n'est ni CSV ni Parquet", "This file is neither CSV nor Parquet"),
            where=path.name,
            hint=Text("donnez l'un ou l'autre", "give one or the other"),
        )
    raw = read_given(path)
    indices = _indices(raw, path)
    ids = _ids(raw, path)
    place = _places(raw, ids, package, path)
    west, south, east, north = QUEBEC_BOUNDS
    inside = place["longitude"].between(west, east) & place["latitude"].between(south, north)
    if _are_block_ids(ids):
        inside &= ids.str.startswith("24").to_numpy()
    if not inside.any():
        raise SourceFileError(
            Text("Aucun îlot du Québec dans ce fichier", "No block of Québec in this file"),
            where=path.name,
            hint=Text("vérifiez les coordonnées et les codes", "check the coordinates and the codes"),
        )
    kept = inside.to_numpy()
    points = Points.from_frame(place[kept])
    areas = "da:" + ids[kept].str[:8] if _are_block_ids(ids[kept]) else None
    if areas is not None:
        areas.index = points.ids
    return ProximityBlocks(points, indices.set_index(place.index)[kept], areas, int((~inside).sum()))


def _indices(raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    known = {service.column for service in COMPARED}
    found = {match[1].lower(): str(column) for column in raw.columns if (match := _INDEX.search(str(column)))}
    if not found:
        raise ColumnError(
            Text("Aucune colonne d'indice de proximité", "No column of a proximity index"),
            where=path.name,
            hint=Text(
                "les colonnes se terminent par prox_idx_health, prox_idx_lib…",
                "columns end in prox_idx_health, prox_idx_lib…",
            ),
        )
    return pd.DataFrame({name: _index(raw[found[name]], path) for name in found if name in known}, raw.index)


def _index(cells: pd.Series, path: Path) -> pd.Series:
    written = cells.where(~cells.astype(str).str.strip().isin(_NOT_SAID))
    index = pd.to_numeric(written, errors="coerce").astype(np.float64)
    wrong = (index.isna() & written.notna()) | index.lt(0) | index.gt(1)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise CellError(
            Text(
                f"« {str(cells.iloc[at])[:40]} » n'est pas un indice de 0 à 1",
                f"“{str(cells.iloc[at])[:40]}” is not an index from 0 to 1",
            ),
            where=f"{path.name}, {cells.name}, ligne/row {at + 1}",
            hint=Text("reprenez le fichier chez son éditeur", "take the file from its publisher again"),
        )
    return index


def _ids(raw: pd.DataFrame, path: Path) -> pd.Series:
    column = _named(raw, "id") or _like_block_ids(raw)
    if column is None:
        raise ColumnError(
            Text("Aucune colonne ne nomme l'îlot", "No column names the block"),
            where=path.name,
            hint=Text("ajoutez une colonne DBUID", "add a DBUID column"),
        )
    ids = raw[column]
    text = (ids.astype("Int64") if pd.api.types.is_numeric_dtype(ids) else ids).astype(str).str.strip()
    text = text.str.removesuffix(".0").str.removeprefix("2021S0513")
    if text.duplicated().any():
        at = int(np.flatnonzero(text.duplicated())[0])
        raise CellError(
            Text("Un îlot revient deux fois", "A block occurs twice"),
            where=f"{path.name}, {column}, ligne/row {at + 1} : {text.iloc[at]}",
            hint=Text("gardez une ligne par îlot", "keep one row a block"),
        )
    return text.reset_index(drop=True)


def _like_block_ids(raw: pd.DataFrame) -> str | None:
    """Give the first column that holds a block identifier in every row, whatever its name."""
    for name, cells in raw.items():
        # One cell tells most columns apart: a file has half a million rows.
        parts = (cells.iloc[:1], cells) if len(cells) else ()
        if parts and all(part.astype(str).str.strip().str.fullmatch(_WRITTEN_ID).all() for part in parts):
            return str(name)
    return None


def _are_block_ids(ids: pd.Series) -> bool:
    return bool(ids.str.fullmatch(r"\d{11}").all())


def _places(raw: pd.DataFrame, ids: pd.Series, package: Package, path: Path) -> pd.DataFrame:
    """Give longitude and latitude by block, from the geometry, the coordinates or the area."""
    if isinstance(raw, gpd.GeoDataFrame):
        shown = raw.geometry.to_crs(DISPLAY_CRS).representative_point()
        return pd.DataFrame({"longitude": shown.x.to_numpy(), "latitude": shown.y.to_numpy()}, pd.Index(ids))
    x_column, y_column = _named(raw, "x"), _named(raw, "y")
    if x_column is not None and y_column is not None:
        x, y = (pd.to_numeric(raw[c], errors="coerce").to_numpy(float) for c in (x_column, y_column))
        if np.nanmax(np.abs(x), initial=0.0) > _LAMBERT_FROM:
            x, y = Transformer.from_crs(_LAMBERT, DISPLAY_CRS, always_xy=True).transform(x, y)
        return pd.DataFrame({"longitude": x, "latitude": y}, pd.Index(ids))
    if not ids.str.fullmatch(_BLOCK_ID).any():
        raise ColumnError(
            Text(
                "Aucune coordonnée, et aucun code d'îlot de 11 chiffres",
                "No coordinates and no 11-figure block code",
            ),
            where=path.name,
            hint=Text("ajoutez longitude et latitude, ou x et y", "add longitude and latitude, or x and y"),
        )
    areas = package.level(Level.DA)[["longitude", "latitude"]].reindex("da:" + ids.str[:8])
    return pd.DataFrame(areas).set_axis(pd.Index(ids))


def _named(raw: pd.DataFrame, role: str) -> str | None:
    by_name = {str(column).strip().lower(): str(column) for column in raw.columns}
    exact = next((by_name[name] for name in _NAMES[role] if name in by_name), None)
    if exact is not None:
        return exact
    ends = (by_name[name] for end in _ENDS[role] for name in by_name if _has_end(name, end))
    return next(ends, None)


def _has_end(name: str, end: str) -> bool:
    """Tell whether a name, or one of its parts, ends so: Statistics Canada names twice, ``DBUID_IDIDU``."""
    return any(part.endswith(end) for part in (name, *name.split("_")))
