"""The p-median on what a bound does not exclude, given to HiGHS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geodata.siting import highs
from geodata.siting.highs import Model
from geodata.siting.interchange import Matrix
from geodata.siting.lagrange import Bound, Priced
from geodata.siting.solution import Clock, SolveStatus

_SLACK = 1e-9
"""Relative: what costs as much as the best answer but for the last digits is kept."""


def closed(
    problem: Priced, bound: Bound, chosen: NDArray[np.int64], cost: float, gap: float, clock: Clock
) -> tuple[NDArray[np.int64], SolveStatus, float]:
    """Prove the best answer, or improve it.

    An answer that opens candidate j against its price, or that serves a demand at ``c_ij > λ_i``, costs at
    least the bound plus what that adds; where this exceeds the best answer, it is left out of the model.

    Returns
    -------
    tuple
        Open candidates, how the search ended, and a bound on the cost.
    """
    room = (cost - bound.value) + _SLACK * abs(cost)
    places = _possible(problem.p, bound, room)
    useful = problem.cost[places] - bound.prices <= room
    useful &= problem.cost[places] < problem.base
    place, demand = np.nonzero(useful)
    kept_base = np.flatnonzero(np.isfinite(problem.base) & (problem.base - bound.prices <= room))
    free = np.flatnonzero(~np.isfinite(problem.base)) if problem.left > 0 else np.empty(0, dtype=np.int64)
    scale = float(max(problem.cost[places[place], demand].max(initial=0.0), 1e-300))
    model = _model(problem, places, place, demand, kept_base, free, scale)
    outcome = highs.solve(
        model,
        clock,
        gap=gap,
        start=_start(problem, chosen, places, place, demand, kept_base, free),
        tell=lambda best, least: clock.tell(np.fmin(cost, best * scale), np.fmax(bound.value, least * scale)),
    )
    if outcome.status is SolveStatus.INFEASIBLE:  # all that is left out was worse: the answer is proven
        return chosen, SolveStatus.OPTIMAL, cost
    if outcome.values is None:
        return chosen, outcome.status, bound.value
    opened = places[np.flatnonzero(outcome.values[: len(places)] > 0.5)]
    return opened, outcome.status, min(cost, max(bound.value, outcome.bound * scale))


def _possible(p: int, bound: Bound, room: float) -> NDArray[np.int64]:
    """Give the candidates that may be open in an answer at least as good."""
    last = np.sort(bound.worth)[min(p, len(bound.worth)) - 1]
    return np.flatnonzero(bound.worth - last <= room)


def _model(
    problem: Priced,
    places: NDArray[np.int64],
    place: NDArray[np.int64],
    demand: NDArray[np.int64],
    kept_base: NDArray[np.int64],
    free: NDArray[np.int64],
    scale: float,
) -> Model:
    """Columns: candidates, pairs, demand served by existing sites, demand left out.

    Rows: each demand served or left out once; a pair needs its candidate; ``p``; the weight left out.
    """
    people, pairs = problem.cost.shape[1], len(place)
    sizes = np.array([len(places), pairs, len(kept_base), len(free)])
    at = np.concatenate([[0], np.cumsum(sizes)])
    once = sparse.csr_array(
        (
            np.ones(at[4] - at[1]),
            (np.concatenate([demand, kept_base, free]), np.arange(at[1], at[4])),
        ),
        shape=(people, at[4]),
    )
    pair = np.arange(pairs)
    needs = sparse.csr_array(
        (np.repeat([1.0, -1.0], pairs), (np.tile(pair, 2), np.concatenate([at[1] + pair, place]))),
        shape=(pairs, at[4]),
    )
    number = np.zeros(at[4])
    number[: at[1]] = 1.0
    weight = np.zeros(at[4])
    weight[at[3] :] = problem.weights[free] / problem.weights.max()
    left = problem.left / problem.weights.max()
    costs = (np.zeros(len(places)), problem.cost[places[place], demand], problem.base[kept_base])
    return Model(
        cost=np.concatenate([*costs, np.zeros(len(free))]) / scale,
        upper=np.ones(at[4]),
        whole=(np.arange(at[4]) < at[1]) | (np.arange(at[4]) >= at[3]),
        rows=sparse.csr_array(sparse.vstack([once, needs, number[None], weight[None]])),
        row_lower=np.concatenate([np.ones(people), np.full(pairs + 2, -np.inf)]),
        row_upper=np.concatenate([np.ones(people), np.zeros(pairs), [problem.p, left * (1 + _SLACK)]]),
    )


def _start(
    problem: Priced,
    chosen: NDArray[np.int64],
    places: NDArray[np.int64],
    place: NDArray[np.int64],
    demand: NDArray[np.int64],
    kept_base: NDArray[np.int64],
    free: NDArray[np.int64],
) -> Matrix:
    """Write the best answer as a value of each column."""
    costs = np.vstack([problem.cost[chosen], problem.base])
    nearest = np.append(chosen, -1)[costs.argmin(axis=0)]
    nearest[~np.isfinite(costs.min(axis=0))] = -2
    return np.concatenate(
        [
            np.isin(places, chosen),
            nearest[demand] == places[place],
            nearest[kept_base] == -1,
            nearest[free] == -2,
        ]
    ).astype(np.float64)
