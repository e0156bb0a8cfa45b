"""Fetch the Open Database of Healthcare Facilities, version 2, and keep Québec."""

from __future__ import annotations

from typing import Final

from etl.clients.open_database import ODHF_V2_URL, read_odhf_v2
from etl.clients.portal_files import write
from etl.http import Kind
from etl.live import FetchContext, LiveFiles
from etl.registry import declaration_of

_SOURCE: Final = "statcan_odhf_v2"


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
    path, retrieved = context.file(ODHF_V2_URL, name="odhf_v2_geojson.zip", expect=Kind.ZIP)
    write(read_odhf_v2(path), context.folder / declared.path)
    return LiveFiles((retrieved,))
