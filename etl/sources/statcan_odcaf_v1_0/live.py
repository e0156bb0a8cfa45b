"""Fetch the Open Database of Cultural and Art Facilities, and keep Québec."""

from __future__ import annotations

from typing import Final

from etl.clients.borrowed import borrow
from etl.clients.open_database import ODCAF_URL, read_odcaf
from etl.clients.portal_files import write
from etl.http import Kind
from etl.live import FetchContext, LiveFiles
from etl.registry import declaration_of

_SOURCE: Final = "statcan_odcaf_v1_0"


def fetch(context: FetchContext) -> LiveFiles:
    """Write the declared files: the facilities, and the outlines that check their municipality.

    Raises
    ------
    FetchError
        If the archive cannot be received.
    SourceFileError
        If it is not as documented.
    """
    path_of = {f.name: f.path for f in declaration_of(_SOURCE).files}
    path, retrieved = context.file(ODCAF_URL, name="ODCAF_V1.0.zip", expect=Kind.ZIP)
    write(read_odcaf(path), context.folder / path_of["facilities"])
    outlines = borrow(context, "statcan_csd_2021", path_of["census"])
    return LiveFiles((retrieved, *outlines))
