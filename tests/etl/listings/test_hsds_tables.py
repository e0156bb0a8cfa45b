"""HSDS packages of tables: real ones counted row by row, and small ones with one fault each."""

from __future__ import annotations

import csv
import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from etl.listings.convention import GUARD_PROPERTY, GUARD_VALUE, hsds_uuid, restore_attribute
from etl.listings.hsds_tables import read_hsds_tables
from etl.listings.model import Entry
from geodata.errors import ListingError

GOOD = {
    "organizations": "id,name,url\n1,Entraide,https://example.org\n",
    "services": "id,organization_id,name\n1,1,Dépannage\n",
    "locations": "id,organization_id,name,latitude,longitude\n1,1,Centre,45.5,-73.6\n",
    "services_at_location": "id,service_id,location_id\n1,1,1\n",
}


def kinds(entries: list[Entry]) -> Counter[str]:
    return Counter(problem.kind for entry in entries for problem in entry.problems)


def package(folder: Path, **tables: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in {**GOOD, **tables}.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


def read(folder: Path, **tables: str) -> list[Entry]:
    return list(read_hsds_tables(package(folder, **tables)))


@pytest.fixture(scope="module")
def hsds(mirror: Path) -> Path:
    folder = mirror.parent / "interchange" / "hsds"
    if not folder.is_dir():
        pytest.skip("no interchange files")
    return folder


def rows_of(folder: Path) -> int:
    total = 0
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            total += sum(1 for row in csv.reader(stream) if row) - 1
    return total


def test_the_miami_package_is_counted_row_by_row(hsds: Path) -> None:
    folder = hsds / "miami211_hsds_datapackage"
    with (folder / "data/organizations.csv").open(encoding="utf-8", newline="") as stream:
        known = {row["id"] for row in csv.DictReader(stream)}
    with (folder / "data/services.csv").open(encoding="utf-8", newline="") as stream:
        orphans = sum(row["organization_id"] not in known for row in csv.DictReader(stream))
    read_rows = loaded = 0
    found: Counter[str] = Counter()
    for entry in read_hsds_tables(folder):
        read_rows += 1
        found.update(problem.kind for problem in entry.problems)
        loaded += 0 if entry.quarantined else len(entry.services)
    assert read_rows == rows_of(folder / "data") == 76_819
    assert found["orphan_service"] == orphans == 447  # 11 % of 4,089
    assert loaded == 4_089 - 447


@pytest.mark.parametrize("name", ["ohana-sample-csv", "openreferral-sample-data-all_resources"])
def test_a_sample_package_loads_whole(name: str, hsds: Path) -> None:
    entries = list(read_hsds_tables(hsds / name))
    assert len(entries) == rows_of(hsds / name)
    assert not any(entry.quarantined for entry in entries)
    assert kinds(entries)["personal_contact_dropped"] > 0


def test_ohana_services_take_the_organisation_of_their_place(hsds: Path) -> None:
    entries = list(read_hsds_tables(hsds / "ohana-sample-csv"))
    services = [row for entry in entries for row in entry.services]
    assert len(services) == 23
    assert all(row["organization_id"] for row in services)
    assert sum(len(entry.links) for entry in entries) == 23
    assert next(row for row in services if row["id"] == "1")["terms"] == []


def test_the_example_of_hsds_3_loads_but_for_what_points_nowhere(hsds: Path) -> None:
    entries = list(read_hsds_tables(hsds / "spec-3.0/examples/csv/datapackage.json"))
    assert len(entries) == rows_of(hsds / "spec-3.0/examples/csv")
    waiting = [(entry.origin.file, entry.problems[-1].kind) for entry in entries if entry.quarantined]
    assert sorted(waiting) == [("attributes.csv", "orphan_detail"), ("metadata.csv", "orphan_detail")]
    (service,) = [row for entry in entries for row in entry.services]
    assert service["languages"] == ["Urdu"]
    assert service["extra"]["minimum_age"] == 12
    assert service["extra"]["service_at_locations"][0]["description"].startswith("Counselling")
    same = list(read_hsds_tables(hsds / "spec-3.0/examples/tabular.json"))
    assert len(same) == len(entries)
    assert next(row for entry in same for row in entry.services)["name"] == service["name"]


def test_a_small_package_gives_what_each_row_says(tmp_path: Path) -> None:
    entries = read(
        tmp_path,
        phones="id,service_id,number\n1,1,514 555-0123\n",
        physical_addresses="id,location_id,address_1,city,postal_code\n1,1,1 rue A,Laval,H7A 0A1\n",
        languages="id,service_id,language\n1,1,français\n2,1,anglais\n",
        taxonomy="id,name,vocabulary\nBD,Aide alimentaire,test\n",
        services_taxonomy="id,service_id,taxonomy_id\n1,1,BD\n",
        regular_schedules="id,service_id,weekday,opens_at,closes_at\n1,1,Monday,9:00,17:00\n",
        eligibility="id,service_id,eligibility\n1,1,Adultes\n",
    )
    assert len(entries) == 12
    assert not kinds(entries)
    (service,) = [row for entry in entries for row in entry.services]
    assert service["phone"] == "514 555-0123"
    assert "phones" not in service["extra"]
    assert service["languages"] == ["français", "anglais"]
    assert service["terms"] == [{"scheme": "test", "code": "BD", "label": "Aide alimentaire"}]
    assert (service["schedule"], service["eligibility"]) == ("Monday 9:00–17:00", "Adultes")
    (location,) = [row for entry in entries for row in entry.locations]
    assert (location["address"], location["postal_code"]) == ("1 rue A", "H7A 0A1")
    assert (location["longitude"], location["extra"]) == (-73.6, {})


@pytest.mark.parametrize(
    ("table", "content", "kind"),
    [
        ("services", "id,organization_id,name\n1,1,A\n2,9,B\n", "orphan_service"),
        ("services", "id,organization_id,name\n1,1,A\n1,1,B\n", "duplicate_id"),
        ("services", "id,organization_id,name\n1,1,A\n2,1,\n", "missing_name"),
        ("services", "id,organization_id,name\n1,1,A\n,1,B\n", "missing_id"),
        ("services", "id,organization_id,name\n1,1,A\n2,1,B,C,D\n", "bad_row"),
        ("locations", "id,organization_id,name\n1,1,A\n2,9,B\n", "orphan_location"),
        ("services_at_location", "id,service_id,location_id\n1,1,1\n2,1,9\n", "orphan_link"),
        ("phones", "id,service_id,number\n1,1,1\n2,9,1\n", "orphan_detail"),
        ("phones", "id,service_id,number\n1,1,1\n2,,1\n", "orphan_detail"),
    ],
)
def test_a_row_at_fault_waits_and_the_others_load(
    table: str, content: str, kind: str, tmp_path: Path
) -> None:
    entries = read(tmp_path, **{table: content})
    waiting = [entry for entry in entries if entry.quarantined]
    assert [problem.kind for entry in waiting for problem in entry.problems] == [kind]
    assert waiting[0].origin.row == 2
    assert waiting[0].raw


def test_faults_that_do_not_keep_a_row_out_are_flagged(tmp_path: Path) -> None:
    entries = read(
        tmp_path,
        organizations="id,name,parent_organization_id\n1,A,2\n2,B,1\n3,C,9\n",
        locations="id,organization_id,name,latitude,longitude\n1,9,Centre,-122,37\n",
        services="id,organization_id,name,assured_date\n1,1,A,04/05/2026\n",
        taxonomy="id,name,parent_id\nA,a,B\nB,b,A\n",
        services_taxonomy="id,service_id,taxonomy_id\n1,1,Z\n",
        contacts="id,organization_id,name,email\n1,1,Marie Tremblay,marie@example.org\n",
    )
    assert not any(entry.quarantined for entry in entries)
    assert kinds(entries) == {
        "cycle": 4, "unknown_parent": 1, "unknown_organization": 1, "swapped_coordinates": 1,
        "ambiguous_date": 1, "unknown_term": 1, "personal_contact_dropped": 1,
    }  # fmt: skip
    assert "Marie" not in json.dumps([entry.raw for entry in entries])


def test_only_hsds_3_asks_for_uuid(tmp_path: Path) -> None:
    assert "invalid_uuid" not in kinds(read(tmp_path / "2"))
    three = read(tmp_path / "3", taxonomy_terms="id,code,name\n1,a,A\n")
    assert kinds(three)["invalid_uuid"] == 3


def test_an_archive_and_a_description_give_the_same_as_the_folder(tmp_path: Path) -> None:
    folder = package(tmp_path / "package")
    archive = tmp_path / "package.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for file in folder.iterdir():
            target.write(file, f"inside/{file.name}")
    resources = [{"name": "service", "path": "services.csv"}]
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    shapes = [folder, folder / "datapackage.json", archive]
    found = [[(e.origin.file, e.services, e.links) for e in read_hsds_tables(path)] for path in shapes]
    assert sorted(map(str, found[0])) == sorted(map(str, found[1])) == sorted(map(str, found[2]))


@pytest.mark.parametrize(
    "path", ["../secret.csv", "/etc/passwd", "https://example.org/x.csv", "a/../../x.csv"]
)
def test_a_description_may_not_name_a_file_outside(path: str, tmp_path: Path) -> None:
    folder = package(tmp_path / "package")
    (tmp_path / "secret.csv").write_text("id\n1\n", encoding="utf-8")
    resources = [{"name": "service", "path": path}]
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    with pytest.raises(ListingError, match="hors de son dossier"):
        list(read_hsds_tables(folder))


def test_what_an_export_kept_aside_comes_back(tmp_path: Path) -> None:
    exported = hsds_uuid("service", "m02:1")
    attribute = restore_attribute("service", exported, {"id": "m02:1", "fees": "=1+1"})
    value = attribute["value"].replace('"', '""')
    folder = package(
        tmp_path / "package",
        services=f"id,organization_id,name,fees\n{exported},1,Dépannage,'=1+1\n",
        services_at_location="id,service_id,location_id\n",
        attributes=f'id,link_id,link_type,link_entity,value\n1,{exported},{attribute["link_type"]},service,"{value}"\n',
    )
    facts = {GUARD_PROPERTY: GUARD_VALUE, "resources": []}
    (folder / "datapackage.json").write_text(json.dumps(facts), encoding="utf-8")
    (service,) = [row for entry in read_hsds_tables(folder) for row in entry.services]
    assert (service["id"], service["fees"], service["terms"], service["extra"]) == ("m02:1", "=1+1", [], {})
