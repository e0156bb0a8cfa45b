"""Boroughs and linked cities, sociological neighbourhoods, and the tables that gather them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from etl.tables import Raw, Tables
from geodata.errors import JoinError
from geodata.text import Text, slug

_TABLES: Final = Path(__file__).with_name("tables.csv")
_ALIASES: Final = Path(__file__).with_name("aliases.csv")
_NO_TABLE: Final = "Pas de table"

_NO_POLYGON: Final = Text(
    "Le territoire de cette table n'est pas dessiné : elle reste dans les listes, sans carte.",
    "The territory of this table is not drawn: it stays in the lists, without a map.",
)


def transform(raw: Raw) -> Tables:
    quartiers = raw["quartiers"]
    crosswalk = _read_crosswalk(quartiers)
    territories = pd.concat(
        [_boroughs(raw["boroughs"]), _quartiers(quartiers), _tables(crosswalk, quartiers)], ignore_index=True
    )
    return Tables(
        territories=gpd.GeoDataFrame(_with_aliases(territories), crs=4326),
        crosswalk=_crosswalk_rows(crosswalk),
        notes=_notes(crosswalk),
    )


def _boroughs(boroughs: pd.DataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "territory_id": "arrondissement-mtl:" + boroughs["NOM_OFFICIEL"].map(slug),
            "level": "arrondissement",
            "name_fr": boroughs["NOM_OFFICIEL"],
            "name_en": boroughs["NOM_OFFICIEL"],
            "aliases": boroughs["CODE_3C"],
        },
        geometry=gpd.GeoSeries(boroughs["geometry"], crs=4326),
    )


def _quartiers(quartiers: pd.DataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "territory_id": "quartier-mtl:" + quartiers["Q_socio"].map(slug),
            "level": "quartier",
            "name_fr": quartiers["Q_socio"],
            "name_en": quartiers["Q_socio"],
            "aliases": "",
        },
        geometry=gpd.GeoSeries(quartiers["geometry"], crs=4326),
    )


def _read_crosswalk(quartiers: pd.DataFrame) -> pd.DataFrame:
    """Read which table gathers which neighbourhood; every name must be one of the layer."""
    crosswalk = pd.read_csv(_TABLES, dtype=str, keep_default_na=False)
    unknown = set(crosswalk["quartier"]) - set(quartiers["Q_socio"]) - {""}
    if unknown:
        raise JoinError(
            Text(f"Quartier inconnu, {sorted(unknown)}", f"Unknown neighbourhood, {sorted(unknown)}"),
            where=str(_TABLES),
            hint=Text("accordez la table de correspondance à la couche", "match the crosswalk to the layer"),
        )
    return crosswalk


def _tables(crosswalk: pd.DataFrame, quartiers: pd.DataFrame) -> gpd.GeoDataFrame:
    by_name = quartiers.set_index("Q_socio")
    drawn = crosswalk["quartier"].ne("")
    older = crosswalk["quartier"].map(by_name["Table"]).replace(_NO_TABLE, "").fillna("")
    return gpd.GeoDataFrame(
        {
            "territory_id": "table-mtl:" + crosswalk["slug"],
            "level": "table",
            "mrc_id": "mrc:66",
            "region_id": "region:06",
            "name_fr": crosswalk["name"],
            "name_en": crosswalk["name"],
            "caveat_fr": drawn.map({True: "", False: _NO_POLYGON.fr}),
            "caveat_en": drawn.map({True: "", False: _NO_POLYGON.en}),
            "aliases": (older + "|" + crosswalk["quartier"]).str.strip("|"),
        },
        geometry=gpd.GeoSeries(crosswalk["quartier"].map(by_name["geometry"]), crs=4326),
    )


def _with_aliases(territories: pd.DataFrame) -> pd.DataFrame:
    known = pd.read_csv(_ALIASES, dtype=str).set_index("territory_id")["aliases"]
    extra = territories["territory_id"].map(known).fillna("")
    return territories.assign(aliases=(territories["aliases"] + "|" + extra).str.strip("|"))


def _crosswalk_rows(crosswalk: pd.DataFrame) -> pd.DataFrame:
    drawn = crosswalk[crosswalk["quartier"] != ""]
    return pd.DataFrame(
        {
            "territory_id": "table-mtl:" + drawn["slug"],
            "part_id": "quartier-mtl:" + drawn["quartier"].map(slug),
        }
    )


def _notes(crosswalk: pd.DataFrame) -> tuple[Text, ...]:
    without = crosswalk.loc[crosswalk["quartier"] == "", "name"]
    names = ", ".join(without)
    return (
        Text(
            f"{len(without)} table de quartier sans tracé, gardée dans les listes : {names}",
            f"{len(without)} neighbourhood table without a shape, kept in the lists: {names}",
        ),
    )
