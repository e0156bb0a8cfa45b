"""The p-center: the farthest person is as near as possible, existing sites kept open (Hakimi 1964).

The best radius is one of the known trips. A binary search asks of each whether ``p`` sites serve everyone
within it, which is a set covering problem (Minieka 1970); demand without a weight is not asked about, and
demand that no site reaches at all is reported and left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.siting.answer import answer
from geodata.siting.covering import fewest, most_covered
from geodata.siting.firstview import greedy_most
from geodata.siting.instance import Instance, assigned_to
from geodata.siting.interchange import greedy_open, interchange
from geodata.siting.median import Table
from geodata.siting.reduce import covering
from geodata.siting.solution import Clock, Problem, Solution, SolveStatus, Watch
from geodata.text import Text

_SLICES: Final = (2.0, 10.0, np.inf)
"""Seconds given to one radius, the first time and then again."""

_SHORT: Final = 8
_POWERS: Final = (4, 12, 36)
_LONG: Final = 4.0
"""Trips that many times longer than the radius are all too long; keeps powers within a float."""

Chosen = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Radii:
    """The radii that can be the best, shortest first, and the demand that a site can reach (bool[n])."""

    minutes: NDArray[np.float64]
    asked: NDArray[np.bool_]
    unreachable: NDArray[np.bool_]

    @classmethod
    def of(cls, instance: Instance) -> Radii:
        """List the distinct trips, from the least that serves everyone with every candidate open."""
        matrix, fixed = instance.minutes, instance.fixed_minutes
        nearest = fixed.copy()
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        np.minimum.at(nearest, rows, matrix.data)
        asked = instance.counts & np.isfinite(nearest)
        unreachable = instance.counts & ~asked
        known = np.concatenate([matrix.data[asked[rows]], fixed[asked & np.isfinite(fixed)]])
        least = nearest[asked].max(initial=0.0)
        return cls(np.unique(known[known >= least]), asked, unreachable)


def least_farthest(instance: Instance, p: int, watch: Watch | None = None) -> Solution:
    """Open ``p`` sites so that the farthest demand is as near as possible; then the least minutes.

    Where ``p`` sites cannot reach all the demand that some site reaches, the status is ``INFEASIBLE``, the
    sites are those that reach the most weight, and the sentence says how many it would take.

    Raises
    ------
    SitingError
        If ``p`` is not from 1 to the number of candidates or the question is too large.
    """
    clock = Clock(watch)
    p = instance.require_number(p)
    radii = Radii.of(instance)
    if not len(radii.minutes):
        return _answer(instance, radii, _none(), SolveStatus.OPTIMAL, 0.0, p, clock)
    high, best = _greedy_radius(instance, radii, p)
    if best is not None:
        high, best = _swapped(instance, radii, high, best, clock)
    if best is None:
        best, needed = _within(instance, radii, high, p, clock)
        if best is None:
            return _too_few(instance, radii, p, needed, clock)
    low, high, best = _narrowed(instance, radii, p, (0, high, best), clock)
    status = SolveStatus.OPTIMAL
    if low < high:
        status = clock.stopped() if clock.over else SolveStatus.WITHIN_GAP
    return _answer(instance, radii, best, status, float(radii.minutes[low]), p, clock)


def _narrowed(
    instance: Instance, radii: Radii, p: int, found: tuple[int, int, Chosen], clock: Clock
) -> tuple[int, int, Chosen]:
    """Bring the shortest radius not excluded and the shortest that is served together.

    Radii near the answer are the hardest to decide. Each gets a short time at first; those left undecided
    are gone around, from below and from above, and come back with more time.
    """
    low, high, best = found
    enough = 1.0 - (clock.watch.gap or 0.0)

    def apart() -> bool:
        return low < high and bool(radii.minutes[low] < enough * radii.minutes[high])

    for seconds in _SLICES:
        undecided: set[int] = set()
        while apart() and not clock.over:
            middle = _next(low, high, undecided)
            if middle is None:
                break
            clock.tell(float(radii.minutes[high]), float(radii.minutes[low]))
            chosen, needed = _within(instance, radii, middle, p, clock, seconds)
            if chosen is not None:
                best, high = chosen, middle
            elif needed > p:
                low = middle + 1
            else:
                undecided.add(middle)
    return low, high, best


def _next(low: int, high: int, undecided: set[int]) -> int | None:
    """Give the middle of the longer part beside the undecided radii; null where both are short.

    Closing in on a radius that is undecided, from both sides, would spend the same time on each neighbour.
    """
    held = [radius for radius in undecided if low <= radius < high]
    if not held:
        return (low + high - 1) // 2
    below, above = min(held) - low, high - 1 - max(held)
    if max(below, above) * _SHORT <= high - low:
        return None
    if below >= above:
        return low + (below - 1) // 2
    return max(held) + (above + 1) // 2


def first_farthest(instance: Instance, p: int, clock: Clock) -> Solution:
    """Search the radius with a greedy covering in place of the exact one; an instant first view."""
    p = instance.require_number(p)
    radii = Radii.of(instance)
    least = float(radii.minutes[0]) if len(radii.minutes) else 0.0
    best = _greedy_radius(instance, radii, p)[1] if len(radii.minutes) else _none()
    if best is None:
        least = float("nan")
        sets = covering(instance, np.full(len(radii.asked), np.inf), radii.asked)
        best = sets.columns[greedy_most(sets, p)[0]]
    return _answer(instance, radii, best, SolveStatus.GREEDY, least, p, clock)


def _greedy_radius(instance: Instance, radii: Radii, p: int) -> tuple[int, Chosen | None]:
    """Give the shortest radius that a greedy covering serves, and its sites; the longest and null if none."""
    far = instance.fixed_minutes[radii.asked]
    cost = _minutes(instance, radii.asked)
    low, high, best = 0, len(radii.minutes), None
    while low < high:
        middle = (low + high) // 2
        within = radii.minutes[middle]
        chosen = _greedy_within(cost <= within, far > within, p)
        if chosen is not None:
            best, high = chosen, middle
        else:
            low = middle + 1
    return min(low, len(radii.minutes) - 1), best


def _swapped(instance: Instance, radii: Radii, high: int, best: Chosen, clock: Clock) -> tuple[int, Chosen]:
    """Shorten the radius by swaps: the sum of high powers of the trips is led by the longest."""
    table = _minutes(instance, radii.asked)
    fixed = instance.fixed_minutes[radii.asked]
    for power in _POWERS:
        longest = radii.minutes[high]
        if longest == 0:
            break
        cost, base = (np.minimum(trips / longest, _LONG) ** power for trips in (table, fixed))
        chosen = interchange(cost, base, best, clock)
        far = np.minimum(fixed, table[chosen].min(axis=0, initial=np.inf)).max()
        if far < longest:
            high, best = int(np.searchsorted(radii.minutes, far)), chosen
    return high, best


def _minutes(instance: Instance, asked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """float64[m, k] minutes of the demand that is asked about; infinite out of reach."""
    pairs = instance.minutes[np.flatnonzero(asked)].tocoo()
    table = np.full((len(instance.candidates), int(asked.sum())), np.inf)
    table[pairs.coords[1], pairs.coords[0]] = pairs.data
    return table


def _greedy_within(serves: NDArray[np.bool_], left: NDArray[np.bool_], p: int) -> Chosen | None:
    """Open at most ``p`` candidates, the one that serves the most first; null where some demand is left."""
    chosen: list[int] = []
    while left.any():
        if len(chosen) == p:
            return None
        best = int(np.count_nonzero(serves & left, axis=1).argmax())
        if not (serves[best] & left).any():
            return None
        chosen.append(best)
        left = left & ~serves[best]
    return np.asarray(chosen, dtype=np.int64)


def _within(
    instance: Instance, radii: Radii, position: int, p: int, clock: Clock, seconds: float = np.inf
) -> tuple[Chosen | None, float]:
    """Give candidates that serve everyone within a radius, or null and the number proven to be needed.

    That number is at most ``p`` where the search was cut before it knew.
    """
    sets = covering(instance, np.full(len(radii.asked), radii.minutes[position]), radii.asked)
    if sets.unreachable.any():
        return None, np.inf
    chosen, _, needed = fewest(sets, clock.quiet(seconds), enough=p)
    return (sets.columns[chosen], needed) if len(chosen) <= p else (None, needed)


def _too_few(instance: Instance, radii: Radii, p: int, needed: float, clock: Clock) -> Solution:
    """Reach the most weight with sites that cannot reach everyone."""
    sets = covering(instance, np.full(len(radii.asked), np.inf), radii.asked)
    chosen, status, _ = most_covered(sets, p, clock.quiet())
    proven = needed > p
    more = Text(f"Il en faudrait au moins {int(needed)}", f"At least {int(needed)} would be needed")
    return _answer(
        instance,
        radii,
        sets.columns[chosen],
        SolveStatus.INFEASIBLE
        if proven
        else status
        if status is not SolveStatus.OPTIMAL
        else clock.stopped(),
        float("nan"),
        p,
        clock,
        more if proven else None,
    )


def _answer(
    instance: Instance,
    radii: Radii,
    chosen: Chosen,
    status: SolveStatus,
    bound: float,
    p: int,
    clock: Clock,
    more: Text | None = None,
) -> Solution:
    """Spend the sites that the radius does not need on minutes, and give the answer."""
    table = Table.of(instance)
    base = table.reached_base
    now = np.minimum(base, table.cost[chosen].min(axis=0, initial=np.inf))
    opened = np.concatenate([chosen, greedy_open(table.cost, now, p - len(chosen))])
    _, minutes = assigned_to(instance, opened)
    reached = radii.asked & np.isfinite(minutes)
    return answer(
        Problem.LEAST_FARTHEST,
        instance,
        opened,
        clock,
        status=status,
        objective=float(minutes[reached].max(initial=0.0)),
        bound=bound,
        unreachable=radii.unreachable,
        more=more,
    )


def _none() -> Chosen:
    return np.empty(0, dtype=np.int64)
