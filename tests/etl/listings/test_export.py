"""What is exported is valid HSDS 3.0, and an import gives it back as it was."""

from __future__ import annotations

import csv
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.listings.canonical import Listing, of_entries, of_kind, of_package, row_of, without_confidential
from etl.listings.convention import guard, hsds_uuid, is_uuid, restore, restore_attribute, unguard
from etl.listings.export import JSON_FILE, Format, export_folder, export_hsds
from etl.listings.hsds_json import read_hsds_json
from etl.listings.hsds_tables import read_hsds_tables
from geodata.errors import ListingError, OutputError, SelectionError
from geodata.package import Package

DANGEROUS = ("=1+1", "+514", "-2", "@sum", "'=1", "''+", "\t=1")


def listing(**changes: Any) -> Listing:
    """Give a small listing: two services of one organisation at one place."""
    tables: dict[str, Any] = {
        "organizations": [{"id": "org-1", "name": "Moisson Laval", "email": "a@exemple.org"}],
        "locations": [
            {"id": "lieu-1", "organization_id": "org-1", "name": "Comptoir", "address": "1, rue A",
             "city": "Laval", "postal_code": "H7A 1A1", "longitude": -73.7, "latitude": 45.6,
             "geocode_quality": "rooftop"},
        ],
        "services": [
            {"id": f"s-{n}", "organization_id": "org-1", "name": name, "categories": [kind],
             "phone": "514 555-0101",
             "terms": [{"scheme": "autre", "code": "12", "label": "Aide"}], "languages": ["français"]}
            for n, (name, kind) in enumerate([("Dépannage", "food_bank"), ("Cuisine", "collective_kitchen")])
        ],
        "links": [{"id": f"l-{n}", "service_id": f"s-{n}", "location_id": "lieu-1"} for n in range(2)],
    }  # fmt: skip
    tables |= changes
    names = {"organizations": "organization", "locations": "location", "services": "service",
             "links": "service_at_location"}  # fmt: skip
    rows = {name: [row_of(table, row) for row in tables[name]] for name, table in names.items()}
    return Listing(**rows, title="Essai", licences=("cc-by-4.0",))


def read_back(out: Path) -> Listing:
    path = out / JSON_FILE
    return of_entries(read_hsds_json(path) if path.is_file() else read_hsds_tables(out))


def assert_same(one: Listing, other: Listing) -> None:
    for table, rows in one.tables().items():
        again = sorted(other.tables()[table], key=lambda row: row["id"])
        assert again == sorted(rows, key=lambda row: row["id"]), table


def interchange(mirror: Path) -> Path:
    return mirror.parent / "interchange" / "hsds"


@cache
def validator(schema: Path) -> Any:
    return jsonschema.Draft202012Validator(
        json.loads(schema.read_text("utf-8")), format_checker=jsonschema.FormatChecker()
    )


def assert_valid(records: list[dict[str, Any]], mirror: Path, most: int = 40) -> None:
    compiled = interchange(mirror) / "spec-3.0" / "schema" / "compiled"
    for record in records[:most]:
        if "location_type" not in record:
            name = "service" if "status" in record else "organization"
            errors = list(validator(compiled / f"{name}.json").iter_errors(record))
            assert errors == [], f"{errors[0].json_path}: {errors[0].message}"


