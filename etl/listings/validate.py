"""Check the values of an entry: postal codes, phones, e-mails, addresses of sites. A wrong one is kept."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from etl.listings.addresses import postal_code_of
from etl.listings.judgements import judgement
from etl.listings.model import Entry
from geodata.text import fold

HOME_PROVINCES: Final = frozenset({"", "qc", "pq", "que", "quebec", "province de quebec"})
HOME_COUNTRIES: Final = frozenset({"", "ca", "can", "canada"})

_POSSIBLE_CODE: Final = re.compile(r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\d[ABCEGHJ-NPRSTV-Z]\d")
_QUEBEC_CODE: Final = re.compile(r"[GHJ]|K1A")
_EMAIL: Final = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>.]{2,24}")
_URL: Final = re.compile(r"(https?://)?([\w-]{1,63}\.)+[a-z]{2,24}(:\d{1,5})?([/?#]\S*)?", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"(poste|post|ext|extension|x|#|p\.)[\s.:]*\d+.*$", re.IGNORECASE)
_SEVERAL: Final = re.compile(r"[;\n|]|\s+/\s+|\s+(?:ou|or|et|and)\s+", re.IGNORECASE)
_SHORT_CODES: Final = frozenset({"211", "311", "511", "611", "711", "811", "911", "988"})


def at_home(province: str, country: str) -> bool:
    """Whether an address is in Québec, or does not say otherwise."""
    return _folded(province) in HOME_PROVINCES and _folded(country) in HOME_COUNTRIES


@lru_cache(maxsize=1024)
def _folded(text: str) -> str:
    return fold(text)


@lru_cache(maxsize=65_536)
def postal_problem(text: str) -> str:
    """Give the kind of problem of a Québec postal code, or an empty text."""
    code = postal_code_of(text)
    if not code or not _POSSIBLE_CODE.fullmatch(code):
        return "bad_postal_code"
    return "" if _QUEBEC_CODE.match(code) else "postal_code_outside_quebec"


@lru_cache(maxsize=65_536)
def is_phone(text: str) -> bool:
    """Whether a cell holds one or several phone numbers.

    >>> is_phone("514 555-0123 poste 45"), is_phone("811"), is_phone("555")
    (True, True, False)
    """
    return all(_is_one_phone(part) for part in _SEVERAL.split(text[:500]) if part.strip())


def _is_one_phone(text: str) -> bool:
    bare = _EXTENSION.sub("", text)
    digits = "".join(c for c in bare if c.isdigit())
    if digits in _SHORT_CODES or len(digits) == 10 or (len(digits) == 11 and digits[0] == "1"):
        return True
    if bare.strip().startswith(("+", "011")):
        return 8 <= len(digits) <= 17
    letters = sum(c.isalpha() and c.isascii() for c in bare)
    return digits[:1] == "1" and 10 <= len(digits) + letters <= 14 and len(digits) >= 4


@lru_cache(maxsize=65_536)
def is_email(text: str) -> bool:
    """Whether a cell holds one or several e-mail addresses."""
    parts = [part for part in re.split(r"[;,\s|]+", text[:1000].strip()) if part]
    return all(_EMAIL.fullmatch(part.removeprefix("mailto:")) for part in parts)


@lru_cache(maxsize=65_536)
def is_url(text: str) -> bool:
    """Whether a cell holds one or several addresses of sites, with or without ``https://``."""
    parts = [part for part in re.split(r"[;,\s|]+", text[:2000].strip()) if part]
    return all(_URL.fullmatch(part) for part in parts)


def check_values(entry: Entry) -> None:
    """Add a flag to an entry for each value that is not what its column says; values are left as they are."""
    said: set[tuple[str, str]] = set()
    for location in entry.locations:
        code = location.get("postal_code")
        if code and at_home(location.get("province") or "", location.get("country") or ""):
            kind = postal_problem(str(code))
            if kind:
                _flag(entry, said, kind, "postal_code", code)
    for holder in (*entry.organizations, *entry.services):
        _check_contacts(entry, holder, said)


def _check_contacts(entry: Entry, holder: dict[str, Any], said: set[tuple[str, str]]) -> None:
    if (phone := holder.get("phone")) and not is_phone(str(phone)):
        _flag(entry, said, "bad_phone", "phone", phone)
    if (email := holder.get("email")) and not is_email(str(email)):
        _flag(entry, said, "bad_email", "email", email)
    for column in ("website", "url"):
        if (site := holder.get(column)) and not is_url(str(site)):
            _flag(entry, said, "bad_url", column, site)


def _flag(entry: Entry, said: set[tuple[str, str]], kind: str, field: str, value: object) -> None:
    """Say once what an organisation and its service hold twice."""
    if (kind, str(value)) not in said:
        said.add((kind, str(value)))
        entry.problems.append(judgement(kind, entry.origin, field, value))
