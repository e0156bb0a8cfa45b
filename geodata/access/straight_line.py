"""Costs as the crow flies, lengthened by a detour: always available, and said on screen."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geodata.access.costs import CostFacts, Engine, Mode, TravelCosts, require_positive
from geodata.access.crow import Crow
from geodata.access.errors import AccessError
from geodata.access.pace import Pace, known_milieu
from geodata.access.points import Points
from geodata.text import Text

__all__ = ["DOUBT", "Pace", "straight_line"]

DOUBT: Final = 0.20
"""Relative uncertainty of one straight-line cost: an assumption, said wherever it is used."""

LEFT_OUT: Final = (
    Text(
        "Rivières et autres étendues d'eau, autoroutes et rues absentes ne sont pas contournées.",
        "Rivers and other water, motorways and missing streets are not gone around.",
    ),
)


def straight_line(
    origins: Points,
    sites: Points,
    *,
    mode: Mode,
    cutoff_minutes: float,
    milieu: pd.Series | None = None,
    pace: Pace | None = None,
) -> TravelCosts:
    """Give the costs as the crow flies × detour, computed again at each reading, in chunks.

    ``km = d · detour / 1000`` with d in EPSG:6623, ``minutes = 60 · km / kmh``; detour and speed by
    milieu of the origin. The cost is 0 only where a site is at the very place of the origin.

    Parameters
    ----------
    origins, sites
        Where people and services are; without sites, nobody has one in reach.
    mode
        On foot or by car.
    cutoff_minutes
        Longest cost, inclusive; a pair beyond is out of reach.
    milieu
        ``urban``, ``periurban``, ``rural``, ``remote`` or ``unknown`` by origin; an origin that has none
        is ``unknown``.
    pace
        Detours and speeds; those of :class:`Pace` where null.

    Returns
    -------
    TravelCosts
        Lazy: see :meth:`TravelCosts.kept` to read them several times.

    Raises
    ------
    AccessError
        If the mode is transit, the cut-off is not above zero, or a milieu is not known.
    """
    mode = Mode(mode)
    if mode is Mode.TRANSIT:
        raise AccessError(
            Text(
                "Le transport collectif ne se calcule pas à vol d'oiseau",
                "Transit cannot be computed as the crow flies",
            ),
            where="mode",
            hint=Text(
                "chargez un horaire GTFS, ou choisissez la marche ou la voiture",
                "load a GTFS schedule, or choose walking or driving",
            ),
        )
    require_positive(cutoff_minutes, "cutoff_minutes")
    pace = pace or Pace()
    kinds = known_milieu(milieu, origins.ids)
    kmh = pace.speeds(kinds, mode)
    crow = Crow(
        np.column_stack((origins.x_m, origins.y_m)),
        np.column_stack((sites.x_m, sites.y_m)),
        pace.detours(kinds) / 1000.0 / kmh * 60.0,
        kmh,
        float(cutoff_minutes),
    )
    facts = CostFacts(
        Engine.STRAIGHT_LINE, mode, pace.said(mode, kinds.unique()), approximations=LEFT_OUT, doubt=DOUBT
    )
    return TravelCosts.from_blocks(origins.ids, sites.ids, crow.blocks, facts, crow.cutoff_minutes)
