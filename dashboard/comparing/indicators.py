"""Which indicators some territories can be compared on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from dashboard import data
from geodata.model import Indicator, Level, Theme
from geodata.package import Package

MOST_AT_FIRST: Final = 8
FEWEST_AT_FIRST: Final = 6
_KEPT: Final = 256
PREFERRED: Final = (
    "age_65_plus_pct",
    "age_0_17_pct",
    "after_tax_household_income",
    "market_basket_poverty_pct",
    "low_income_lim_at_pct",
    "living_alone_pct",
    "one_person_households_pct",
    "one_parent_families_pct",
    "shelter_30_households_pct",
    "shelter_30_pct",
    "tenants_pct",
    "no_diploma_pct",
    "employment_rate_pct",
    "idms_material_q4_q5_pct",
    "idms_social_q4_q5_pct",
    "cimd_situational_vulnerability",
    "cimd_economic_dependency",
    "cimd_residential_instability",
    "population_growth_pct",
    "density",
)
"""What the page opens on, in this order: rates before indices; no count, which follows the size."""


def comparable(package: Package, territories: Sequence[str], theme: Theme | None = None) -> list[Indicator]:
    """List the indicators with a figure, shown or hidden, for at least one territory.

    Those of the opening list come first, then the catalogue's order within the themes.
    """
    themes = list(Theme)
    found = [
        indicator
        for indicator in package.indicators.values()
        if (theme is None or indicator.theme is theme) and known_for(package, indicator, territories)
    ]
    first = {name: at for at, name in enumerate(PREFERRED)}
    return sorted(found, key=lambda i: (first.get(i.id, len(first)), themes.index(i.theme)))


def opening(package: Package, territories: Sequence[str], theme: Theme | None = None) -> list[str]:
    """Give the indicators on which a comparison opens: those that most of the territories have, first."""
    offered = comparable(package, territories, theme)
    if theme is None:
        offered = [indicator for indicator in offered if indicator.id in PREFERRED]
    known = {indicator.id: known_for(package, indicator, territories) for indicator in offered}
    most_known = sorted(known, key=lambda name: -known[name])
    full = [name for name in most_known if known[name] == len(territories)]
    return full[:MOST_AT_FIRST] if len(full) >= FEWEST_AT_FIRST else most_known[:FEWEST_AT_FIRST]


def known_for(package: Package, indicator: Indicator, territories: Sequence[str]) -> int:
    """Count the territories for which an indicator has a figure, be it one that is not shown."""
    return sum(indicator.id in _known(package.id, territory, package) for territory in territories)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _known(package_id: str, territory: str, _package: Package) -> frozenset[str]:
    """Give the indicators with a figure for a territory at their first period."""
    level = Level(_package.territories.at[territory, "level"])
    found = set()
    for indicator in _package.indicators.values():
        if level in indicator.levels:
            frame = data.figures_of(_package, level, indicator.id, indicator.periods[0]).frame
            if frame["value"].notna().loc[territory] or frame["hidden"].loc[territory]:
                found.add(indicator.id)
    return frozenset(found)
