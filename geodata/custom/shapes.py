"""Make a shape fit to be a territory: areas only, sound, somewhere in Québec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geodata.crs import DISPLAY_CRS, METRIC_CRS, QUEBEC_BOUNDS
from geodata.custom.definition import TerritoryError
from geodata.custom.remarks import Remark, RemarkKind
from geodata.text import Text

MOST_VERTICES: Final = 1_000_000
"""A shape with more is refused: no border of a territory needs them."""

SIMPLIFIED_FROM: Final = 20_000
"""A shape with more vertices is simplified to about a metre."""

_TOLERANCE_M: Final = 1.0
_AREAS: Final = frozenset({3, 6})
_SMALLEST_KM2: Final = 1e-6
_GLANCED: Final = 50
_FEWEST_POINTS: Final = 4
_SAMPLED: Final = 1_000
_MOST_BOXES: Final = 50_000_000
_MOST_CROSSINGS: Final = 200_000


@dataclass(frozen=True)
class Sound:
    """A shape that may be a territory, and what was done to it."""

    shape: BaseGeometry
    remarks: tuple[Remark, ...] = ()


def sound(shape: BaseGeometry | None, where: str = "") -> Sound:
    """Check a shape and repair what can be.

    Parameters
    ----------
    shape
        Any geometry, in degrees (EPSG:4326).
    where
        The file or the feature, for the message.

    Returns
    -------
    Sound
        A valid polygon or multipolygon in two dimensions.

    Raises
    ------
    TerritoryError
        If it is empty, has no surface, has too many vertices, or lies outside of Québec.
    """
    if shape is None or shape.is_empty:
        raise refused_empty(where)
    plain = shapely.force_2d(shape)
    require_vertices(int(shapely.get_num_coordinates(plain)), where)
    if not np.isfinite(shapely.get_coordinates(plain)).all():
        raise refused_empty(where)
    areal, others = _areas_only(plain)
    if areal is None:
        raise _no_surface(where)
    require_quebec(areal, where)
    light, thinned = _light(areal, where)
    whole, repaired = _repaired(light, where)
    left_out = (Remark(RemarkKind.NOT_AREAS, others),) if others else ()
    return Sound(whole, (*left_out, *thinned, *repaired))


def require_vertices(count: int, where: str) -> None:
    """Raise on a shape that no machine should be asked to draw.

    Raises
    ------
    TerritoryError
        Beyond ``MOST_VERTICES``.
    """
    if count > MOST_VERTICES:
        raise TerritoryError(
            Text(
                f"Cette forme a {count} sommets, plus que le million accepté",
                f"This shape has {count} vertices, more than the million accepted",
            ),
            where=where,
            hint=Text(
                "simplifiez-la dans votre logiciel de cartographie, puis rapportez-la",
                "simplify it in your mapping software, then bring it again",
            ),
        )


def require_quebec(shape: BaseGeometry, where: str) -> None:
    """Raise unless a shape in degrees lies within the bounds of Québec.

    Raises
    ------
    TerritoryError
        Saying where it lies.
    """
    west, south, east, north = QUEBEC_BOUNDS
    left, bottom, right, top = shape.bounds
    if left >= west and right <= east and bottom >= south and top <= north:
        return
    raise TerritoryError(
        Text("Cette forme sort du Québec", "This shape lies outside Québec"),
        where=f"{where}, {left:.4g} {bottom:.4g} {right:.4g} {top:.4g}".removeprefix(", "),
        hint=Text(
            "vérifiez le système de coordonnées du fichier, ou enregistrez-le en degrés (EPSG:4326)",
            "check the coordinate system of the file, or save it in degrees (EPSG:4326)",
        ),
    )


def surface_km2(shape: BaseGeometry) -> float:
    """Give the surface of a shape in degrees, in km² (EPSG:6623)."""
    return float(_metric(shape).area) / 1e6


def refused_empty(where: str) -> TerritoryError:
    """Say that a shape holds nothing."""
    return TerritoryError(
        Text("Cette forme est vide", "This shape is empty"),
        where=where,
        hint=Text(
            "tracez au moins trois points, ou choisissez une autre forme",
            "draw at least three points, or choose another shape",
        ),
    )


def _no_surface(where: str) -> TerritoryError:
    return TerritoryError(
        Text(
            "Il n'y a ici que des points ou des lignes, sans surface",
            "There are only points or lines here, without a surface",
        ),
        where=where,
        hint=Text("apportez une couche de polygones", "bring a layer of polygons"),
    )


def _areas_only(shape: BaseGeometry) -> tuple[BaseGeometry | None, int]:
    """Keep the areal parts of a shape; tell how many others there were."""
    parts = shapely.get_parts(shape)
    while (shapely.get_type_id(parts) == 7).any():
        parts = shapely.get_parts(parts)
    areal = parts[np.isin(shapely.get_type_id(parts), list(_AREAS)) & ~shapely.is_empty(parts)]
    if not len(areal):
        return None, len(parts)
    kept = areal[0] if len(areal) == 1 else MultiPolygon(list(shapely.get_parts(areal)))
    return kept, len(parts) - len(areal)


def _repaired(shape: BaseGeometry, where: str) -> tuple[BaseGeometry, tuple[Remark, ...]]:
    remarks: tuple[Remark, ...] = ()
    if shapely.get_num_coordinates(shape) > SIMPLIFIED_FROM:
        _require_few_crossings(shape, where)
    if shape.is_valid:
        whole = shape
    else:
        _require_few_crossings(shape, where)
        mended, _others = _areas_only(shapely.make_valid(shape, method="structure", keep_collapsed=False))
        if mended is None:
            raise _no_surface(where)
        whole = (
            mended if mended.is_valid else shapely.make_valid(shapely.union_all(shapely.get_parts(mended)))
        )
        remarks = (Remark(RemarkKind.REPAIRED, surface_km2(shape), surface_km2(whole)),)
    if surface_km2(whole) < _SMALLEST_KM2:
        raise _no_surface(where)
    return whole, remarks


def _require_few_crossings(shape: BaseGeometry, where: str) -> None:
    """Raise where a line crosses itself so often that mending it would never end: no border does."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    points, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    follows = np.flatnonzero(np.diff(ring_of_point) == 0)
    segments = np.asarray(shapely.linestrings(np.stack([points[follows], points[follows + 1]], axis=1)))
    tree = shapely.STRtree(segments)
    near = tree.query(segments[:: max(1, len(segments) // _GLANCED)]).shape[1] / min(_GLANCED, len(segments))
    # Where boxes of segments lie on each other everywhere, even counting the crossings would never end.
    crossings = near * len(segments) if near * len(segments) > _MOST_BOXES else 0.0
    if not crossings:
        looked_at = segments[:: max(1, len(segments) // _SAMPLED)]
        met = tree.query(looked_at, predicate="intersects").shape[1]
        # A segment always meets itself and its two neighbours.
        crossings = (met / len(looked_at) - 3) * len(segments) / 2
    if crossings > _MOST_CROSSINGS:
        raise TerritoryError(
            Text("Ce contour se croise partout", "This outline crosses itself everywhere"),
            where=where,
            hint=Text("tracez-le de nouveau", "draw it again"),
        )


def _light(shape: BaseGeometry, where: str) -> tuple[BaseGeometry, tuple[Remark, ...]]:
    before = int(shapely.get_num_coordinates(shape))
    if before <= SIMPLIFIED_FROM:
        return shape, ()
    simpler = MultiPolygon([_thinned(part) for part in shapely.get_parts(_metric(shape))])
    light, _others = _areas_only(gpd.GeoSeries([simpler], crs=METRIC_CRS).to_crs(DISPLAY_CRS).iloc[0])
    if light is None:
        raise _no_surface(where)
    return light, (Remark(RemarkKind.SIMPLIFIED, before, int(shapely.get_num_coordinates(light))),)


def _thinned(polygon: Polygon) -> Polygon:
    """Simplify each ring as a line: simplifying a surface would mend it too, without end if it is absurd."""
    rings = [LineString(ring) for ring in (polygon.exterior, *polygon.interiors)]
    lines = [
        shapely.get_coordinates(shapely.simplify(ring, _TOLERANCE_M, preserve_topology=False))
        for ring in rings
    ]
    kept = [line for line in lines if len(line) >= _FEWEST_POINTS]
    return Polygon(kept[0], kept[1:]) if kept and len(lines[0]) >= _FEWEST_POINTS else Polygon()


def _metric(shape: BaseGeometry) -> BaseGeometry:
    metric: BaseGeometry = gpd.GeoSeries([shape], crs=DISPLAY_CRS).to_crs(METRIC_CRS).iloc[0]
    return metric
