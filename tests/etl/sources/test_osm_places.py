"""OpenStreetMap: read to compare, kept out of the package, fetched box by box."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from etl.door import read_file
from etl.registry import declaration_of
from etl.sources.osm_places.live import ANSWER, fetch, places
from etl.sources.osm_places.transform import osm_places
from etl.tables import Tables
from geodata.model import LICENCES
from tests.etl.clients.portal import context
from tests.etl.services.server import json_reply, serving

SOURCE = "osm_places"


def test_no_place_enters_the_package(tables_of):
    tables = tables_of(SOURCE)
    held = [f.name for f in fields(Tables) if f.name != "notes" and getattr(tables, f.name) is not None]
    assert held == []
    assert "aucun n'entre dans le paquet (ODbL)" in tables.notes[0].fr


def test_the_licence_and_the_credit_are_those_of_openstreetmap():
    source = declaration_of(SOURCE).source
    assert LICENCES[source.licence].id == "odbl-1.0"
    assert "OpenStreetMap" in source.attribution.fr
    assert "ODbL" in source.attribution.en


def test_named_places_are_given_to_compare_and_shelters_never(raw_of):
    found = osm_places(raw_of(SOURCE)["places"])
    assert list(found.columns) == [
        "id", "name", "address", "city", "postal_code", "longitude", "latitude", "kind",
    ]  # fmt: skip
    assert len(found) == 149
    assert found["id"].is_unique
    assert "shelter" not in set(found["kind"])
    one = found[found["name"].eq("Centre communautaire Saint-Antoine 50+")].iloc[0]
    assert (one["longitude"], one["latitude"]) == pytest.approx((-73.577674, 45.487705))


ELEMENTS = [
    {"type": "node", "id": 1, "lat": 45.5, "lon": -73.6,
     "tags": {"name": "Maison des jeunes", "amenity": "community_centre", "addr:housenumber": "12",
              "addr:street": "Rue Ontario"}},
    {"type": "way", "id": 2, "center": {"lat": 46.8, "lon": -71.2},
     "tags": {"name": "Refuge du Port", "amenity": "social_facility", "social_facility": "shelter"}},
    {"type": "relation", "id": 3, "center": {"lat": 48.4, "lon": -71.1}, "tags": {"office": "ngo"}},
]  # fmt: skip


def test_the_fetch_writes_the_declared_table_and_the_whole_answer(tmp_path):
    reply = json_reply({"osm3s": {"timestamp_osm_base": "2026-09-01T00:00:00Z"}, "elements": ELEMENTS})
    with serving({("POST", "/overpass-api.de/api/interpreter"): reply}) as service:
        work = context(service, tmp_path)
        result = fetch(work)
    (declared,) = declaration_of(SOURCE).files
    read = read_file(declared, work.folder)
    assert read["type"].tolist() == ["community_centre", "ngo", "shelter"]
    assert read["address"].tolist()[0] == "12 Rue Ontario"
    # The shelter is never given, nor what has no name.
    assert osm_places(read)["name"].tolist() == ["Maison des jeunes"]
    answer = json.loads((work.folder / ANSWER).read_text("utf-8"))
    assert len(answer["elements"]) == 3
    assert (result.vintage, result.retrieved[0].bytes) == (
        "2026-09-01",
        (work.folder / ANSWER).stat().st_size,
    )


def test_an_empty_answer_is_an_empty_table():
    assert list(places({"elements": []}).columns) == ["name", "lat", "lon", "address", "type"]
