"""Postal codes of Québec with a point each."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import pandas as pd

from etl.tables import Raw, Tables
from geodata.text import Text

_LISTED: Final = 12
"""Most codes that a note names."""


def transform(raw: Raw) -> Tables:
    codes = raw["codes"]
    points = gpd.GeoDataFrame(
        {
            "code": codes["code"].str.upper().str.replace(" ", "", regex=False),
            "longitude": codes["longitude"],
            "latitude": codes["latitude"],
        },
        geometry=gpd.points_from_xy(codes["longitude"], codes["latitude"], crs=4326),
    )
    inside = _within(points, raw["borders"])
    return Tables(
        postal_codes=pd.DataFrame(points.drop(columns="geometry"))[inside].reset_index(drop=True),
        notes=_notes(points.loc[~inside, "code"]),
    )


def _within(points: gpd.GeoDataFrame, borders: pd.DataFrame) -> pd.Series:
    """Mark the points that lie in an MRC, drawn with its waters so that no shore is lost."""
    mrc = gpd.GeoDataFrame(geometry=gpd.GeoSeries(borders["geometry"], crs=4326))
    met = gpd.sjoin(points, mrc, predicate="intersects")
    return pd.Series(points.index.isin(met.index), index=points.index)


def _notes(refused: pd.Series) -> tuple[Text, ...]:
    if refused.empty:
        return ()
    named = ", ".join(sorted(refused)[:_LISTED])
    return (
        Text(
            f"{len(refused)} codes postaux refusés, leur point est hors du Québec : {named}",
            f"{len(refused)} postal codes refused, their point is outside Québec: {named}",
        ),
    )
