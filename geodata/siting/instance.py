"""A siting question: who is where, how much each counts, what is open, and what could open.

Existing sites are **fixed**: always open, always part of the answer. ``p`` is everywhere the number of *new*
sites, opened beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from geodata.siting.checks import (
    checked_threshold,
    checked_weights,
    require_candidates,
    require_complete,
    require_known,
    unique_ids,
)
from geodata.siting.errors import SitingError
from geodata.text import Text

if TYPE_CHECKING:
    from geodata.access.costs import TravelCosts

MOST_CANDIDATES: Final = 5_000
"""Places proposed at once; beyond, a person cannot read the answer and a solver cannot prove it."""

MOST_PAIRS: Final = 30_000_000
"""Demand × candidate pairs in reach: half a gigabyte."""


@dataclass(frozen=True, eq=False)
class Instance:
    """A siting question whose inputs were checked; built by ``from_costs``.

    Attributes
    ----------
    demand
        Ids of the n demand points.
    weights
        float64[n], at least 0: people, or people × need.
    candidates
        Ids of the m places that could open.
    minutes
        ``scipy.sparse.csr_array`` n × m of minutes; a pair that is not stored is unreachable (a stored zero
        is a cost of 0 minutes).
    fixed
        Ids of the sites kept open.
    fixed_site, fixed_minutes
        int64[n], position in ``fixed`` of the nearest one (-1: none in reach), and float64[n] its minutes
        (infinite).
    threshold
        float64[n] minutes within which a demand is served; null for the problems without one.
    names
        What to call a place, a demand or a group on screen, by id; the id itself where absent. Several may
        have the same name, as the areas of a municipality do.
    """

    demand: pd.Index
    weights: NDArray[np.float64]
    candidates: pd.Index
    minutes: Any
    fixed: pd.Index
    fixed_site: NDArray[np.int64]
    fixed_minutes: NDArray[np.float64]
    threshold: NDArray[np.float64] | None = None
    names: Mapping[str, str | Text] = field(default_factory=dict)

    @classmethod
    def from_costs(
        cls,
        costs: TravelCosts,
        weights: pd.Series,
        *,
        candidates: Iterable[str] | None = None,
        fixed: Iterable[str] = (),
        threshold_minutes: float | pd.Series | None = None,
        names: Mapping[str, str | Text] | None = None,
    ) -> Instance:
        """Check a question and read its travel costs once.

        Parameters
        ----------
        costs
            From every demand point to every candidate and fixed site; an absent pair is unreachable.
        weights
            How much each demand counts (people, or people × need), by origin id. Origins of ``costs``
            without a row here are not part of the question; a null is refused, for it is not a zero.
        candidates
            Site ids that could open; by default every site of ``costs`` that is not fixed.
        fixed
            Site ids that are open already and stay so.
        threshold_minutes
            For the covering problems: one number, or one by demand id (thresholds by milieu).
        names
            What to call places, demand and groups on screen, by id.

        Raises
        ------
        SitingError
            In one sentence: a weight is null, negative or infinite, all are 0, an id is unknown or given
            twice, a site is both fixed and proposed, there is no candidate or too many, a threshold is not
            positive or is longer than the costs were computed for.
        """
        kept = unique_ids(fixed, Text("un site existant", "an existing site"))
        asked = costs.sites.difference(kept, sort=False) if candidates is None else candidates
        new = unique_ids(asked, Text("un emplacement proposé", "a proposed place"))
        require_known(kept, costs.sites)
        require_known(new, costs.sites)
        if len(both := new.intersection(kept)):
            raise SitingError(
                Text("un site est à la fois existant et proposé", "a site is both existing and proposed"),
                where=str(both[0]),
                hint=Text("retirez-le des emplacements proposés", "take it out of the proposed places"),
            )
        require_candidates(len(new), MOST_CANDIDATES)
        heavy = checked_weights(weights, costs.origins)
        require_complete(costs.facts.incomplete, weights.index)
        limit = checked_threshold(threshold_minutes, weights.index, costs.cutoff_minutes)
        demand = pd.Index(weights.index)
        minutes, site, nearest = _read(costs, demand, new, kept)
        return cls(demand, heavy, new, minutes, kept, site, nearest, limit, dict(names or {}))

    @property
    def counts(self) -> NDArray[np.bool_]:
        """bool[n]: whether a demand has a weight; the others never decide where to open."""
        return self.weights > 0

    def name(self, identifier: str) -> Text:
        """Give what to call a place, a demand or a group on screen."""
        name = self.names.get(identifier, str(identifier))
        return name if isinstance(name, Text) else Text(name, name)

    def require_number(self, p: int) -> int:
        """Check how many new sites are asked for.

        Raises
        ------
        SitingError
            If ``p`` is not a whole number from 1 to the number of candidates.
        """
        most = len(self.candidates)
        if isinstance(p, bool) or not isinstance(p, int | np.integer) or not 1 <= p <= most:
            raise SitingError(
                Text(
                    "le nombre de sites à ouvrir n’est pas possible",
                    "the number of sites to open is not possible",
                ),
                where=str(p),
                hint=Text(
                    f"donnez un nombre entier de 1 à {most}, le nombre d’emplacements proposés",
                    f"give a whole number from 1 to {most}, the number of proposed places",
                ),
            )
        return int(p)

    def require_threshold(self) -> NDArray[np.float64]:
        """Give the threshold of each demand.

        Raises
        ------
        SitingError
            If the question was put without one.
        """
        if self.threshold is None:
            raise SitingError(
                Text("aucun seuil de temps n’est donné", "no time threshold is given"),
                hint=Text(
                    "dites en combien de minutes une personne est desservie",
                    "say within how many minutes a person is served",
                ),
            )
        return self.threshold


def _read(
    costs: TravelCosts, demand: pd.Index, new: pd.Index, kept: pd.Index
) -> tuple[Any, NDArray[np.int64], NDArray[np.float64]]:
    """Read the pairs of the question: candidates as a matrix, fixed sites as the nearest."""
    row_of = demand.get_indexer(costs.origins)
    column_of = new.get_indexer(costs.sites)
    kept_of = kept.get_indexer(costs.sites)
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
    site = np.full(len(demand), -1, dtype=np.int64)
    nearest = np.full(len(demand), np.inf)
    pairs = 0
    for block in costs.blocks():
        reach = np.diff(block.indptr)
        rows = np.repeat(row_of[block.first : block.first + len(reach)], reach)
        _nearest(rows, kept_of[block.site], block.minutes, site, nearest)
        column = column_of[block.site]
        useful = (rows >= 0) & (column >= 0)
        parts.append((rows[useful], column[useful], block.minutes[useful]))
        pairs += int(useful.sum())
        _few_pairs(pairs)
    shape = (len(demand), len(new))
    row, column, minutes = (
        (np.concatenate(arrays) for arrays in zip(*parts, strict=True)) if parts else _NOTHING
    )
    # Through coo, whose sum of equal entries would hide a pair given twice: TravelCosts refuses those.
    matrix = sparse.coo_array((minutes, (row, column)), shape=shape).tocsr()
    matrix.sort_indices()
    return matrix, site, nearest


_NOTHING: Final = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64))


def _nearest(
    rows: NDArray[np.int64],
    column: NDArray[np.int64],
    minutes: NDArray[np.float64],
    site: NDArray[np.int64],
    nearest: NDArray[np.float64],
) -> None:
    """Keep the nearest fixed site of each demand, in place; of equals, the first of ``fixed``."""
    useful = (rows >= 0) & (column >= 0)
    rows, column, minutes = rows[useful], column[useful], minutes[useful]
    order = np.lexsort((column, minutes, rows))
    first = order[np.unique(rows[order], return_index=True)[1]]
    better = minutes[first] < nearest[rows[first]]
    first = first[better]
    site[rows[first]], nearest[rows[first]] = column[first], minutes[first]


def _few_pairs(pairs: int) -> None:
    if pairs > MOST_PAIRS:
        raise SitingError(
            Text("la question compte trop de trajets", "the question holds too many trips"),
            where=f"> {MOST_PAIRS}",
            hint=Text(
                "choisissez un territoire plus petit, moins d’emplacements ou un temps plus court",
                "choose a smaller territory, fewer places or a shorter time",
            ),
        )


def assigned_to(
    instance: Instance, opened: Sequence[int] | NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give the nearest open site of each demand and its minutes.

    Parameters
    ----------
    opened
        Positions in ``instance.candidates``.

    Returns
    -------
    tuple of numpy.ndarray
        int64[n]: position in ``fixed``, or ``len(fixed)`` + position in ``candidates``; -1 out of reach.
        float64[n]: minutes, infinite out of reach. Equals go to the existing site, then to the first.
    """
    site, nearest = instance.fixed_site.copy(), instance.fixed_minutes.copy()
    columns = np.sort(np.asarray(opened, dtype=np.int64))
    by_site = instance.minutes[:, columns].tocsc()
    for position, column in enumerate(columns):
        start, end = by_site.indptr[position], by_site.indptr[position + 1]
        rows, minutes = by_site.indices[start:end], by_site.data[start:end]
        better = minutes < nearest[rows]
        rows, minutes = rows[better], minutes[better]
        site[rows], nearest[rows] = len(instance.fixed) + column, minutes
    return site, nearest
