"""Fetch public schools and private premises from Données Québec."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

import pandas as pd

from etl.clients import ckan, portal_files
from etl.live import FetchContext, LiveFiles

_SLUG: Final = "localisation-des-etablissements-d-enseignement-du-reseau-scolaire-au-quebec"
_SCHOOLS: Final = "meq_schools/meq_ecoles_qc.csv"
_FILES: Final = (
    r"^ecoles publiques$|pps_public_ecole\.csv",
    r"^installations privees$|pps_prive_installation\.csv",
)
_OTHER_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "LONGITUDE": ("COORD_X_LL84_IMM", "COORD_X_LL84"),
    "LATITUDE": ("COORD_Y_LL84_IMM", "COORD_Y_LL84"),
}
_REQUIRED: Final = ("CD_ORGNS", "ORDRE_ENS", "LONGITUDE", "LATITUDE")


def fetch(context: FetchContext) -> LiveFiles:
    """Fetch both lists and write them as one; see :mod:`etl.live`."""
    found = ckan.record(context.http, ckan.QUEBEC, _SLUG)
    lists, retrieved = [], []
    for pattern in _FILES:
        chosen = ckan.choose(found, ("csv",), pattern)
        file, origin = ckan.bring(context, found, chosen)
        lists.append(schools(portal_files.read_csv(file, chosen.label), chosen.label))
        retrieved.append(origin)
    portal_files.write(pd.concat(lists, ignore_index=True), context.folder / _SCHOOLS)
    date = ckan.date_of(retrieved)
    return LiveFiles(tuple(retrieved), date, date, ckan.licence_note(found, "cc-by-4.0"))


def schools(published: pd.DataFrame, name: str) -> pd.DataFrame:
    """Keep the declared columns of one list; those of the other kind stay blank.

    Telephones, e-mails and names of persons are in none of them.
    """
    declared = tomllib.loads(Path(__file__).with_name("source.toml").read_text("utf-8"))["files"][0][
        "columns"
    ]
    wanted = {column: _OTHER_NAMES.get(column, ()) for column in declared}
    taken = portal_files.take(
        published, wanted, name, optional=tuple(c for c in wanted if c not in _REQUIRED)
    )
    return taken.assign(
        LONGITUDE=portal_files.as_number(taken["LONGITUDE"]),
        LATITUDE=portal_files.as_number(taken["LATITUDE"]),
    )
