"""The proposal of a scenario solved, and the answer kept in it."""

from __future__ import annotations

import math

import pandas as pd

from geodata.access.costs import TravelCosts
from geodata.networks.routing import Progress
from geodata.package import Package
from geodata.scenarios.edits import LONGEST_NAME
from geodata.scenarios.network import Network
from geodata.scenarios.proposing import Stated, state, with_answer
from geodata.scenarios.scenario import LONGEST_NOTES, Answer, Opened, Scenario
from geodata.siting import Solution, Watch, greedy, solve


def propose(
    package: Package,
    scenario: Scenario,
    *,
    graph: Network | None = None,
    costs: TravelCosts | None = None,
    watch: Watch | None = None,
    first_view: bool = False,
    progress: Progress | None = None,
) -> Scenario:
    """Let the tool propose where to add, and keep its answer in the scenario.

    Parameters
    ----------
    graph, costs, progress
        As for ``before_after``.
    watch
        How to follow and stop the search; the proposal's own time limit where null.
    first_view
        Whether to give one place after the other at once, instead of searching for the best.

    Returns
    -------
    Scenario
        With ``proposal.answer``; where the search says that not everyone can be reached, the answer holds
        the places that serve the others, and who cannot be reached.

    Raises
    ------
    ScenarioError, SitingError
        As ``state``.
    """
    stated = state(package, scenario, graph=graph, costs=costs, progress=progress)
    return with_answer(scenario, answered(stated, solved(stated, watch, first_view=first_view)))


def solved(stated: Stated, watch: Watch | None = None, *, first_view: bool = False) -> Solution:
    """Solve a question that was stated; see ``propose``."""
    asked = stated.proposal
    if first_view:
        return greedy(asked.problem, stated.instance, asked.p, groups=stated.groups)
    watch = watch or Watch(time_limit_s=asked.time_limit_s)
    return solve(asked.problem, stated.instance, asked.p, groups=stated.groups, watch=watch)


def answered(stated: Stated, solution: Solution) -> Answer:
    """Give what a scenario keeps of a solution."""
    places = stated.candidates.frame
    chosen = stated.candidates.points.take(solution.opened)
    opened = tuple(
        Opened(
            str(name),
            str(places.at[name, "name"])[:LONGEST_NAME],
            float(longitude),
            float(latitude),
        )
        for name, longitude, latitude in zip(chosen.ids, chosen.longitude, chosen.latitude, strict=True)
    )
    return Answer(
        solution.status,
        opened,
        _number(solution.objective),
        _number(solution.bound),
        _number(solution.gap),
        round(solution.seconds, 3),
        tuple(str(name) for name in solution.unreachable),
        _people(stated.people, solution.unreachable),
        " ".join([solution.said.fr, *(notice.fr for notice in stated.notices)])[:LONGEST_NOTES],
        " ".join([solution.said.en, *(notice.en for notice in stated.notices)])[:LONGEST_NOTES],
    )


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _people(people: pd.Series, areas: tuple[str, ...]) -> float:
    return float(people.reindex(list(areas)).fillna(0.0).sum())
