"""Tie origins and sites to the roads they stand on, and prepare a search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from geodata.access.facts import Mode
from geodata.networks.cleaning import SNAP_M
from geodata.networks.graph import METRES_PER_WALK_MINUTE, RoadGraph
from geodata.networks.packing import Packing
from geodata.networks.solving import Payload

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Ties:
    """Links between points and nodes: which point, which node, at what packed cost."""

    point: Ints
    node: Ints
    packed: Floats


def prepare(
    graph: RoadGraph,
    mode: Mode,
    origins: pd.DataFrame,
    sites: pd.DataFrame,
    packing: Packing,
    *,
    from_sites: bool,
) -> Payload:
    """Write a search as arrays, from the origins, or from the sites against the traffic.

    Parameters
    ----------
    graph, mode
        The network, and how one moves.
    origins, sites
        What ``snap`` gave for each; the ones that are not usable are tied to nothing.
    packing
        Units of the costs.
    from_sites
        Search from the sites on the reversed network: the same paths, found from their ends.
    """
    leaving = _ties(graph, mode, origins, packing, leaving=True)
    arriving = _ties(graph, mode, sites, packing, leaving=False)
    arcs = graph.arcs(mode)
    tail, head = (arcs.head, arcs.tail) if from_sites else (arcs.tail, arcs.head)
    links = packing.pack(arcs.minutes, arcs.metres)
    same_road = _same_road(graph, mode, origins, sites, packing)
    first, then = (arriving, leaving) if from_sites else (leaving, arriving)
    sources, targets = (len(sites), len(origins)) if from_sites else (len(origins), len(sites))
    matrix = _with_sources(len(graph.x_m), tail, head, links, first, sources)
    counts = np.bincount(then.point, minlength=targets)
    order = np.argsort(then.point, kind="stable")
    origin, site, packed = same_road
    source, target = (site, origin) if from_sites else (origin, site)
    by_source = np.lexsort((target, source))
    return Payload(
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        sources,
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        then.node[order].astype(np.int32),
        then.packed[order],
        source[by_source].astype(np.int32),
        target[by_source].astype(np.int32),
        packed[by_source],
        packing,
    )


def _with_sources(
    nodes: int, tail: NDArray[np.int32], head: NDArray[np.int32], links: Floats, ties: _Ties, sources: int
) -> sparse.csr_array:
    row = np.concatenate([tail, nodes + ties.point])
    column = np.concatenate([head, ties.node])
    packed = np.concatenate([links, ties.packed])
    order = np.lexsort((packed, column, row))
    row, column, packed = row[order], column[order], packed[order]
    again = np.zeros(len(row), dtype=bool)
    again[1:] = (row[1:] == row[:-1]) & (column[1:] == column[:-1])
    kept = ~again & np.isfinite(packed)
    size = nodes + sources
    return sparse.csr_array((packed[kept], (row[kept], column[kept])), shape=(size, size))


def _ties(graph: RoadGraph, mode: Mode, snapped: pd.DataFrame, packing: Packing, *, leaving: bool) -> _Ties:
    """Link points with the ends of their road that they may leave to, or be reached from.

    A point at a node (a metre at most) is at all the streets of that node, whatever the way of the one it
    was put on.
    """
    point = np.flatnonzero(snapped["usable"].to_numpy())
    road = snapped["road"].to_numpy()[point]
    along = snapped["along"].to_numpy()[point]
    metres_away = snapped["snap_m"].to_numpy()[point]
    forward, backward = (way[road] for way in graph.ways(mode))
    to_head, to_tail = (forward, backward) if leaving else (backward, forward)
    minutes, metres = graph.minutes(mode)[road], graph.metres[road]
    parts = []
    for allowed, node, share in ((to_tail, graph.tail[road], along), (to_head, graph.head[road], 1 - along)):
        packed = packing.pack(
            minutes * share + metres_away / METRES_PER_WALK_MINUTE, metres * share + metres_away
        )
        kept = (allowed | (metres * share <= SNAP_M)) & np.isfinite(packed)
        parts.append((point[kept], node[kept], packed[kept]))
    return _Ties(*(np.concatenate(both) for both in zip(*parts, strict=True)))


def _same_road(
    graph: RoadGraph, mode: Mode, origins: pd.DataFrame, sites: pd.DataFrame, packing: Packing
) -> tuple[Ints, Ints, Floats]:
    """Find the pairs that stand on one road with no node between them."""
    first = origins.reset_index(drop=True)[origins["usable"].to_numpy()].rename_axis("point").reset_index()
    second = sites.reset_index(drop=True)[sites["usable"].to_numpy()].rename_axis("point").reset_index()
    pairs = first.merge(second, on="road", suffixes=("_from", "_to"))
    road = pairs["road"].to_numpy()
    step = (pairs["along_to"] - pairs["along_from"]).to_numpy()
    forward, backward = (way[road] for way in graph.ways(mode))
    allowed = np.where(step >= 0, forward, backward) | (step == 0)
    away = (pairs["snap_m_from"] + pairs["snap_m_to"]).to_numpy()
    packed = packing.pack(
        np.abs(step) * graph.minutes(mode)[road] + away / METRES_PER_WALK_MINUTE,
        np.abs(step) * graph.metres[road] + away,
    )
    kept = allowed & np.isfinite(packed)
    return pairs["point_from"].to_numpy()[kept], pairs["point_to"].to_numpy()[kept], packed[kept]
