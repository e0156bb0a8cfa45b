"""A whole import: counts that add up, protected places kept out, a folder put in place whole."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from etl.listings import finish, importer
from etl.listings.folder import read_facts, read_tables
from etl.listings.importer import Details, import_listing
from etl.listings.mapping import by_hand
from etl.listings.model import LINK_COLUMNS, LOCATION_COLUMNS, ORGANIZATION_COLUMNS, SERVICE_COLUMNS
from geodata.errors import ListingError, OutputError

LISTING = """Nom;Adresse;Ville;Code postal;Téléphone;Type;Latitude;Longitude
Le Pont;5655, rue Bélanger;Montréal;H1T 1G2;514 555-0101;Banque alimentaire;;
La Rive;;Sherbrooke;;514;Chose jamais vue;;
;12 rue X;Laval;;;;;
Loin;;Montréal;H2X 1Y4;;;46,81;-71,21
Maison d'hébergement Le Secret;99 rue Cachée;Montréal;H2X 1Y4;514 555-0199;;45,51;-73,57
=cmd|calc;;Laval;;;;;
"""


def _write(folder: Path, text: str = LISTING) -> Path:
    path = folder / "listing.csv"
    path.write_text(text, "utf-8")
    return path


def _problems(folder: Path) -> list[dict[str, str]]:
    with (folder / "problems.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_an_import_from_end_to_end(tmp_path: Path) -> None:
    out = tmp_path / "out"
    details = Details(name="Essai", contact="info@table.org", source_date="2026-03-01")
    report = import_listing(_write(tmp_path), out, details=details)
    assert (report.read, report.loaded, report.quarantined) == (6, 5, 1)
    assert report.flags == {"bad_phone": 1, "confidential": 1, "far_from_postal_code": 1, "missing_name": 1}
    assert report.placed == {"rooftop": 1, "postal_code": 0, "municipality": 2, "none": 1}
    assert report.unmapped_terms == [
        {"scheme": "table", "code": "Chose jamais vue", "label": "Chose jamais vue", "count": 1}
    ]
    facts = read_facts(out)
    assert facts["rows"] == {"read": 6, "loaded": 5, "quarantined": 1}
    assert (facts["licence"], facts["source_date"]) == ("undeclared", "2026-03-01")
    assert "info@table.org" in facts["correction"]["fr"]
    tables = read_tables(out)
    columns = (ORGANIZATION_COLUMNS, SERVICE_COLUMNS, LOCATION_COLUMNS, LINK_COLUMNS)
    assert [tuple(frame.columns) for frame in tables.values()] == list(columns)
    assert json.loads(tables["services"]["categories"].iloc[0]) == ["food_bank"]


def test_nothing_written_tells_a_protected_place(tmp_path: Path) -> None:
    out = tmp_path / "out"
    import_listing(_write(tmp_path), out)
    for path in out.iterdir():
        table = path.suffix == ".parquet"
        content = pd.read_parquet(path).to_csv() if table else path.read_text("utf-8")
        assert not any(word in content for word in ("Secret", "Cachée", "555-0199")), path.name
    assert pd.read_parquet(out / "withheld.parquet").to_dict("records") == [
        {"region": "rss:06", "category": "shelter", "count": 1}
    ]


def test_a_problem_beside_a_protected_place_shows_no_value(tmp_path: Path) -> None:
    text = "Id,Nom,Code postal,Téléphone\n1,Refuge pour femmes,H2X 1Y,51455\n1,Refuge des jeunes,H2X 1Y4,5\n"
    out = tmp_path / "out"
    report = import_listing(_write(tmp_path, text), out)
    assert (report.read, report.loaded, report.quarantined) == (2, 2, 0)
    assert report.withheld == 2
    values = {problem["value"] for problem in _problems(out)}
    assert values <= {"", "retenu / withheld"}
    assert (out / "quarantine.jsonl").read_text("utf-8") == ""


def _service(number: int, name: str, place: str) -> dict[str, object]:
    location = {"id": f"p{number}", "name": place, "latitude": 45.5, "longitude": -73.5}
    return {
        "id": f"s{number}",
        "name": name,
        "service_at_locations": [{"id": f"l{number}", "location": location}],
    }


def test_a_protected_service_hides_its_place_and_keeps_the_others(tmp_path: Path) -> None:
    content = {
        "id": "o1",
        "name": "Centre des femmes",
        "services": [
            _service(1, "Cuisine collective", "Local 3"),
            _service(2, "Refuge pour femmes", "Maison"),
        ],
    }
    path = tmp_path / "listing.json"
    path.write_text(json.dumps(content), "utf-8")
    out = tmp_path / "out"
    report = import_listing(path, out)
    tables = read_tables(out)
    assert list(tables["organizations"]["id"]) == ["o1"]
    assert list(tables["services"]["id"]) == ["s1"]
    assert list(tables["locations"]["id"]) == ["p1"]
    assert list(tables["links"]["location_id"]) == ["p1"]
    assert (report.read, report.loaded, report.withheld) == (1, 1, 1)


def test_a_formula_is_defused_in_what_a_spreadsheet_opens(tmp_path: Path) -> None:
    text = "Nom,Téléphone\nLe Pont,=1+1\n,@SUM(A1)\n"
    out = tmp_path / "out"
    import_listing(_write(tmp_path, text), out)
    for name in ("problems.csv", "quarantine.csv"):
        with (out / name).open(encoding="utf-8-sig", newline="") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        assert not any(cell[:1] in {"=", "+", "-", "@", "\t", "\r"} for cell in cells if cell)


def test_rows_of_the_listing_place_each_other(tmp_path: Path) -> None:
    text = (
        "Nom,Adresse,Ville,Latitude,Longitude\n"
        "Le Pont,987 rue Introuvable,Sherbrooke,45.40,-71.90\n"
        'La Rive,"987, rue Introuvable, bureau 2",Sherbrooke,,\n'
    )
    report = import_listing(_write(tmp_path, text), tmp_path / "out")
    assert report.placed["rooftop"] == 2


def test_probable_doubles_are_flagged_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = "{},Cuisine collective Hochelaga,2500 rue Fictive,Montréal,H1W 2R3,514 555-0101\n"
    text = (
        "Id,Nom,Adresse,Ville,Code postal,Téléphone\n" + row.format(1) + row.format(2).replace("rue", "Rue")
    )
    for most in (finish.MOST_COMPARED, 0):
        monkeypatch.setattr(finish, "MOST_COMPARED", most)
        report = import_listing(_write(tmp_path, text), tmp_path / "out")
        assert report.flags["duplicate"] == 1
        assert report.loaded == 2


def test_an_existing_listing_stays_until_the_new_one_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    import_listing(_write(tmp_path), out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(importer.Run, "take", stop)
    with pytest.raises(KeyboardInterrupt):
        import_listing(_write(tmp_path), out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert {path.name for path in tmp_path.iterdir()} == {"listing.csv", "out"}


def test_another_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("x", "utf-8")
    with pytest.raises(OutputError, match="autre chose"):
        import_listing(_write(tmp_path), tmp_path / "out")
    assert (tmp_path / "out" / "thesis.txt").read_text("utf-8") == "x"


def test_what_a_killed_import_left_is_swept(tmp_path: Path) -> None:
    left = tmp_path / ".out.999999999.abcd.partial"
    left.mkdir()
    import_listing(_write(tmp_path), tmp_path / "out")
    assert not left.exists()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 x", b"<html><body>Erreur</body></html>", b"\x89PNG\r\n"])
def test_what_is_no_listing_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "listing"
    path.write_bytes(content)
    with pytest.raises(ListingError):
        import_listing(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_mapping_by_hand_is_kept_for_next_time(tmp_path: Path) -> None:
    path = _write(tmp_path, "a,b\nLe Pont,Laval\n")
    report = import_listing(path, tmp_path / "out", mapping=by_hand({"name": "a"}, {"city": "Sherbrooke"}))
    assert report.placed["municipality"] == 1
    assert 'name = "a"' in (tmp_path / "out" / "mapping.toml").read_text("utf-8")


COUNTS = {
    "osm_montreal/osm_organismes_communautaires_montreal.csv": (154, 0),
    "msss_m02/installationscsv.csv": (1592, 0),
}


@pytest.mark.parametrize("name", list(COUNTS))
def test_the_open_listings_add_up(mirror: Path, tmp_path: Path, name: str) -> None:
    report = import_listing(mirror / name, tmp_path / "out")
    assert (report.read, report.quarantined) == COUNTS[name]
    assert report.read == report.loaded + report.quarantined
    tables = read_tables(tmp_path / "out")
    assert tables["links"]["location_id"].isin(tables["locations"]["id"]).all()
    assert tables["services"]["organization_id"].isin(tables["organizations"]["id"]).all()
    placed = tables["locations"]["longitude"].notna()
    assert (placed == (tables["locations"]["geocode_quality"] != "none")).all()


def test_a_header_alone_is_refused_and_the_listing_in_place_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"
    import_listing(_write(tmp_path), out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(ListingError, match="aucune ligne"):
        import_listing(_write(tmp_path, "Nom;Ville\n"), out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_listing_is_replaced_without_ever_being_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    import_listing(_write(tmp_path), out)
    seen: list[bool] = []
    rename = Path.rename

    def watched(path: Path, target: Path) -> Path:
        moved = rename(path, target)
        seen.append((out / "listing.json").is_file())
        return moved

    monkeypatch.setattr(Path, "rename", watched)
    import_listing(_write(tmp_path, "Nom;Ville\nAutre;Laval\n"), out)
    assert read_facts(out)["rows"]["read"] == 1
    assert all(seen), "the folder was away for a moment"
