"""Inequality inside a territory: a rich and a poor half average to « normal »."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from dashboard import data
from dashboard import format as fmt
from dashboard.i18n import _, text
from dashboard.narration.facts import fact_of
from geodata.aggregate import FEWEST_COVERED, population_fifth
from geodata.model import Direction, Indicator, Level, Theme
from geodata.package import Package

FEWEST_AREAS: Final = 5
"""Under this number of areas, shares would tell those of one street."""

_CENSUS_YEAR: Final = 2021


@dataclass(frozen=True)
class Inside:
    """How the people of a territory are spread over Québec's fifths of a score.

    Attributes
    ----------
    shares
        Share of the people in each of Québec's fifths, 1 lowest to 5 highest; sums to 1.
    areas
        Dissemination areas with a score and people.
    """

    indicator: Indicator
    shares: tuple[float, float, float, float, float]
    areas: int


def spread_inside(package: Package, territory: str) -> list[Inside]:
    """Give the spread of each score that reads as living conditions and exists by area.

    Left out: descriptive scores, a score that is not shown for the territory itself, fewer than five
    areas, and scores known for less than 70 % of the people. Areas whose own value is not shown count in
    these shares, as they do in the territory's published figure: leaving them out would tell them. In a
    territory of a table's own making they do not, since anyone could draw it around one of them.
    """
    level = Level(package.territories.at[territory, "level"])
    if level is Level.DA or Level.DA not in {Level(name) for name in package.territories["level"].unique()}:
        return []
    scores = [
        indicator
        for indicator in package.indicators.values()
        if indicator.theme is Theme.DEPRIVATION
        and Level.DA in indicator.levels
        and indicator.base_level is Level.DA
        and Level.PROVINCE in indicator.levels
        and indicator.direction is not Direction.DESCRIPTIVE
    ]
    people = _people(package, territory)
    found = (_inside(package, territory, indicator, people) for indicator in scores)
    return [each for each in found if each is not None]


def _people(package: Package, territory: str) -> pd.Series:
    """Give the people of the territory by area, by the share of each area inside."""
    links = package.membership
    own = links[(links["territory_id"] == territory) & (links["census_year"] == _CENSUS_YEAR)]
    shares = own.groupby("da_id")["fraction"].sum()
    everyone = package.territories["pop_2021"].reindex(shares.index).astype(float).fillna(0.0)
    people: pd.Series = shares * everyone
    return people


def _inside(package: Package, territory: str, indicator: Indicator, people: pd.Series) -> Inside | None:
    own = fact_of(package, territory, indicator.id)
    if own is None or pd.isna(own.row["value"]):
        return None
    scores = package.values(Level.DA, indicator.id, indicator.periods[0])["value"].astype(float)
    everyone = package.level(Level.DA)["pop_2021"].astype(float).fillna(0.0)
    fifth = population_fifth(scores, everyone)
    if own.figures.level is Level.CUSTOM:
        shown = data.figures_of(package, Level.DA, indicator.id, indicator.periods[0]).values
        fifth = fifth.where(shown.notna())
    fifth = fifth.reindex(people.index)
    counted = people[fifth.notna() & (people > 0)]
    if len(counted) < FEWEST_AREAS or counted.sum() < FEWEST_COVERED * people.sum():
        return None
    by_fifth = counted.groupby(fifth).sum() / counted.sum()
    one, two, three, four, five = (float(by_fifth.get(n, 0.0)) for n in range(1, 6))
    return Inside(indicator, (one, two, three, four, five), len(counted))


def inside(package: Package, territory: str) -> list[str]:
    """Say how the people of a territory are spread over Québec's fifths: the two ends of each score."""
    found = spread_inside(package, territory)
    if not found:
        return []
    parts = [
        _("« {title} », {lowest} et {highest}").format(
            title=text(each.indicator.title),
            lowest=fmt.share(each.shares[0]),
            highest=fmt.share(each.shares[4]),
        )
        for each in found
    ]
    said = _(
        "part des gens qui vivent dans le cinquième le moins élevé du Québec, puis dans le plus élevé : "
        "{facts}"
    ).format(facts=_(" ; ").join(parts))
    return [said, _("une moyenne ne montre pas ces écarts entre voisins")]
