"""The Canadian Index of Multiple Deprivation of 2021: Québec's regional file, and whether it is corrected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import pandas as pd

from etl.clients.archives import Archive, Member, open_archive
from etl.clients.text_tables import read_rows
from geodata.errors import SourceFileError
from geodata.text import Text

URL: Final = "https://www150.statcan.gc.ca/n1/pub/45-20-0001/2023001/csv/qc_scores_quintiles_csv-eng.zip"
CORRECTED: Final = date(2024, 10, 22)
"""Day of Statistics Canada's correction, which changed every figure of the product."""

DIMENSIONS: Final = (
    "Residential instability",
    "Ethno-cultural composition",
    "Economic dependency",
    "Situational vulnerability",
)

_KEY: Final = "DAUID"
_KEYS: Final = ("PRCDDA", "DAUID")
"""The publisher's name of the area's identifier, then ours."""
_PREPARED: Final = timedelta(days=60)
"""A file is made some weeks before the day on which it is published."""
_MOST_TEXT_BYTES: Final = 1_000_000
_TEXTS: Final = frozenset({".txt", ".md", ".htm", ".html"})
_MONTHS: Final = (
    ("january", "janvier"), ("february", "février"), ("march", "mars"), ("april", "avril"), ("may", "mai"),
    ("june", "juin"), ("july", "juillet"), ("august", "août"), ("september", "septembre"),
    ("october", "octobre"), ("november", "novembre"), ("december", "décembre"),
)  # fmt: skip
_MONTH_OF: Final = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words}
_MONTH: Final = "|".join(_MONTH_OF)
_WRITTEN: Final = (
    re.compile(r"\b(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"),
    re.compile(rf"\b(?P<m>{_MONTH})\s+(?P<d>\d{{1,2}}),?\s+(?P<y>20\d\d)\b"),
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:er)?\s+(?P<m>{_MONTH})\s+(?P<y>20\d\d)\b"),
)

CANNOT_BE_TOLD: Final = Text(
    "Statistique Canada a corrigé ce produit le 22 octobre 2024 ; rien dans cette copie ne permet de savoir"
    " si elle est antérieure à la correction",
    "Statistics Canada corrected this product on 22 October 2024; nothing in this copy tells whether it"
    " predates the correction",
)


@dataclass(frozen=True, slots=True)
class Dates:
    """What is known of the age of a copy; each is null where nothing says it.

    Attributes
    ----------
    written
        Latest day of release or correction that a text of the archive writes.
    made
        Latest day that the archive gives to its tables.
    served
        Day of the ``Last-Modified`` header.
    """

    written: date | None
    made: date | None
    served: date | None


def is_corrected(dates: Dates) -> bool | None:
    """Tell whether a copy holds the figures corrected on 22 October 2024.

    What the file says of itself counts more than what the server says, since moving a site renews the dates
    of old files. A table made in the 60 days before the correction may be the one that was being prepared:
    the server's date then leaves a doubt.

    Returns
    -------
    bool or None
        Null where it cannot be told.
    """
    own = max((day for day in (dates.written, dates.made) if day), default=None)
    served_since = dates.served is not None and dates.served >= CORRECTED
    if own is None:
        return None if dates.served is None else served_since
    if own >= CORRECTED:
        served_before = dates.served is not None and not served_since
        old_table = dates.made is not None and dates.made < CORRECTED - _PREPARED
        # One date says yes and another no: a copy packed anew, or a readme that speaks of something else.
        return None if served_before or old_table else True
    being_prepared = dates.written is None and own >= CORRECTED - _PREPARED
    return None if being_prepared and served_since else False


def require_corrected(dates: Dates, where: str) -> tuple[Text, ...]:
    """Refuse a copy older than the correction, and say so of one whose age cannot be told.

    Returns
    -------
    tuple of Text
        The caution to print with the figures, if there is one.

    Raises
    ------
    SourceFileError
        If the copy predates the correction.
    """
    corrected = is_corrected(dates)
    if corrected is None:
        return (CANNOT_BE_TOLD,)
    if corrected:
        return ()
    known = max(day for day in (dates.written, dates.made, dates.served) if day and day < CORRECTED)
    raise SourceFileError(
        Text(
            f"Cette copie de l'indice date du {known.isoformat()}, avant la correction du"
            f" {CORRECTED.isoformat()} qui en a changé tous les chiffres",
            f"This copy of the index dates from {known.isoformat()}, before the correction of"
            f" {CORRECTED.isoformat()} that changed all its figures",
        ),
        where=where,
        hint=Text(
            "prenez la version corrigée chez Statistique Canada ; les dernières bonnes données restent",
            "take the corrected version from Statistics Canada; the last good data stay in place",
        ),
    )


def read_scores(path: Path, last_modified: str | None) -> tuple[pd.DataFrame, Dates]:
    """Read the regional archive and gather what tells its age.

    Parameters
    ----------
    path
        ``qc_scores_quintiles_csv-eng.zip``.
    last_modified
        ISO date and time of the ``Last-Modified`` header, null where there was none.

    Returns
    -------
    pandas.DataFrame
        ``DAUID``, then for each dimension ``… Scores`` (mean 0 over Québec's areas) and ``… Quintiles``
        (1 least deprived, 5 most); null where the publisher gives no value.
    Dates
        Of this copy.

    Raises
    ------
    SourceFileError
        If the archive or its table is not what Statistics Canada documents.
    """
    with open_archive(path, most_bytes=200_000_000) as archive:
        member = archive.one(".csv")
        dates = Dates(
            written=_written(archive),
            made=member.modified.date() if member.modified else None,
            served=_day(last_modified),
        )
        return _table(archive, member), dates


def _table(archive: Archive, member: Member) -> pd.DataFrame:
    measures = [f"{name} {what}" for name in DIMENSIONS for what in ("Scores", "Quintiles")]
    where = f"{archive.path.name}, {member.file_name}"
    with archive.open(member) as stream:
        head = stream.readline(100_000).decode("utf-8-sig", "replace").casefold()
    key = next((name for name in _KEYS if name.casefold() in head), _KEYS[0])
    with archive.open(member) as stream:
        return read_rows(
            stream,
            {key: _KEY, **{name: name for name in measures}},
            where=where,
            keep=lambda rows: rows[_KEY].str.strip().str.startswith("24"),
            numbers=measures,
        )


def _written(archive: Archive) -> date | None:
    texts = [
        archive.read(member, _MOST_TEXT_BYTES).decode("utf-8", "replace")
        for member in archive.members
        if member.suffix in _TEXTS and member.bytes <= _MOST_TEXT_BYTES
    ]
    return max((day for text in texts for day in written_days(text)), default=None)


def written_days(text: str) -> tuple[date, ...]:
    """Give the days that a text writes: ``2024-10-22``, ``October 22, 2024`` or ``22 octobre 2024``."""
    days = []
    for pattern in _WRITTEN:
        for found in pattern.finditer(text.casefold()):
            month = found["m"]
            try:
                days.append(date(int(found["y"]), _MONTH_OF.get(month) or int(month), int(found["d"])))
            except ValueError:
                continue
    return tuple(days)


def _day(moment: str | None) -> date | None:
    if not moment:
        return None
    try:
        return datetime.fromisoformat(moment).astimezone(UTC).date()
    except ValueError:
        return None
