"""Maximal covering (MCLP) and set covering (LSCP) with existing sites kept open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geodata.siting import highs
from geodata.siting.answer import answer
from geodata.siting.firstview import greedy_all, greedy_most, least_number
from geodata.siting.highs import Model, Outcome
from geodata.siting.instance import Instance, assigned_to
from geodata.siting.reduce import Covering, covering, tightened
from geodata.siting.solution import Clock, Problem, Solution, SolveStatus, Watch, relative_gap
from geodata.siting.swaps import swapped


def cover_most(instance: Instance, p: int, watch: Watch | None = None) -> Solution:
    """Open ``p`` sites so that the most weight is within the threshold (Church and ReVelle 1974).

    ``max Σ a_i X_i, X_i ≤ Σ_{j∈N_i} Y_j, Σ Y_j = p``, Y binary; X follows. Fewer than ``p`` are opened where
    the others would add nothing.

    Raises
    ------
    SitingError
        If ``p`` is not from 1 to the number of candidates or the question has no threshold.
    """
    clock = Clock(watch)
    p = instance.require_number(p)
    sets = covering(instance, instance.require_threshold())
    return covered(instance, sets, *most_covered(sets, p, clock), clock)


def covered(
    instance: Instance,
    sets: Covering,
    chosen: NDArray[np.int64],
    status: SolveStatus,
    bound: float,
    clock: Clock,
) -> Solution:
    """Give the answer to ``cover_most`` from columns of ``sets``."""
    limit = instance.require_threshold()
    opened = sets.columns[chosen]
    _, minutes = assigned_to(instance, opened)
    value = float(instance.weights[minutes <= limit].sum())
    return answer(
        Problem.COVER_MOST,
        instance,
        opened,
        clock,
        status=status,
        objective=value,
        bound=max(bound, value),
        limit=limit,
        unreachable=sets.unreachable,
    )


def most_covered(sets: Covering, p: int, clock: Clock) -> tuple[NDArray[np.int64], SolveStatus, float]:
    """Choose columns; give them, how the search ended, and a bound on the weight served."""
    first, bound = greedy_most(sets, p)
    value = sets.value(first)
    clock.tell(value, bound)
    if value >= bound:
        return first, SolveStatus.OPTIMAL, value
    scale = float(sets.weight.max())
    start = np.concatenate([_mask(first, sets), sets.touched(first)]).astype(np.float64)
    outcome = highs.solve(
        _most_model(sets, p, scale),
        clock,
        start=start,
        gap=clock.watch.gap or 0.0,
        tell=lambda best, most: clock.tell(
            np.fmax(value, sets.base + best * scale), np.fmin(bound, sets.base + most * scale)
        ),
    )
    chosen = _better(outcome, first, sets)
    return chosen, outcome.status, min(bound, sets.base + outcome.bound * scale)


def _most_model(sets: Covering, p: int, scale: float) -> Model:
    rows, columns = sets.sets.shape
    total = np.concatenate([np.ones(columns), np.zeros(rows)])
    return Model(
        # Scaled to 1, for the tolerances of a solver are absolute.
        cost=np.concatenate([np.zeros(columns), sets.weight / scale]),
        upper=np.ones(columns + rows),
        whole=np.arange(columns + rows) < columns,
        rows=sparse.csr_array(
            sparse.vstack([sparse.hstack([sets.sets, -sparse.eye_array(rows)]), total[None]])
        ),
        row_lower=np.append(np.zeros(rows), -np.inf),
        row_upper=np.append(np.full(rows, np.inf), p),
        maximise=True,
    )


def cover_all(instance: Instance, watch: Watch | None = None) -> Solution:
    """Open the fewest sites that serve all demand with a weight (Toregas and others 1971).

    ``min Σ Y_j, Σ_{j∈N_i} Y_j ≥ 1``. Existing sites are free. Where some demand is out of reach of every
    site the status is ``INFEASIBLE``, ``unreachable`` says which, and the sites serve all the rest.

    Raises
    ------
    SitingError
        If the question has no threshold.
    """
    clock = Clock(watch)
    limit = instance.require_threshold()
    sets = covering(instance, limit)
    chosen, status, bound = fewest(sets, clock)
    return all_covered(instance, sets, chosen, status, bound, clock)


def all_covered(
    instance: Instance,
    sets: Covering,
    chosen: NDArray[np.int64],
    status: SolveStatus,
    bound: float,
    clock: Clock,
) -> Solution:
    """Give the answer to ``cover_all`` from columns of ``sets``."""
    return answer(
        Problem.COVER_ALL,
        instance,
        sets.columns[chosen],
        clock,
        status=SolveStatus.INFEASIBLE if sets.unreachable.any() else status,
        objective=float(len(chosen)),
        bound=min(bound, float(len(chosen))),
        limit=instance.threshold,
        unreachable=sets.unreachable,
    )


def fewest(sets: Covering, clock: Clock, enough: int = 0) -> tuple[NDArray[np.int64], SolveStatus, float]:
    """Choose the fewest columns that serve every row; give how the search ended and a bound.

    Swaps find the answer, nearly always; the linear relaxation bounds it, and what is left is to prove that
    one column fewer does not do. A number of columns is whole, so that a bound is rounded up.

    Parameters
    ----------
    enough
        Stop as soon as that many columns, or fewer, are known to do, or known not to.
    """
    small, columns = tightened(sets.sets)
    first = greedy_all(replace(sets, sets=small))
    bound = least_number(sets)
    clock.tell(len(first), bound)
    if len(first) <= max(bound, enough) or bound > enough > 0:
        return columns[first], _ended(len(first), bound), bound
    relaxed = highs.solve(_least_model(small), clock, tell=lambda *_: None)
    bound = max(bound, _rounded(relaxed.bound))
    clock.tell(len(first), bound)
    if bound > enough > 0:
        return columns[first], _ended(len(first), bound), bound
    first = swapped(small, first, max(bound, enough), clock)
    clock.tell(len(first), bound)
    gap = clock.watch.gap or 0.0
    if len(first) <= max(bound, enough) or relative_gap(len(first), bound) <= gap:
        return columns[first], _ended(len(first), bound), bound
    chosen, status, bound = _fewer(small, first, bound, clock, enough)
    return columns[chosen], status, bound


def _fewer(
    small: Any, first: NDArray[np.int64], bound: float, clock: Clock, enough: int
) -> tuple[NDArray[np.int64], SolveStatus, float]:
    """Look for fewer columns than those, or no more than ``enough``; where there are none, that is proven."""
    most = enough or len(first) - 1

    def decided(best: float, least: float) -> bool:
        return enough > 0 and (best <= enough + _WHOLE or least > enough + _WHOLE)

    outcome = highs.solve(
        _least_model(small, most), clock, stop=decided, gap=clock.watch.gap or 0.0, options=_PROOF,
        tell=lambda best, least: clock.tell(np.fmin(len(first), best), np.fmax(bound, min(least, most + 1))),
    )  # fmt: skip
    if outcome.status is SolveStatus.INFEASIBLE:
        return first, _ended(len(first), most + 1.0), most + 1.0
    # Looking only below a number, the bound says nothing beyond it.
    bound = max(bound, min(_rounded(outcome.bound), most + 1.0))
    if outcome.values is None:
        return first, outcome.status, bound
    return np.flatnonzero(outcome.values > 0.5), outcome.status, bound


def _least_model(small: Any, most: int | None = None) -> Model:
    """Write the covering with at most ``most`` columns, or its linear relaxation where that is null."""
    rows, columns = small.shape
    total = [] if most is None else [np.ones((1, columns))]
    return Model(
        cost=np.ones(columns),
        upper=np.ones(columns),
        whole=np.full(columns, most is not None),
        rows=sparse.csr_array(sparse.vstack([small, *total])),
        row_lower=np.append(np.ones(rows), [-np.inf] * len(total)),
        row_upper=np.append(np.full(rows, np.inf), [most] * len(total)),
    )


def _ended(number: int, bound: float) -> SolveStatus:
    return SolveStatus.OPTIMAL if number <= bound else SolveStatus.WITHIN_GAP


def _rounded(bound: float) -> float:
    return float(np.ceil(bound - _WHOLE))


_PROOF: Final = {
    "mip_heuristic_effort": 0.0,
    "mip_allow_restart": False,
    "mip_allow_cut_separation_at_nodes": False,
    "mip_pscost_minreliable": 0,
    "mip_detect_symmetry": False,
    # An effort of 0 does not turn these off where no answer is known, and here there is mostly none.
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_heuristic_run_feasibility_jump": False,
}
"""The answer is known: no time for other answers, and many cheap nodes prove it sooner than a few dear ones
(every optimal basis is one of many here, which makes trial branching long)."""

_WHOLE: Final = 1e-6
"""A number of sites is whole: 3.0000001 is 3 and 3.1 is 4."""


def _better(outcome: Outcome, first: NDArray[np.int64], sets: Covering) -> NDArray[np.int64]:
    """Give the columns that the solver opened, or the first view where it has nothing better."""
    if outcome.values is None:
        return first
    found = np.flatnonzero(outcome.values[: sets.sets.shape[1]] > 0.5)
    return found if sets.value(found) >= sets.value(first) else first


def _mask(chosen: NDArray[np.int64], sets: Covering) -> NDArray[np.bool_]:
    mask = np.zeros(sets.sets.shape[1], dtype=bool)
    mask[chosen] = True
    return mask
