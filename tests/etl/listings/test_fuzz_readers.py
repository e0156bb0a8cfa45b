"""Whatever a file holds, a reader gives entries that add up or one clear refusal, never another error."""

from __future__ import annotations

import contextlib
import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.listings.airs import read_airs
from etl.listings.dates import infer_order, read_date
from etl.listings.detect import detect
from etl.listings.hsds_json import read_hsds_json
from etl.listings.hsds_tables import read_hsds_tables
from etl.listings.icarol import read_icarol
from etl.listings.model import (
    LINK_COLUMNS,
    LOCATION_COLUMNS,
    ORGANIZATION_COLUMNS,
    SERVICE_COLUMNS,
    Entry,
)
from etl.listings.osm import read_osm
from etl.listings.streams import open_rows
from geodata.errors import ListingError

AIRS = """<Source xmlns="http://www.airs.org/schema/4_0_0/AIRS.xsd">
<Agency><AgencyID>1</AgencyID><AgencyName>Entraide</AgencyName>
<Phone><Phone>514</Phone><Confidential>true</Confidential></Phone></Agency>
<Site><ID>2</ID><AgencyID>1</AgencyID><PhysicalAddress><Line1>1 rue A</Line1></PhysicalAddress></Site>
<SiteService><ID>3</ID><SiteID>2</SiteID><ServiceID>9</ServiceID><AgencyID>1</AgencyID>
<Title>Dépannage</Title></SiteService></Source>""".encode()
ICAROL = """\
ResourceAgencyNum,PublicName,TaxonomyLevelName,ParentAgencyNum,ConnectsToSiteNum,Latitude,Longitude,UpdatedOn
1,Entraide,Agency,0,,45.5,-73.6,3/16/12
2,"Point, de service",Site,1,,,,
3,Dépannage,ProgramAtSite,1,2,,,
""".encode()
OSM = json.dumps(
    {
        "elements": [
            {"type": "node", "id": 1, "lat": 45.5, "lon": -73.6, "tags": {"name": "A", "amenity": "clinic"}}
        ]
    }
).encode()
PLACE = {"id": "k1", "location": {"id": "l1", "latitude": 45.5, "longitude": -73.6}}
HSDS = json.dumps(
    [
        {
            "id": "s1",
            "name": "Dépannage",
            "status": "active",
            "organization": {"id": "o1", "name": "Entraide"},
            "service_at_locations": [PLACE],
        },
        {"id": "o2", "name": "Maison", "website": "x", "parent_organization_id": "o2"},
    ]
).encode()
SEEDS: dict[str, tuple[Callable[[Path], Iterator[Entry]], bytes]] = {
    "airs.xml": (read_airs, AIRS),
    "icarol.csv": (read_icarol, ICAROL),
    "osm.json": (read_osm, OSM),
    "osm.csv": (read_osm, b"osm_id,name,lat,lon,tags\nnode/1,A,45.5,-73.6,amenity=clinic\n"),
    "hsds.json": (read_hsds_json, HSDS),
}
NAMES = [
    "id", "name", "status", "organization", "organization_id", "service", "service_id", "location",
    "location_id", "service_at_locations", "phones", "number", "schedules", "languages", "attributes",
    "taxonomy_term", "code", "addresses", "address_1", "latitude", "longitude", "contacts", "email",
    "assured_date", "last_modified", "parent_organization_id", "parent_id", "locations", "services",
    "website", "eligibility", "fees", "type", "tags", "elements", "contents", "properties", "geometry",
    "coordinates", "center", "bounds",
]  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["1", "2", "a", "", "2024-05-04", "04/05/2026", "-73.6", "active"])
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=25,
)  # fmt: skip


