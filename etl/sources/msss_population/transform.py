"""Estimated and projected people by age, as the health ministry publishes them for its territories."""

from __future__ import annotations

from typing import Final

import pandas as pd

from etl.tables import Raw, Tables
from geodata.ages import AGE_GROUPS, OLDEST

_YEARS: Final = (2021, 2031, 2041)
"""The estimate of the census year and two projections, ten and twenty years on."""

_LEVELS: Final = {
    "Québec": ("province", 2),
    "RSS": ("rss", 2),
    "RTS": ("rts", 3),
    "RLS": ("rls", 4),
    "CLSC": ("clsc", 5),
}
"""Level and width of its codes by the publisher's word; university networks (RUISSS) are left out."""

_SEXES: Final = {"Féminin": "f", "Masculin": "m"}
_PROVINCE: Final = "province:24"
"""The publisher writes 99 for the whole of Québec."""

_SHARES: Final = {
    "age_0_4_pct": (0, 4),
    "age_0_17_pct": (0, 17),
    "age_65_plus_pct": (65, OLDEST),
    "age_75_plus_pct": (75, OLDEST),
    "age_85_plus_pct": (85, OLDEST),
}


def transform(raw: Raw) -> Tables:
    people = _of_sexes(raw["people"], ["Total"])
    total = people[_ages(0, OLDEST)].sum(axis=1)
    of_2021 = people["annee"].eq(_YEARS[0])
    shares = [
        _share(people, name, people[_ages(first, last)].sum(axis=1), total)
        for name, (first, last) in _SHARES.items()
    ]
    return Tables(
        observations=pd.concat([_population(people, total), *shares], ignore_index=True),
        health_people=pd.DataFrame(
            {"territory_id": people.loc[of_2021, "territory_id"], "people": total[of_2021]}
        ).reset_index(drop=True),
        ages=_by_age(_of_sexes(raw["people"], list(_SEXES))),
    )


def _of_sexes(people: pd.DataFrame, sexes: list[str]) -> pd.DataFrame:
    kept = people[
        people["sexe"].isin(sexes) & people["annee"].isin(_YEARS) & people["geo"].isin(_LEVELS)
    ].reset_index(drop=True)
    return kept.assign(territory_id=_ids(kept["geo"], kept["region_id"]))


def _ids(geo: pd.Series, code: pd.Series) -> pd.Series:
    """Pad the codes, which the publisher writes as numbers: CLSC ``1111`` is ``clsc:01111``."""
    level = geo.map({word: level for word, (level, _) in _LEVELS.items()})
    width = geo.map({word: width for word, (_, width) in _LEVELS.items()})
    padded = pd.Series([c.zfill(w) for c, w in zip(code, width, strict=True)], index=code.index)
    return (level + ":" + padded).where(geo.ne("Québec"), _PROVINCE)


def _ages(first: int, last: int) -> list[str]:
    return [str(age) for age in range(first, last + 1)]


def _by_age(people: pd.DataFrame) -> pd.DataFrame:
    """Sum single years into groups of five, with the last open."""
    groups = []
    for group in AGE_GROUPS:
        first, _dash, last = group.removesuffix("+").partition("-")
        groups.append(
            pd.DataFrame(
                {
                    "territory_id": people["territory_id"],
                    "period": people["annee"].astype(int).astype(str),
                    "sex": people["sexe"].map(_SEXES),
                    "age_group": group,
                    "people": people[_ages(int(first), int(last or first))].sum(axis=1).astype("int32"),
                }
            )
        )
    return pd.concat(groups, ignore_index=True)


def _population(people: pd.DataFrame, total: pd.Series) -> pd.DataFrame:
    return _rows(people, "population_msss", value=total, numerator=total, denominator=None)


def _share(people: pd.DataFrame, indicator_id: str, some: pd.Series, total: pd.Series) -> pd.DataFrame:
    return _rows(people, indicator_id, value=100 * some / total, numerator=some, denominator=total)


def _rows(
    people: pd.DataFrame,
    indicator_id: str,
    *,
    value: pd.Series,
    numerator: pd.Series,
    denominator: pd.Series | None,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "territory_id": people["territory_id"],
            "indicator_id": indicator_id,
            "period": people["annee"].astype(int).astype(str),
            "value": value,
            "numerator": numerator,
            "denominator": float("nan") if denominator is None else denominator,
            "status": "ok",
        }
    )
