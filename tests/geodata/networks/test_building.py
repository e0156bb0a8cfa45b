"""From drawn segments to a graph, by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import box

from geodata.access.facts import Mode
from geodata.errors import ColumnError, CrsError
from geodata.networks.building import graph_from_segments
from geodata.networks.errors import NetworkError, NetworkFileError
from geodata.networks.graph import load
from tests.geodata.networks.roads import X0, Y0, network, streets

STREET = [(0, 0), (1000, 0)]
NEXT = [(1000, 0), (1000, 500)]


def test_a_kilometre_is_a_minute_at_60_and_twelve_and_a_half_on_foot() -> None:
    graph = network([STREET])
    assert graph.metres == pytest.approx([1000])
    assert graph.drive_minutes == pytest.approx([1.0])
    assert graph.walk_minutes == pytest.approx([12.5])
    assert graph.facts.modes == (Mode.WALK, Mode.DRIVE)


def test_ends_within_a_metre_are_one_node() -> None:
    assert len(network([STREET, [(1000.6, 0.5), (1000, 500)]]).x_m) == 3
    assert len(network([STREET, [(1003, 0), (1000, 500)]]).x_m) == 4


def test_an_end_that_stops_on_a_street_is_tied_to_it_and_a_bridge_is_not() -> None:
    graph, report = graph_from_segments(
        streets([STREET, [(400, 0), (400, 300)], [(600, -50), (600, 50)]]), name="essai"
    )
    assert report.ends_joined == 1
    assert sorted(graph.metres.round(6)) == pytest.approx([100, 300, 400, 600])
    assert report.parts[Mode.WALK].apart_nodes == 2


def test_repeats_and_segments_without_length_are_left_out_and_counted() -> None:
    _, report = graph_from_segments(streets([STREET, STREET, [(0, 0), (0.5, 0)], NEXT]), name="essai")
    assert (report.roads, report.repeated, report.zero_length) == (2, 1, 1)


@pytest.mark.parametrize("wrong", [0.0, -30.0, np.inf, 900.0])
def test_a_speed_that_cannot_be_takes_the_default_and_is_counted(wrong: float) -> None:
    graph, report = graph_from_segments(
        streets([STREET, NEXT], [wrong, 30.0], default_kmh=[20.0, np.nan]), name="essai"
    )
    assert graph.drive_minutes == pytest.approx([3.0, 1.0])
    assert (report.speed_wrong, report.speed_unknown) == (1, 0)
    assert report.said[0].en.endswith("class: 1.")


def test_an_unknown_speed_is_50_where_no_class_says_otherwise() -> None:
    graph, report = graph_from_segments(streets([STREET, NEXT], [np.nan, 30.0]), name="essai")
    assert graph.drive_minutes[0] == pytest.approx(1.2)
    assert report.speed_unknown == 1


@pytest.mark.parametrize("kmh", [0.0, np.nan, -1.0])
def test_a_layer_without_any_speed_is_refused(kmh: float) -> None:
    with pytest.raises(NetworkError, match="vitesse utilisable"):
        network([STREET, NEXT], kmh)


def test_a_published_length_is_taken_unless_it_cannot_be() -> None:
    graph, report = graph_from_segments(
        streets([STREET, NEXT, [(0, 0), (0, 100)]], metres=[1010.0, 5.0, np.nan]), name="essai"
    )
    assert graph.metres == pytest.approx([1010, 500, 100])
    assert report.length_wrong == 2


def test_a_ferry_takes_its_time() -> None:
    graph = network([STREET, NEXT], drive_minutes=[20.0, np.nan], walk_minutes=[20.0, np.nan])
    assert graph.drive_minutes == pytest.approx([20.0, 0.5])
    assert graph.walk_minutes == pytest.approx([20.0, 6.25])


def test_a_one_way_trap_is_told() -> None:
    _, report = graph_from_segments(
        streets([STREET, NEXT, [(1000, 500), (2000, 500)]], backward=[True, True, False]), name="essai"
    )
    part = report.parts[Mode.DRIVE]
    assert (part.one_way_nodes, part.apart_nodes, part.count) == (1, 0, 2)
    assert part.main_length_share == pytest.approx(0.6)
    assert report.said[-1].fr.startswith("En voiture, 60,0\u00a0% de la longueur")


def test_what_is_not_a_layer_of_streets_is_refused_in_a_sentence() -> None:
    good = streets([STREET])
    with pytest.raises(ColumnError, match="forward"):
        graph_from_segments(good.drop(columns="forward"), name="essai")
    with pytest.raises(CrsError):
        graph_from_segments(good.set_crs(None, allow_override=True), name="essai")
    with pytest.raises(CrsError, match="Québec"):
        graph_from_segments(good.set_crs(32188, allow_override=True), name="essai")
    with pytest.raises(NetworkError, match="Polygon"):
        graph_from_segments(good.set_geometry([box(X0, Y0, X0 + 9, Y0 + 9)], crs=6623), name="essai")
    for nothing in (good.iloc[:0], good.assign(walk=False, drive=False), streets([[(0, 0), (0.5, 0)]])):
        with pytest.raises(NetworkError, match="Aucune rue"):
            graph_from_segments(nothing, name="essai")


def test_a_graph_is_the_same_once_read_again(tmp_path: Path) -> None:
    graph = network([STREET, NEXT])
    graph.save(tmp_path / "a.npz")
    again = load(tmp_path / "a.npz")
    assert again.facts == graph.facts
    assert again.walk_minutes == pytest.approx(graph.walk_minutes)
    assert network([STREET, NEXT]).id == graph.id != network([STREET, NEXT], 50.0).id


def test_a_damaged_graph_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    network([STREET]).save(path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(NetworkFileError, match="construisez-le de nouveau"):
        load(path)
    with pytest.raises(NetworkFileError):
        load(tmp_path / "none.npz")


def test_a_mode_that_no_street_serves_is_refused() -> None:
    graph = network([STREET], drive=False)
    with pytest.raises(NetworkError, match="drive"):
        graph.minutes(Mode.DRIVE)
