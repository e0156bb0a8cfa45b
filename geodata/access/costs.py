"""Travel costs from origins to sites, behind one interface whatever computed them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.access.blocks import Block, empty_block, in_parts, side_by_side
from geodata.access.errors import AccessError
from geodata.access.facts import GIVEN, CostFacts, Engine, Mode, joined_facts
from geodata.access.given import given_block
from geodata.access.points import positions, require_ids
from geodata.text import Text

__all__ = ["Block", "CostFacts", "Engine", "Mode", "TravelCosts"]

MOST_KEPT: Final = 20_000_000
"""Pairs that may stay in memory: 20 bytes each, 400 MB."""

PAIRS_A_PART: Final = 4_000_000
"""Pairs of a table that a measure handles at a time."""

COLUMNS: Final = ("origin_id", "destination_id", "minutes", "km")

_NEARLY: Final = 1.0 + 1e-9
"""A threshold equal to the cut-off, but for the last digits, is within it."""


class TravelCosts:
    """Minutes and kilometres from each origin to the sites in its reach.

    A pair that is absent is out of reach, never free. Costs come as blocks of consecutive origins, so
    that no table of all origins by all sites is ever held; an engine may compute them again at each call.

    Attributes
    ----------
    origins, sites
        Identifiers, unique, in the order of the positions that blocks use.
    cutoff_minutes
        Time up to which pairs were looked for; null where every pair that exists is there.
    facts
        How the costs were computed.
    """

    def __init__(
        self,
        origins: pd.Index,
        sites: pd.Index,
        make: Callable[[], Iterator[Block]],
        facts: CostFacts,
        cutoff_minutes: float | None = None,
    ) -> None:
        self.origins = pd.Index(origins)
        self.sites = pd.Index(sites)
        self.cutoff_minutes = cutoff_minutes
        self.facts = facts
        self._make = make
        require_ids(self.origins, "origins")
        require_ids(self.sites, "sites")

    def blocks(self) -> Iterator[Block]:
        """Go through the costs of every origin, once and in order."""
        return self._make()

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        origins: pd.Index | None = None,
        sites: pd.Index | None = None,
        facts: CostFacts | None = None,
    ) -> Self:
        """Take costs from a table with one row a pair.

        Parameters
        ----------
        frame
            ``origin_id``, ``destination_id``, ``minutes`` and, if known, ``km``; other columns are
            ignored. Rows in any order; the type of the identifiers is kept.
        origins, sites
            All of them, including those without a pair; those of the table, in order of appearance,
            where null.
        facts
            How they were computed.

        Raises
        ------
        AccessError
            If a column is missing, a pair occurs twice, an identifier is missing or unknown, or minutes
            are missing, negative or infinite; a distance may be missing, not negative or infinite.
        """
        all_origins, all_sites, block = given_block(frame, origins, sites)
        return cls(all_origins, all_sites, lambda: in_parts(block, PAIRS_A_PART), facts or GIVEN)

    @classmethod
    def from_blocks(
        cls,
        origins: pd.Index,
        sites: pd.Index,
        make: Callable[[], Iterator[Block]],
        facts: CostFacts,
        cutoff_minutes: float | None = None,
    ) -> Self:
        """Take costs from an engine; ``make`` gives blocks that cover every origin in order."""
        return cls(origins, sites, make, facts, cutoff_minutes)

    def frame(self) -> pd.DataFrame:
        """Give one row a pair: ``origin_id``, ``destination_id``, ``minutes``, ``km`` (null if unknown)."""
        blocks = list(self.blocks()) or [empty_block(0, 0)]
        rows = np.concatenate([block.first + block.rows_of_pairs() for block in blocks])
        site = np.concatenate([block.site for block in blocks])
        km = [np.full(len(b.site), np.nan) if b.km is None else b.km for b in blocks]
        columns = (
            self.origins[rows],
            self.sites[site],
            np.concatenate([block.minutes for block in blocks]),
            np.concatenate(km),
        )
        return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))

    def kept(self, most: int = MOST_KEPT) -> TravelCosts:
        """Hold the costs in memory for several measures, unless there are more than ``most`` pairs."""
        blocks: list[Block] = []
        pairs = 0
        for block in self.blocks():
            pairs += len(block.site)
            if pairs > most:
                return self
            blocks.append(block)
        return self._with(lambda: iter(blocks))

    def only(
        self, origins: Iterable[object] | None = None, sites: Iterable[object] | None = None
    ) -> TravelCosts:
        """Keep the costs of some origins, to some sites, in the order of these costs.

        Raises
        ------
        AccessError
            If one is unknown.
        """
        from_here = _chosen(origins, self.origins, "origins")
        to_there = _chosen(sites, self.sites, "sites")
        new_origin: NDArray[np.int64] = np.cumsum(from_here) - from_here
        new_site: NDArray[np.int32] = (np.cumsum(to_there) - to_there).astype(np.int32)

        def make() -> Iterator[Block]:
            for block in self.blocks():
                here = from_here[block.first : block.end]
                kept = block.where(to_there[block.site] & np.repeat(here, block.counts))
                indptr = np.concatenate((kept.indptr[:1], kept.indptr[1:][here]))
                first = int(new_origin[block.first]) if block.rows else 0
                if len(indptr) > 1:
                    yield Block(first, indptr, new_site[kept.site], kept.minutes, kept.km)

        facts = self.facts
        if facts.incomplete:
            left = tuple(i for i in facts.incomplete if i in self.origins[from_here])
            facts = replace(facts, incomplete=left)
        return TravelCosts(self.origins[from_here], self.sites[to_there], make, facts, self.cutoff_minutes)

    def joined(self, other: TravelCosts) -> TravelCosts:
        """Add the sites of other costs from the same origins.

        Raises
        ------
        AccessError
            If the origins differ or are in another order, or a site is in both.
        """
        if not self.origins.equals(other.origins):
            raise AccessError(
                Text("Les deux calculs partent de lieux différents", "The two start from different places"),
                where="origins",
                hint=Text("recalculez l'un des deux", "compute one of them again"),
            )
        sites = self.sites.append(other.sites) if len(other.sites) else self.sites
        cutoffs = [c for c in (self.cutoff_minutes, other.cutoff_minutes) if c is not None]
        return TravelCosts(
            self.origins,
            sites if len(self.sites) else other.sites,
            lambda: side_by_side(self.blocks(), other.blocks(), len(self.sites)),
            joined_facts(self.facts, other.facts),
            min(cutoffs, default=None),
        )

    def within(self, minutes: float) -> TravelCosts:
        """Keep the pairs of at most so many minutes."""
        require_positive(minutes, "minutes")
        known = self.cutoff_minutes
        return self._with(
            lambda: (block.where(block.minutes <= minutes) for block in self.blocks()),
            minutes if known is None else min(minutes, known),
        )

    def slower(self, factor: float) -> TravelCosts:
        """Multiply the minutes, to see what an error of the costs would change.

        The cut-off is multiplied with them: beyond it, pairs were not looked for. Compute costs to a
        longer cut-off than the threshold before making them shorter (``factor`` below 1).
        """
        require_positive(factor, "factor")
        return self._with(
            lambda: (Block(b.first, b.indptr, b.site, b.minutes * factor, b.km) for b in self.blocks()),
            None if self.cutoff_minutes is None else self.cutoff_minutes * factor,
        )

    def require_known_to(self, minutes: float) -> None:
        """Raise if pairs of so many minutes were not all looked for.

        Raises
        ------
        AccessError
            If the cut-off is shorter: sites would be missing in silence.
        """
        if self.cutoff_minutes is not None and minutes > self.cutoff_minutes * _NEARLY:
            raise AccessError(
                Text(
                    f"Le seuil de {minutes:g} min dépasse les temps calculés, "
                    f"qui s'arrêtent à {self.cutoff_minutes:g} min",
                    f"The threshold of {minutes:g} min exceeds the times computed, "
                    f"which stop at {self.cutoff_minutes:g} min",
                ),
                hint=Text("recalculez les temps plus loin", "compute the times further"),
            )

    def _with(self, make: Callable[[], Iterator[Block]], cutoff_minutes: float | None = None) -> TravelCosts:
        cutoff = self.cutoff_minutes if cutoff_minutes is None else cutoff_minutes
        return TravelCosts(self.origins, self.sites, make, self.facts, cutoff)


def require_positive(number: float, where: str) -> None:
    """Raise unless a number of minutes, or a factor, is above zero and finite.

    Raises
    ------
    AccessError
        With the number.
    """
    if not (np.isfinite(number) and number > 0):
        raise AccessError(
            Text(f"{number} n'est pas un nombre au-dessus de zéro", f"{number} is not a number above zero"),
            where=where,
            hint=Text("donnez un nombre positif", "give a positive number"),
        )


def _chosen(ids: Iterable[object] | None, known: pd.Index, where: str) -> NDArray[np.bool_]:
    if ids is None:
        return np.ones(len(known), dtype=bool)
    chosen = np.zeros(len(known), dtype=bool)
    asked = pd.Index(ids if isinstance(ids, pd.Index) else list(ids))
    if len(asked):
        chosen[positions(asked, known, where)] = True
    return chosen
