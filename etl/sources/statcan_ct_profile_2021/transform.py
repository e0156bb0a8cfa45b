"""Census tracts: low income, tenants, one-person households; newcomers, language and shelter in Montréal."""

from __future__ import annotations

from typing import Final

import pandas as pd

from etl.profiles import COUNTS, PREVALENCE, share_rows
from etl.tables import Raw, Tables
from geodata.text import Text

_PERIOD: Final = "2021"

_MONTREAL: Final = {
    "recent_immigrants_pct": "recent_immigrant_pct",
    "no_official_language_pct": "no_official_language_pct",
    "shelter_30_pct": "shelter_cost_burden_pct",
}


def transform(raw: Raw) -> Tables:
    profile = raw["profile"].set_index("CTUID")
    montreal = raw["montreal"].set_index("CTUID")
    shares = [share_rows(profile, "ct", name, _PERIOD) for name in COUNTS]
    percentages = [_percentage(name, montreal[column]) for name, column in _MONTREAL.items()]
    return Tables(
        observations=pd.concat([*shares, *percentages], ignore_index=True), notes=_notes(profile, montreal)
    )


def _percentage(indicator_id: str, value: pd.Series) -> pd.DataFrame:
    """Write a percentage of which the file gives neither numerator nor denominator."""
    return pd.DataFrame(
        {
            "territory_id": "ct:" + value.index,
            "indicator_id": indicator_id,
            "period": _PERIOD,
            "value": value.to_numpy(),
            "numerator": float("nan"),
            "denominator": float("nan"),
            "status": value.notna().map({True: "ok", False: "suppressed"}).to_numpy(),
        }
    )


def _notes(profile: pd.DataFrame, montreal: pd.DataFrame) -> tuple[Text, ...]:
    both = profile.index.intersection(montreal.index)
    differ = int((profile.loc[both, PREVALENCE] != montreal.loc[both, "low_income_pct"]).sum())
    return (
        Text(
            f"Faible revenu : les deux fichiers diffèrent dans {differ} secteurs sur {len(both)} communs",
            f"Low income: the two files differ in {differ} of {len(both)} common tracts",
        ),
    )
