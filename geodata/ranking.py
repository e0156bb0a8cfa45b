"""Where a territory stands among its level: a range of ranks, or a fifth, never one place."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geodata.uncertainty import Z_95, require_errors

DRAWS: Final = 1000
SEED: Final = 2021
SHARE: Final = 0.90
FIFTHS: Final = 5

_TOGETHER: Final = 100
"""Draws made at once: a few megabytes at 13,800 territories."""


def rank_intervals(
    values: pd.Series,
    moe_95: pd.Series,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    share: float = SHARE,
    higher_first: bool = True,
) -> pd.DataFrame:
    """Redraw every value within its error and give the range that holds most of its ranks.

    Parameters
    ----------
    values
        One value a territory; null where there is none.
    moe_95
        95 % half-widths in the unit of ``values``, aligned to them; 0 where the figure is exact, null
        where its error is not known.
    draws, seed
        Number of normal redraws (METHODS: 1,000) and the seed that makes them the same everywhere.
    share
        Share of the draws inside the range, in equal tails.
    higher_first
        Rank 1 is the highest value; else the lowest.

    Returns
    -------
    pandas.DataFrame
        ``rank_low`` and ``rank_high`` (``Int64``, 1 is first), indexed as ``values``; null where the
        value or its error is null, and such rows take no place from the others. Exact equals share one
        range, from the first to the last of their places.

    Raises
    ------
    ValueError
        If the two are not aligned, a value is infinite, an error is negative or infinite, ``share`` is
        not within 0 to 1 or ``draws`` is not positive.
    """
    if not values.index.equals(moe_95.index):
        raise ValueError("values and moe_95 must have the same index")
    if not 0 < share < 1 or draws < 1:
        raise ValueError("share must be within 0 to 1 and draws positive")
    value = values.to_numpy(dtype=float, na_value=np.nan)
    moe = moe_95.to_numpy(dtype=float, na_value=np.nan)
    require_errors(moe)
    if np.isinf(value).any():
        raise ValueError("a value is infinite")
    known = ~(np.isnan(value) | np.isnan(moe))
    ranks = np.full((2, len(value)), np.nan)
    if known.any():
        signed = -value[known] if higher_first else value[known]
        ranks[:, known] = _ranges(signed, moe[known] / Z_95, draws, seed, (1 - share) / 2)
    low, high = (pd.Series(row, index=values.index).astype("Int64") for row in ranks)
    return pd.DataFrame({"rank_low": low, "rank_high": high})


def _ranges(
    value: np.ndarray, error_sd: np.ndarray, draws: int, seed: int, tail: float
) -> tuple[np.ndarray, np.ndarray]:
    """Give the range of each value, lowest first; exact equals are drawn as one item of their number."""
    exact = error_sd == 0
    distinct, item_of_exact, numbers = np.unique(value[exact], return_inverse=True, return_counts=True)
    centre = np.concatenate([distinct, value[~exact]])
    spread = np.concatenate([np.zeros(len(distinct)), error_sd[~exact]])
    number = np.concatenate([numbers, np.ones(int((~exact).sum()), dtype=int)]).astype(np.int32)
    last = _last_ranks(centre, spread, number, draws if (~exact).any() else 1, seed)
    left_out = int(round(tail * len(last), 6))
    ordered = np.sort(last, axis=0)
    low, high = ordered[left_out] - number + 1, ordered[-1 - left_out]
    item = np.empty(len(value), dtype=int)
    item[exact] = item_of_exact
    item[~exact] = len(distinct) + np.arange(int((~exact).sum()))
    return low[item], high[item]


def _last_ranks(
    centre: np.ndarray, spread: np.ndarray, number: np.ndarray, draws: int, seed: int
) -> np.ndarray:
    """Give the last place of each item in each draw, of shape (draws, items)."""
    rng = np.random.default_rng(seed)
    last = np.empty((draws, len(centre)), dtype=np.int32)
    for start in range(0, draws, _TOGETHER):
        block = last[start : start + _TOGETHER]
        drawn = centre + spread * rng.standard_normal(block.shape, dtype=np.float32)
        order = np.argsort(drawn, axis=1)
        np.put_along_axis(block, order, number[order].cumsum(axis=1, dtype=np.int32), axis=1)
    return last


def fifths(values: pd.Series) -> pd.Series:
    """Give the fifth of each value among the others, 1 lowest to 5 highest.

    Equal values share the middle of their places, so that none is set above its equal: a fifth may then
    hold more or fewer than one territory in five.

    Returns
    -------
    pandas.Series
        ``Int64``, indexed as ``values``; null where there is no value.
    """
    known = values.dropna().astype(float)
    middle = known.rank(method="average") - 0.5
    # Whole halves: twice the middle place is an integer, so that no rounding moves a border.
    place = (2 * middle * FIFTHS).astype("int64") // (2 * max(len(known), 1))
    result: pd.Series = (place.clip(upper=FIFTHS - 1) + 1).astype("Int64").reindex(values.index)
    return result
