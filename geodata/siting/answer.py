"""From a set of open places to the answer that a page shows."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.siting.instance import Instance, assigned_to
from geodata.siting.solution import Clock, Problem, Solution, SolveStatus, relative_gap
from geodata.siting.words import said
from geodata.text import Text


def answer(
    problem: Problem,
    instance: Instance,
    opened: Iterable[int],
    clock: Clock,
    *,
    status: SolveStatus,
    objective: float,
    bound: float,
    limit: NDArray[np.float64] | None = None,
    unreachable: NDArray[np.bool_],
    groups: pd.DataFrame | None = None,
    more: Text | None = None,
) -> Solution:
    """Put an answer together; the objective is the caller's, computed from the open places themselves.

    Parameters
    ----------
    opened
        Positions in ``instance.candidates``, in any order.
    limit
        float64[n] minutes within which a demand is served; null where being in reach is enough.
    unreachable
        bool[n].
    more
        A sentence between the number of sites and how sure it is.
    """
    order = in_order(instance, np.sort(np.fromiter(opened, dtype=np.int64)), limit)
    site, minutes = assigned_to(instance, order)
    served = minutes <= limit if limit is not None else np.isfinite(minutes)
    # The last digits of a float bound must not say that the answer is better than the best possible.
    proven = status is SolveStatus.OPTIMAL
    bound = objective if proven else bound
    gap = relative_gap(objective, bound)
    left = tuple(instance.demand[unreachable])
    return Solution(
        problem=problem,
        opened=tuple(instance.candidates[order]),
        fixed=tuple(instance.fixed),
        status=status,
        objective=objective,
        bound=bound,
        gap=gap,
        seconds=clock.seconds,
        assigned=_assigned(instance, site, minutes, served),
        unreachable=left,
        said=said(problem, status, gap, len(order), [instance.name(i) for i in left], more),
        groups=groups,
    )


def _assigned(
    instance: Instance, site: NDArray[np.int64], minutes: NDArray[np.float64], served: NDArray[np.bool_]
) -> pd.DataFrame:
    names = np.array([*instance.fixed, *instance.candidates, None], dtype=object)
    return pd.DataFrame(
        {
            "site_id": names[site],  # -1, out of reach, takes the null at the end
            "minutes": np.where(np.isfinite(minutes), minutes, np.nan),
            "served": served,
            "weight": instance.weights,
        },
        index=instance.demand,
    )


def in_order(
    instance: Instance, opened: NDArray[np.int64], limit: NDArray[np.float64] | None
) -> NDArray[np.int64]:
    """Order places by what each adds to those before it: demand served, then minutes saved."""
    reach = np.full(len(instance.demand), np.inf) if limit is None else limit
    far = 1.0 + max(instance.minutes.data.max(initial=0.0), _largest(instance.fixed_minutes))
    nearest = instance.fixed_minutes.copy()
    columns = instance.minutes.tocsc()
    reached = [slice(columns.indptr[place], columns.indptr[place + 1]) for place in opened]

    def worth(at: int) -> tuple[float, float, int]:
        rows, cost = columns.indices[reached[at]], columns.data[reached[at]]
        newly, saved = _gain(instance.weights[rows], cost, nearest[rows], reach[rows], far)
        return -newly, -saved, at

    # What a place adds never grows as others open: one that stays first once counted again is the best.
    waiting, order = [worth(at) for at in range(len(opened))], []
    heapq.heapify(waiting)
    while waiting:
        again = worth(waiting[0][2])
        if again > waiting[0]:
            heapq.heapreplace(waiting, again)
            continue
        best = heapq.heappop(waiting)[2]
        rows = columns.indices[reached[best]]
        nearest[rows] = np.minimum(nearest[rows], columns.data[reached[best]])
        order.append(opened[best])
    return np.asarray(order, dtype=np.int64)


def _gain(
    weights: NDArray[np.float64],
    cost: NDArray[np.float64],
    nearest: NDArray[np.float64],
    reach: NDArray[np.float64],
    far: float,
) -> tuple[float, float]:
    now = np.minimum(cost, nearest)
    newly = np.isfinite(now) & (now <= reach) & ~(np.isfinite(nearest) & (nearest <= reach))
    saved = np.minimum(nearest, far) - np.minimum(now, far)
    return float(weights @ newly), float(weights @ saved)


def _largest(minutes: NDArray[np.float64]) -> float:
    return float(minutes[np.isfinite(minutes)].max(initial=0.0))
