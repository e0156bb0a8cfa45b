"""Overpass, against a local service that answers, hesitates and refuses as it does."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.clients import overpass
from etl.clients.overpass import QUEBEC_BOXES, Box
from geodata.crs import QUEBEC_BOUNDS
from geodata.errors import FetchError
from tests.etl.services.server import Asked, Reply, busy, html_reply, json_reply, quick_http, serving

ROUTE = ("POST", "/overpass-api.de/api/interpreter")
BOX = Box(45.4, -73.8, 45.6, -73.4)


def answer(*found: dict, remark: str | None = None, at: str = "2026-09-01T00:00:00Z") -> Reply:
    said = {"version": 0.6, "osm3s": {"timestamp_osm_base": at}, "elements": list(found)}
    return json_reply(said if remark is None else {**said, "remark": remark})


def node(number: int, longitude: float = -73.6, latitude: float = 45.5, **tags: str) -> dict:
    named = {"amenity": "community_centre", "name": f"Centre {number}", **tags}
    return {"type": "node", "id": number, "lat": latitude, "lon": longitude, "tags": named}


def way(number: int, kind: str = "way") -> dict:
    return {
        "type": kind,
        "id": number,
        "center": {"lat": 45.51, "lon": -73.57},
        "nodes": [1, 2, 3],
        "user": "quelqu'un",
        "uid": 12,
        "changeset": 3,
        "tags": {"office": "ngo"},
    }


def ask(handler, boxes=(BOX,), **more):
    with serving({ROUTE: handler}) as service:
        return overpass.elements(quick_http(service), boxes, **more), service.requests


def test_a_question_asks_nodes_ways_and_relations_of_quebec_in_a_box():
    _, (asked,) = ask(answer(node(1)))
    question = asked.form["data"][0]
    assert 'area["ISO3166-2"="CA-QC"]' in question
    assert re.search(r'nwr\["amenity"~"\^\(.*community_centre.*\)\$"\]\(area\.here\)', question)
    assert "(45.40000,-73.80000,45.60000,-73.40000)" in question
    assert question.endswith("out center qt;")
    assert asked.headers["user-agent"].startswith("Proximite/")


def test_each_kind_of_element_has_one_point_and_nobody_is_named():
    found, _ = ask(answer(way(7, "relation"), way(5), node(3)))
    assert [(e["type"], e["id"]) for e in found["elements"]] == [("node", 3), ("relation", 7), ("way", 5)]
    assert overpass.point(found["elements"][2]) == (-73.57, 45.51)
    assert not {"user", "uid", "changeset", "nodes"} & set().union(*found["elements"])
    assert "ODbL" in found["osm3s"]["copyright"]


def test_elements_without_a_tag_or_a_point_are_left_out():
    bare = {"type": "node", "id": 1, "lat": 45.5, "lon": -73.6}
    nowhere = {"type": "way", "id": 2, "tags": {"office": "ngo"}}
    far = node(3, longitude=-1000.0)
    found, _ = ask(answer(bare, nowhere, far, {"type": "count"}, "x", node(4)))  # type: ignore[arg-type]
    assert [e["id"] for e in found["elements"]] == [4]


def test_a_place_of_two_boxes_is_kept_once_and_the_oldest_date_is_told():
    replies = [answer(node(1), node(2)), answer(node(2), node(3), at="2026-08-31T00:00:00Z")]
    found, asked = ask(replies, boxes=BOX.quarters()[:2])
    assert [e["id"] for e in found["elements"]] == [1, 2, 3]
    assert found["osm3s"]["timestamp_osm_base"] == "2026-08-31T00:00:00Z"
    assert len(asked) == 2


def _too_much_above(area: float, refusal: Reply):
    """Refuse any box larger than ``area`` (square degrees), as a server that runs out of time."""

    def handler(asked: Asked) -> Reply:
        south, west, north, east = map(float, re.findall(r"\((-?[\d.]+),(-?[\d.]+),(-?[\d.]+),(-?[\d.]+)\)",
                                                         asked.form["data"][0])[0])  # fmt: skip
        if (north - south) * (east - west) > area:
            return refusal
        return answer(node(int(south * 1e4) * 10_000 - int(west * 1e4) % 10_000))

    return handler


@pytest.mark.parametrize(
    "refusal",
    [
        answer(node(999), remark='runtime error: Query timed out in "query" at line 3 after 90 seconds.'),
        answer(remark="runtime error: Query run out of memory using about 2048 MB of RAM."),
        Reply(504, b"Gateway Timeout", "text/plain"),
    ],
    ids=["timed out", "out of memory", "504"],
)
def test_a_box_that_is_too_much_is_cut_in_four(refusal):
    found, asked = ask(_too_much_above(0.021, refusal))
    assert len(found["elements"]) == 4
    assert 999 not in {e["id"] for e in found["elements"]}
    assert len({request.form["data"][0] for request in asked}) == 5


def test_a_box_that_stays_too_much_is_one_error():
    stuck = answer(remark="runtime error: Query timed out")
    with pytest.raises(FetchError, match="Query timed out"):
        ask(stuck, boxes=[Box(45.4, -73.8, 45.6, -73.4, cuts=5)])


def test_a_remark_that_is_no_error_changes_nothing():
    found, _ = ask(answer(node(1), remark="considered as closed ways"))
    assert len(found["elements"]) == 1


def test_too_many_questions_are_waited_for():
    found, asked = ask([busy(429, retry_after="2"), answer(node(1))])
    assert len(found["elements"]) == 1
    assert len(asked) == 2


@pytest.mark.parametrize(
    "reply", [html_reply(), json_reply({"elements": None}), json_reply([1]), Reply(400, b"bad", "text/plain")]
)
def test_what_is_no_answer_is_one_error(reply):
    with pytest.raises(FetchError) as failure:
        ask(reply)
    assert failure.value.sentence("en").endswith(".")


def test_an_answer_is_written_whole(tmp_path):
    found, _ = ask(answer(node(1, name="Maison des aînés")))
    overpass.save(found, tmp_path / "osm_places" / "overpass.json")
    (written,) = (tmp_path / "osm_places").iterdir()
    assert json.loads(written.read_text("utf-8")) == found
    assert "aînés" in written.read_text("utf-8")


@given(
    st.floats(QUEBEC_BOUNDS[0], QUEBEC_BOUNDS[2]), st.floats(max(44.9, QUEBEC_BOUNDS[1]), QUEBEC_BOUNDS[3])
)
def test_the_boxes_cover_quebec(longitude, latitude):
    def inside(box: Box) -> bool:
        return box.west <= longitude <= box.east and box.south <= latitude <= box.north

    real = -79.8 <= longitude <= -57 and latitude <= 62.7 and not (longitude > -70.2 and latitude < 45.8)
    real = real and not (longitude > -69.8 and latitude < 46.6) and not (longitude > -61 and latitude < 47.5)
    assert not real or any(inside(box) for box in QUEBEC_BOXES)


@given(st.floats(44, 62), st.floats(-80, -57), st.floats(0.01, 5), st.floats(0.01, 5))
def test_quarters_make_the_box_again(south, west, height, width):
    box = Box(south, west, south + height, west + width)
    parts = box.quarters()
    area = sum((p.north - p.south) * (p.east - p.west) for p in parts)
    assert area == pytest.approx((box.north - box.south) * (box.east - box.west))
    assert {p.cuts for p in parts} == {1}
