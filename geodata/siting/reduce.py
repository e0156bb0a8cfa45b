"""A covering question made smaller without changing its answer.

Demand that the existing sites already serve, that no place serves or that has no weight never decides;
demand served by exactly the same places counts as one; a place that serves a part of what another serves is
never better than it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geodata.siting.instance import Instance

MOST_PRODUCTS: Final = 10_000_000
"""Pairs that share a place up to which sets are compared as sparse matrices: tenths of a second."""

MOST_ROWS: Final = 4_000
MOST_FLOPS: Final = 10_000_000_000
"""Beyond the sparse limit, sets are compared as full matrices up to this size; larger ones are left alone."""


@dataclass(frozen=True, eq=False)
class Covering:
    """What is left to decide.

    Attributes
    ----------
    sets
        ``scipy.sparse.csr_array`` k × c of ones: row r is served by column c.
    weight
        float64[k], summed over the demand of each row.
    rows
        int64[n]: the row of each demand; -1 where it decides nothing.
    columns
        int64[c]: positions in ``Instance.candidates``.
    served
        bool[n]: served by an existing site.
    unreachable
        bool[n]: has a weight and no site at all can serve it.
    base
        Weight served by existing sites.
    """

    sets: Any
    weight: NDArray[np.float64]
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    served: NDArray[np.bool_]
    unreachable: NDArray[np.bool_]
    base: float

    def touched(self, chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
        """bool[k]: the rows that columns of ``sets`` serve."""
        open_ = np.zeros(self.sets.shape[1])
        open_[chosen] = 1.0
        return np.asarray(self.sets @ open_) > 0

    def value(self, chosen: NDArray[np.int64]) -> float:
        """Give the weight served, existing sites included."""
        return self.base + float(self.weight[self.touched(chosen)].sum())


def covering(
    instance: Instance, limit: NDArray[np.float64], counts: NDArray[np.bool_] | None = None
) -> Covering:
    """Reduce a question to who can be served within ``limit`` minutes (float64[n]) and by what.

    Parameters
    ----------
    counts
        bool[n]: demand that decides; by default the demand with a weight.
    """
    counts = instance.counts if counts is None else counts
    served = np.isfinite(instance.fixed_minutes) & (instance.fixed_minutes <= limit)
    within = _within(instance.minutes, limit)
    possible = np.diff(within.indptr) > 0
    decides = np.flatnonzero(counts & ~served & possible)
    within = within[decides]
    label, first = same_rows(within)
    sets = within[first]
    columns = undominated(sets)
    rows = np.full(len(limit), -1, dtype=np.int64)
    rows[decides] = label
    weight = np.bincount(label, instance.weights[decides], minlength=len(first)).astype(np.float64)
    sets = sparse.csr_array(sets[:, columns])
    base = float(instance.weights[served].sum())
    return Covering(sets, weight, rows, columns, served, counts & ~served & ~possible, base)


def _within(minutes: Any, limit: NDArray[np.float64]) -> Any:
    """Keep the pairs within the limit of their demand, as ones."""
    reach = np.diff(minutes.indptr)
    kept = minutes.data <= np.repeat(limit, reach)
    start = np.concatenate([[0], np.cumsum(kept)])[minutes.indptr]
    return sparse.csr_array((np.ones(int(kept.sum())), minutes.indices[kept], start), shape=minutes.shape)


def same_rows(matrix: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give each row of a sorted csr matrix the number of its like, and the first row of each number."""
    seen: dict[bytes, int] = {}
    label = np.empty(matrix.shape[0], dtype=np.int64)
    first: list[int] = []
    for row, (start, end) in enumerate(zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)):
        key = matrix.indices[start:end].tobytes()
        label[row] = number = seen.setdefault(key, len(first))
        if number == len(first):
            first.append(row)
    return label, np.asarray(first, dtype=np.int64)


def undominated(sets: Any) -> NDArray[np.int64]:
    """Give the columns that no other contains; of equals, the first. Columns of nothing go too."""
    size = np.bincount(sets.indices, minlength=sets.shape[1])
    kept = size > 0
    small, large = contained(sparse.csr_array(sets.T), size)
    kept[small[(size[large] > size[small]) | (large < small)]] = False
    return np.flatnonzero(kept)


def binding(sets: Any) -> NDArray[np.int64]:
    """Give the rows that bind when all must be served: those that contain no other; of equals, the first.

    Whatever serves the row of fewer places serves the row that has these places and more.
    """
    size = np.diff(sets.indptr)
    kept = np.ones(len(size), dtype=bool)
    small, large = contained(sets, size)
    kept[large[(size[large] > size[small]) | (small < large)]] = False
    return np.flatnonzero(kept)


def contained(sets: Any, size: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the pairs of rows (small, large), not the same, such that the small one is inside the large one.

    None where comparing them would cost more than it saves.
    """
    of_column = np.bincount(sets.indices, minlength=sets.shape[1]).astype(np.float64)
    rows = sets.shape[0]
    if (of_column**2).sum() <= MOST_PRODUCTS:
        shared = sparse.coo_array(sets @ sets.T)
        small, large = shared.coords
        inside = shared.data == size[small]
    elif rows <= MOST_ROWS and rows**2 * sets.shape[1] <= MOST_FLOPS:
        full = sets.toarray().astype(np.float32)  # counts below 2**24 are exact
        small, large = np.nonzero(full @ full.T == size[:, None])
        inside = np.ones(len(small), dtype=bool)
    else:
        small = large = np.empty(0, dtype=np.int64)
        inside = np.empty(0, dtype=bool)
    inside &= small != large
    return small[inside], large[inside]


def tightened(sets: Any) -> tuple[Any, NDArray[np.int64]]:
    """Drop rows that do not bind and contained columns, in turn, until nothing goes; for set covering only.

    Returns
    -------
    tuple
        The smaller matrix and the positions of its columns.
    """
    columns = np.arange(sets.shape[1])
    while True:
        before = sets.shape
        sets = sparse.csr_array(sets[binding(sets)])
        kept = undominated(sets)
        sets, columns = sparse.csr_array(sets[:, kept]), columns[kept]
        if sets.shape == before:
            return sets, columns
