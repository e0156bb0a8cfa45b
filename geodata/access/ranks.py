"""How the ranks of territories move when the thresholds do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from geodata.access.measure_words import MEASURES
from geodata.access.question import at_thresholds
from geodata.access.reach import Measured, measured
from geodata.access.territories import at_level
from geodata.model import Level
from geodata.package import Package

FACTORS: Final = (0.5, 0.75, 1.0, 1.25, 1.5)
"""The thresholds are multiplied by each."""

_FEWEST: Final = 3
"""Under so many territories a rank correlation says nothing."""


@dataclass(frozen=True, eq=False)
class RankMoves:
    """Ranks under several thresholds.

    Attributes
    ----------
    values
        Territory × factor: the measure, null where a territory is not ranked.
    frame
        By territory: ``rank_low`` to ``rank_high`` (``Int64``; 1 is the best access) over all factors,
        equals holding all of their places; ``chosen_low`` to ``chosen_high``, its places with the
        thresholds as chosen; ``moves``, ranks between the ends of the range. Null where it is not ranked:
        communities, missing or unusable figures under any factor.
    spearman
        Rank correlation of each factor's values with those of the chosen thresholds, by factor; null where
        one of the two does not vary.
    """

    values: pd.DataFrame
    frame: pd.DataFrame
    spearman: pd.Series


def rank_moves(
    package: Package, level: Level, chosen: Measured, factors: Sequence[float] = FACTORS
) -> RankMoves:
    """Measure again with every threshold multiplied, and give the range of ranks of each territory.

    Parameters
    ----------
    chosen
        The measure with the thresholds as chosen; its costs reach as far as the largest factor asks.
    factors
        1 is added where it is not among them.

    Raises
    ------
    AccessError
        If a factor is not above zero, or the costs stop short of a threshold.
    """
    columns = {}
    for factor in sorted({1.0, *factors}):
        question = at_thresholds(chosen.question, factor)
        again = measured(package, question, chosen.costs, chosen.sites, with_range=False)
        table = at_level(package, level, again)
        columns[factor] = table["value"].where(table["ranked"])
    values = pd.DataFrame(columns)
    values = values.where(values.notna().all(axis="columns"))
    higher_first = MEASURES[chosen.question.measure].higher_is_nearer
    first = values.rank(method="min", ascending=not higher_first)
    last = values.rank(method="max", ascending=not higher_first)
    frame = pd.DataFrame(
        {
            "rank_low": first.min(axis="columns"),
            "rank_high": last.max(axis="columns"),
            "chosen_low": first[1.0],
            "chosen_high": last[1.0],
        }
    ).astype("Int64")
    frame["moves"] = frame["rank_high"] - frame["rank_low"]
    return RankMoves(values, frame, _agreement(values))


def _agreement(values: pd.DataFrame) -> pd.Series:
    known = values.dropna()
    if len(known) < _FEWEST:
        return pd.Series(float("nan"), values.columns, name="spearman")
    # Pearson's correlation of the ranks; null, and no warning, where all are equal.
    ranks = known.rank()
    moving = ranks.loc[:, ranks.nunique() > 1]
    with_chosen = moving.corrwith(moving[1.0]) if 1.0 in moving else pd.Series(dtype=float)
    return with_chosen.reindex(values.columns).rename("spearman")
