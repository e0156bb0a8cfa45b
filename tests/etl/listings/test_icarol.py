"""iCarol exports: levels, private fields, dates of the file's own order."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from etl.listings.icarol import read_icarol
from etl.listings.model import Entry
from geodata.errors import ListingError

HEADER = (
    "ResourceAgencyNum,PublicName,TaxonomyLevelName,ParentAgencyNum,ConnectsToSiteNum,PhysicalAddress1,PhysicalCity,"
    "PhysicalPostalCode,PhysicalAddressIsPrivate,Latitude,Longitude,Phone1Number,Phone1IsPrivate,AgencyStatus,"
    "TaxonomyTerms,TaxonomyCodes,LastVerifiedOn,UpdatedOn,LastVerifiedByName,ExcludeFromWebsite\n"
)
ROWS = (
    "1,Entraide,Agency,0,,1 rue A,Laval,H7A 0A1,No,45.5,-73.6,514 555-0123,FALSE,"
    "Active,,,4/5/26,3/16/12,Ann Persona,No\n"
    "2,Point de service,Site,1,,2 rue B,Laval,H7A 0A2,Yes,,,,,,,,,,,\n"
    "3,Dépannage,ProgramAtSite,1,2,,,,,,,514 555-0199,TRUE,Inactive,Aide alimentaire; Repas,BD; BE,,,,\n"
)


def read(tmp_path: Path, content: str, encoding: str = "utf-8") -> list[Entry]:
    path = tmp_path / "export.csv"
    path.write_bytes(content.encode(encoding))
    return list(read_icarol(path))


def kinds(entries: list[Entry]) -> Counter[str]:
    return Counter(problem.kind for entry in entries for problem in entry.problems)


def test_the_san_francisco_export(mirror: Path) -> None:
    folder = mirror.parent / "interchange" / "icarol"
    if not folder.is_dir():
        pytest.skip("no interchange files")
    entries = list(read_icarol(folder / "icarol_export_san_francisco_700.csv"))
    assert len(entries) == 700
    assert not any(entry.quarantined for entry in entries)
    assert sum(len(entry.organizations) for entry in entries) == 700
    services = [row for entry in entries for row in entry.services]
    assert len(services) == 690  # those that bear a term
    assert services[0]["last_modified"] == "2012-03-16"
    assert kinds(entries)["ambiguous_date"] == 0  # 3/16/12 says how the whole file writes dates
    hidden = [row for entry in entries for row in entry.locations if row["extra"].get("confidential")]
    assert len(hidden) == 123  # 114 kept off websites, 13 private addresses, 4 of them both
    assert "LastVerifiedByName" not in json.dumps([entry.raw for entry in entries])


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_levels_become_an_organisation_a_place_and_a_service(encoding: str, tmp_path: Path) -> None:
    agency, site, program = read(tmp_path, HEADER + ROWS, encoding)
    assert (agency.organizations[0]["name"], agency.organizations[0]["phone"]) == ("Entraide", "514 555-0123")
    assert agency.locations[0]["longitude"] == -73.6
    assert agency.organizations[0]["assured_date"] == "2026-04-05"  # 3/16/12: the month comes first here
    assert agency.services == []
    assert (site.locations[0]["organization_id"], site.locations[0]["extra"]["confidential"]) == ("1", True)
    service = program.services[0]
    assert (service["name"], service["phone"], service["status"]) == ("Dépannage", "", "inactive")
    assert service["terms"] == [
        {"scheme": "iCarol", "code": "BD", "label": "Aide alimentaire"},
        {"scheme": "iCarol", "code": "BE", "label": "Repas"},
    ]
    assert service["extra"]["confidential"] is True  # given at a private address
    assert program.links == [{"id": "3@2", "service_id": "3", "location_id": "2"}]
    assert kinds([agency, site, program]) == {
        "personal_contact_dropped": 1, "private_detail_dropped": 1, "inactive": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("1,Autre,Agency,0" + "," * 16, "duplicate_id"),
        ("9,Autre,Program,7" + "," * 16, "orphan_service"),
        ("9,Autre,ProgramAtSite,1,8" + "," * 15, "orphan_link"),
        ("9,,Agency,0" + "," * 16, "missing_name"),
        (",Autre,Agency,0" + "," * 16, "missing_id"),
        ("9,Autre,Galaxy,0" + "," * 16, "unknown_record"),
        ("9,Autre", "bad_row"),
    ],
)
def test_a_row_at_fault_waits(row: str, kind: str, tmp_path: Path) -> None:
    entries = read(tmp_path, HEADER + ROWS + row + "\n")
    assert [entry.quarantined for entry in entries] == [False, False, False, True]
    assert kinds(entries[3:]) == {kind: 1}


def test_another_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ListingError, match="iCarol"):
        read(tmp_path, "nom,adresse\nA,B\n")
