"""Neighbourhoods of Québec City and the places where its communities meet."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import pandas as pd

from etl.listings.classify import categories_of
from etl.tables import Raw, Tables
from geodata.text import slug

_COMMUNITY_KINDS: Final = {
    "Centres communautaires": ("centre communautaire", "community centre"),
    "Centres de loisirs": ("centre de loisirs", "recreation centre"),
    "Patros": ("patro", "patro (community house)"),
}
"""Public places that are community places; libraries come from the one province-wide listing."""


def transform(raw: Raw) -> Tables:
    return Tables(territories=_quartiers(raw["quartiers"]), places=_places(raw["places"]))


def _quartiers(quartiers: pd.DataFrame) -> gpd.GeoDataFrame:
    names = quartiers["NOM"].str.replace("—", "–", regex=False)
    return gpd.GeoDataFrame(
        {
            "territory_id": "quartier-qc:" + names.map(slug),
            "level": "quartier",
            "name_fr": names,
            "name_en": names,
            "municipality_id": "municipality:2423027",
            "aliases": "Québec|Ville de Québec",
        },
        geometry=gpd.GeoSeries(quartiers["geometry"], crs=4326),
    )


def _places(places: pd.DataFrame) -> pd.DataFrame:
    kept = places[places["DESCRIPTION"].isin(_COMMUNITY_KINDS)]
    number = kept["NO_CIVIQUE"].map(lambda n: "" if pd.isna(n) else f"{int(n)}, ")
    street = kept["RUE"].fillna("")
    return pd.DataFrame(
        {
            "place_id": "vdq:" + kept["ID"],
            "name": kept["NOM_TOPOGRAPHIE"],
            "category": "community",
            "kinds": kept["DESCRIPTION"].map(lambda kind: categories_of([{"label": kind}])),
            "address": (number + street).where(street.ne(""), ""),
            "city": "Québec",
            "postal_code": "",
            "longitude": kept["LONGITUDE"],
            "latitude": kept["LATITUDE"],
            "assured_date": "",
            "detail_fr": kept["DESCRIPTION"].map(lambda kind: _COMMUNITY_KINDS[kind][0]),
            "detail_en": kept["DESCRIPTION"].map(lambda kind: _COMMUNITY_KINDS[kind][1]),
            "only_mission": False,
            "organization_id": "",
            "municipality": "municipality:2423027",
        }
    )
