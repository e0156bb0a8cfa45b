"""One question of access, from the places and the people to a figure for each dissemination area."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from geodata.access.costs import CostFacts, Mode, TravelCosts
from geodata.access.errors import AccessError
from geodata.access.extent import within_network
from geodata.access.groups import GroupPeople, people_of
from geodata.access.measure_words import FLOATING, MEASURES, Measure, MeasureFacts
from geodata.access.measures import (
    balanced_fca,
    enhanced_two_step_fca,
    three_step_fca,
    two_step_fca,
)
from geodata.access.nearest import cumulative, nearest
from geodata.access.points import Points
from geodata.access.question import Question, at_thresholds, cutoff_of
from geodata.access.sites import Sites, sites_of
from geodata.access.straight_line import straight_line
from geodata.model import Level
from geodata.networks.graph import RoadGraph
from geodata.networks.routing import Progress, network_costs
from geodata.networks.transit import transit_costs
from geodata.networks.transit_graph import TransitGraph
from geodata.package import Package
from geodata.text import Text
from geodata.uncertainty import CAUTION_COVERAGE

__all__ = [
    "FLOATING",
    "MEASURES",
    "Measure",
    "MeasureFacts",
    "Measured",
    "Question",
    "at_thresholds",
    "costs_of",
    "cutoff_of",
    "measured",
    "origins_of",
]


@dataclass(frozen=True, eq=False)
class Measured:
    """A measure of access, by area.

    Attributes
    ----------
    question, sites, costs, group
        What it comes from.
    by_area
        Indexed by ``da_id``, the origins of the costs: ``everyone`` (population in 2021), ``people`` of
        the group (null where not known), ``threshold`` (minutes), ``known`` (the costs were computed and
        a listing covers the area), ``minutes_1``, ``minutes_3``, ``site_1`` (null out of reach),
        ``count`` (places within the threshold), ``within`` (one at least), ``out_of_reach`` (no place within
        the time looked for), and ``value`` in the unit of the measure, with what it is if all travel is
        ``slower`` and ``faster`` by the doubt of the costs (null where not known, and minutes out of reach;
        for ``PER_1000``, which has no value by area, null everywhere).
    """

    package_id: str
    question: Question
    sites: Sites
    costs: TravelCosts
    group: GroupPeople
    by_area: pd.DataFrame

    @property
    def facts(self) -> CostFacts:
        """How the costs were computed."""
        return self.costs.facts

    @cached_property
    def people_by_site(self) -> pd.Series:
        """People of the group for whom each place is within the threshold; the same person at several."""
        totals = np.zeros(len(self.costs.sites))
        people = self.by_area["people"].fillna(0.0).to_numpy()
        threshold = self.by_area["threshold"].to_numpy()
        for block in self.costs.blocks():
            here = slice(block.first, block.end)
            near = block.minutes <= block.spread(threshold[here])
            weights = block.spread(people[here]) * near
            totals += np.bincount(block.site, weights, minlength=len(totals))
        return pd.Series(totals, self.costs.sites, name="people")

    @cached_property
    def shared_supply(self) -> pd.Series:
        """Supply within the threshold by 10,000 people, shared among everyone who has it so near (2SFCA)."""
        areas = self.by_area
        demand = _demand(areas, "everyone")
        shared = two_step_fca(self.costs, demand, self.sites.supply, areas["threshold"])
        return shared.reindex(areas.index) * MEASURES[Measure.TWO_STEP].scale


def origins_of(package: Package) -> Points:
    """Give the dissemination areas where somebody lives, at the middle of their people where it is known."""
    areas = package.level(Level.DA)
    lived_in = areas["pop_2021"].astype("Float64").fillna(0.0).gt(0.0)
    return Points.from_frame(pd.DataFrame(areas.loc[lived_in.to_numpy(), ["longitude", "latitude"]]))


def costs_of(
    package: Package,
    question: Question,
    graph: RoadGraph | TransitGraph | None = None,
    sites: Sites | None = None,
    progress: Progress | None = None,
    *,
    streets: RoadGraph | None = None,
) -> TravelCosts:
    """Compute the costs from every area with people to the places of a question.

    Parameters
    ----------
    graph
        The network of ``question.network_id``, of streets or of transit; null where it names none.
    sites
        Other places than those of the package, as a scenario makes them.
    progress
        Told (done, total) along a network.
    streets
        Network of the walks to transit; as the crow flies without one.

    Raises
    ------
    AccessError
        If the question names a network and another, or none, is given, or the network does not serve the
        mode.
    """
    _require_network(question, graph)
    places = (sites or sites_of(package, question.kind)).points
    origins = origins_of(package)
    cutoff = cutoff_of(question)
    milieu = package.level(Level.DA)["milieu"]
    if graph is None:
        return straight_line(origins, places, mode=question.mode, cutoff_minutes=cutoff, milieu=milieu)
    if isinstance(graph, TransitGraph):
        found = transit_costs(
            graph,
            origins,
            places,
            cutoff_minutes=cutoff,
            streets=streets,
            milieu=milieu,
            progress=progress,
        )
    else:
        found = network_costs(
            graph, origins, places, mode=question.mode, cutoff_minutes=cutoff, progress=progress
        )
    return within_network(found, origins, graph)


def _require_network(question: Question, graph: RoadGraph | TransitGraph | None) -> None:
    given = graph.id if graph is not None else ""
    serves = graph is None or isinstance(graph, TransitGraph) == (question.mode is Mode.TRANSIT)
    if given == question.network_id and serves:
        return
    raise AccessError(
        Text(
            "Le réseau de la question n'est pas celui qui est donné, ou ne sert pas ce mode",
            "The network of the question is not the one given, or does not serve this mode",
        ),
        where=f"{question.network_id}, {question.mode.value}",
        hint=Text(
            "ouvrez ce réseau, ou choisissez le vol d'oiseau",
            "open that network, or choose the straight line",
        ),
    )


def measured(
    package: Package,
    question: Question,
    costs: TravelCosts,
    sites: Sites | None = None,
    *,
    with_range: bool = True,
) -> Measured:
    """Measure the access of each area.

    Parameters
    ----------
    costs
        From ``costs_of``, or any other origin; its sites are places of ``sites``.
    with_range
        Whether to measure again with every cost slower and faster by ``costs.facts.doubt``: the range that
        the model of travel leaves, which is no statistical interval.

    Raises
    ------
    AccessError
        If the measure shares the supply among a group whose number is not known nearly everywhere.
    """
    places = sites or sites_of(package, question.kind)
    group = people_of(package, question.group)
    _require_known(group, question.measure)
    areas = _areas(package, question, costs, places, group)
    facts = MEASURES[question.measure]
    value = _value(question, costs, places, areas)
    versions = {"value": value, "slower": value, "faster": value}
    doubt = costs.facts.doubt
    if with_range and doubt > 0 and question.measure is not Measure.PER_1000:
        for name, factor in (("slower", 1.0 + doubt), ("faster", 1.0 - doubt)):
            other = costs.slower(factor)
            versions[name] = _value(question, other, places, _near(areas, other))
    shown = areas["known"] & areas["people"].notna() & value.notna()
    for name, version in versions.items():
        areas[name] = (version * facts.scale).where(shown)
    return Measured(package.id, question, places, costs, group, areas)


def _areas(
    package: Package, question: Question, costs: TravelCosts, places: Sites, group: GroupPeople
) -> pd.DataFrame:
    threshold = question.thresholds.of(package, question.mode)
    areas = pd.DataFrame(index=costs.origins)
    areas["everyone"] = people_of(package).people.reindex(costs.origins)
    areas["people"] = group.people.reindex(costs.origins)
    areas["threshold"] = threshold.reindex(costs.origins)
    areas["known"] = areas.index.isin(places.covered) & ~areas.index.isin(list(costs.facts.incomplete))
    return _near(areas, costs)


def _near(areas: pd.DataFrame, costs: TravelCosts) -> pd.DataFrame:
    """Add to each area what is near it."""
    near = areas.copy()
    first = nearest(costs, 1).reindex(areas.index)
    near["minutes_1"], near["site_1"] = first["minutes"], first["site_id"]
    near["minutes_3"] = nearest(costs, 3)["minutes"].reindex(areas.index)
    near["count"] = cumulative(costs, areas["threshold"]).reindex(areas.index)
    near["within"] = near["count"].gt(0).fillna(False).astype(bool)
    near["out_of_reach"] = near["minutes_1"].isna()
    return near


def _value(question: Question, costs: TravelCosts, places: Sites, areas: pd.DataFrame) -> pd.Series:
    """Give the measure of each area: by person, in minutes, or as a share of 1."""
    measure = question.measure
    if measure in FLOATING:
        value = _floating(question, costs, places, areas)
    elif measure is Measure.PER_1000:
        value = pd.Series(np.nan, areas.index)
    else:
        column = {Measure.NEAREST_1: "minutes_1", Measure.NEAREST_3: "minutes_3", Measure.COUNT: "count"}
        value = areas[column.get(measure, "within")]
    return value.astype(float)


def _floating(question: Question, costs: TravelCosts, places: Sites, areas: pd.DataFrame) -> pd.Series:
    demand = _demand(areas, "people")
    threshold = areas["threshold"]
    if question.measure is Measure.TWO_STEP:
        result = two_step_fca(costs, demand, places.supply, threshold)
    else:
        formula = {
            Measure.ENHANCED: enhanced_two_step_fca,
            Measure.THREE_STEP: three_step_fca,
            Measure.BALANCED: balanced_fca,
        }[question.measure]
        scale = threshold / question.thresholds.minutes(question.mode)["urban"]
        result = formula(costs, demand, places.supply, question.decay, scale=scale)
    return result.reindex(areas.index)


def _demand(areas: pd.DataFrame, column: str) -> pd.Series:
    """Give the people who share the supply: those of areas where the listing is complete.

    Beyond, people have places that are not listed: they would seem to crowd those that are.
    """
    return areas[column].where(areas["known"], 0.0).fillna(0.0)


def _require_known(group: GroupPeople, measure: Measure) -> None:
    if measure in FLOATING and group.coverage < CAUTION_COVERAGE:
        raise AccessError(
            Text(
                "Cette mesure partage l'offre entre tous les gens, et ce groupe n'est compté que pour "
                f"{100 * group.coverage:.0f}\u00a0% d'entre eux",
                "This measure shares the supply among all people, and this group is counted for "
                f"{100 * group.coverage:.0f}% of them only",
            ),
            where=group.group.id,
            hint=Text(
                "choisissez tout le monde, ou une mesure de temps", "choose everyone, or a measure of time"
            ),
        )
