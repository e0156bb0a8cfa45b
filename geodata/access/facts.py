"""How costs were computed: engine, mode, and the sentence shown beside every number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pandas as pd

from geodata.text import Text


class Mode(StrEnum):
    """How people travel."""

    WALK = "walk"
    DRIVE = "drive"
    TRANSIT = "transit"


class Engine(StrEnum):
    """What computed the costs."""

    STRAIGHT_LINE = "straight_line"
    ROAD_NETWORK = "road_network"
    TRANSIT = "transit"
    GIVEN = "given"


@dataclass(frozen=True, eq=False)
class CostFacts:
    """What a reader has to know about costs.

    Attributes
    ----------
    engine, mode
        What computed them, and the way to travel where known.
    said
        One sentence shown on screen.
    approximations
        What the engine leaves out.
    origin_snap_m, site_snap_m
        Metres from each place to the network, by identifier; null for engines without a network.
    incomplete
        Origins that were not computed: unknown, which is not out of reach.
    network_id
        Hash of the network, empty without one.
    doubt
        Relative uncertainty of one cost, an assumption that is said: 0.20 for a straight line, 0.10 for
        a network, 0 where costs were given.
    """

    engine: Engine
    mode: Mode | None
    said: Text
    approximations: tuple[Text, ...] = ()
    origin_snap_m: pd.Series | None = None
    site_snap_m: pd.Series | None = None
    incomplete: tuple[str, ...] = ()
    network_id: str = ""
    doubt: float = 0.0


GIVEN: Final = CostFacts(
    Engine.GIVEN,
    None,
    Text(
        "Temps de déplacement fournis, pris tels quels.",
        "Travel times as provided, taken as they are.",
    ),
)
"""Facts of costs that come from a table without any other word."""


def joined_facts(one: CostFacts, other: CostFacts) -> CostFacts:
    """Tell of costs to the sites of two computations from the same origins."""
    extra = () if other.said == one.said else (other.said,)
    approximations = dict.fromkeys((*one.approximations, *extra, *other.approximations))
    return CostFacts(
        engine=one.engine,
        mode=one.mode,
        said=one.said,
        approximations=tuple(approximations),
        origin_snap_m=one.origin_snap_m,
        site_snap_m=_both(one.site_snap_m, other.site_snap_m),
        incomplete=tuple(dict.fromkeys((*one.incomplete, *other.incomplete))),
        network_id=one.network_id or other.network_id,
        doubt=max(one.doubt, other.doubt),
    )


def _both(one: pd.Series | None, other: pd.Series | None) -> pd.Series | None:
    known = [snap for snap in (one, other) if snap is not None]
    return pd.concat(known) if known else None
