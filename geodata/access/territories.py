"""A measure of access carried from dissemination areas to territories: sums apart, then one division."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from geodata.access.density import density
from geodata.access.errors import AccessError
from geodata.access.measure_words import MINUTES, Measure
from geodata.access.reach import Measured
from geodata.aggregate import FEWEST_COVERED, assert_conserved
from geodata.model import ErrorKind, Governance, Grade, Level, Status
from geodata.package import Package
from geodata.spread import CENSUS_YEAR
from geodata.text import Text
from geodata.uncertainty import CAUTION_CV, coefficient_of_variation, grade

OUT_OF_REACH: Final = "out_of_reach"
"""Status of a territory where the places are known, and none is in anybody's reach."""

_DIGITS: Final = 9
"""Equals that only the last binary digit tells apart share their rank."""

_VERSIONS: Final = ("value", "slower", "faster")

COLUMNS: Final = (
    "value", "low", "high", "people", "people_within", "out_of_reach_people", "coverage", "status", "grade",
    "ranked",
)  # fmt: skip


def at_level(
    package: Package, level: Level, measured: Measured, *, today: date | None = None
) -> pd.DataFrame:
    """Carry a measure to the territories of a level.

    A share is people over people; minutes and places are means by person, over those in reach for minutes.
    An area split between territories counts in each by its fraction.

    Parameters
    ----------
    today
        Day of reading, for the age of the listing; now where null.

    Returns
    -------
    pandas.DataFrame
        Indexed as ``package.level(level)``: ``value``, ``low`` and ``high`` (range of the model of travel)
        in the unit of the measure; ``people`` of the group where access is known; ``people_within`` the
        threshold; ``out_of_reach_people`` (for the third nearest, people with fewer than three places in
        the time looked for); ``coverage`` (share of all people whose access is known, 0 to 1); ``status``
        (``geodata.model.Status`` or ``OUT_OF_REACH``); ``grade``, prudence at most; ``ranked``, false for
        communities and where there is no figure to rank.

    Raises
    ------
    AccessError
        If the measure is a level of service by zone and the level is not that of the areas.
    ConservationError
        If people were lost or counted twice on the way.
    """
    measure = measured.question.measure
    if measure is Measure.BALANCED and level is not Level.DA:
        raise AccessError(
            Text(
                "Un niveau de service par zone ne se porte pas à un autre niveau",
                "A level of service by zone is not carried to another level",
            ),
            where=level.value,
            hint=Text(
                "choisissez les aires de diffusion, ou une autre mesure",
                "choose dissemination areas, or another measure",
            ),
        )
    places = package.level(level)
    sums = _sums(package, level, measured).reindex(places.index)
    result = _figures(sums)
    result["nobody"] = places["pop_2021"].eq(0).fillna(False).astype(bool)
    if measure is Measure.PER_1000:
        rate = density(package, level, measured.sites, result["people"], measured.question.buffer_km)
        result["value"] = result["low"] = result["high"] = rate
    result = _with_status(result, measure)
    result["grade"] = _grades(result, measured, today or date.today())
    communities = places["governance"].ne(Governance.NONE.value)
    usable = result["grade"].notna() & result["grade"].ne(Grade.DO_NOT_USE.value)
    result["ranked"] = (usable & ~communities).astype(bool)
    return result[list(COLUMNS)]


def weights_at(package: Package, level: Level, areas: pd.Index) -> pd.DataFrame:
    """Give the share of each area in each territory of a level: ``da_id, territory_id, fraction``."""
    if level is Level.DA:
        return pd.DataFrame({"da_id": areas, "territory_id": areas, "fraction": 1.0})
    rows = package.membership
    mine = rows["census_year"].eq(CENSUS_YEAR) & rows["territory_id"].isin(package.level(level).index)
    kept: pd.DataFrame = rows.loc[mine, ["da_id", "territory_id", "fraction"]]
    return kept


def _sums(package: Package, level: Level, measured: Measured) -> pd.DataFrame:
    areas = measured.by_area
    everyone = package.level(Level.DA)["pop_2021"].astype("Float64").astype(float).fillna(0.0)
    known = (areas["known"] & areas["people"].notna()).reindex(everyone.index, fill_value=False)
    mine = areas.reindex(everyone.index)
    people = mine["people"].where(known, 0.0)
    by_area = pd.DataFrame({"everyone": everyone, "covered": everyone.where(known, 0.0), "people": people})
    by_area["people_within"] = people.where(mine["within"].eq(True), 0.0)
    beyond = mine["minutes_3" if measured.question.measure is Measure.NEAREST_3 else "minutes_1"].isna()
    by_area["out_of_reach_people"] = people.where(beyond, 0.0)
    by_area["weight"] = people.where(mine["value"].notna(), 0.0)
    for name in _VERSIONS:
        by_area[name] = (mine[name] * people).fillna(0.0)
    rows = weights_at(package, level, everyone.index)
    cells = by_area.reindex(rows["da_id"])
    weighted = cells.mul(rows["fraction"].to_numpy(), axis=0)
    sums = weighted.groupby(rows["territory_id"].to_numpy()).sum()
    share = rows.groupby("da_id")["fraction"].sum().reindex(everyone.index, fill_value=0.0)
    for name in ("people", "people_within", "out_of_reach_people"):
        assert_conserved(
            float((by_area[name] * share).sum()), float(sums[name].sum()), f"{level.value}, {name}"
        )
    return sums


def _figures(sums: pd.DataFrame) -> pd.DataFrame:
    result = sums[["people", "people_within", "out_of_reach_people"]].copy()
    means = sums[list(_VERSIONS)].div(sums["weight"].where(sums["weight"] > 0), axis=0).round(_DIGITS)
    result["value"], result["low"], result["high"] = (
        means["value"],
        means.min(axis="columns"),
        means.max(axis="columns"),
    )
    coverage = sums["covered"] / sums["everyone"].where(sums["everyone"] > 0)
    result["coverage"] = coverage.clip(upper=1.0).fillna(0.0)
    return result


def _with_status(result: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    covered = result["coverage"] >= FEWEST_COVERED
    lived_in = result["people"] > 0
    unreached = covered & lived_in & result["value"].isna() & (measure in MINUTES)
    ok = covered & lived_in & result["value"].notna()
    # Nobody lives there at all, which is not the same as people of whom nothing is known.
    nobody = covered & ~lived_in | result["nobody"]
    result["status"] = np.select(
        [ok, unreached, nobody],
        [Status.OK.value, OUT_OF_REACH, Status.NOT_APPLICABLE.value],
        Status.NO_DATA.value,
    )
    result[["value", "low", "high"]] = result[["value", "low", "high"]].where(ok)
    return result


def _grades(result: pd.DataFrame, measured: Measured, today: date) -> pd.Series:
    """Grade figures of a model whose error nobody published: prudence at most.

    Half of the model's range stands for the 95 % half-width. A listing of which half is stale is a second
    reason for prudence: with a range that alone asks for it, the figure is not to be used.
    """
    half = (result["high"] - result["low"]) / 2
    spread = float(result["value"].std(ddof=0)) if result["value"].notna().any() else None
    earned = grade(
        result["value"], half, ErrorKind.UNPUBLISHED, result["coverage"], result["people"], spread=spread
    )
    if not measured.sites.is_stale(today):
        return earned
    variation = coefficient_of_variation(result["value"], half, ratio_scale=True, spread=spread)
    return earned.mask(earned.notna() & (variation >= CAUTION_CV), Grade.DO_NOT_USE.value)
