"""Municipalities: shapes, who governs them, and what the census publishes for each."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from etl.tables import Raw, Tables
from geodata.text import Text

_GOVERNANCE_OF_TYPE: Final = {
    "IRI": "first_nation",
    "S-É": "first_nation",
    "VC": "cree",
    "TC": "cree",
    "VK": "naskapi",
    "TK": "naskapi",
    "VN": "inuit",
    "TI": "inuit",
}
"""Reserve and settlement; Cree village and lands; Naskapi village and lands; Inuit village and lands."""

_NOT_COUNTED: Final = Text(
    "Communauté sans dénombrement en 2021 : aucune donnée, ce qui n'est pas zéro.",
    "Community without a 2021 count: no data, which is not zero.",
)


def transform(raw: Raw) -> Tables:
    census = raw["census"].set_index("CSDUID")
    polygons = raw["polygons"]
    return Tables(
        territories=_territories(census, polygons),
        people=_people(census),
        cells=pd.concat([_dwellings(census), _income(census)], ignore_index=True),
        observations=pd.concat([_growth(census), _identity(census)], ignore_index=True),
        notes=_notes(census, polygons),
    )


def _territories(census: pd.DataFrame, polygons: pd.DataFrame) -> gpd.GeoDataFrame:
    counted = polygons["CSDUID"].map(census["Population, 2021"]).notna()
    return gpd.GeoDataFrame(
        {
            "territory_id": "municipality:" + polygons["CSDUID"],
            "level": "municipality",
            "name_fr": polygons["CSDNAME"],
            "name_en": polygons["CSDNAME"],
            "land_km2": polygons["CSDUID"].map(census["Land Area (sq km)"]),
            "governance": polygons["CSDTYPE"].map(_GOVERNANCE_OF_TYPE).fillna("none"),
            "status": np.where(counted, "ok", "no_data"),
            "caveat_fr": np.where(counted, "", _NOT_COUNTED.fr),
            "caveat_en": np.where(counted, "", _NOT_COUNTED.en),
            "aliases": polygons["CSDUID"],
        },
        geometry=gpd.GeoSeries(polygons["geometry"], crs=4326),
    )


def _people(census: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"cell_id": _ids(census), "people": census["Population, 2021"].to_numpy()})


def _dwellings(census: pd.DataFrame) -> pd.DataFrame:
    total = census["Total private dwellings"]
    occupied = census["Private dwellings occupied by usual residents"]
    return pd.concat(
        [
            _cells(census, "private_dwellings", "2021", total, pd.Series(np.nan, census.index)),
            _cells(census, "occupied_dwellings_pct", "2021", occupied, total),
        ]
    )


def _income(census: pd.DataFrame) -> pd.DataFrame:
    # Income is published for private households, of which an occupied dwelling holds one.
    households = census["Private dwellings occupied by usual residents"]
    total = census["Aggregate after-tax income of households"]
    cells = _cells(census, "after_tax_household_income", "2020", total, households.where(total.notna()))
    return cells.assign(status=cells["status"].where(cells["status"] == "ok", "suppressed"))


def _cells(
    census: pd.DataFrame, indicator: str, period: str, numerator: pd.Series, denominator: pd.Series
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cell_id": _ids(census),
            "indicator_id": indicator,
            "period": period,
            "numerator": numerator.to_numpy(),
            "denominator": denominator.to_numpy(),
            "status": np.where(numerator.notna(), "ok", "no_data"),
        }
    )


def _growth(census: pd.DataFrame) -> pd.DataFrame:
    change = census["Population percentage change, 2016 to 2021 (%)"]
    return _published(census, "population_growth_pct", "2016-2021", change)


def _identity(census: pd.DataFrame) -> pd.DataFrame:
    return _published(census, "indigenous_identity_pct", "2021", census["Indigenous identity (%)"])


def _published(census: pd.DataFrame, indicator: str, period: str, value: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "territory_id": _ids(census),
            "indicator_id": indicator,
            "period": period,
            "value": value.to_numpy(),
            "numerator": np.nan,
            "denominator": np.nan,
            "status": np.where(value.notna(), "ok", "no_data"),
        }
    )


def _ids(census: pd.DataFrame) -> np.ndarray:
    return ("municipality:" + census.index).to_numpy()


def _notes(census: pd.DataFrame, polygons: pd.DataFrame) -> tuple[Text, ...]:
    missing = polygons.loc[polygons["CSDUID"].map(census["Population, 2021"]).isna(), "CSDNAME"]
    names = ", ".join(sorted(missing))
    return (
        Text(
            f"{len(missing)} réserves sans dénombrement en 2021 : {names}",
            f"{len(missing)} reserves without a 2021 count: {names}",
        ),
    )
