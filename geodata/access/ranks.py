"""How the ranks of territories move when the thresholds do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
        By territory: ``chosen_low`` to ``chosen_high`` (``Int64``; 1 is the best access), its places with
        the thresholds as chosen, whether all travel is slower, as computed or faster by the doubt of the
        costs, equals holding all of their places; ``rank_low`` to ``rank_high``, those and its places
        under every factor; ``moves``, ranks between the ends of that range. Null where it is not ranked:
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
    own = _places(_versions(package, level, chosen, values[1.0]), higher_first)
    moved = _places(values, higher_first)
    frame = pd.DataFrame(
        {
            "rank_low": pd.concat([own["low"], moved["low"]], axis="columns").min(axis="columns"),
            "rank_high": pd.concat([own["high"], moved["high"]], axis="columns").max(axis="columns"),
            "chosen_low": own["low"],
            "chosen_high": own["high"],
        }
    ).astype("Int64")
    frame["moves"] = frame["rank_high"] - frame["rank_low"]
    return RankMoves(values, frame, _agreement(values))


def _versions(package: Package, level: Level, chosen: Measured, value: pd.Series) -> pd.DataFrame:
    """Give the measure of ranked territories with all travel slower, as computed and faster."""
    columns = {"value": value}
    for name in ("slower", "faster"):
        areas = chosen.by_area.assign(value=chosen.by_area[name])
        columns[name] = at_level(package, level, replace(chosen, by_area=areas))["value"]
    return pd.DataFrame(columns).where(value.notna())


def _places(values: pd.DataFrame, higher_first: bool) -> pd.DataFrame:
    """Give the lowest and highest rank of each territory over several versions of its value."""
    first = values.rank(method="min", ascending=not higher_first)
    last = values.rank(method="max", ascending=not higher_first)
    return pd.DataFrame({"low": first.min(axis="columns"), "high": last.max(axis="columns")})


def _agreement(values: pd.DataFrame) -> pd.Series:
    known = values.dropna()
    if len(known) < _FEWEST:
        return pd.Series(float("nan"), values.columns, name="spearman")
    # Pearson's correlation of the ranks; null, and no warning, where all are equal.
    ranks = known.rank()
    moving = ranks.loc[:, ranks.nunique() > 1]
    with_chosen = moving.corrwith(moving[1.0]) if 1.0 in moving else pd.Series(dtype=float)
    return with_chosen.reindex(values.columns).rename("spearman")
