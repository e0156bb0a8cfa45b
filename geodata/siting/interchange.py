"""Greedy start and vertex interchange of the p-median (Teitz and Bart 1968; gains as in Whitaker 1983)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.siting.solution import Clock

Matrix = NDArray[np.float64]

_CELLS: Final = 1_000_000
"""Cells handled at once: a few arrays of 8 MB, which a processor's cache half holds."""

_SAME: Final = 1e-9
"""Relative: a swap that gains less is the noise of a sum."""


def greedy_open(cost: Matrix, base: Matrix, p: int) -> NDArray[np.int64]:
    """Open the candidate that saves the most, ``p`` times or until nothing is saved.

    Parameters
    ----------
    cost
        float64[m, n]: weighted cost of serving demand i from candidate j.
    base
        float64[n]: weighted cost with no new site.
    """
    now, chosen = base.copy(), []
    for _ in range(p):
        saved = savings(cost, now)
        best = int(saved.argmax())
        if saved[best] <= 0:
            break
        chosen.append(best)
        now = np.minimum(now, cost[best])
    return np.asarray(chosen, dtype=np.int64)


def savings(cost: Matrix, now: Matrix) -> Matrix:
    """float64[m]: what each candidate alone would save."""
    return np.concatenate([np.maximum(now - cost[rows], 0.0).sum(axis=1) for rows in slices(cost)])


def total(cost: Matrix, base: Matrix, chosen: NDArray[np.int64]) -> float:
    """Give the weighted cost with these candidates open."""
    return float(np.minimum(base, cost[chosen].min(axis=0, initial=np.inf)).sum())


def interchange(cost: Matrix, base: Matrix, chosen: NDArray[np.int64], clock: Clock) -> NDArray[np.int64]:
    """Swap one open candidate for one closed, the best pair first, until no swap gains."""
    chosen = np.sort(chosen)
    value = total(cost, base, chosen)
    while len(chosen) and not clock.over:
        after = _after_swaps(cost, base, chosen)
        after[chosen] = np.inf
        new, out = np.unravel_index(int(after.argmin()), after.shape)
        if not after[new, out] < value - _SAME * abs(value):
            break
        chosen[out] = new
        chosen.sort()
        value = total(cost, base, chosen)
    return chosen


def _after_swaps(cost: Matrix, base: Matrix, chosen: NDArray[np.int64]) -> Matrix:
    """float64[m, p]: cost after candidate j opens and the p-th open one closes."""
    p = len(chosen)
    open_costs = np.vstack([cost[chosen], base])
    nearest = open_costs.argmin(axis=0)
    first = open_costs.min(axis=0)
    open_costs[nearest, np.arange(len(base))] = np.inf
    second = np.where(nearest < p, open_costs.min(axis=0), first)
    order = np.argsort(nearest, kind="stable")
    starts = np.searchsorted(nearest[order], np.arange(p + 1))
    first, second = first[order], second[order]
    busy = np.diff(starts) > 0  # reduceat gives an entry, not an empty sum, for an empty group
    past = starts[p]  # from there on, demand that an existing site serves: no closing changes it
    after = np.empty((len(cost), p))
    for rows in slices(cost):
        here = cost[rows][:, order]
        kept = np.minimum(here, first)
        more = np.minimum(here, second) - kept
        by_closed = np.zeros((len(here), p))
        by_closed[:, busy] = np.add.reduceat(more[:, :past], starts[:-1][busy], axis=1) if busy.any() else 0.0
        after[rows] = kept.sum(axis=1)[:, None] + by_closed
    return after


def slices(cost: Matrix) -> Iterator[slice]:
    """Cut the candidates into groups whose cells fit in a few megabytes."""
    step = max(1, _CELLS // max(1, cost.shape[1]))
    for start in range(0, len(cost), step):
        yield slice(start, min(start + step, len(cost)))
