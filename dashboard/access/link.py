"""What the page of access keeps in the address bar, read with care; a scenario reads the same words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from dashboard.data import PACKAGE_ID_LENGTH
from dashboard.link_words import ignored, other_version
from dashboard.links import asked
from dashboard.state import Key
from geodata.access.groups import GROUPS
from geodata.access.points import Mode
from geodata.access.reach import Measure, Question
from geodata.access.thresholds import LONGEST_MINUTES, MILIEUS, Thresholds
from geodata.model import Level
from geodata.text import Text

DEFAULT_KIND: Final = "clsc"
DEFAULT_GROUP: Final = "everyone"
GRID: Final = "grille"
"""Word that asks for the table's own score as the need; its indicators follow, as for the priorities."""

_BETWEEN: Final = "-"
_Word = TypeVar("_Word", bound=StrEnum)


class Name(StrEnum):
    """Names in the address."""

    VIEW = "vue"
    KIND = "service"
    MODE = "mode"
    NETWORK = "reseau"
    GROUP = "pour"
    MEASURE = "mesure"
    LEVEL = "niveau"
    THRESHOLDS = "seuils"
    TERRITORY = "territoire"
    NEED = "besoin"
    SITE = "point"


class View(StrEnum):
    """Parts of the page; the values are the words of the address."""

    REACH = "rejoindre"
    GAP = "besoin"
    AROUND = "autour"
    OFFICIAL = "officiels"


MODE_WORDS: Final[Mapping[str, Mode]] = {"pied": Mode.WALK, "auto": Mode.DRIVE, "collectif": Mode.TRANSIT}


@dataclass(frozen=True)
class Asked:
    """Everything that decides what the page shows.

    Attributes
    ----------
    question
        The service, the people, the way to go and the measure.
    level
        Of the map and of the table.
    territory, site
        Those looked at closely; null where none is.
    need
        An indicator, ``GRID``, or empty for the one that the page proposes.
    """

    view: View
    question: Question
    level: Level
    territory: str | None = None
    need: str = ""
    site: str | None = None


def read(
    kinds: Iterable[str], networks: Mapping[str, Iterable[Mode]], levels: Iterable[Level], package_id: str
) -> tuple[Asked, list[Text]]:
    """Read the address; never raises.

    Parameters
    ----------
    kinds
        Services that these data place on a map.
    networks
        Modes of each network loaded here, by its identifier.
    levels
        Levels that these data have, the one that the page opens on first.
    package_id
        Version of the data.

    Returns
    -------
    tuple
        What is asked, and a calm sentence for each thing left aside.
    """
    notices: list[Text] = []
    known = list(levels)
    kind = _one(Name.KIND, kinds, DEFAULT_KIND, Text("Le service", "The service"), notices)
    mode = MODE_WORDS[_one(Name.MODE, MODE_WORDS, "auto", Text("Le mode", "The mode"), notices)]
    network = _network(networks, mode, notices)
    if mode is Mode.TRANSIT and not network:
        mode = Mode.DRIVE
        notices.append(_no_transit())
    question = Question(
        kind=kind,
        mode=mode,
        group=_one(Name.GROUP, GROUPS, DEFAULT_GROUP, Text("Le groupe", "The group"), notices),
        thresholds=_thresholds(mode, notices),
        measure=_word(Name.MEASURE, Measure, Measure.SHARE_WITHIN, Text("La mesure", "The measure"), notices),
        network_id=network,
    )
    level = _word(Name.LEVEL, known, known[0], Text("Le niveau", "The level"), notices)
    notices += other_version(asked(Key.PACKAGE), package_id[:PACKAGE_ID_LENGTH])
    view = _word(Name.VIEW, View, View.REACH, Text("La partie", "The part"), notices)
    where, site = asked(Name.TERRITORY) or None, asked(Name.SITE) or None
    return Asked(view, question, level, where, asked(Name.NEED), site), notices


