"""The network of a scenario's question: its figures are those of that network and of no other."""

from __future__ import annotations

from geodata.access.reach import Question
from geodata.networks.graph import RoadGraph
from geodata.networks.transit_graph import TransitGraph
from geodata.scenarios.errors import ScenarioError
from geodata.text import Text

Network = RoadGraph | TransitGraph


def require_network(question: Question, graph: Network | None) -> None:
    """Check that the network of a question is at hand.

    Raises
    ------
    ScenarioError
        If it is not: its figures would be others.
    """
    if question.network_id == (graph.id if graph is not None else ""):
        return
    raise ScenarioError(
        Text(
            "Le réseau de ce scénario n'est pas sur cette machine",
            "The network of this scenario is not on this machine",
        ),
        where=question.network_id,
        hint=Text(
            "construisez-le avec « proximite network build », ou choisissez le vol d'oiseau ; le scénario "
            "reste intact",
            "build it with “proximite network build”, or choose the straight line; the scenario is untouched",
        ),
    )
