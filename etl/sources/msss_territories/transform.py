"""The four layers of health and social services territories."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import pandas as pd

from etl.tables import Raw, Tables
from geodata.text import Text

_PUBLISHED: Final = "publie"
"""What ``geom_source`` holds where the shape is the publisher's own, not rebuilt from other layers."""

_REBUILT: Final = Text(
    "Limites reconstruites : elles montrent le territoire, elles ne mesurent pas sa superficie.",
    "Rebuilt boundaries: they show the territory, they do not measure its area.",
)


def transform(raw: Raw) -> Tables:
    layers = [
        _clsc(raw["clsc"]),
        _layer(raw["rls"], "rls", raw["rls"]["RLS_nom"], ["RTS", "RSS"]),
        _layer(raw["rts"], "rts", _rts_names(raw["names"], raw["rts"]), ["RSS"]),
        _layer(raw["rss"], "rss", raw["rss"]["RSS_nom"], []),
    ]
    return Tables(territories=gpd.GeoDataFrame(pd.concat(layers, ignore_index=True), crs=4326))


def _clsc(clsc: pd.DataFrame) -> gpd.GeoDataFrame:
    layer = _layer(clsc, "clsc", clsc["CLSC_nom"], ["RLS", "RTS", "RSS"])
    rebuilt = clsc["geom_source"].ne(_PUBLISHED)
    return layer.assign(
        caveat_fr=rebuilt.map({True: _REBUILT.fr, False: ""}),
        caveat_en=rebuilt.map({True: _REBUILT.en, False: ""}),
    )


def _layer(frame: pd.DataFrame, level: str, names: pd.Series, parents: list[str]) -> gpd.GeoDataFrame:
    columns = {
        "territory_id": f"{level}:" + frame[f"{level.upper()}_code"],
        "level": level,
        "name_fr": names,
        "name_en": names,
    }
    for parent in parents:
        columns[f"{parent.lower()}_id"] = f"{parent.lower()}:" + frame[f"{parent}_code"]
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(frame["geometry"], crs=4326))


def _rts_names(population: pd.DataFrame, rts: pd.DataFrame) -> pd.Series:
    """Take RTS names from the population file, the only one that writes them ("011 RTS du …")."""
    named = population[population["geo"] == "RTS"].drop_duplicates("region_id")
    name_of = dict(
        zip(
            named["region_id"].str.zfill(3),
            named["region"].str.replace(r"^\d+\s+", "", regex=True),
            strict=True,
        )
    )
    return rts["RTS_code"].map(name_of)
