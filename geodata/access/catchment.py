"""The two passes that every floating catchment is made of, and the law that each result obeys."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geodata.access.costs import TravelCosts
from geodata.access.decay import Decay
from geodata.access.errors import AccessError
from geodata.access.passes import Passes
from geodata.access.quantities import Demand, demand_of, supply_of
from geodata.errors import ConservationError
from geodata.text import Text

Floats = NDArray[np.float64]

TOLERANCE: Final = 1e-9
"""Relative error allowed to a conserved total: sums of many float64."""

LEAST_LOAD: Final = 1e-290
"""Demand below which a site counts as reached by nobody: dividing by it would overflow."""


class Form(Enum):
    """What is shared: everything twice, the demand by choice, or demand and service in balance."""

    PLAIN = "2SFCA"
    CHOSEN = "3SFCA"
    BALANCED = "BFCA"


@dataclass(frozen=True, eq=False)
class _Found:
    """What the first pass finds.

    Attributes
    ----------
    load
        Demand that falls on each site.
    spread
        ``Σ_i D_ij`` of each site, over which BFCA shares its service; 0 in the other forms.
    total
        ``Σ_j D_ij`` of each origin; 0 where nothing is in reach.
    """

    load: Floats
    spread: Floats
    total: Floats


def floating_catchment(
    costs: TravelCosts, demand: pd.Series, supply: pd.Series, decay: Decay, form: Form, name: str
) -> pd.Series:
    """Measure access by one form of floating catchment.

    Parameters
    ----------
    costs, demand, supply
        As :func:`geodata.access.measures.two_step_fca` says.
    decay
        Weight of a pair by its minutes.
    form
        Which formulas.
    name
        Name of the result.

    Returns
    -------
    Series of float64
        As :func:`geodata.access.measures.two_step_fca` says.

    Raises
    ------
    AccessError
        If demand or supply are not by unique identifiers, finite and 0 or more.
    ConservationError
        If people or services are lost or counted twice.
    """
    people, offered = demand_of(demand, costs), supply_of(supply, costs)
    passes = Passes(costs, offered, decay)
    found = _first_pass(passes, costs, people.at_origins, form)
    with_demand = offered.known & (found.load > LEAST_LOAD)
    level = np.zeros(len(costs.sites))
    with np.errstate(over="ignore"):  # said just below
        np.divide(offered.at_sites, found.load, out=level, where=with_demand)
    if not np.isfinite(level).all():
        raise AccessError(
            Text("Une capacité est trop grande pour sa demande", "A capacity is too large for its demand"),
            where=str(costs.sites[~np.isfinite(level)][0]),
            hint=Text("vérifiez les unités", "check the units"),
        )
    access = _second_pass(passes, level, found, form)
    if form is Form.BALANCED:
        _require_conserved(float(access.sum()), float(level.sum()), name)
    else:
        given = float(offered.at_sites[with_demand].sum())
        _require_conserved(float(people.at_origins @ access), given, name)
    return _result(costs, people, access, found.total > 0, offered.known & ~with_demand, name)


def _first_pass(passes: Passes, costs: TravelCosts, people: Floats, form: Form) -> _Found:
    load, spread = np.zeros(len(costs.sites)), np.zeros(len(costs.sites))
    total = np.zeros(len(costs.origins))
    for weighed in passes.first():
        rows, decay = weighed.rows, weighed.decay
        total[rows] = decay @ np.ones(len(costs.sites))
        toward = people[rows] if form is Form.PLAIN else _over(people[rows], total[rows])
        load += toward @ (_squared(decay) if form is Form.CHOSEN else decay)
        if form is Form.BALANCED:
            spread += np.ones(len(toward)) @ decay
    return _Found(load, spread, total)


def _second_pass(passes: Passes, level: Floats, found: _Found, form: Form) -> Floats:
    access = np.zeros(len(found.total))
    served = _over(level, found.spread) if form is Form.BALANCED else level
    for weighed in passes.second():
        decay = _squared(weighed.decay) if form is Form.CHOSEN else weighed.decay
        access[weighed.rows] = decay @ served
    return _over(access, found.total) if form is Form.CHOSEN else access


def _squared(weights: csr_array) -> csr_array:
    # G_ij · D_ij = D_ij² / Σ_k D_ik: the division is by origin, so it is done on the sums.
    return csr_array((weights.data**2, weights.indices, weights.indptr), shape=weights.shape)


def _over(part: Floats, total: Floats) -> Floats:
    return np.divide(part, total, out=np.zeros_like(part), where=total > 0)


def _require_conserved(found: float, expected: float, name: str) -> None:
    if not abs(found - expected) <= TOLERANCE * max(abs(expected), abs(found)):
        raise ConservationError(
            Text(
                f"Le service réparti ({found:.9g}) diffère du service offert ({expected:.9g})",
                f"The service shared out ({found:.9g}) differs from the service offered ({expected:.9g})",
            ),
            where=name,
            hint=Text("signalez cette anomalie avec les données employées", "report this with the data used"),
        )


def _result(
    costs: TravelCosts,
    people: Demand,
    access: Floats,
    reached: NDArray[np.bool_],
    without_demand: NDArray[np.bool_],
    name: str,
) -> pd.Series:
    at = np.asarray(costs.origins.get_indexer(people.all_origins))
    known = at >= 0
    values, far = np.zeros(len(at)), np.ones(len(at), dtype=bool)
    values[known], far[known] = access[at[known]], ~reached[at[known]]
    missing = people.all_origins.isin(list(costs.facts.incomplete))
    values[missing], far[missing] = np.nan, False
    result = pd.Series(values, index=people.all_origins.rename("origin_id"), name=name)
    result.attrs["out_of_reach"] = tuple(people.all_origins[far])
    result.attrs["without_demand"] = tuple(costs.sites[without_demand])
    return result
