"""Need beside access: nine classes by thirds of the people, and where much need meets little access."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from geodata.access.errors import AccessError
from geodata.access.measure_words import MEASURES, MINUTES
from geodata.access.needs import Need
from geodata.access.reach import Measured
from geodata.access.territories import OUT_OF_REACH, at_level
from geodata.aggregate import assert_conserved
from geodata.composite import Scale, standardise
from geodata.inputs import REASON_TEXTS, Reason
from geodata.model import Direction, Grade, Level, Status
from geodata.package import Package
from geodata.ranking import fifths
from geodata.text import Text
from geodata.uncertainty import CAUTION_PEOPLE, UNUSABLE_PEOPLE

CLASSES: Final = (1, 2, 3)
PRIORITY: Final = ((3, 1), (3, 2), (2, 1))
"""Classes of (need, access) in which need outweighs access, the widest gap first."""

_CUTS: Final = (100 / 3, 200 / 3)
_DIGITS: Final = 9
_DOUBTS_TOO_MANY: Final = 2


@dataclass(frozen=True, eq=False)
class Gap:
    """Need beside access.

    Attributes
    ----------
    frame
        By territory: ``need``, ``access`` (higher is more need, and better access); ``need_percentile``,
        ``access_percentile`` with ``_low`` and ``_high`` (share of the people, 0 to 100, whose territory
        has less, half of those with as much); ``need_class``, ``access_class`` (``Int64``, 1 low to 3
        high); ``need_sure``, ``access_sure`` (``boolean``: the class does not change within the error;
        null where the error is not published); ``people``; ``grade``; ``gap`` (need less access,
        percentiles) with ``gap_low``, ``gap_high``; ``rank_low``, ``rank_high`` (1 is the widest gap; null
        where an error is not published), ``fifth`` (5 the widest). Null throughout where need or access
        is missing, and then ``reason`` (Text) says why.
    counts
        People by need class (rows 1 to 3) and access class (columns 1 to 3).
    territories
        Number of territories, as ``counts``.
    need, measured, level
        What they come from; null where only series were given.
    access
        Table of ``at_level``; null where only series were given.
    """

    frame: pd.DataFrame
    counts: pd.DataFrame
    territories: pd.DataFrame
    level: Level | None = None
    need: Need | None = None
    measured: Measured | None = None
    access: pd.DataFrame | None = None

    def widest(self, number: int = 10) -> pd.DataFrame:
        """Give territories where need outweighs access: by class, the most people first within each.

        No order of merit: territories of one class are not told apart by it. Where nobody has better
        access, there is no gap.
        """
        place = {pair: at for at, pair in enumerate(PRIORITY)}
        pairs = zip(self.frame["need_class"], self.frame["access_class"], strict=True)
        order = pd.Series([place.get(pair, len(place)) for pair in pairs], self.frame.index)
        usable = order.lt(len(place)) & self.frame["grade"].ne(Grade.DO_NOT_USE.value)
        compared = self.frame.loc[self.frame["access_class"].notna(), "access"]
        usable &= self.frame["access"].lt(compared.max()) & self.frame["gap"].gt(0)
        chosen = self.frame[usable].assign(order=order[usable])
        ranked = chosen.sort_values(["order", "people"], ascending=[True, False], kind="stable")
        return ranked.drop(columns="order").head(number)


def bivariate(
    need: pd.Series,
    access: pd.Series,
    people: pd.Series,
    *,
    need_moe: pd.Series | None = None,
    access_low: pd.Series | None = None,
    access_high: pd.Series | None = None,
    access_grade: pd.Series | None = None,
    stale: bool = False,
) -> Gap:
    """Set need beside access in nine classes, by thirds of the people of the territories that have both.

    Parameters
    ----------
    need, access
        By territory: higher is more need, and better access; null is missing and stays so.
    people
        By territory.
    need_moe
        95 % half-widths of ``need``; an error is unknown where null, or where none is given.
    access_low, access_high
        Range of ``access``; unknown where none is given.
    access_grade
        Grade of each access figure: that of the gap is never better.
    stale
        Whether the listing of places is: one reason for doubt, as is a class that may change.

    Raises
    ------
    AccessError
        If need, access and people do not name the same territories, one is infinite, or people are negative.
    """
    _require_aligned(need, access, people)
    count = people.astype("Float64").astype(float)
    both = need.notna() & access.notna() & count.gt(0)
    frame = pd.DataFrame({"need": need.astype(float), "access": access.astype(float), "people": count})
    moe = pd.Series(np.nan, need.index) if need_moe is None else need_moe.reindex(need.index).astype(float)
    low, high = (
        pd.Series(np.nan, access.index) if side is None else side.reindex(access.index).astype(float)
        for side in (access_low, access_high)
    )
    for name, value, below, above in (
        ("need", need, need - moe, need + moe),
        ("access", access, low, high),
    ):
        known = value.astype(float).where(both)
        placed = _percentiles(known, below, above, count)
        third = partial(_class, least=known.min(), most=known.max())
        for suffix in ("", "_low", "_high"):
            frame[f"{name}_percentile{suffix}"] = placed[f"at{suffix}"]
        frame[f"{name}_class"] = third(placed["at"], known)
        ends = third(placed["at_low"], below), third(placed["at_high"], above)
        same = ends[0].eq(ends[1]).astype("boolean")
        frame[f"{name}_sure"] = same.where(placed["at_low"].notna() & placed["at_high"].notna())
    frame = _ranked(frame)
    frame["grade"] = _grade(frame, both, access_grade, stale)
    return Gap(frame, *_crossed(frame, both))


def gap_of(
    package: Package, level: Level, need: Need, measured: Measured, *, today: date | None = None
) -> Gap:
    """Set a need beside a measure of access at one level.

    Communities, and territories whose figure may not be ranked, are in no class; ``reason`` says why. For
    minutes, people out of reach count at the time up to which places were looked for, which is the least
    that it can take them.

    Raises
    ------
    AccessError
        If the need is of another level, or as ``at_level``.
    """
    if need.level is not level:
        raise AccessError(
            Text(
                "Le besoin et l'accès ne sont pas au même niveau", "Need and access are not at the same level"
            ),
            where=f"{need.level.value}, {level.value}",
            hint=Text("choisissez le niveau de la grille", "choose the level of the grid"),
        )
    day = today or date.today()
    table = at_level(package, level, measured, today=day)
    oriented = _oriented(table, measured)
    # A community is in where the table of the grid was asked by it to be.
    usable = table["grade"].notna() & table["grade"].ne(Grade.DO_NOT_USE.value)
    ranked = usable & (table["ranked"] | table.index.isin(need.inputs.values.index))
    found = bivariate(
        need.score.reindex(table.index),
        oriented["value"].where(ranked),
        table["people"],
        need_moe=need.moe_95,
        access_low=oriented["low"] if measured.facts.doubt > 0 else None,
        access_high=oriented["high"] if measured.facts.doubt > 0 else None,
        access_grade=table["grade"],
        stale=measured.sites.is_stale(day),
    )
    frame = found.frame.assign(reason=_reasons(found.frame, need, table))
    return replace(found, frame=frame, level=level, need=need, measured=measured, access=table)


def _oriented(table: pd.DataFrame, measured: Measured) -> pd.DataFrame:
    """Give value, low and high such that higher is better access, people out of reach included."""
    measure = measured.question.measure
    figures = table[["value", "low", "high"]].copy()
    if measure not in MINUTES:
        return figures if MEASURES[measure].higher_is_nearer else -figures
    asked = measured.costs.cutoff_minutes
    looked = measured.by_area[["minutes_1", "minutes_3"]].max().max()
    farthest = float(asked if asked is not None else looked)
    beyond = (table["out_of_reach_people"] / table["people"].where(table["people"] > 0)).fillna(0.0)
    unreached = (farthest * beyond).where(beyond > 0, 0.0)
    reached = figures.mul(1.0 - beyond, axis=0).add(unreached, axis=0)
    everyone = table["status"].eq(OUT_OF_REACH)
    reached[everyone] = farthest
    return (-reached).rename(columns={"low": "high", "high": "low"})


def _reasons(frame: pd.DataFrame, need: Need, table: pd.DataFrame) -> pd.Series:
    """Say why each territory without a class has none: the need's reason first, then that of access."""
    of_access = {
        Status.NO_DATA.value: REASON_TEXTS[Reason.NO_DATA],
        Status.NOT_APPLICABLE.value: REASON_TEXTS[Reason.NOT_APPLICABLE],
    }
    uncertain = REASON_TEXTS[Reason.UNCERTAIN]
    told = pd.Series(
        [of_access.get(status, uncertain) for status in table["status"]], index=table.index, dtype=object
    )
    reasons = need.excluded["reason"].reindex(frame.index).astype(object)
    without = frame["need_class"].isna() | frame["access_class"].isna()
    return reasons.where(reasons.notna(), told).where(without)


