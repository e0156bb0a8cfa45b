"""A selection of places, or a whole listing, as HSDS 3.0: one JSON file, or a zip of tables."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Final

import pandas as pd

from etl.listings.canonical import at_places, of_kind, of_package
from etl.listings.export import JSON_FILE, Format, export_hsds
from geodata.package import Package

_STAMP: Final = (1980, 1, 1, 0, 0, 0)
"""One date for every file of an archive, so that one content gives one archive."""


def export(package: Package, rows: pd.DataFrame, form: Format, kind: str = "") -> bytes:
    """Write a selection.

    Parameters
    ----------
    package
        Where the places are.
    rows
        Of ``listings_view.places_of``.
    form
        One JSON file, or tables in a zip archive.
    kind
        Key of ``CATEGORIES``: only services of this category; empty for all.

    Raises
    ------
    ListingError
        If the licence of a place does not let it be passed on.
    OutputError
        If nothing can be written.
    """
    listing = at_places(of_package(package), set(rows.index))
    with tempfile.TemporaryDirectory(prefix="proximite-") as folder:
        out = Path(folder) / "hsds"
        export_hsds(of_kind(listing, kind) if kind else listing, out, form)
        return read_back(out, form)


def export_listing(folder: Path, form: Format, *, licensed: bool = False) -> bytes:
    """Write an imported listing.

    Raises
    ------
    ListingError
        If its licence is not declared and ``licensed`` is false.
    """
    with tempfile.TemporaryDirectory(prefix="proximite-") as made:
        out = Path(made) / "hsds"
        export_hsds(folder, out, form, licensed=licensed)
        return read_back(out, form)


def read_back(folder: Path, form: Format) -> bytes:
    """Give what was written: the JSON file as it is, or a zip of all files."""
    if form is Format.JSON:
        return (folder / JSON_FILE).read_bytes()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(path.name, _STAMP), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return stream.getvalue()
