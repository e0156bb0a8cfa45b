"""Places in a territory and within some distance of its border, by 1,000 of its people."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.access.sites import Sites
from geodata.crs import METRIC_CRS
from geodata.model import Level
from geodata.package import Package

_PER: Final = 1000.0


def density(package: Package, level: Level, sites: Sites, people: pd.Series, buffer_km: float) -> pd.Series:
    """Count places inside each territory and its surroundings, by 1,000 of its people.

    Parameters
    ----------
    people
        People of the territory, by ``territory_id``.
    buffer_km
        Kilometres around the border (EPSG:6623), 0 for none. A territory drawn as a point has only its
        surroundings.

    Returns
    -------
    pandas.Series
        float64, places by 1,000 people, indexed as ``package.level(level)``; null where nobody lives or
        the territory has no shape. Borders are those generalised for display.
    """
    counts = places_around(package.level(level), sites, buffer_km)
    return _PER * counts / people.reindex(counts.index).where(lambda number: number > 0)


def places_around(territories: gpd.GeoDataFrame, sites: Sites, buffer_km: float) -> pd.Series:
    """Count the places inside each shape widened by a distance; null where there is no shape."""
    shapes = territories.geometry.to_crs(METRIC_CRS)
    places = list(map(shapely.Point, sites.points.x_m, sites.points.y_m))
    drawn = (shapes.notna() & ~shapes.is_empty).to_numpy()
    at = shapely.STRtree(places).query(shapes[drawn].to_numpy(), "dwithin", distance=1000.0 * buffer_km)[0]
    counts = np.full(len(shapes), np.nan)
    counts[drawn] = np.bincount(at, minlength=int(drawn.sum()))
    return pd.Series(counts, territories.index, name="places")
