"""Travel costs along streets, from every origin to every site within a cut-off."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geodata.access.costs import TravelCosts
from geodata.access.facts import CostFacts, Engine, Mode
from geodata.access.points import Points
from geodata.networks.attaching import prepare
from geodata.networks.errors import NetworkError
from geodata.networks.graph import WALK_KMH, RoadGraph
from geodata.networks.packing import LONGEST_MINUTES, Packing
from geodata.networks.pool import in_pool
from geodata.networks.searching import Progress, search
from geodata.networks.snapping import SNAP_LIMIT_M, snap
from geodata.networks.solving import Runner
from geodata.text import Text

__all__ = ["Progress", "network_costs", "require_cutoff"]

DOUBT: Final = 0.10
"""Relative uncertainty of one cost; an assumption, said on screen: limits are not speeds."""

_PACE: Final = Text(
    f"La distance entre un lieu et la rue est parcourue à pied, à {WALK_KMH:g} km/h.".replace(".8", ",8"),
    f"The distance between a place and the street is walked, at {WALK_KMH:g} km/h.",
)
_NOUN: Final = {Mode.WALK: Text("à pied", "on foot"), Mode.DRIVE: Text("en voiture", "by car")}


def network_costs(
    graph: RoadGraph,
    origins: Points,
    sites: Points,
    *,
    mode: Mode,
    cutoff_minutes: float,
    run: Runner = in_pool,
    progress: Progress | None = None,
) -> TravelCosts:
    """Find the shortest times along streets, and their lengths.

    Each place is put on the nearest road (``snapping.snap``) and walks to it. A place farther from any
    road than the limit of its mode is out of reach; its distance is in the facts. The search starts from
    the smaller side, against the traffic when from the sites. Numbers do not depend on the chunks or on
    where they are solved.

    Parameters
    ----------
    graph
        The network.
    origins, sites
        Places; any number, zero included.
    mode
        Walk or drive.
    cutoff_minutes
        Longest time looked for, included; above 0, at most 1,440.
    run
        Where chunks are solved: several processes of this machine by default.
    progress
        Told how many of the smaller side are done.

    Raises
    ------
    NetworkError
        If the cut-off is out of range or no road serves the mode.
    TooManyPairsError
        If the costs would not hold in memory.
    """
    require_cutoff(cutoff_minutes)
    origin_snaps, site_snaps = (snap(graph, points, mode) for points in (origins, sites))
    from_sites = len(sites) <= len(origins)
    packing = Packing.up_to(cutoff_minutes)
    payload = prepare(graph, mode, origin_snaps, site_snaps, packing, from_sites=from_sites)
    found = search(payload, from_sites=from_sites, run=run, progress=progress)
    facts = CostFacts(
        engine=Engine.ROAD_NETWORK,
        mode=mode,
        said=_said(graph, mode),
        approximations=(_PACE, *graph.facts.approximations, *_not_joined(origin_snaps, site_snaps, mode)),
        origin_snap_m=origin_snaps["snap_m"],
        site_snap_m=site_snaps["snap_m"],
        incomplete=tuple(origins.ids[found.incomplete]),
        network_id=graph.id,
        doubt=DOUBT,
    )
    return TravelCosts.from_blocks(
        origins.ids, sites.ids, lambda: iter((found.block,)), facts, cutoff_minutes
    )


def require_cutoff(cutoff_minutes: float) -> None:
    """Raise unless a longest time can be looked for.

    Raises
    ------
    NetworkError
        If it is not a number above 0 and at most 1,440.
    """
    if not (np.isfinite(cutoff_minutes) and 0 < cutoff_minutes <= LONGEST_MINUTES):
        raise NetworkError(
            Text("Le temps maximal n'est pas utilisable", "The longest time cannot be used"),
            where=f"{cutoff_minutes} min",
            hint=Text("donnez de 1 à 1\u202f440 minutes", "give 1 to 1,440 minutes"),
        )


def _said(graph: RoadGraph, mode: Mode) -> Text:
    name = graph.facts.name
    vintage = f" ({graph.facts.vintage})" if graph.facts.vintage else ""
    noun = _NOUN[mode]
    return Text(
        f"Temps {noun.fr} par le réseau de rues «\u00a0{name}\u00a0»{vintage}.",
        f"Times {noun.en} along the street network “{name}”{vintage}.",
    )


def _french(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def _not_joined(origins: pd.DataFrame, sites: pd.DataFrame, mode: Mode) -> list[Text]:
    """Tell how many places are too far from any road, or on roads cut off from the others."""
    limit = f"{SNAP_LIMIT_M[mode]:,.0f}"
    limit_fr = _french(round(SNAP_LIMIT_M[mode]))
    said = []
    far = [int((~snapped["usable"]).sum()) for snapped in (origins, sites)]
    if any(far):
        said.append(
            Text(
                f"Lieux à plus de {limit_fr}\u00a0m d'une rue de ce réseau, sans temps calculé\u00a0: "
                f"{_french(far[0])} de départ, {_french(far[1])} de service.",
                f"Places more than {limit} m from a street of this network, without a time: "
                f"{far[0]:,} of departure, {far[1]:,} of service.",
            )
        )
    aside = [int((snapped["usable"] & ~snapped["main"]).sum()) for snapped in (origins, sites)]
    if any(aside):
        said.append(
            Text(
                f"Lieux sur des rues séparées du reste du réseau\u00a0: "
                f"{_french(aside[0])} de départ, {_french(aside[1])} de service.",
                f"Places on streets cut off from the rest of the network: "
                f"{aside[0]} of departure, {aside[1]} of service.",
            )
        )
    return said
