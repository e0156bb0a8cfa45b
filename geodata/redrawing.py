"""Scores of many territories under many weights, and the places that they give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

_ONE_THREAD: Final = 250_000
"""Products under which the linear algebra keeps to one thread. Several pages share the cores: threads that
wait for one another make a small product take many times longer."""

_SINGLE_FROM: Final = 3_000
"""Territories from which single precision is used: it halves the time, and the ties that it makes are within
the tolerance."""

Ranks = tuple[np.ndarray, np.ndarray]
"""First and last place of each score, of shape (draws, territories)."""


@dataclass(frozen=True)
class Field:
    """Standardised values of the scored territories and the variance of each, both indicator × territory."""

    values: np.ndarray
    variance: np.ndarray | None

    @classmethod
    def of(cls, standard: pd.DataFrame, error: pd.DataFrame | None, scored: np.ndarray) -> Field:
        """Keep the rows that are ``scored``; a null ``error`` is not redrawn."""
        values = standard.to_numpy(dtype=float)[scored].T
        kind = np.float32 if values.shape[1] > _SINGLE_FROM else np.float64
        variance = None
        if error is not None:
            aligned = error.reindex(index=standard.index, columns=standard.columns)
            known = np.nan_to_num(aligned.to_numpy(dtype=float, na_value=np.nan)[scored], nan=0.0)
            variance = np.ascontiguousarray((known.T**2).astype(kind)) if known.any() else None
        return cls(np.ascontiguousarray(values.astype(kind)), variance)

    @property
    def tolerance(self) -> float:
        """Difference under which two scores are the same: rounding of the sums, and no more."""
        return float(16 * np.finfo(self.values.dtype).eps * np.abs(self.values).max(initial=1.0))

    def errors(self, draws: int, noise: np.random.Generator) -> np.ndarray | None:
        """Draw one standard normal a score, of shape (draws, territories); null where no error is known."""
        if self.variance is None:
            return None
        return noise.standard_normal((draws, self.values.shape[1]), dtype=self.values.dtype.type)

    def scores(self, weights: np.ndarray, errors: np.ndarray | None = None) -> np.ndarray:
        """Give the scores of shape (draws, territories), moved by ``errors`` where there are any.

        A weighted sum of independent normal errors is normal with variance ``Σ w²·se²``: one draw a score
        is as good as one an indicator.
        """
        weights = weights.astype(self.values.dtype)
        scores = _product(weights, self.values)
        if errors is not None and self.variance is not None:
            scores += np.sqrt(_product(weights**2, self.variance)) * errors
        return scores


def _product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Multiply matrices by blocks of columns."""
    result = np.empty((len(left), right.shape[1]), dtype=right.dtype)
    step = max(1, _ONE_THREAD // left.size)
    for start in range(0, right.shape[1], step):
        block = slice(start, start + step)
        np.matmul(left, right[:, block], out=result[:, block])
    return result


def among_first(scores: np.ndarray, top: int, tolerance: float) -> np.ndarray:
    """Count the draws in which each territory is among the first; equals at the border share its places.

    The counts add up to ``top`` times the draws: no place is lost or held twice.
    """
    border = np.partition(scores, scores.shape[1] - top, axis=1)[:, -top, None]
    among = scores >= border - tolerance
    extra = np.count_nonzero(among, axis=1) > top
    counted: np.ndarray = np.count_nonzero(among[~extra], axis=0).astype(float)
    if extra.any():
        above = scores[extra] > border[extra] + tolerance
        equal = among[extra] & ~above
        places = top - np.count_nonzero(above, axis=1)
        counted += above.sum(axis=0) + (places / np.count_nonzero(equal, axis=1)) @ equal
    return counted


def ranks_of(scores: np.ndarray, tolerance: float) -> Ranks:
    """Give the first and the last place that each score may hold, 1 the highest; only equals have several."""
    order = np.argsort(-scores, axis=1)
    ordered = np.take_along_axis(scores, order, axis=1)
    place = np.arange(1, scores.shape[1] + 1, dtype=np.int32)
    new = np.ones(scores.shape, dtype=bool)
    new[:, 1:] = ordered[:, :-1] - ordered[:, 1:] > tolerance
    first = np.empty(scores.shape, dtype=np.int32)
    if new.all():
        np.put_along_axis(first, order, place[None, :], axis=1)
        return first, first
    last = np.empty_like(first)
    ends = np.ones(scores.shape, dtype=bool)
    ends[:, :-1] = new[:, 1:]
    starts = np.maximum.accumulate(np.where(new, place, 0), axis=1)
    stops = np.minimum.accumulate(np.where(ends, place, scores.shape[1])[:, ::-1], axis=1)[:, ::-1]
    np.put_along_axis(first, order, starts.astype(np.int32), axis=1)
    np.put_along_axis(last, order, stops.astype(np.int32), axis=1)
    return first, last


def dirichlet(alpha: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draw weights of shape (draws, indicators) that sum to 1; what has an ``alpha`` of 0 stays 0."""
    drawn = np.zeros((draws, len(alpha)))
    drawn[:, alpha > 0] = rng.dirichlet(alpha[alpha > 0], draws)
    return drawn
