"""The page of comparison before anything is chosen: how to begin, and three examples."""

from __future__ import annotations

from typing import Final

from dashboard.comparing.words import names_of
from dashboard.components.comparer.link import Name, View
from dashboard.components.html import line, show, tag, words
from dashboard.i18n import _
from dashboard.links import SEPARATOR
from dashboard.navigation import Place, address_of
from geodata.package import Package

_EXAMPLES: Final = (
    ("mrc:85", "mrc:84", "mrc:87"),
    (
        "table-mtl:table-de-quartier-hochelaga-maisonneuve",
        "table-mtl:table-de-quartier-de-montreal-nord",
        "table-mtl:cdc-de-rosemont",
    ),
    ("clsc:10014", "clsc:09111", "clsc:17012"),
)


def opening(package: Package) -> None:
    """Say how to begin, with links to comparisons that these data hold."""
    examples = [known for wanted in _EXAMPLES if len(known := _known(package, wanted)) > 1]
    links = [tag("li", _link(package, territories)) for territories in examples]
    pieces = [
        tag("h2", words(_("Choisissez deux à huit territoires")), css="px-section"),
        line(
            _(
                "Cherchez un premier territoire ci-dessus, puis ajoutez ceux à mettre à côté : de même "
                "niveau pour comparer des voisins, ou de niveaux différents pour situer un quartier dans "
                "sa ville."
            )
        ),
        line(
            _("La page montre chaque chiffre avec sa marge d'erreur, et dit quand une différence la dépasse.")
        ),
    ]
    if links:
        pieces += [line(_("Par exemple :")), tag("ul", *links, css="px-examples")]
    clusters = address_of(Place.COMPARE, **{Name.VIEW.value: View.CLUSTERS.value})
    whole = _("Ou voyez, dans tout un niveau, où les valeurs élevées ou basses se touchent")
    pieces.append(tag("p", tag("a", words(whole), href=clusters, target="_self"), css="px-examples"))
    show(tag("section", *pieces, css="px-card"))


def _known(package: Package, wanted: tuple[str, ...]) -> list[str]:
    return [territory for territory in wanted if territory in package.territories.index]


def _link(package: Package, territories: list[str]) -> str:
    query = {Name.TERRITORIES.value: SEPARATOR.join(territories)}
    named = ", ".join(names_of(package, territories).values())
    return tag("a", words(named), href=address_of(Place.COMPARE, **query), target="_self")
