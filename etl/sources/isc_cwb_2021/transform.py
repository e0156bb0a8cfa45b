"""Community well-being scores of municipalities and communities, in 2021 and 2016."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from etl.profiles import why_absent
from etl.tables import Raw, Tables
from geodata.text import Text


@dataclass(frozen=True)
class _Edition:
    """One file: its period and the publisher's name of each column."""

    period: str
    code: str
    people: str
    scores: dict[str, str]


_EDITIONS: Final = {
    "scores_2021": _Edition(
        "2021",
        "CSD Code 2021",
        "Census Population 2021",
        {
            "cwb_overall": "CWB 2021",
            "cwb_income": "Income 2021",
            "cwb_education": "Education 2021",
            "cwb_housing": "Housing 2021",
            "cwb_labour": "Labour Force Activity 2021",
        },
    ),
    "scores_2016": _Edition(
        "2016",
        "CSD Code / Code de la SDR 2016",
        "Census Population / Population de recensement 2016",
        {
            "cwb_overall": "CWB / IBC 2016",
            "cwb_income": "Income / Revenu 2016",
            "cwb_education": "Education / Scolarité 2016",
            "cwb_housing": "Housing / Logement 2016",
            "cwb_labour": "Labour Force Activity / Activité sur le marché du travail 2016",
        },
    ),
}


def transform(raw: Raw) -> Tables:
    current = raw["scores_2021"][_EDITIONS["scores_2021"].code]
    earlier = raw["scores_2016"]
    kept = earlier[earlier[_EDITIONS["scores_2016"].code].isin(current)]
    frames = {"scores_2021": raw["scores_2021"], "scores_2016": kept}
    rows = [_rows(frames[name], edition) for name, edition in _EDITIONS.items()]
    return Tables(
        observations=pd.concat(rows, ignore_index=True),
        notes=_notes(len(earlier) - len(kept), len(current) - len(kept)),
    )


def _rows(scores: pd.DataFrame, edition: _Edition) -> pd.DataFrame:
    absent = why_absent(scores[edition.people])
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "territory_id": "municipality:" + scores[edition.code],
                    "indicator_id": indicator_id,
                    "period": edition.period,
                    "value": scores[column],
                    "numerator": float("nan"),
                    "denominator": float("nan"),
                    "status": absent.mask(scores[column].notna(), "ok"),
                }
            )
            for indicator_id, column in edition.scores.items()
        ],
        ignore_index=True,
    )


def _notes(gone: int, new: int) -> tuple[Text, ...]:
    return (
        Text(
            f"{gone} municipalités de 2016 n'existent plus en 2021 et sont laissées de côté ;"
            f" {new} de 2021 n'ont pas de score de 2016",
            f"{gone} municipalities of 2016 no longer exist in 2021 and are left out;"
            f" {new} of 2021 have no 2016 score",
        ),
    )
