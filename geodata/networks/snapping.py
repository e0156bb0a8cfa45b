"""Put points on the streets: the nearest place along a road, and how far it is."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.access.facts import Mode
from geodata.access.points import Points
from geodata.networks.errors import NetworkError
from geodata.networks.graph import RoadGraph
from geodata.text import Text

SNAP_LIMIT_M: Final = {Mode.WALK: 1_000.0, Mode.DRIVE: 3_000.0}
"""Beyond, a point is not on the network: an island, a river, a place that no road of the file serves."""

PREFERENCE_M: Final = 250.0
"""How much farther the main part of the network is still preferred to a road cut off from it."""


def snap(graph: RoadGraph, points: Points, mode: Mode) -> pd.DataFrame:
    """Find for each point the nearest place on a road of the mode.

    The main part of the network is preferred, up to 250 m farther than the nearest road, to a road from
    which it cannot be reached and come back. Distances are straight, in EPSG:6623.

    Parameters
    ----------
    graph
        The network.
    points
        The points.
    mode
        Walk or drive.

    Returns
    -------
    DataFrame by point id
        ``snap_m`` float64: distance to the road; ``road`` int64: its position in the graph; ``along``
        float64: share of the road, from its tail, at which the point stands; ``node`` int64: the nearer
        end of that road; ``main`` bool: whether it belongs to the main part; ``usable`` bool: whether the
        distance is within the limit of the mode.

    Raises
    ------
    NetworkError
        If no road serves the mode.
    """
    if mode not in SNAP_LIMIT_M:
        raise NetworkError(
            Text("Ce mode ne se rattache pas aux rues", "This mode is not snapped to streets"),
            where=mode.value,
            hint=Text("choisissez la marche ou la voiture", "choose walking or driving"),
        )
    position, lines = graph.lines(mode)
    label = graph.components(mode)
    in_main = (label[graph.tail[position]] == 0) & (label[graph.head[position]] == 0)
    place = np.asarray(shapely.points(np.column_stack([points.x_m, points.y_m])))
    nearest, distance = _nearest(lines, place)
    if in_main.any() and not in_main.all():
        subset = np.flatnonzero(in_main)
        other, other_distance = _nearest(lines[subset], place)
        better = other_distance <= distance + PREFERENCE_M
        nearest = np.where(better, subset[other], nearest)
        distance = np.where(better, other_distance, distance)
    along = shapely.line_locate_point(lines[nearest], place, normalized=True)
    road = position[nearest]
    return pd.DataFrame(
        {
            "snap_m": distance,
            "road": road,
            "along": along,
            "node": np.where(along <= 0.5, graph.tail[road], graph.head[road]),
            "main": in_main[nearest],
            "usable": distance <= SNAP_LIMIT_M[mode],
        },
        index=points.ids,
    )


def _nearest(lines: NDArray[Any], points: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give the position of the nearest line of each point, the first drawn of equals, and its distance."""
    if not len(points):
        return np.empty(0, dtype=np.int64), np.empty(0)
    tree = shapely.STRtree(lines)
    (point, line), distance = tree.query_nearest(points, return_distance=True, all_matches=True)
    order = np.lexsort((line, point))
    _, first = np.unique(point[order], return_index=True)
    chosen = order[first]
    return line[chosen], distance[chosen]
