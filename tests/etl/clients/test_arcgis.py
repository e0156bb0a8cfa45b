"""Pages of shapes from a map service: all of them, each once."""

import json
from collections.abc import Callable

import pytest

from etl.clients.arcgis import Query, fetch_features
from geodata.errors import FetchError
from tests.etl.services.server import Asked, Reply, busy, html_reply, json_reply, quick_http, serving

LAYER = "https://geo.statcan.gc.ca/geo_wa/rest/services/2021/Cartographic_boundary_files/MapServer/9"
PATH = "/geo.statcan.gc.ca/geo_wa/rest/services/2021/Cartographic_boundary_files/MapServer/9/query"
QUERY = Query(LAYER, "PRUID='24'", "CSDUID", ("CSDNAME",), tolerance=0.0005, page=4)
ERROR = {"error": {"code": 500, "message": "Error performing query operation", "details": []}}


def feature(number: int) -> dict:
    west, south = -73.0 + number / 100, 45.5
    ring = [
        [west, south],
        [west + 0.01, south],
        [west + 0.01, south + 0.01],
        [west, south + 0.01],
        [west, south],
    ]
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"CSDUID": f"24{number:05d}", "CSDNAME": f"Montréal-{number}"},
    }


def service_of(
    total: int, *, flag: str | None = "top", spoil: Callable[[Asked, dict], object] | None = None
) -> Callable[[Asked], Reply]:
    """Answer as ArcGIS Server does: a count, then pages in the order of the key."""

    def answer(asked: Asked) -> Reply:
        if asked.one("returnCountOnly") == "true":
            body: dict = {"count": total}
        else:
            start, size = int(asked.one("resultOffset")), int(asked.one("resultRecordCount"))
            body = {
                "type": "FeatureCollection",
                "features": [feature(n) for n in range(total)][start : start + size],
            }
            if start + size < total and flag == "top":
                body["exceededTransferLimit"] = True
            if start + size < total and flag == "properties":
                body["properties"] = {"exceededTransferLimit": True}
        spoiled = spoil(asked, body) if spoil else None
        return spoiled if isinstance(spoiled, Reply) else json_reply(spoiled or body)

    return answer


def fetched(answer, **more):
    with serving({("GET", PATH): answer}) as service:
        features, retrieved = fetch_features(quick_http(service), QUERY, name="limites", **more)
        return features, retrieved, service.requests


def refused(answer, **more) -> str:
    with serving({("GET", PATH): answer}) as service, pytest.raises(FetchError) as caught:
        fetch_features(quick_http(service, retries=1), QUERY, name="limites", **more)
    assert caught.value.sentence("fr").endswith(".")
    return caught.value.sentence("en")


@pytest.mark.parametrize("flag", ["top", "properties", None])
def test_every_feature_comes_once_in_the_order_of_the_key(flag):
    features, retrieved, requests = fetched(service_of(10, flag=flag))
    assert features["CSDUID"].tolist() == [f"24{n:05d}" for n in range(10)]
    assert features["CSDNAME"].iloc[3] == "Montréal-3"
    assert features.crs.to_epsg() == 4326
    assert features.geometry.iloc[3].bounds == pytest.approx((-72.97, 45.5, -72.96, 45.51))
    assert [r.one("resultOffset") for r in requests[1:]] == ["0", "4", "8"]
    assert retrieved.name == "limites"
    assert retrieved.url == f"{LAYER}/query"
    assert len(retrieved.sha256) == 64
    assert retrieved.via.startswith("http://127.0.0.1")


def test_what_is_asked_is_what_the_service_documents():
    _, _, (count, page, *_) = fetched(service_of(10))
    assert count.one("where") == page.one("where") == "PRUID='24'"
    assert {k: page.one(k) for k in ("outFields", "outSR", "f", "geometryPrecision", "orderByFields")} == {
        "outFields": "CSDUID,CSDNAME", "outSR": "4326", "f": "geojson", "geometryPrecision": "5",
        "orderByFields": "CSDUID",
    }  # fmt: skip
    assert page.one("maxAllowableOffset") == "0.0005"
    assert page.headers["user-agent"]


