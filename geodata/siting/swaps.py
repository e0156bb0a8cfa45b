"""A short covering found by swaps: weights grow on the rows that are hard to serve (Gao and others 2015).

One column leaves, the one whose loss weighs the least, and one that serves a row without any takes its
place; a row that stays without one weighs more at each step, so that the search does not go around. Every
complete covering met gives up a column at once, and the search goes on with one column fewer.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.siting.solution import Clock

STEPS: Final = 8_000
"""Swaps tried: under a second for 700 rows × 400 columns, and more than finds the fewest there."""

_CELLS: Final = 4_000_000
"""Beyond this size, rows × columns, a swap takes too long for the search to gain anything."""

_SEED: Final = 2021
_OLDER: Final = 1e-7
"""Of equals, the column that has not moved for the longest time: smaller than any weight."""


def swapped(sets: Any, chosen: NDArray[np.int64], enough: float, clock: Clock) -> NDArray[np.int64]:
    """Shorten a covering by swaps until ``enough`` columns do, the steps are over or the clock is.

    Parameters
    ----------
    sets
        ``scipy.sparse.csr_array`` k × c of ones: row r is served by column c.
    chosen
        int64 columns that serve every row.

    Returns
    -------
    numpy.ndarray
        int64 columns, sorted, that serve every row; no more than were given.
    """
    if len(chosen) <= enough or sets.shape[0] * sets.shape[1] > _CELLS:
        return chosen
    search = _Search(sets, chosen)
    best = chosen
    for step in range(1, STEPS + 1):
        while search.complete:
            best = np.flatnonzero(search.open)
            if len(best) <= enough:
                return best
            search.close(step)
        if clock.over:
            break
        search.close(step)
        search.serve(step)
    return best


class _Search:
    """Which columns are open, how often each row is served, what each row weighs."""

    def __init__(self, sets: Any, chosen: NDArray[np.int64]) -> None:
        self._serves = np.ascontiguousarray(sets.toarray().T)
        self._rows = [np.flatnonzero(column) for column in self._serves]
        self._columns = np.split(sets.indices, sets.indptr[1:-1])
        rows, columns = sets.shape
        self.open = np.zeros(columns, dtype=bool)
        self.open[chosen] = True
        self._times = self._serves[chosen].sum(axis=0)
        self._weight = np.ones(rows)
        self._moved = np.zeros(columns)
        self._free = np.ones(columns, dtype=bool)  # something near it moved since it was closed
        self._last = -1
        self._chance = np.random.default_rng(_SEED)

    @property
    def complete(self) -> bool:
        return bool(self._times.all())

    def close(self, step: int) -> None:
        """Close the column whose loss weighs the least, but not the one that was opened last."""
        here = np.flatnonzero(self.open & (np.arange(len(self.open)) != self._last))
        if not len(here):
            here = np.flatnonzero(self.open)
        loss = self._serves[here] @ (self._weight * (self._times == 1)) + _OLDER * self._moved[here]
        column = int(here[loss.argmin()])
        self._move(column, -1.0, step)
        self._free[column] = False

    def serve(self, step: int) -> None:
        """Open the column that serves the most weight among those of a row without any, drawn by chance."""
        left = np.flatnonzero(self._times == 0)
        near = self._columns[left[self._chance.integers(len(left))]]
        free = near[self._free[near]]
        near = free if len(free) else near
        gain = self._serves[near][:, left] @ self._weight[left] - _OLDER * self._moved[near]
        self._last = int(near[gain.argmax()])
        self._move(self._last, 1.0, step)
        self._weight[self._times == 0] += 1.0

    def _move(self, column: int, by: float, step: int) -> None:
        rows = self._rows[column]
        self.open[column] = by > 0
        self._times[rows] += by
        self._moved[column] = step
        self._free[self._serves[:, rows].any(axis=1)] = True
