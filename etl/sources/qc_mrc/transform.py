"""Regional county municipalities, administrative regions and Québec itself."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from etl.tables import Raw, Tables


def transform(raw: Raw) -> Tables:
    mrc = raw["mrc"]
    regions = raw["regions"]
    territories = [_mrc(mrc), _regions(regions), _province(regions)]
    return Tables(
        territories=gpd.GeoDataFrame(pd.concat(territories, ignore_index=True), crs=4326),
        site_polygons=_with_water(raw["mrc_with_water"]),
    )


def _mrc(mrc: pd.DataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "territory_id": "mrc:" + mrc["MRC_code"],
            "level": "mrc",
            "name_fr": mrc["MRC_nom"],
            "name_en": mrc["MRC_nom"],
            "region_id": "region:" + mrc["region_code"],
            "land_km2": mrc["land_km2"],
        },
        geometry=gpd.GeoSeries(mrc["geometry"], crs=4326),
    )


def _regions(regions: pd.DataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "territory_id": "region:" + regions["region_code"],
            "level": "region",
            "name_fr": regions["region_nom"],
            "name_en": regions["region_nom"],
            "land_km2": regions["land_km2"],
        },
        geometry=gpd.GeoSeries(regions["geometry"], crs=4326),
    )


def _province(regions: pd.DataFrame) -> gpd.GeoDataFrame:
    outline = gpd.GeoSeries(regions["geometry"], crs=4326).union_all()
    return gpd.GeoDataFrame(
        {
            "territory_id": ["province:24"],
            "level": ["province"],
            "name_fr": ["Québec"],
            "name_en": ["Québec"],
            "land_km2": [regions["land_km2"].sum()],
            "aliases": ["Quebec|province"],
        },
        geometry=[outline],
        crs=4326,
    )


def _with_water(mrc: pd.DataFrame) -> gpd.GeoDataFrame:
    """Shapes with coastal water: a place on a quay still falls in its territory."""
    return gpd.GeoDataFrame(
        {"territory_id": "mrc:" + mrc["MRC_code"]}, geometry=gpd.GeoSeries(mrc["geometry"], crs=4326)
    )
