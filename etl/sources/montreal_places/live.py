"""Fetch the City of Montréal's list of places of interest."""

from __future__ import annotations

from typing import Final

import pandas as pd

from etl.clients import ckan, portal_files
from etl.live import FetchContext, LiveFiles

_SLUG: Final = "lieux-d-interet"
_PLACES: Final = "montreal_places/vdm_lieux_interet_montreal.csv"
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "ID": ("Identifiant",), "Famille": (), "Catégorie": (), "Nom français": ("Nom",), "Type": (),
    "Numéro": ("No civique", "Numéro civique"), "rue": ("Nom de rue",), "Ville": (), "Code postal": (),
    "Arrondissement": (), "Longitude": ("Long",), "Latitude": ("Lat",),
}  # fmt: skip
_OPTIONAL: Final = ("Famille", "Catégorie", "Numéro", "rue", "Ville", "Code postal")


def fetch(context: FetchContext) -> LiveFiles:
    """Fetch the list; see :mod:`etl.live`."""
    found = ckan.record(context.http, ckan.MONTREAL, _SLUG)
    chosen = ckan.choose(found, ("csv",), r"lieux? d.?interet|lieux?[-_]d?[-_]?interet|poi")
    file, origin = ckan.bring(context, found, chosen)
    portal_files.write(
        places(portal_files.read_csv(file, chosen.label), chosen.label), context.folder / _PLACES
    )
    date = ckan.date_of([origin])
    return LiveFiles((origin,), date, date, ckan.licence_note(found, "cc-by-4.0"))


def places(published: pd.DataFrame, name: str) -> pd.DataFrame:
    """Keep the declared columns of the list, coordinates as numbers."""
    taken = portal_files.take(published, _COLUMNS, name, optional=_OPTIONAL)
    return taken.assign(
        ID=portal_files.as_code(taken["ID"]),
        Longitude=portal_files.as_number(taken["Longitude"]),
        Latitude=portal_files.as_number(taken["Latitude"]),
    )
