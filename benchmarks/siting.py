"""Time to place services: HiGHS given matrices, beside spopt with its defaults, in one run.

``python -m benchmarks.siting [--candidates 500] [--demands 2000] [--open 10] [--limit 60]`` draws places in
a square **by chance**: they have the number and the spread of a region and stand for no place. Both get the
same costs; reading them into a question is counted on our side, writing the model on theirs. spopt 0.7 has
no solver of its own: its documentation uses pulp's CBC, which is its default here too. Each search is
stopped at ``--limit`` seconds, spopt's by CBC itself; « > » marks one that was, and nothing is compared
then.

The last column is our objective against spopt's: 0 where both are optimal; below 0 ours is worse.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pulp
from spopt.locate import LSCP, MCLP, PCenter, PMedian

from geodata.access.costs import TravelCosts
from geodata.siting import Instance, Problem, Solution, Watch, greedy, solve

MINUTES_ACROSS = 60.0
THRESHOLD = 8.0
MOST_PAIRS = 50_000
"""Pairs up to which spopt is asked for models with a variable a pair: a million takes gigabytes."""

SMALLER = (100, 400, 5)
"""A second size, candidates × demands and sites to open, at which spopt answers every problem."""

HEADER = """| Problem | First, s | Objective | Search, s | Status | Objective | Gap | spopt, s | Ratio | Δ |
|---|---:|---:|---:|---|---:|---:|---:|---:|---:|"""
MAXIMISED = {Problem.COVER_MOST, Problem.FAIREST}


@dataclass(frozen=True)
class Case:
    """Minutes (demand × candidate) and weights drawn by chance."""

    minutes: np.ndarray
    weights: np.ndarray
    p: int

    @classmethod
    def drawn(cls, demands: int, candidates: int, p: int, seed: int = 1) -> Case:
        chance = np.random.default_rng(seed)
        x, y = chance.random((2, demands)), chance.random((2, candidates))
        minutes = MINUTES_ACROSS * np.hypot(x[0][:, None] - y[0], x[1][:, None] - y[1])
        return cls(minutes, chance.integers(1, 900, demands).astype(float), p)

    def costs(self) -> TravelCosts:
        n, m = self.minutes.shape
        demand, sites = pd.Index(np.arange(n)), pd.Index(np.arange(m))
        frame = pd.DataFrame(
            {
                "origin_id": np.repeat(np.arange(n), m),
                "destination_id": np.tile(np.arange(m), n),
                "minutes": self.minutes.ravel(),
            }
        )
        return TravelCosts.from_frame(frame, origins=demand, sites=sites)

    def groups(self) -> pd.DataFrame:
        """Three groups spread everywhere: what the fair siting of a real page compares."""
        chance = np.random.default_rng(2)
        return pd.DataFrame(chance.integers(0, 90, (len(self.weights), 3)), columns=["a", "b", "c"])


@dataclass(frozen=True)
class Theirs:
    """What spopt did: seconds to write and solve, objective, whether it was stopped."""

    seconds: float
    objective: float
    stopped: bool


def theirs(case: Case, problem: Problem, limit: float) -> Theirs | None:
    reachable = case.minutes[case.minutes.min(axis=1) <= THRESHOLD]
    models: dict[Problem, Callable[[], object]] = {
        Problem.COVER_MOST: lambda: MCLP.from_cost_matrix(case.minutes, case.weights, THRESHOLD, case.p),
        Problem.COVER_ALL: lambda: LSCP.from_cost_matrix(reachable, THRESHOLD),
        Problem.LEAST_MINUTES: lambda: PMedian.from_cost_matrix(case.minutes, case.weights, case.p),
        Problem.LEAST_FARTHEST: lambda: PCenter.from_cost_matrix(case.minutes, case.p),
    }
    by_pair = problem in {Problem.LEAST_MINUTES, Problem.LEAST_FARTHEST}
    if problem not in models or (by_pair and case.minutes.size > MOST_PAIRS):
        return None
    start = time.perf_counter()
    model = models[problem]().problem  # type: ignore[attr-defined]
    model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=limit))
    took = time.perf_counter() - start
    value = pulp.value(model.objective)
    stopped = model.sol_status != pulp.LpSolutionOptimal
    return Theirs(took, float("nan") if value is None else float(value), stopped)


def ours(case: Case, costs: TravelCosts, problem: Problem, watch: Watch | None) -> tuple[float, Solution]:
    """Read the costs and solve; a first view without a watch."""
    start = time.perf_counter()
    weights = pd.Series(case.weights, index=costs.origins)
    question = Instance.from_costs(costs, weights, threshold_minutes=THRESHOLD)
    if watch is None:
        found = greedy(problem, question, case.p, groups=case.groups())
    else:
        found = solve(problem, question, case.p, groups=case.groups(), watch=watch)
    return time.perf_counter() - start, found


def line(case: Case, costs: TravelCosts, problem: Problem, limit: float, spopt_limit: float) -> str:
    quick, first = ours(case, costs, problem, None)
    took, found = ours(case, costs, problem, Watch(time_limit_s=limit))
    other = theirs(case, problem, spopt_limit) if spopt_limit else None
    apart, seconds, ratio = "", "", ""
    if other is not None:
        sign = 1 if problem in MAXIMISED else -1
        # CBC cut short may report the number of a relaxation that no sites reach.
        apart = "" if other.stopped else f"{sign * (found.objective / other.objective - 1):+.3%}"
        seconds = f"{'> ' if other.stopped else ''}{other.seconds:.1f}"
        ratio = f"{other.seconds / took:.0f}"
    return (
        f"| {problem.value} | {quick:.2f} | {first.objective:,.2f} | {took:.2f} | {found.status.value} "
        f"| {found.objective:,.2f} | {found.gap:.2%} | {seconds} | {ratio} | {apart} |"
    )


def main() -> None:
    """Print one line a problem."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--candidates", type=int, default=500)
    parser.add_argument("--demands", type=int, default=2_000)
    parser.add_argument("--open", type=int, default=10)
    parser.add_argument("--limit", type=float, default=60.0)
    parser.add_argument("--spopt-limit", type=float, default=60.0, help="0 leaves spopt out")
    arguments = parser.parse_args()
    sizes = ((arguments.candidates, arguments.demands, arguments.open), SMALLER)
    for candidates, demands, opened in sizes:
        case = Case.drawn(demands, candidates, opened)
        costs = case.costs()
        print(f"\n{candidates:,} candidates × {demands:,} demands, {opened} to open\n\n{HEADER}")
        for problem in Problem:
            print(line(case, costs, problem, arguments.limit, arguments.spopt_limit), flush=True)


if __name__ == "__main__":
    main()
