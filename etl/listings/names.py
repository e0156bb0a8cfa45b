"""Names of organisations and places as they are compared: what tells one from another, and what does not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import product
from math import log
from typing import Final, NamedTuple

from rapidfuzz import fuzz

from geodata.text import fold

_STOP: Final = frozenset(
    {
        "a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par", "pour",
        "sur", "the", "of", "and", "for", "in", "at", "to", "on", "inc", "ltee", "ltd", "enr", "osbl", "obnl",
        "corp", "corporation", "cie", "senc", "sencrl", "qc", "quebec",
    }
)  # fmt: skip
"""Small words and legal forms."""

_PHRASES: Final = (
    (re.compile(r"\bcentre (local )?de services? communautaires?\b"), "clsc"),
    (re.compile(r"\bc l s c\b"), "clsc"),
    (
        re.compile(
            r"\b(centre|chsld) (d |de )?hebergement( et (de )?soins de longue duree| de soins| chsld)?\b"
            r"|\bcentre (d accueil|hospitalier de soins de longue duree)\b"
        ),
        "chsld",
    ),
    (re.compile(r"\bmaison (des|de|pour les|pour) jeunes?\b|\bm d j\b"), "mdj"),
    (re.compile(r"\bcentre (de la )?petite enfance\b|\bgarderie\b|\bdaycare\b|\bday care\b"), "cpe"),
    (re.compile(r"\bcentre hospitalier\b|\bhospital\b|\bpavillon hospitalier\b"), "hopital"),
    (re.compile(r"\b(public )?library\b|\bmediatheque\b"), "bibliotheque"),
    (re.compile(r"\bschool\b"), "ecole"),
    (re.compile(r"\bn d g\b|\bndg\b"), "notre dame grace"),
    (re.compile(r"\bhotel dieu\b"), "hoteldieu"),
    (re.compile(r"\bgroupe de medecine (de famille|familiale)( universitaire)?\b|\bgmf u\b"), "gmf"),
    (re.compile(r"\bcentre multiservices de sante et de services sociaux\b"), "multiservice"),
    (
        re.compile(
            r"\bdeficience intellectuelle( et (en )?(troubles? )?(du spectre de l autisme"
            r"|envahissants? du developpement))?\b"
        ),
        "ditsa",
    ),
)
"""Phrases that are one word to those who write them."""

_ASIDE: Final = re.compile(r"\([^)]*\)")
_OPERATOR: Final = re.compile(
    r"^\s*(?:ci?u?sss|cisss|ciusss|chu|cusm|csss)\b[^—–-]*(?:-[^—– -][^—–-]*)*\s[—–-]+\s", re.I
)
"""« CISSS de l'Outaouais — » before the name of a facility."""

_WORDS: Final = {
    "st": "saint", "ste": "sainte", "sts": "saints", "ctr": "centre", "center": "centre", "cntr": "centre",
    "assoc": "association", "ass": "association", "org": "organisme", "comm": "communautaire",
    "community": "communautaire", "mtl": "montreal", "mgr": "monseigneur", "dr": "docteur", "pav": "pavillon",
    "jr": "junior", "serv": "services", "service": "services", "youth": "jeunes",
}  # fmt: skip
_KINDS: Final = frozenset({"clsc", "chsld", "hopital", "mdj"})
"""Words that say what a place is; a place may be several of them."""

_ALONE: Final = frozenset(
    {
        "arena", "bibliotheque", "cinema", "cpe", "ecole", "eglise", "gare", "hotel", "jardin", "marche",
        "metro", "musee", "parc", "piscine", "place", "pole", "rue", "theatre",
    }
)  # fmt: skip
"""Words that say what a place is and nothing else: a park and the community centre that bears its name."""

_LONGEST: Final = 300
_SAME_WORD: Final = 84.0
_NUMBER: Final = re.compile(r"\d+|\b(?:i{1,3}|iv|v|vi{1,3})\b")