def test_progress_is_told_out_of_the_count():
    said = []
    fetched(service_of(10), say=lambda *step: said.append(step))
    assert said == [("limites", 4, 10), ("limites", 8, 10), ("limites", 10, 10)]


def test_a_page_too_heavy_is_asked_again_at_half_its_size():
    query = Query(LAYER, "PRUID='24'", "CSDUID", ("CSDNAME",), page=120)

    def heavy(asked, body):
        return ERROR if int(asked.one("resultRecordCount", "0")) > 40 else None

    with serving({("GET", PATH): service_of(90, spoil=heavy)}) as service:
        features, _ = fetch_features(quick_http(service), query, name="limites")
    assert len(features) == 90
    assert [r.one("resultRecordCount") for r in service.requests[1:]] == ["120", "60", "30", "30", "30"]


def test_an_error_inside_a_200_is_an_error():
    assert "500, Error performing query" in refused(lambda asked: json_reply(ERROR))
    spoil = lambda asked, body: ERROR if asked.one("resultOffset") == "4" else None  # noqa: E731
    assert "answers with an error" in refused(service_of(10, spoil=spoil))


def test_a_feature_given_by_two_pages_hides_one_that_is_missing():
    def shifted(asked, body):
        if asked.one("resultOffset") == "4":
            body["features"] = [feature(n) for n in (3, 4, 5, 6)]

    assert "9 different shapes received of 10" in refused(service_of(10, spoil=shifted))


def test_a_service_that_stops_half_way_is_refused():
    def stopped(asked, body):
        if asked.one("resultOffset", "0") != "0":
            body["features"] = []

    assert "4 different shapes received of 10" in refused(service_of(10, spoil=stopped))


def test_a_count_that_is_absent_zero_or_immense_is_refused():
    assert "does not say how many" in refused(lambda asked: json_reply({"type": "FeatureCollection"}))
    assert "has no shape for" in refused(service_of(0))
    assert "at most 9 are expected" in refused(service_of(10), most_features=9)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.update(geometry=None), "“2400002” has no readable shape"),
        (
            lambda f: f.update(geometry={"type": "Polygon", "coordinates": []}),
            "“2400002” has no readable shape",
        ),
        (lambda f: f.update(geometry={"type": "Nothing"}), "“2400002” has no readable shape"),
        (lambda f: f["properties"].pop("CSDNAME"), "Field “CSDNAME” is missing"),
        (lambda f: f.update(properties=None), "A shape has no attributes"),
    ],
)
def test_a_feature_without_shape_or_field_is_named(change, said):
    def spoil(asked, body):
        if asked.one("resultOffset") == "0":
            change(body["features"][2])

    assert said in refused(service_of(10, spoil=spoil))


def test_an_answer_of_another_kind_is_refused():
    assert "list of shapes" in refused(
        service_of(10, spoil=lambda asked, body: {"features": 4} if "count" not in body else None)
    )
    assert refused(lambda asked: html_reply())
    assert refused(lambda asked: json_reply([1, 2]))
    assert refused(lambda asked: Reply(200, json.dumps({"count": 10}).encode()[:6], "application/json"))


def test_a_crossed_ring_is_mended_into_polygons():
    def crossed(asked, body):
        if "features" in body:
            body["features"][0]["geometry"]["coordinates"] = [
                [[-73, 45], [-72, 46], [-72, 45], [-73, 46], [-73, 45]]
            ]

    features, _, _ = fetched(service_of(3, spoil=crossed))
    assert features.geometry.is_valid.all()
    assert set(features.geom_type) <= {"Polygon", "MultiPolygon"}


def test_a_service_in_trouble_is_asked_again():
    answers = iter([busy(503), busy(429, "1")])

    def answer(asked):
        return next(answers, None) or service_of(3)(asked)

    assert len(fetched(answer)[0]) == 3
