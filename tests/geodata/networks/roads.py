"""Small street networks drawn in metres, around Québec City."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Transformer
from shapely.geometry import LineString

from geodata.access.points import Points
from geodata.crs import DISPLAY_CRS, METRIC_CRS
from geodata.networks.building import graph_from_segments
from geodata.networks.graph import RoadGraph

X0, Y0 = -200_000.0, 320_000.0
Place = tuple[float, float]


def streets(
    drawn: Sequence[Sequence[Place]], kmh: float | Sequence[float] = 60.0, **columns: object
) -> gpd.GeoDataFrame:
    """Draw streets from places in metres; both ways, for walking and driving, unless a column says else."""
    lines = [LineString([(X0 + x, Y0 + y) for x, y in places]) for places in drawn]
    facts = {"drive_kmh": kmh, "forward": True, "backward": True, "walk": True, "drive": True, **columns}
    return gpd.GeoDataFrame(facts, index=range(len(lines)), geometry=lines, crs=METRIC_CRS)


def network(
    drawn: Sequence[Sequence[Place]], kmh: float | Sequence[float] = 60.0, **columns: object
) -> RoadGraph:
    """Build the graph of some streets."""
    return graph_from_segments(streets(drawn, kmh, **columns), name="essai")[0]


def places(named: dict[str, Place]) -> Points:
    """Give points, by name, from places in metres."""
    to_degrees = Transformer.from_crs(METRIC_CRS, DISPLAY_CRS, always_xy=True)
    metres = np.array(list(named.values()), dtype=float).reshape(-1, 2)
    longitude, latitude = to_degrees.transform(metres[:, 0] + X0, metres[:, 1] + Y0)
    return Points(pd.Index(list(named)), longitude, latitude)
