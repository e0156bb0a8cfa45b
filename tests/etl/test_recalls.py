"""A source can be withdrawn: its figures leave ranks and classes, and say why."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.figures import RECALLED, figures
from etl import history
from etl.cli import app
from etl.recalls import RECALLS, open_with_recalls, recall, recalls_of, undo_recall
from etl.status import age_months, source_statuses
from geodata.errors import DeclarationError, SelectionError
from geodata.model import Level
from geodata.package import EMBEDDED, Package, open_package

SOURCE = "statcan_cimd_2021"
INDICATOR = "cimd_residential_instability"


def withdraw(home: Path, source: str = SOURCE) -> Package:
    recall(home, source, "Produit corrigé.", "Product corrected.", who="Ana")
    return open_with_recalls(EMBEDDED, home)


def test_the_figures_of_a_withdrawn_source_are_neither_shown_nor_ranked(tmp_path: Path) -> None:
    package = withdraw(tmp_path)
    reason = package.recall_of(INDICATOR)
    assert reason is not None
    assert (reason.fr, reason.en) == ("Produit corrigé.", "Product corrected.")
    shown = figures(package, Level.CLSC, INDICATOR, "2021")
    assert shown.recalled == reason
    assert shown.values.isna().all()
    assert set(shown.frame["status"]) == {RECALLED}
    assert not shown.frame["placed"].any()
    assert shown.placed.isna().all()
    assert package.recall_of("population") is None
    assert figures(package, Level.CLSC, "population", "2021").values.notna().any()


def test_a_withdrawn_source_leaves_the_levels_that_another_one_gives(tmp_path: Path) -> None:
    package = withdraw(tmp_path, "statcan_ct_profile_2021")
    tracts = figures(package, Level.CT, "tenants_pct", "2021")
    given = package.values(Level.CT, "tenants_pct")["source_id"].eq("statcan_ct_profile_2021")
    assert given.any()
    assert tracts.values[given].isna().all()


def test_nothing_is_built_again_and_pages_see_the_change(tmp_path: Path) -> None:
    before = open_with_recalls(EMBEDDED, tmp_path)
    after = withdraw(tmp_path)
    assert after.manifest == before.manifest
    assert after.id != before.id
    undo_recall(tmp_path, SOURCE)
    back = open_with_recalls(EMBEDDED, tmp_path)
    assert (back.id, back.recalls) == (before.id, {})
    assert [e.event for e in history.read_history(tmp_path)] == ["recall", "recall_undone"]


@pytest.mark.parametrize(("fr", "en"), [("", "why"), ("pourquoi", "  "), ("x" * 501, "why")])
def test_a_reason_is_needed_in_both_languages(tmp_path: Path, fr: str, en: str) -> None:
    with pytest.raises(DeclarationError, match="français"):
        recall(tmp_path, SOURCE, fr, en)
    assert recalls_of(tmp_path) == {}


def test_unknown_sources_are_named_back(tmp_path: Path) -> None:
    with pytest.raises(SelectionError, match="statcan_cimd_2021"):
        recall(tmp_path, "cimd", "parce que", "because")
    with pytest.raises(SelectionError, match="retirée"):
        undo_recall(tmp_path, SOURCE)


@pytest.mark.parametrize("content", ["[[recalls", "recalls = 3", '[[recalls]]\nsource = "x"', "\x00"])
def test_an_unreadable_list_is_said_and_not_taken_for_an_empty_one(tmp_path: Path, content: str) -> None:
    (tmp_path / RECALLS).write_text(content, "utf-8")
    with pytest.raises(DeclarationError, match="illisible"):
        recalls_of(tmp_path)


def test_the_command_and_the_status_of_sources(tmp_path: Path) -> None:
    runner = CliRunner()
    command = [
        "recall",
        SOURCE,
        "--home",
        str(tmp_path),
        "--reason-fr",
        "Corrigé.",
        "--reason-en",
        "Corrected.",
    ]
    told = json.loads(runner.invoke(app, [*command, "--json"]).stdout)
    assert [r["source"] for r in told["recalls"]] == [SOURCE]
    statuses = {s.id: s for s in source_statuses(open_package(EMBEDDED), tmp_path)}
    assert statuses[SOURCE].withdrawn is not None
    assert statuses["msss_m02"].withdrawn is None
    assert statuses["msss_m02"].live_in_words().fr == "jamais vérifié en direct"
    listed = json.loads(runner.invoke(app, ["sources", "--home", str(tmp_path), "--json"]).stdout)
    assert {s["id"] for s in listed["sources"]} == set(statuses)
    assert runner.invoke(app, ["recall", SOURCE, "--undo", "--home", str(tmp_path)]).exit_code == 0


@pytest.mark.parametrize("noted", ["3", '{"state": "failed"}', '{"state": "failed", "detail": {"fr": "a"}}'])
def test_a_damaged_note_of_an_attempt_is_left_out(tmp_path: Path, noted: str) -> None:
    (tmp_path / "attempts.json").write_text(f'{{"msss_m02": {noted}}}', "utf-8")
    found = {status.id: status for status in source_statuses(open_package(EMBEDDED), tmp_path)}
    assert found["msss_m02"].problem is None


@pytest.mark.parametrize(
    ("reference", "months"),
    [
        ("2021-05-11", 59),
        ("2021-05-10", 60),
        ("2021", 52),
        ("2021-05", 59),
        ("2030-01-01", 0),
        ("bientôt", None),
    ],
)
def test_age_in_whole_months(reference: str, months: int | None) -> None:
    assert age_months(reference, date(2026, 5, 10)) == months
