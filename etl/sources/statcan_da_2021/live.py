"""Fetch the dissemination areas: people, points and codes from one file, shapes from another."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import pandas as pd

from etl.clients.boundaries import AREAS, fetch_boundaries, require_same_codes
from etl.clients.geographic_attributes import fetch_areas, hierarchy
from etl.clients.portal_files import write
from etl.live import FetchContext, LiveFiles
from etl.registry import declaration_of
from geodata.crs import DISPLAY_CRS
from geodata.errors import JoinError
from geodata.package import EMBEDDED, open_package
from geodata.text import Text

_SOURCE: Final = "statcan_da_2021"
_MONTREAL: Final = "2466"
"""The division whose areas are drawn as polygons; elsewhere an area is drawn by its point."""
_COLUMN_OF_LEVEL: Final = {
    "clsc": "CLSC_code",
    "rls": "RLS_code",
    "rts": "RTS_code",
    "rss": "RSS_code",
    "mrc": "MRC_code",
}


def fetch(context: FetchContext) -> LiveFiles:
    """Write the three declared files from Statistics Canada's attribute file and boundaries.

    The census does not know the health territories nor the MRCs: their codes are those that the package of
    the program has for the same areas, from the ministry's tables.

    Raises
    ------
    FetchError, SourceFileError
        If a file cannot be received or is not as documented.
    JoinError
        If the files do not name the same areas.
    """
    path_of = {f.name: context.folder / f.path for f in declaration_of(_SOURCE).files}
    areas, attributes = fetch_areas(context)
    points = points_of(areas, codes_of(open_package(EMBEDDED).membership))
    shapes, boundaries, notes = fetch_boundaries(context, AREAS, f"DAUID LIKE '{_MONTREAL}%'")
    of_montreal = areas.loc[areas["CDUID"] == _MONTREAL, "DAUID"]
    require_same_codes(shapes["DAUID"], of_montreal, "statcan_da_2021, DAUID")
    write(hierarchy(areas), path_of["hierarchy"])
    write(points, path_of["points"])
    write(shapes[["DAUID", "geometry"]], path_of["montreal_polygons"])
    return LiveFiles((attributes, boundaries), notes=(*notes, _CARRIED))


_CARRIED: Final = Text(
    "Codes des CLSC, RLS, RTS, RSS et MRC repris du paquet fourni avec l'outil",
    "Codes of CLSC, RLS, RTS, RSS and MRC taken from the package that comes with the tool",
)


def codes_of(membership: pd.DataFrame) -> pd.DataFrame:
    """Give the code of each area at the five levels that the census does not know.

    Parameters
    ----------
    membership
        Of a package: ``da_id, territory_id, fraction, census_year``.

    Returns
    -------
    pandas.DataFrame
        ``CLSC_code, RLS_code, RTS_code, RSS_code, MRC_code`` by ``DAUID``.
    """
    current = membership[membership["census_year"] == 2021]
    parts = current["territory_id"].str.split(":", n=1, expand=True)
    rows = pd.DataFrame(
        {
            "DAUID": current["da_id"].str.removeprefix("da:"),
            "column": parts[0].map(_COLUMN_OF_LEVEL),
            "code": parts[1],
        }
    ).dropna()
    return rows.pivot(index="DAUID", columns="column", values="code")[list(_COLUMN_OF_LEVEL.values())]


def points_of(areas: pd.DataFrame, codes: pd.DataFrame) -> gpd.GeoDataFrame:
    """Write the areas as the declared file of points.

    Parameters
    ----------
    areas
        From :func:`etl.clients.geographic_attributes.areas_of`.
    codes
        From :func:`codes_of`.

    Raises
    ------
    JoinError
        If an area has no code: the file is of another census than the codes.
    """
    unknown = ~areas["DAUID"].isin(codes.dropna().index)
    if unknown.any():
        raise JoinError(
            Text(
                f"{int(unknown.sum())} aires de diffusion n'ont pas de territoire de CLSC connu",
                f"{int(unknown.sum())} dissemination areas have no known CLSC territory",
            ),
            where=f"DAUID {areas.loc[unknown, 'DAUID'].iloc[0]}",
            hint=Text(
                "le fichier n'est sans doute pas celui du recensement de 2021",
                "the file is probably not that of the 2021 census",
            ),
        )
    named = areas[["DAUID", "CDUID", "CSDUID", "CSDNAME", "CMAUID", "CTUID", "SACTYPE"]]
    points = named.join(codes, on="DAUID").assign(pt_source="statcan_gaf_2021")
    geometry = gpd.points_from_xy(areas["longitude"], areas["latitude"], crs=DISPLAY_CRS)
    return gpd.GeoDataFrame(points, geometry=geometry)
