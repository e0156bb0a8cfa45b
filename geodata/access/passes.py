"""Decays of all pairs, read twice: remembered in three bytes a pair where they fit, else computed again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geodata.access.costs import TravelCosts
from geodata.access.decay import Decay
from geodata.access.quantities import Supply

MOST_REMEMBERED: Final = 800_000_000
"""Bytes that the second pass may find in memory; beyond, the costs are read again."""


@dataclass(frozen=True, eq=False)
class Weighed:
    """Decays of some origins after one another.

    Attributes
    ----------
    rows
        Positions of the origins.
    decay
        ``D_ij``, sparse, 0 for a site that is not offered.
    """

    rows: slice
    decay: csr_array


@dataclass(frozen=True, eq=False)
class _Steps:
    """The same in few bytes: the step of each pair instead of its weight."""

    first: int
    indptr: NDArray[np.int64]
    site: NDArray[np.integer]
    step: NDArray[np.unsignedinteger]

    @property
    def bytes(self) -> int:
        return self.indptr.nbytes + self.site.nbytes + self.step.nbytes


class Passes:
    """The two readings that a floating catchment makes of its costs."""

    def __init__(self, costs: TravelCosts, supply: Supply, decay: Decay) -> None:
        self._costs, self._supply, self._decay = costs, supply, decay
        self._site_type = np.min_scalar_type(max(len(costs.sites) - 1, 0))
        self._remembered: list[_Steps] | None = None

    def first(self) -> Iterator[Weighed]:
        """Go through all origins in order, and remember their steps if they fit."""
        remembered: list[_Steps] | None = []
        held = 0
        for steps in self._read():
            if remembered is not None:
                kept = replace(steps, site=steps.site.astype(self._site_type))
                held += kept.bytes
                remembered.append(kept)
                remembered = remembered if held <= MOST_REMEMBERED else None
            yield self._weighed(steps)
        self._remembered = remembered

    def second(self) -> Iterator[Weighed]:
        """Go through all origins again."""
        for steps in self._read() if self._remembered is None else self._remembered:
            yield self._weighed(steps)

    def _read(self) -> Iterator[_Steps]:
        for block in self._costs.blocks():
            yield _Steps(block.first, block.indptr, block.site, self._decay.steps(block))

    def _weighed(self, steps: _Steps) -> Weighed:
        weights = self._decay.weights.take(steps.step)
        site = steps.site.astype(np.int32, copy=False)
        if not self._supply.all_known:
            weights *= self._supply.known[site]
        rows = len(steps.indptr) - 1
        matrix = csr_array((weights, site, steps.indptr), shape=(rows, len(self._costs.sites)))
        return Weighed(slice(steps.first, steps.first + rows), matrix)
