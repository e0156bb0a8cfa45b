"""A proven lower bound of the p-median: its assignment constraints are priced (Cornuéjols and others 1977).

With a price λ_i for serving demand i, the candidates part: candidate j is worth ``ρ_j = Σ_i min(0, c_ij −
λ_i)`` and the bound is ``Σ λ_i`` plus the ``p`` smallest ρ. Existing sites cost nothing to open, so they
always count. Prices move along the subgradient. Every set that the prices open is a candidate answer too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.siting.interchange import Matrix, slices, total
from geodata.siting.solution import Clock

ROUNDS: Final = 60
_PATIENCE: Final = 12
"""Rounds without a better bound after which the step is halved."""

_SMALLEST_STEP: Final = 0.005
_MEMORY: Final = 0.3
"""Share of the last direction kept in the next, against zigzag (Crowder 1976)."""


@dataclass(frozen=True, eq=False)
class Bound:
    """The best bound found.

    Attributes
    ----------
    value
        No answer costs less.
    prices
        float64[n], λ.
    worth
        float64[m], ρ at these prices; the smaller, the likelier to be open.
    chosen
        The cheapest set of candidates met, and ``cost`` its cost.
    """

    value: float
    prices: Matrix
    worth: Matrix
    chosen: NDArray[np.int64]
    cost: float


@dataclass(frozen=True, eq=False)
class Priced:
    """The p-median to bound: ``base`` is infinite where no existing site is in reach.

    ``left`` is the weight that may stay out of reach, taken among ``weights`` of the demand without a base.
    """

    cost: Matrix
    base: Matrix
    weights: Matrix
    left: float
    p: int


def bounded(
    problem: Priced,
    chosen: NDArray[np.int64],
    value: float,
    enough: float,
    clock: Clock,
    last: Bound | None = None,
) -> Bound:
    """Raise the bound until the gap to the best answer is ``enough`` (relative) or the rounds are over.

    Parameters
    ----------
    chosen, value
        The best answer so far and its cost.
    last
        What to go on from; null to begin, with prices from the costs of that answer.
    """
    prices = _first_prices(problem, chosen) if last is None else last.prices
    best = Bound(-np.inf, prices, np.zeros(len(problem.cost)), chosen, value)
    if last is not None:
        best = replace(last, chosen=chosen, cost=value)
    direction = np.zeros_like(prices)
    step, stalled = 1.0, 0
    for round_ in range(ROUNDS):
        found, worth, slope, opened = _priced(problem, prices)
        cost = total(problem.cost, problem.base, opened) if problem.left == 0 else np.inf
        chosen, value = (opened, cost) if cost < best.cost else (best.chosen, best.cost)
        if found > best.value:
            best, stalled = Bound(found, prices, worth, chosen, value), 0
        else:
            best, stalled = Bound(best.value, best.prices, best.worth, chosen, value), stalled + 1
        if best.cost - best.value <= enough * best.cost or clock.over or step < _SMALLEST_STEP:
            break
        if round_ % 10 == 0:
            clock.tell(best.cost, best.value)
        if stalled >= _PATIENCE:
            step, stalled, prices = step / 2, 0, best.prices
        direction = slope + _MEMORY * direction
        length = float(direction @ direction)
        if length == 0:
            break
        prices = np.minimum(prices + step * max(best.cost - found, 0.0) / length * direction, problem.base)
    return best


def _first_prices(problem: Priced, chosen: NDArray[np.int64]) -> Matrix:
    """Between the cost of the open site and that of the next, so that both are worth comparing."""
    costs = np.sort(np.vstack([problem.cost[chosen], problem.base]), axis=0)
    first = np.where(np.isfinite(costs[0]), costs[0], 0.0)
    second = costs[1] if len(costs) > 1 else first
    return np.asarray(np.where(np.isfinite(second), (first + second) / 2, first))


def _priced(problem: Priced, prices: Matrix) -> tuple[float, Matrix, Matrix, NDArray[np.int64]]:
    """Give the bound at these prices, ρ, the subgradient and the candidates that they open."""
    worth = np.concatenate(
        [np.minimum(problem.cost[rows] - prices, 0.0).sum(axis=1) for rows in slices(problem.cost)]
    )
    opened = np.argsort(worth, kind="stable")[: problem.p]
    served = (problem.cost[opened] < prices).sum(axis=0) + (problem.base < prices)
    left, unserved = _left_out(problem, prices)
    based = np.minimum(problem.base - prices, 0.0).sum()
    value = float(prices.sum() + worth[opened].sum() + based - left)
    return value, worth, 1.0 - served - unserved, np.sort(opened)


def _left_out(problem: Priced, prices: Matrix) -> tuple[float, Matrix]:
    """Leave out the dearest demand per unit of weight, as far as the weight that may stay out goes."""
    out = np.zeros_like(prices)
    if problem.left == 0:
        return 0.0, out
    free = np.flatnonzero(~np.isfinite(problem.base) & (prices > 0))
    order = free[np.argsort(-prices[free] / problem.weights[free], kind="stable")]
    before = np.cumsum(problem.weights[order]) - problem.weights[order]
    out[order] = np.clip((problem.left - before) / problem.weights[order], 0.0, 1.0)
    return float(prices @ out), out
