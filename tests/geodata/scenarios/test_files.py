"""A scenario's file says everything, reads strictly, and plays again to the same figures."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.access.reach import Question
from geodata.access.thresholds import Thresholds
from geodata.choices import Grid
from geodata.composite import Scale
from geodata.errors import ProximiteError
from geodata.inputs import GridPart
from geodata.model import Direction, Level
from geodata.package import Package
from geodata.scenarios import (
    Add,
    Answer,
    Close,
    IndicatorNeed,
    Move,
    Opened,
    Proposal,
    Resize,
    Scenario,
    before_after,
    from_json,
    replay,
    to_json,
)
from geodata.scenarios.errors import ScenarioError
from geodata.scenarios.files import LONGEST
from geodata.siting import Problem, SolveStatus
from tests.geodata.scenarios.conftest import at, make_small

QUESTION = Question("clsc", thresholds=Thresholds(drive={"rural": 20.0}), steps=((10.0, 1.0), (20.0, 0.5)))
EDITS = (Add("Neuf é", *at(8), 2.5), Move("a", *at(1)), Close("b"), Resize("c", 3.0))
GRID = Grid(
    "g", "", "", Level.CLSC, Scale.PERCENTILE,
    tuple(GridPart(f"i{n}", "2021", 1.0, Direction.HIGHER_IS_NEED) for n in range(3)),
)  # fmt: skip
ANSWER = Answer(SolveStatus.OPTIMAL, (Opened("school-8", "École", *at(8)),), 1.0, 1.0, 0.0, 0.1)
WHOLE = Scenario(
    "Tout", QUESTION, EDITS, Proposal(Problem.FAIREST, 2, need=GRID, answer=ANSWER), "mrc:92", "abc", "notes"
)

PLACE = {"id": "a", "name": "", "longitude": -71.0, "latitude": 46.0}


def _raw(scenario: Scenario = WHOLE) -> dict[str, Any]:
    return json.loads(to_json(scenario))


@pytest.mark.parametrize(
    "scenario",
    [
        WHOLE,
        Scenario("x", Question("clsc")),
        replace(WHOLE, proposal=Proposal(Problem.COVER_ALL, need=IndicatorNeed("i"))),
    ],
)
def test_what_is_written_is_read(scenario: Scenario) -> None:
    written = to_json(scenario)
    assert from_json(written).scenario == scenario
    assert to_json(from_json(written).scenario) == written, "the same scenario gives the same text"
    assert from_json("\ufeff" + written).scenario == from_json(written.encode()).scenario == scenario


def _set(path: str, value: object) -> str:
    raw = _raw()
    target: Any = raw
    *steps, last = path.split(".")
    for step in steps:
        target = target[int(step) if step.isdigit() else step]
    target[int(last) if last.isdigit() else last] = value
    return json.dumps(raw)


@pytest.mark.parametrize(
    ("written", "french"),
    [
        ("", "n'est pas un scénario"),
        ("[1]", "n'est pas un scénario"),
        (b"\xff\xfe\x00", "n'est pas un scénario"),
        ('{"format": "proximite-grille", "version": 1}', "n'est pas un scénario"),
        ('{"format": "proximite-scenario", "version": 2}', "version 2 du format"),
        ('{"format": "proximite-scenario", "version": 1}', "scenario"),
        (to_json(WHOLE)[:400], "n'est pas un scénario"),
        (" " * (LONGEST + 1), "trop gros"),
        (_set("scenario.name", ""), "a un nom"),
        (_set("scenario.name", "x" * 201), "scenario.name"),
        (_set("scenario.question.mode", "rocket"), "question.mode"),
        (_set("scenario.question.thresholds.drive", {"urban": 0}), "seuil de 0"),
        (_set("scenario.question.treshold", 5), "question.treshold"),
        (_set("scenario.question.thresholds.bike", {}), "thresholds.bike"),
        (_set("scenario.edits.0.kind", "explode"), "edits.0"),
        (_set("scenario.edits.0.longitude", "-71"), "edits.0.add.longitude"),
        (_set("scenario.edits.0.capcity", 2), "capcity"),
        (_set("scenario.edits.0.capacity", 0), "fermez plutôt"),
        (_set("scenario.edits.3.site_id", "b"), "changé deux fois"),
        (_set("scenario.proposal.p", 0), "proposal.p"),
        (_set("scenario.proposal.spacing_km", 1e-9), "côté d'un carré"),
        (_set("scenario.proposal.time_limit_s", 1e9), "temps de recherche"),
        (_set("scenario.proposal.need.parts", []), "3 à 15"),
        (_set("scenario.proposal.answer.opened", [PLACE] * 2), "deux fois"),
        (_set("scenario.proposal.answer.status", "sure"), "answer.status"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_one_sentence(written: str | bytes, french: str) -> None:
    with pytest.raises(ProximiteError) as caught:
        from_json(written)
    assert french in caught.value.sentence("fr")
    assert caught.value.sentence("en") != caught.value.sentence("fr")


@settings(max_examples=15)
@given(
    st.one_of(
        st.text(), st.binary(), st.builds(json.dumps, st.recursive(st.none() | st.integers(), st.lists))
    )
)
def test_any_text_is_read_or_refused(written: str | bytes) -> None:
    with pytest.raises(ScenarioError):
        from_json(written)


def test_the_same_file_plays_to_the_same_figures(small: Package) -> None:
    scenario = Scenario("x", Question("clsc"), (Add("Neuf", *at(8)),))
    written = to_json(scenario, before_after(small, scenario), package_id=small.id)
    again = replay(written, small)
    assert again.same
    assert again.scenario.package_id == small.id
    assert again.notices[-1].fr == "Mêmes chiffres que dans le fichier."
    assert to_json(again.scenario, again.change) == written


def test_what_differs_is_listed_with_the_version_of_the_data(small: Package) -> None:
    scenario = Scenario("x", Question("clsc"), (Add("Neuf", *at(8)),))
    written = to_json(scenario, before_after(small, scenario), package_id="other")
    raw = json.loads(written)
    raw["results"]["total.gained"] = 690.0
    again = replay(json.dumps(raw), small)
    assert not again.same
    assert [(d.name, d.saved, d.found) for d in again.differences] == [("total.gained", 690.0, 700.0)]
    assert "other" in again.notices[0].fr
    assert small.id in again.notices[0].en


def test_a_file_without_figures_plays_and_says_so(small: Package) -> None:
    again = replay(to_json(Scenario("x", Question("clsc"))), small)
    assert not again.compared
    assert not again.same
    assert "chiffres" in again.notices[-1].fr


def test_a_place_that_left_the_listing_is_named(small: Package) -> None:
    written = to_json(Scenario("x", Question("clsc"), (Close("clsc-0"),)))
    replay(written, small)
    fewer = make_small()
    fewer.__dict__["services"] = fewer.services[fewer.services["location_id"] != "clsc-0"]
    with pytest.raises(ScenarioError, match="clsc-0"):
        replay(written, fewer)
