"""Make drawn segments meet: shared nodes, ends that stop on another street, repeats, parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree
from shapely.geometry import LineString
from shapely.ops import substring

from geodata.access.facts import Mode
from geodata.networks.graph import RoadGraph

SNAP_M: Final = 1.0
"""Ends nearer than this are one node: drawings of one street seldom meet to the millimetre."""

SHORT_M: Final = 2 * SNAP_M
"""A road that comes back to its node within this length has no length of its own."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def nodes_of(ends: Floats) -> tuple[NDArray[np.int32], Floats]:
    """Merge the ends that are within a metre of one another.

    Parameters
    ----------
    ends
        float64[k, 2] in EPSG:6623.

    Returns
    -------
    int32[k] : the node of each end; float64[n, 2] : the mean place of each node.
    """
    # As complex numbers, pairs sort ten times faster than as rows.
    unique, of_end = np.unique(np.ascontiguousarray(ends).view(np.complex128)[:, 0], return_inverse=True)
    places = np.column_stack([unique.real, unique.imag])
    near = cKDTree(places).query_pairs(SNAP_M, output_type="ndarray")
    size = len(places)
    links = sparse.csr_array((np.ones(len(near), np.int8), (near[:, 0], near[:, 1])), shape=(size, size))
    count, label = csgraph.connected_components(links, directed=False)
    weights = np.bincount(label, minlength=count)
    centre = np.column_stack([np.bincount(label, axis, minlength=count) / weights for axis in places.T])
    return label[of_end].astype(np.int32), centre


@dataclass(frozen=True, eq=False)
class Cut:
    """Segments after cutting where another one ends on them.

    Attributes
    ----------
    lines
        LineStrings.
    owner
        int64: position of the segment that each piece comes from.
    share
        float64: its share of that segment's length.
    joined
        How many ends were tied to a street this way.
    """

    lines: NDArray[Any]
    owner: Ints
    share: Floats
    joined: int


def cut_where_ends_touch(lines: NDArray[Any]) -> Cut:
    """Cut a segment where a dead end of another stops on it, within a metre.

    Crossings without an end are left alone: they may be bridges.
    """
    first, last = shapely.get_point(lines, 0), shapely.get_point(lines, -1)
    ends = np.concatenate([first, last])
    node, _ = nodes_of(shapely.get_coordinates(ends))
    dead = np.flatnonzero(np.bincount(node)[node] == 1)
    owner, share = np.arange(len(lines)), np.ones(len(lines))
    if not len(dead):
        return Cut(lines, owner, share, 0)
    tree = shapely.STRtree(lines)
    end, line = tree.query(ends[dead], predicate="dwithin", distance=SNAP_M)
    end = dead[end]
    other = line != end % len(lines)
    end, line = end[other], line[other]
    at = shapely.line_locate_point(lines[line], ends[end])
    inside = (at > SNAP_M) & (at < shapely.length(lines[line]) - SNAP_M)
    end, line, at = end[inside], line[inside], at[inside]
    cuts: dict[int, list[float]] = {}
    for which, metres in zip(line.tolist(), at.tolist(), strict=True):
        cuts.setdefault(which, []).append(metres)
    pieces, of_piece = [], []
    for which, places in cuts.items():
        for piece in _pieces(lines[which], places):
            pieces.append(piece)
            of_piece.append(which)
    whole = np.ones(len(lines), dtype=bool)
    whole[list(cuts)] = False
    cut_owner = np.asarray(of_piece, dtype=np.int64)
    cut_share = shapely.length(pieces) / shapely.length(lines[cut_owner]) if pieces else np.empty(0)
    return Cut(
        np.concatenate([lines[whole], np.asarray(pieces, dtype=object)]),
        np.concatenate([owner[whole], cut_owner]),
        np.concatenate([share[whole], cut_share]),
        len(np.unique(end)),
    )


def _pieces(line: LineString, places: Sequence[float]) -> list[LineString]:
    stops = [0.0]
    for place in sorted(places):
        if place - stops[-1] > SNAP_M:
            stops.append(place)
    bounds = zip(stops, [*stops[1:], line.length], strict=True)
    pieces = (substring(line, start, stop) for start, stop in bounds)
    return [piece for piece in pieces if isinstance(piece, LineString)]


def repeated(tail: NDArray[np.int32], head: NDArray[np.int32], *alike: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which roads repeat an earlier one: same ends in the same order, and alike in all else."""
    columns = [tail, head, *(np.round(values.astype(np.float64), 2) for values in alike)]
    again: NDArray[np.bool_] = pd.DataFrame(dict(enumerate(columns))).duplicated().to_numpy()
    return again


@dataclass(frozen=True)
class Parts:
    """How a network holds together for one mode.

    Attributes
    ----------
    count
        Parts within which one can go anywhere and come back.
    main_length_share
        Share of the length of the roads that lies in the largest, 0 to 1.
    one_way_nodes
        Nodes tied to the largest part that one cannot leave, or cannot reach, by the one-way streets.
    apart_nodes
        Nodes that no road ties to the largest part.
    """

    count: int
    main_length_share: float
    one_way_nodes: int
    apart_nodes: int


def parts(graph: RoadGraph, mode: Mode) -> Parts:
    """Measure how much of a network lies in its largest part."""
    road, _ = graph.lines(mode)
    tail, head, metres = graph.tail[road], graph.head[road], graph.metres[road]
    strong = graph.components(mode)
    size = len(graph.x_m)
    links = sparse.csr_array((np.ones(len(road), np.int8), (tail, head)), shape=(size, size))
    _, weak = csgraph.connected_components(links, directed=False)
    used = np.zeros(size, dtype=bool)
    used[tail] = used[head] = True
    main = strong == 0
    tied = weak == weak[np.flatnonzero(main)[0]]
    inside = main[tail] & main[head]
    return Parts(
        len(np.unique(strong[used])),
        float(metres[inside].sum() / metres.sum()),
        int((used & tied & ~main).sum()),
        int((used & ~tied).sum()),
    )
