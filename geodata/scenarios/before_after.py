"""Before and after a scenario: the same measure on two listings, and what differs."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Final

import pandas as pd

from geodata.access.costs import TravelCosts
from geodata.access.groups import EVERYONE, GROUPS, groups_offered, people_of
from geodata.access.measure_words import FLOATING, Measure
from geodata.access.points import Points
from geodata.access.reach import Measured, Question, costs_of, measured, origins_of
from geodata.access.sites import Sites, sites_of
from geodata.access.territories import weights_at
from geodata.aggregate import assert_conserved
from geodata.model import Level
from geodata.networks.routing import Progress
from geodata.package import Package
from geodata.scenarios.applying import Applied, apply
from geodata.scenarios.change import (
    COUNTS,
    Change,
    by_key,
    difference,
    kind_of_change,
    mean_values,
    ranges,
    summed,
    with_shares,
    worst_served,
)
from geodata.scenarios.ground import far_from_people, perhaps_in_water
from geodata.scenarios.network import Network, require_network
from geodata.scenarios.scenario import Scenario, require_valid
from geodata.scenarios.scope import share_in
from geodata.text import Text


def before_after(
    package: Package,
    scenario: Scenario,
    *,
    graph: Network | None = None,
    costs: TravelCosts | None = None,
    progress: Progress | None = None,
) -> Change:
    """Measure the access of everyone before and after a scenario.

    Nothing is solved: the places that the tool proposed are those that the scenario holds.

    Parameters
    ----------
    graph
        The network of the question, where it names one.
    costs
        From ``costs_of`` for the question and the places of the package, where they are at hand; trips to
        the places that are new are always computed, and no other.

    Raises
    ------
    ScenarioError
        If the scenario is not valid, cannot be applied to these data, or its network is not given.
    ConservationError
        If gains and losses do not add up.
    """
    require_valid(scenario)
    question = scenario.question
    require_network(question, graph)
    share = share_in(package, scenario.scope)
    sites = sites_of(package, question.kind)
    applied = apply(package, sites, scenario)
    base = (costs if costs is not None else costs_of(package, question, graph, sites, progress)).kept()
    after = costs_after(package, question, applied, base, graph)
    if question.measure not in FLOATING:
        # What a place offers is shared with people of elsewhere; who reaches it is not.
        inside = base.origins[base.origins.isin(share.index)]
        base, after = base.only(origins=inside), after.only(origins=inside)
    first = measured(package, question, base, applied.before, with_range=False)
    second = measured(package, question, after, applied.after, with_range=False)
    areas = _areas(package, question, first, second, share)
    return _change(package, question, areas, share, applied, second)


def costs_after(
    package: Package, question: Question, applied: Applied, base: TravelCosts, graph: Network | None = None
) -> TravelCosts:
    """Add the trips to the new places to those, known already, to the places that stay."""
    stay = base.only(sites=applied.kept)
    new = applied.new
    return stay.joined(trips_to(package, question, new, applied.after, graph)) if len(new) else stay


def trips_to(
    package: Package, question: Question, places: Points, like: Sites, graph: Network | None = None
) -> TravelCosts:
    """Compute the trips from every area with people to some places only."""
    return costs_of(package, question, graph, replace(like, points=places)).kept()


_SIDE: Final = {"minutes_1": "minutes", "site_1": "site", "within": "within"}


def _areas(
    package: Package, question: Question, first: Measured, second: Measured, share: pd.Series
) -> pd.DataFrame:
    """Set the two measures side by side, for the areas of the scope."""
    inside = first.by_area.index[first.by_area.index.isin(share.index)]
    before, after = first.by_area.loc[inside], second.by_area.loc[inside]
    places = package.level(Level.DA).reindex(inside)
    columns: dict[str, pd.Series] = {
        "milieu": places["milieu"].fillna("unknown"),
        "governance": places["governance"],
        "threshold": before["threshold"],
    }
    for measure, name in _SIDE.items():
        columns[f"{name}_before"], columns[f"{name}_after"] = before[measure], after[measure]
    if question.measure in FLOATING:
        columns["value_before"], columns["value_after"] = before["value"], after["value"]
    areas = pd.DataFrame(columns, index=inside)
    known = before["known"] & after["known"]
    areas["change"] = kind_of_change(areas, inside[~known.to_numpy()])
    areas["people"] = before["people"] * share.reindex(inside)
    return areas


def _change(
    package: Package,
    question: Question,
    areas: pd.DataFrame,
    share: pd.Series,
    applied: Applied,
    second: Measured,
) -> Change:
    people = _people(package, areas.index, share)
    counts = difference(areas, areas["people"])
    total = summed(counts, question.group)
    spread = ranges(areas, areas["people"], second.facts.doubt)
    groups = _groups(package, areas, people)
    milieus = by_key(counts, areas["milieu"], "milieu")
    if question.measure in FLOATING and question.measure is not Measure.BALANCED:
        spread |= mean_values(areas, areas["people"])
        groups = _with_values(groups, {name: mean_values(areas, people[name]) for name in people})
        of_milieu = {name: areas["people"].where(areas["milieu"].eq(name), 0.0) for name in milieus.index}
        milieus = _with_values(milieus, {k: mean_values(areas, v) for k, v in of_milieu.items()})
    others = groups.drop(index=EVERYONE, errors="ignore")
    return Change(
        question.group,
        areas,
        pd.concat([total, pd.Series(spread)]),
        groups,
        milieus,
        worst_served(others, "share_before"),
        worst_served(others, "share_after"),
        people,
        applied,
        second.facts,
        second.costs.cutoff_minutes,
        _notices(package, question, applied, areas),
    )


def _with_values(table: pd.DataFrame, values: Mapping[Hashable, Mapping[str, float]]) -> pd.DataFrame:
    """Add the mean level of service to rows of counts; no level of service by zone is averaged (METHODS)."""
    return table.join(pd.DataFrame(dict(values)).T.reindex(table.index))


def _people(package: Package, areas: pd.Index, share: pd.Series) -> pd.DataFrame:
    inside = share.reindex(areas)
    return pd.DataFrame(
        {
            group: people_of(package, group).people.reindex(areas) * inside
            for group in groups_offered(package)
        },
        index=areas,
    )


def _groups(package: Package, areas: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Give one row a group; an area whose people of a group are not known counts in its coverage only."""
    rows = {str(group): summed(difference(areas, people[group]), str(group)) for group in people.columns}
    table = pd.DataFrame(rows).T
    everyone = people[EVERYONE] if EVERYONE in people else people.sum(axis="columns")
    whole = everyone.sum()
    covered = {group: everyone.where(people[group].notna()).sum() for group in people.columns}
    table["coverage"] = pd.Series(covered).reindex(table.index) / whole if whole > 0 else 0.0
    table["estimated"] = [GROUPS[group].estimated for group in table.index]
    return table