def word_of_mode(mode: Mode) -> str:
    """Give the word of the address for a mode."""
    return next(word for word, known in MODE_WORDS.items() if known is mode)


def thresholds_code(thresholds: Thresholds, mode: Mode) -> str:
    """Write the minutes of a mode by milieu, ``10-15-30-45``; empty where they are those proposed.

    >>> thresholds_code(Thresholds(), Mode.DRIVE)
    ''
    """
    minutes = thresholds.minutes(mode)
    if minutes == Thresholds().minutes(mode):
        return ""
    return _BETWEEN.join(f"{minutes[name]:g}" for name in MILIEUS)


def with_minutes(mode: Mode, minutes: Mapping[str, float]) -> Thresholds:
    """Give thresholds that differ from those proposed for one mode.

    Raises
    ------
    AccessError
        If a number of minutes is not possible.
    """
    given: dict[str, Mapping[str, float]] = {mode.value: minutes}
    return Thresholds(**given)


def of_question(question: Question) -> dict[str, str]:
    """Write a question as another page reads it; what is as a page opens is left out."""
    pairs = {
        Name.KIND: "" if question.kind == DEFAULT_KIND else question.kind,
        Name.MODE: "" if question.mode is Mode.DRIVE else word_of_mode(question.mode),
        Name.NETWORK: question.network_id,
        Name.GROUP: "" if question.group == DEFAULT_GROUP else question.group,
        Name.THRESHOLDS: thresholds_code(question.thresholds, question.mode),
    }
    return {name.value: value for name, value in pairs.items() if value}


def _one(name: Name, known: Iterable[str], otherwise: str, what: Text, notices: list[Text]) -> str:
    wanted, possible = asked(name), list(known)
    if wanted in possible:
        return wanted
    if wanted:
        notices.append(ignored(what, wanted))
    return otherwise if otherwise in possible or not possible else possible[0]


def _word(name: Name, known: Iterable[_Word], otherwise: _Word, what: Text, notices: list[Text]) -> _Word:
    found = next((word for word in known if word.value == asked(name)), None)
    if found is None and asked(name):
        notices.append(ignored(what, asked(name)))
    return found or otherwise


def _network(networks: Mapping[str, Iterable[Mode]], mode: Mode, notices: list[Text]) -> str:
    wanted = asked(Name.NETWORK)
    if not wanted:
        return ""
    if wanted not in networks:
        notices.append(
            Text(
                "Le réseau du lien n'est pas sur cette machine ; la page compte à vol d'oiseau.",
                "The network of the link is not on this machine; the page counts in a straight line.",
            )
        )
        return ""
    if mode not in networks[wanted]:
        notices.append(
            Text(
                "Le réseau du lien ne connaît pas ce mode ; la page compte à vol d'oiseau.",
                "The network of the link does not know this mode; the page counts in a straight line.",
            )
        )
        return ""
    return wanted


def _no_transit() -> Text:
    return Text(
        "Le transport collectif demande un réseau chargé sur cette machine ; la page compte en voiture.",
        "Public transit asks for a network loaded on this machine; the page counts by car.",
    )


def _thresholds(mode: Mode, notices: list[Text]) -> Thresholds:
    written = asked(Name.THRESHOLDS)
    if not written:
        return Thresholds()
    minutes = [_number(piece) for piece in written.split(_BETWEEN)]
    if len(minutes) != len(MILIEUS) or not all(0 < m <= LONGEST_MINUTES for m in minutes):
        notices.append(
            Text(
                "Les seuils du lien ne se lisent pas ; la page prend ceux qu'elle propose.",
                "The thresholds of the link cannot be read; the page takes those that it proposes.",
            )
        )
        return Thresholds()
    return with_minutes(mode, dict(zip(MILIEUS, minutes, strict=True)))


def _number(written: str) -> float:
    try:
        return float(written)
    except ValueError:
        return math.nan
