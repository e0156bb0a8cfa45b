"""OpenStreetMap elements, from Overpass, GeoJSON or a CSV."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from etl.listings.model import Entry
from etl.listings.osm import read_osm

TAGS = {
    "name": "Moisson", "name:fr": "Moisson Laval", "amenity": "social_facility",
    "social_facility": "food_bank", "addr:housenumber": "1", "addr:street": "rue A",
    "addr:city": "Laval", "addr:postcode": "H7A 0A1",
    "phone": "514 555-0123", "website": "https://example.org", "opening_hours": "Mo-Fr 09:00-17:00",
    "check_date": "2025-06-01", "wheelchair": "yes",
}  # fmt: skip


def read(tmp_path: Path, content: Any) -> list[Entry]:
    path = tmp_path / "osm"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return list(read_osm(path))


def kinds(entries: list[Entry]) -> Counter[str]:
    return Counter(problem.kind for entry in entries for problem in entry.problems)


def test_an_element_is_an_organisation_a_place_and_a_service(tmp_path: Path) -> None:
    (entry,) = read(
        tmp_path, {"elements": [{"type": "node", "id": 1, "lat": 45.5, "lon": -73.6, "tags": TAGS}]}
    )
    organization, location, service = entry.organizations[0], entry.locations[0], entry.services[0]
    assert (organization["id"], organization["name"]) == ("osm:node/1", "Moisson Laval")
    assert (organization["alternate_name"], organization["extra"]["tags"]["wheelchair"]) == ("Moisson", "yes")
    assert (location["address"], location["postal_code"], location["latitude"]) == (
        "1 rue A",
        "H7A 0A1",
        45.5,
    )
    assert service["terms"] == [
        {"scheme": "osm", "code": "amenity=social_facility", "label": "social facility"},
        {"scheme": "osm", "code": "social_facility=food_bank", "label": "food bank"},
    ]
    assert (service["schedule"], service["assured_date"]) == ("Mo-Fr 09:00-17:00", "2025-06-01")
    assert entry.links[0]["location_id"] == "osm:node/1"
    assert not entry.problems


def test_ways_and_relations_stand_at_their_centre(tmp_path: Path) -> None:
    bounds = {"minlat": 45.0, "maxlat": 46.0, "minlon": -74.0, "maxlon": -73.0}
    entries = read(
        tmp_path,
        {
            "elements": [
                {"type": "way", "id": 1, "center": {"lat": 45.5, "lon": -73.6}, "tags": TAGS},
                {"type": "relation", "id": 1, "bounds": bounds, "tags": TAGS},
                {"type": "node", "id": 7, "lat": 45.5, "lon": -73.6},
            ]
        },
    )
    places = [(row["id"], row["latitude"], row["longitude"]) for entry in entries for row in entry.locations]
    assert places == [("osm:way/1", 45.5, -73.6), ("osm:relation/1", 45.5, -73.5)]
    assert not kinds(entries)


def test_geojson_and_csv_say_the_same(tmp_path: Path) -> None:
    square = [[[-74.0, 45.0], [-73.0, 45.0], [-73.0, 46.0], [-74.0, 46.0], [-74.0, 45.0]]]
    feature = {
        "type": "Feature",
        "properties": {"@id": "way/1", **TAGS},
        "geometry": {"type": "Polygon", "coordinates": square},
    }
    (geo,) = read(tmp_path, {"type": "FeatureCollection", "features": [feature]})
    assert (geo.locations[0]["id"], geo.locations[0]["longitude"]) == ("osm:way/1", -73.5)
    (row,) = read(
        tmp_path, "osm_id,name,lat,lon,addr_city,amenity\nway/1,Moisson,45.5,-73.5,Laval,social_facility\n"
    )
    assert (row.locations[0]["id"], row.locations[0]["city"]) == ("osm:way/1", "Laval")
    assert row.services[0]["terms"][0]["code"] == "amenity=social_facility"


def test_faults_are_told(tmp_path: Path) -> None:
    node = {"type": "node", "id": 1, "lat": 45.5, "lon": -73.6}
    entries = read(
        tmp_path,
        [
            {**node, "tags": TAGS},
            {**node, "tags": TAGS},
            {**node, "id": 2, "tags": {"amenity": "clinic"}},
            {**node, "id": 3, "lat": 145, "tags": TAGS},
            {"type": "node", "tags": TAGS},
            4,
        ],
    )
    assert [entry.quarantined for entry in entries] == [False, True, True, False, True, True]
    assert kinds(entries) == {
        "duplicate_id": 1, "missing_name": 1, "swapped_coordinates": 1, "missing_id": 1, "unknown_record": 1,
    }  # fmt: skip


def test_the_places_of_montreal(mirror: Path) -> None:
    (path,) = (mirror / "osm_montreal").glob("*.csv")
    entries = list(read_osm(path))
    assert len(entries) == 154
    assert not any(entry.quarantined for entry in entries)
    assert sum(row["latitude"] is not None for entry in entries for row in entry.locations) == 154
