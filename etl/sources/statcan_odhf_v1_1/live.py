"""Fetch the Open Database of Healthcare Facilities, version 1.1, and keep Québec."""

from __future__ import annotations

from typing import Final

from etl.clients.open_database import ODHF_V1_URL, read_odhf_v1
from etl.clients.portal_files import write
from etl.http import Kind
from etl.live import FetchContext, LiveFiles
from etl.registry import declaration_of

_SOURCE: Final = "statcan_odhf_v1_1"


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
    path, retrieved = context.file(ODHF_V1_URL, name="ODHF_v1.1.zip", expect=Kind.ZIP)
    write(read_odhf_v1(path), context.folder / declared.path)
    return LiveFiles((retrieved,))
