"""OpenStreetMap extracts, written here way by way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node
from osmium.osm.mutable import Way as OsmWay

from etl.networks.osm import read_osm
from etl.networks.osm_tags import duration_minutes, limit_kmh, one_way, parsed_kmh, read_way
from geodata.access.facts import Mode
from geodata.networks.errors import NetworkError, NetworkFileError
from geodata.networks.graph import RoadGraph

PLACES = {
    1: (-71.300, 46.80), 2: (-71.290, 46.80), 3: (-71.280, 46.80), 4: (-71.290, 46.81), 5: (-71.290, 46.79),
}  # fmt: skip
Drawn = tuple[Sequence[int], Mapping[str, str]]


def extract(path: Path, ways: Sequence[Drawn]) -> Path:
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in PLACES.items():
            writer.add_node(Node(id=number, location=place))
        for number, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(OsmWay(id=number, nodes=list(nodes), tags=dict(tags)))
    return path


def built(folder: Path, *ways: Drawn) -> RoadGraph:
    return read_osm(extract(folder / "essai.osm.pbf", ways), name="essai")[0]


def test_ways_are_cut_where_they_meet_and_only_there(tmp_path: Path) -> None:
    graph = built(
        tmp_path,
        ([1, 2, 3], {"highway": "residential"}),
        ([4, 2], {"highway": "primary", "maxspeed": "80"}),
        ([1, 5, 3], {"highway": "footway"}),
        ([1, 3], {"power": "line"}),
    )
    assert (len(graph.x_m), len(graph.tail)) == (4, 4)
    kmh = graph.metres * 0.06 / graph.drive_minutes
    assert sorted(kmh.round(3))[:3] == [40.0, 40.0, 80.0]
    assert graph.walk_minutes.tolist() == pytest.approx((graph.metres / 80).tolist())
    assert graph.facts.source == "© OpenStreetMap"
    # 0.01 degree of longitude at 46.8° is 763 m.
    assert graph.metres[0] == pytest.approx(763.5, rel=0.01)


def test_one_wrong_speed_among_untagged_roads_takes_that_of_its_class(tmp_path: Path) -> None:
    ways = ([1, 2], {"highway": "residential", "maxspeed": "0"}), ([2, 3], {"highway": "residential"})
    graph, report = read_osm(extract(tmp_path / "essai.osm.pbf", ways), name="essai")
    assert (graph.metres * 0.06 / graph.drive_minutes).tolist() == pytest.approx([40.0, 40.0])
    assert (report.speed_wrong, report.speed_unknown) == (1, 1)


def test_a_missing_node_cuts_its_way(tmp_path: Path) -> None:
    graph = built(tmp_path, ([1, 2, 99, 3, 4], {"highway": "residential"}))
    assert len(graph.tail) == 2
    assert len(graph.x_m) == 4


def test_a_one_way_drawn_backwards_and_a_walk_against_it(tmp_path: Path) -> None:
    graph = built(tmp_path, ([1, 2], {"highway": "residential", "oneway": "-1"}))
    assert (graph.forward.tolist(), graph.backward.tolist()) == ([False], [True])
    assert len(graph.arcs(Mode.WALK).tail) == 2


def test_a_ferry_takes_its_time_shared_between_its_legs(tmp_path: Path) -> None:
    ferry = {"route": "ferry", "duration": "00:20", "motor_vehicle": "yes"}
    graph = built(tmp_path, ([1, 2, 3], ferry), ([2, 4], {"highway": "residential"}))
    assert sorted(graph.drive_minutes)[1:] == pytest.approx([10.0, 10.0], rel=0.01)
    assert any("ferry" in text.en for text in graph.facts.approximations)


@pytest.mark.parametrize(
    ("tags", "walk", "drive"),
    [
        ({"highway": "motorway"}, False, True),
        ({"highway": "motorway", "foot": "yes"}, True, True),
        ({"highway": "trunk", "motorroad": "yes"}, False, True),
        ({"highway": "steps"}, True, False),
        ({"highway": "cycleway", "foot": "no"}, False, False),
        ({"highway": "service", "access": "private"}, False, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True, False),
        ({"highway": "residential", "motor_vehicle": "no"}, True, False),
        ({"highway": "residential", "access": "no", "motorcar": "yes"}, False, True),
        ({"highway": "track"}, True, False),
        ({"highway": "construction"}, False, False),
        ({"route": "ferry"}, True, False),
        ({"route": "bus"}, False, False),
    ],
)
def test_who_may_use_a_way(tags: dict[str, str], walk: bool, drive: bool) -> None:
    way = read_way(tags)
    assert (way is not None and way.walk, way is not None and way.drive) == (walk, drive)


@pytest.mark.parametrize(
    ("tags", "ways"),
    [
        ({"oneway": "yes"}, (True, False)),
        ({"oneway": "reverse"}, (False, True)),
        ({"junction": "roundabout"}, (True, False)),
        ({"highway": "motorway"}, (True, False)),
        ({"highway": "motorway", "oneway": "no"}, (True, True)),
        ({"oneway": "reversible"}, (True, True)),
        ({}, (True, True)),
    ],
)
def test_which_way(tags: dict[str, str], ways: tuple[bool, bool]) -> None:
    assert one_way(tags) == ways


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50), ("50 km/h", 50), ("30 mph", 48.28032), ("QC:urban", 50), ("CA:QC:motorway", 100),
        ("none", 100), ("70;50", 50), ("walk", 7), ("signals", None), ("-50", -50), ("0", 0), ("", None),
    ],
)  # fmt: skip
def test_a_limit_is_read(text: str, kmh: float | None) -> None:
    assert parsed_kmh(text) == (None if kmh is None else pytest.approx(kmh))


def test_the_lower_limit_of_two_directions() -> None:
    assert limit_kmh({"maxspeed:forward": "70", "maxspeed:backward": "50"}) == 50
    assert limit_kmh({}) is None


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("15", 15), ("1:30", 90), ("00:05:30", 5.5), ("PT1H20M", 80), ("soon", None), ("", None), ("0", None)],
)
def test_a_duration_is_read(text: str, minutes: float | None) -> None:
    assert duration_minutes(text) == minutes


def test_a_limit_that_cannot_be_is_counted(tmp_path: Path) -> None:
    path = extract(
        tmp_path / "a.osm",
        [
            ([1, 2], {"highway": "residential", "maxspeed": "0"}),
            ([2, 3], {"highway": "residential", "maxspeed": "30"}),
        ],
    )
    graph, report = read_osm(path, name="essai")
    assert report.speed_wrong == 1
    assert sorted((graph.metres * 0.06 / graph.drive_minutes).round(3)) == [30.0, 40.0]


def test_a_file_cut_short_empty_or_of_text_is_told_in_one_sentence(tmp_path: Path) -> None:
    whole = extract(tmp_path / "a.osm.pbf", [([1, 2], {"highway": "residential"})]).read_bytes()
    for name, content in (
        ("cut", whole[: len(whole) * 2 // 3]),
        ("empty", b""),
        ("text", b"rue,vitesse\n" * 40),
    ):
        path = tmp_path / f"{name}.osm.pbf"
        path.write_bytes(content)
        with pytest.raises(NetworkFileError, match="de nouveau, en entier"):
            read_osm(path, name="essai")


def test_an_extract_without_streets_is_refused(tmp_path: Path) -> None:
    path = extract(tmp_path / "a.osm.pbf", [([1, 2], {"power": "line"})])
    with pytest.raises(NetworkError, match="aucune rue"):
        read_osm(path, name="essai")
