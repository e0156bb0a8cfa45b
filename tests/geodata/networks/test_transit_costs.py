"""Journeys by transit, worked by hand on five stops, and what holds of any."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.access.costs import Engine, Mode
from geodata.access.points import Points
from geodata.access.straight_line import straight_line
from geodata.networks.errors import NetworkError, NetworkFileError
from geodata.networks.graph import NetworkFacts
from geodata.networks.pool import in_process
from geodata.networks.transit import OnFoot, transit_costs
from geodata.networks.transit_graph import TransitGraph, graph_of_rides, load_transit
from geodata.networks.transit_rides import Window

# A, B and C are 2 km apart on one line; D is 200 m from C, and E 4 km farther, on another line.
STOPS = pd.DataFrame(
    {
        "name": ["A", "B", "C", "D", "E"],
        "longitude": -71.2,
        "latitude": [46.800, 46.818, 46.836, 46.838, 46.874],
    },
    index=["A", "B", "C", "D", "E"],
)
FIRST_LINE = [([0, 1, 2], [at, at + 10.0, at + 20.0]) for at in (420.0, 450.0, 480.0, 510.0)]
SECOND_LINE = [([3, 4], [at, at + 8.0]) for at in (425.0, 445.0, 465.0, 485.0, 505.0, 525.0)]
URBAN = "urban"


def network(*lines: list[tuple[list[int], list[float]]]) -> TransitGraph:
    trips = [trip for line in lines for trip in line]
    calls = pd.DataFrame(
        [
            {"trip": n, "stop": stop, "arrival": at, "departure": at, "board": True, "alight": True}
            for n, (stops, minutes) in enumerate(trips)
            for stop, at in zip(stops, minutes, strict=True)
        ]
    )
    return graph_of_rides(STOPS, calls, Window(), NetworkFacts("", "Cinq arrêts", vintage="2026-03-03"))


def at(*stops: str) -> Points:
    return Points.from_frame(STOPS.loc[list(stops)])


def metres(one: str, other: str) -> float:
    places = at(one, other)
    return float(np.hypot(np.diff(places.x_m), np.diff(places.y_m))[0])


def minutes(graph: TransitGraph, start: Points, end: Points, **how: float | OnFoot) -> pd.Series:
    milieu = pd.Series(URBAN, index=start.ids)
    costs = transit_costs(
        graph, start, end, milieu=milieu, run=in_process, **{"cutoff_minutes": 120.0, **how}
    )
    return costs.frame().set_index(["origin_id", "destination_id"])["minutes"]


def test_a_journey_with_a_change_on_foot_is_the_one_worked_by_hand() -> None:
    found = minutes(network(FIRST_LINE, SECOND_LINE), at("A"), at("E"))
    # Wait 30/2, ride 20, walk C to D at 4.8 km/h with the detour of 1.3, wait 20/2, ride 8.
    expected = 15 + 20 + metres("C", "D") * 1.3 / 80 + 10 + 8
    assert found["A", "E"] == pytest.approx(expected, abs=1e-5)


def test_a_change_at_the_same_stop_costs_its_wait_only() -> None:
    onward = [([2, 3], [at, at + 5.0]) for at in (430.0, 460.0, 490.0, 520.0)]
    graph = network(FIRST_LINE, onward)
    limits = OnFoot(to_stop_minutes=0.001)
    assert minutes(graph, at("A"), at("D"), on_foot=limits)["A", "D"] == 15 + 20 + 15 + 5


def test_a_short_way_is_walked() -> None:
    found = minutes(network(FIRST_LINE, SECOND_LINE), at("C", "A"), at("D"))
    assert found["C", "D"] == pytest.approx(metres("C", "D") * 1.3 / 80, abs=1e-5)


def test_walks_keep_their_limits() -> None:
    graph = network(FIRST_LINE, SECOND_LINE)
    no_change = OnFoot(change_metres=200.0)
    assert ("A", "E") not in minutes(graph, at("A"), at("E"), on_foot=no_change).index
    # 800 m away from A: 13 minutes of walk with the detour; out of the reach of a 5-minute one.
    away = Points(pd.Index(["away"]), [-71.2], [46.7928])
    assert minutes(graph, away, at("C"))["away", "C"] == pytest.approx(35 + 13.0, abs=0.1)
    near = OnFoot(to_stop_minutes=5.0)
    assert ("away", "C") not in minutes(graph, away, at("C"), on_foot=near, cutoff_minutes=60.0).index


def test_the_side_from_which_one_searches_changes_nothing() -> None:
    graph = network(FIRST_LINE, SECOND_LINE)
    from_sites = minutes(graph, at("A", "B", "C", "D", "E"), at("E", "C"))
    from_origins = minutes(graph, at("A", "B"), at("A", "B", "C", "D", "E"))
    both = from_sites.index.intersection(from_origins.index)
    assert len(both) == 4
    assert from_sites[both].tolist() == from_origins[both].tolist()


def test_no_one_rides_against_the_line() -> None:
    graph = network(FIRST_LINE)
    assert minutes(graph, at("A"), at("C"), cutoff_minutes=40.0)["A", "C"] == 35.0
    assert minutes(graph, at("C"), at("A"), cutoff_minutes=40.0).empty


@settings(max_examples=8)
@given(st.lists(st.floats(420.0, 539.0), min_size=1, max_size=4), st.floats(420.0, 539.0))
def test_one_more_departure_never_makes_anyone_later_nor_slower_than_on_foot(
    departures: list[float], one_more: float
) -> None:
    def line(times: list[float]) -> list[tuple[list[int], list[float]]]:
        return [([0, 1, 2], [at, at + 10.0, at + 20.0]) for at in times]

    start, end = at("A", "B"), at("C", "E")
    fewer = minutes(network(line(departures), SECOND_LINE), start, end)
    more = minutes(network(line([*departures, one_more]), SECOND_LINE), start, end)
    on_foot = straight_line(
        start, end, mode=Mode.WALK, cutoff_minutes=120.0, milieu=pd.Series(URBAN, index=start.ids)
    )
    walked = on_foot.frame().set_index(["origin_id", "destination_id"])["minutes"]
    assert (more.reindex(fewer.index) <= fewer + 1e-5).all()
    assert (more.reindex(walked.index) <= walked + 1e-5).all()


def test_a_place_out_of_reach_is_there_without_a_pair() -> None:
    island = Points(pd.Index(["A", "island"]), [-71.2, -61.8], [46.8, 47.4])
    costs = transit_costs(network(FIRST_LINE), island, at("C"), cutoff_minutes=60.0, run=in_process)
    assert costs.origins.tolist() == ["A", "island"]
    assert costs.frame()["origin_id"].tolist() == ["A"]
    assert (costs.facts.engine, costs.facts.mode) == (Engine.TRANSIT, Mode.TRANSIT)
    assert not costs.facts.incomplete
    for start, end in ((at(), at("C")), (at("A"), at())):
        assert transit_costs(network(FIRST_LINE), start, end, cutoff_minutes=60.0).frame().empty


def test_a_graph_is_kept_whole(tmp_path: Path) -> None:
    graph = network(FIRST_LINE, SECOND_LINE)
    graph.save(tmp_path / "transit.npz")
    again = load_transit(tmp_path / "transit.npz")
    assert again.facts == graph.facts
    assert again.id == network(FIRST_LINE, SECOND_LINE).id != network(FIRST_LINE).id
    assert again.stops.ids.tolist() == list("ABCDE")
    assert again.minutes.tolist() == graph.minutes.tolist()
    (tmp_path / "cut.npz").write_bytes((tmp_path / "transit.npz").read_bytes()[:300])
    for name in ("cut.npz", "absent.npz"):
        with pytest.raises(NetworkFileError):
            load_transit(tmp_path / name)


@pytest.mark.parametrize("cutoff", [0.0, -1.0, float("nan"), float("inf"), 1e6])
def test_a_longest_time_that_cannot_be_is_refused(cutoff: float) -> None:
    with pytest.raises(NetworkError):
        transit_costs(network(FIRST_LINE), at("A"), at("C"), cutoff_minutes=cutoff)


def test_a_window_without_a_departure_and_a_walk_of_no_length_are_refused() -> None:
    with pytest.raises(NetworkError, match="Aucun trajet"):
        network([([0, 1], [60.0, 70.0])])
    with pytest.raises(NetworkError):
        OnFoot(change_metres=0.0)
