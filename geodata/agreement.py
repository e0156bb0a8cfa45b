"""Where indicators repeat one another, and where a table's view and an official one part."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd

from geodata.uncertainty import Z_95

REPEATED: Final = 0.8
"""Rank correlation from which two indicators say nearly the same thing."""

FEWEST_FOR_A_PAIR: Final = 5
"""Under this number of territories in common, two indicators repeat one another by chance alone."""

FEWEST_FOR_R: Final = 3
FEWEST_FOR_AN_INTERVAL: Final = 10
"""Under this number, Fisher's interval says less than the number of territories does."""

_NEXT_TO_NOTHING: Final = 1e-9


@dataclass(frozen=True)
class Pair:
    """Two indicators that say nearly the same thing.

    Attributes
    ----------
    a, b
        Indicators, in the order of the table.
    r
        Spearman's rank correlation of their standardised values: near 1 they count the same need twice,
        near −1 they cancel each other.
    n
        Territories in common.
    """

    a: str
    b: str
    r: float
    n: int


@dataclass(frozen=True, eq=False)
class Agreement:
    """How far a table's score and an official index order the territories alike.

    Attributes
    ----------
    spearman, low, high
        Rank correlation and its 95 % interval (Fisher's transformation with the variance of Bonett and
        Wright, 2000), which treats the territories as a sample. Null under three territories, or ten for
        the interval, and where one of the two does not vary.
    n
        Territories that have both.
    movers
        Indexed by territory, the largest move first. ``rank_table``, ``rank_official``: rank among the
        territories that have both, 1 the most need, equals sharing the middle of their places;
        ``change``: places that the territory gains with the table's score (negative: loses);
        ``because``: the indicator that explains most of the move, null where there is no move or none
        goes its way; ``beyond_range``: whether the official rank falls outside the range of ranks of
        the table's score (null without ranges).
    """

    spearman: float
    low: float
    high: float
    n: int
    movers: pd.DataFrame


def correlated(standard: pd.DataFrame, threshold: float = REPEATED) -> list[Pair]:
    """List the pairs of indicators whose rank correlation reaches a threshold, either way, strongest first.

    Parameters
    ----------
    standard
        Territory × indicator, from ``standardise``; each pair is compared over the rows that have both.
    threshold
        Absolute value of Spearman's correlation, 0 to 1.
    """
    found = []
    for a, b in combinations(standard.columns, 2):
        both = standard[[a, b]].dropna()
        r = _spearman(both[a], both[b]) if len(both) >= FEWEST_FOR_A_PAIR else float("nan")
        if abs(r) >= threshold:
            found.append(Pair(str(a), str(b), r, len(both)))
    return sorted(found, key=lambda pair: -abs(pair.r))


def agreement(
    score: pd.Series,
    official: pd.Series,
    contributions: pd.DataFrame,
    ranges: pd.DataFrame | None = None,
) -> Agreement:
    """Compare a table's score with an official index.

    A territory moves up because of the indicator that adds the most beyond what is usual at its official
    value: the contribution less its straight line on the official index. Those gaps add up to the gap of
    the score itself.

    Parameters
    ----------
    score, official
        Both with higher meaning more need (turn the sign of an index that goes the other way); only
        territories that have both are compared.
    contributions
        Parts of ``score``, from ``composite``.
    ranges
        ``rank_low`` and ``rank_high`` of the score, from ``stability``.
    """
    pair = pd.DataFrame({"table": score, "official": official.reindex(score.index)}).astype(float).dropna()
    parts = contributions.reindex(pair.index)
    moves = pd.DataFrame(
        {
            "rank_table": pair["table"].rank(ascending=False),
            "rank_official": pair["official"].rank(ascending=False),
        }
    )
    moves["change"] = moves["rank_official"] - moves["rank_table"]
    moves["because"] = _because(parts, pair["official"], moves["change"])
    moves["beyond_range"] = _beyond(moves["rank_official"], ranges)
    largest = (-moves["change"].abs()).sort_values(kind="stable").index
    r = _spearman(pair["table"], pair["official"]) if len(pair) >= FEWEST_FOR_R else float("nan")
    low, high = _interval(r, len(pair))
    return Agreement(r, low, high, len(pair), moves.loc[largest])


def _spearman(one: pd.Series, other: pd.Series) -> float:
    if one.nunique() < 2 or other.nunique() < 2:
        return float("nan")
    from scipy.stats import spearmanr  # half a second to import, which every start of the program would pay

    return float(spearmanr(one, other).statistic)


def _interval(r: float, n: int) -> tuple[float, float]:
    if not np.isfinite(r) or n < FEWEST_FOR_AN_INTERVAL:
        return float("nan"), float("nan")
    if abs(r) == 1:
        return r, r
    half = Z_95 * np.sqrt((1 + r**2 / 2) / (n - 3))
    return float(np.tanh(np.arctanh(r) - half)), float(np.tanh(np.arctanh(r) + half))


def _because(parts: pd.DataFrame, official: pd.Series, change: pd.Series) -> pd.Series:
    if parts.empty:
        return pd.Series(None, index=parts.index, dtype=object)
    centred = official.to_numpy() - official.mean()
    power = float(centred @ centred)
    gaps = parts.to_numpy(dtype=float) - parts.mean().to_numpy(dtype=float)
    if power > 0:
        gaps = gaps - np.outer(centred, centred @ gaps / power)
    pushes = gaps * np.sign(change.to_numpy())[:, None]
    best = pushes.argmax(axis=1)
    goes = pushes[np.arange(len(pushes)), best] > _NEXT_TO_NOTHING
    names = np.array([str(name) for name in parts.columns], dtype=object)
    return pd.Series(names[best], index=parts.index, dtype=object).where(goes, None)


def _beyond(rank: pd.Series, ranges: pd.DataFrame | None) -> pd.Series:
    if ranges is None:
        return pd.Series(pd.NA, index=rank.index, dtype="boolean")
    held = ranges.reindex(rank.index)
    low, high = held["rank_low"].astype("Float64"), held["rank_high"].astype("Float64")
    return ((rank < low) | (rank > high)).astype("boolean")
