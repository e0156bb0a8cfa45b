"""Numbers, dates and units as they are printed, in the language of the page."""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from dashboard.i18n import _, current_language, ngettext, text
from geodata.model import Unit
from geodata.text import Language

LOCALES: Final[dict[Language, str]] = {"fr": "fr_CA", "en": "en_CA"}
NBSP: Final = "\u00a0"

_MINUS: Final = "\u2212"
_ISO_DAY: Final = 10
_ISO_MONTH: Final = 7
_ENGLISH_ORDINALS: Final = {1: "st", 2: "nd", 3: "rd"}
_ENGLISH_TEENS: Final = (11, 12, 13)


def is_missing(value: object) -> bool:
    """Say whether there is no number: ``None``, ``NaN`` or pandas' ``NA``."""
    if value is None:
        return True
    try:
        return math.isnan(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return True


def rounded(value: float, decimals: int) -> Decimal:
    """Round half away from zero, as people do; what the screen and the exports both show."""
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(exact) if exact == 0 else exact


def no_data() -> str:
    """Give the words for a missing number; never a blank, never zero."""
    return _("pas de données")


def number(value: float | None, decimals: int = 0) -> str:
    """Print a number with the separators of the language.

    >>> number(1234.5, 1)
    '1 234,5'
    """
    if value is None or is_missing(value):
        return no_data()
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    printed = format_decimal(rounded(value, decimals), format=pattern, locale=LOCALES[current_language()])
    return str(printed).replace("\u202f", NBSP).replace("-", _MINUS)


def ordinal(rank: int, *, feminine: bool = False) -> str:
    """Print an ordinal: ``1er``, ``1re``, ``121e``; ``1st``, ``2nd``, ``11th``, ``123rd``."""
    printed = number(rank)
    if current_language() == "fr":
        return printed + (("re" if feminine else "er") if rank == 1 else "e")
    if rank % 100 in _ENGLISH_TEENS:
        return f"{printed}th"
    return printed + _ENGLISH_ORDINALS.get(rank % 10, "th")


def bare(value: float | None, unit: Unit) -> str:
    """Print a value in its unit's number of decimals, without the unit."""
    return number(value, unit.decimals)


def symbol(unit: Unit) -> str:
    """Give the unit's words, or nothing for a score."""
    return text(unit.symbol) if unit.symbol else ""


def with_unit(value: float | None, unit: Unit) -> str:
    """Print a value and its unit: ``7,4 %``, ``45 000 $`` or ``$45,000``."""
    if value is None or is_missing(value):
        return no_data()
    printed = bare(value, unit)
    if unit.symbol is None:
        return printed
    if current_language() == "en" and unit.id == "dollars":
        return f"{_MINUS}${printed[1:]}" if printed.startswith(_MINUS) else f"${printed}"
    if current_language() == "en" and unit.id == "percent":
        return f"{printed}%"
    return f"{printed}{NBSP}{_counted(value, unit)}"


def _counted(value: float, unit: Unit) -> str:
    """Give the unit's words, in the singular where the number printed asks for it."""
    if unit.decimals:
        return symbol(unit)
    count = int(rounded(value, 0))
    words = {
        "people": ngettext("personne", "personnes", count),
        "dwellings": ngettext("logement", "logements", count),
        "places": ngettext("lieu", "lieux", count),
        "points": ngettext("point sur 100", "points sur 100", count),
    }
    return words.get(unit.id) or symbol(unit)


def margin(moe_95: float | None, unit: Unit) -> str:
    """Print a 95 % margin of error: ``± 0,3 %``; one that rounds to nothing is not written as zero."""
    if moe_95 is None or is_missing(moe_95):
        return no_data()
    if moe_95 > 0 and rounded(moe_95, unit.decimals) == 0:
        return _("± moins de {least}").format(least=with_unit(10.0**-unit.decimals, unit))
    return f"±{NBSP}{with_unit(moe_95, unit)}"


def interval(low: float, high: float, unit: Unit) -> str:
    """Print a class of a legend: ``5,1 à 7,4 %``."""
    if bare(low, unit) == bare(high, unit):
        return with_unit(low, unit)
    return _("{low} à {high}").format(low=_plain_low(low, unit), high=with_unit(high, unit))


def _plain_low(low: float, unit: Unit) -> str:
    english_dollars = current_language() == "en" and unit.id == "dollars"
    return with_unit(low, unit) if english_dollars else bare(low, unit)


def share(part: float | None) -> str:
    """Print a share given as 0 to 1, in whole percent."""
    if part is None or is_missing(part):
        return no_data()
    space = NBSP if current_language() == "fr" else ""
    return f"{number(100 * part)}{space}%"


def kilometres(distance_km: float) -> str:
    """Print a distance, with one decimal under ten kilometres."""
    return f"{number(distance_km, 1 if distance_km < 10 else 0)}{NBSP}km"


def date(iso: str) -> str:
    """Print an ISO date (day, month or year) in words; anything else comes back as it is."""
    try:
        if len(iso) == _ISO_DAY:
            return _in_words(dt.date.fromisoformat(iso), "d MMMM y", "MMMM d, y")
        if len(iso) == _ISO_MONTH:
            return _in_words(dt.date.fromisoformat(f"{iso}-01"), "MMMM y", "MMMM y")
    except ValueError:
        return iso
    return iso


def _in_words(day: dt.date, french: str, english: str) -> str:
    language = current_language()
    pattern = french if language == "fr" else english
    printed = format_date(day, format=pattern, locale=LOCALES[language])
    if language == "fr" and printed.startswith("1 "):
        printed = "1er" + printed[1:]
    return printed.replace(" ", NBSP)


def moment(iso: str) -> str:
    """Print an ISO time in the machine's time zone: ``22 novembre 2026, 18 h 05``."""
    try:
        when = dt.datetime.fromisoformat(iso).astimezone()
    except ValueError:
        return iso
    pattern = "H 'h' mm" if current_language() == "fr" else "H:mm"
    hour = format_time(when, format=pattern, locale=LOCALES[current_language()], tzinfo=when.tzinfo)
    return f"{date(when.date().isoformat())}, {hour}".replace(" ", NBSP).replace(f",{NBSP}", ", ")


def package(name: str) -> str:
    """Print the name of a package, which begins with a time in UTC: ``20261122T180500.000Z-1a2b3c4d``."""
    stamp, _dash, rest = name.partition("-")
    try:
        when = dt.datetime.strptime(stamp, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=dt.UTC)
    except ValueError:
        return name
    return f"{moment(when.isoformat())} ({rest[:8]})"
