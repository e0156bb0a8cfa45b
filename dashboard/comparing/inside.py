"""What the mean of a territory hides: its dissemination areas, weighed by their people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.comparison import value_of
from geodata.model import Indicator, Level, Theme
from geodata.package import Package
from geodata.spread import TENTHS, areas_inside, covered_share, spread_inside, weighted_quantiles

FEWEST_AREAS: Final = 5
"""Under so many areas, tenths mean nothing: the areas are shown, without them."""

_COUNTS: Final = frozenset({"people", "places", "dwellings"})
_KEPT: Final = 256


@dataclass(frozen=True)
class Inside:
    """The spread of one indicator inside one territory.

    Attributes
    ----------
    areas
        ``value, people`` by ``da_id``, lowest first; only areas with a value that may be shown.
    count
        Number of areas that the territory touches.
    coverage
        Share of the people whose area has a value, 0 to 1; null where nobody lives.
    tenths
        Values under which 10, 50 and 90 % of the people live; null with too few areas.
    whole
        The territory's own figure; null where there is none.
    hidden
        No area is shown, since a community has not chosen to show its own.
    """

    territory: str
    areas: pd.DataFrame
    count: int
    coverage: float | None
    tenths: tuple[float, float, float] | None
    whole: float | None
    hidden: bool = False


def spread_indicators(package: Package) -> list[Indicator]:
    """List the indicators whose spread over areas can be seen, in the catalogue's order; no counts."""
    return [
        indicator
        for indicator in package.indicators.values()
        if Level.DA in indicator.levels
        and indicator.unit.id not in _COUNTS
        and indicator.theme is not Theme.SERVICES
    ]


def inside_of(package: Package, territory: str, indicator_id: str, period: str) -> Inside:
    """Give the spread of an indicator inside a territory; hidden and withdrawn figures are not in it."""
    return _inside(package.id, territory, indicator_id, period, package)


def insides(package: Package, territories: Sequence[str], indicator_id: str, period: str) -> list[Inside]:
    """Give the spread of an indicator inside each territory, in their order."""
    return [inside_of(package, territory, indicator_id, period) for territory in territories]


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _inside(package_id: str, territory: str, indicator_id: str, period: str, _package: Package) -> Inside:
    shown = data.figures_of(_package, Level.DA, indicator_id, period)
    people = _package.level(Level.DA)["pop_2021"].astype(float)
    fractions = areas_inside(_package.membership, territory)
    areas = spread_inside(shown.values, people, fractions)
    tenths = None
    if len(areas) >= FEWEST_AREAS:
        cut = weighted_quantiles(areas["value"].to_numpy(), areas["people"].to_numpy(), TENTHS)
        tenths = (float(cut[0]), float(cut[1]), float(cut[2]))
    levels = _package.indicators[indicator_id].levels
    own = Level(_package.territories.at[territory, "level"])
    whole = value_of(_package, territory, indicator_id, period).value if own in levels else None
    hidden = areas.empty and bool(shown.frame["hidden"].reindex(fractions.index, fill_value=False).any())
    covered = covered_share(areas, people, fractions)
    return Inside(territory, areas, len(fractions), covered, tenths, whole, hidden)
