"""The words of a header, French and English, and the looks of a cell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from etl.listings.addresses import postal_code_of
from geodata.crs import QUEBEC_BOUNDS
from geodata.text import fold

_SPLIT: Final = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")

_LEXICON: Final[dict[str, dict[str, list[str]]]] = tomllib.loads(
    Path(__file__).with_name("headers.toml").read_text("utf-8")
)
_WHOLE: Final = {name: re.compile("|".join(words["whole"])) for name, words in _LEXICON.items()}
_WITHIN: Final = {
    name: re.compile("|".join(words["within"])) for name, words in _LEXICON.items() if "within" in words
}
_PERSON: Final = re.compile(
    r"contact|personne|person|responsable|directeur|directrice|director|president\w*|maire|elu|elected|gender|prenom"
    r"|first name|last name|nom de famille|coordonnat\w*|titulaire"
)
_MAILING: Final = re.compile(r"postale|mailing|correspondance")
_NOT_A_NAME: Final = re.compile(
    r"\b(mun|muncp|municipalite|ville|rss|rls|rts|clsc|mrc|ruis|region|arrondissement|rue|voie|fichier|contact"
    r"|file|user|usager|province|pays|country|imm|responsable|famille|prenom|url)\b"
)

EXACT: Final = 1.0
LOOSE: Final = 0.6


def folded_header(header: str) -> str:
    """Reduce a header to words: ``CODE_POSTA``, ``codePosta`` and « Code posta » are one."""
    return fold(_SPLIT.sub(" ", header))


def is_personal(header: str) -> bool:
    """Whether a column speaks of a person: what it holds is not taken."""
    return _PERSON.search(folded_header(header)) is not None


@lru_cache(maxsize=8192)
def fields_of(header: str) -> dict[str, float]:
    """Give the fields that a header may be, each with a score from 0 to 1.

    >>> fields_of("CODE_POSTA")
    {'postal_code': 1.0}
    """
    words = folded_header(header)
    found = {name: EXACT for name, pattern in _WHOLE.items() if pattern.fullmatch(words)}
    for name, pattern in _WITHIN.items():
        if name not in found and pattern.search(words):
            found[name] = LOOSE
    if _NOT_A_NAME.search(words):
        found.pop("name", None)
    if "address" in found and _MAILING.search(words):
        found["address"] *= 0.9
    if _PERSON.search(words) and not words.startswith(("organisme", "contact ", "parent")):
        found = {name: score for name, score in found.items() if name in {"organization", "organization_id"}}
    return found


_PHONE: Final = re.compile(
    r"(\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}(\s*(poste|ext|x|#|p\.?).{0,12})?", re.IGNORECASE
)
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_URL: Final = re.compile(
    r"https?://\S+|www\.\S+|([\w-]+\.)+(ca|com|org|net|info|quebec|coop)(/\S*)?", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"[-−+]?\d+([.,]\d+)?")
_PAIR: Final = re.compile(r"\(?\s*(-?\d{1,3}\.\d+)\s*[,; ]\s*(-?\d{1,3}\.\d+)\s*\)?")


def kinds_of(cell: str) -> set[str]:
    """Tell what a cell looks like: the fields whose content is told by its form, ``number``, or nothing.

    >>> sorted(kinds_of("-73.57")), kinds_of("H2X 1Y4")
    (['longitude', 'number'], {'postal_code'})
    """
    if not cell:
        return set()
    if postal_code_of(cell):
        return {"postal_code"}
    if _NUMBER.fullmatch(cell):
        return _number_kinds(cell)
    if _PHONE.fullmatch(cell[:60]):
        return {"phone"}
    if _PAIR.fullmatch(cell[:60]):
        return {"coordinates"}
    if "@" in cell:
        return {"email"} if _EMAIL.search(cell[:200]) else set()
    return {"website"} if _URL.fullmatch(cell[:300]) else set()


def _number_kinds(cell: str) -> set[str]:
    value = float(cell.replace(",", ".").replace("−", "-"))
    west, south, east, north = QUEBEC_BOUNDS
    kinds = {"number"}
    if len(cell) == 10 and cell.isdigit():
        kinds.add("phone")
    if "." in cell or "," in cell:
        kinds |= {"longitude"} if west <= value <= east else set()
        kinds |= {"latitude"} if south <= value <= north else set()
    return kinds


def words_in(cells: Iterable[str]) -> int:
    """Count the cells that are words of a header."""
    return sum(EXACT in fields_of(cell).values() for cell in cells if 0 < len(cell) <= 80)


def looks_like_data(cells: Sequence[str]) -> bool:
    """Whether a row holds what a header never does: codes, numbers, phones, e-mails or long texts."""
    held = [cell for cell in cells if cell]
    told = sum(bool(kinds_of(cell)) or len(cell) > 120 for cell in held)
    return told > 0 and told >= 0.15 * len(held) and words_in(held) < max(2, 0.3 * len(held))
