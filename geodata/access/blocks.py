"""Costs of some origins after one another, as compressed rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Block:
    """Costs of consecutive origins; a pair that is absent is out of reach.

    Attributes
    ----------
    first
        Position of its first origin.
    indptr
        int64[n + 1]: the pairs of origin ``first + i`` are ``indptr[i]:indptr[i + 1]``.
    site
        int32[k]: position of each pair's site, ascending within an origin.
    minutes
        float64[k].
    km
        float64[k] or null where no distance is known.
    """

    first: int
    indptr: NDArray[np.int64]
    site: NDArray[np.int32]
    minutes: NDArray[np.float64]
    km: NDArray[np.float64] | None = None

    @property
    def rows(self) -> int:
        """Number of origins."""
        return len(self.indptr) - 1

    @property
    def end(self) -> int:
        """Position after its last origin."""
        return self.first + self.rows

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of pairs of each origin, int64[n]."""
        return np.diff(self.indptr)

    def spread(self, by_origin: NDArray[np.float64]) -> NDArray[np.float64]:
        """Repeat a value of each origin of the block over its pairs, float64[k]."""
        return np.repeat(by_origin, self.counts)

    def rows_of_pairs(self) -> NDArray[np.int64]:
        """Row of each pair, int64[k], counted from the block's first origin."""
        return np.repeat(np.arange(self.rows, dtype=np.int64), self.counts)

    def rows_between(self, start: int, end: int) -> Block:
        """Cut out the origins from position ``start`` to before ``end``."""
        pointers = self.indptr[start - self.first : end - self.first + 1]
        pairs = slice(int(pointers[0]), int(pointers[-1]))
        return Block(
            start,
            pointers - pointers[0],
            self.site[pairs],
            self.minutes[pairs],
            None if self.km is None else self.km[pairs],
        )

    def where(self, kept: NDArray[np.bool_]) -> Block:
        """Keep some pairs only; origins left without one stay, out of reach."""
        at = np.flatnonzero(kept)
        return Block(
            self.first,
            np.searchsorted(at, self.indptr).astype(np.int64),
            self.site.take(at),
            self.minutes.take(at),
            None if self.km is None else self.km.take(at),
        )


def empty_block(first: int, rows: int) -> Block:
    """Give origins from which nothing is in reach."""
    nothing = np.empty(0, dtype=np.float64)
    return Block(first, np.zeros(rows + 1, np.int64), np.empty(0, np.int32), nothing, nothing)


def in_parts(block: Block, pairs: int) -> Iterator[Block]:
    """Cut a block into some of at most so many pairs, or of one origin that has more."""
    start = 0
    while start < block.rows:
        end = int(np.searchsorted(block.indptr, block.indptr[start] + pairs, side="right")) - 1
        end = max(end, start + 1)
        yield block.rows_between(block.first + start, block.first + end)
        start = end


def side_by_side(one: Iterator[Block], other: Iterator[Block], shift: int) -> Iterator[Block]:
    """Put the pairs of two computations from the same origins in one row an origin.

    Parameters
    ----------
    one, other
        Blocks that cover the same origins in the same order, however they are cut.
    shift
        Number of sites of ``one``: added to the site positions of ``other``.
    """
    right = next(other, None)
    for left in one:
        at = left.first
        while at < left.end:
            if right is None:
                raise ValueError("the blocks do not cover the same origins")
            end = min(left.end, right.end)
            yield _beside(left.rows_between(at, end), right.rows_between(at, end), shift)
            at = end
            if end == right.end:
                right = next(other, None)


def _beside(left: Block, right: Block, shift: int) -> Block:
    indptr = left.indptr + right.indptr
    # Each origin's pairs: those of the left, then those of the right, whose sites come after.
    from_left = np.arange(len(left.site)) + np.repeat(right.indptr[:-1], left.counts)
    from_right = np.arange(len(right.site)) + np.repeat(left.indptr[1:], right.counts)
    site = np.empty(indptr[-1], dtype=np.int32)
    minutes = np.empty(indptr[-1], dtype=np.float64)
    site[from_left], site[from_right] = left.site, right.site + np.int32(shift)
    minutes[from_left], minutes[from_right] = left.minutes, right.minutes
    if left.km is None and right.km is None:
        return Block(left.first, indptr, site, minutes)
    km = np.full(indptr[-1], np.nan)
    for at, block in ((from_left, left), (from_right, right)):
        if block.km is not None:
            km[at] = block.km
    return Block(left.first, indptr, site, minutes, km)
