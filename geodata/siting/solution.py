"""What a siting solver is asked to watch, and what it answers."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from threading import Event
from typing import Final

import pandas as pd

from geodata.siting.errors import SitingError
from geodata.text import Text

_SAME: Final = 1e-9
"""Relative: what differs less is the noise of a sum."""


class Problem(StrEnum):
    """The question put to the solver (METHODS, « Where to place a service »)."""

    COVER_MOST = "cover_most"
    COVER_ALL = "cover_all"
    LEAST_MINUTES = "least_minutes"
    LEAST_FARTHEST = "least_farthest"
    FAIREST = "fairest"


class SolveStatus(StrEnum):
    """How the search ended, as the solver itself reports it.

    ``OPTIMAL``: proven, nothing better exists. ``WITHIN_GAP``: stopped because the proven gap is as small
    as was asked for. ``TIME_LIMIT`` and ``CANCELLED``: the best answer found so far, with its proven gap.
    ``INFEASIBLE``: no answer serves everyone; ``Solution.unreachable`` says who. ``GREEDY``: a first view,
    one site after the other, nothing proven but its bound.
    """

    OPTIMAL = "optimal"
    WITHIN_GAP = "within_gap"
    TIME_LIMIT = "time_limit"
    CANCELLED = "cancelled"
    INFEASIBLE = "infeasible"
    GREEDY = "greedy"


@dataclass(frozen=True)
class Progress:
    """Where a search stands: seconds since its start, best answer so far, proven bound, relative gap.

    ``objective`` and ``bound`` are in the unit of the problem and NaN while unknown.
    """

    seconds: float
    objective: float
    bound: float
    gap: float


@dataclass(frozen=True, eq=False)
class Watch:
    """Limits of a search, and how a page follows and stops it.

    Parameters
    ----------
    time_limit_s
        Seconds after which the best answer so far is given; an answer so cut is not the same from one
        machine to another, so a scenario keeps the sites and not the search.
    gap
        Relative gap at which the search may stop; null takes the problem's own (0 except for
        ``least_minutes``, whose last tenths of a percent take long and move nothing).
    progress
        Called now and then, from the thread that solves.
    cancel
        Set it from any thread to stop; the best answer so far is given.
    """

    time_limit_s: float = 60.0
    gap: float | None = None
    progress: Callable[[Progress], None] | None = None
    cancel: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        if not self.time_limit_s > 0:
            raise SitingError(
                Text(
                    "le temps accordé au calcul n’est pas positif",
                    "the time given to the search is not positive",
                ),
                where=str(self.time_limit_s),
                hint=Text("donnez un nombre de secondes", "give a number of seconds"),
            )
        if self.gap is not None and not 0 <= self.gap < 1:
            raise SitingError(
                Text(
                    "l’écart à l’optimum n’est pas entre 0 et 1",
                    "the gap to the optimum is not between 0 and 1",
                ),
                where=str(self.gap),
                hint=Text("0,01 veut dire 1 %", "0.01 means 1%"),
            )


class Clock:
    """Time spent on one answer, and whether it must stop; shared by the stages of a solver."""

    def __init__(self, watch: Watch | None) -> None:
        self.watch = watch or Watch()
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds since the question was put."""
        return time.perf_counter() - self._start

    @property
    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.watch.time_limit_s - self.seconds)

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self.watch.cancel.is_set()

    @property
    def over(self) -> bool:
        """Whether to stop now, for one reason or the other."""
        return self.cancelled or self.left <= 0

    def stopped(self) -> SolveStatus:
        """Say why the search stopped early."""
        return SolveStatus.CANCELLED if self.cancelled else SolveStatus.TIME_LIMIT

    def quiet(self, seconds: float = math.inf) -> Clock:
        """Give a clock of the same limits for a stage whose numbers are not those of the answer."""
        limit = max(min(self.left, seconds), 0.01)
        return Clock(replace(self.watch, time_limit_s=limit, progress=None, gap=0.0))

    def tell(self, objective: float, bound: float) -> None:
        """Report the state of the search to whoever follows it."""
        if self.watch.progress is not None:
            gap = relative_gap(objective, bound)
            self.watch.progress(Progress(self.seconds, objective, bound, gap))


def relative_gap(objective: float, bound: float) -> float:
    """Give ``|bound - objective| / |objective|``: 0 where proven, infinite for 0 against another bound."""
    if math.isclose(objective, bound, rel_tol=_SAME):
        return 0.0
    return abs(bound - objective) / abs(objective) if objective else float("inf")


@dataclass(frozen=True, eq=False)
class Solution:
    """Where to open, how sure that is, and who is served.

    Attributes
    ----------
    problem
        The question that was answered.
    opened
        New sites, the one that adds the most first. With the status ``INFEASIBLE``, the sites that serve
        the demand that can be served.
    fixed
        Sites kept open, never closed by a solver.
    status
        As the solver reports it.
    objective
        ``cover_most``: demand weight within the threshold, existing sites included. ``cover_all``: number of
        new sites. ``least_minutes``: Σ weight × minutes over the demand in reach. ``least_farthest``: minutes
        of the farthest demand. ``fairest``: share (0 to 1) served of the worst-served group.
    bound
        No answer can be better than this, in the unit of ``objective``; equal to it where proven.
    gap
        Relative distance of the two. With ``least_farthest`` where not everyone is reached, the objective is
        that of the demand in reach, and bound and gap are NaN.
    seconds
        Time of the whole answer.
    assigned
        By demand id: ``site_id`` of the nearest open site (null: out of reach), ``minutes`` (null too),
        ``served`` (within the threshold where the problem has one, else in reach), ``weight``.
    unreachable
        Demand with a weight that no site, existing or proposed, can serve.
    groups
        ``fairest`` only, by group: ``total``, ``served``, ``share``.
    said
        One sentence or a few for the page.
    """

    problem: Problem
    opened: tuple[str, ...]
    fixed: tuple[str, ...]
    status: SolveStatus
    objective: float
    bound: float
    gap: float
    seconds: float
    assigned: pd.DataFrame
    unreachable: tuple[str, ...]
    said: Text
    groups: pd.DataFrame | None = None

    @property
    def left_out(self) -> tuple[str, ...]:
        """Demand with a weight that this answer does not serve, the unreachable included."""
        rows = self.assigned.loc[~self.assigned["served"] & (self.assigned["weight"] > 0)]
        return tuple(rows.index)
