"""The commands: never a question, JSON and nothing else with --json, exit codes, both languages."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from etl.commands_listings import register
from etl.listings import importer
from geodata.errors import ListingError

app = typer.Typer()
register(app)
run = CliRunner()

TEXT = "Nom,Ville,Téléphone\nLe Pont,Sherbrooke,514\n,Laval,\n"


@pytest.fixture
def listing(tmp_path: Path) -> Path:
    path = tmp_path / "listing.csv"
    path.write_text(TEXT, "utf-8")
    return path


def test_json_is_the_only_output(listing: Path, tmp_path: Path) -> None:
    result = run.invoke(app, ["import", str(listing), "--out", str(tmp_path / "out"), "--json"])
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert said["rows"] == {"read": 2, "loaded": 1, "quarantined": 1}
    assert said["flags"] == {"bad_phone": 1, "missing_name": 1}
    problem = next(p for p in said["problems"] if p["kind"] == "missing_name")
    assert problem.keys() == {"kind", "severity", "file", "row", "field", "value", "why", "todo"}
    assert problem["why"].keys() == problem["todo"].keys() == {"fr", "en"}
    assert (problem["file"], problem["row"], problem["severity"]) == ("listing.csv", 2, "quarantine")
    assert said["mapping"]["columns"]["name"]["headers"] == ["Nom"]


@pytest.mark.parametrize(("lang", "words"), [("fr", "en quarantaine"), ("en", "in quarantine")])
def test_the_mapping_and_the_report_are_printed(listing: Path, tmp_path: Path, lang: str, words: str) -> None:
    result = run.invoke(app, ["import", str(listing), "--out", str(tmp_path / "out"), "--lang", lang])
    assert result.exit_code == 0
    assert words in result.stdout
    assert "Téléphone" in result.stdout


def test_what_cannot_be_read_is_told_in_json(tmp_path: Path) -> None:
    result = run.invoke(app, ["import", str(tmp_path / "none.csv"), "--out", str(tmp_path / "out"), "--json"])
    assert isinstance(result.exception, ListingError)
    said = json.loads(result.stdout)
    assert said["ok"] is False
    assert said["error"].keys() == {"fr", "en"}
    assert not (tmp_path / "out").exists()


def test_a_fault_of_the_program_is_told_in_json_too(
    listing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(importer, "check_values", fail)
    result = run.invoke(app, ["import", str(listing), "--out", str(tmp_path / "out"), "--json"])
    assert result.exit_code == 1
    assert "ZeroDivisionError" in json.loads(result.stdout)["error"]["en"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["listing.csv"]


def test_an_unknown_format_names_the_known_ones(listing: Path, tmp_path: Path) -> None:
    result = run.invoke(
        app, ["import", str(listing), "--out", str(tmp_path / "out"), "--format", "xyz", "--json"]
    )
    assert "icarol" in json.loads(result.stdout)["error"]["fr"]


def test_a_mapping_file_is_applied(listing: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[columns]\nname = "Ville"\n', "utf-8")
    arguments = ["import", str(listing), "--out", str(tmp_path / "out"), "--mapping", str(mapping), "--json"]
    assert json.loads(run.invoke(app, arguments).stdout)["rows"]["loaded"] == 2


def test_replay_plays_the_fixed_rows(listing: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run.invoke(app, ["import", str(listing), "--out", str(out), "--json"])
    fixed = out / "quarantine.csv"
    fixed.write_text(fixed.read_text("utf-8-sig").replace(",,Laval", ",La Rive,Laval"), "utf-8")
    result = run.invoke(app, ["replay", str(out), "--json"])
    assert json.loads(result.stdout)["rows"] == {"read": 2, "loaded": 2, "quarantined": 0}


def test_an_undeclared_listing_is_exported_only_on_the_table_s_word(listing: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run.invoke(app, ["import", str(listing), "--out", str(out), "--json"])
    arguments = ["export", str(out), "--out", str(tmp_path / "hsds"), "--json"]
    assert run.invoke(app, arguments).exit_code == 1
    result = run.invoke(app, [*arguments, "--licensed"])
    assert result.exit_code == 0, result.output
    (record,) = json.loads((tmp_path / "hsds" / "services.json").read_text("utf-8"))
    assert record["name"] == "Le Pont"
