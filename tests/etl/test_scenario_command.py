"""``proximite scenario``: plays a file again, in words and for machines, and refuses in one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from etl.cli import app
from etl.commands import scenarios
from geodata.access.reach import Question
from geodata.errors import OutputError, ProximiteError
from geodata.networks.errors import NetworkNotFoundError
from geodata.package import Package
from geodata.scenarios import Add, Close, Proposal, Scenario, ScenarioError, before_after, from_json, to_json
from geodata.siting import Problem
from tests.geodata.scenarios.conftest import at, make_small


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Package:
    """Let the command open the small world of the domain's tests."""
    package = make_small()
    monkeypatch.setattr(scenarios, "open_with_recalls", lambda path, home: package)
    return package


def _run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["scenario", *arguments])


def _file(folder: Path, text: str) -> str:
    path = folder / "scenario.json"
    path.write_text(text, "utf-8")
    return str(path)


def test_a_file_plays_to_the_same_figures(world: Package, tmp_path: Path) -> None:
    scenario = Scenario("Un de plus", Question("clsc"), (Add("Neuf", *at(8)),))
    path = _file(tmp_path, to_json(scenario, before_after(world, scenario), package_id=world.id))
    answer = json.loads(_run(path, "--json").stdout)
    assert answer["ok"] is True
    assert answer["same"] is True
    assert answer["results"]["total.gained"] == 700
    assert answer["places"] == {
        "added": ["added:1"],
        "proposed": [],
        "moved": [],
        "closed": [],
        "resized": [],
    }
    said = _run(path).stdout
    assert "Gagnent l'accès" in said
    assert "Same figures as in the file." in " ".join(said.split())
    row = next(line for line in said.splitlines() if line.startswith("│ Personnes"))
    assert row.split("│")[2].strip() == "240", "no word and no number is cut in two"
    assert max(len(line) for line in said.splitlines()) <= 80


def test_a_closure_says_who_loses_and_that_it_is_not_justified(world: Package, tmp_path: Path) -> None:
    path = _file(tmp_path, to_json(Scenario("x", Question("clsc"), (Close("clsc-0"),))))
    sentences = [one["fr"] for one in json.loads(_run(path, "--json").stdout)["sentences"]]
    assert sentences[0].startswith("Perdent l'accès")
    assert sentences[1] == "Ce scénario ne justifie pas une fermeture."


def test_solving_again_is_asked_for_and_written_beside(world: Package, tmp_path: Path) -> None:
    scenario = Scenario("x", Question("clsc"), proposal=Proposal(Problem.COVER_MOST))
    path, out = _file(tmp_path, to_json(scenario)), tmp_path / "out.json"
    assert json.loads(_run(path, "--json").stdout)["places"]["proposed"] == []
    assert _run(path, "--solve", "--out", str(out)).exit_code == 0
    saved = from_json(out.read_bytes())
    assert saved.scenario.package_id == world.id
    assert saved.scenario.proposal is not None
    assert saved.scenario.proposal.answer is not None
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".partial")] == []
    assert json.loads(_run(str(out), "--json").stdout)["same"] is True


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("nothing", ScenarioError),
        (to_json(Scenario("x", Question("clsc"), (Close("gone"),))), ScenarioError),
        (to_json(Scenario("x", Question("clsc", network_id="abc123"))), NetworkNotFoundError),
    ],
)
def test_what_cannot_be_played_is_one_sentence(
    world: Package, tmp_path: Path, text: str, kind: type[ProximiteError]
) -> None:
    path = _file(tmp_path, text)
    result = _run(path, "--json")
    assert isinstance(result.exception, kind)
    assert json.loads(result.stdout)["ok"] is False
    assert Path(path).read_text("utf-8") == text, "the file is kept as it is"


def test_a_file_or_a_folder_that_is_not_there(world: Package, tmp_path: Path) -> None:
    assert isinstance(_run(str(tmp_path / "none.json")).exception, ScenarioError)
    path = _file(tmp_path, to_json(Scenario("x", Question("clsc"))))
    result = _run(path, "--out", str(tmp_path / "no" / "where.json"))
    assert isinstance(result.exception, OutputError)
