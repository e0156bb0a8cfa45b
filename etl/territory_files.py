"""Read the shapes that a person brings: GeoJSON, GeoPackage, KML or a zipped shapefile, within bounds."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio  # type: ignore[import-untyped]
import shapely
from pyproj import CRS
from pyproj.exceptions import ProjError
from shapely.errors import ShapelyError
from shapely.geometry import shape as to_shape
from shapely.geometry.base import BaseGeometry

from etl.territory_archives import opened
from etl.territory_kml import placemarks
from geodata.crs import DISPLAY_CRS, QUEBEC_BOUNDS
from geodata.custom.definition import TerritoryError
from geodata.custom.remarks import Remark, RemarkKind
from geodata.custom.shapes import Sound, require_quebec, require_vertices, sound, surface_km2
from geodata.text import Text

MOST_BYTES: Final = 50_000_000
MOST_SHAPES: Final = 5_000
LONGEST_LABEL: Final = 120
ENDINGS: Final = ("geojson", "json", "gpkg", "kml", "zip")
"""What may be brought; a zip holds a shapefile, or one file of another kind."""

_SQLITE: Final = b"SQLite format 3\x00"
_SHAPEFILE: Final = b"\x00\x00\x27\x0a"
_SYSTEM_HINT: Final = Text(
    "enregistrez-le en degrés (EPSG:4326), ou joignez le fichier .prj",
    "save it in degrees (EPSG:4326), or add its .prj file",
)
_OVERLAP: Final = 1e-3
_AREAS: Final = frozenset({3, 6, 7})


@dataclass(frozen=True)
class BroughtShapes:
    """The shapes of a file, in degrees, and what its columns say of each.

    Attributes
    ----------
    shapes
        Polygons and multipolygons as they are in the file, not repaired yet.
    columns
        Texts by column, one a shape: what may name them.
    remarks
        What was understood or left aside in reading.
    where
        Name of the file.
    """

    shapes: tuple[BaseGeometry, ...]
    columns: dict[str, tuple[str, ...]]
    remarks: tuple[Remark, ...]
    where: str


def read_shapes(path: Path, name: str = "") -> BroughtShapes:
    """Read every area of a file.

    Parameters
    ----------
    path
        The file, of a kind told by its content.
    name
        What the person calls it, for messages; the name of the path where empty.

    Raises
    ------
    TerritoryError
        If it is too large, of another kind, damaged, without areas, or not in degrees of Québec.
    """
    where = name or path.name
    try:
        size = path.stat().st_size
    except OSError as failure:
        raise unreadable(where) from failure
    if size > MOST_BYTES:
        raise _too_large(where)
    with opened(path, where) as found:
        frame = _layer(found, where)
    return _brought(frame, where)


def chosen(brought: BroughtShapes, rows: Sequence[int]) -> Sound:
    """Make one territory of some shapes of a file, each repaired, then merged.

    Parameters
    ----------
    rows
        Positions in ``brought.shapes``; one at least.

    Raises
    ------
    TerritoryError
        If nothing sound is left of them.
    """
    picked = [brought.shapes[row] for row in rows]
    if len(picked) == 1:
        only = sound(picked[0], brought.where)
        return Sound(only.shape, (*brought.remarks, *only.remarks))
    mended = [sound(one, brought.where) for one in picked]
    whole = sound(shapely.union_all([one.shape for one in mended]), brought.where)
    apart = sum(surface_km2(one.shape) for one in mended)
    twice = apart - surface_km2(whole.shape)
    overlapping = (Remark(RemarkKind.OVERLAPPING_SHAPES, twice),) if twice > _OVERLAP * apart else ()
    repairs = [remark for one in mended for remark in one.remarks]
    return Sound(whole.shape, (*brought.remarks, *repairs, *overlapping))


def unreadable(where: str, failure: BaseException | None = None) -> TerritoryError:
    """Say that a file is of no kind that is read here, or is damaged."""
    del failure
    return TerritoryError(
        Text("Ce fichier de formes ne peut pas être lu", "This file of shapes cannot be read"),
        where=where,
        hint=Text(
            "apportez un GeoJSON, un GeoPackage, un KML ou un shapefile complet dans un zip",
            "bring a GeoJSON, a GeoPackage, a KML or a whole shapefile in a zip",
        ),
    )


def _layer(path: Path, where: str) -> gpd.GeoDataFrame:
    """Read a file by what its first bytes say: nothing is left for a driver to guess."""
    with path.open("rb") as stream:
        head = stream.read(1024)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    try:
        if head.startswith(_SQLITE) or head.startswith(_SHAPEFILE):
            return _by_gdal(path, where)
        if start[:1] in (b"{", b"["):
            return _of_geojson(json.loads(path.read_bytes().decode("utf-8-sig")))
        if start[:1] == b"<" and b"kml" in head.lower():
            return placemarks(path.read_bytes())
    except TerritoryError:
        raise
    except ProjError as failure:
        raise _unknown_system(where) from failure
    except (
        ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError, OverflowError,
        RuntimeError, ShapelyError, MemoryError,
    ) as failure:  # fmt: skip
        # The reading libraries raise every kind of error on damaged files; a person needs one sentence.
        raise unreadable(where) from failure
    raise unreadable(where)


def _by_gdal(path: Path, where: str) -> gpd.GeoDataFrame:
    with _index_made_again(path):
        layers = gpd.list_layers(path)
        drawn = layers.loc[layers["geometry_type"].notna(), "name"]
        if drawn.empty:
            raise _no_area(where)
        frame: gpd.GeoDataFrame = gpd.read_file(path, layer=str(drawn.iloc[0]), rows=MOST_SHAPES + 1)
    return frame


@contextmanager
def _index_made_again(path: Path) -> Iterator[None]:
    """Have the index of a shapefile written beside it where it is missing: it says nothing of its own."""
    if path.suffix != ".shp" or path.with_suffix(".shx").exists():
        yield
        return
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": True})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})


def _of_geojson(content: Any) -> gpd.GeoDataFrame:
    kind = content["type"]
    features = content["features"] if kind == "FeatureCollection" else [content]
    rows = [f if f.get("type") == "Feature" else {"geometry": f, "properties": {}} for f in features]
    shapes = [to_shape(row["geometry"]) if row.get("geometry") else None for row in rows[: MOST_SHAPES + 1]]
    facts = [dict(row.get("properties") or {}) for row in rows[: MOST_SHAPES + 1]]
    named = (content.get("crs") or {}).get("properties", {}).get("name")
    crs = CRS.from_user_input(named) if named else CRS.from_epsg(DISPLAY_CRS)
    if crs.is_geographic:
        # Degrees in GeoJSON are longitude first, whatever order the named system has.
        crs = CRS.from_epsg(DISPLAY_CRS)
    texts = pd.DataFrame(facts, index=range(len(shapes))).drop(columns="geometry", errors="ignore")
    return gpd.GeoDataFrame(texts, geometry=shapes, crs=crs)


def _brought(frame: gpd.GeoDataFrame, where: str) -> BroughtShapes:
    if len(frame) > MOST_SHAPES:
        raise _too_many(where)
    shapes = np.array(shapely.force_2d(frame.geometry.to_numpy()), dtype=object)
    areal = np.isin(shapely.get_type_id(shapes), list(_AREAS)) & ~shapely.is_empty(shapes)
    if not areal.any():
        raise _no_area(where)
    require_vertices(int(shapely.get_num_coordinates(shapes[areal]).sum()), where)
    placed, remarks = _in_degrees(shapes[areal], frame.crs, where)
    _require_one_in_quebec(placed, where)
    left_out = int((~areal).sum())
    if left_out:
        remarks = (Remark(RemarkKind.NOT_AREAS, left_out), *remarks)
    return BroughtShapes(tuple(placed), _texts(frame, areal), remarks, where)


def _require_one_in_quebec(shapes: np.ndarray, where: str) -> None:
    """Refuse a file whose every shape lies elsewhere, before anyone is asked to choose among them."""
    if any(_in_quebec(bounds) for bounds in shapely.bounds(shapes)):
        return
    if len(shapes) == 1:
        require_quebec(shapes[0], where)
    west, south, east, north = shapely.total_bounds(shapes)
    raise TerritoryError(
        Text("Chaque forme de ce fichier sort du Québec", "Every shape of this file lies outside Québec"),
        where=f"{where}, {west:.4g} {south:.4g} {east:.4g} {north:.4g}",
        hint=_SYSTEM_HINT,
    )


def _texts(frame: gpd.GeoDataFrame, areal: np.ndarray) -> dict[str, tuple[str, ...]]:
    """Give the columns that may name shapes, as texts."""
    rows = pd.DataFrame(frame[areal].drop(columns=frame.geometry.name))
    found = {}
    for column in rows.columns:
        texts = tuple("" if _is_null(cell) else str(cell)[:LONGEST_LABEL] for cell in rows[column])
        if any(texts):
            found[str(column)[:LONGEST_LABEL]] = texts
    return found


def _is_null(cell: Any) -> bool:
    return cell is None or (isinstance(cell, float) and math.isnan(cell)) or cell is pd.NA or cell is pd.NaT


def _in_degrees(shapes: np.ndarray, crs: CRS | None, where: str) -> tuple[np.ndarray, tuple[Remark, ...]]:
    """Bring shapes to longitude and latitude, and say what had to be assumed."""
    remarks: tuple[Remark, ...] = ()
    if crs is None:
        remarks = (Remark(RemarkKind.ASSUMED_DEGREES),)
    elif CRS.from_user_input(crs).to_epsg() != DISPLAY_CRS:
        try:
            shapes = gpd.GeoSeries(shapes, crs=crs).to_crs(DISPLAY_CRS).to_numpy()
        except (ProjError, ValueError, RuntimeError) as failure:
            raise _not_degrees(where, declared=True) from failure
    bounds = shapely.total_bounds(shapes)
    if not np.isfinite(bounds).all():
        raise _not_degrees(where, declared=crs is not None)
    if _in_quebec(bounds[[1, 0, 3, 2]]) and not _in_quebec(bounds):
        return shapely.transform(shapes, lambda xy: xy[:, ::-1]), (*remarks, Remark(RemarkKind.SWAPPED))
    if max(abs(bounds[0]), abs(bounds[2])) > 180 or max(abs(bounds[1]), abs(bounds[3])) > 90:
        raise _not_degrees(where, declared=False)
    return shapes, remarks


def _in_quebec(bounds: np.ndarray) -> bool:
    west, south, east, north = QUEBEC_BOUNDS
    return bool(bounds[0] >= west and bounds[1] >= south and bounds[2] <= east and bounds[3] <= north)


def _too_large(where: str) -> TerritoryError:
    most = MOST_BYTES // 1_000_000
    return TerritoryError(
        Text(f"Ce fichier pèse plus de {most} Mo", f"This file is larger than {most} MB"),
        where=where,
        hint=Text("gardez-en la couche ou les formes voulues", "keep only the layer or the shapes you want"),
    )


def _too_many(where: str) -> TerritoryError:
    return TerritoryError(
        Text(f"Ce fichier a plus de {MOST_SHAPES} formes", f"This file has more than {MOST_SHAPES} shapes"),
        where=where,
        hint=Text("gardez-en les formes voulues", "keep only the shapes you want"),
    )


def _no_area(where: str) -> TerritoryError:
    return TerritoryError(
        Text(
            "Ce fichier n'a aucune surface, seulement des points, des lignes ou rien",
            "This file has no area, only points, lines or nothing",
        ),
        where=where,
        hint=Text("apportez une couche de polygones", "bring a layer of polygons"),
    )


def _unknown_system(where: str) -> TerritoryError:
    return TerritoryError(
        Text(
            "Le fichier nomme un système de coordonnées que personne ne connaît",
            "The file names a coordinate system that nobody knows",
        ),
        where=where,
        hint=_SYSTEM_HINT,
    )


def _not_degrees(where: str, *, declared: bool) -> TerritoryError:
    what = (
        Text(
            "Le système de coordonnées du fichier ne mène nulle part sur la Terre",
            "The coordinate system of the file leads nowhere on Earth",
        )
        if declared
        else Text(
            "Le fichier ne dit pas son système de coordonnées, et ses nombres ne sont pas des degrés",
            "The file does not name its coordinate system, and its numbers are not degrees",
        )
    )
    return TerritoryError(
        what,
        where=where,
        hint=_SYSTEM_HINT,
    )
