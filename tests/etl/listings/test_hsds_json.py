"""HSDS in JSON: every shape of file, what is kept, what is refused."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from etl.listings.hsds_json import read_hsds_json
from etl.listings.model import Entry
from etl.listings.pages import iterate_pages
from geodata.errors import ListingError

ORGANIZATION = "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"
SERVICE = "ac148810-d857-441c-9679-408f346de14b"


def kinds(entries: list[Entry]) -> Counter[str]:
    return Counter(problem.kind for entry in entries for problem in entry.problems)


def read(tmp_path: Path, content: Any) -> list[Entry]:
    path = tmp_path / "listing.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return list(read_hsds_json(path))


def service(key: str, owner: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "name": f"Service {key}", "status": "active", "organization_id": owner, **more}


@pytest.fixture(scope="module")
def examples(mirror: Path) -> Path:
    folder = mirror.parent / "interchange" / "hsds"
    if not folder.is_dir():
        pytest.skip("no interchange files")
    return folder


def test_a_full_service_brings_its_organisation_and_its_place(examples: Path) -> None:
    (entry,) = read_hsds_json(examples / "spec-3.0/examples/service_full.json")
    assert not entry.quarantined
    assert [row["id"] for row in entry.organizations] == [ORGANIZATION]
    assert [row["id"] for row in entry.services] == [SERVICE]
    (location,) = entry.locations
    assert location["address"] == "1-30 Main Street, MyVillage"
    assert entry.links[0]["service_id"] == SERVICE
    row = entry.services[0]
    assert row["languages"] == ["Urdu"]
    assert row["terms"] == [{"scheme": "taxonomy", "code": "code", "label": "name"}]
    assert row["assured_date"] == "2005-01-01"
    assert row["extra"]["minimum_age"] == 12
    # 100, 101 is nowhere on Earth: kept aside, not placed.
    assert (location["latitude"], location["extra"]["latitude"]) == (None, 100)
    assert kinds([entry]) == {"personal_contact_dropped": 1, "unknown_parent": 1, "invalid_coordinates": 1}


def test_no_person_stays_in_an_entry(examples: Path) -> None:
    for file in ("service_full", "organization_full", "location", "service_at_location_full"):
        for entry in read_hsds_json(examples / f"spec-3.0/examples/{file}.json"):
            told = json.dumps([entry.raw, entry.organizations, entry.locations, entry.services])
            assert "Ann Persona" not in told
            assert "A. Persona" not in told


def test_every_example_of_the_specification_is_loaded(examples: Path) -> None:
    for path in sorted((examples / "spec-3.0/examples").glob("*.json")):
        if path.stem not in ("base", "tabular"):
            assert not any(entry.quarantined for entry in read_hsds_json(path)), path.name


def test_a_page_of_an_api_is_read_as_its_records(examples: Path) -> None:
    entries = list(read_hsds_json(examples / "oruk-mocks/V3.0-UK-Default/organization_list.json"))
    assert len(entries) == 10
    assert sum(len(entry.organizations) for entry in entries) == 10
    entries = list(read_hsds_json(examples / "oruk-mocks/V3.0-UK-Test/service_list.json"))
    assert kinds(entries)["duplicate_id"] == len(entries) - 1


@pytest.mark.parametrize("shape", ["array", "lines", "page", "items"])
def test_the_same_records_in_any_shape(shape: str, tmp_path: Path) -> None:
    records = [
        {"id": "o", "name": "Entraide", "website": "https://example.org"},
        service("s", "o"),
        {"id": "l", "organization_id": "o", "latitude": 45.5, "longitude": -73.6},
        {"id": "k", "service_id": "s", "location_id": "l"},
    ]
    content: Any = {
        "array": records,
        "lines": "\n".join(json.dumps(record) for record in records),
        "page": {"total_pages": 1, "contents": records, "page_number": 1},
        "items": {"items": records},
    }[shape]
    entries = read(tmp_path, content)
    assert [entry.origin.row for entry in entries] == [1, 2, 3, 4]
    assert set(kinds(entries)) == {"invalid_uuid"}
    assert entries[0].organizations[0]["website"] == "https://example.org"
    assert entries[1].services[0]["organization_id"] == "o"
    assert entries[2].locations[0]["longitude"] == -73.6
    assert entries[3].links == [{"id": "k", "service_id": "s", "location_id": "l"}]


def test_an_organisation_repeated_by_its_services_is_given_once(tmp_path: Path) -> None:
    owner = {"id": "o", "name": "Entraide"}
    entries = read(tmp_path, [service("a", "o", organization=owner), service("b", "o", organization=owner)])
    assert [len(entry.organizations) for entry in entries] == [1, 0]
    changed = read(
        tmp_path,
        [service("a", "o", organization=owner), service("b", "o", organization={"id": "o", "name": "Autre"})],
    )
    assert kinds(changed)["conflicting_record"] == 1
    richer = read(
        tmp_path,
        [service("a", "o", organization=owner), service("b", "o", organization={**owner, "email": "a@b.ca"})],
    )
    assert kinds(richer)["later_details"] == 1


def test_a_complete_record_wins_over_its_copies_wherever_it_stands(tmp_path: Path) -> None:
    full = {"id": "o", "name": "Entraide", "description": "Dépannage", "website": "https://example.org"}
    entries = read(tmp_path, [service("a", "o", organization={"id": "o", "name": "Entraide"}), full])
    assert entries[0].organizations == []
    assert entries[1].organizations[0]["description"] == "Dépannage"


def test_orphans_cycles_and_duplicates_are_told(tmp_path: Path) -> None:
    entries = read(
        tmp_path,
        [
            {"id": "o", "name": "A", "website": "x", "parent_organization_id": "p"},
            {"id": "p", "name": "B", "website": "x", "parent_organization_id": "o"},
            service("s", "nowhere"),
            service("t", "o"),
            service("t", "o"),
            {"id": "k", "service_id": "s", "location_id": "l"},
            {"id": "n", "status": "active"},
        ],
    )
    found = kinds(entries)
    assert found["cycle"] == 2
    assert (found["orphan_service"], found["duplicate_id"]) == (1, 1)
    assert (found["orphan_link"], found["missing_name"]) == (1, 1)
    assert [entry.quarantined for entry in entries] == [False, False, True, False, True, True, True]


def test_dates_are_normalised_or_kept_aside(tmp_path: Path) -> None:
    written = [
        "2024-05-04",
        "22 novembre 2026",
        "22-Nov-2026",
        "2024/05/04",
        "31/12/2024",
        "04/05/2026",
        "hier",
    ]
    entries = read(tmp_path, [service(str(i), "", assured_date=date) for i, date in enumerate(written)])
    rows = [entry.services[0] for entry in entries]
    assert [row["assured_date"] for row in rows] == [
        "2024-05-04", "2026-11-22", "2026-11-22", "2024-05-04", "2024-12-31", "", "",
    ]  # fmt: skip
    assert (rows[5]["extra"]["assured_date"], rows[6]["extra"]["assured_date"]) == ("04/05/2026", "hier")
    assert (kinds(entries)["ambiguous_date"], kinds(entries)["invalid_date"]) == (1, 1)


@pytest.mark.parametrize(
    ("latitude", "longitude", "kind"),
    [
        (-122.4, 37.7, "swapped_coordinates"),
        ("x", -73.6, "invalid_coordinates"),
        (95, 200, "invalid_coordinates"),
    ],
)
def test_impossible_coordinates_are_never_placed(
    latitude: Any, longitude: Any, kind: str, tmp_path: Path
) -> None:
    (entry,) = read(
        tmp_path, {"id": "l", "location_type": "physical", "latitude": latitude, "longitude": longitude}
    )
    assert kinds([entry])[kind] == 1
    assert entry.locations[0]["latitude"] is None
    assert entry.locations[0]["extra"]["latitude"] == latitude


def test_a_broken_record_costs_itself_only(tmp_path: Path) -> None:
    good = json.dumps({"id": "o", "name": "A"})
    entries = read(tmp_path, f'[{good}, {{"id": nope}}, {json.dumps({"id": "p", "name": "B"})}]')
    assert [entry.quarantined for entry in entries] == [False, True, False]
    assert kinds(entries)["bad_record"] == 1
    cut = read(tmp_path, f'[{good}, {{"id": "p", "na')
    assert kinds(cut)["unreadable_rest"] == 1
    lines = read(tmp_path, f"{good}\n{{nope\n{json.dumps({'id': 'p', 'name': 'B'})}\n")
    assert [entry.quarantined for entry in lines] == [False, True, False]


def test_older_names_of_lists_are_understood(tmp_path: Path) -> None:
    place = {
        "id": "l",
        "physical_addresses": [{"address_1": "1 rue A", "city": "Laval"}],
        "location_type": "physical",
    }
    (entry,) = read(tmp_path, place)
    assert (entry.locations[0]["address"], entry.locations[0]["city"]) == ("1 rue A", "Laval")


def test_pages_are_followed_on_the_same_host_only() -> None:
    asked = []

    def get(url: str) -> Any:
        asked.append(url)
        page = len(asked)
        return {"contents": [{"id": page}], "page_number": page, "total_pages": 3}

    assert [page[0]["id"] for page in iterate_pages(get, "https://a.org/services?size=1")] == [1, 2, 3]
    assert asked[1:] == ["https://a.org/services?size=1&page=2", "https://a.org/services?size=1&page=3"]
    with pytest.raises(ListingError, match="autre hôte"):
        list(iterate_pages(lambda _: {"items": [1], "next": "https://b.org/2"}, "https://a.org"))
    with pytest.raises(ListingError, match="ne finissent pas"):
        list(iterate_pages(lambda _: {"items": [1], "next": "https://a.org/1"}, "https://a.org/1"))


def test_what_has_another_shape_is_said_and_not_lost_in_silence(tmp_path: Path) -> None:
    record = service("s1", "") | {"organization": "Ma table", "service_at_locations": "no"}
    (entry,) = read(tmp_path, record)
    said = {(found.kind, found.field, found.value) for found in entry.problems}
    assert {
        ("unknown_value", "organization", "Ma table"),
        ("unknown_value", "service_at_locations", "no"),
    } <= said
