"""Where a point stands on the streets."""

from __future__ import annotations

import pytest

from geodata.access.facts import Mode
from geodata.networks.errors import NetworkError
from geodata.networks.snapping import snap
from tests.geodata.networks.roads import network, places

LONG = [(0, 0), (1000, 0)]
TURN = [(1000, 0), (1000, 1000)]


def test_a_point_stands_on_the_road_and_not_at_its_end() -> None:
    found = snap(network([LONG, TURN]), places({"a": (400, 30), "b": (990, 900)}), Mode.WALK)
    assert found["snap_m"].tolist() == pytest.approx([30, 10], abs=1e-3)
    assert found["along"].tolist() == pytest.approx([0.4, 0.9], abs=1e-6)
    assert found["road"].tolist() == [0, 1]
    graph = network([LONG, TURN])
    assert [graph.x_m[node] for node in found["node"]] == pytest.approx([-200_000, -199_000], abs=1)


@pytest.mark.parametrize(("away", "mode", "usable"), [(900, Mode.WALK, True), (1100, Mode.WALK, False)])
def test_beyond_the_limit_a_point_is_on_no_street(away: float, mode: Mode, usable: bool) -> None:
    found = snap(network([LONG]), places({"island": (500, away)}), mode)
    assert found["usable"].tolist() == [usable]
    assert found["snap_m"].tolist() == pytest.approx([away], abs=0.01)


def test_a_car_may_stand_farther_from_its_road() -> None:
    found = snap(network([LONG]), places({"near": (500, 2900), "far": (500, 3100)}), Mode.DRIVE)
    assert found["usable"].tolist() == [True, False]


def test_the_main_part_is_preferred_to_a_stub_nearby_and_an_island_keeps_its_own() -> None:
    stub = [(500, 100), (520, 100)]
    island = [(0, 2000), (200, 2000)]
    found = snap(network([LONG, TURN, stub, island]), places({"a": (510, 90), "b": (100, 1990)}), Mode.WALK)
    assert found["main"].tolist() == [True, False]
    assert found["snap_m"].tolist() == pytest.approx([90, 10], abs=0.01)


def test_transit_is_not_snapped_to_streets() -> None:
    with pytest.raises(NetworkError):
        snap(network([LONG]), places({"a": (0, 0)}), Mode.TRANSIT)
