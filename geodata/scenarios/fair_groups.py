"""Among whom the worst-served group is looked for."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geodata.access.groups import EVERYONE, GROUPS, groups_offered, people_of
from geodata.access.thresholds import MILIEU_NAMES
from geodata.model import Level
from geodata.package import Package
from geodata.scenarios.scenario import Fairness
from geodata.scenarios.scope import CENSUS_YEAR, municipal
from geodata.siting import Instance
from geodata.text import Text

FEWEST_PEOPLE: Final = 250.0
"""Municipalities with less are looked at together (METHODS asks for prudence under 250 people): one house
that nothing reaches would else decide for everyone."""

SMALLEST: Final = "smallest"
"""The group of the smallest municipalities."""


def fair_groups(
    package: Package, fairness: Fairness, share: pd.Series, people: pd.Series, weights: pd.Series
) -> pd.DataFrame:
    """Give the weight of each demand in each group.

    Communities are not compared with others: they are in no group by milieu or municipality.

    Parameters
    ----------
    share
        Of each area in the scope, by ``da_id``.
    people
        Of the question's group, by ``da_id``, in the scope.
    weights
        By demand, a part of the areas of ``people``: what counts, people or people × need.

    Returns
    -------
    pandas.DataFrame
        float64, at least 0, demand × group.
    """
    if fairness is Fairness.GROUPS:
        return _population_groups(package, share.reindex(weights.index))
    compared = weights.where(municipal(package, weights.index), 0.0)
    if fairness is Fairness.MILIEU:
        milieu = package.level(Level.DA)["milieu"].reindex(weights.index).fillna("unknown")
        return pd.get_dummies(milieu, dtype=float).mul(compared, axis="index")
    shares = _municipal_shares(package, weights.index)
    counted = shares.mul(people.reindex(weights.index), axis="index").sum()
    small = counted.index[counted < FEWEST_PEOPLE]
    joined = shares.drop(columns=small)
    if len(small):
        joined[SMALLEST] = shares[small].sum(axis="columns")
    return joined.mul(compared, axis="index")


def _population_groups(package: Package, share: pd.Series) -> pd.DataFrame:
    """Count each group where it is known; elsewhere it is neither among the served nor among all."""
    names = [group for group in groups_offered(package) if group != EVERYONE]
    counted = {name: people_of(package, name).people.reindex(share.index) * share for name in names}
    return pd.DataFrame(counted, index=share.index).fillna(0.0)


def _municipal_shares(package: Package, demand: pd.Index) -> pd.DataFrame:
    """Give the share of each area in each municipality, or in each borough where a city has some."""
    municipality = package.level(Level.DA)["municipality_id"].reindex(demand)
    whole = pd.get_dummies(municipality.fillna("unknown"), dtype=float)
    if Level.ARRONDISSEMENT.value not in set(package.territories["level"]):
        return whole
    links = package.membership
    boroughs = package.level(Level.ARRONDISSEMENT).index
    links = links[links["census_year"].eq(CENSUS_YEAR) & links["territory_id"].isin(boroughs)]
    links = links[links["da_id"].isin(demand)]
    if links.empty:
        return whole
    parts = links.pivot_table(index="da_id", columns="territory_id", values="fraction", aggfunc="sum")
    parts = parts.reindex(demand).fillna(0.0)
    rest = (1.0 - parts.sum(axis="columns")).clip(lower=0.0)
    together = pd.concat([parts, whole.mul(rest, axis="index")], axis="columns")
    return together.loc[:, together.sum() > 1e-9]


def group_names(package: Package) -> dict[str, Text]:
    """Name every group that people may be compared by: population groups, milieux, municipalities."""
    levels = (Level.MUNICIPALITY.value, Level.ARRONDISSEMENT.value)
    places = package.territories[package.territories["level"].isin(levels)]
    return {
        **{name: group.title for name, group in GROUPS.items()},
        **MILIEU_NAMES,
        **{str(i): Text(str(n), str(n)) for i, n in places["name_fr"].items()},
        SMALLEST: Text("petites municipalités", "small municipalities"),
    }


def servable(instance: Instance, groups: pd.DataFrame) -> tuple[pd.DataFrame, pd.Index]:
    """Set aside the groups of whom no place, open or possible, can reach anyone.

    The worst-served group would be one of them whatever is opened, and the answer would serve no other;
    they are named instead.

    Returns
    -------
    tuple
        The other groups, and the names of these.
    """
    limit = instance.require_threshold()
    minutes = instance.minutes
    rows = np.repeat(np.arange(len(instance.demand)), np.diff(minutes.indptr))
    reached = instance.fixed_minutes <= limit
    reached[rows[minutes.data <= limit[rows]]] = True
    held = groups.loc[reached].sum()
    people = groups.columns[groups.sum() > 0]
    unreachable = people[(held[people] <= 0).to_numpy()]
    return groups.drop(columns=unreachable), unreachable
