"""Find a territory by what people call it, or by a postal code."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import pandas as pd

from geodata.model import Level
from geodata.text import fold

MOST_RESULTS: Final = 12
SHORTEST_QUERY: Final = 2
SHORTEST_INSIDE: Final = 5
"""Fewer letters than that are found in the middle of too many words."""

MOST_CODES: Final = 12
CENSUS_YEAR: Final = 2021
"""Year of the dissemination areas in which postal codes are placed."""

CODE_LEVELS: Final = (
    Level.CLSC,
    Level.MRC,
    Level.MUNICIPALITY,
    Level.ARRONDISSEMENT,
    Level.QUARTIER,
    Level.TABLE,
)
"""Where a postal code leads, besides the level being looked at."""

_ONE_ONLY: Final = frozenset({Level.ARRONDISSEMENT, Level.QUARTIER, Level.TABLE})
"""Levels whose limits cut areas: only the territory with the largest part is offered."""

_FULL_CODE: Final = re.compile(r"^([A-Z]\d[A-Z])[ -]?(\d[A-Z]\d)$")
_CODE_START: Final = re.compile(r"^[A-Z]\d[A-Z](?:[ -]?\d(?:[A-Z])?)?$")

GENERIC_WORDS: Final[dict[str, tuple[Level, ...]]] = {
    "mrc": (Level.MRC,),
    "rcm": (Level.MRC,),
    "clsc": (Level.CLSC,),
    "territoire de clsc": (Level.CLSC,),
    "rls": (Level.RLS,),
    "rts": (Level.RTS,),
    "rss": (Level.RSS,),
    "region": (Level.REGION, Level.RSS),
    "region administrative": (Level.REGION,),
    "region sociosanitaire": (Level.RSS,),
    "health region": (Level.RSS,),
    "arrondissement": (Level.ARRONDISSEMENT,),
    "borough": (Level.ARRONDISSEMENT,),
    "ville": (Level.MUNICIPALITY,),
    "city": (Level.MUNICIPALITY,),
    "town": (Level.MUNICIPALITY,),
    "municipalite": (Level.MUNICIPALITY,),
    "municipality": (Level.MUNICIPALITY,),
    "village": (Level.MUNICIPALITY,),
    "paroisse": (Level.MUNICIPALITY,),
    "quartier": (Level.QUARTIER, Level.TABLE),
    "neighbourhood": (Level.QUARTIER, Level.TABLE),
    "table": (Level.TABLE,),
    "table de quartier": (Level.TABLE,),
    "secteur de recensement": (Level.CT,),
    "census tract": (Level.CT,),
    "aire de diffusion": (Level.DA,),
    "dissemination area": (Level.DA,),
}
_LINKS: Final = frozenset({"de", "du", "des", "d", "le", "la", "les", "l", "of", "the"})
_ABBREVIATIONS: Final = {"st": "saint", "ste": "sainte", "mtl": "montreal", "qc": "quebec"}
_FINE_LEVELS: Final = frozenset({Level.CT, Level.DA})


class Match(IntEnum):
    """How a name meets what was typed, best first."""

    EXACT = 0
    PREFIX = 1
    WORD_PREFIX = 2
    SUBSTRING = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A territory as the search knows it: its folded names and what to show beside them."""

    territory_id: str
    level: Level
    name_fr: str
    name_en: str
    parent_id: str | None
    people: int
    names: tuple[str, ...]
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, once the generic word (« MRC de… ») has been understood."""

    words: str
    levels: frozenset[Level]


def build_index(territories: pd.DataFrame) -> list[Entry]:
    """Prepare the territories of a package for searching.

    Parameters
    ----------
    territories
        Table ``territories`` of a package; ``aliases`` is separated by ``|``.
    """
    columns = ["territory_id", "level", "name_fr", "name_en", "aliases", "region_id", "rss_id", "pop_2021"]
    entries = []
    for territory, level, fr, en, aliases, region, rss, people in territories[columns].itertuples(
        index=False, name=None
    ):
        parent = region if isinstance(region, str) else rss
        entries.append(
            Entry(
                territory,
                Level(level),
                fr,
                en,
                parent if isinstance(parent, str) and parent != territory else None,
                0 if pd.isna(people) else int(people),
                _folded([fr, en]),
                _folded(str(aliases or "").split("|")),
            )
        )
    return entries


def understand(query: str) -> list[Asked]:
    """Give the readings of what was typed: the whole of it, then without its generic word.

    >>> [asked.words for asked in understand("MRC de Joliette")]
    ['mrc de joliette', 'joliette']
    """
    words = fold(query)
    readings = [Asked(_core(words), frozenset())]
    for generic in sorted(GENERIC_WORDS, key=len, reverse=True):
        if words.startswith(generic + " "):
            rest = words.removeprefix(generic + " ")
        elif words.endswith(" " + generic):
            rest = words.removesuffix(" " + generic)
        else:
            continue
        return [*readings, Asked(_core(rest), frozenset(GENERIC_WORDS[generic]))]
    return readings


def find(
    index: Iterable[Entry], query: str, prefer: Level | None = None, limit: int = MOST_RESULTS
) -> list[Entry]:
    """Find territories by name or alias.

    Exact names come first, then names that start so, names with a word that starts so, and names that
    hold it; an alias counts one step less than a name. Among equals the level being looked at comes first,
    then names before aliases (the shorter name, the closer), then the most populated.
    """
    readings = [asked for asked in understand(query) if len(asked.words) >= SHORTEST_QUERY]
    numeric = any(character.isdigit() for character in query)
    found = []
    for entry in index:
        if entry.level in _FINE_LEVELS and not numeric:
            continue
        matches = [m for asked in readings if (m := _match(entry, asked)) is not None]
        if matches:
            step, by_alias = min(matches)
            length = len(entry.name_fr) if by_alias else 0
            place = (step, entry.level is not prefer, by_alias, length, -entry.people, entry.territory_id)
            found.append((place, entry))
    return [entry for _place, entry in sorted(found, key=lambda row: row[0])[:limit]]


def postal_code(query: str) -> str | None:
    """Give a full postal code as ``H1W2C3``, or null where it is none.

    >>> postal_code("h1w 2c3")
    'H1W2C3'
    """
    found = _FULL_CODE.match(query.strip().upper())
    return found[1] + found[2] if found else None


def postal_prefix(query: str) -> str | None:
    """Give the start of a postal code (three to five characters), or null where it is none."""
    typed = query.strip().upper()
    return re.sub("[ -]", "", typed) if _CODE_START.match(typed) else None


def codes_starting(codes: Sequence[str], prefix: str, limit: int = MOST_CODES) -> tuple[list[str], int]:
    """Give the first codes of a sorted list that start so, and how many there are."""
    first = bisect_left(codes, prefix)
    last = bisect_left(codes, prefix + "\uffff")
    return list(codes[first : min(last, first + limit)]), last - first


def containing(membership: pd.DataFrame, da_id: str, territory_ids: Iterable[str]) -> list[str]:
    """Give the territories that hold a dissemination area, the largest part first.

    Parameters
    ----------
    membership
        Table ``membership`` of a package, or its rows for this area.
    da_id
        The dissemination area.
    territory_ids
        Identifiers of the level in question; the area itself may be one of them.
    """
    wanted = set(territory_ids)
    if da_id in wanted:
        return [da_id]
    rows = membership[(membership["da_id"] == da_id) & membership["territory_id"].isin(wanted)]
    rows = rows[rows["census_year"] == CENSUS_YEAR]
    rows = rows.sort_values(["fraction", "territory_id"], ascending=[False, True])
    return [str(territory) for territory in rows["territory_id"].drop_duplicates()]


def around(
    membership: pd.DataFrame, da_id: str, members: Mapping[Level, Iterable[str]]
) -> list[tuple[Level, str]]:
    """Give the territories to which a postal code leads, level after level.

    Parameters
    ----------
    membership
        Table ``membership`` of a package, or its rows for this area.
    da_id
        The dissemination area of the code.
    members
        Identifiers of each level to look into, in the order wanted.
    """
    found = []
    for level, territory_ids in members.items():
        holders = containing(membership, da_id, territory_ids)
        found += [(level, holder) for holder in (holders[:1] if level in _ONE_ONLY else holders)]
    return found


def _folded(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(folded for name in names if (folded := _core(fold(name)))))


def _core(folded: str) -> str:
    words = [_ABBREVIATIONS.get(word, word) for word in folded.split()]
    while len(words) > 1 and words[0] in _LINKS:
        words.pop(0)
    return " ".join(words)


def _match(entry: Entry, asked: Asked) -> tuple[int, bool] | None:
    """Give how well an entry answers, and whether it does so by an alias only."""
    if asked.levels and entry.level not in asked.levels:
        return None
    by_name = _best(entry.names, asked.words)
    by_alias = _best(entry.aliases, asked.words)
    answers = []
    if by_name is not None:
        answers.append((int(by_name), False))
    if by_alias is not None:
        answers.append((int(by_alias) + 1, True))
    return min(answers, default=None)


def _best(names: tuple[str, ...], words: str) -> Match | None:
    found = [match for name in names if (match := _match_name(name, words)) is not None]
    return min(found, default=None)


def _match_name(name: str, words: str) -> Match | None:
    if words not in name:
        return None
    if name == words:
        return Match.EXACT
    if name.startswith(words):
        return Match.PREFIX
    if f" {words}" in name:
        return Match.WORD_PREFIX
    return Match.SUBSTRING if len(words) >= SHORTEST_INSIDE else None
