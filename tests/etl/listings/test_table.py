"""Rows of a table: each one entry, its organisation kept once, its wrong values said."""

import contextlib
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.listings.guess import guess_mapping
from etl.listings.mapping import Options, by_hand
from etl.listings.model import LOCATION_COLUMNS, ORGANIZATION_COLUMNS, SERVICE_COLUMNS, Entry
from etl.listings.table import read_table
from etl.listings.validate import check_values, is_email, is_phone, is_url, postal_problem
from geodata.errors import ListingError


def _entries(folder: Path, text: str) -> list[Entry]:
    path = folder / "listing.csv"
    path.write_text(text, "utf-8")
    entries = list(read_table(path, guess_mapping(path)))
    for entry in entries:
        check_values(entry)
    return entries


def _kinds(entries: list[Entry]) -> list[str]:
    return [problem.kind for entry in entries for problem in entry.problems]


def test_a_row_is_an_organisation_its_place_and_its_services(tmp_path: Path) -> None:
    text = (
        "Id,Nom,Services offerts,Adresse,Ville,Code postal,Langues,Type,Latitude,Longitude,Mise à jour\n"
        'P1,Le Pont,"Repas; Écoute",12 rue X,Laval,h7a 1a1,"Français, anglais",Banque alimentaire,'
        '"45,60","-73,61",31/01/2026\n'
    )
    (entry,) = _entries(tmp_path, text)
    (organization,), (location,) = entry.organizations, entry.locations
    assert organization.keys() == set(ORGANIZATION_COLUMNS)
    assert location.keys() == set(LOCATION_COLUMNS)
    assert all(service.keys() == set(SERVICE_COLUMNS) for service in entry.services)
    assert (organization["id"], location["id"]) == ("P1", "P1")
    assert (location["longitude"], location["latitude"]) == (-73.61, 45.6)
    assert (location["postal_code"], location["assured_date"]) == ("H7A1A1", "2026-01-31")
    assert [service["name"] for service in entry.services] == ["Repas", "Écoute"]
    assert entry.services[0]["languages"] == ["Français", "anglais"]
    assert entry.services[0]["terms"][0]["label"] == "Banque alimentaire"
    assert {link["location_id"] for link in entry.links} == {"P1"}


def test_one_organisation_on_several_lines_is_kept_once(tmp_path: Path) -> None:
    text = "Nom,Service offert,Ville\nLe Pont,Repas,Laval\nle pont,Écoute,Laval\nLe Pont,Repas,Lévis\n"
    entries = _entries(tmp_path, text)
    assert [len(entry.organizations) for entry in entries] == [1, 0, 1]
    first = entries[0].organizations[0]["id"]
    assert [entry.services[0]["organization_id"] == first for entry in entries] == [True, True, False]
    ids = [service["id"] for entry in entries for service in entry.services]
    assert len(set(ids)) == 3


def test_an_identifier_given_twice_waits_unless_it_adds_something(tmp_path: Path) -> None:
    text = "Id,Nom,Service offert\n1,Le Pont,Repas\n1,Le Pont,Écoute\n1,La Rive,Repas\n"
    entries = _entries(tmp_path, text)
    assert [entry.quarantined for entry in entries] == [False, False, True]
    assert entries[2].problems[0].kind == "duplicate_id"
    assert [len(entry.organizations) for entry in entries] == [1, 0, 0]


def test_rows_without_identifier_get_the_same_one_every_time(tmp_path: Path) -> None:
    text = "Nom,Ville\nLe Pont,Laval\nLa Rive,Laval\n"
    first, second = (_entries(tmp_path, text) for _ in range(2))
    assert [e.locations[0]["id"] for e in first] == [e.locations[0]["id"] for e in second]
    assert first[0].locations[0]["id"] != first[1].locations[0]["id"]


def test_every_wrong_value_is_said_and_kept(tmp_path: Path) -> None:
    text = (
        "Nom,Code postal,Téléphone,Courriel,Site web,Latitude,Longitude,Date de mise à jour\n"
        "Le Pont,H2X,5145,a@,pas un site,abc,-73.5,hier\n"
        ",H2X 1Y4,,,,,,\n"
    )
    entries = _entries(tmp_path, text)
    assert sorted(_kinds(entries[:1])) == [
        "bad_email", "bad_phone", "bad_postal_code", "bad_url", "invalid_coordinates", "invalid_date",
    ]  # fmt: skip
    assert entries[0].locations[0]["postal_code"] == "H2X"
    assert entries[0].services[0]["extra"]["updated"] == "hier"
    assert _kinds(entries[1:]) == ["missing_name"]


