"""How old what a listing says is: a date fades, and every map and count shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import pandas as pd

from geodata.text import Text

FRESH_MONTHS: Final = 12
STALE_MONTHS: Final = 24

_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?![\d-])")
_TOLERANCE: Final = timedelta(days=1)
"""A file written in another time zone may bear tomorrow's date."""


class Age(StrEnum):
    """How long ago someone last vouched for an entry."""

    FRESH = "fresh"
    AGEING = "ageing"
    STALE = "stale"
    UNDATED = "undated"


AGE_NAMES: Final[dict[Age, Text]] = {
    Age.FRESH: Text("récent (moins de 12 mois)", "recent (under 12 months)"),
    Age.AGEING: Text("vieillissant (de 12 à 24 mois)", "ageing (12 to 24 months)"),
    Age.STALE: Text("périmé (plus de 24 mois)", "stale (over 24 months)"),
    Age.UNDATED: Text("sans date", "undated"),
}
AGE_SHAPES: Final[dict[Age, str]] = {
    Age.FRESH: "■",
    Age.AGEING: "◧",
    Age.STALE: "□",
    Age.UNDATED: "◌",
}


def age_class(assured_date: str, today: date) -> Age:
    """Tell the age of an entry.

    Parameters
    ----------
    assured_date
        ISO 8601 date, month or year; a month or a year is taken at its first day, the oldest that it can
        be. Anything else, and a date to come, says nothing: undated.
    today
        The day of reading.
    """
    written = _first_day(assured_date)
    if written is None or written > today + _TOLERANCE:
        return Age.UNDATED
    if written > _months_before(today, FRESH_MONTHS):
        return Age.FRESH
    return Age.AGEING if written >= _months_before(today, STALE_MONTHS) else Age.STALE


def staleness_counts(places: pd.DataFrame, today: date) -> dict[Age, int]:
    """Count places by age, every class present.

    Parameters
    ----------
    places
        Any selection with a column ``assured_date``; null is undated.
    today
        The day of reading.
    """
    repeated = places["assured_date"].fillna("").astype(str).value_counts()
    counts = dict.fromkeys(Age, 0)
    for written, n in repeated.items():
        counts[age_class(str(written), today)] += int(n)
    return counts


def latest(dates: Iterable[str]) -> str:
    """Give the latest of some dates as it is written, empty where none is a date."""
    known = [(day, written) for written in dates if (day := _first_day(written)) is not None]
    return max(known)[1] if known else ""


def _first_day(written: str) -> date | None:
    found = _DATE.match(written.strip())
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return None


def _months_before(day: date, months: int) -> date:
    """Give the same day of an earlier month, or the last day of that month if it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    next_month = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (next_month - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
