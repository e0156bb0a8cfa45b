"""Fetch the Proximity Measures Database, and sum its blocks into dissemination areas."""

from __future__ import annotations

from typing import Final

from etl.clients.portal_files import write
from etl.clients.proximity_measures import URL, areas_of, read_blocks
from etl.http import Kind
from etl.live import FetchContext, LiveFiles
from etl.registry import declaration_of

_SOURCE: Final = "statcan_proximity_2021"
_MOST_BYTES: Final = 200_000_000


def fetch(context: FetchContext) -> LiveFiles:
    """Write the declared file.

    Raises
    ------
    FetchError
        If the archive cannot be received.
    SourceFileError
        If it is not as documented.
    """
    (declared,) = declaration_of(_SOURCE).files
    path, retrieved = context.file(URL, name="pmd-eng.zip", expect=Kind.ZIP, most_bytes=_MOST_BYTES)
    areas, notes = areas_of(read_blocks(path))
    write(areas, context.folder / declared.path)
    return LiveFiles((retrieved,), notes=notes)
