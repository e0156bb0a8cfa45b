"""Mixed-integer models handed to HiGHS as sparse matrices.

Directly, and not through spopt: for 500 candidates × 2,000 demands spopt 0.7 spends seconds to write the
model as Python objects where HiGHS needs tenths of one to solve it, and the callbacks that report progress
and stop a search exist only here. spopt is the oracle of the tests and the other column of the benchmark.

One thread and a fixed seed: the same question has the same answer, as long as no limit cuts the search.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event, Thread
from types import MappingProxyType
from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import NDArray

from geodata.siting.errors import SitingError
from geodata.siting.solution import Clock, SolveStatus
from geodata.text import Text

SEED: Final = 2021
LOOK_EACH_S: Final = 0.05
GRACE_S: Final = 0.3
"""Seconds left to a search that was asked to end, to give its own account."""

_USUAL: Final[Mapping[str, float | bool]] = MappingProxyType({})

Stop = Callable[[float, float], bool]
"""Of the best objective so far and the bound: whether that is enough for the caller."""


@dataclass(frozen=True, eq=False)
class Model:
    """``min`` or ``max`` cost·x, row_lower ≤ rows·x ≤ row_upper, 0 ≤ x ≤ upper, some x whole.

    ``rows`` is a ``scipy.sparse.csr_array``; every other array is float64, ``whole`` bool.
    """

    cost: NDArray[np.float64]
    upper: NDArray[np.float64]
    whole: NDArray[np.bool_]
    rows: Any
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    maximise: bool = False


@dataclass(frozen=True, eq=False)
class Outcome:
    """What HiGHS answered: ``values`` null where nothing is found, ``bound`` infinite where none is."""

    status: SolveStatus
    values: NDArray[np.float64] | None
    objective: float
    bound: float


def solve(
    model: Model,
    clock: Clock,
    *,
    start: NDArray[np.float64] | None = None,
    stop: Stop | None = None,
    gap: float = 0.0,
    tell: Callable[[float, float], None] | None = None,
    options: Mapping[str, float | bool] = _USUAL,
) -> Outcome:
    """Solve a model within the time left.

    Parameters
    ----------
    start
        A feasible x to begin with: a search that is cut has at least that answer.
    stop
        Asked now and then; the search ends, with the status ``WITHIN_GAP``, where it says yes.
    gap
        Relative gap at which the search may end.
    tell
        Given the best objective and the bound now and then; ``clock.tell`` by default.
    options
        Of HiGHS, by name, where the usual ones do not suit the problem.

    Raises
    ------
    SitingError
        If HiGHS reports a failure of its own.
    """
    if clock.over:
        return Outcome(clock.stopped(), None, np.nan, _proven(np.nan, model))
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    _options(solver, clock, gap, options)
    if solver.passModel(_lp(model)) == highspy.HighsStatus.kError:
        raise _failed("passModel")
    if start is not None:
        solver.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
    run = _Run(solver, stop)
    if not run.finished(clock, tell or clock.tell):
        return Outcome(clock.stopped(), run.values, run.objective, _proven(run.bound, model))
    return _outcome(solver, model, clock, gap)


def _options(solver: Any, clock: Clock, gap: float, options: Mapping[str, float | bool]) -> None:
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", SEED)
    solver.setOptionValue("time_limit", max(clock.left, 0.01))
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_abs_gap", 0.0)


def _lp(model: Model) -> Any:
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = model.rows.shape
    lp.sense_ = highspy.ObjSense.kMaximize if model.maximise else highspy.ObjSense.kMinimize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.cost, np.zeros(len(model.cost)), model.upper
    lp.row_lower_, lp.row_upper_ = model.row_lower, model.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = model.rows.indptr.astype(np.int32)
    lp.a_matrix_.index_ = model.rows.indices.astype(np.int32)
    lp.a_matrix_.value_ = model.rows.data.astype(np.float64)
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[int(whole)] for whole in model.whole] if model.whole.any() else []
    return lp


class _Run:
    """One search in a thread of its own, so that a page gets its answer when it cancels.

    HiGHS looks at its callbacks between two linear programs of the branch and bound, not inside the first
    one, which may take seconds. The caller waits here, reports progress from its own thread, and leaves with
    the best answer heard of; the abandoned search ends at its next callback.
    """

    def __init__(self, solver: Any, stop: Stop | None) -> None:
        self.objective, self.bound = np.nan, np.nan
        self.values: NDArray[np.float64] | None = None
        self._solver, self._stop, self._leave = solver, stop, Event()
        solver.cbMipInterrupt.subscribe(self._searching)
        solver.cbMipImprovingSolution.subscribe(self._improved)
        self._thread = Thread(target=solver.run, daemon=True)

    def _searching(self, event: Any) -> None:
        self.objective, self.bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
        if self._leave.is_set() or (self._stop is not None and self._stop(self.objective, self.bound)):
            event.interrupt()

    def _improved(self, event: Any) -> None:
        self.values = np.array(event.data_out.mip_solution)
        self.objective = event.data_out.objective_function_value

    def finished(self, clock: Clock, tell: Callable[[float, float], None]) -> bool:
        """Wait for the end; whether it came before the cancellation or the end of the time."""
        told = (np.nan, np.nan)
        self._thread.start()
        try:
            self._thread.join(LOOK_EACH_S)
            while self._thread.is_alive() and not clock.over:
                if (now := (self.objective, self.bound)) != told:
                    tell(*now)
                    told = now
                self._thread.join(LOOK_EACH_S)
        finally:
            self._leave.set()
        self._thread.join(GRACE_S)
        return not self._thread.is_alive()


def _outcome(solver: Any, model: Model, clock: Clock, gap: float) -> Outcome:
    ended = solver.getModelStatus()
    kind = highspy.HighsModelStatus
    info = solver.getInfo()
    if ended in (kind.kInfeasible, kind.kUnboundedOrInfeasible):
        return Outcome(SolveStatus.INFEASIBLE, None, np.nan, np.nan)
    if ended not in (kind.kOptimal, kind.kTimeLimit, kind.kInterrupt):
        raise _failed(solver.modelStatusToString(ended))
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.asarray(solver.getSolution().col_value) if found else None
    whole = bool(model.whole.any())
    bound = info.mip_dual_bound if whole else info.objective_function_value
    proven = whole or ended == kind.kOptimal
    objective = info.objective_function_value if found else np.nan
    if ended == kind.kOptimal:
        status = SolveStatus.OPTIMAL if not gap or info.mip_gap <= 0 else SolveStatus.WITHIN_GAP
    elif ended == kind.kInterrupt and not clock.over:
        status = SolveStatus.WITHIN_GAP
    else:
        status = clock.stopped()
    return Outcome(status, values, objective, _proven(bound if proven else np.nan, model))


def _proven(bound: float, model: Model) -> float:
    worst = np.inf if model.maximise else -np.inf
    return bound if np.isfinite(bound) else worst


def _failed(word: str) -> SitingError:
    return SitingError(
        Text("le solveur HiGHS a échoué", "the HiGHS solver failed"),
        where=word,
        hint=Text("essayez avec moins d’emplacements proposés", "try with fewer proposed places"),
    )
