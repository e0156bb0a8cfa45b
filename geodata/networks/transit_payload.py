"""Write a search over transit rides and walks as the arrays that any worker solves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geodata.access.costs import TravelCosts
from geodata.networks.packing import Packing
from geodata.networks.solving import Payload
from geodata.networks.transit_graph import TransitGraph

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Walks:
    """The parts of a journey that are made on foot.

    Attributes
    ----------
    to_stops, from_stops
        From the origins to the stops, and from the stops to the sites.
    between_stops
        From each stop to those where one may change.
    all_the_way
        From the origins to the sites, without a ride.
    """

    to_stops: TravelCosts
    from_stops: TravelCosts
    between_stops: TravelCosts
    all_the_way: TravelCosts


@dataclass(frozen=True, eq=False)
class _Links:
    tail: Ints
    head: Ints
    packed: Floats


def prepare_transit(graph: TransitGraph, walks: Walks, packing: Packing, *, from_sites: bool) -> Payload:
    """Lay out a search from the origins, or from the sites against the direction of travel.

    Each stop is two nodes: where one waits, ``s``, and where one has alighted, ``stops + s``. One walks to
    the first, rides to the second, and changes from the second to the first: two walks never follow one
    another, so the limit of each holds.
    """
    stops, origins, sites = len(graph.stop_ids), len(walks.to_stops.origins), len(walks.from_stops.sites)
    origin, board, to_stop = _pairs(walks.to_stops, packing)
    alight, site, from_stop = _pairs(walks.from_stops, packing)
    leaving = _Links(origin, board, to_stop)
    arriving = _Links(site, alight + stops, from_stop)
    inside = _inside(graph, walks.between_stops, packing)
    first, then = (arriving, leaving) if from_sites else (leaving, arriving)
    tail, head = (inside.head, inside.tail) if from_sites else (inside.tail, inside.head)
    sources, targets = (sites, origins) if from_sites else (origins, sites)
    matrix = sparse.csr_array(
        (
            np.concatenate([inside.packed, first.packed]),
            (np.concatenate([tail, 2 * stops + first.tail]), np.concatenate([head, first.head])),
        ),
        shape=(2 * stops + sources,) * 2,
    )
    one, other, on_foot = _pairs(walks.all_the_way, packing)
    source, target = (other, one) if from_sites else (one, other)
    by_source = np.lexsort((target, source))
    order = np.argsort(then.tail, kind="stable")
    return Payload(
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        sources,
        np.concatenate([[0], np.cumsum(np.bincount(then.tail, minlength=targets))]).astype(np.int64),
        then.head[order].astype(np.int32),
        then.packed[order],
        source[by_source].astype(np.int32),
        target[by_source].astype(np.int32),
        on_foot[by_source],
        packing,
    )


def _inside(graph: TransitGraph, between_stops: TravelCosts, packing: Packing) -> _Links:
    """Give the rides, and the changes from one to the next: where one alights, or at a walk."""
    stops = len(graph.stop_ids)
    ride = packing.pack(graph.minutes, graph.metres)
    kept = np.isfinite(ride)
    alighted, waiting, walk = _pairs(between_stops, packing)
    elsewhere = alighted != waiting
    here = np.arange(stops)
    return _Links(
        np.concatenate([graph.boarding[kept], here + stops, alighted[elsewhere] + stops]),
        np.concatenate([graph.alighting[kept] + stops, here, waiting[elsewhere]]),
        np.concatenate([ride[kept], np.zeros(stops), walk[elsewhere]]),
    )


def _pairs(costs: TravelCosts, packing: Packing) -> tuple[Ints, Ints, Floats]:
    """Give the positions and the packed cost of each pair within the cut-off."""
    first, second, packed = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0)]
    for block in costs.blocks():
        km = np.zeros(len(block.site)) if block.km is None else np.nan_to_num(block.km)
        cost = packing.pack(block.minutes, km * 1000)
        kept = np.isfinite(cost)
        first.append((block.first + block.rows_of_pairs())[kept])
        second.append(block.site[kept].astype(np.int64))
        packed.append(cost[kept])
    return np.concatenate(first), np.concatenate(second), np.concatenate(packed)
