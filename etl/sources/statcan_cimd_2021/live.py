"""Fetch the Canadian Index of Multiple Deprivation, Québec's regional file."""

from __future__ import annotations

from typing import Final

from etl.clients.cimd import URL, read_scores, require_corrected
from etl.clients.portal_files import write
from etl.http import Kind
from etl.live import FetchContext, LiveFiles
from etl.registry import declaration_of
from geodata.text import Text

_SOURCE: Final = "statcan_cimd_2021"
_REGIONAL: Final = Text(
    "Scores du fichier régional du Québec : 0 y est la moyenne des aires du Québec, non du Canada",
    "Scores of Québec's regional file: 0 is the mean of the areas of Québec there, not of Canada",
)


def fetch(context: FetchContext) -> LiveFiles:
    """Write the declared file, unless the copy predates the correction of 22 October 2024.

    Raises
    ------
    FetchError
        If the archive cannot be received.
    SourceFileError
        If it is not as documented, or predates the correction.
    """
    (declared,) = declaration_of(_SOURCE).files
    path, retrieved = context.file(URL, name="qc_scores_quintiles.zip", expect=Kind.ZIP)
    scores, dates = read_scores(path, retrieved.last_modified)
    cautions = require_corrected(dates, URL)
    write(scores, context.folder / declared.path)
    return LiveFiles((retrieved,), notes=(*cautions, _REGIONAL))
