"""People by age and sex, for the territories that have them and for those that lie in one that does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd
import streamlit as st

from geodata.ages import AGE_GROUPS, PERIODS
from geodata.package import Package

NOW: Final = PERIODS[0]
LATER: Final = PERIODS[-1]
_PARENTS: Final = ("clsc_id", "rls_id", "rts_id", "rss_id")
"""Health territories that a territory lies in, the smallest first."""


@dataclass(frozen=True)
class Ages:
    """People of one territory by age and sex.

    Attributes
    ----------
    frame
        Rows ``age_group, sex``, youngest first; ``people_now, people_later`` and ``now, later``, the
        percentages of the whole population of each year.
    totals
        People by period.
    """

    territory: str
    frame: pd.DataFrame
    totals: dict[str, int]


def health_place(package: Package, territory: str) -> str | None:
    """Give a territory if its ages are known, else the smallest health territory that it lies in, or null."""
    known = _by_territory(package.id, package)
    row = package.territories.loc[territory]
    candidates = [territory, *(row[column] for column in _PARENTS if column in row.index)]
    return next((str(one) for one in candidates if isinstance(one, str) and one in known), None)


def ages_of(package: Package, territory: str) -> Ages:
    """Give the ages of a territory that has them."""
    rows = _by_territory(package.id, package)[territory]
    totals = {str(period): int(people) for period, people in rows.groupby("period")["people"].sum().items()}
    wide = rows.pivot(index=["age_group", "sex"], columns="period", values="people").reset_index()
    frame = pd.DataFrame(
        {
            "age_group": wide["age_group"],
            "sex": wide["sex"],
            "people_now": wide[NOW],
            "people_later": wide[LATER],
            "now": 100 * wide[NOW] / totals[NOW],
            "later": 100 * wide[LATER] / totals[LATER],
        }
    )
    youngest_first = sorted(frame.index, key=lambda at: AGE_GROUPS.index(frame.at[at, "age_group"]))
    return Ages(territory, frame.loc[youngest_first].reset_index(drop=True), totals)


@st.cache_resource(max_entries=4, show_spinner=False)
def _by_territory(package_id: str, _package: Package) -> dict[str, pd.DataFrame]:
    return {str(name): rows for name, rows in _package.ages.groupby("territory_id", observed=True)}
