"""Buildings where people are taught, each with the schools that are in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pandas as pd

from etl.codes import municipality_id
from etl.tables import Raw, Tables
from geodata.confidential import protection_of
from geodata.model import ServiceCategory
from geodata.text import Text, fold

_KIND: Final = "school"
_MOST_NAMES: Final = 3
"""Beyond, a building is called by its own name: a hospital school belongs to each school of its town."""

_DECIMALS: Final = 5
"""Of a degree: one metre. The digits that follow are noise of a change of projection."""

_KEPT_IN: Final = re.compile(
    r"\b(detention|readaptation|ressources? jeunesse|centres? d accueil|centres? d hebergement)\b"
)
"""Folded names of buildings and schools where people are kept or cared for: no place to go to."""

_ENGLISH: Final = {
    "Préscolaire": "preschool",
    "Primaire": "elementary",
    "Secondaire": "secondary",
    "Formation professionnelle": "vocational training",
    "Éducation aux adultes": "adult education",
}


def transform(raw: Raw) -> Tables:
    links = _links(raw["schools"])
    hidden = links["building"].isin(links.loc[_protected(links), "building"])
    return Tables(
        places=_places(links[~hidden]),
        notes=_notes(links[hidden]["building"].nunique()),
    )


def _links(schools: pd.DataFrame) -> pd.DataFrame:
    """Bring public rows (a school in a building) and private ones (premises) to the same columns."""
    public = schools["CD_IMM"].notna()

    def either(of_building: str, of_premises: str) -> pd.Series:
        return schools[of_building].where(public, schools[of_premises]).fillna("")

    return pd.DataFrame(
        {
            "building": ("meq:" + schools["CD_IMM"]).where(public, "meq:" + schools["CD_ORGNS"]),
            "school": either("NOM_OFFCL_ORGNS", "NOM_OFFCL"),
            "building_name": schools["NOM_IMM"].fillna(""),
            "address": either("ADRS_GEO_L1_GDUNO_IMM", "ADRS_GEO_L1_GDUNO"),
            "city": either("NOM_MUNCP_GDUNO_IMM", "NOM_MUNCP"),
            "postal_code": either("CD_POSTL_GDUNO_IMM", "CD_POSTL_GDUNO"),
            "municipality": municipality_id(schools["CD_MUNCP_GDUNO_IMM"].where(public, schools["CD_MUNCP"])),
            "order": schools["ORDRE_ENS"],
            "longitude": schools["LONGITUDE"].round(_DECIMALS),
            "latitude": schools["LATITUDE"].round(_DECIMALS),
            "assured_date": schools["DT_MAJ_GDUNO"].map(_iso),
        }
    )


def _iso(date: str | None) -> str:
    """Write ``20221205`` or ``2022-12-05 00:00:00`` as ``2022-12-05``; anything else is no date."""
    digits = re.sub(r"\D", "", str(date or ""))[:8]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 else ""


def _protected(links: pd.DataFrame) -> pd.Series:
    names = links[["school", "building_name"]]
    return pd.Series(
        [
            protection_of(pair) is not None or any(_KEPT_IN.search(fold(name)) for name in pair)
            for pair in names.itertuples(index=False, name=None)
        ],
        index=links.index,
    )


def _places(links: pd.DataFrame) -> pd.DataFrame:
    grouped = links.groupby("building", sort=True)
    first = grouped[
        ["address", "city", "postal_code", "longitude", "latitude", "assured_date", "municipality"]
    ].first()
    orders = grouped["order"].agg(_orders)
    schools = grouped["school"].nunique().tolist()
    return pd.DataFrame(
        {
            "place_id": first.index,
            "name": [_name(group) for _, group in grouped],
            "category": ServiceCategory.YOUTH.value,
            "kinds": [[_KIND]] * len(first),
            "address": first["address"].to_numpy(),
            "city": first["city"].to_numpy(),
            "postal_code": first["postal_code"].to_numpy(),
            "longitude": first["longitude"].to_numpy(),
            "latitude": first["latitude"].to_numpy(),
            "assured_date": first["assured_date"].to_numpy(),
            "detail_fr": [
                _said(n, "écoles", map(str.lower, o)) for n, o in zip(schools, orders, strict=True)
            ],
            "detail_en": [
                _said(n, "schools", (_ENGLISH.get(x, x) for x in o))
                for n, o in zip(schools, orders, strict=True)
            ],
            "only_mission": False,
            "organization_id": "",
            "municipality": first["municipality"].to_numpy(),
        }
    )


def _said(schools: int, word: str, orders: Iterable[str]) -> str:
    return ", ".join([*([f"{schools} {word}"] if schools > _MOST_NAMES else []), *orders])


def _name(group: pd.DataFrame) -> str:
    names = [name for name in dict.fromkeys(group["school"]) if name]
    own = str(group["building_name"].iloc[0])
    if len(names) > _MOST_NAMES and own:
        return own
    return ", ".join(names) or own or "École"


def _orders(values: pd.Series) -> list[str]:
    """Give the orders taught, each once, from the youngest pupils to adults."""
    taught = {order for value in values.dropna() for order in value.split(" - ")}
    return [order for order in _ENGLISH if order in taught] + sorted(taught - set(_ENGLISH))


def _notes(hidden: int) -> tuple[Text, ...]:
    if not hidden:
        return ()
    return (
        Text(
            f"{hidden} bâtiments où des personnes sont gardées, soignées ou protégées, jamais listés",
            f"{hidden} buildings where people are kept, cared for or protected, never listed",
        ),
    )
