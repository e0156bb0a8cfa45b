"""Libraries in Statistics Canada's database of cultural facilities."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import pandas as pd

from etl.sources.statcan_odcaf_v1_0.duplicates import first_of_each
from etl.tables import Raw, Tables
from geodata.crs import METRIC_CRS
from geodata.model import ServiceCategory
from geodata.text import Text, fold

_TYPE: Final = "library or archives"

_LIBRARY_TYPES: Final = frozenset(
    {
        "affiliée au réseau biblio",
        "municipale",
        "publique à financement prive",
        "bibliotheque",
        "bibliothèque",
        "bibliothèques",
        "lieu public - ville de laval",
    }
)
"""Words by which a provider says that a facility is a library open to the public."""

_MIXED_PROVIDERS: Final = frozenset({"canadian museums association"})
"""Lists archives, historical societies and university collections, not neighbourhood libraries."""

_MIXED_TYPES: Final = frozenset({"", "arts et culture"})
"""Words that say nothing of what a facility is: its name decides."""

_LIBRARY_WORDS: Final = ("bibliotheque", "library", "mediatheque")
_NOT_A_LIBRARY: Final = ("reseau ", "bibliobus", "biblio mobile")
"""How the folded name of a network's office or of a stop of a mobile library begins."""

_FARTHEST_KM: Final = 50
"""A municipality farther than this from the point is an error; outlines are coarse, so the margin is wide."""

_ASSURED: Final = "2020-10"


def transform(raw: Raw) -> Tables:
    listed = raw["facilities"]
    of_type = listed[listed["ODCAF_Facility_Type"].eq(_TYPE)]
    libraries = _with_places(of_type[_is_library(of_type)])
    municipality, far, unknown = _municipalities(libraries, raw["census"])
    libraries = libraries.assign(municipality=municipality, far=far)
    kept = libraries[first_of_each(libraries)]
    return Tables(
        places=_places(kept),
        notes=(
            *_notes(len(of_type), len(libraries), len(kept)),
            *_municipality_notes(int(far[kept.index].sum()), int(unknown[kept.index].sum())),
        ),
    )


def _is_library(facilities: pd.DataFrame) -> pd.Series:
    kind = facilities["Source_Facility_Type"].fillna("")
    name = facilities["Facility_Name"].fillna("").map(fold)
    named_so = name.map(lambda n: any(word in n for word in _LIBRARY_WORDS))
    office = name.map(lambda n: n.startswith(_NOT_A_LIBRARY))
    said_so = kind.isin(_LIBRARY_TYPES) | (kind.isin(_MIXED_TYPES) & named_so)
    return said_so & ~office & name.ne("") & ~facilities["Provider"].isin(_MIXED_PROVIDERS)


def _with_places(libraries: pd.DataFrame) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(libraries["Longitude"], libraries["Latitude"], crs=4326)
    located = gpd.GeoDataFrame(libraries.drop(columns="geometry", errors="ignore"), geometry=points)
    return located.set_geometry(
        located.geometry.where(libraries["Latitude"].notna() & libraries["Longitude"].notna(), None)
    )


def _municipalities(
    libraries: gpd.GeoDataFrame, census: pd.DataFrame
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Give the municipality that the file writes, unless its own point or the 2021 list denies it.

    The provider's column of cities is out of line for some rows, and a few municipalities were coded
    from it, hundreds of kilometres away. Where that is so, the point decides.
    """
    outlines = gpd.GeoSeries(
        gpd.GeoSeries(census["geometry"].to_numpy(), crs=4326).to_crs(METRIC_CRS).array,
        index=census["CSDUID"],
    )
    code = libraries["CSDUID"]
    own = gpd.GeoSeries(outlines.reindex(code).array, index=libraries.index, crs=METRIC_CRS)
    away_km = libraries.geometry.to_crs(METRIC_CRS).distance(own) / 1000
    far = away_km.gt(_FARTHEST_KM)
    unknown = code.notna() & ~code.isin(census["CSDUID"])
    return ("municipality:" + code).where(code.notna() & ~far & ~unknown), far, unknown


def _places(kept: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "place_id": "odcaf:" + kept["Index"],
            "name": kept["Facility_Name"],
            "category": ServiceCategory.LIBRARY.value,
            "address": kept["Source_Format_Address"].fillna(""),
            "city": kept["CSD_Name"].where(~kept["far"], None).fillna(""),
            "postal_code": kept["Postal_Code"].str.upper().fillna(""),
            "longitude": kept["Longitude"],
            "latitude": kept["Latitude"],
            "assured_date": _ASSURED,
            "detail_fr": "Bibliothèque publique",
            "detail_en": "Public library",
            "only_mission": False,
            "organization_id": "",
            "municipality": kept["municipality"],
        }
    ).reset_index(drop=True)


def _notes(of_type: int, libraries: int, kept: int) -> tuple[Text, ...]:
    return (
        Text(
            f"{kept} bibliothèques gardées sur {of_type} fiches : {of_type - libraries} sont des archives,"
            f" des sociétés d'histoire, des bureaux, des stationnements ou des haltes de bibliobus et"
            f" {libraries - kept} des doublons entre fournisseurs",
            f"{kept} libraries kept of {of_type} records: {of_type - libraries} are archives, historical"
            f" societies, offices, car parks or stops of a mobile library, and {libraries - kept} are"
            " duplicates between providers",
        ),
    )


def _municipality_notes(far: int, unknown: int) -> tuple[Text, ...]:
    return (
        Text(
            f"{far} bibliothèques dont la municipalité écrite est à plus de {_FARTHEST_KM} km de leur point"
            f" et {unknown} dont le code n'est pas de 2021 : le point décide",
            f"{far} libraries whose written municipality is more than {_FARTHEST_KM} km from their point and"
            f" {unknown} whose code is not of 2021: the point decides",
        ),
    )
