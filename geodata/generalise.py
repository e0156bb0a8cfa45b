"""Shapes made light enough to draw, without losing a territory or opening a gap."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.crs import DISPLAY_CRS, METRIC_CRS, require_crs
from geodata.errors import JoinError
from geodata.model import Level
from geodata.text import Text

TOLERANCE_M: Final[dict[Level, float]] = {
    Level.PROVINCE: 700.0,
    Level.REGION: 450.0,
    Level.RSS: 500.0,
    Level.RTS: 350.0,
    Level.RLS: 200.0,
    Level.CLSC: 150.0,
    Level.MRC: 220.0,
    Level.MUNICIPALITY: 60.0,
    Level.ARRONDISSEMENT: 12.0,
    Level.QUARTIER: 12.0,
    Level.TABLE: 12.0,
    Level.CT: 25.0,
    Level.DA: 12.0,
}
"""Side in metres of the square whose area a removed corner may have, by level."""

MOST_AREA_CHANGE: Final = 0.05
"""A cleaned layer is kept only if no territory gains or loses more than this share of its area."""

SMALL_SHARE: Final = 0.02
"""Largest tolerance of a shape simplified alone, as a share of the side of its equal square."""

GRID_DEGREES: Final = 1e-5
"""Coordinates are rounded to about one metre."""

_Shapes = NDArray[np.object_]


def generalise(frame: gpd.GeoDataFrame, level: Level) -> gpd.GeoDataFrame:
    """Simplify the polygons of one level for display.

    A layer whose borders match is simplified as a whole, so neighbours stay edge to edge. A layer whose
    borders almost match is cleaned first. Where territories lie on each other (municipalities, some
    neighbourhoods), cleaning would erase the small ones: each shape is simplified alone and rows are
    put large first, so that a map that draws them in order shows the small over the large.

    Parameters
    ----------
    frame
        Columns ``territory_id`` and ``geometry`` (EPSG:4326) at least. Points and null shapes pass
        untouched.
    level
        Sets the tolerance, in metres.

    Returns
    -------
    geopandas.GeoDataFrame
        Every row and column of ``frame``, valid polygons in EPSG:4326 rounded to 1e-5 degree.

    Raises
    ------
    CrsError
        If the layer is not in EPSG:4326 or lies outside Québec.
    JoinError
        If a territory is given twice.
    """
    require_crs(frame, DISPLAY_CRS, level.value)
    _require_unique(frame, level)
    areal = frame.geom_type.isin(["Polygon", "MultiPolygon"]).to_numpy()
    if not areal.any():
        return frame.copy()
    metric = _valid(frame.geometry[areal].to_crs(METRIC_CRS).to_numpy())
    tolerance = TOLERANCE_M[level]
    lighter = _without_specks(metric, tolerance)
    coverage = None if level is Level.MUNICIPALITY else _as_coverage(lighter)
    if coverage is not None:
        simple = shapely.coverage_simplify(coverage, tolerance)
    else:
        simple = shapely.simplify(lighter, _gentler_for_small(lighter, tolerance), preserve_topology=True)
    result = frame.copy()
    shown = _to_display(_none_lost(simple, metric))
    geometry = np.array(frame.geometry, dtype=object)
    geometry[areal] = shown
    result = result.set_geometry(gpd.GeoSeries(geometry, index=frame.index, crs=DISPLAY_CRS))
    return result if coverage is not None else _large_first(result)


def _require_unique(frame: gpd.GeoDataFrame, level: Level) -> None:
    twice = frame["territory_id"].duplicated()
    if twice.any():
        raise JoinError(
            Text("Un territoire a deux formes", "A territory has two shapes"),
            where=f"{level.value}: {frame.loc[twice, 'territory_id'].iloc[0]}",
            hint=Text("fusionnez-les avant de généraliser", "dissolve them before generalising"),
        )


def _valid(shapes: _Shapes) -> _Shapes:
    broken = ~shapely.is_valid(shapes)
    repaired = shapes.copy()
    repaired[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    return repaired


def _without_specks(shapes: _Shapes, tolerance_m: float) -> _Shapes:
    """Drop islands smaller than the tolerance squared; the largest part of a territory always stays."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    area = pd.Series(shapely.area(parts))
    largest = area.groupby(owner).transform("max")
    kept = ((area >= tolerance_m**2) | (area == largest)).to_numpy()
    result = np.empty(len(shapes), dtype=object)
    shapely.multipolygons(parts[kept], indices=owner[kept], out=result)
    return result


def _as_coverage(shapes: _Shapes) -> _Shapes | None:
    """Give shapes that meet edge to edge, or null where that would change a territory."""
    if shapely.coverage_is_valid(shapes):
        return shapes
    # Older GEOS cannot clean a coverage; each shape is then simplified alone.
    clean = getattr(shapely, "coverage_clean", None)
    if clean is None:
        return None
    cleaned: _Shapes = clean(shapes)
    change = np.abs(shapely.area(cleaned) / shapely.area(shapes) - 1.0)
    if change.max() > MOST_AREA_CHANGE or not shapely.coverage_is_valid(cleaned):
        return None
    return cleaned


def _gentler_for_small(shapes: _Shapes, tolerance_m: float) -> NDArray[np.float64]:
    """Give each shape its tolerance in metres: a village of 300 m cannot lose corners of 60 m."""
    return np.minimum(tolerance_m, np.sqrt(shapely.area(shapes)) * SMALL_SHARE)


def _none_lost(simple: _Shapes, original: _Shapes) -> _Shapes:
    lost = shapely.is_empty(simple) | shapely.is_missing(simple)
    return _valid(np.where(lost, original, simple))


def _to_display(metric: _Shapes) -> _Shapes:
    degrees = gpd.GeoSeries(metric, crs=METRIC_CRS).to_crs(DISPLAY_CRS).to_numpy()
    # Rounding point by point keeps neighbours edge to edge; only a shape that it breaks is rebuilt.
    rounded: _Shapes = shapely.transform(degrees, lambda xy: np.round(xy / GRID_DEGREES) * GRID_DEGREES)
    broken = ~shapely.is_valid(rounded)
    rounded[broken] = shapely.set_precision(degrees[broken], GRID_DEGREES)
    return np.where(shapely.is_empty(rounded), degrees, rounded)


def _large_first(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    area = frame.geometry.to_crs(METRIC_CRS).area.to_numpy()
    return frame.iloc[np.argsort(-area, kind="stable")]