def sound(entries: list[Entry]) -> None:
    """Check that entries are complete, typed, and can be written in any file."""
    for entry in entries:
        tables = (
            (entry.organizations, ORGANIZATION_COLUMNS),
            (entry.locations, LOCATION_COLUMNS),
            (entry.services, SERVICE_COLUMNS),
            (entry.links, LINK_COLUMNS),
        )
        for rows, columns in tables:
            for row in rows:
                assert set(row) == set(columns)
                assert all(_is_of_type(name, value) for name, value in row.items())
                json.dumps(row, allow_nan=False, ensure_ascii=False).encode("utf-8")
        json.dumps(entry.raw, ensure_ascii=False).encode("utf-8")
        for found in entry.problems:
            assert found.origin == entry.origin or found.origin.row == 0
            assert len(found.value) <= 200
    assert len({(entry.origin.file, entry.origin.row) for entry in entries}) == len(entries)


def bilingual(error: ListingError) -> None:
    assert error.sentence("fr") != error.sentence("en")


def _is_of_type(name: str, value: Any) -> bool:
    if name in ("longitude", "latitude"):
        return value is None or isinstance(value, float)
    if name in ("terms", "languages", "categories"):
        return isinstance(value, list)
    return isinstance(value, dict if name == "extra" else str)


def played(reader: Callable[[Path], Iterator[Entry]], path: Path) -> list[Entry]:
    try:
        entries = list(reader(path))
    except ListingError as error:
        bilingual(error)
        return []
    sound(entries)
    return entries


@st.composite
def mutated(draw: st.DrawFn, seed: bytes) -> bytes:
    """Cut, repeat and overwrite parts of a good file."""
    content = bytearray(seed)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        length = draw(st.integers(0, 30))
        patch = draw(
            st.binary(max_size=6)
            | st.sampled_from(
                [b'"', b"<", b"]", b"}", b",", b"\n", b"\x00", b"\xff\xfe", b"null", b"\xe9", b"&x;"]
            )
            | st.just(bytes(content[at : at + length]) * 2)
        )
        content[at : at + length] = patch
    return bytes(content)


@pytest.mark.parametrize("name", SEEDS)
def test_a_good_file_is_read(name: str, tmp_path: Path) -> None:
    reader, seed = SEEDS[name]
    path = tmp_path / name
    path.write_bytes(seed)
    entries = played(reader, path)
    assert entries
    assert not any(entry.quarantined for entry in entries)


