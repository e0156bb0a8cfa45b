"""The portrait before a territory is chosen, and the search that chooses one."""

from __future__ import annotations

from functools import partial
from typing import Final

from dashboard.components.find_territory import find_territory
from dashboard.components.html import line, show, tag, words
from dashboard.components.labels import place_line, territory_name
from dashboard.components.portrait.link import Name
from dashboard.i18n import _
from dashboard.links import write
from dashboard.navigation import Place, address_of
from geodata.package import Package

_EXAMPLES: Final = ("mrc:85", "table-mtl:table-de-quartier-hochelaga-maisonneuve", "clsc:17011")
"""A rural MRC, a neighbourhood round table of Montréal, a northern territory."""


def choose(package: Package) -> None:
    """Draw the search that picks the territory."""
    find_territory(package, _("De quel territoire ?"), "portrait-search", partial(write, Name.TERRITORY))


def opening(package: Package) -> None:
    """Say how to begin, with links to portraits that these data hold."""
    known = [each for each in _EXAMPLES if each in package.territories.index]
    pieces = [
        tag("h2", words(_("Choisissez un territoire")), css="px-section"),
        line(
            _(
                "Écrivez son nom ci-dessus : une municipalité, un quartier, une table, un CLSC, une MRC "
                "ou un territoire de votre table. Le portrait se lit à l'écran, se corrige, puis s'imprime."
            )
        ),
    ]
    if known:
        links = [tag("li", _link(package, each)) for each in known]
        pieces += [line(_("Par exemple :")), tag("ul", *links, css="px-examples")]
    show(tag("section", *pieces, css="px-card"))


def _link(package: Package, territory: str) -> str:
    address = address_of(Place.PORTRAIT, **{Name.TERRITORY.value: territory})
    named = tag("a", words(territory_name(package, territory)), href=address, target="_self")
    return f"{named} {words('· ' + place_line(package, territory))}"
