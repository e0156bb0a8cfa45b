"""First views: one site after the other, at once, each with a true bound on what could be better."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.siting.reduce import Covering


def greedy_most(sets: Covering, p: int) -> tuple[NDArray[np.int64], float]:
    """Open the column that adds the most weight, ``p`` times.

    Returns
    -------
    tuple
        int64 columns in order, and a bound: coverage is submodular, so that ``p`` more columns add at most
        the ``p`` largest gains that are left (Nemhauser, Wolsey and Fisher 1978); the least over the steps.
    """
    by_column = sets.sets.T.tocsr()
    weight = sets.weight.copy()
    chosen: list[int] = []
    reached, bound = 0.0, float(weight.sum())
    for _ in range(p + 1):
        gain = np.asarray(by_column @ weight)
        largest = np.partition(gain, len(gain) - min(p, len(gain)))[-p:] if len(gain) else gain
        bound = min(bound, reached + float(largest.sum()))
        if len(chosen) == p or not gain.any():
            break
        best = int(gain.argmax())
        chosen.append(best)
        reached += float(gain[best])
        weight[_row(by_column, best)] = 0.0
    return np.asarray(chosen, dtype=np.int64), sets.base + bound


def greedy_all(sets: Covering) -> NDArray[np.int64]:
    """Open the column that serves the most rows not yet served until all are; then close the useless ones."""
    by_column = sets.sets.T.tocsr()
    left = np.ones(by_column.shape[1])
    chosen: list[int] = []
    while left.any():
        best = int(np.asarray(by_column @ left).argmax())
        chosen.append(best)
        left[_row(by_column, best)] = 0.0
    times = np.asarray(by_column[chosen].sum(axis=0)).ravel() if chosen else left
    for column in reversed(chosen.copy()):
        rows = _row(by_column, column)
        if (times[rows] > 1).all():
            times[rows] -= 1
            chosen.remove(column)
    return np.asarray(chosen, dtype=np.int64)


def least_number(sets: Covering) -> float:
    """Bound the number of columns from below: rows over the rows of the largest column."""
    size = np.asarray(sets.sets.sum(axis=0)).ravel()
    return float(np.ceil(sets.sets.shape[0] / size.max())) if len(size) else 0.0


def _row(matrix: Any, row: int) -> Any:
    return matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
