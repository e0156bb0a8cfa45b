"""Dates as people write them, in French and in English, turned into ISO dates or left alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Literal

from geodata.text import fold

Order = Literal["dmy", "mdy"]

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev february feb",
            "mars mar march",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil july jul",
            "aout august aug",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        1,
    )
    for name in names.split()
}
_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+\d{1,2}:\d{2}.*)?", re.DOTALL)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMERIC: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[T ]+\d{1,2}:\d{2}.*)?", re.DOTALL)
_DAY_FIRST: Final = re.compile(
    r"(?:[a-z]+ )?(\d{1,2}) ?(?:er|st|nd|rd|th)?(?: of)? ([a-z]+) (\d{4}|\d{2})(?: .*)?"
)
_MONTH_FIRST: Final = re.compile(r"(?:[a-z]+ )?([a-z]+) (\d{1,2})(?:st|nd|rd|th)? (\d{4})(?: .*)?")
_TIMESTAMP: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?")
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class ReadDate:
    """What a written date says: an ISO date, or null; ``ambiguous`` where day and month may be swapped."""

    iso: str | None
    ambiguous: bool = False


@lru_cache(maxsize=20_000)
def read_date(text: str, order: Order | None = None) -> ReadDate:
    """Read one written date.

    Parameters
    ----------
    text
        ``2026-11-22`` (and a time after it), ``2026/11/22``, ``20261122``, ``22/11/2026``,
        ``22 novembre 2026``, ``22-Nov-2026``, ``November 22, 2026``…
    order
        How the file writes numeric dates, where known; else a date such as ``04/05/2026`` is ambiguous.

    Examples
    --------
    >>> read_date("22 novembre 2026").iso, read_date("1er juin 2024").iso, read_date("22-Nov-2026").iso
    ('2026-11-22', '2024-06-01', '2026-11-22')
    >>> read_date("04/05/2026"), read_date("04/05/2026", "dmy").iso
    (ReadDate(iso=None, ambiguous=True), '2026-05-04')
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return ReadDate(None)
    if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return ReadDate(_iso(match[1], match[2], match[3]))
    if match := _NUMERIC.fullmatch(text):
        return _numeric(match[1], match[2], match[3], order)
    words = fold(text)
    if match := _DAY_FIRST.fullmatch(words):
        return ReadDate(_iso(match[3], _MONTHS.get(match[2], 0), match[1]))
    if match := _MONTH_FIRST.fullmatch(words):
        return ReadDate(_iso(match[3], _MONTHS.get(match[1], 0), match[2]))
    return ReadDate(None)


def infer_order(values: Iterable[str]) -> Order | None:
    """Find how a file writes numeric dates: from those that can be read in one way only."""
    seen: set[Order] = set()
    for value in values:
        if match := _NUMERIC.fullmatch(value.strip()[:_LONGEST]):
            first, second = int(match[1]), int(match[2])
            if first > 12 >= second:
                seen.add("dmy")
            elif second > 12 >= first:
                seen.add("mdy")
    return seen.pop() if len(seen) == 1 else None


def is_timestamp(text: str) -> bool:
    """Whether a text is an ISO date with a time, which may be kept as it is."""
    return _TIMESTAMP.fullmatch(text) is not None


def _numeric(first: str, second: str, year: str, order: Order | None) -> ReadDate:
    a, b = int(first), int(second)
    if order == "mdy":
        return ReadDate(_iso(year, a, b))
    if order == "dmy":
        return ReadDate(_iso(year, b, a))
    if a == b or a > 12 >= b:
        return ReadDate(_iso(year, b, a))
    if b > 12 >= a:
        return ReadDate(_iso(year, a, b))
    return ReadDate(None, ambiguous=1 <= a <= 12 and 1 <= b <= 12)


def _iso(year: str, month: str | int, day: str | int) -> str | None:
    number = int(year)
    if len(year) == 2:
        # A century turns at 70, as POSIX has it: a listing holds no date before 1970 with two digits.
        number += 1900 if number >= 70 else 2000
    try:
        return date(number, int(month), int(day)).isoformat()
    except ValueError:
        return None
