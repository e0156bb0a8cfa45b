"""Deprivation and housing figures published for Montréal's tables, boroughs and local networks."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from etl.readers import read_json_column
from etl.tables import Raw, Tables
from geodata.text import Text, slug

_BOROUGHS: Final = Path(__file__).with_name("boroughs.csv")

_CENSUS: Final = "2021"
_EARLIER: Final = ("2011", "2016")

_TWO_FIFTHS: Final = {
    "idms_material_q4_q5_pct": ("mat_q4_pct", "mat_q5_pct", "mat"),
    "idms_social_q4_q5_pct": ("soc_q4_pct", "soc_q5_pct", "soc"),
}
"""The two published fifths to add, and the word of the same share in the publisher's trend."""

_AS_PUBLISHED: Final = {
    "market_basket_poverty_pct": "mpc21_pct",
    "shelter_30_households_pct": "logement_30pct_pct",
}


def transform(raw: Raw) -> Tables:
    published = raw["territories"]
    published = published.assign(territory_id=_ids(published))
    trend = read_json_column(published, "trend_json")
    rows = [_rows(published, name, _CENSUS, published[column]) for name, column in _AS_PUBLISHED.items()]
    for name, (fourth, fifth, word) in _TWO_FIFTHS.items():
        # Both parts have one decimal; rounding takes off what binary addition leaves behind.
        share = (published[fourth] + published[fifth]).round(1)
        rows.append(_rows(published, name, _CENSUS, share))
        rows += [_rows(published, name, year, _of_year(trend, word, year)) for year in _EARLIER]
    return Tables(observations=pd.concat(rows, ignore_index=True), notes=_notes(published, trend))


def _ids(published: pd.DataFrame) -> pd.Series:
    """Bring the publisher's words to our identifiers; a linked city is written by its name."""
    official = pd.read_csv(_BOROUGHS, dtype=str).set_index("word")["name"]
    word = published["territoire"]
    by_kind = {
        "tq": "table-mtl:" + word,
        "vdm": "arrondissement-mtl:" + word.map(official).fillna(word).map(slug),
        "sq": "rls:" + word.str.removeprefix("rls-"),
    }
    ids = pd.Series(None, index=published.index, dtype=object)
    for kind, written in by_kind.items():
        ids = ids.where(published["geo"].ne(kind), written)
    return ids


def _of_year(trend: pd.Series, word: str, year: str) -> pd.Series:
    def pick(series: dict[str, list[float | None]]) -> float:
        values = dict(zip((str(y) for y in series["years"]), series[word], strict=True))
        value = values.get(year)
        return float("nan") if value is None else value

    return trend.map(pick).astype(float)


def _rows(published: pd.DataFrame, indicator_id: str, period: str, value: pd.Series) -> pd.DataFrame:
    """Write one share; the publisher gives no numerator and does not say which people it is a share of."""
    return pd.DataFrame(
        {
            "territory_id": published["territory_id"],
            "indicator_id": indicator_id,
            "period": period,
            "value": value,
            "numerator": float("nan"),
            "denominator": float("nan"),
            "status": value.notna().map({True: "ok", False: "no_data"}),
        }
    )


def _notes(published: pd.DataFrame, trend: pd.Series) -> tuple[Text, ...]:
    """Say how often the publisher's own trend differs from the sum of its two fifths, by rounding."""
    differ = 0
    for fourth, fifth, word in _TWO_FIFTHS.values():
        gap = (published[fourth] + published[fifth] - _of_year(trend, word, _CENSUS)).abs()
        differ += int((gap.round(1) > 0).sum())
    if not differ:
        return ()
    return (
        Text(
            f"Dans {differ} cas, la somme des cinquièmes 4 et 5 diffère de 0,1 point de la série de l'éditeur"
            " pour 2021 (arrondi) : la somme est gardée",
            f"In {differ} cases, the sum of fifths 4 and 5 differs by 0.1 point from the publisher's own 2021"
            " series (rounding): the sum is kept",
        ),
    )
