"""What the sources made from census profiles have in common."""

from __future__ import annotations

from typing import Final

import pandas as pd

from geodata.model import Status

COUNTS: Final = {
    "low_income_lim_at_pct": ("PopTotMFR", "PopTotMFRApI"),
    "tenants_pct": ("Locataire", "TotalMenag2"),
    "one_person_households_pct": ("Menage1pers", "TotalMenag"),
}
"""Numerator and denominator of the shares published for tracts and dissemination areas, by column."""

PREVALENCE: Final = "PopTotMFRPct"
"""Low-income prevalence (percent), which the publisher computes before it rounds the counts."""


def why_absent(people: pd.Series) -> pd.Series:
    """Say why a municipality has no figure, from its people.

    Parameters
    ----------
    people
        Census population; null where the community was not counted.

    Returns
    -------
    pandas.Series
        ``no_data`` where nobody was counted, ``not_applicable`` where nobody lives, else ``suppressed``:
        the publisher keeps back the figures of very small places.
    """
    return (
        pd.Series(Status.SUPPRESSED.value, index=people.index)
        .mask(people.isna(), Status.NO_DATA.value)
        .mask(people.eq(0), Status.NOT_APPLICABLE.value)
    )


def share_of(profile: pd.DataFrame, indicator_id: str) -> pd.Series:
    """Give a share in percent: the published prevalence of low income, else the ratio of two counts."""
    if indicator_id == "low_income_lim_at_pct":
        return profile[PREVALENCE]
    some, of = COUNTS[indicator_id]
    return 100 * profile[some] / profile[of].where(profile[of] > 0)


def share_rows(profile: pd.DataFrame, level: str, indicator_id: str, period: str) -> pd.DataFrame:
    """Write one share of every area as an observation, with its two counts.

    Parameters
    ----------
    profile
        Columns of ``COUNTS`` and ``PREVALENCE``, indexed by the code of the area.
    level
        What stands before the code in an identifier, such as ``da``.
    indicator_id
        A key of ``COUNTS``.
    period
        The census year.

    Returns
    -------
    pandas.DataFrame
        ``territory_id, indicator_id, period, value, numerator, denominator, status``; a value that the
        publisher keeps back is null and ``suppressed``.
    """
    some, of = COUNTS[indicator_id]
    value = share_of(profile, indicator_id)
    known = value.notna()
    status = pd.Series(Status.SUPPRESSED.value, index=profile.index)
    status = status.mask(profile[of].eq(0), Status.NOT_APPLICABLE.value).mask(known, Status.OK.value)
    return pd.DataFrame(
        {
            "territory_id": f"{level}:" + profile.index,
            "indicator_id": indicator_id,
            "period": period,
            "value": value,
            "numerator": profile[some].where(known),
            "denominator": profile[of].where(known),
            "status": status,
        }
    ).reset_index(drop=True)