class Name(NamedTuple):
    """A name taken apart.

    Attributes
    ----------
    tokens
        Telling words, once each, in order.
    kinds
        What the name says that the place is, among others.
    alone
        What it says that the place is, and nothing else.
    numbers
        Numbers in it, arabic or roman.
    """

    tokens: tuple[str, ...]
    kinds: frozenset[str]
    alone: frozenset[str]
    numbers: frozenset[str]


@lru_cache(maxsize=262_144)
def take_apart(name: str) -> Name:
    """Reduce a name to its telling words.

    >>> take_apart("Centre d'hébergement St-Georges inc.").tokens
    ('chsld', 'saint', 'georges')
    """
    folded = fold(name[:_LONGEST])
    for pattern, word in _PHRASES:
        folded = pattern.sub(word, folded)
    words = [_singular(_WORDS.get(word, word)) for word in folded.split()]
    tokens = tuple(dict.fromkeys(word for word in words if word not in _STOP)) or tuple(words)
    return Name(
        tokens,
        frozenset(_KINDS.intersection(tokens)),
        frozenset(_ALONE.intersection(tokens)),
        frozenset(token for token in tokens if _NUMBER.fullmatch(token)),
    )


def are_of_two_kinds(first: str, second: str) -> bool:
    """Whether two names say that they are two kinds of place, which one building may hold."""
    one, other = (take_apart(_variants(name)[-1]) for name in (first, second))
    if one.alone != other.alone:
        return True
    return bool(one.kinds and other.kinds and not one.kinds & other.kinds)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith(("s", "x")) and not word.endswith("ss") else word


def rarity(names: Iterable[str]) -> dict[str, float]:
    """Weigh each word by how few names hold it: « centre » says little, « Tétreaultville » much.

    Returns
    -------
    dict of str to float
        ``ln(1 + N / n)`` of each word.
    """
    held: dict[str, int] = {}
    total = 0
    for name in names:
        total += 1
        for token in take_apart(name).tokens:
            held[token] = held.get(token, 0) + 1
    return {token: log(1 + total / n) for token, n in held.items()}


def likeness(first: str, second: str, weights: Mapping[str, float]) -> float:
    """Tell how far two names are one, from 0 to 1.

    Words are paired by spelling (one letter may differ in a long one) and weighed by their rarity. Seven
    tenths of the figure is the share of both names that pairs (Dice), three tenths the share of the shorter
    one: a name is often written with the name of its town or of its building.
    """
    return max(
        _tokens_likeness(take_apart(one).tokens, take_apart(other).tokens, weights)
        for one, other in product(_variants(first), _variants(second))
    )


@lru_cache(maxsize=262_144)
def _variants(name: str) -> tuple[str, ...]:
    """Give a name as it is, without its asides, and without who runs the place."""
    bare = _OPERATOR.sub("", _ASIDE.sub(" ", name[:_LONGEST]))
    return (name, bare) if bare.strip() and bare != name else (name,)


def _tokens_likeness(one: tuple[str, ...], other: tuple[str, ...], weights: Mapping[str, float]) -> float:
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    shared = _shared(one, other, weights)
    weight_one, weight_other = _weight(one, weights), _weight(other, weights)
    dice = 2 * shared / (weight_one + weight_other)
    contained = min(1.0, shared / min(weight_one, weight_other))
    return 0.7 * dice + 0.3 * contained


def _weight(tokens: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum(weights.get(token, 1.0) for token in tokens)


def _shared(one: tuple[str, ...], other: tuple[str, ...], weights: Mapping[str, float]) -> float:
    both = set(one) & set(other)
    total = _weight(both, weights)
    left = [token for token in other if token not in both]
    for token in one:
        if token in both or not left or len(token) < 4:
            continue
        ratio, match = max((fuzz.ratio(token, candidate), candidate) for candidate in left)
        if ratio >= _SAME_WORD:
            total += (weights.get(token, 1.0) + weights.get(match, 1.0)) / 2 * ratio / 100
            left.remove(match)
    return total