@pytest.mark.parametrize("form", list(Format))
def test_an_import_gives_back_what_was_exported(tmp_path: Path, form: Format) -> None:
    report = export_hsds(listing(), tmp_path / "out", form)
    assert_same(listing(), read_back(tmp_path / "out"))
    assert report.rows == {"organization": 1, "location": 1, "service": 2, "service_at_location": 2}
    assert report.as_dict()["licences"] == ["cc-by-4.0"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(report.files)


def test_other_readers_find_plain_hsds(tmp_path: Path, mirror: Path) -> None:
    export_hsds(listing(), tmp_path / "out")
    records = json.loads((tmp_path / "out" / JSON_FILE).read_text("utf-8"))
    assert_valid(records, mirror)
    service = records[0]
    assert is_uuid(service["id"])
    assert service["name"] == "Dépannage"
    assert service["organization"]["name"] == "Moisson Laval"
    assert service["phones"][0]["number"] == "514 555-0101"
    place = service["service_at_locations"][0]["location"]
    assert (place["longitude"], place["addresses"][0]["address_1"]) == (-73.7, "1, rue A")
    terms = [a["taxonomy_term"]["name"] for a in service["attributes"] if "taxonomy_term" in a]
    assert terms == ["Aide", "Dépannage alimentaire"]


_ID = st.one_of(st.uuids().map(str), st.text("abcé:/@ 0=1-", min_size=1, max_size=8).filter(str.strip))
_WORDS = st.one_of(st.text(max_size=12), st.sampled_from(DANGEROUS), st.just('été, « rue » "A"\n12'))
_NAME = _WORDS.map(lambda words: f"N{words}")
_EXTRA = st.dictionaries(
    st.sampled_from(["note", "wait_time", "minimum_age", "phones", "url", "logo", "columns"]),
    st.one_of(_WORDS, st.integers(0, 99), st.lists(st.fixed_dictionaries({"number": _WORDS}), max_size=2)),
    max_size=3,
)


@st.composite
def listings(draw: st.DrawFn) -> Listing:
    organizations = draw(st.lists(_ID, min_size=1, max_size=3, unique=True))
    locations = draw(st.lists(_ID, max_size=3, unique=True))
    services = draw(st.lists(_ID, max_size=3, unique=True))
    ends = st.tuples(st.sampled_from(services or [""]), st.sampled_from(locations or [""]))
    pairs = draw(st.lists(ends, max_size=4, unique=True)) if services and locations else []
    ids = draw(st.lists(_ID, min_size=len(pairs), max_size=len(pairs), unique=True))
    number = st.one_of(st.none(), st.floats(-79, -57).map(lambda x: round(x, 6)))
    places = []
    for name in locations:
        longitude = draw(number)
        places.append({
            "id": name, "organization_id": draw(st.sampled_from(["", *organizations])), "name": draw(_WORDS),
            "address": draw(_WORDS), "city": draw(_WORDS), "longitude": longitude,
            "latitude": None if longitude is None else 45.5, "extra": draw(_EXTRA),
            "geocode_quality": draw(st.sampled_from(["", "rooftop", "none"])),
        })  # fmt: skip
    return listing(
        organizations=[
            {"id": name, "name": draw(_NAME), "email": draw(_WORDS), "phone": draw(_WORDS),
             "extra": draw(_EXTRA)}
            for name in organizations
        ],
        locations=places,
        services=[
            {"id": name, "organization_id": draw(st.sampled_from(organizations)), "name": draw(_NAME),
             "description": draw(_WORDS), "url": draw(_WORDS),
             "status": draw(st.sampled_from(["", "active", "?"])),
             "schedule": draw(_WORDS), "languages": draw(st.lists(_WORDS, max_size=2)),
             "categories": draw(st.lists(st.sampled_from(["food_bank", "library"]), max_size=2, unique=True)),
             "terms": draw(st.lists(st.fixed_dictionaries(
                 {"scheme": _WORDS, "code": _WORDS, "label": _WORDS}), max_size=2)),
             "assured_date": draw(st.sampled_from(["", "2026-01-02", "janvier"])),
             "last_modified": draw(st.sampled_from(["", "2026-01-02", "2026-01-02T03:04:05Z"])),
             "extra": draw(_EXTRA)}
            for name in services
        ],
        links=[{"id": n, "service_id": s, "location_id": p} for n, (s, p) in zip(ids, pairs, strict=True)],
    )  # fmt: skip


@settings(max_examples=25)
@given(listings())
def test_any_listing_comes_back_from_json(given_listing: Listing) -> None:
    exported = without_confidential(given_listing)
    with tempfile.TemporaryDirectory() as folder:
        export_hsds(exported, Path(folder) / "out")
        assert_same(exported, read_back(Path(folder) / "out"))


@settings(max_examples=25)
@given(listings())
def test_any_listing_comes_back_from_csv(given_listing: Listing) -> None:
    exported = without_confidential(given_listing)
    with tempfile.TemporaryDirectory() as folder:
        export_hsds(exported, Path(folder) / "out", Format.CSV)
        assert_same(exported, read_back(Path(folder) / "out"))
        for path in (Path(folder) / "out").glob("*.csv"):
            with path.open(encoding="utf-8", newline="") as stream:
                cells = [(name, cell) for row in csv.DictReader(stream) for name, cell in row.items() if cell]
            runs = [(n, c) for n, c in cells if c[0] in "=+-@\t\r" and n not in ("longitude", "latitude")]
            assert runs == []


@pytest.mark.parametrize("form", list(Format))
@pytest.mark.parametrize(
    "file",
    ["spec-3.0/examples/service_full.json", "spec-3.0/examples/organization_full.json",
     "spec-3.0/examples/service_at_location_full.json", "spec-3.0/examples/csv",
     "openreferral-sample-data-all_resources", "ohana-sample-csv",
     "oruk-mocks/V3.0-UK-Default/service_full.json"],
)  # fmt: skip
def test_published_examples_come_back(mirror: Path, tmp_path: Path, file: str, form: Format) -> None:
    path = interchange(mirror) / file
    read = of_entries(read_hsds_tables(path) if path.is_dir() else read_hsds_json(path))
    original = without_confidential(read)
    assert original.services
    export_hsds(original, tmp_path / "out", form, licensed=True)
    assert_same(original, read_back(tmp_path / "out"))
    if form is Format.JSON:
        assert_valid(json.loads((tmp_path / "out" / JSON_FILE).read_text("utf-8")), mirror)


@pytest.fixture(scope="module")
def part_of_miami(mirror: Path) -> Listing:
    read = of_entries(read_hsds_tables(interchange(mirror) / "miami211_hsds_datapackage"))
    few = {row["id"] for row in read.services[:60]}
    links = [link for link in read.links if link["service_id"] in few]
    places = {link["location_id"] for link in links}
    owners = {row["organization_id"] for row in read.services if row["id"] in few}
    part = Listing(
        [row for row in read.organizations if row["id"] in owners],
        [row for row in read.locations if row["id"] in places],
        [row for row in read.services if row["id"] in few],
        links,
    )
    return without_confidential(part)


@pytest.mark.parametrize("form", list(Format))
def test_a_part_of_the_miami_package_comes_back(part_of_miami: Listing, tmp_path: Path, form: Format) -> None:
    assert len(part_of_miami.services) > 40
    export_hsds(part_of_miami, tmp_path / "out", form)
    assert_same(part_of_miami, read_back(tmp_path / "out"))


@pytest.fixture(scope="module")
def of_embedded(embedded_package: Package) -> Listing:
    return without_confidential(of_package(embedded_package))


@pytest.mark.parametrize("form", list(Format))
def test_the_psychiatric_hospitals_of_the_package_come_back(
    of_embedded: Listing, mirror: Path, tmp_path: Path, form: Format
) -> None:
    chosen = of_kind(of_embedded, "psychiatric_care")
    assert 10 <= len(chosen.services) <= 20
    export_hsds(chosen, tmp_path / "out", form)
    assert_same(chosen, read_back(tmp_path / "out"))
    if form is Format.JSON:
        assert_valid(json.loads((tmp_path / "out" / JSON_FILE).read_text("utf-8")), mirror)


def test_a_place_without_organisation_is_its_own(of_embedded: Listing) -> None:
    owners = {row["id"] for row in of_embedded.organizations}
    assert all(row["organization_id"] in owners for row in of_embedded.services)
    assert len(owners) == len(of_embedded.organizations)


def test_a_territory_and_a_category_choose(embedded_package: Package, tmp_path: Path) -> None:
    report = export_hsds(embedded_package, tmp_path / "out", territory="mrc:65", category="library")
    again = read_back(tmp_path / "out")
    assert report.rows["location"] == len(again.locations) > 0
    assert {tuple(row["categories"]) for row in again.services} == {("library",)}
    assert all(-73.95 < row["longitude"] < -73.5 for row in again.locations)


def test_a_territory_chooses_the_places_of_a_listing(embedded_package: Package, tmp_path: Path) -> None:
    for territory, places in (("mrc:65", 1), ("mrc:66", 0)):
        report = export_hsds(
            listing(), tmp_path / territory[-2:], territory=territory, package=embedded_package
        )
        assert report.rows["location"] == places


@pytest.mark.parametrize("changes", [{"territory": "mrc:9999"}, {"category": "magic"}])
def test_a_wrong_selection_is_said(
    embedded_package: Package, tmp_path: Path, changes: dict[str, str]
) -> None:
    with pytest.raises(SelectionError):
        export_hsds(embedded_package, tmp_path / "out", **changes)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_an_undeclared_licence_is_not_passed_on(tmp_path: Path) -> None:
    closed = Listing(**{**vars(listing()), "licences": ("undeclared",)})
    with pytest.raises(ListingError, match="--licensed"):
        export_hsds(closed, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
    export_hsds(closed, tmp_path / "out", licensed=True)


def test_what_protects_people_is_never_exported(tmp_path: Path) -> None:
    services = [
        {"id": "a", "organization_id": "org-1", "name": "Hébergement", "categories": ["domestic_violence"]},
        {"id": "b", "organization_id": "org-1", "name": "Écoute", "categories": ["mental_health"]},
        {"id": "c", "organization_id": "org-2", "name": "Repas", "categories": ["community_meal"]},
    ]
    organizations = [
        {"id": "org-1", "name": "Moisson"}, {"id": "org-2", "name": "Maison d'hébergement pour femmes"},
    ]  # fmt: skip
    links = [{"id": n, "service_id": n, "location_id": "lieu-1"} for n in "ab"]
    export_hsds(listing(services=services, organizations=organizations, links=links), tmp_path / "out")
    text = (tmp_path / "out" / JSON_FILE).read_text("utf-8")
    for word in ("Hébergement", "hébergement", "Écoute", "Repas", "1, rue A", "Comptoir"):
        assert word not in text


@pytest.mark.parametrize("form", ["xml", ""])
def test_an_unknown_format_is_said(tmp_path: Path, form: str) -> None:
    with pytest.raises(ListingError):
        export_hsds(listing(), tmp_path / "out", form)


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "kept.txt").write_text("kept", "utf-8")
    with pytest.raises(OutputError):
        export_hsds(listing(), tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["kept.txt"]


def test_a_folder_that_is_no_listing_is_said(tmp_path: Path) -> None:
    with pytest.raises(ListingError):
        export_folder(tmp_path, tmp_path / "out")


@given(st.text(max_size=20))
def test_the_guard_is_undone(text: str) -> None:
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text(max_size=200))
def test_a_damaged_aside_restores_nothing_wrong(value: str) -> None:
    entity = {"id": "x", "name": "y", "terms": []}
    attribute = {**restore_attribute("service", hsds_uuid("service", "x"), {}), "value": value}
    assert restore("service", entity, [attribute, {"link_type": "other"}]) == [{"link_type": "other"}]
    assert isinstance(entity["name"], str)


@pytest.mark.parametrize(
    "columns", [{"name": 3}, {"terms": ["a"]}, {"longitude": "1"}, {"unknown": "x"}, {"extra": []}]
)
def test_an_aside_of_the_wrong_type_is_passed_over(columns: dict[str, Any]) -> None:
    entity: dict[str, Any] = {"id": "x"}
    restore("service", entity, [restore_attribute("service", "x", columns)])
    assert entity == {"id": "x"}
