"""The share served of the worst-served group is as high as possible; then the weight served.

A max-min form of MCLP: ``max t, t ≤ Σ_i g_i X_i / Σ_i g_i`` for each group g. Its total counts everyone,
those that no site can reach included: leaving them out would hide them. A second search keeps the best
``t`` and serves the most weight; it takes as long as the first at most, and the status speaks of the first
alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from geodata.siting import highs
from geodata.siting.answer import answer
from geodata.siting.errors import SitingError
from geodata.siting.highs import Model
from geodata.siting.instance import Instance, assigned_to
from geodata.siting.reduce import Covering, covering
from geodata.siting.solution import Clock, Problem, Solution, SolveStatus, Watch
from geodata.siting.unserved import nobody_served
from geodata.text import Text

_SLACK: Final = 1e-9
"""A share equal to the best but for the last digits is the best."""

MOST_GROUPS: Final = 200
_LEAST_S: Final = 2.0


@dataclass(frozen=True, eq=False)
class Shares:
    """Groups on a reduced question: share of each group that each row of ``sets`` holds.

    ``people`` float64[n, g]; ``rows`` float64[g, k]; ``base`` float64[g], share served by existing sites;
    ``total`` float64[g]. Groups without people are not here.
    """

    sets: Covering
    names: pd.Index
    people: NDArray[np.float64]
    rows: NDArray[np.float64]
    base: NDArray[np.float64]
    total: NDArray[np.float64]

    @classmethod
    def of(cls, instance: Instance, groups: pd.DataFrame) -> Shares:
        """Check the groups and carry them to the reduced question."""
        people = _people(instance, groups)
        total = people.sum(axis=0)
        some = total > 0
        people, total = people[:, some], total[some]
        counts = instance.counts | (people > 0).any(axis=1)
        sets = covering(instance, instance.require_threshold(), counts)
        decides = sets.rows >= 0
        held = [
            np.bincount(sets.rows[decides], column[decides], minlength=len(sets.weight))
            for column in people.T
        ]
        rows = np.asarray(held).reshape(len(total), len(sets.weight)) / total[:, None]
        base = people[sets.served].sum(axis=0) / total
        return cls(sets, groups.columns[some], people, rows, base, total)

    def worst(self, chosen: NDArray[np.int64]) -> float:
        """Give the share served of the worst-served group."""
        return float((self.base + self.rows @ self.sets.touched(chosen)).min())

    @property
    def gains(self) -> NDArray[np.float64]:
        """float64[columns, g]: share of each group that each column alone would serve."""
        return np.asarray(self.sets.sets.T @ self.rows.T)

    def bound(self, p: int) -> float:
        """No group can have more than its ``p`` largest gains."""
        gain = np.sort(self.gains, axis=0)[-p:].sum(axis=0)
        return float(np.minimum(self.base + gain, self.base + self.rows.sum(axis=1)).min())


def fairest(instance: Instance, p: int, groups: pd.DataFrame, watch: Watch | None = None) -> Solution:
    """Open ``p`` sites so that the group least within the threshold is as much within it as possible.

    Parameters
    ----------
    groups
        People of each group (columns) by demand id (rows), at least 0; a demand may be in several. A
        group without anybody is not counted.

    Raises
    ------
    SitingError
        If ``p`` is not from 1 to the number of candidates, the question has no threshold, or a number of
        ``groups`` is missing, negative or infinite, or nobody is in any.
    """
    clock = Clock(watch)
    p = instance.require_number(p)
    shares = Shares.of(instance, groups)
    first, bound = greedy_fair(shares, p), shares.bound(p)
    best = shares.worst(first)
    clock.tell(best, bound)
    model = _fair_model(shares, p)
    chosen, status = first, SolveStatus.OPTIMAL
    if best < bound - _SLACK:
        outcome = highs.solve(
            model, clock, start=_start(shares, first), gap=clock.watch.gap or 0.0,
            tell=lambda found, most: clock.tell(np.fmax(best, found), np.fmin(bound, most)),
        )  # fmt: skip
        status, bound = outcome.status, min(bound, outcome.bound)
        chosen = _better(shares, outcome.values, first, shares.worst)
    if status is SolveStatus.OPTIMAL:
        chosen = _most_served(shares, model, chosen, clock.quiet(max(_LEAST_S, clock.seconds)))
        status = SolveStatus.CANCELLED if clock.cancelled else status
        bound = shares.worst(chosen)
    return fair_answer(instance, shares, chosen, status, bound, clock)


def fair_answer(
    instance: Instance,
    shares: Shares,
    chosen: NDArray[np.int64],
    status: SolveStatus,
    bound: float,
    clock: Clock,
) -> Solution:
    """Give the answer from columns of the reduced question, with the share of each group."""
    limit = instance.require_threshold()
    opened = shares.sets.columns[chosen]
    _, minutes = assigned_to(instance, opened)
    served = shares.people[minutes <= limit].sum(axis=0)
    frame = pd.DataFrame(
        {"total": shares.total, "served": served, "share": served / shares.total}, index=shares.names
    )
    worst = float(frame["share"].min())
    return answer(
        Problem.FAIREST,
        instance,
        opened,
        clock,
        status=status,
        objective=worst,
        bound=max(bound, worst),
        limit=limit,
        unreachable=shares.sets.unreachable,
        groups=frame.sort_values("share", kind="stable"),
        more=nobody_served(
            [instance.name(str(name)) for name in shares.names],
            shares.gains,
            shares.base,
            frame["share"].to_numpy(),
            len(opened),
        ),
    )


def greedy_fair(shares: Shares, p: int) -> NDArray[np.int64]:
    """Open the column after which the shares, the lowest first, are the highest; ``p`` times."""
    by_column = shares.sets.sets.T.tocsr()
    left, now = shares.rows.T.copy(), shares.base.copy()
    chosen: list[int] = []
    for _ in range(p):
        gain = np.asarray(by_column @ left)
        if not gain.any():
            break
        after = np.sort(now + gain, axis=1)
        best = int(np.lexsort([-column for column in after.T[::-1]])[0])
        chosen.append(best)
        now = now + gain[best]
        left[by_column.indices[by_column.indptr[best] : by_column.indptr[best + 1]]] = 0.0
    return np.asarray(chosen, dtype=np.int64)


def _people(instance: Instance, groups: pd.DataFrame) -> NDArray[np.float64]:
    hint = Text("donnez à chaque lieu un nombre de 0 ou plus", "give each place a number of 0 or more")
    if not groups.index.is_unique or not groups.columns.is_unique or not 1 <= groups.shape[1] <= MOST_GROUPS:
        raise SitingError(
            Text("les groupes à comparer ne sont pas lisibles", "the groups to compare cannot be read"),
            where=f"{groups.shape[0]} × {groups.shape[1]}",
            hint=Text(
                f"donnez chaque lieu une fois et de 1 à {MOST_GROUPS} groupes",
                f"give each place once and from 1 to {MOST_GROUPS} groups",
            ),
        )
    people = groups.reindex(instance.demand).to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = (~np.isfinite(people) | (people < 0)).any(axis=1)
    if wrong.any():
        raise SitingError(
            Text(
                "un nombre de personnes d’un groupe est vide, négatif ou infini",
                "a number of people of a group is empty, negative or infinite",
            ),
            where=str(instance.demand[wrong][0]),
            hint=hint,
        )
    if not people.any():
        raise SitingError(
            Text("personne n’est dans un des groupes", "nobody is in any of the groups"),
            hint=Text("choisissez d’autres groupes", "choose other groups"),
        )
    return people


def _fair_model(shares: Shares, p: int) -> Model:
    """Columns: candidates, rows served, t. Rows: served by an open candidate, ``p``, t at most each share."""
    rows, columns = shares.sets.sets.shape
    groups = len(shares.total)
    served = sparse.hstack([shares.sets.sets, -sparse.eye_array(rows), sparse.coo_array((rows, 1))])
    number = np.concatenate([np.ones(columns), np.zeros(rows + 1)])
    share = np.hstack([np.zeros((groups, columns)), shares.rows, -np.ones((groups, 1))])
    return Model(
        cost=np.append(np.zeros(columns + rows), 1.0),
        upper=np.ones(columns + rows + 1),
        whole=np.arange(columns + rows + 1) < columns,
        rows=sparse.csr_array(sparse.vstack([served, number[None], sparse.csr_array(share)])),
        row_lower=np.concatenate([np.zeros(rows), [-np.inf], -shares.base]),
        row_upper=np.concatenate([np.full(rows, np.inf), [p], np.full(groups, np.inf)]),
        maximise=True,
    )


def _most_served(shares: Shares, model: Model, chosen: NDArray[np.int64], clock: Clock) -> NDArray[np.int64]:
    """Among the answers as fair as this one, serve the most weight."""
    best = shares.worst(chosen)
    weight = shares.sets.weight
    if not weight.any():
        return chosen
    rows, columns = shares.sets.sets.shape
    floor = -shares.base + max(0.0, best - _SLACK)
    kept = Model(
        cost=np.concatenate([np.zeros(columns), weight / weight.max(), [0.0]]),
        upper=np.append(model.upper[:-1], 0.0),
        whole=model.whole,
        rows=model.rows,
        row_lower=np.concatenate([model.row_lower[: rows + 1], floor]),
        row_upper=model.row_upper,
        maximise=True,
    )
    start = np.append(_start(shares, chosen)[:-1], 0.0)
    outcome = highs.solve(kept, clock, start=start)

    def value(columns_: NDArray[np.int64]) -> tuple[bool, float]:
        return shares.worst(columns_) >= best - _SLACK, shares.sets.value(columns_)

    return _better(shares, outcome.values, chosen, value)


def _better(
    shares: Shares, values: NDArray[np.float64] | None, first: NDArray[np.int64], value: Any
) -> NDArray[np.int64]:
    if values is None:
        return first
    found = np.flatnonzero(values[: shares.sets.sets.shape[1]] > 0.5)
    return found if value(found) >= value(first) else first


def _start(shares: Shares, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
    open_ = np.zeros(shares.sets.sets.shape[1])
    open_[chosen] = 1.0
    return np.concatenate([open_, shares.sets.touched(chosen), [min(1.0, shares.worst(chosen))]])
