"""One door to every siting problem, by name."""

from __future__ import annotations

import pandas as pd

from geodata.siting.center import first_farthest, least_farthest
from geodata.siting.covering import all_covered, cover_all, cover_most, covered
from geodata.siting.errors import SitingError
from geodata.siting.fairness import Shares, fair_answer, fairest, greedy_fair
from geodata.siting.firstview import greedy_all, greedy_most, least_number
from geodata.siting.instance import Instance
from geodata.siting.median import Table, first_view, least_minutes, median_answer
from geodata.siting.reduce import covering
from geodata.siting.solution import Clock, Problem, Solution, SolveStatus, Watch
from geodata.text import Text


def solve(
    problem: Problem,
    instance: Instance,
    p: int = 1,
    *,
    groups: pd.DataFrame | None = None,
    watch: Watch | None = None,
) -> Solution:
    """Solve a problem; ``p`` is not used by ``cover_all``, ``groups`` only by ``fairest``.

    Raises
    ------
    SitingError
        As the solver of the problem; if ``fairest`` is asked without groups.
    """
    if problem is Problem.COVER_ALL:
        return cover_all(instance, watch)
    if problem is Problem.FAIREST:
        return fairest(instance, p, _required(groups), watch)
    solvers = {
        Problem.COVER_MOST: cover_most,
        Problem.LEAST_MINUTES: least_minutes,
        Problem.LEAST_FARTHEST: least_farthest,
    }
    return solvers[problem](instance, p, watch)


def greedy(
    problem: Problem, instance: Instance, p: int = 1, *, groups: pd.DataFrame | None = None
) -> Solution:
    """Open one site after the other: an instant first view, with a true bound on what could be better.

    Raises
    ------
    SitingError
        As ``solve``.
    """
    clock, status = Clock(None), SolveStatus.GREEDY
    if problem is Problem.LEAST_FARTHEST:
        return first_farthest(instance, p, clock)
    if problem is Problem.COVER_ALL:
        sets = covering(instance, instance.require_threshold())
        return all_covered(instance, sets, greedy_all(sets), status, least_number(sets), clock)
    p = instance.require_number(p)
    if problem is Problem.COVER_MOST:
        sets = covering(instance, instance.require_threshold())
        chosen, bound = greedy_most(sets, p)
        return covered(instance, sets, chosen, status, bound, clock)
    if problem is Problem.LEAST_MINUTES:
        table = Table.of(instance)
        chosen, bound = first_view(table, p)
        return median_answer(instance, table, chosen, status, bound, clock)
    shares = Shares.of(instance, _required(groups))
    return fair_answer(instance, shares, greedy_fair(shares, p), status, shares.bound(p), clock)


def _required(groups: pd.DataFrame | None) -> pd.DataFrame:
    if groups is None:
        raise SitingError(
            Text("aucun groupe à comparer n’est donné", "no group to compare is given"),
            hint=Text(
                "choisissez des groupes, des milieux ou des territoires",
                "choose groups, kinds of area or territories",
            ),
        )
    return groups
