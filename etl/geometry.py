"""Generalise every level once and write what the browser draws."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geodata.generalise import generalise
from geodata.model import Level
from geodata.topology import encode


def generalise_levels(territories: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Simplify the shapes of each level for display, keeping the order of rows.

    Parameters
    ----------
    territories
        Complete table with published shapes, EPSG:4326.
    """
    parts = [
        generalise(territories[territories["level"] == level.value], level)
        for level in Level
        if (territories["level"] == level.value).any()
    ]
    joined = gpd.GeoDataFrame(pd.concat(parts), crs=territories.crs)
    return joined.loc[territories.index]


def draw_levels(territories: gpd.GeoDataFrame) -> dict[str, bytes]:
    """Encode each level as TopoJSON, leaving out the territories that nobody has drawn.

    Large shapes come first, so that a small territory is drawn over the one around it.
    """
    drawn = {}
    for level in Level:
        layer = territories[(territories["level"] == level.value) & territories.geometry.notna()]
        layer = layer[~layer.geometry.is_empty]
        if len(layer):
            # Degrees are enough to put large before small; no figure comes from this surface.
            order = layer.geometry.envelope.bounds.eval("-(maxx - minx) * (maxy - miny)")
            drawn[level.value] = encode(layer.loc[order.sort_values(kind="stable").index])
    return drawn
