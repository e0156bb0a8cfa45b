"""Values put into classes, so that a map says a few things well."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NO_DATA: Final = 255
HIDDEN: Final = 254
"""Codes of a territory without a class; both are drawn as a hatch, never as a low value."""

MOST_SAMPLED: Final = 120
"""Natural breaks are sought on so many order statistics: exact search is quadratic."""

_Floats = NDArray[np.float64]


class Method(StrEnum):
    """How class limits are chosen; the values are the words of the address bar."""

    QUANTILES = "quantiles"
    NATURAL = "naturelles"
    FIXED = "fixes"


@dataclass(frozen=True, eq=False)
class Classification:
    """The class of each value.

    Attributes
    ----------
    method
        How limits were chosen.
    breaks
        Smallest value, then the upper bound of each class (included); empty without values.
    bounds
        Lowest and highest of each class, to print: what was observed, or the round limits of a fixed class.
    classes
        uint8, aligned to ``index``: 0 lowest class, ``HIDDEN``, or ``NO_DATA``.
    counts
        Number of values a class.
    no_data, hidden
        Number of territories without a value, and of those whose value is not shown.
    index
        Identifiers, in the order of ``classes``.
    """

    method: Method
    breaks: tuple[float, ...]
    bounds: tuple[tuple[float, float], ...]
    classes: NDArray[np.uint8]
    counts: tuple[int, ...]
    no_data: int
    hidden: int
    index: pd.Index

    @property
    def k(self) -> int:
        """Number of classes, which equal values can make smaller than asked."""
        return len(self.counts)

    def in_order(self, order: Sequence[str]) -> bytes:
        """Give one byte a shape, in the order in which shapes are drawn; an unknown one has no data."""
        rows = self.index.get_indexer(pd.Index(order))
        return np.where(rows < 0, NO_DATA, self.classes[rows]).astype(np.uint8).tobytes()


def classify(
    values: pd.Series,
    method: Method = Method.QUANTILES,
    k: int = 5,
    *,
    hidden: pd.Series | None = None,
    reference: pd.Series | None = None,
) -> Classification:
    """Put values into at most ``k`` classes.

    Parameters
    ----------
    values
        Indexed by territory; null or infinite where there is none.
    method
        Equal numbers a class, natural breaks (Fisher-Jenks), or fixed round limits.
    k
        Number of classes wanted, 1 to 9. Fewer come out when there are fewer distinct values.
    hidden
        True where a value exists but is not shown; such a value enters no class.
    reference
        For fixed limits: the values of every period, so that limits stay the same from one to the next.

    Raises
    ------
    ValueError
        If ``k`` is not between 1 and 9.
    """
    if not 1 <= k <= 9:
        raise ValueError(f"between 1 and 9 classes, not {k}")
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    covered = np.zeros(len(numbers), dtype=bool) if hidden is None else hidden.to_numpy(dtype=bool)
    known = np.isfinite(numbers) & ~covered
    classes = np.where(covered, HIDDEN, NO_DATA).astype(np.uint8)
    present = numbers[known]
    uppers = _uppers(present, method, k, reference) if known.any() else np.empty(0)
    placed = np.searchsorted(uppers, present, side="left")
    classes[known] = placed
    counts = np.bincount(placed, minlength=len(uppers))
    low = _lowest(present, uppers, method)
    return Classification(
        method=method,
        breaks=(low, *uppers.tolist()) if known.any() else (),
        bounds=_bounds(present, placed, low, uppers, method),
        classes=classes,
        counts=tuple(counts.tolist()),
        no_data=int((~known & ~covered).sum()),
        hidden=int(covered.sum()),
        index=values.index,
    )


def _uppers(present: _Floats, method: Method, k: int, reference: pd.Series | None) -> _Floats:
    if method is Method.FIXED:
        return _fixed(present, k, reference)
    distinct = np.unique(present)
    if len(distinct) <= k:
        return distinct
    found = _natural(present, k) if method is Method.NATURAL else _cuts(present, k)[1:]
    # Each limit is brought down to the highest value under it: no class is empty and none is lost.
    at = np.unique(np.searchsorted(distinct, found, side="right") - 1)
    limits = distinct[at[at >= 0]]
    return np.append(limits[limits < distinct[-1]], distinct[-1])


def _natural(present: _Floats, k: int) -> _Floats:
    """Find natural breaks on evenly spaced order statistics, both ends included: always the same answer."""
    import mapclassify  # brings scikit-learn and matplotlib along: two seconds that most visits do without

    ordered = np.sort(present)
    at = np.linspace(0, len(ordered) - 1, min(len(ordered), MOST_SAMPLED)).round().astype(int)
    sample = ordered[at]
    with warnings.catch_warnings():
        # mapclassify says that numba is absent, or that equal values make fewer classes: both are expected.
        warnings.simplefilter("ignore", UserWarning)
        found = mapclassify.FisherJenks(sample, k=min(k, len(np.unique(sample))))
    return np.asarray(found.bins, dtype=float)


def _cuts(present: _Floats, k: int) -> _Floats:
    """Give the smallest value, then the upper bound of each of ``k`` classes of as many values."""
    return np.asarray(np.quantile(present, np.linspace(0, 1, k + 1)), dtype=float)


def _fixed(present: _Floats, k: int, reference: pd.Series | None) -> _Floats:
    """Round the quantiles of the reference to as few digits as keeps them apart."""
    basis = present if reference is None else reference.to_numpy(dtype=float, na_value=np.nan)
    basis = basis[np.isfinite(basis)]
    if not len(basis):
        basis = present
    cuts = np.unique(_cuts(basis, k))
    if len(cuts) < 2:
        return np.array([max(cuts[0], present.max())])
    inner = np.array([_rounded(cut, step) for cut, step in zip(cuts[1:-1], _gaps(cuts), strict=True)])
    highest = max(basis.max(), present.max())
    step = _power_of_ten(cuts[-1] - cuts[-2])
    top = max(np.ceil(round(highest / step, 9)) * step, highest)
    return np.append(np.unique(inner[inner < highest]), top)


def _gaps(cuts: _Floats) -> _Floats:
    """Give, for each inner cut, the distance to its nearer neighbour."""
    steps = np.diff(cuts)
    return np.minimum(steps[:-1], steps[1:])


def _rounded(value: float, gap: float) -> float:
    step = _power_of_ten(gap)
    return float(round(round(value / step) * step, 12))


def _power_of_ten(gap: float) -> float:
    return float(10.0 ** np.floor(np.log10(gap)))


def _lowest(present: _Floats, uppers: _Floats, method: Method) -> float:
    if not len(present):
        return float("nan")
    lowest = float(present.min())
    if method is not Method.FIXED or len(uppers) < 2:
        return lowest
    step = _power_of_ten(uppers[1] - uppers[0])
    return float(min(round(np.floor(round(lowest / step, 9)) * step, 12), lowest))


def _bounds(
    present: _Floats, placed: NDArray[np.intp], low: float, uppers: _Floats, method: Method
) -> tuple[tuple[float, float], ...]:
    if method is Method.FIXED:
        edges = [low, *uppers.tolist()]
        return tuple(pairwise(edges))
    inside = pd.Series(present).groupby(placed)
    return tuple(zip(inside.min().tolist(), inside.max().tolist(), strict=True))
