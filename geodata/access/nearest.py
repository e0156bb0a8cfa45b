"""Nearest sites, and how many are in reach."""

from __future__ import annotations

from numbers import Integral

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.access.blocks import Block
from geodata.access.costs import TravelCosts
from geodata.access.decay import Decay, one_step
from geodata.access.errors import AccessError
from geodata.text import Text


def nearest(costs: TravelCosts, k: int = 1) -> pd.DataFrame:
    """Find the k-th nearest site of each origin.

    Of two sites as near as each other, the first in the order of the costs comes first.

    Parameters
    ----------
    costs
        Minutes from origins to sites.
    k
        1 for the nearest, 3 for the third nearest.

    Returns
    -------
    DataFrame
        By ``origin_id``, in the order of the costs: ``site_id``, ``minutes`` and ``km``; null where fewer
        than ``k`` sites are in reach, or the origin was not computed.

    Raises
    ------
    AccessError
        If ``k`` is not 1 or more.
    """
    if isinstance(k, bool) or not isinstance(k, Integral) or k < 1:
        raise AccessError(
            Text(f"Le rang {k} n'existe pas", f"There is no rank {k}"),
            where="k",
            hint=Text("donnez 1 pour le plus proche", "give 1 for the nearest"),
        )
    found = np.full(len(costs.origins), -1, dtype=np.int64)
    minutes = np.full(len(costs.origins), np.nan)
    km = np.full(len(costs.origins), np.nan)
    for block in costs.blocks():
        pair = _kth(block, int(k))
        rows = block.first + np.flatnonzero(pair >= 0)
        pair = pair[pair >= 0]
        found[rows], minutes[rows] = block.site[pair], block.minutes[pair]
        if block.km is not None:
            km[rows] = block.km[pair]
    columns = {"site_id": _sites(costs, found), "minutes": minutes, "km": km}
    return pd.DataFrame(columns, index=costs.origins.rename("origin_id"))


def cumulative(costs: TravelCosts, threshold: float | pd.Series) -> pd.Series:
    """Count the sites within a threshold, inclusive.

    Parameters
    ----------
    costs
        Minutes from origins to sites.
    threshold
        Minutes; one number, or one for each origin of the costs.

    Returns
    -------
    Series of int64
        By ``origin_id``, in the order of the costs; of nullable ``Int64`` where some origins were not
        computed, which are null.

    Raises
    ------
    AccessError
        If a threshold is zero, negative, infinite or missing, or the costs stop before it.
    """
    counts = _within(costs, one_step(costs, threshold)).rename("cumulative")
    missing = counts.index.isin(list(costs.facts.incomplete))
    return counts.astype("Int64").mask(missing) if missing.any() else counts


def reached(costs: TravelCosts, threshold: float | pd.Series) -> pd.Series:
    """Tell whether a site is within a threshold, inclusive.

    Returns
    -------
    Series of bool
        As :func:`cumulative`; nullable ``boolean`` where some origins were not computed.

    Raises
    ------
    AccessError
        As for :func:`cumulative`.
    """
    return (cumulative(costs, threshold) > 0).rename("reached")


def _within(costs: TravelCosts, decay: Decay) -> pd.Series:
    counts = np.zeros(len(costs.origins), dtype=np.int64)
    for block in costs.blocks():
        before = np.concatenate(([0], np.cumsum(decay.of(block) > 0)))
        counts[block.first : block.end] = np.diff(before[block.indptr])
    return pd.Series(counts, index=costs.origins.rename("origin_id"))


def _kth(block: Block, k: int) -> NDArray[np.int64]:
    """Give the pair of the k-th nearest site of each origin, -1 where there are fewer."""
    filled = np.flatnonzero(block.counts >= k)
    result = np.full(block.rows, -1, dtype=np.int64)
    if not len(filled):
        return result
    minutes = block.minutes.copy()
    rows = np.flatnonzero(block.counts)
    starts = block.indptr[rows]
    pair = starts
    for turn in range(k):
        least = np.full(block.rows, np.inf)
        least[rows] = np.minimum.reduceat(minutes, starts)
        ties = np.flatnonzero(minutes == block.spread(least))
        # The first tie at or after the start of each row is of that row: its least is one of them.
        pair = ties[np.searchsorted(ties, starts)]
        if turn < k - 1:
            minutes[pair] = np.inf
    enough = block.counts[rows] >= k
    result[rows[enough]] = pair[enough]
    return result


def _sites(costs: TravelCosts, found: NDArray[np.int64]) -> pd.Series:
    ids = pd.Series(costs.sites)
    if costs.sites.dtype.kind in "iu":  # as floats, large identifiers would change
        ids = ids.astype("Int64")
    return ids.reindex(found).set_axis(costs.origins)
