"""Census tracts: shape, land area and name."""

from __future__ import annotations

import geopandas as gpd

from etl.tables import Raw, Tables


def transform(raw: Raw) -> Tables:
    tracts = raw["tracts"]
    return Tables(
        territories=gpd.GeoDataFrame(
            {
                "territory_id": "ct:" + tracts["CTUID"],
                "level": "ct",
                "name_fr": "Secteur " + tracts["CTNAME"],
                "name_en": "Tract " + tracts["CTNAME"],
                "land_km2": tracts["LANDAREA"],
                "aliases": tracts["CTUID"],
            },
            geometry=gpd.GeoSeries(tracts["geometry"], crs=4326),
        )
    )