def _require_aligned(need: pd.Series, access: pd.Series, people: pd.Series) -> None:
    same = need.index.is_unique and need.index.equals(access.index) and need.index.equals(people.index)
    finite = not any(
        np.isinf(s.astype("Float64").to_numpy(float, na_value=np.nan)).any() for s in (need, access, people)
    )
    if same and finite and not people.lt(0).fillna(False).any():
        return
    raise AccessError(
        Text(
            "Le besoin, l'accès et les gens ne se correspondent pas", "Need, access and people do not match"
        ),
        hint=Text(
            "donnez les mêmes territoires, chacun une fois, des nombres finis et des gens de 0 ou plus",
            "give the same territories, each once, finite numbers, and people of 0 or more",
        ),
    )


def _percentiles(value: pd.Series, low: pd.Series, high: pd.Series, people: pd.Series) -> pd.DataFrame:
    """Place each value, and the ends of its range, among the people of all territories."""
    known = value.notna()
    ends = {"at": value, "at_low": low.where(known), "at_high": high.where(known)}
    stacked = pd.concat(ends)
    # The ends weigh nobody: they are placed, and the others stay where they are.
    weights = pd.concat({"at": people.where(known, 0.0), "at_low": 0.0 * people, "at_high": 0.0 * people})
    if not known.any():
        return pd.DataFrame(np.nan, index=value.index, columns=list(ends))
    placed = standardise(
        stacked.to_frame("value"), weights.fillna(0.0), {"value": Direction.HIGHER_IS_NEED}, Scale.PERCENTILE
    )["value"]
    table = pd.DataFrame({name: placed.loc[name] for name in ends}).reindex(value.index)
    # Its own people move with a territory: they are no step on its way (as in ``standardise_error``).
    own = 50.0 * people / people[known].sum()
    for name in ("at_low", "at_high"):
        table[name] = table[name] + own * np.sign(value - ends[name])
    return table.round(_DIGITS)


