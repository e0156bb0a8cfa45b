"""Where a network reaches: beyond it nobody knows the time, which is not being out of reach."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import shapely

from geodata.access.costs import Mode, TravelCosts
from geodata.access.points import Points
from geodata.networks.graph import RoadGraph
from geodata.networks.snapping import SNAP_LIMIT_M
from geodata.networks.transit_graph import TransitGraph
from geodata.text import Text

EDGE: Final = Text(
    "Le réseau chargé s'arrête quelque part\u00a0: près de son bord, un lieu situé au-delà n'est pas "
    "compté\u00a0; plus loin, le temps n'est pas connu.",
    "The loaded network ends somewhere: near its edge, a place beyond it is not counted; farther, the time "
    "is not known.",
)

MARGIN_M: Final = 250.0
"""How far beyond the last crossing of its streets a network still speaks for an area."""


def within_network(costs: TravelCosts, origins: Points, network: RoadGraph | TransitGraph) -> TravelCosts:
    """Mark the origins that lie beyond a network as not computed.

    A network reaches as far as the convex hull of its nodes, widened by ``MARGIN_M``, or by the walk to a
    stop, and no more: from the other bank of a river, nearer streets and places exist that the network
    does not hold. An origin inside from which no place is found is out of reach; beyond, it is unknown.

    Parameters
    ----------
    costs
        Along the network, from ``origins`` in their order.
    """
    if isinstance(network, TransitGraph):
        stops = network.stops
        x, y, margin = stops.x_m, stops.y_m, SNAP_LIMIT_M[Mode.WALK]
    else:
        x, y, margin = network.x_m, network.y_m, MARGIN_M
    ground = shapely.MultiPoint(np.column_stack([x, y])).convex_hull.buffer(margin)
    shapely.prepare(ground)
    beyond = origins.ids[~shapely.intersects_xy(ground, origins.x_m, origins.y_m)]
    if not len(beyond):
        return costs
    facts = costs.facts
    marked = replace(
        facts,
        incomplete=tuple(dict.fromkeys((*facts.incomplete, *(str(name) for name in beyond)))),
        approximations=tuple(dict.fromkeys((*facts.approximations, EDGE))),
    )
    return TravelCosts.from_blocks(costs.origins, costs.sites, costs.blocks, marked, costs.cutoff_minutes)
