"""The pages, the question that each answers, and the links between them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from dashboard import projector
from dashboard.components.html import show, tag, words
from dashboard.i18n import DEFAULT_LANGUAGE, _, current_language
from dashboard.state import Key


class Place(StrEnum):
    """Last part of the address of each page; the map's is empty, since it opens first."""

    MAP = ""
    PORTRAIT = "portrait"
    ACCESS = "acces"
    COMPARE = "comparer"
    PRIORITIES = "priorites"
    SCENARIOS = "scenarios"
    TERRITORIES = "territoires"
    DATA = "donnees"
    ORGANISATIONS = "organismes"
    METHODS = "methodes"


@dataclass(frozen=True)
class PageWords:
    """What a page is called, and what it answers."""

    title: str
    question: str


def page_words(place: Place) -> PageWords:
    """Give the words of a page in the language of the reader."""
    return {
        Place.MAP: PageWords(
            _("Carte"), _("Où sont les besoins et les services près de chez nous ?")
        ),
        Place.PORTRAIT: PageWords(
            _("Portrait"), _("Que faut-il savoir de ce territoire, et avec quelle certitude ?")
        ),
        Place.ACCESS: PageWords(
            _("Accès"), _("Qui peut rejoindre quoi, et où manque-t-il quelque chose ?")
        ),
        Place.COMPARE: PageWords(
            _("Comparer"), _("En quoi nos territoires se ressemblent-ils ou diffèrent-ils ?")
        ),
        Place.PRIORITIES: PageWords(
            _("Priorités"), _("Qu'est-ce qui compte pour nous, et qui cela désigne-t-il ?")
        ),
        Place.SCENARIOS: PageWords(
            _("Scénarios"), _("Que changerait un point de service de plus, ailleurs ou de moins ?")
        ),
        Place.TERRITORIES: PageWords(
            _("Territoires"), _("Quel est notre territoire, et que contient-il ?")
        ),
        Place.DATA: PageWords(
            _("Données"), _("D'où viennent les chiffres, de quand, et qu'est-ce qui a changé ?")
        ),
        Place.ORGANISATIONS: PageWords(
            _("Organismes"), _("Nos listes sont-elles complètes et à jour ?")
        ),
        Place.METHODS: PageWords(
            _("Méthodes"), _("Comment est-ce calculé, et que ne faut-il pas en conclure ?")
        ),
    }[place]  # fmt: skip


def page_links(current: Place) -> None:
    """Draw the links to every page; plain links, so that a keyboard and a screen reader know them."""
    items = "".join(tag("li", _link(place, current)) for place in Place)
    show(tag("nav", tag("ul", items), css="px-pages", aria_label=_("Pages")))


def page_title(place: Place) -> str:
    """Give the title of the browser's tab."""
    if place is Place.MAP:
        return _("Proximité : carte des besoins et des services")
    return _("Proximité : {page}").format(page=page_words(place).title.lower())


def page_heading(place: Place) -> None:
    """Draw the name of a page and the question that it answers."""
    facts = page_words(place)
    heading = tag("h1", words(facts.title), css="px-title")
    show(tag("header", heading, tag("p", words(facts.question), css="px-sub")))


def address_of(place: Place, **query: str) -> str:
    """Give the address of a page, relative to any other, in the language of the reader."""
    language = current_language()
    spoken = {} if language == DEFAULT_LANGUAGE else {Key.LANGUAGE.value: language}
    pairs = {**query, **spoken, **projector.query()}
    asked = urlencode({name: value for name, value in pairs.items() if value})
    return f"./{place.value}" + (f"?{asked}" if asked else "")


def _link(place: Place, current: Place) -> str:
    here = "page" if place is current else ""
    return tag("a", words(page_words(place).title), href=address_of(place), target="_self", aria_current=here)