@pytest.mark.parametrize("name", SEEDS)
def test_a_damaged_file_never_breaks_a_reader(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    reader, seed = SEEDS[name]
    path = tmp_path_factory.mktemp("fuzz") / name

    @settings(max_examples=120)
    @given(mutated(seed))
    def check(content: bytes) -> None:
        path.write_bytes(content)
        played(reader, path)

    check()


def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "anything"

    @settings(max_examples=150)
    @given(st.binary(max_size=300))
    def check(content: bytes) -> None:
        path.write_bytes(content)
        for reader, _ in SEEDS.values():
            played(reader, path)
        played(read_hsds_tables, path)
        with contextlib.suppress(ListingError):
            detect(path)

    check()


@pytest.mark.parametrize("reader", [read_hsds_json, read_osm])
def test_json_of_any_shape_gives_one_entry_a_record(
    reader: Callable[[Path], Iterator[Entry]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "records.json"

    @settings(max_examples=200)
    @given(st.lists(VALUES, max_size=6))
    def check(records: list[Any]) -> None:
        path.write_text(json.dumps(records), encoding="utf-8")
        assert len(played(reader, path)) == len(records)

    check()


IDS = st.sampled_from(["1", "2", "3"])
NAMED = st.sampled_from(["", "A", "B"])
ORGANIZATION = st.fixed_dictionaries(
    {"id": IDS, "name": NAMED, "website": st.just("x")}, optional={"parent_organization_id": IDS}
)
LOCATION = st.fixed_dictionaries(
    {"id": IDS, "location_type": st.just("physical")}, optional={"organization_id": IDS}
)
OFFER = st.fixed_dictionaries({"id": IDS}, optional={"location": LOCATION, "location_id": IDS})
SERVICE = st.fixed_dictionaries(
    {"id": IDS, "name": NAMED, "status": st.just("active")},
    optional={
        "organization": ORGANIZATION,
        "organization_id": IDS,
        "service_at_locations": st.lists(OFFER, max_size=2),
    },
)
ALONE = st.fixed_dictionaries({"id": IDS, "service_id": IDS, "location_id": IDS})


def test_what_hsds_json_loads_points_to_what_it_loads(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "records.json"

    @settings(max_examples=200)
    @given(st.lists(ORGANIZATION | LOCATION | SERVICE | ALONE, max_size=6))
    def check(records: list[Any]) -> None:
        path.write_text(json.dumps(records), encoding="utf-8")
        points_inside(played(read_hsds_json, path))

    check()


def points_inside(entries: list[Entry]) -> None:
    """Check that each identifier is loaded once, and what points to it points inside."""
    kept = [entry for entry in entries if not entry.quarantined]
    organizations = [row["id"] for entry in kept for row in entry.organizations]
    services = [row["id"] for entry in kept for row in entry.services]
    locations = [row["id"] for entry in kept for row in entry.locations]
    for ids in (organizations, services, locations):
        assert len(set(ids)) == len(ids)
    owned = [row for entry in kept for row in (*entry.services, *entry.locations)]
    assert all(row["organization_id"] in {"", *organizations} for row in owned)
    links = [row for entry in kept for row in entry.links]
    assert all(row["service_id"] in services and row["location_id"] in locations for row in links)


CELLS = st.sampled_from(["", "1", "2", "3", "x", "45.5", "2024-01-01", "=1+1", '"', "a,b", "é"])
COLUMNS = [
    "id", "name", "organization_id", "service_id", "location_id", "parent_id", "latitude",
    "contact_id", "link_id", "number", "parent_organization_id", "service_at_location_id",
    "taxonomy_id", "taxonomy_term_id", "phone_id", "resource_id",
]  # fmt: skip
TABLES = [
    "organizations", "services", "locations", "services_at_location", "phones", "addresses",
    "taxonomy", "services_taxonomy", "attributes", "contacts", "languages", "eligibility", "metadata",
    "programs",
]  # fmt: skip


def test_any_package_gives_one_entry_a_row(tmp_path_factory: pytest.TempPathFactory) -> None:
    row = st.dictionaries(st.sampled_from(COLUMNS), CELLS, max_size=6)

    @settings(max_examples=100)
    @given(st.dictionaries(st.sampled_from(TABLES), st.lists(row, max_size=5), min_size=1))
    def check(tables: dict[str, list[dict[str, str]]]) -> None:
        folder = tmp_path_factory.mktemp("package")
        for name, rows in {"organizations": [], **tables}.items():
            with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
                writer = csv.DictWriter(stream, COLUMNS, restval="")
                writer.writeheader()
                writer.writerows(rows)
        entries = played(read_hsds_tables, folder)
        assert len(entries) == sum(map(len, tables.values()))
        points_inside(entries)

    check()


@given(
    st.lists(st.lists(st.text(max_size=5), min_size=2, max_size=4), max_size=8),
    st.sampled_from([",", ";", "\t"]),
)
def test_rows_of_any_text_come_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str
) -> None:
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    path.write_text(
        "a" + delimiter + "b\n" + "\n".join(delimiter.join(row) for row in rows), encoding="utf-8"
    )
    asked, guessed = open_rows(path, delimiter=delimiter), open_rows(path)
    assert len(asked.header) == 2
    # Broken quotes may hide the separator from who guesses it: the columns are then those of the guess.
    for found in (asked, guessed):
        for number, cells, problems in found:
            assert number >= 1
            assert len(cells) == len(found.header) or problems


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_is_not(text: str) -> None:
    found = read_date(text)
    assert found.iso is None or len(found.iso) == 10
    infer_order([text])
