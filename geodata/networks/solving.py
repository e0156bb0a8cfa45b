"""The part of a search that any process can do alone: some sources, all targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from geodata.networks.packing import Packing


@dataclass(frozen=True, eq=False)
class Payload:
    """All that a worker needs, arrays only: it can be pickled, or kept in files.

    Attributes
    ----------
    indptr, indices, weights
        CSR of packed costs between nodes; the last ``sources`` nodes are the sources themselves.
    sources
        How many sources; they may be left, never entered.
    target_first, target_node, target_weight
        Target ``t`` is entered from nodes ``target_node[target_first[t]:target_first[t + 1]]``.
    direct_source, direct_target, direct_weight
        Pairs on the same road, joined without passing by a node, sorted by source.
    packing
        Units of the weights, and the cut-off.
    """

    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    weights: NDArray[np.float64]
    sources: int
    target_first: NDArray[np.int64]
    target_node: NDArray[np.int32]
    target_weight: NDArray[np.float64]
    direct_source: NDArray[np.int32]
    direct_target: NDArray[np.int32]
    direct_weight: NDArray[np.float64]
    packing: Packing


@dataclass(frozen=True)
class Chunk:
    """Consecutive sources, ``first`` included and ``last`` not."""

    number: int
    first: int
    last: int


@dataclass(frozen=True, eq=False)
class ChunkResult:
    """Packed costs from the sources of a chunk, CSR, targets in order in each row."""

    number: int
    indptr: NDArray[np.int64]
    target: NDArray[np.int32]
    packed: NDArray[np.float64]


class Runner(Protocol):
    """Solve chunks somewhere, and give each result as it comes, in any order.

    A runner calls ``solve_chunk(payload, chunk)`` for each chunk. What it does not give back is either
    solved by the caller, or told as not computed.
    """

    def __call__(self, payload: Payload, chunks: Sequence[Chunk]) -> Iterator[ChunkResult]:
        """Give results, one a chunk."""
        ...


def solve_chunk(payload: Payload, chunk: Chunk) -> ChunkResult:
    """Find the costs from some sources to every target within the cut-off.

    Parameters
    ----------
    payload
        The network as prepared; only read.
    chunk
        Which sources.
    """
    size = len(payload.indptr) - 1
    links = sparse.csr_array((payload.weights, payload.indices, payload.indptr), shape=(size, size))
    source = np.arange(chunk.first, chunk.last) + size - payload.sources
    reached = csgraph.dijkstra(links, indices=source, limit=payload.packing.limit)
    costs = _to_targets(payload, reached)
    _join_direct(payload, chunk, costs)
    row, target = np.nonzero(costs <= payload.packing.limit)
    counts = np.bincount(row, minlength=len(costs))
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return ChunkResult(chunk.number, indptr, target.astype(np.int32), costs[row, target])


def _to_targets(payload: Payload, reached: NDArray[np.float64]) -> NDArray[np.float64]:
    counts = np.diff(payload.target_first)
    costs = np.full((len(reached), len(counts)), np.inf)
    entered = np.flatnonzero(counts)
    if len(entered):
        through = reached[:, payload.target_node] + payload.target_weight
        costs[:, entered] = np.minimum.reduceat(through, payload.target_first[entered], axis=1)
    return costs


def _join_direct(payload: Payload, chunk: Chunk, costs: NDArray[np.float64]) -> None:
    first, last = np.searchsorted(payload.direct_source, [chunk.first, chunk.last])
    here = slice(first, last)
    np.minimum.at(
        costs,
        (payload.direct_source[here] - chunk.first, payload.direct_target[here]),
        payload.direct_weight[here],
    )
