"""From the calls of vehicles at stops to the minutes of one ride, waiting included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Window:
    """When people leave: minutes after midnight, the end not included.

    Attributes
    ----------
    start, end
        0 or more; ``end`` after ``start``.
    """

    start: float = 7 * 60.0
    end: float = 9 * 60.0

    @property
    def minutes(self) -> float:
        """How long it lasts."""
        return self.end - self.start

    def said(self) -> str:
        """Write ``07:00–09:00``."""
        return "–".join(f"{int(m // 60):02d}:{int(m % 60):02d}" for m in (self.start, self.end))


@dataclass(frozen=True, eq=False)
class Rides:
    """Direct rides between two stops.

    Attributes
    ----------
    boarding, alighting
        Positions of stops, int32 ``(k,)``; each pair once, in increasing order.
    minutes
        Mean wait and time aboard, float64 ``(k,)``.
    metres
        Along the stops of the quickest trip, straight from each to the next, float64 ``(k,)``.
    trips
        How many departures of the window serve the pair, int32 ``(k,)``.
    """

    boarding: NDArray[np.int32]
    alighting: NDArray[np.int32]
    minutes: NDArray[np.float64]
    metres: NDArray[np.float64]
    trips: NDArray[np.int32]


def rides(calls: pd.DataFrame, stop_count: int, window: Window = Window()) -> Rides:
    """Sum up what runs between every two stops that a vehicle joins without a change.

    A person comes at any moment of the window, and takes the first vehicle that comes among those worth
    taking. Of the ``n`` trips that join two stops, with ``t_1 ≤ … ≤ t_n`` minutes aboard, boarding in the
    window of ``W`` minutes, the ``k`` quickest are taken: ``min_k (W/2 + t_1 + … + t_k) / k``, half the mean
    interval of those trips and their mean time. One more trip can but shorten it.

    Parameters
    ----------
    calls
        One row a stop of a trip: ``trip`` and ``stop`` (integers; a stop is a position below
        ``stop_count``), ``arrival`` and ``departure`` (minutes after midnight, never going back along a
        trip), ``metres`` from the first stop, ``board`` and ``alight`` (whether one may). The rows of a
        trip follow one another, in order.
    stop_count
        Number of stops.
    window
        When people board.

    Returns
    -------
    Rides

    Notes
    -----
    Common lines: Chriqui, C. and Robillard, P. (1975), « Common bus lines », Transportation Science 9(2),
    each departure here being a line of its own. A vehicle that calls twice at a stop is boarded the last
    time before the destination, and left the first time there.
    """
    in_window = (calls["departure"] >= window.start) & (calls["departure"] < window.end) & calls["board"]
    served = calls[calls["trip"].isin(calls.loc[in_window, "trip"].unique())]
    found = [_of_pattern(pattern, window) for pattern in _patterns(served)]
    if not found:
        nothing = np.zeros(0)
        none = np.zeros(0, np.int32)
        return Rides(none, none, nothing, nothing, none)
    boarding, alighting, aboard, metres = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return _expected(boarding.astype(np.int64) * stop_count + alighting, aboard, metres, stop_count, window)


@dataclass(frozen=True, eq=False)
class _Pattern:
    """Trips that call at the same stops: a row a trip, a column a call."""

    stops: NDArray[np.int32]
    arrival: NDArray[np.float64]
    departure: NDArray[np.float64]
    metres: NDArray[np.float64]
    board: NDArray[np.bool_]
    alight: NDArray[np.bool_]


def _patterns(calls: pd.DataFrame) -> Iterator[_Pattern]:
    """Put together the trips that call at the same stops."""
    stops = calls["stop"].to_numpy(np.int32)
    first = np.flatnonzero(np.diff(calls["trip"].to_numpy(), prepend=-1) != 0)
    end = np.append(first[1:], len(calls))
    same: dict[bytes, list[int]] = {}
    for one, other in zip(first.tolist(), end.tolist(), strict=False):
        same.setdefault(stops[one:other].tobytes(), []).append(one)
    minutes = [calls[name].to_numpy(np.float64) for name in ("arrival", "departure", "metres")]
    allowed = [calls[name].to_numpy(np.bool_) for name in ("board", "alight")]
    for key, firsts in same.items():
        rows = np.add.outer(np.array(firsts), np.arange(len(key) // stops.itemsize))
        yield _Pattern(
            stops[rows[0]], *(column[rows] for column in minutes), *(flag[rows] for flag in allowed)
        )


def _of_pattern(
    pattern: _Pattern, window: Window
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """Give every pair of stops of every trip of a pattern that boards in the window."""
    first, last = _pairs(pattern.stops)
    leaves, comes = pattern.departure[:, first], pattern.arrival[:, last]
    kept = (leaves >= window.start) & (leaves < window.end)
    kept &= pattern.board[:, first] & pattern.alight[:, last]
    trip, pair = np.nonzero(kept)
    aboard = (comes - leaves)[trip, pair]
    metres = (pattern.metres[:, last] - pattern.metres[:, first])[trip, pair]
    return pattern.stops[first][pair], pattern.stops[last][pair], aboard, metres


def _pairs(stops: NDArray[np.int32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give the positions of every two calls worth boarding and leaving at."""
    first, last = np.triu_indices(len(stops), 1)
    if len(np.unique(stops)) == len(stops):
        return first, last
    same = stops[:, None] == stops[None, :]
    position = np.arange(len(stops))
    # The next call at the stop one boards at, and the previous one at the stop one leaves at.
    after = np.where(same & (position[None, :] > position[:, None]), position[None, :], len(stops)).min(
        axis=1
    )
    before = np.where(same & (position[None, :] < position[:, None]), position[None, :], -1).max(axis=1)
    kept = (stops[first] != stops[last]) & (after[first] > last) & (before[last] < first)
    return first[kept], last[kept]


def _expected(
    pair: NDArray[np.int64],
    aboard: NDArray[np.float64],
    metres: NDArray[np.float64],
    stop_count: int,
    window: Window,
) -> Rides:
    order = np.lexsort((aboard, pair))
    pair, aboard, metres = pair[order], aboard[order], metres[order]
    starts = np.flatnonzero(np.r_[True, np.diff(pair) != 0]) if len(pair) else np.zeros(0, np.intp)
    trips = np.diff(np.r_[starts, len(pair)])
    rank = np.arange(len(pair)) - np.repeat(starts, trips) + 1
    summed = np.cumsum(aboard)
    before = np.repeat(summed[starts] - aboard[starts], trips)
    expected = (window.minutes / 2 + summed - before) / rank
    minutes = np.minimum.reduceat(expected, starts) if len(starts) else np.zeros(0)
    boarding, alighting = np.divmod(pair[starts], stop_count)
    return Rides(
        boarding.astype(np.int32), alighting.astype(np.int32), minutes, metres[starts], trips.astype(np.int32)
    )
