"""Civic addresses and names of towns, as two people would agree that they are the same."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from geodata.text import fold


class Civic(NamedTuple):
    """A civic address, taken apart.

    Attributes
    ----------
    number
        Civic number, without unit or letter.
    street
        Name of the street, folded, without its type and its direction.
    kind
        Type of street in French (``rue``, ``boulevard``…), empty where unsaid.
    direction
        ``est``, ``ouest``, ``nord``, ``sud`` or empty.
    """

    number: str
    street: str
    kind: str
    direction: str


_KINDS: Final = {
    "rue": "rue", "r": "rue", "street": "rue", "st": "rue", "boulevard": "boulevard", "boul": "boulevard",
    "blvd": "boulevard", "bd": "boulevard", "bl": "boulevard", "bvd": "boulevard", "avenue": "avenue",
    "av": "avenue", "ave": "avenue", "chemin": "chemin", "ch": "chemin", "chem": "chemin", "road": "chemin",
    "rd": "chemin", "route": "route", "rte": "route", "rang": "rang", "rg": "rang", "place": "place",
    "pl": "place", "square": "carre", "carre": "carre", "cote": "cote", "montee": "montee", "mtee": "montee",
    "allee": "allee", "all": "allee", "croissant": "croissant", "crois": "croissant", "crescent": "croissant",
    "cres": "croissant", "drive": "promenade", "promenade": "promenade", "prom": "promenade",
    "dr": "promenade", "terrasse": "terrasse", "terrace": "terrasse", "tsse": "terrasse", "lane": "ruelle",
    "ruelle": "ruelle", "quai": "quai", "impasse": "impasse", "court": "cour", "cour": "cour",
    "autoroute": "autoroute", "aut": "autoroute", "highway": "route", "hwy": "route", "passage": "passage",
    "cours": "cours", "esplanade": "esplanade",
}  # fmt: skip
_ONLY_LAST: Final = frozenset({"st", "dr"})
"""« St-Denis » and « Dr-Penfield » begin with a word that is a kind at the end of an English address."""
_ONLY_FIRST: Final = frozenset({"cote", "montee", "quai", "cours", "r", "rang", "route"})
_DIRECTIONS: Final = {
    "est": "est", "e": "est", "east": "est", "ouest": "ouest", "o": "ouest", "w": "ouest", "west": "ouest",
    "nord": "nord", "n": "nord", "north": "nord", "sud": "sud", "s": "sud", "south": "sud",
}  # fmt: skip
_SMALL: Final = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "the", "of", "a", "aux", "au"})
_UNIT: Final = re.compile(
    r"[,;(]?\s*(?:#|n°|\b(?:bureaux?|bur|local|suite|ste|apt|appt|app|appartement|unite|unité|unit|porte"
    r"|étage|etage|floor|room|salle|niveau)\b)\.?\s*[#n°-]*\s*(?:[a-z]?\d+[a-z]?|[a-z])\b\)?",
    re.IGNORECASE,
)
_REST: Final = re.compile(
    r"[,;(]?\s*(?:\b\d+ ?(?:er|e|ième|st|nd|rd|th) (?:étage|etage|floor)\b|\bc\.?\s?p\.?\s*\d"
    r"|\bcase postale\b"
    r"|\bp\.?\s?o\.?\s?box\b|\bsucc(?:ursale)?\b|\brez-de-|\br\.?d\.?c\b|\bsous-sol\b|\bbasement\b).*$",
    re.IGNORECASE,
)
_ORDINAL: Final = re.compile(r"\b(\d+) ?(?:re|er|ere|e|ieme|eme|st|nd|rd|th)\b")
_NUMBER: Final = re.compile(
    r"^\s*(?:(\d+|[a-z])[a-z]?\s*[-–/]\s*)?(\d{1,6})(?:\s*½|\s*1/2)?\s*[-–]?\s*(?:[a-z](?=[\s,]))?[\s,.;]+(.+)$",
    re.IGNORECASE,
)
_WIDEST_RANGE: Final = 60
"""« 1234-1236 » is one building; « 150-2020 » is unit 150 of number 2020."""


@lru_cache(maxsize=65_536)
def civic(address: str) -> Civic | None:
    """Take a Québec civic address apart, French or English, or give null where there is no number.

    >>> civic("1200, boul. St-Laurent Est, bureau 5") == civic("1200 Saint-Laurent Blvd. E.")
    True
    >>> civic("C.P. 410") is None
    True
    """
    bare = _UNIT.sub(",", _REST.sub("", address[:200].replace("’", "'")))
    found = _NUMBER.match(bare)
    if found is None:
        return None
    before, number, rest = found.groups()
    words = _ORDINAL.sub(r"\1e", fold(rest.split(",")[0])).split()
    for directed in (True, False):
        street, kind, direction = _street(words, directed)
        if street:
            return Civic(_first_of_range(before, number), street, kind, direction)
    return None


def _first_of_range(before: str | None, number: str) -> str:
    if before and before.isdigit() and 0 < int(number) - int(before) <= _WIDEST_RANGE:
        return before
    return number


def _street(words: list[str], directed: bool) -> tuple[str, str, str]:
    direction = ""
    if directed:
        direction, words = _take_direction(words)
    kind, words = _take_kind(words)
    if directed and not direction:
        direction, words = _take_direction(words)
    return " ".join(_saint(word) for word in words if word not in _SMALL), kind, direction


def _take_direction(words: list[str]) -> tuple[str, list[str]]:
    """Take the direction that ends an address, or stands before an English kind."""
    if len(words) > 1 and words[-1] in _DIRECTIONS:
        return _DIRECTIONS[words[-1]], words[:-1]
    return "", words


def _take_kind(words: list[str]) -> tuple[str, list[str]]:
    if len(words) < 2:
        return "", words
    first, last = words[0], words[-1]
    if first in _KINDS and first not in _ONLY_LAST:
        return _KINDS[first], words[1:]
    if last in _KINDS and last not in _ONLY_FIRST:
        return _KINDS[last], words[:-1]
    if len(words) > 2 and words[1] in {"avenue", "av", "ave", "rue", "rang"}:  # « 18e Avenue Nord »
        return _KINDS[words[1]], [words[0], *words[2:]]
    return "", words


def _saint(word: str) -> str:
    return {"st": "saint", "ste": "sainte", "mtl": "montreal", "notredame": "notre dame"}.get(word, word)


def agree(first: Civic, second: Civic) -> bool:
    """Whether two addresses with the same number and street may be one: a word unsaid disagrees with none."""
    return all(
        not (a and b) or a == b for a, b in ((first.kind, second.kind), (first.direction, second.direction))
    )


_TOWN_NOISE: Final = re.compile(
    r"^(ville|municipalite|munic|mun|paroisse|canton|cantons unis|village|city|town|township)"
    r" (of|de la|de l|de|du|des|d)\s+(?=\S)"
)
_TOWN_TAIL: Final = re.compile(r"\s+(qc|pq|que|province de quebec|canada|city)$")


@lru_cache(maxsize=16_384)
def town_key(name: str) -> str:
    """Reduce a municipality's name to what two listings agree upon.

    >>> town_key("Ville de St-Jérôme (QC)") == town_key("Saint-Jérome, Québec")
    True
    """
    bare = fold(re.split(r"[(\[/]", name)[0].split(",")[0])
    bare = _TOWN_TAIL.sub("", _TOWN_NOISE.sub("", bare))
    return " ".join(_saint(word) for word in bare.split())


_POSTAL: Final = re.compile(r"([A-Za-z]\d[A-Za-z])[\s\-–]*(\d[A-Za-z]\d)")


@lru_cache(maxsize=65_536)
def postal_code_of(text: str) -> str:
    """Give the Canadian postal code that a cell holds, as ``H2X1Y4``, or an empty text.

    >>> postal_code_of("h2x 1y4")
    'H2X1Y4'
    """
    found = _POSTAL.fullmatch(text.strip())
    return (found.group(1) + found.group(2)).upper() if found else ""
