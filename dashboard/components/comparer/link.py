"""What the page of comparison keeps in the address bar, read with care."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from dashboard.data import PACKAGE_ID_LENGTH
from dashboard.link_words import ignored, other_version, quoted
from dashboard.links import asked, asked_list, write, write_list
from dashboard.state import Key
from geodata.model import Theme
from geodata.package import Package
from geodata.text import Text

MOST_TERRITORIES: Final = 8
MOST_INDICATORS: Final = 12


class Name(StrEnum):
    """Names in the address."""

    TERRITORIES = "territoires"
    INDICATORS = "indicateurs"
    THEME = "theme"
    VIEW = "vue"
    MAP = "carte"
    INSIDE = "dans"


class View(StrEnum):
    """Parts of the page; the values are the words of the address."""

    FIGURES = "chiffres"
    AGES = "ages"
    CHANGE = "evolution"
    INSIDE = "interieur"
    CLUSTERS = "regroupements"


def territories_asked(package: Package) -> tuple[list[str], list[Text]]:
    """Give the territories of the address, and a sentence for each thing left aside."""
    wanted = asked_list(Name.TERRITORIES)
    known = [territory for territory in wanted if territory in package.territories.index]
    notices = [ignored(Text("Le territoire", "The territory"), name) for name in wanted if name not in known]
    if len(known) > MOST_TERRITORIES:
        notices.append(
            Text(
                f"La page compare {MOST_TERRITORIES} territoires au plus ; les autres sont laissés de côté.",
                f"The page compares {MOST_TERRITORIES} territories at most; the others are left aside.",
            )
        )
    notices += other_version(asked(Key.PACKAGE), package.id[:PACKAGE_ID_LENGTH])
    notices += [*_view_notices(), *_theme_notices()]
    return known[:MOST_TERRITORIES], notices


def indicators_asked(offered: Iterable[str], package: Package) -> tuple[list[str], list[Text]]:
    """Give the indicators of the address that can be compared, and a sentence for each of the others."""
    possible, wanted = set(offered), asked_list(Name.INDICATORS)
    notices = []
    for name in wanted:
        if name not in package.indicators:
            notices.append(ignored(Text("L'indicateur", "The indicator"), name))
        elif name not in possible:
            title = package.indicators[name].title
            notices.append(
                Text(
                    f"« {title.fr} » n'existe pour aucun de ces territoires ; il est laissé de côté.",
                    f"“{title.en}” exists for none of these territories; it is left aside.",
                )
            )
    return [name for name in wanted if name in possible][:MOST_INDICATORS], notices


def inside_asked(offered: Iterable[str], package: Package) -> tuple[list[str], list[Text]]:
    """Give the indicators of the address known by area, and a sentence for each of the others."""
    possible, wanted = set(offered), asked_list(Name.INSIDE)
    notices = [
        Text(
            f"« {package.indicators[name].title.fr} » n'est pas connu par aire ; il est laissé de côté.",
            f"“{package.indicators[name].title.en}” is not known by area; it is left aside.",
        )
        if name in package.indicators
        else ignored(Text("L'indicateur", "The indicator"), name)
        for name in wanted
        if name not in possible
    ]
    return [name for name in wanted if name in possible], notices


def map_notices(package: Package) -> list[Text]:
    """Say that the address asks for the map of an unknown indicator.

    One that is known but no longer among those of the page gives way without a word: its choice changed.
    """
    name = asked(Name.MAP)
    if not name or name in package.indicators:
        return []
    return [ignored(Text("L'indicateur", "The indicator"), name)]


def theme_asked() -> Theme | None:
    """Give the theme of the address, or null."""
    return next((theme for theme in Theme if theme.value == asked(Name.THEME)), None)


def view_asked() -> View:
    """Give the part of the page that the address asks for; the figures otherwise."""
    return next((view for view in View if view.value == asked(Name.VIEW)), View.FIGURES)


def _view_notices() -> list[Text]:
    name = asked(Name.VIEW)
    if not name or view_asked().value == name:
        return []
    said = quoted(name)
    return [
        Text(
            f"La page n'a pas de partie {said.fr}, que le lien demande ; elle montre les chiffres.",
            f"The page has no part {said.en}, which the link asks for; it shows the figures.",
        )
    ]


def _theme_notices() -> list[Text]:
    name = asked(Name.THEME)
    return [ignored(Text("Le thème", "The theme"), name)] if name and theme_asked() is None else []


def add_territory(territory: str) -> None:
    """Add a territory to those of the address."""
    write_list(Name.TERRITORIES, [*asked_list(Name.TERRITORIES), territory])


def write_theme(theme: str) -> None:
    """Change the theme, empty for none in particular; the indicators of another go away."""
    write(Name.THEME, theme)
    write_list(Name.INDICATORS, [])
