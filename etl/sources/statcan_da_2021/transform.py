"""Dissemination areas of 2021: people, points, polygons and the codes of their territories."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from etl.tables import Raw, Tables
from geodata.crs import METRIC_CRS
from geodata.errors import JoinError
from geodata.text import Text

NO_TRACT: Final = "9924.00"
"""Statistics Canada's code for "outside every census tract"."""

_LEVEL_OF_COLUMN: Final = {
    "CSDUID": "municipality",
    "CLSC_code": "clsc",
    "RLS_code": "rls",
    "RTS_code": "rts",
    "RSS_code": "rss",
    "MRC_code": "mrc",
    "CTUID": "ct",
}

_MILIEU_OF_SAC: Final = {
    "1": "urban", "2": "urban", "3": "urban", "4": "periurban",
    "5": "rural", "6": "rural", "7": "remote", "8": "remote",
}  # fmt: skip
"""Statistical Area Classification: metropolitan area or agglomeration, then strong to no influence."""

_AROUND_M: Final = 1000.0
_FEWEST_AROUND: Final = 1257.0
"""People within a kilometre under which the countryside of an agglomeration is not urban: 400 to the square
kilometre, the density from which Statistics Canada speaks of a population centre."""


def transform(raw: Raw) -> Tables:
    hierarchy = raw["hierarchy"]
    points = raw["points"]
    _require_same_municipality(hierarchy, points)
    people = _people(hierarchy)
    return Tables(
        territories=_territories(hierarchy, points),
        codes=_codes(points),
        area_polygons=_polygons(raw["montreal_polygons"]),
        people=people,
        cells=_population_cells(people),
    )


def _require_same_municipality(hierarchy: pd.DataFrame, points: pd.DataFrame) -> None:
    """Refuse two files that put one area in two municipalities, or that do not list the same areas."""
    written = hierarchy.set_index("da_id_21")["csd_id_21"]
    drawn = points.set_index("DAUID")["CSDUID"]
    differ = written.reindex(drawn.index).ne(drawn)
    lost = written.index.difference(drawn.index)
    if differ.any() or len(lost):
        first = drawn.index[differ][0] if differ.any() else lost[0]
        raise JoinError(
            Text(
                "Les deux fichiers ne donnent pas la même municipalité à une aire",
                "The two files do not give the same municipality to an area",
            ),
            where=f"da:{first}, csd_id_21 / CSDUID",
            hint=Text("prenez les deux fichiers du même millésime", "take both files of the same vintage"),
        )


def _people(hierarchy: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"cell_id": "da:" + hierarchy["da_id_21"], "people": hierarchy["da_pop_21"]})


def _territories(hierarchy: pd.DataFrame, points: pd.DataFrame) -> gpd.GeoDataFrame:
    known = hierarchy.set_index("da_id_21")
    milieu = points["DAUID"].map(known["sactype_21"]).map(_MILIEU_OF_SAC).fillna("unknown")
    sparse = _people_around(points, points["DAUID"].map(known["da_pop_21"])) < _FEWEST_AROUND
    name = points["DAUID"] + " (" + points["CSDNAME"] + ")"
    return gpd.GeoDataFrame(
        {
            "territory_id": "da:" + points["DAUID"],
            "level": "da",
            "name_fr": name,
            "name_en": name,
            "milieu": milieu.mask(milieu.eq("urban") & sparse, "periurban"),
            "municipality_id": "municipality:" + points["CSDUID"],
            "aliases": points["DAUID"],
        },
        geometry=gpd.GeoSeries(points["geometry"], crs=4326),
    )


def _people_around(points: pd.DataFrame, people: pd.Series) -> pd.Series:
    """Count the people of the areas whose point lies within a kilometre of each area's, itself included."""
    metres = gpd.GeoSeries(points["geometry"], crs=4326).to_crs(METRIC_CRS)
    places = np.column_stack((metres.x, metres.y))
    counted = people.fillna(0).to_numpy(dtype=float)
    around = cKDTree(places).query_ball_point(places, _AROUND_M)
    return pd.Series([counted[near].sum() for near in around], index=points.index)


def _codes(points: pd.DataFrame) -> pd.DataFrame:
    long = points.melt("DAUID", list(_LEVEL_OF_COLUMN), "column", "code")
    long = long[long["code"] != NO_TRACT]
    level = long["column"].map(_LEVEL_OF_COLUMN)
    return pd.DataFrame(
        {"da_id": "da:" + long["DAUID"], "territory_id": level + ":" + long["code"], "census_year": 2021}
    )


def _polygons(polygons: pd.DataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"da_id": "da:" + polygons["DAUID"]}, geometry=gpd.GeoSeries(polygons["geometry"], crs=4326)
    )


def _population_cells(people: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cell_id": people["cell_id"],
            "indicator_id": "population",
            "period": "2021",
            "numerator": people["people"],
            "denominator": float("nan"),
            "status": "ok",
        }
    )
