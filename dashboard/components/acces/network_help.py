"""Which road networks this machine has, and how to add one."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.access.words import mode_words
from dashboard.components.html import line, show, tag, words
from dashboard.i18n import _
from geodata.networks.graph import NetworkFacts

_COMMANDS = (
    "proximite network build quebec-latest.osm.pbf",
    "proximite network build vdq_voie_publique.parquet",
    "proximite network build gtfs.zip",
)


def network_help(networks: Sequence[NetworkFacts]) -> None:
    """Say what is loaded here, and the commands that load more."""
    items = [tag("li", words(_network_line(network))) for network in networks]
    if items:
        show(line(_("Réseaux chargés sur cette machine"), css="px-strong"), tag("ul", *items))
    else:
        show(
            line(
                _(
                    "Aucun réseau de rues n'est chargé sur cette machine : les temps se comptent à vol "
                    "d'oiseau, allongés d'un détour."
                )
            )
        )
    show(
        line(
            _(
                "Pour compter par les rues ou le transport collectif, la personne qui tient cette "
                "installation ajoute un extrait d'OpenStreetMap, une couche de rues ou un horaire GTFS :"
            ),
            css="px-small",
        ),
        *(tag("pre", tag("code", words(command)), tabindex="0") for command in _COMMANDS),
    )


def _network_line(network: NetworkFacts) -> str:
    modes = ", ".join(mode_words(mode).lower() for mode in network.modes)
    return f"{network.name} ({modes})" + (f", {network.vintage}" if network.vintage else "")
