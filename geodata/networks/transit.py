"""Travel costs by transit: a walk to a stop, rides and changes, a walk to the place, or a walk alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from geodata.access.costs import TravelCosts
from geodata.access.facts import CostFacts, Engine, Mode
from geodata.access.points import Points
from geodata.access.straight_line import straight_line
from geodata.networks.errors import NetworkError
from geodata.networks.graph import METRES_PER_WALK_MINUTE, RoadGraph
from geodata.networks.packing import Packing
from geodata.networks.pool import in_pool
from geodata.networks.routing import network_costs, require_cutoff
from geodata.networks.searching import Progress, search
from geodata.networks.solving import Runner
from geodata.networks.transit_graph import TransitGraph
from geodata.networks.transit_payload import Walks, prepare_transit
from geodata.text import Text

__all__ = ["OnFoot", "TransitGraph", "transit_costs"]

DOUBT: Final = 0.20
"""Relative uncertainty of one cost; an assumption, said on screen: the wait is a mean."""

_AROUND_STOPS: Final = "urban"
"""Milieu of a walk that begins at a stop, as the crow flies."""


@dataclass(frozen=True)
class OnFoot:
    """How far people walk on a journey by transit.

    Attributes
    ----------
    to_stop_minutes
        At most, to the first stop, and from the last one to the place; over 0.
    change_metres
        At most, from one stop to that of the next ride; over 0.

    Raises
    ------
    NetworkError
        If one is not a number over 0.
    """

    to_stop_minutes: float = 15.0
    change_metres: float = 400.0

    def __post_init__(self) -> None:
        for name, number in (
            ("to_stop_minutes", self.to_stop_minutes),
            ("change_metres", self.change_metres),
        ):
            if not 0 < number < float("inf"):
                raise NetworkError(
                    Text("Une longueur de marche n'est pas utilisable", "A length of walk cannot be used"),
                    where=f"{name} = {number}",
                    hint=Text("donnez un nombre au-dessus de zéro", "give a number above zero"),
                )


def transit_costs(
    graph: TransitGraph,
    origins: Points,
    sites: Points,
    *,
    cutoff_minutes: float,
    streets: RoadGraph | None = None,
    milieu: pd.Series | None = None,
    on_foot: OnFoot | None = None,
    run: Runner = in_pool,
    progress: Progress | None = None,
) -> TravelCosts:
    """Find the shortest expected times by transit, and their lengths.

    A journey is a walk to a stop, one ride or more with a wait before each, changes at a stop or at a walk
    from it, and a walk to the place; or a walk all the way, where that is quicker. Never slower than walking.

    Parameters
    ----------
    graph
        Rides between stops.
    origins, sites
        Places; any number, zero included.
    cutoff_minutes
        Longest time looked for, included; above 0, at most 1,440.
    streets
        Network of the walks; as the crow flies times a detour without one.
    milieu
        ``urban``, ``rural``… by origin, for the detour of a straight line.
    on_foot
        How far people walk.
    run
        Where chunks are solved: several processes of this machine by default.
    progress
        Told how many of the smaller side are done.

    Raises
    ------
    NetworkError
        If the cut-off is out of range, or the streets are not for walking.
    TooManyPairsError
        If the costs would not hold in memory.
    """
    require_cutoff(cutoff_minutes)
    limits = on_foot or OnFoot()
    walks = _walks(graph, origins, sites, cutoff_minutes, streets, milieu, limits)
    from_sites = len(sites) <= len(origins)
    payload = prepare_transit(graph, walks, Packing.up_to(cutoff_minutes), from_sites=from_sites)
    found = search(payload, from_sites=from_sites, run=run, progress=progress)
    facts = CostFacts(
        engine=Engine.TRANSIT,
        mode=Mode.TRANSIT,
        said=_said(graph),
        approximations=(*_on_foot_said(limits), *graph.facts.approximations, walks.to_stops.facts.said),
        origin_snap_m=walks.to_stops.facts.origin_snap_m,
        site_snap_m=walks.from_stops.facts.site_snap_m,
        incomplete=tuple(origins.ids[found.incomplete]),
        network_id=graph.id if streets is None else f"{graph.id}+{streets.id}",
        doubt=DOUBT,
    )
    return TravelCosts.from_blocks(
        origins.ids, sites.ids, lambda: iter((found.block,)), facts, cutoff_minutes
    )


def _walks(
    graph: TransitGraph,
    origins: Points,
    sites: Points,
    cutoff_minutes: float,
    streets: RoadGraph | None,
    milieu: pd.Series | None,
    limits: OnFoot,
) -> Walks:
    """Find the walks that a journey is made of; each is within its own limit."""
    stops = graph.stops
    around = pd.Series(_AROUND_STOPS, index=stops.ids)

    def walk(start: Points, end: Points, minutes: float, kinds: pd.Series | None) -> TravelCosts:
        most = min(minutes, cutoff_minutes)
        if streets is not None:
            return network_costs(streets, start, end, mode=Mode.WALK, cutoff_minutes=most)
        return straight_line(start, end, mode=Mode.WALK, cutoff_minutes=most, milieu=kinds)

    return Walks(
        to_stops=walk(origins, stops, limits.to_stop_minutes, milieu),
        from_stops=walk(stops, sites, limits.to_stop_minutes, around),
        between_stops=walk(stops, stops, limits.change_metres / METRES_PER_WALK_MINUTE, around),
        all_the_way=walk(origins, sites, cutoff_minutes, milieu),
    )


def _said(graph: TransitGraph) -> Text:
    name, day = graph.facts.name, graph.facts.vintage
    return Text(
        f"Temps en transport collectif par le réseau «\u00a0{name}\u00a0» ({day}).",
        f"Times by transit along the network “{name}” ({day}).",
    )


def _on_foot_said(limits: OnFoot) -> tuple[Text, ...]:
    minutes, metres = f"{limits.to_stop_minutes:g}", f"{limits.change_metres:g}"
    return (
        Text(
            f"Marche de {minutes.replace('.', ',')}\u00a0min au plus jusqu'à l'arrêt et depuis l'arrêt, "
            f"de {metres.replace('.', ',')}\u00a0m au plus pour une correspondance.",
            f"Walks of {minutes} min at most to and from the stop, of {metres} m at most for a change.",
        ),
    )
