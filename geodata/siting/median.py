"""The p-median: least total minutes, existing sites kept open (Hakimi 1964).

``min Σ a_i d_ij X_ij``. Where some trips are out of reach, an answer that leaves less weight out is always
better; minutes decide between answers that leave as much. Greedy and vertex interchange find the answer, a
Lagrangian bound says how far the best possible may be, and HiGHS closes what is left on the few candidates
and pairs that the bound does not exclude.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.siting.answer import answer
from geodata.siting.covering import most_covered
from geodata.siting.errors import SitingError
from geodata.siting.instance import Instance
from geodata.siting.interchange import Matrix, greedy_open, interchange, savings
from geodata.siting.lagrange import Bound, Priced, bounded
from geodata.siting.median_model import closed
from geodata.siting.reduce import covering
from geodata.siting.solution import Clock, Problem, Solution, SolveStatus, Watch, relative_gap
from geodata.text import Text

ENOUGH: Final = 0.01
"""Gap at which the search stops by default: minutes are not known to one percent."""

MOST_CELLS: Final = 40_000_000
PASSES: Final = 6
_STALLED: Final = 2e-4
"""Relative rise of the bound over the rounds of a pass below which more rounds are in vain."""

_FAR: Final = 10_000.0
"""Times the longest trip: what being out of reach costs while swapping, so that reach comes first."""


@dataclass(frozen=True, eq=False)
class Table:
    """The p-median on the demand that some candidate serves better than the existing sites.

    Attributes
    ----------
    cost
        float64[m, k] weight × minutes, infinite where out of reach.
    base
        float64[k], with the existing sites alone; infinite where none is in reach.
    weights
        float64[k].
    constant
        Cost of the demand that no candidate serves better.
    unreachable
        bool[n] of the question.
    """

    cost: Matrix
    base: Matrix
    weights: Matrix
    constant: float
    unreachable: NDArray[np.bool_]

    @classmethod
    def of(cls, instance: Instance) -> Table:
        """Write the costs of a question, candidates in rows.

        Raises
        ------
        SitingError
            If there are more cells than a page can hold.
        """
        matrix, fixed = instance.minutes, instance.fixed_minutes
        row_of_pair = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        useful = np.zeros(matrix.shape[0], dtype=bool)
        useful[row_of_pair[matrix.data < fixed[row_of_pair]]] = True
        useful &= instance.counts
        _few_cells(int(useful.sum()) * matrix.shape[1])
        pairs = matrix[np.flatnonzero(useful)].tocoo()
        weights = instance.weights[useful]
        cost = np.full((matrix.shape[1], len(weights)), np.inf)
        demand, site = pairs.coords
        cost[site, demand] = pairs.data * weights[demand]
        idle = instance.counts & ~useful & np.isfinite(fixed)
        return cls(
            cost,
            fixed[useful] * weights,
            weights,
            float(instance.weights[idle] @ fixed[idle]),
            instance.counts & ~useful & ~np.isfinite(fixed),
        )

    @property
    def reached_base(self) -> Matrix:
        """``base`` with a large cost instead of infinity."""
        longest = float((self.cost / self.weights).max(where=np.isfinite(self.cost), initial=1.0))
        return np.where(np.isfinite(self.base), self.base, _FAR * longest * self.weights)

    def value(self, chosen: NDArray[np.int64]) -> tuple[float, float]:
        """Give the weight left out of reach and the cost of the rest: the smaller, the better, in order."""
        now = np.minimum(self.base, self.cost[chosen].min(axis=0, initial=np.inf))
        out = ~np.isfinite(now)
        return float(self.weights[out].sum()), float(now[~out].sum())


def _few_cells(cells: int) -> None:
    if cells > MOST_CELLS:
        raise SitingError(
            Text(
                "la question compte trop de trajets pour ce calcul",
                "the question holds too many trips for this search",
            ),
            where=f"{cells / 1e6:.0f} M > {MOST_CELLS / 1e6:.0f} M",
            hint=Text(
                "choisissez un territoire plus petit ou moins d’emplacements",
                "choose a smaller territory or fewer places",
            ),
        )


def least_minutes(instance: Instance, p: int, watch: Watch | None = None) -> Solution:
    """Open ``p`` sites so that the total of weight × minutes is the least.

    The search stops at a proven gap of 1 % unless ``watch.gap`` says otherwise; with 0 it goes on to the
    proof.

    Raises
    ------
    SitingError
        If ``p`` is not from 1 to the number of candidates or the question is too large.
    """
    clock = Clock(watch)
    p = instance.require_number(p)
    table = Table.of(instance)
    chosen, status, bound = _solved(instance, table, p, clock)
    return median_answer(instance, table, chosen, status, bound, clock)


def median_answer(
    instance: Instance,
    table: Table,
    chosen: NDArray[np.int64],
    status: SolveStatus,
    bound: float,
    clock: Clock,
) -> Solution:
    """Give the answer from open candidates and a bound on their cost."""
    cost = table.constant + table.value(chosen)[1]
    return answer(
        Problem.LEAST_MINUTES,
        instance,
        chosen,
        clock,
        status=status,
        objective=cost,
        bound=min(cost, table.constant + bound),
        unreachable=table.unreachable,
    )


def first_view(table: Table, p: int) -> tuple[NDArray[np.int64], float]:
    """Open one site after the other; the bound is that ``p`` more save at most the ``p`` largest savings."""
    base = table.reached_base
    chosen = greedy_open(table.cost, base, p)
    now = np.minimum(base, table.cost[chosen].min(axis=0, initial=np.inf))
    most = np.sort(savings(table.cost, now))[-p:].sum() if len(table.cost) else 0.0
    out, _ = table.value(chosen)
    return chosen, max(0.0, float(now.sum() - most)) if out == 0 else 0.0


def _solved(
    instance: Instance, table: Table, p: int, clock: Clock
) -> tuple[NDArray[np.int64], SolveStatus, float]:
    """Find the open candidates, how the search ended and a bound on the cost of what they decide."""
    none = np.empty(0, dtype=np.int64)
    if not len(table.weights):
        return none, SolveStatus.OPTIMAL, table.value(none)[1]
    base = table.reached_base
    chosen, bound = first_view(table, p)
    clock.tell(table.constant + table.value(chosen)[1], table.constant + bound)
    chosen = interchange(table.cost, base, chosen, clock)
    chosen, proven = _reaching_most(instance, table, chosen, p, clock)
    enough = ENOUGH if clock.watch.gap is None else clock.watch.gap
    found, chosen = _bounded(table, chosen, p, enough, clock)
    cost = table.value(chosen)[1]
    if relative_gap(table.constant + cost, table.constant + found.value) <= enough and proven:
        done = relative_gap(cost, found.value) == 0
        return chosen, SolveStatus.OPTIMAL if done else SolveStatus.WITHIN_GAP, found.value
    if clock.over:
        return chosen, clock.stopped(), found.value
    problem = Priced(table.cost, table.base, table.weights, table.value(chosen)[0], p)
    better, status, bound = closed(problem, found, chosen, cost, enough, clock)
    if table.value(better) <= table.value(chosen):
        chosen = better
    return chosen, status if proven else clock.stopped(), max(bound, found.value)


def _reaching_most(
    instance: Instance, table: Table, chosen: NDArray[np.int64], p: int, clock: Clock
) -> tuple[NDArray[np.int64], bool]:
    """Make sure that no answer leaves less weight out of reach; whether that is proven."""
    if table.value(chosen)[0] == 0:
        return chosen, True
    sets = covering(instance, np.full(len(instance.demand), np.inf))
    reaching, status, _ = most_covered(sets, p, clock.quiet())
    other = sets.columns[reaching]
    base = table.reached_base
    opened = np.minimum(base, table.cost[other].min(axis=0, initial=np.inf))
    other = np.concatenate([other, greedy_open(table.cost, opened, p - len(other))])
    swapped = interchange(table.cost, base, other, clock)
    return min((chosen, other, swapped), key=table.value), status is SolveStatus.OPTIMAL


def _bounded(
    table: Table, chosen: NDArray[np.int64], p: int, enough: float, clock: Clock
) -> tuple[Bound, NDArray[np.int64]]:
    """Bound the cost by rounds; between them, the sets that the prices open are swapped to their best."""
    out, cost = table.value(chosen)
    problem = Priced(table.cost, table.base, table.weights, out, p)
    base, before = table.reached_base, -np.inf
    found = bounded(problem, chosen, cost, enough, clock, None)
    for _ in range(PASSES):
        likely = np.sort(np.argsort(found.worth, kind="stable")[:p])
        for start in (found.chosen, likely):
            chosen = min(chosen, interchange(table.cost, base, start, clock), key=table.value)
        cost = table.value(chosen)[1]
        stalled = found.value - before <= _STALLED * cost
        if cost - found.value <= enough * cost or stalled or clock.over:
            break
        before = found.value
        found = bounded(problem, chosen, cost, enough, clock, found)
    return found, chosen
