"""Why need outweighs access in a territory, as reasons with their numbers, and what would help most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from geodata.access.addition import Addition, best_addition
from geodata.access.gap import Gap
from geodata.access.needs import Need
from geodata.access.reach import Measured
from geodata.access.territories import weights_at
from geodata.composite import Scale, standardise
from geodata.errors import SelectionError
from geodata.model import Direction, Indicator, Level
from geodata.package import Package
from geodata.spread import weighted_quantiles
from geodata.staleness import Age, age_class
from geodata.text import Text

MOST_PARTS: Final = 3
"""So many indicators of a grid are named."""

CROWDED: Final = 0.80
"""Places are shared by many where the supply by person is at most this share of what is usual."""


class ReasonKind(StrEnum):
    """What a reason speaks of."""

    LEFT_OUT = "left_out"
    NEED = "need"
    FAR = "far"
    OUT_OF_REACH = "out_of_reach"
    SHARED = "shared"
    LISTING = "listing"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class NeedValues:
    """One indicator of the need.

    Attributes
    ----------
    value
        As published, in its unit.
    percentile
        Share of the people, 0 to 100, whose territory has less of this need.
    weight
        Its share, 0 to 1, of all that sets the score above that of the median territory.
    """

    indicator: Indicator
    value: float
    percentile: float
    weight: float


@dataclass(frozen=True, slots=True)
class FarValues:
    """How far places are, for people of the group; ``minutes`` is a mean over those in reach."""

    people: float
    people_beyond: float
    minutes: float
    threshold: float


@dataclass(frozen=True, slots=True)
class BeyondValues:
    """People without a place in the time looked for, ``minutes``; null minutes where it had no end."""

    people: float
    minutes: float | None


@dataclass(frozen=True, slots=True)
class SharedValues:
    """Supply within the threshold by 10,000 people, for the median person here and wherever it is known."""

    per_10000: float
    usual: float


@dataclass(frozen=True, slots=True)
class ListingValues:
    """Dates at which someone vouched for the nearest places, as written; empty where none is known."""

    places: int
    old: int
    undated: int
    oldest: str
    median: str


Values = NeedValues | FarValues | BeyondValues | SharedValues | ListingValues | Addition | Text


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, and its numbers for a page to word."""

    kind: ReasonKind
    values: Values


def reasons(
    package: Package, gap: Gap, territory_id: str, *, today: date | None = None
) -> tuple[Reason, ...]:
    """Give the reasons of a gap: need first, then access, the listing, and what would help most.

    Parameters
    ----------
    gap
        From ``gap_of``.

    Returns
    -------
    tuple of Reason
        For a territory without a class, only why it has none.

    Raises
    ------
    SelectionError
        If the territory is not of that gap, or the gap is of bare numbers.
    """
    if gap.need is None or gap.measured is None or territory_id not in gap.frame.index:
        raise SelectionError(
            Text(
                "Ce territoire n'est pas dans cette comparaison", "This territory is not in this comparison"
            ),
            where=territory_id,
            hint=Text("choisissez un territoire du même niveau", "choose a territory of the same level"),
        )
    left_out = gap.frame.at[territory_id, "reason"]
    if isinstance(left_out, Text):
        return (Reason(ReasonKind.LEFT_OUT, left_out),)
    people = _people(package, gap.measured, territory_id)
    found = [Reason(ReasonKind.NEED, values) for values in _need(gap.need, gap, territory_id)]
    found += _access(gap.measured, people)
    found.append(Reason(ReasonKind.LISTING, _listing(gap.measured, people, today or date.today())))
    help_ = best_addition(package, gap.measured, territory_id)
    if help_ is not None:
        found.append(Reason(ReasonKind.HELP, help_))
    return tuple(found)


