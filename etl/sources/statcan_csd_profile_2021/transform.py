"""Families, people living alone, schooling and employment of the municipalities."""

from __future__ import annotations

from typing import Final

import pandas as pd

from etl.profiles import why_absent
from etl.tables import Raw, Tables
from geodata.text import Text

_PERIOD: Final = "2021"

_SHARES: Final = {
    "one_parent_families_pct": ("one_parent_families_c86", "census_families_c78"),
    "living_alone_pct": ("living_alone_c97", "persons_private_hh_c89"),
    "no_diploma_pct": ("no_diploma_c1999", "pop15plus_educ_c1998"),
}
"""Numerator and denominator of each share, named with the publisher's characteristic numbers."""

_EMPLOYMENT_RATE: Final = "employment_rate_c2229"
_FIFTEEN_AND_OVER: Final = "pop15plus_educ_c1998"


def transform(raw: Raw) -> Tables:
    profile = raw["profile"]
    cells = [_cells(profile, name, profile[some], profile[of]) for name, (some, of) in _SHARES.items()]
    # Only the rate is in the extract: the people employed are worked back from it, so that municipalities
    # can be summed instead of their rates averaged.
    fifteen_and_over = profile[_FIFTEEN_AND_OVER]
    employed = profile[_EMPLOYMENT_RATE] / 100 * fifteen_and_over
    cells.append(_cells(profile, "employment_rate_pct", employed, fifteen_and_over))
    return Tables(cells=pd.concat(cells, ignore_index=True), notes=_notes(profile))


def _cells(
    profile: pd.DataFrame, indicator_id: str, numerator: pd.Series, denominator: pd.Series
) -> pd.DataFrame:
    known = numerator.notna() & denominator.notna()
    return pd.DataFrame(
        {
            "cell_id": "municipality:" + profile["CSDUID"],
            "indicator_id": indicator_id,
            "period": _PERIOD,
            "numerator": numerator.where(known),
            "denominator": denominator.where(known),
            "status": why_absent(profile["population_2021"]).mask(known, "ok"),
        }
    )


def _notes(profile: pd.DataFrame) -> tuple[Text, ...]:
    without = profile["census_families_c78"].isna()
    people = int(profile.loc[without, "population_2021"].sum())
    not_counted = int(profile["population_2021"].isna().sum())
    return (
        Text(
            f"{int(without.sum())} municipalités sans profil : {not_counted} communautés sans dénombrement,"
            f" les autres comptent {people} personnes en tout",
            f"{int(without.sum())} municipalities without a profile: {not_counted} communities without a"
            f" count, the others hold {people} people in all",
        ),
    )
