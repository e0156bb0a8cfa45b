"""Distances in a straight line, chunk by chunk: only the pairs in reach are ever kept.

Origins are gathered in tiles of neighbours. The sites that a tile may reach come from one question to a
tree; the distances of the tile to those are a small dense table that stays in the processor's cache.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from geodata.access.blocks import Block, empty_block

Floats = NDArray[np.float64]

TILE: Final = 64
"""Origins of a tile: more share one question, fewer are compared with sites out of reach."""

PAIRS_A_BLOCK: Final = 1_000_000
"""About how many pairs a block holds at most: 20 MB, which memory freed before can hold again."""

MOST_ROWS: Final = 8_192
"""Origins of a block where few sites are in reach: among more, a tile has nearer neighbours."""

SAMPLE: Final = 32
"""Origins of a stretch from which its number of pairs is guessed."""

WORKERS: Final = max(1, min(4, os.cpu_count() or 1))


@dataclass(frozen=True, eq=False)
class Crow:
    """Everything needed to give the costs of any origins.

    Attributes
    ----------
    origins, sites
        Metres in EPSG:6623, float64[n, 2] and float64[m, 2].
    minutes_a_metre, kmh
        By origin: minutes for one metre as the crow flies, and speed along the way.
    cutoff_minutes
        Longest cost, inclusive.
    """

    origins: Floats
    sites: Floats
    minutes_a_metre: Floats
    kmh: Floats
    cutoff_minutes: float

    @cached_property
    def tree(self) -> cKDTree:
        """Sites by place."""
        return cKDTree(self.sites)

    def blocks(self) -> Iterator[Block]:
        """Give the costs of all origins in order, computed some blocks ahead in threads."""
        cuts = self._cuts()
        if len(cuts) <= 1 or WORKERS == 1:
            yield from (self.block(start, end) for start, end in cuts)
            return
        waiting: deque[Future[Block]] = deque()
        with ThreadPoolExecutor(WORKERS) as threads:
            for start, end in cuts:
                waiting.append(threads.submit(self.block, start, end))
                if len(waiting) > WORKERS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def block(self, start: int, end: int) -> Block:
        """Give the costs of some origins after one another."""
        here = self.origins[start:end]
        if not len(here) or not len(self.sites):
            return empty_block(start, len(here))
        order = cKDTree(here, leafsize=TILE, compact_nodes=False).indices  # neighbours side by side
        found = [self._tile(start + order[at : at + TILE]) for at in range(0, len(order), TILE)]
        counts, site, minutes = (np.concatenate(parts) for parts in zip(*found, strict=True))
        by_tile = csr_array((minutes, site, _pointers(counts)), shape=(len(here), len(self.sites)))
        back = np.empty(len(order), dtype=np.int64)
        back[order] = np.arange(len(order))
        rows = by_tile[back]
        indptr = rows.indptr.astype(np.int64)
        km = np.repeat(self.kmh[start:end] / 60.0, np.diff(indptr))
        km *= rows.data
        return Block(start, indptr, rows.indices.astype(np.int32, copy=False), rows.data, km)

    def _tile(self, tile: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32], Floats]:
        """Give, row after row, how many sites are in reach, which ones, and their minutes."""
        here, pace = self.origins[tile], self.minutes_a_metre[tile]
        centre = (here.min(axis=0) + here.max(axis=0)) / 2.0
        radius = np.sqrt(((here - centre) ** 2).sum(axis=1).max())
        reach = self.cutoff_minutes / pace.min() + radius + 1.0  # a metre for the rounding
        near = np.array(self.tree.query_ball_point(centre, reach, return_sorted=True), dtype=np.int32)
        if not len(near):
            return np.zeros(len(tile), np.int64), near, np.empty(0)
        minutes = cdist(here, self.sites[near])
        minutes *= pace[:, None]
        kept = minutes <= self.cutoff_minutes
        at = np.flatnonzero(kept)  # taking by position is several times faster than by mask
        counts = np.count_nonzero(kept, axis=1)
        return counts, np.tile(near, len(tile)).take(at), minutes.ravel().take(at)

    def _cuts(self) -> list[tuple[int, int]]:
        """Cut the origins into stretches of about as many pairs, guessed from a sample of each."""
        cuts: list[tuple[int, int]] = []
        for start in range(0, len(self.origins), MOST_ROWS):
            end = min(start + MOST_ROWS, len(self.origins))
            parts = int(np.ceil(self._pairs(start, end) / PAIRS_A_BLOCK))
            edges = np.linspace(start, end, min(max(parts, 1), end - start) + 1).astype(int).tolist()
            cuts.extend(pairwise(edges))
        return cuts

    def _pairs(self, start: int, end: int) -> float:
        if not len(self.sites):
            return 0.0
        sample = np.linspace(start, end - 1, min(SAMPLE, end - start)).astype(np.int64)
        reach = self.cutoff_minutes / self.minutes_a_metre[sample]
        found = self.tree.query_ball_point(self.origins[sample], reach, return_length=True)
        return float(np.mean(found)) * (end - start)


def _pointers(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
