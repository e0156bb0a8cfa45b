"""The changes of a scenario one by one: the sign of each on the map, and its words in the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboard import format as fmt
from dashboard.i18n import _
from dashboard.maps.view import Pin, PinKind
from geodata.access.sites import Sites
from geodata.scenarios.edits import Add, Close, Edit, Move, Resize
from geodata.scenarios.scenario import Scenario

_FIRST_LETTER: Final = ord("A")
_LETTERS: Final = 26


@dataclass(frozen=True)
class Listed:
    """One change.

    Attributes
    ----------
    sign
        What the map and the list both show.
    words
        The change in a few words.
    pin
        Where it is on the map; null where nobody knows.
    position
        In the edits of the scenario; null for a place that the tool proposes.
    edit
        Null for a place that the tool proposes.
    """

    sign: str
    words: str
    pin: Pin | None
    position: int | None = None
    edit: Edit | None = None


def listed(scenario: Scenario, sites: Sites) -> list[Listed]:
    """List the changes in their order, then the places that the tool proposes."""
    letters = 0
    found: list[Listed] = []
    for position, edit in enumerate(scenario.edits):
        found.append(_listed(edit, position, sites, letters))
        letters += isinstance(edit, Add)
    answer = scenario.proposal.answer if scenario.proposal else None
    for number, place in enumerate(answer.opened if answer else (), start=1):
        words = _("Ouvrir : {name}").format(name=place.name)
        pin = Pin(place.longitude, place.latitude, fmt.number(number), words, PinKind.ADDED)
        found.append(Listed(pin.sign, words, pin))
    return found


def site_name(sites: Sites, site_id: str) -> str:
    """Name a listed place; a place that is not in these data is said so."""
    return str(sites.frame.at[site_id, "name"]) if site_id in sites.frame.index else _("lieu inconnu ici")


def letter(number: int) -> str:
    """Give the sign of the n-th added place: A to Z, then AA."""
    first, last = divmod(number, _LETTERS)
    return (chr(_FIRST_LETTER + (first - 1) % _LETTERS) if first else "") + chr(_FIRST_LETTER + last)


def _listed(edit: Edit, position: int, sites: Sites, letters: int) -> Listed:
    if isinstance(edit, Add):
        words = _("Ouvrir : {name}").format(name=edit.name) + _offering(edit.capacity)
        pin = Pin(edit.longitude, edit.latitude, letter(letters), words, PinKind.ADDED)
        return Listed(pin.sign, words, pin, position, edit)
    name = site_name(sites, edit.site_id)
    if isinstance(edit, Move):
        words = _("Déplacer : {name}").format(name=name)
        return Listed(
            "→", words, Pin(edit.longitude, edit.latitude, "→", words, PinKind.MOVED), position, edit
        )
    sign, kind, words = _staying(edit, name)
    return Listed(sign, words, _pin_of_site(sites, edit.site_id, sign, words, kind), position, edit)


def _staying(edit: Close | Resize, name: str) -> tuple[str, PinKind, str]:
    if isinstance(edit, Close):
        return "×", PinKind.CLOSED, _("Fermer : {name}").format(name=name)
    words = _("Changer la capacité : {name}").format(name=name) + _offering(edit.capacity)
    return "±", PinKind.RESIZED, words


def _pin_of_site(sites: Sites, site_id: str, sign: str, words: str, kind: PinKind) -> Pin | None:
    if site_id not in sites.points.ids:
        return None
    at = sites.points.ids.get_loc(site_id)
    longitude, latitude = float(sites.points.longitude[at]), float(sites.points.latitude[at])
    return Pin(longitude, latitude, sign, words, kind)


def _offering(capacity: float | None) -> str:
    if capacity is None:
        return ""
    whole = float(capacity).is_integer()
    return _(" (capacité : {n})").format(n=fmt.number(capacity, 0 if whole else 1))
