"""What the tool proposes to add; it closes nothing, and every open place stays open."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from geodata.access.costs import TravelCosts
from geodata.access.groups import people_of
from geodata.access.reach import Question, at_thresholds, costs_of, cutoff_of
from geodata.access.sites import sites_of
from geodata.model import Level
from geodata.networks.routing import Progress
from geodata.package import Package
from geodata.scenarios.applying import Applied, apply
from geodata.scenarios.before_after import costs_after, trips_to
from geodata.scenarios.candidates import Candidates, candidates
from geodata.scenarios.errors import ScenarioError
from geodata.scenarios.fair_groups import fair_groups, group_names, servable
from geodata.scenarios.network import Network, require_network
from geodata.scenarios.scenario import Answer, Proposal, Scenario, require_valid
from geodata.scenarios.scope import share_in
from geodata.scenarios.weighing import weights_of
from geodata.scenarios.written import plain
from geodata.siting import Instance, Problem
from geodata.text import Text


@dataclass(frozen=True, eq=False)
class Stated:
    """A proposal put as a siting question.

    Attributes
    ----------
    instance
        What the solvers take.
    groups
        Weight by demand × group, for ``FAIREST``; null otherwise.
    people
        People of the group by demand, where the weight is people × need.
    candidates
        The places compared.
    notices
        What a reader has to know of the weights, sentences.
    """

    proposal: Proposal
    instance: Instance
    groups: pd.DataFrame | None
    people: pd.Series
    candidates: Candidates
    notices: tuple[Text, ...]


def state(
    package: Package,
    scenario: Scenario,
    *,
    graph: Network | None = None,
    costs: TravelCosts | None = None,
    progress: Progress | None = None,
) -> Stated:
    """Put the proposal of a scenario as a siting question; its edits are made first.

    Parameters
    ----------
    graph, costs, progress
        As for ``before_after``.

    Raises
    ------
    ScenarioError
        If the scenario holds no proposal, is not valid, or cannot be applied to these data.
    SitingError
        If the question cannot be put, in one sentence.
    """
    require_valid(scenario)
    proposal = _required(scenario)
    question = scenario.question
    require_network(question, graph)
    asked = replace(scenario, proposal=None)
    sites = sites_of(package, question.kind)
    applied = apply(package, sites, asked)
    places = _elsewhere(
        candidates(
            package,
            scenario.scope,
            proposal.candidates,
            spacing_km=proposal.spacing_km,
            surroundings_km=proposal.surroundings_km,
        ),
        applied,
    )
    share = share_in(package, scenario.scope)
    people = people_of(package, question.group).people.reindex(share.index) * share
    weights, notices = weights_of(package, proposal, people[people > 0])
    looking = _looking_far_enough(scenario, proposal)
    if costs is None or (costs.cutoff_minutes or math.inf) < cutoff_of(looking):
        costs = costs_of(package, looking, graph, sites, progress)
    trips = costs_after(package, looking, applied, costs, graph)
    trips = trips.joined(trips_to(package, looking, places.points, applied.after, graph))
    known = trips.origins.isin(sites.covered) & ~trips.origins.isin(list(trips.facts.incomplete))
    kept = trips.origins[known & trips.origins.isin(weights.index)]
    if len(weights) and not len(kept):
        raise _not_listed(question)
    trips = trips.only(origins=kept)
    notices += _not_known(people, weights, trips.origins)
    weights = weights.reindex(trips.origins)
    instance = Instance.from_costs(
        trips,
        weights,
        candidates=places.points.ids,
        fixed=applied.after.points.ids,
        threshold_minutes=_threshold(package, scenario, proposal, weights.index),
        names=_names(package, places, weights.index),
    )
    groups = None
    if proposal.problem is Problem.FAIREST:
        every = fair_groups(package, proposal.fairness, share, people, weights)
        groups, unreachable = servable(instance, every)
        notices += _out_of_reach(package, unreachable)
    return Stated(proposal, instance, groups, people, places, notices)


def _required(scenario: Scenario) -> Proposal:
    if scenario.proposal is None:
        raise ScenarioError(
            Text("Ce scénario ne demande rien à l'outil", "This scenario asks nothing of the tool"),
            where=scenario.name,
            hint=Text("dites quoi proposer", "say what to propose"),
        )
    return scenario.proposal


def _not_listed(question: Question) -> ScenarioError:
    return ScenarioError(
        Text(
            "Aucun répertoire complet de ce service ne couvre ce territoire : ce qui existe n'est pas connu",
            "No complete listing of this service covers this territory: what exists is not known",
        ),
        where=question.kind,
        hint=Text("chargez un répertoire, ou choisissez un autre service", "load one, or choose another"),
    )


def _elsewhere(places: Candidates, applied: Applied) -> Candidates:
    """Leave out the candidates where the service is offered already."""
    free = places.points.ids[~places.points.ids.isin(applied.after.points.ids)]
    if not len(free):
        raise ScenarioError(
            Text(
                "Le service est déjà offert à tous les emplacements possibles",
                "The service is offered already at every possible place",
            ),
            hint=Text(
                "regardez plus loin autour, ou prenez une grille", "look further around, or take a grid"
            ),
        )
    return replace(places, points=places.points.take(free), frame=places.frame.loc[free])


def _names(package: Package, places: Candidates, demand: pd.Index) -> dict[str, str | Text]:
    """Name places and groups, and areas by their municipality: the number of an area says nothing."""
    own = package.territories["name_fr"]
    home = package.level(Level.DA)["municipality_id"].reindex(demand)
    homes = home.map(own).fillna(own.reindex(demand)).dropna()
    return {
        **{str(name): str(said) for name, said in pd.concat([homes, places.frame["name"]]).items()},
        **group_names(package),
    }


FAR_MINUTES: Final = 180.0
"""Without a threshold, trips count up to this for the people of a territory: hours away is far, and not
out of reach."""


def _looking_far_enough(scenario: Scenario, proposal: Proposal) -> Question:
    """Give the question with thresholds that make trips known as far as the problem looks, and no further."""
    question = scenario.question
    known = cutoff_of(question)
    if proposal.problem in _WITHOUT_THRESHOLD:
        wanted = max(known, FAR_MINUTES) if scenario.scope is not None else known
    elif proposal.threshold_minutes is not None:
        wanted = proposal.threshold_minutes
    else:
        wanted = question.thresholds.longest(question.mode)
    # A little further than the threshold itself, which rounding must not leave out.
    return at_thresholds(question, wanted * _JUST_PAST / known)


_JUST_PAST: Final = 1.000_001


def _not_known(people: pd.Series, weights: pd.Series, kept: pd.Index) -> tuple[Text, ...]:
    left = float(people.reindex(weights.index[~weights.index.isin(kept)]).sum())
    if not left > 0:
        return ()
    return (
        Text(
            f"Personnes dont l'accès n'est pas connu, hors de l'objectif : {plain(left, 'fr')}.",
            f"People whose access is not known, outside the objective: {plain(left, 'en')}.",
        ),
    )


def _out_of_reach(package: Package, groups: pd.Index) -> tuple[Text, ...]:
    if not len(groups):
        return ()
    known = group_names(package)
    names = [known.get(str(group), Text(str(group), str(group))) for group in groups]
    fr, en = ", ".join(name.fr for name in names), ", ".join(name.en for name in names)
    return (
        Text(
            f"Groupes qu'aucun emplacement ne peut rejoindre, hors de la comparaison : {fr}.",
            f"Groups that no place can reach, outside the comparison: {en}.",
        ),
    )


_WITHOUT_THRESHOLD: Final = frozenset({Problem.LEAST_MINUTES, Problem.LEAST_FARTHEST})


def _threshold(
    package: Package, scenario: Scenario, proposal: Proposal, demand: pd.Index
) -> float | pd.Series | None:
    if proposal.problem in _WITHOUT_THRESHOLD:
        return None
    if proposal.threshold_minutes is not None:
        return proposal.threshold_minutes
    return scenario.question.thresholds.of(package, scenario.question.mode).reindex(demand)


def with_answer(scenario: Scenario, answer: Answer | None) -> Scenario:
    """Give the scenario with what the tool proposed."""
    return replace(scenario, proposal=replace(_required(scenario), answer=answer))
