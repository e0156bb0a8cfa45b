"""Demand and supply by identifier, checked at the door and put in the order of the costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from geodata.access.costs import TravelCosts
from geodata.access.errors import AccessError
from geodata.access.points import require_ids
from geodata.text import Text


@dataclass(frozen=True, eq=False)
class Demand:
    """People of each origin.

    Attributes
    ----------
    at_origins
        In the order of the costs, 0 for an origin without demand, float64.
    all_origins
        Those of the demand in their order, then the others of the costs.
    """

    at_origins: NDArray[np.float64]
    all_origins: pd.Index


@dataclass(frozen=True, eq=False)
class Supply:
    """Capacity of each site of the costs.

    Attributes
    ----------
    at_sites
        In the order of the costs, 0 for a site that is not offered, float64.
    known
        Whether the site is offered.
    """

    at_sites: NDArray[np.float64]
    known: NDArray[np.bool_]

    @property
    def all_known(self) -> bool:
        """Whether every site of the costs is offered."""
        return bool(self.known.all())


def demand_of(demand: pd.Series, costs: TravelCosts) -> Demand:
    """Check the demand and put it in the order of the costs.

    Raises
    ------
    AccessError
        If an identifier is missing, repeated or of another type than those of the costs, or a number is
        missing, negative or infinite.
    """
    values = _numbers(demand, costs.origins, "demand")
    at = np.asarray(demand.index.get_indexer(costs.origins))
    known = at >= 0
    people = np.zeros(len(costs.origins))
    people[known] = values[at[known]]
    others = costs.origins[~known]
    if not len(demand.index):
        return Demand(people, others)
    return Demand(people, demand.index.append(others) if len(others) else demand.index)


def supply_of(supply: pd.Series, costs: TravelCosts) -> Supply:
    """Check the supply and put it in the order of the costs; other sites are out of everybody's reach.

    Raises
    ------
    AccessError
        As for :func:`demand_of`.
    """
    values = _numbers(supply, costs.sites, "supply")
    at = np.asarray(supply.index.get_indexer(costs.sites))
    known = at >= 0
    capacity = np.zeros(len(costs.sites))
    capacity[known] = values[at[known]]
    return Supply(capacity, known)


def _of_two_types(one: pd.Index, other: pd.Index) -> bool:
    """Tell whether no identifier is common because some are numbers and the others text."""
    if not len(one) or not len(other) or is_numeric_dtype(one) == is_numeric_dtype(other):
        return False
    return not other.isin(one).any()


def _numbers(series: pd.Series, known: pd.Index, where: str) -> NDArray[np.float64]:
    require_ids(series.index, where)
    if _of_two_types(series.index, known):
        raise AccessError(
            Text(
                "Les identifiants sont des nombres d'un côté, du texte de l'autre",
                "The identifiers are numbers on one side and text on the other",
            ),
            where=where,
            hint=Text("donnez-leur le même type", "give them the same type"),
        )
    try:
        values = np.asarray(series.to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError):
        raise AccessError(
            Text("Une valeur n'est pas un nombre", "A value is not a number"),
            where=where,
            hint=Text("donnez des nombres", "give numbers"),
        ) from None
    wrong = ~(np.isfinite(values) & (values >= 0))
    with np.errstate(over="ignore"):  # said just below
        wrong |= (values > 0) & ~np.isfinite(values[~wrong].sum())
    if wrong.any():
        raise AccessError(
            Text(
                f"{int(wrong.sum())} valeur(s) absente(s), négative(s) ou infinie(s)",
                f"{int(wrong.sum())} value(s) missing, negative or infinite",
            ),
            where=f"{where}, {series.index[wrong][0]}",
            hint=Text(
                "donnez un nombre positif ou nul, ou retirez le lieu",
                "give a number that is zero or more, or take the place out",
            ),
        )
    return values
