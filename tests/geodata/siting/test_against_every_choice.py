"""Every solver against the best of all choices, on instances small enough to try them all."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.access.costs import TravelCosts
from geodata.siting import Instance, Problem, Solution, SolveStatus, Watch, greedy, solve

EXACT = Watch(gap=0.0)
THRESHOLD = 10.0


class Small:
    """An instance and the arrays it came from: minutes (inf: out of reach), weights, groups, fixed sites."""

    def __init__(self, seed: int) -> None:
        chance = np.random.default_rng(seed)
        self.n, self.m, kept = (int(chance.integers(1, top)) for top in (9, 6, 3))
        self.fixed = range(self.m, self.m + kept - 1)
        # Whole minutes, so that ties, zeros and trips equal to the threshold all happen.
        self.minutes = chance.integers(0, 21, (self.n, self.m + kept - 1)).astype(float)
        self.minutes[chance.random(self.minutes.shape) < 0.35] = np.inf
        self.weights = chance.integers(0, 5, self.n).astype(float)
        self.weights[int(chance.integers(self.n))] += 1
        self.groups = chance.integers(0, 4, (self.n, 2)).astype(float)
        self.groups[int(chance.integers(self.n))] += 1
        self.p = int(chance.integers(1, self.m + 1))
        demand, site = np.nonzero(np.isfinite(self.minutes))
        self.sites = [f"s{j}" for j in range(self.minutes.shape[1])]
        self.demand = pd.Index([f"d{i}" for i in range(self.n)])
        frame = pd.DataFrame(
            {
                "origin_id": self.demand[demand],
                "destination_id": [self.sites[j] for j in site],
                "minutes": self.minutes[demand, site],
            }
        )
        costs = TravelCosts.from_frame(frame, origins=self.demand, sites=pd.Index(self.sites))
        self.instance = Instance.from_costs(
            costs,
            pd.Series(self.weights, self.demand),
            candidates=self.sites[: self.m],
            fixed=self.sites[self.m :],
            threshold_minutes=THRESHOLD,
        )
        self.frame = pd.DataFrame(self.groups, self.demand, ["young", "old"])

    def nearest(self, chosen: tuple[int, ...]) -> np.ndarray:
        return self.minutes[:, [*chosen, *self.fixed]].min(axis=1, initial=np.inf)

    def choices(self, p: int) -> list[tuple[int, ...]]:
        return [c for k in range(p + 1) for c in itertools.combinations(range(self.m), k)]

    def value(self, problem: Problem, chosen: tuple[int, ...]) -> tuple[float, ...]:
        """What is to be made small, in order; infinite where the choice is not allowed."""
        near, weights = self.nearest(chosen), self.weights
        best = self.nearest(tuple(range(self.m)))
        heavy = weights > 0
        if problem is Problem.COVER_MOST:
            return (-weights[near <= THRESHOLD].sum(),)
        if problem is Problem.COVER_ALL:
            asked = heavy & (best <= THRESHOLD)
            return (len(chosen) if (near[asked] <= THRESHOLD).all() else math.inf,)
        if problem is Problem.LEAST_MINUTES:
            reached = np.isfinite(near)
            return (weights[~reached].sum(), weights[reached] @ near[reached])
        if problem is Problem.LEAST_FARTHEST:
            return (near[heavy & np.isfinite(best)].max(initial=0.0),)
        total = self.groups.sum(axis=0)
        share = self.groups[near <= THRESHOLD].sum(axis=0)[total > 0] / total[total > 0]
        return (-share.min(), -weights[near <= THRESHOLD].sum())

    def best(self, problem: Problem) -> tuple[float, ...]:
        p = self.m if problem is Problem.COVER_ALL else self.p
        return min(self.value(problem, chosen) for chosen in self.choices(p))

    def positions(self, solution: Solution) -> tuple[int, ...]:
        return tuple(self.sites.index(site) for site in solution.opened)


def check_the_answer(small: Small, problem: Problem, found: Solution) -> None:
    """What is true of any answer: its numbers are those of its sites, and its bound is one."""
    chosen = small.positions(found)
    assert len(set(chosen)) == len(chosen)
    assert problem is Problem.COVER_ALL or len(chosen) <= small.p
    near = small.nearest(chosen)
    minutes = found.assigned["minutes"].to_numpy()
    assert minutes == pytest.approx(np.where(np.isfinite(near), near, np.nan), nan_ok=True)
    for place, (site, cost) in found.assigned[["site_id", "minutes"]].iterrows():
        if pd.notna(site):
            row = small.demand.get_loc(place)
            assert small.minutes[row, small.sites.index(site)] == cost
    sign = -1 if problem in {Problem.COVER_MOST, Problem.FAIREST} else 1
    short = problem is Problem.LEAST_FARTHEST and math.isnan(found.bound)
    assert short or sign * found.bound <= sign * found.objective + 1e-9
    best = small.best(problem)
    if not short and found.status is not SolveStatus.INFEASIBLE and math.isfinite(best[-1]):
        # The last number of the value is the objective; fairest adds the weight as a tie-break.
        known = best[0] if problem is Problem.FAIREST else best[-1]
        if problem is not Problem.LEAST_MINUTES or small.value(problem, chosen)[0] == best[0]:
            assert sign * found.bound <= known + 1e-6


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_the_best_of_all_choices_is_found(seed: int) -> None:
    small = Small(seed)
    for problem in Problem:
        found = solve(problem, small.instance, small.p, groups=small.frame, watch=EXACT)
        check_the_answer(small, problem, found)
        assert small.value(problem, small.positions(found)) == pytest.approx(small.best(problem)) or (
            problem is Problem.LEAST_FARTHEST and found.status is SolveStatus.INFEASIBLE
        )
        if found.status is SolveStatus.INFEASIBLE:
            assert found.unreachable or math.isinf(small.best(problem)[0])
        else:
            assert found.status is SolveStatus.OPTIMAL
            assert found.gap == 0


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_a_first_view_is_an_answer_with_a_true_bound(seed: int) -> None:
    small = Small(seed)
    for problem in Problem:
        check_the_answer(small, problem, greedy(problem, small.instance, small.p, groups=small.frame))
