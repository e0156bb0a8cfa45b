"""Fetch the postal codes of GeoNames, and keep those of Québec."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import pandas as pd

from etl.clients.archives import open_archive
from etl.clients.borrowed import borrow
from etl.clients.portal_files import write
from etl.clients.text_tables import read_rows
from etl.http import Kind
from etl.live import FetchContext, LiveFiles
from etl.registry import declaration_of

URL: Final = "https://download.geonames.org/export/zip/CA_full.csv.zip"

_SOURCE: Final = "geonames_postal"
_MOST_BYTES: Final = 200_000_000
_COLUMNS: Final = (
    "country code", "postal code", "place name", "admin name1", "admin code1", "admin name2", "admin code2",
    "admin name3", "admin code3", "latitude", "longitude", "accuracy",
)  # fmt: skip
"""As GeoNames documents its postal code files, which have no header row."""
_QUEBEC: Final = "QC"


def fetch(context: FetchContext) -> LiveFiles:
    """Write the declared files: the codes, and the outlines in which their points must fall.

    Raises
    ------
    FetchError
        If the archive cannot be received.
    SourceFileError
        If it is not as documented.
    """
    path_of = {f.name: f.path for f in declaration_of(_SOURCE).files}
    path, retrieved = context.file(URL, name="CA_full.csv.zip", expect=Kind.ZIP, most_bytes=_MOST_BYTES)
    codes, made = read_codes(path)
    write(codes, context.folder / path_of["codes"])
    outlines = borrow(context, "qc_mrc", path_of["borders"])
    day = (made.date().isoformat() if made else retrieved.last_modified or "")[:10] or None
    return LiveFiles((retrieved, *outlines), vintage=day[:7] if day else None, reference_date=day)


def read_codes(path: Path) -> tuple[pd.DataFrame, datetime | None]:
    """Read the full postal codes of Québec from the archive.

    Returns
    -------
    pandas.DataFrame
        ``code`` (``G0A 0A1``, each once), ``name``, ``province``, ``latitude``, ``longitude`` in degrees.
    datetime or None
        Date that the archive gives to the table.

    Raises
    ------
    SourceFileError
        If the archive or its table is not what GeoNames documents.
    """
    with open_archive(path, most_bytes=_MOST_BYTES) as archive:
        member = archive.one(".txt", lambda m: m.file_name.casefold().startswith("ca"))
        with archive.open(member) as stream:
            rows = read_rows(
                stream,
                {
                    "postal code": "code",
                    "place name": "name",
                    "admin name1": "province",
                    "admin code1": "province_code",
                    "latitude": "latitude",
                    "longitude": "longitude",
                },
                where=f"{path.name}, {member.file_name}",
                keep=lambda piece: piece["province_code"].eq(_QUEBEC),
                numbers=("latitude", "longitude"),
                delimiter="\t",
                header=_COLUMNS,
            )
    compact = rows["code"].str.upper().str.replace(" ", "", regex=False)
    whole = compact.str.fullmatch(r"[A-Z]\d[A-Z]\d[A-Z]\d").fillna(False).astype(bool)
    located = rows["latitude"].notna() & rows["longitude"].notna()
    kept = rows.assign(code=compact.str[:3] + " " + compact.str[3:])[whole & located]
    # A code that serves two places is written twice; the first is its main place.
    first = kept.drop_duplicates("code").sort_values("code", ignore_index=True)
    return first[["code", "name", "province", "latitude", "longitude"]], member.modified