def test_columns_of_no_field_are_kept_but_those_of_a_person(tmp_path: Path) -> None:
    (entry,) = _entries(tmp_path, "Nom,Budget,Personne contact\nLe Pont,12 M$,Jeanne Untel\n")
    assert entry.services[0]["extra"] == {"columns": {"Budget": "12 M$"}}
    assert _kinds([entry]) == ["personal_contact_dropped"]


def test_rows_of_the_wrong_width_wait(tmp_path: Path) -> None:
    entries = _entries(tmp_path, "Nom,Ville\nLe Pont,Laval\nLa Rive\nUn,Deux,Trois\n\n,\n")
    assert [entry.quarantined for entry in entries] == [False, True, True, False]


def _workbook(path: Path, *rows: list[object], blank_first: bool = True) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    if blank_first:
        sheet = book.create_sheet("Liste")
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_is_read_from_its_first_sheet_with_rows(tmp_path: Path) -> None:
    path = _workbook(
        tmp_path / "l.xlsx", ["Répertoire"], ["Nom", "Ville", "No civique", "Rue"],
        ["Le Pont", "Laval", 12, "rue X"], ["La Rive", None, None, None],
    )  # fmt: skip
    first, second = read_table(path, guess_mapping(path))
    assert first.locations[0]["address"] == "12 rue X"
    assert second.organizations[0]["name"] == "La Rive"


def test_a_workbook_named_csv(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "l.xlsx", ["Nom"], ["Le Pont"]).rename(tmp_path / "l.csv")
    assert [entry.organizations[0]["name"] for entry in read_table(path, guess_mapping(path))] == ["Le Pont"]


def test_a_sheet_that_does_not_exist(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "l.xlsx", ["Nom"], ["Le Pont"])
    with pytest.raises(ListingError, match="Liste"):
        list(read_table(path, by_hand({"name": "Nom"}, options=Options(sheet="Autre"))))


def test_a_workbook_that_inflates_without_end(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    with pytest.raises(ListingError, match="gonfle"):
        list(read_table(path, by_hand({"name": "Nom"})))


def test_a_truncated_workbook(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "l.xlsx", *([["Nom", "Ville"]] + [["Le Pont", "Laval"]] * 200))
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        names = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in names.items():
            archive.writestr(name, data[: len(data) // 2] if "sheet" in name else data)
    assert path.read_bytes() != content
    with pytest.raises(ListingError):
        list(read_table(path, by_hand({"name": "Nom"})))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("514 555-0123", True), ("(514) 555-0123 poste 45", True), ("1-800-555-0123", True), ("811", True),
        ("514 555-0123 ou 514 555-0124", True), ("+33 1 23 45 67 89", True), ("1 800 ENTRAIDE", True),
        ("555-012", False), ("sur demande", False), ("514 555-01234567", False),
    ],
)  # fmt: skip
def test_phones(text: str, right: bool) -> None:
    assert is_phone(text) is right


def test_other_values() -> None:
    assert postal_problem("h2x-1y4") == ""
    assert postal_problem("D2X 1Y4") == "bad_postal_code"
    assert postal_problem("K1P 5J2") == "postal_code_outside_quebec"
    assert is_email("a@b.ca; c@d.org")
    assert not is_email("a@b")
    assert is_url("exemple.org/fr")
    assert not is_url("javascript:alert(1)")


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=12))
def test_any_table_gives_one_entry_a_row_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("t") / "listing.csv"
    lines = ["Nom,Ville,Téléphone", *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines), "utf-8")
    with contextlib.suppress(ListingError):
        entries = list(read_table(path, guess_mapping(path)))
        assert [entry.origin.row for entry in entries] == list(range(1, len(entries) + 1))
        assert all(entry.quarantined or entry.services or not any(entry.raw.values()) for entry in entries)
