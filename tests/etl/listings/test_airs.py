"""AIRS 4.0 XML: what each record becomes, what must not be shown, what is refused."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from etl.listings.airs import read_airs
from etl.listings.model import Entry
from geodata.errors import ListingError

HEAD = '<?xml version="1.0"?><Source xmlns="http://www.airs.org/schema/4_0_0/AIRS.xsd">'
AGENCY = "<Agency><AgencyID>A1</AgencyID><AgencyName>Entraide</AgencyName>{}</Agency>"
SITE = "<Site><ID>L1</ID><AgencyID>A1</AgencyID><Title>Centre</Title>{}</Site>"
OFFER = (
    "<SiteService><ID>X1</ID><SiteID>L1</SiteID><ServiceID>S1</ServiceID><AgencyID>A1</AgencyID>"
    "<Title>Dépannage</Title>{}</SiteService>"
)


def read(tmp_path: Path, *records: str, head: str = HEAD, xsd: Path | None = None) -> list[Entry]:
    path = tmp_path / "listing.xml"
    path.write_text(head + "".join(records) + "</Source>", encoding="utf-8")
    return list(read_airs(path, xsd))


def kinds(entries: list[Entry]) -> Counter[str]:
    return Counter(problem.kind for entry in entries for problem in entry.problems)


@pytest.fixture(scope="module")
def airs(mirror: Path) -> Path:
    folder = mirror.parent / "interchange" / "airs"
    if not folder.is_dir():
        pytest.skip("no interchange files")
    return folder


def test_the_published_instance(airs: Path) -> None:
    entries = list(read_airs(airs / "airs_instance.xml"))
    assert [entry.raw["record"] for entry in entries] == [
        "Agency",
        "Site",
        "Service",
        "SiteService",
        "ServiceGroup",
    ]
    # Its services name agencies A3456 and A6543, which it does not hold.
    assert [entry.quarantined for entry in entries] == [False, False, True, True, False]
    assert kinds(entries)["schema"] == 0
    (agency,), (site,) = entries[0].organizations, entries[1].locations
    assert (agency["name"], agency["phone"], agency["assured_date"]) == ("Sample Agency", "", "2015-08-13")
    assert (site["latitude"], site["longitude"], site["organization_id"]) == (27.7731, 82.64, "A1234")
    assert site["extra"]["confidential"] is True
    told = json.dumps([[entry.raw, entry.organizations, entry.locations] for entry in entries])
    assert not any(name in told for name in ("Jane Smith", "Michael King", "Maureen Murphy", "800-222-2222"))


def test_a_record_against_the_schema_is_flagged_with_its_line(airs: Path, tmp_path: Path) -> None:
    entries = read(tmp_path, "\n" + AGENCY.format(""), "\n\n" + SITE.format(""), xsd=airs / "airs.xsd")
    lines = [p.why.en.split(":")[0] for entry in entries for p in entry.problems if p.kind == "schema"]
    assert {"line 2", "line 4"} <= set(lines)
    assert not any(entry.quarantined for entry in entries)


def test_a_service_at_a_site(tmp_path: Path) -> None:
    entries = read(
        tmp_path,
        AGENCY.format("<URL><Address>example.org</Address></URL>"),
        SITE.format(
            "<PhysicalAddress><Line1>1 rue A</Line1><City>Laval</City><PostalCode>H7A 0A1</PostalCode>"
            "</PhysicalAddress>"
        ),
        OFFER.format(
            "<Phone><Phone>514 555-0123</Phone></Phone><OpenHours><dayOpen>Monday</dayOpen>"
            "<TimeOpens>09:00:00</TimeOpens><TimeCloses>17:00:00</TimeCloses></OpenHours><Taxonomy><TaxonomyCode>BD</TaxonomyCode>"
            "<TaxonomyTerm>Aide alimentaire</TaxonomyTerm></Taxonomy><Languages><LanguageName>French, English"
            "</LanguageName></Languages><FeeStructure>gratuit</FeeStructure><GeneralEligibility>adultes"
            "</GeneralEligibility><Status>active</Status>"
        ),
    )
    assert not kinds(entries)
    assert entries[0].organizations[0]["website"] == "example.org"
    assert entries[1].locations[0]["address"] == "1 rue A"
    service = entries[2].services[0]
    assert service["terms"] == [{"scheme": "AIRS", "code": "BD", "label": "Aide alimentaire"}]
    assert service["languages"] == ["French", "English"]
    assert (service["phone"], service["schedule"]) == ("514 555-0123", "Monday 09:00–17:00")
    assert (service["fees"], service["eligibility"]) == ("gratuit", "adultes")
    assert entries[2].links == [{"id": "X1@L1", "service_id": "X1", "location_id": "L1"}]


def test_a_service_without_a_site_is_a_service_by_itself(tmp_path: Path) -> None:
    alone = "<Service><ID>S9</ID><Title>Écoute</Title><AgencyID>A1</AgencyID></Service>"
    given = alone.replace("S9", "S1").replace(
        "<Title>Écoute", "<Description>Denrées</Description><Title>Aide"
    )
    untitled = OFFER.replace("<Title>Dépannage</Title>", "").format("")
    entries = read(tmp_path, AGENCY.format(""), SITE.format(""), alone, given, untitled)
    assert [row["id"] for entry in entries for row in entry.services] == ["S9", "X1"]
    assert (entries[4].services[0]["name"], entries[4].services[0]["description"]) == ("Aide", "Denrées")


@pytest.mark.parametrize(
    ("records", "kind"),
    [
        ((AGENCY.format(""), AGENCY.format("")), "duplicate_id"),
        ((AGENCY.format(""), OFFER.format("")), "orphan_link"),
        ((SITE.format(""), OFFER.format("")), "orphan_service"),
        ((AGENCY.format(""), "<Agency><AgencyID>A2</AgencyID><AgencyName/></Agency>"), "missing_name"),
        ((AGENCY.format(""), "<Site><Title>Sans numéro</Title></Site>"), "missing_id"),
    ],
)
def test_a_record_at_fault_waits(records: tuple[str, ...], kind: str, tmp_path: Path) -> None:
    entries = read(tmp_path, *records)
    assert [entry.quarantined for entry in entries] == [False, True]
    assert kinds(entries[1:])[kind] == 1


def test_our_own_rules_where_no_schema_stands_beside(tmp_path: Path) -> None:
    entries = read(
        tmp_path, AGENCY.format("<ExcludeFromWebsite>peut-être</ExcludeFromWebsite>"), "<Service/>"
    )
    assert kinds(entries) == {"unknown_value": 1, "schema": 3, "missing_id": 1}


def test_what_a_publisher_keeps_off_websites_is_marked(tmp_path: Path) -> None:
    entries = read(
        tmp_path,
        AGENCY.format("<ExcludeFromWebsite>true</ExcludeFromWebsite>"),
        SITE.format(""),
        OFFER.format(""),
    )
    rows = [row for entry in entries for row in (*entry.organizations, *entry.locations, *entry.services)]
    assert [row["extra"].get("confidential") for row in rows] == [True, True, True]
    assert kinds(entries)["excluded_from_website"] == 1


def test_a_file_without_namespace_is_read_with_a_flag(tmp_path: Path) -> None:
    entries = read(tmp_path, AGENCY.format(""), head="<Source>")
    assert kinds(entries) == {"no_namespace": 1}
    assert entries[0].organizations


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
        '<!DOCTYPE Source [<!ENTITY secret SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE Source SYSTEM "http://127.0.0.1:9/airs.dtd">',
        "<!DOCTYPE Source>",
    ],
)
def test_no_document_type_is_accepted(prolog: str, tmp_path: Path) -> None:
    with pytest.raises(ListingError, match="DTD"):
        read(tmp_path, AGENCY.format("&c;&secret;"), head=prolog + "<Source>")


@pytest.mark.parametrize("content", ["", "<a/>", "texte", "<html><body/></html>"])
def test_what_is_no_airs_file_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "listing.xml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ListingError):
        list(read_airs(path))


def test_a_truncated_file_gives_what_it_holds_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "listing.xml"
    path.write_text(HEAD + AGENCY.format("") + SITE.format("")[:40], encoding="utf-8")
    entries = list(read_airs(path))
    assert entries[0].organizations
    assert [entry.quarantined for entry in entries] == [False, True]
    assert kinds(entries) == {"unreadable_rest": 1}


def test_a_schema_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "airs.xsd").write_text("<a/>", encoding="utf-8")
    with pytest.raises(ListingError, match="schéma"):
        read(tmp_path, AGENCY.format(""))
