"""Fetch the neighbourhoods and the public places of Québec City."""

from __future__ import annotations

from typing import Final

import pandas as pd
import shapely

from etl.clients import ckan, portal_files
from etl.live import FetchContext, LiveFiles

_QUARTIERS: Final = "quebec_city/vdq_quartiers.parquet"
_PLACES: Final = "quebec_city/vdq_lieux_publics_quebec.csv"
_QUARTIER_COLUMNS: Final[dict[str, tuple[str, ...]]] = {"ID": (), "NOM": ()}
_PLACES_RECORD: Final = "daa10606-5fdd-4c9b-b5ef-235081690b6e"
_PLACE_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "ID": (), "NO_CIVIQUE": (), "NOM_TOPOGRAPHIE": (), "RUE": (), "DESCRIPTION": (), "LONGITUDE": (),
    "LATITUDE": (), "GEOMETRIE": ("GEOMETRY", "WKT"),
}  # fmt: skip


def fetch(context: FetchContext) -> LiveFiles:
    """Fetch both files; see :mod:`etl.live`."""
    limits = ckan.record(context.http, ckan.QUEBEC, "vque_9")
    chosen = ckan.choose(limits, ("geojson",), r"quartier")
    quartiers, quartiers_origin = ckan.bring(context, limits, chosen)
    taken = portal_files.take(
        portal_files.read_geojson(quartiers, chosen.label), _QUARTIER_COLUMNS, chosen.label
    )
    portal_files.write(taken.assign(ID=portal_files.as_code(taken["ID"])), context.folder / _QUARTIERS)
    listed = ckan.record(context.http, ckan.QUEBEC, _PLACES_RECORD)
    picked = ckan.choose(listed, ("csv",), r"lieux? publics?|lieupublic")
    file, places_origin = ckan.bring(context, listed, picked)
    portal_files.write(
        places(portal_files.read_csv(file, picked.label), picked.label), context.folder / _PLACES
    )
    retrieved = (quartiers_origin, places_origin)
    notes = (*ckan.licence_note(limits, "cc-by-4.0"), *ckan.licence_note(listed, "cc-by-4.0"))
    return LiveFiles(retrieved, ckan.date_of(retrieved), ckan.date_of([places_origin]), notes)


def places(published: pd.DataFrame, name: str) -> pd.DataFrame:
    """Keep the declared columns; older files write the point as ``POINT (lon lat)`` only."""
    optional = ("NO_CIVIQUE", "RUE", "LONGITUDE", "LATITUDE", "GEOMETRIE")
    taken = portal_files.take(published, _PLACE_COLUMNS, name, optional=optional)
    written = taken["GEOMETRIE"].astype(object).where(taken["GEOMETRIE"].notna(), None).to_numpy()
    points = shapely.from_wkt(written, on_invalid="ignore")
    at = pd.DataFrame({"x": shapely.get_x(points), "y": shapely.get_y(points)}, index=taken.index)
    return taken.assign(
        ID=portal_files.as_code(taken["ID"]),
        NO_CIVIQUE=portal_files.as_number(taken["NO_CIVIQUE"]),
        LONGITUDE=portal_files.as_number(taken["LONGITUDE"]).fillna(at["x"]),
        LATITUDE=portal_files.as_number(taken["LATITUDE"]).fillna(at["y"]),
    ).drop(columns="GEOMETRIE")