def at_level(package: Package, level: Level, change: Change) -> pd.DataFrame:
    """Carry what changes to the territories of a level, by the share of each area in each.

    Returns
    -------
    pandas.DataFrame
        ``COUNTS`` with shares and means, by ``territory_id`` of the level where somebody of the scope lives,
        and ``governance``: communities are shown, and enter no rank.

    Raises
    ------
    ConservationError
        If people were lost or counted twice on the way.
    """
    counts = difference(change.areas, change.areas["people"]).fillna(0.0)
    links = weights_at(package, level, counts.index)
    links = links[links["da_id"].isin(counts.index)]
    cells = counts.reindex(links["da_id"]).mul(links["fraction"].to_numpy(), axis=0)
    sums = cells.groupby(links["territory_id"].to_numpy()).sum()
    covered = links.groupby("da_id")["fraction"].sum().reindex(counts.index, fill_value=0.0)
    for name in COUNTS:
        assert_conserved(
            float((counts[name] * covered).sum()), float(sums[name].sum()), f"{level.value}, {name}"
        )
    sums = with_shares(sums[sums["people"] > 0].rename_axis("territory_id"))
    return sums.assign(governance=package.level(level)["governance"].reindex(sums.index))


def _notices(package: Package, question: Question, applied: Applied, areas: pd.DataFrame) -> tuple[Text, ...]:
    said = [
        Text(
            f"Personne n'habite à moins de {km:.0f}\u00a0km de « {applied.name(str(name))} » ; "
            "est-ce le bon endroit ?",
            f"Nobody lives within {km:.0f} km of “{applied.name(str(name))}”; is it the right place?",
        )
        for name, km in far_from_people(applied.new, origins_of(package)).items()
    ]
    said += [
        Text(
            f"« {applied.name(str(name))} » semble être dans l'eau ; est-ce le bon endroit ?",
            f"“{applied.name(str(name))}” seems to be in the water; is it the right place?",
        )
        for name in perhaps_in_water(package, applied.new)
    ]
    if applied.sized and question.measure not in FLOATING:
        said.append(
            Text(
                "Une capacité ne compte que dans les mesures de l'offre partagée, et non dans celle-ci.",
                "A capacity counts in the measures of shared supply only, and not in this one.",
            )
        )
    elif applied.sized and applied.before.frame["capacity"].isna().any():
        said.append(
            Text(
                "La capacité des lieux n'est pas connue partout : 1 vaut un lieu ordinaire, 2 en vaut deux.",
                "The capacity of places is not known everywhere: 1 stands for an ordinary place, 2 for two.",
            )
        )
    unknown = int(areas["change"].eq("unknown").sum())
    if unknown:
        said.append(
            Text(
                f"Aires où l'accès n'est pas connu, comptées nulle part : {unknown}.",
                f"Areas where access is not known, counted nowhere: {unknown}.",
            )
        )
    return tuple(said)
