"""What lies around a territory."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geodata.crs import DISPLAY_CRS, METRIC_CRS
from geodata.model import Level
from geodata.package import Package


def nearest(package: Package, territory: str, level: Level, most: int) -> tuple[str, ...]:
    """Give the territories of a level that are nearest to a territory, itself first where it is of it.

    Parameters
    ----------
    territory
        An identifier of the package, of any level.
    level
        Level of the answer.
    most
        Greatest number of them.

    Notes
    -----
    Between outlines in EPSG:6623, then between inner points, since all the neighbours touch.
    """
    layer = package.level(level)
    shapes = _metric(layer)
    own = _metric(package.territories.loc[[territory]])[0]
    present = ~shapely.is_missing(shapes)
    if shapely.is_missing(own):
        return (territory,) if territory in layer.index else ()
    ids, shapes = layer.index[present], shapes[present]
    apart = shapely.distance(shapes, own)
    middles = shapely.distance(shapely.point_on_surface(shapes), shapely.point_on_surface(own))
    order = np.lexsort((middles, apart.round(), ids != territory))
    return tuple(str(ids[at]) for at in order[:most])


def _metric(layer: gpd.GeoDataFrame) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Give shapes in metres; a territory without a shape has the point that the package gives it."""
    shapes = np.array(layer.geometry, dtype=object)
    bare = shapely.is_missing(shapes) & layer["longitude"].notna().to_numpy(dtype=bool)
    places = shapely.points(layer["longitude"].astype(float), layer["latitude"].astype(float))
    shapes[bare] = np.asarray(places)[bare]
    return np.asarray(gpd.GeoSeries(shapes, crs=DISPLAY_CRS).to_crs(METRIC_CRS), dtype=object)