def _people(package: Package, measured: Measured, territory_id: str) -> pd.Series:
    """Give the people of the group in each area of a territory whose access is known."""
    level = Level(package.territories.at[territory_id, "level"])
    areas = measured.by_area[measured.by_area["known"] & measured.by_area["people"].gt(0)]
    rows = weights_at(package, level, areas.index)
    rows = rows[rows["territory_id"].eq(territory_id) & rows["da_id"].isin(areas.index)]
    fraction = rows.set_index("da_id")["fraction"]
    inside: pd.Series = areas.loc[fraction.index, "people"] * fraction
    return inside


def _need(need: Need, gap: Gap, territory_id: str) -> list[NeedValues]:
    """Name the indicators that add the most to the need, most first; only those that add to it."""
    by_id = {indicator.id: indicator for indicator in need.inputs.indicators}
    if not need.is_grid:
        name, indicator = next(iter(by_id.items()))
        percentile = float(gap.frame["need_percentile"][territory_id])
        return [NeedValues(indicator, float(need.parts[name][territory_id]), percentile, 1.0)]
    parts, people = need.parts, need.inputs.population
    directions = dict.fromkeys(by_id, Direction.HIGHER_IS_NEED)  # a contribution already points to need
    percentiles = standardise(parts, people, directions, Scale.PERCENTILE)
    adds = pd.Series({name: float((parts[name] - parts[name].median())[territory_id]) for name in parts})
    above = adds[adds > 0].sort_values(ascending=False)
    return [
        NeedValues(
            by_id[str(name)],
            float(need.inputs.values[name][territory_id]),
            float(percentiles[name][territory_id]),
            float(added / above.sum()),
        )
        for name, added in above.head(MOST_PARTS).items()
    ]


def _access(measured: Measured, people: pd.Series) -> list[Reason]:
    areas = measured.by_area.loc[people.index]
    found = []
    beyond = float(people[~areas["within"]].sum())
    reached = people[areas["minutes_1"].notna()]
    if beyond > 0:
        minutes = _mean(areas["minutes_1"], reached)
        threshold = _mean(areas["threshold"], people)
        found.append(Reason(ReasonKind.FAR, FarValues(float(people.sum()), beyond, minutes, threshold)))
    nobody = float(people[areas["out_of_reach"]].sum())
    if nobody > 0:
        found.append(Reason(ReasonKind.OUT_OF_REACH, BeyondValues(nobody, measured.costs.cutoff_minutes)))
    shared = _shared(measured, people[areas["within"]])
    if shared is not None and shared.per_10000 <= CROWDED * shared.usual:
        found.append(Reason(ReasonKind.SHARED, shared))
    return found


def _shared(measured: Measured, served: pd.Series) -> SharedValues | None:
    """Compare the supply shared here, by people who have a place near enough, with that of Québec."""
    areas = measured.by_area
    everyone = areas.loc[areas["known"] & areas["within"] & areas["everyone"].gt(0), "everyone"]
    if served.sum() <= 0 or everyone.empty:
        return None
    local, usual = (
        float(
            weighted_quantiles(measured.shared_supply[p.index].to_numpy(float), p.to_numpy(float), [0.5])[0]
        )
        for p in (served, everyone)
    )
    return SharedValues(local, usual)


def _listing(measured: Measured, people: pd.Series, today: date) -> ListingValues:
    near = pd.Index(measured.by_area.loc[people.index, "site_1"].dropna().unique())
    frame = measured.sites.frame.loc[measured.sites.frame.index.isin(near)]
    ages = [age_class(str(day), today) for day in frame["assured_date"].fillna("")]
    dates = measured.sites.dates(today, near)
    return ListingValues(
        len(frame), ages.count(Age.STALE), ages.count(Age.UNDATED), dates["oldest"], dates["median"]
    )


def _mean(values: pd.Series, people: pd.Series) -> float:
    if people.sum() <= 0:
        return float("nan")
    return float(np.average(values[people.index].to_numpy(float), weights=people.to_numpy(float)))
