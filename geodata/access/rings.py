"""From where a place is reached in so many minutes: shapes, by the same model as the costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from geodata.access.costs import Mode
from geodata.access.errors import AccessError
from geodata.access.points import Points
from geodata.access.straight_line import Pace
from geodata.access.thresholds import LONGEST_MINUTES
from geodata.crs import DISPLAY_CRS, METRIC_CRS
from geodata.model import Level
from geodata.networks.graph import METRES_PER_WALK_MINUTE, RoadGraph
from geodata.networks.snapping import snap
from geodata.package import Package
from geodata.text import Text

_CELL_M: Final = {Mode.WALK: 60.0, Mode.DRIVE: 200.0}
"""Side of the squares that stand for what lies along a street."""

_MOST_CELLS: Final = 20_000
_AROUND_M: Final = 20_000.0


def rings(
    package: Package,
    site: Points,
    mode: Mode,
    minutes: Sequence[float],
    graph: RoadGraph | None = None,
    pace: Pace | None = None,
) -> gpd.GeoDataFrame:
    """Draw from where a place is reached within each number of minutes.

    As the crow flies, a circle by milieu cut to the areas of that milieu (each point has the milieu of the
    nearest area). Along a network, the squares that hold the streets reached, joined; a street of which one
    end only is reached is left out.

    Parameters
    ----------
    site
        One place.
    minutes
        Above 0, up to four hours; each is drawn once, the longest first.
    graph
        A street network; the crow flies without one.

    Returns
    -------
    geopandas.GeoDataFrame
        ``minutes, geometry`` (EPSG:4326), the longest first; an empty shape where nothing is reached.

    Raises
    ------
    AccessError
        If a number of minutes is not possible, or transit is asked for.
    """
    wanted = sorted({float(number) for number in minutes}, reverse=True)
    if len(site) != 1 or mode is Mode.TRANSIT or not all(0 < m <= LONGEST_MINUTES for m in wanted):
        raise AccessError(
            Text("Ces contours ne se dessinent pas", "These outlines cannot be drawn"),
            where=f"{mode.value}, {', '.join(f'{number:g}' for number in wanted)}",
            hint=Text(
                "donnez un lieu, la marche ou la voiture, et de 1 à 240 minutes",
                "give one place, walking or driving, and 1 to 240 minutes",
            ),
        )
    shapes = (
        _along_streets(graph, site, mode, wanted)
        if graph is not None
        else _as_the_crow_flies(package, site, mode, wanted, pace or Pace())
    )
    drawn = gpd.GeoDataFrame({"minutes": wanted}, geometry=shapes, crs=METRIC_CRS)
    return drawn.to_crs(DISPLAY_CRS)


def _as_the_crow_flies(
    package: Package, site: Points, mode: Mode, minutes: list[float], pace: Pace
) -> list[Any]:
    areas = package.level(Level.DA)
    points = Points.from_frame(pd.DataFrame(areas[["longitude", "latitude"]]))
    milieu = areas["milieu"].to_numpy(dtype=object)
    metres = {name: _metres_a_minute(mode, name, pace) for name in np.unique(milieu)}
    farthest = max(minutes) * max(metres.values())
    away = np.hypot(points.x_m - site.x_m[0], points.y_m - site.y_m[0])
    # An area farther than twice the largest circle is nearest to no point of it.
    near = np.flatnonzero(away <= max(2 * farthest + _AROUND_M, np.sort(away)[: min(5, len(away))][-1]))
    parts = _parts(points, milieu, near, site, farthest)
    middle = shapely.Point(site.x_m[0], site.y_m[0])
    return [
        shapely.union_all(
            [middle.buffer(m * metres[name], quad_segs=32).intersection(part) for name, part in parts.items()]
        )
        for m in minutes
    ]


def _metres_a_minute(mode: Mode, milieu: str, pace: Pace) -> float:
    kmh = pace.walk_kmh if mode is Mode.WALK else pace.drive_kmh[milieu]
    return 1000.0 * kmh / 60.0 / pace.detour[milieu]


def _parts(
    points: Points, milieu: NDArray[Any], near: NDArray[np.intp], site: Points, farthest: float
) -> dict[str, Any]:
    """Give the ground of each milieu around a place: what is nearer to one of its areas than to others."""
    ground = shapely.Point(site.x_m[0], site.y_m[0]).buffer(1.01 * farthest).envelope
    kinds = np.unique(milieu[near])
    if len(kinds) == 1:
        return {str(kinds[0]): ground}
    xy = np.column_stack([points.x_m[near], points.y_m[near]])
    distinct, first = np.unique(xy, axis=0, return_index=True)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(distinct), extend_to=ground, ordered=True)
    )
    of_cell = milieu[near][first]
    return {str(kind): shapely.union_all(cells[of_cell == kind]) for kind in kinds}


def _along_streets(graph: RoadGraph, site: Points, mode: Mode, minutes: list[float]) -> list[Any]:
    reached = minutes_to(graph, site, mode, max(minutes))
    roads, lines = graph.lines(mode)
    # A road counts once both of its ends are reached.
    slower = np.maximum(reached[graph.tail[roads]], reached[graph.head[roads]])
    return [_squares(lines[slower <= m], _CELL_M[mode]) for m in minutes]


def minutes_to(graph: RoadGraph, site: Points, mode: Mode, limit: float) -> NDArray[np.float64]:
    """Give the minutes from each node of a network to one place, infinite beyond a limit."""
    snapped = snap(graph, site, mode).iloc[0]
    size = len(graph.x_m)
    if not snapped["usable"]:
        return np.full(size, np.inf)
    arcs = graph.arcs(mode)
    road, along = int(snapped["road"]), float(snapped["along"])
    forward, backward = graph.ways(mode)
    whole = float(graph.minutes(mode)[road])
    walked = float(snapped["snap_m"]) / METRES_PER_WALK_MINUTE
    ends = [(graph.tail[road], along, forward[road]), (graph.head[road], 1.0 - along, backward[road])]
    last = [(node, walked + share * whole) for node, share, is_open in ends if is_open]
    # Against the traffic, from a node that stands for the place.
    tail = np.concatenate([arcs.head, np.full(len(last), size)])
    head = np.concatenate([arcs.tail, [node for node, _ in last]]).astype(np.int64)
    cost = np.concatenate([arcs.minutes, [max(minutes, 1e-9) for _, minutes in last]])
    order = np.argsort(cost, kind="stable")
    first = np.unique(tail[order] * (size + 1) + head[order], return_index=True)[1]
    kept = order[first]
    links = sparse.csr_array((cost[kept], (tail[kept], head[kept])), shape=(size + 1, size + 1))
    found: NDArray[np.float64] = csgraph.dijkstra(links, indices=size, limit=limit)[:size]
    return found


def _squares(lines: NDArray[Any], side: float) -> Any:
    """Join the squares of a grid that hold the drawing of some streets, rounded at the corners."""
    if not len(lines):
        return shapely.Polygon()
    vertices = shapely.get_coordinates(shapely.segmentize(lines, side))
    cells = np.unique(np.floor(vertices / side).astype(np.int64), axis=0)
    while len(cells) > _MOST_CELLS:
        side *= 2.0
        cells = np.unique(cells // 2, axis=0)
    low = cells * side
    squares = shapely.box(low[:, 0], low[:, 1], low[:, 0] + side, low[:, 1] + side)
    return shapely.union_all(squares).buffer(side / 2, quad_segs=3).simplify(side / 4)
