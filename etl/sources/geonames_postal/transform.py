"""Postal codes of Québec with a point each."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from etl.tables import Raw, Tables
from geodata.crs import METRIC_CRS
from geodata.text import Text

_LISTED: Final = 12
"""Most codes that a note names."""

_NEAR_KM: Final = 5.0
_TIMES_USUAL: Final = 6.0


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
    astray = _astray(points) & inside
    return Tables(
        postal_codes=pd.DataFrame(points.drop(columns="geometry"))[inside & ~astray].reset_index(drop=True),
        notes=(*_notes(points.loc[~inside, "code"]), *_astray_notes(int(astray.sum()))),
    )


def _within(points: gpd.GeoDataFrame, borders: pd.DataFrame) -> pd.Series:
    """Mark the points that lie in an MRC, drawn with its waters so that no shore is lost."""
    # Each outline is prepared once and meets every point; a point that meets outlines prepares none.
    _, met = points.sindex.query(borders["geometry"], predicate="intersects")
    return pd.Series(np.isin(np.arange(len(points)), met), index=points.index)


def _astray(points: gpd.GeoDataFrame) -> pd.Series:
    """Mark the urban codes whose point is far from the rest of their delivery sector (first three signs).

    Far is 5 km, or six times the median distance to the middle of the sector where that is more: such a
    point would send a person to somebody else's neighbourhood. Rural sectors (second sign 0) are wide.
    """
    metric = points.to_crs(METRIC_CRS).geometry
    position = pd.DataFrame({"x": metric.x, "y": metric.y})
    sector = points["code"].str[:3]
    middle = position.groupby(sector).transform("median")
    away = position - middle
    distance_km = (away["x"] ** 2 + away["y"] ** 2) ** 0.5 / 1000
    usual_km = distance_km.groupby(sector).transform("median")
    # The federal codes K1A are spread over both shores of the Ottawa River by nature.
    urban = points["code"].str[1].ne("0") & points["code"].str[0].isin(list("GHJ"))
    far = distance_km > (_TIMES_USUAL * usual_km).clip(lower=_NEAR_KM)
    astray: pd.Series = urban & far
    return astray


def _astray_notes(count: int) -> tuple[Text, ...]:
    if not count:
        return ()
    return (
        Text(
            f"{count} codes postaux laissés de côté, leur point est loin du reste de leur secteur",
            f"{count} postal codes left out, their point is far from the rest of their sector",
        ),
    )


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
