"""Fetch the M02 file from Données Québec: it is taken as it is published."""

from __future__ import annotations

import shutil
from typing import Final

from etl.clients import ckan
from etl.live import FetchContext, LiveFiles

_SLUG: Final = "fichiers-cartographiques-m02-des-installations-et-etablissements"
_FILES: Final = {
    "msss_m02/installationscsv.csv": r"installation",
    "msss_m02/etablissementscsv.csv": r"etablissement",
}
_FILE_NAME: Final = {r"installation": r"^installations?csv", r"etablissement": r"^etablissements?csv"}
"""Both words are in the title of the record, and may be in the name of each file: its own name decides."""


def fetch(context: FetchContext) -> LiveFiles:
    """Fetch both files; see :mod:`etl.live`."""
    found = ckan.record(context.http, ckan.QUEBEC, _SLUG)
    retrieved = []
    for path, pattern in _FILES.items():
        chosen = ckan.choose(found, ("csv",), pattern, prefer=_FILE_NAME[pattern])
        file, origin = ckan.bring(context, found, chosen)
        target = context.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        retrieved.append(origin)
    date = ckan.date_of(retrieved)
    return LiveFiles(tuple(retrieved), date, date, ckan.licence_note(found, "cc-by-4.0"))
