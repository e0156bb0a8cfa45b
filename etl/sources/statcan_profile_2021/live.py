"""Fetch the 2021 Census Profile of Québec from Statistics Canada."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from etl.clients.bulk_profile import URL, read_profile
from etl.clients.characteristics import read_pins
from etl.clients.profile_table import write_rows
from etl.clients.sdmx import fetch_profile
from etl.http import Kind
from etl.live import FetchContext, LiveFiles
from etl.registry import declaration_of
from etl.sources.statcan_profile_2021.transform import PINS_FILE
from geodata.errors import ProximiteError
from geodata.text import Text

SOURCE: Final = "statcan_profile_2021"
QUEBEC: Final = "2021A000224"
_NAME: Final = "98-401-X2021006.zip"
_MOST_BYTES: Final = 2_000_000_000


def fetch(context: FetchContext) -> LiveFiles:
    """Read the bulk file of the province, and hold its figures for Québec against the web service.

    The guide of the web service asks not to draw a whole dataflow from it, so that the 13,806 areas come
    from the bulk file; the service is asked for the province only. It speaks of the same census under
    other numbers of characteristics: two readings that agree show that both were read right. Where it
    does not answer or disagrees, a note says so and the bulk file stands.

    Raises
    ------
    FetchError
        If the file cannot be received.
    SourceFileError
        If it is not as documented, or a characteristic is not where it is pinned.
    """
    path, retrieved = context.file(URL, name=_NAME, expect=Kind.ZIP, most_bytes=_MOST_BYTES)
    pins = read_pins(PINS_FILE)
    target = context.folder / declaration_of(SOURCE).files[0].path
    write_rows(read_profile(path, pins, say=lambda done, all_: context.say(_NAME, done, all_)), target)
    return LiveFiles((retrieved,), notes=(_confronted(context, pd.read_parquet(target)),))


def fetch_territory(context: FetchContext, dguids: Sequence[str]) -> LiveFiles:
    """Write the same file from the web service, for a chosen few hundred geographies.

    For a table that wants its own areas without the file of the whole province. What it writes covers
    these geographies only: the levels that they do not fill have no figure.

    Raises
    ------
    SelectionError, FetchError, SourceFileError
        As :func:`etl.clients.sdmx.fetch_profile`.
    """
    profile = fetch_profile(context.http, context.store, dguids, read_pins(PINS_FILE), say=context.say)
    target = context.folder / declaration_of(SOURCE).files[0].path
    write_rows(profile.rows, target)
    absent = len(profile.absent)
    notes = (
        Text(
            f"{absent} territoires demandés sans réponse, dont {profile.absent[0]}",
            f"{absent} territories asked without an answer, such as {profile.absent[0]}",
        ),
    )
    return LiveFiles(profile.retrieved, notes=notes if absent else ())


def _confronted(context: FetchContext, bulk: pd.DataFrame) -> Text:
    """Compare the counts of Québec in the bulk file with those of the web service."""
    try:
        answered = fetch_profile(context.http, context.store, [QUEBEC], read_pins(PINS_FILE), say=context.say)
    except ProximiteError as failure:
        return Text(
            f"Non confronté au service web du profil : {failure.what.fr}",
            f"Not held against the web service of the profile: {failure.what.en}",
        )
    if answered.absent:
        return Text(
            "Non confronté au service web du profil : il ne dit rien du Québec",
            "Not held against the web service of the profile: it says nothing of Québec",
        )
    of_service = pd.Series({row[3]: row[4] for row in answered.rows}, dtype=float)
    of_file = bulk[bulk["dguid"] == QUEBEC].set_index("characteristic")["count"].reindex(of_service.index)
    differ = of_service.ne(of_file) & (of_service.notna() | of_file.notna())
    if differ.any():
        first = str(differ.idxmax())
        return Text(
            f"{int(differ.sum())} comptes du Québec diffèrent du service web du profil, dont « {first} »"
            f" ({of_file[first]:.0f} et {of_service[first]:.0f})",
            f"{int(differ.sum())} counts of Québec differ from the web service of the profile, such as"
            f" “{first}” ({of_file[first]:.0f} and {of_service[first]:.0f})",
        )
    return Text(
        f"{len(of_service)} comptes du Québec égaux dans le fichier et dans le service web",
        f"{len(of_service)} counts of Québec equal in the file and in the web service",
    )
