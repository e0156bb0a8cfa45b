"""Fetch the directory of municipalities; nothing that names a person is written."""

from __future__ import annotations

from typing import Final

import pandas as pd

from etl.clients import ckan, portal_files
from etl.clients.boundaries import MUNICIPALITIES, fetch_from_service
from etl.live import FetchContext, LiveFiles

_SLUG: Final = "repertoire-des-municipalites-du-quebec"
_DIRECTORY: Final = "mamh_municipalities/mamh_municipalites_mrc_region.parquet"
_CENSUS: Final = "statcan_csd_2021/csd_2021_simplified.parquet"

_KEPT: Final[dict[str, tuple[str, ...]]] = {
    "mcode": (), "munnom": (), "mcodedesi": (), "mdes": (), "mcodpos": (), "regadm": (), "divrec": (),
    "mrc": (), "msuperf": (), "msupft": (), "mpopul": (),
}  # fmt: skip
"""Every column that is written. The officials' names, titles, telephones and e-mails are in none of them."""

_TOLERANCE_DEGREES: Final = 0.01
"""The census shapes serve to list municipalities only."""


def fetch(context: FetchContext) -> LiveFiles:
    """Fetch the directory, and the census list that it is compared with; see :mod:`etl.live`."""
    found = ckan.record(context.http, ckan.QUEBEC, _SLUG)
    chosen = ckan.choose(found, ("csv",), r"^mun\.csv$|\bmun\b|^municipalites?$")
    file, origin = ckan.bring(context, found, chosen)
    published = portal_files.read_csv(file, chosen.label)
    portal_files.write(directory(published, chosen.label), context.folder / _DIRECTORY)
    census, census_origin = fetch_from_service(
        context, MUNICIPALITIES, "PRUID='24'", tolerance=_TOLERANCE_DEGREES
    )
    portal_files.write(census, context.folder / _CENSUS)
    date = ckan.date_of([origin])
    return LiveFiles((origin, census_origin), date, date, ckan.licence_note(found, "cc-by-4.0"))


def directory(published: pd.DataFrame, name: str) -> pd.DataFrame:
    """Keep the columns that say where and how large a municipality is.

    Parameters
    ----------
    published
        The publisher's table, every cell a text.
    """
    optional = tuple(column for column in _KEPT if column not in ("mcode", "munnom"))
    kept = portal_files.take(published, _KEPT, name, optional=optional)
    return kept.assign(mcode=portal_files.as_code(kept["mcode"]).str.zfill(5))
