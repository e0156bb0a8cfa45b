"""Imported listings as sources of a package."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

import pandas as pd

from etl.listings.as_source import FOLDER, PREFIX, listing_source
from etl.listings.folder import LISTING
from etl.pipeline import SourceRead, SourceReport
from etl.taking import hashes_in
from geodata.errors import ProximiteError
from geodata.package import Package
from geodata.text import Text, slug

_FILE: Final = "listing"


def listings_of(home: Path) -> tuple[list[SourceRead], dict[str, Text]]:
    """Give the imported listings of a data folder, as sources that were read; and why others were not."""
    read, unread = [], {}
    for facts in sorted((home / FOLDER).glob(f"*/{LISTING}")):
        if facts.parent.name.startswith("."):
            continue
        try:
            declaration, tables = listing_source(facts.parent)
        except ProximiteError as failure:
            french, english = failure.sentence("fr").rstrip("."), failure.sentence("en").rstrip(".")
            unread[f"{PREFIX}{slug(facts.parent.name).replace('-', '_')}"] = Text(french, english)
            continue
        places = tables.places if tables.places is not None else pd.DataFrame()
        report = SourceReport(
            declaration.id, {_FILE: len(places)}, {_FILE: _digest(places)}, list(tables.notes)
        )
        read.append(SourceRead(declaration, tables, report, {}))
    return read, unread


def same_listings(base: Package, listings: Sequence[SourceRead], unread: Sequence[str] = ()) -> bool:
    """Say whether a package holds these listings, and no other, as they are."""
    held = {name for name in base.sources if name.startswith(PREFIX)} - set(unread)
    return held == {read.declaration.id for read in listings} and all(
        hashes_in(base, read.declaration.id) == read.report.sha256 for read in listings
    )


def _digest(places: pd.DataFrame) -> str:
    """Give the hash of what a listing says, whatever wrote its files."""
    ordered = places.sort_values(list(places.columns[:1])) if len(places.columns) else places
    return sha256(ordered.to_json(orient="records", date_format="iso").encode()).hexdigest()