def _class(percentile: pd.Series, value: pd.Series, least: float, most: float) -> pd.Series:
    """Give the third of the people in which a percentile falls, 1 to 3.

    Many territories may share the lowest value (nobody near a place), and stand together in the middle of
    their people: they are in the first third nevertheless, as those of the highest value in the last.
    """
    first, second = ((percentile >= round(cut, _DIGITS)).astype("Int64") for cut in _CUTS)
    result: pd.Series = first + second + 1
    if least < most:
        result = result.mask(value <= least, 1).mask(value >= most, 3)
    return result.where(percentile.notna())


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the width of the gap and the range of its rank: it is passed by those surely wider only."""
    table = frame.copy()
    table["gap"] = frame["need_percentile"] - frame["access_percentile"]
    table["gap_low"] = frame["need_percentile_low"] - frame["access_percentile_high"]
    table["gap_high"] = frame["need_percentile_high"] - frame["access_percentile_low"]
    low, high = table["gap_low"].to_numpy(), table["gap_high"].to_numpy()
    known = ~(np.isnan(low) | np.isnan(high))
    lows, highs = np.sort(low[known]), np.sort(high[known])
    surely_wider = known.sum() - np.searchsorted(lows, high, side="right")
    maybe_wider = known.sum() - np.searchsorted(highs, low, side="left")
    for name, places in (("rank_low", surely_wider + 1), ("rank_high", maybe_wider)):
        table[name] = pd.Series(places, table.index).where(known).astype("Int64")
    table["fifth"] = fifths(table["gap"])
    return table


def _grade(frame: pd.DataFrame, both: pd.Series, access_grade: pd.Series | None, stale: bool) -> pd.Series:
    """Grade each gap: an error that is not published, or one doubt, asks for prudence; two are too many."""
    doubts = frame["need_sure"].eq(False).fillna(False).astype(int)
    doubts = doubts + frame["access_sure"].eq(False).fillna(False).astype(int) + int(stale)
    unknown = frame["need_sure"].isna() | frame["access_sure"].isna()
    unusable = (doubts >= _DOUBTS_TOO_MANY) | (frame["people"] < UNUSABLE_PEOPLE)
    caution = (doubts > 0) | unknown | (frame["people"] < CAUTION_PEOPLE)
    if access_grade is not None:
        given = access_grade.reindex(frame.index)
        unusable = unusable | given.eq(Grade.DO_NOT_USE.value)
        caution = caution | given.eq(Grade.CAUTION.value)
    grades = np.select([unusable, caution], [Grade.DO_NOT_USE.value, Grade.CAUTION.value], Grade.SOLID.value)
    return pd.Series(grades, frame.index, dtype=object).where(both)


def _crossed(frame: pd.DataFrame, both: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    mine = frame[both]
    people, number = (
        mine.pivot_table(index="need_class", columns="access_class", values="people", aggfunc=how)
        .reindex(index=list(CLASSES), columns=list(CLASSES))
        .fillna(0.0)
        .astype(float)
        for how in ("sum", "count")
    )
    assert_conserved(float(mine["people"].sum()), float(people.to_numpy().sum()), "need_class, access_class")
    return people, number.astype("int64")
