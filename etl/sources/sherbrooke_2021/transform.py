"""Polygons of the dissemination areas of the Sherbrooke metropolitan area."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import pandas as pd

from etl.tables import Raw, Tables
from geodata.text import Text

_METROPOLITAN_AREA: Final = "433"


def transform(raw: Raw) -> Tables:
    areas = raw["areas"]
    return Tables(
        area_polygons=gpd.GeoDataFrame(
            {"da_id": "da:" + areas["ADIDU"]}, geometry=gpd.GeoSeries(areas["geometry"], crs=4326)
        ),
        notes=_notes(areas, raw["hierarchy"]),
    )


def _notes(areas: pd.DataFrame, hierarchy: pd.DataFrame) -> tuple[Text, ...]:
    """Say which areas of the metropolitan area have no polygon: a hole in the map, not a zero."""
    expected = hierarchy[hierarchy["cma_id_21"].eq(_METROPOLITAN_AREA)]
    holes = expected[~expected["da_id_21"].isin(areas["ADIDU"])]
    if holes.empty:
        return ()
    named = ", ".join(sorted(holes["da_id_21"]))
    people = int(holes["da_pop_21"].sum())
    return (
        Text(
            f"{len(holes)} aires de la RMR de Sherbrooke sans tracé ({people} personnes), des trous et"
            f" non des zéros : {named}",
            f"{len(holes)} areas of the Sherbrooke CMA without a polygon ({people} people), holes and"
            f" not zeros: {named}",
        ),
    )
