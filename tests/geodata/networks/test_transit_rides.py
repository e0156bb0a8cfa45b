"""The minutes of one ride: the hand-worked wait, and what more trips may change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.networks.transit_rides import Rides, Window, rides


def calls(*trips: tuple[list[int], list[float]]) -> pd.DataFrame:
    """Write trips as (stops, minutes after midnight); a vehicle leaves as it comes, a metre a minute."""
    return pd.DataFrame(
        [
            {
                "trip": trip,
                "stop": stop,
                "arrival": minute,
                "departure": minute,
                "metres": minute,
                "board": True,
                "alight": True,
            }
            for trip, (stops, minutes) in enumerate(trips)
            for stop, minute in zip(stops, minutes, strict=True)
        ],
        columns=["trip", "stop", "arrival", "departure", "metres", "board", "alight"],
    )


def minutes_of(found: Rides) -> dict[tuple[int, int], float]:
    pairs = zip(found.boarding.tolist(), found.alighting.tolist(), strict=True)
    return dict(zip(pairs, found.minutes.tolist(), strict=True))


def test_half_the_interval_and_the_time_aboard() -> None:
    # Four trips in 120 minutes: one every 30, hence 15 minutes of wait.
    every_half_hour = calls(*(([0, 1, 2], [at, at + 10.0, at + 25.0]) for at in (420.0, 450.0, 480.0, 510.0)))
    found = rides(every_half_hour, 3)
    assert minutes_of(found) == {(0, 1): 25.0, (0, 2): 40.0, (1, 2): 30.0}
    assert found.trips.tolist() == [4, 4, 4]
    assert found.metres.tolist() == [10.0, 25.0, 15.0]


def test_lines_that_join_the_same_stops_share_the_wait() -> None:
    # Two lines of one trip each, 10 and 20 minutes aboard: both are taken, 120/4 + 15 = 45 minutes,
    # against 120/2 + 10 = 70 for the quicker one alone.
    found = rides(calls(([0, 1], [430.0, 440.0]), ([0, 2, 1], [460.0, 470.0, 480.0])), 3)
    assert minutes_of(found)[0, 1] == 45.0


def test_a_trip_that_is_too_slow_is_not_taken() -> None:
    # With the slow one: 120/4 + (10 + 150)/2 = 110 minutes; without: 120/2 + 10 = 70.
    found = rides(calls(([0, 1], [430.0, 440.0]), ([0, 1], [460.0, 610.0])), 2)
    assert minutes_of(found)[0, 1] == 70.0


def test_only_departures_of_the_window_count() -> None:
    trips = calls(*(([0, 1], [at, at + 5.0]) for at in (419.9, 420.0, 539.9, 540.0)))
    assert rides(trips, 2).trips.tolist() == [2]
    assert len(rides(trips, 2, Window(0.0, 60.0)).minutes) == 0
    assert len(rides(trips.iloc[:0], 2).minutes) == 0


def test_a_stop_where_one_may_not_board_or_alight() -> None:
    trip = calls(([0, 1, 2], [420.0, 430.0, 440.0]))
    trip["board"] = [True, False, True]
    assert set(minutes_of(rides(trip, 3))) == {(0, 1), (0, 2)}
    trip["alight"] = [True, False, True]
    assert set(minutes_of(rides(trip, 3))) == {(0, 2)}


def test_a_loop_is_boarded_last_and_left_first() -> None:
    # The vehicle goes 0 → 1 → 0 → 2 → 0: from 0 to 2 one boards at its second call.
    found = minutes_of(rides(calls(([0, 1, 0, 2, 0], [420.0, 425.0, 430.0, 432.0, 440.0])), 3))
    assert found[0, 2] == 60.0 + 2.0
    assert found[1, 0] == 60.0 + 5.0
    assert (0, 0) not in found


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.floats(420, 539), st.lists(st.floats(1, 40), min_size=1, max_size=3)),
        min_size=2,
        max_size=6,
    )
)
def test_a_more_frequent_service_is_never_slower(drawn: list[tuple[float, list[float]]]) -> None:
    trips = [(list(range(len(legs) + 1)), np.cumsum([start, *legs]).tolist()) for start, legs in drawn]
    fewer, more = (minutes_of(rides(calls(*some), 4)) for some in (trips[:-1], trips))
    assert all(more[pair] <= minutes + 1e-9 for pair, minutes in fewer.items())


def test_window_says_its_hours() -> None:
    assert Window().said() == "07:00–09:00"
    assert Window().minutes == pytest.approx(120.0)
