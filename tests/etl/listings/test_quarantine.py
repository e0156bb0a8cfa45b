"""Rows that wait: given for a spreadsheet, fixed, played again; the counts still add up."""

import csv
import json
from pathlib import Path

import pytest

from etl.listings.folder import read_facts, read_tables
from etl.listings.importer import import_listing
from etl.listings.replay import replay
from geodata.errors import ListingError

TABLE = """Id,Nom,Ville,Code postal,Téléphone
1,Le Pont,Laval,H7A 1A1,514 555-0101
2,,Sherbrooke,,514 555-0102
3,,Lévis,,
1,La Rive,Laval,,
5,Un,Deux
6,Loin,Laval,H7A,12
"""


def _imported(folder: Path, text: str = TABLE) -> Path:
    path = folder / "listing.csv"
    path.write_text(text, "utf-8")
    import_listing(path, folder / "out")
    return folder / "out"


def _rows(out: Path) -> list[dict[str, str]]:
    with (out / "quarantine.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _fix(out: Path, fixes: dict[str, dict[str, str]], **how: str) -> None:
    rows = _rows(out)
    for row in rows:
        row.update(fixes.get(row["_row"], {}))
    encoding, delimiter = how.get("encoding", "utf-8-sig"), how.get("delimiter", ",")
    with (out / "quarantine.csv").open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def test_a_waiting_row_is_kept_whole_with_its_reasons(tmp_path: Path) -> None:
    out = _imported(tmp_path)
    assert read_facts(out)["rows"] == {"read": 6, "loaded": 2, "quarantined": 4}
    rows = _rows(out)
    assert [row["_row"] for row in rows] == ["2", "3", "4", "5"]
    assert rows[0]["Ville"] == "Sherbrooke"
    lines = [json.loads(line) for line in (out / "quarantine.jsonl").read_text("utf-8").splitlines()]
    assert lines[0]["raw"] == {
        "Id": "2", "Nom": "", "Ville": "Sherbrooke", "Code postal": "", "Téléphone": "514 555-0102",
    }  # fmt: skip
    assert [line["problems"][0]["kind"] for line in lines] == [
        "missing_name", "missing_name", "duplicate_id", "bad_row",
    ]  # fmt: skip


@pytest.mark.parametrize("how", [{}, {"encoding": "cp1252", "delimiter": ";"}], ids=["as written", "Excel"])
def test_fixed_rows_join_and_the_others_stay(tmp_path: Path, how: dict[str, str]) -> None:
    out = _imported(tmp_path)
    _fix(out, {"2": {"Nom": "L'Été"}, "4": {"Id": "4"}}, **how)
    report = replay(out)
    assert (report.read, report.loaded, report.quarantined) == (6, 4, 2)
    tables = read_tables(out)
    assert sorted(tables["locations"]["id"]) == ["1", "2", "4", "6"]
    assert "L'Été" in set(tables["organizations"]["name"])
    assert read_facts(out)["rows"] == {"read": 6, "loaded": 4, "quarantined": 2}
    assert report.flags == {"bad_phone": 1, "bad_postal_code": 1, "bad_row": 1, "missing_name": 1}
    _fix(out, {"3": {"Nom": "Le Quai"}})
    report = replay(out)
    assert (report.read, report.loaded, report.quarantined) == (6, 5, 1)
    assert [event["passed"] for event in read_facts(out)["replays"]] == [2, 1]


def test_what_is_loaded_is_left_as_it_was(tmp_path: Path) -> None:
    out = _imported(tmp_path)
    before = read_tables(out)
    replay(out)
    for name, frame in read_tables(out).items():
        assert frame.equals(before[name])


def test_a_fixed_row_may_not_take_an_identifier_that_is_loaded(tmp_path: Path) -> None:
    out = _imported(tmp_path)
    _fix(out, {"2": {"Nom": "Le Quai", "Id": "6"}})
    report = replay(out)
    assert (report.loaded, report.quarantined) == (2, 4)
    assert report.flags["duplicate_id"] == 2


def test_a_fixed_row_that_names_a_protected_place_is_kept_out(tmp_path: Path) -> None:
    out = _imported(tmp_path)
    _fix(out, {"2": {"Nom": "Refuge pour femmes"}})
    report = replay(out)
    assert (report.loaded, report.quarantined, report.withheld) == (3, 3, 1)
    assert "Refuge" not in (out / "quarantine.jsonl").read_text("utf-8")
    assert replay(out).withheld == 1


def test_the_fixes_may_come_from_another_file(tmp_path: Path) -> None:
    out = _imported(tmp_path)
    fixed = tmp_path / "fixed.jsonl"
    line = {"file": "listing.csv", "row": 3, "raw": {"Nom": "Le Quai"}}
    fixed.write_text(json.dumps(line) + "\n", "utf-8")
    assert replay(out, fixed).quarantined == 3


def test_a_file_without_its_marks_is_one_sentence(tmp_path: Path) -> None:
    out = _imported(tmp_path)
    (tmp_path / "fixed.csv").write_text("Nom\nLe Pont\n", "utf-8")
    with pytest.raises(ListingError, match="_row"):
        replay(out, tmp_path / "fixed.csv")
    assert read_facts(out)["rows"]["quarantined"] == 4
    with pytest.raises(ListingError):
        replay(tmp_path)


def _package(folder: Path) -> Path:
    folder.mkdir()
    (folder / "organizations.csv").write_text("id,name\no1,Le Pont\n", "utf-8")
    (folder / "services.csv").write_text("id,organization_id,name\ns1,o1,Repas\ns2,o9,Écoute\n", "utf-8")
    (folder / "locations.csv").write_text("id,organization_id,name\nl1,o1,Le Pont\n", "utf-8")
    (folder / "services_at_location.csv").write_text("id,service_id,location_id\na1,s1,l1\n", "utf-8")
    (folder / "phones.csv").write_text("id,service_id,number\np1,s1x,514 555-0101\n", "utf-8")
    return folder


def test_rows_of_a_package_are_played_among_those_already_loaded(tmp_path: Path) -> None:
    out = tmp_path / "out"
    report = import_listing(_package(tmp_path / "in"), out)
    assert (report.read, report.loaded, report.quarantined) == (6, 4, 2)
    rows = {row["_file"]: row["_row"] for row in _rows(out)}
    assert set(rows) == {"services.csv", "phones.csv"}
    fixed = tmp_path / "fixed.jsonl"
    lines = [
        {"file": "services.csv", "row": int(rows["services.csv"]), "raw": {"organization_id": "o1"}},
        {"file": "phones.csv", "row": int(rows["phones.csv"]), "raw": {"service_id": "s1"}},
    ]
    fixed.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    report = replay(out, fixed)
    assert (report.read, report.loaded, report.quarantined) == (6, 6, 0)
    services = read_tables(out)["services"].set_index("id")
    assert services.loc["s2", "organization_id"] == "o1"
    assert services.loc["s1", "phone"] == "514 555-0101"


def test_a_fixed_file_that_does_not_exist(tmp_path: Path) -> None:
    out = tmp_path / "out"
    import_listing(_package(tmp_path / "in"), out)
    with pytest.raises(ListingError, match="fichier corrigé"):
        replay(out, tmp_path / "absent.csv")
