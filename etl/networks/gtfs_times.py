"""The times at which vehicles call, in minutes, from the tables of a feed."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

_CLOCK: Final = r"^\s*(\d{1,3}):([0-5]?\d):([0-5]?\d)\s*$"
_NOT_AVAILABLE: Final = 1
"""``pickup_type`` and ``drop_off_type`` of a stop where one may not board, or leave."""


def timed_calls(feed: Any, trips: pd.DataFrame, stop_ids: pd.Index) -> tuple[pd.DataFrame, int]:
    """Give the calls of some trips, in order, each with its two times.

    Parameters
    ----------
    feed
        A ``gtfs_kit.Feed``.
    trips
        The rows of its ``trips`` to keep.
    stop_ids
        The stops that have a place; a call at another is passed by.

    Returns
    -------
    calls : pandas.DataFrame
        ``trip``, ``stop`` (int32, a position in ``stop_ids``), ``arrival``, ``departure`` (float64,
        minutes after midnight of the day of service, may exceed 1,440), ``board``, ``alight`` (bool).
    refused : int
        Trips left out: no time at one end, or times that go back.
    """
    rows = _spelt_out(feed, trips)
    rows = rows.sort_values(["trip_id", "stop_sequence"], kind="stable")
    trip, names = pd.factorize(rows["trip_id"])
    arrival, departure = _minutes(rows["arrival_time"]), _minutes(rows["departure_time"])
    arrival, departure = arrival.fillna(departure), departure.fillna(arrival)
    calls = pd.DataFrame(
        {
            "trip": trip.astype(np.int32),
            "stop": stop_ids.get_indexer(pd.Index(rows["stop_id"])).astype(np.int32),
            "arrival": _between(arrival, trip),
            "departure": _between(departure, trip),
            "board": _allowed(rows, "pickup_type"),
            "alight": _allowed(rows, "drop_off_type"),
        }
    )
    sound = _sound_trips(calls)
    kept = calls[calls["trip"].isin(sound) & (calls["stop"] >= 0)].reset_index(drop=True)
    return kept, len(names) - len(sound)


def _spelt_out(feed: Any, trips: pd.DataFrame) -> pd.DataFrame:
    """Give the stop times of trips, those that run at intervals written one by one."""
    day = feed.copy()
    day.trips = trips
    day.stop_times = feed.stop_times[feed.stop_times["trip_id"].isin(trips["trip_id"])]
    if feed.frequencies is None:
        return pd.DataFrame(day.stop_times)
    spelt = day.expand_frequencies().stop_times
    # A pattern trip whose intervals cannot be read has no time of its own.
    return pd.DataFrame(spelt[~spelt["trip_id"].isin(feed.frequencies["trip_id"])])


def _minutes(clock: pd.Series) -> pd.Series:
    """Read ``25:10:00`` as 1,510; null where it is not a time."""
    parts = clock.astype("string").str.extract(_CLOCK).astype("float64").reset_index(drop=True)
    return pd.Series(parts[0] * 60 + parts[1] + parts[2] / 60)


def _between(minutes: pd.Series, trip: np.ndarray) -> np.ndarray:
    """Set the times left blank evenly between those of the same trip that are given."""
    known = np.flatnonzero(minutes.notna().to_numpy())
    values = minutes.to_numpy(dtype=np.float64, na_value=np.nan)
    if len(known) in (0, len(values)):
        return values
    position = np.arange(len(values))
    filled = np.interp(position, known, values[known])
    after = known[np.minimum(np.searchsorted(known, position), len(known) - 1)]
    before = known[np.maximum(np.searchsorted(known, position, side="right") - 1, 0)]
    inside = (trip[before] == trip) & (trip[after] == trip) & (before <= position) & (after >= position)
    return np.where(inside, filled, np.nan)


def _allowed(rows: pd.DataFrame, column: str) -> np.ndarray:
    if column not in rows:
        return np.ones(len(rows), dtype=bool)
    return np.asarray(rows[column].fillna(0).to_numpy() != _NOT_AVAILABLE)


def _sound_trips(calls: pd.DataFrame) -> np.ndarray:
    """Give the trips whose times are all known and never go back."""
    same = calls["trip"].to_numpy()[1:] == calls["trip"].to_numpy()[:-1]
    arrival, departure = calls["arrival"].to_numpy(), calls["departure"].to_numpy()
    wrong = ~(departure >= arrival)
    wrong[1:] |= same & ~(arrival[1:] >= departure[:-1])
    return np.setdiff1d(calls["trip"].unique(), calls["trip"].to_numpy()[wrong])
