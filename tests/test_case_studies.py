"""The case studies say what the program finds: their scenario replays, and they quote its figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geodata.package import Package
from geodata.scenarios import Replayed, replay

DOCS = Path(__file__).resolve().parents[1] / "docs"
STUDIES = DOCS / "etudes-acces.md"
HEAVIEST_BYTES = 250_000


@pytest.fixture(scope="module")
def replayed(embedded_package: Package) -> Replayed:
    return replay((DOCS / "exemples" / "scenario-antoine-labelle.json").read_bytes(), embedded_package)


def _numbers(text: str) -> set[int]:
    return {int(re.sub(r"\D", "", found)) for found in re.findall(r"\d{1,3}(?:\u00a0\d{3})+|\d+", text)}


def test_the_scenario_of_the_document_gives_its_figures_again(replayed: Replayed) -> None:
    assert replayed.same
    assert replayed.differences == ()


def test_the_document_quotes_the_figures_of_the_scenario(replayed: Replayed) -> None:
    study = STUDIES.read_text("utf-8").split("## 3. ")[1]
    total = replayed.change.total
    without = total["people"] - total["within_before"]
    quoted = _numbers(study)
    for figure in (total["people"], total["gained"], total["gained_low"], without):
        assert round(figure) in quoted


def test_no_closure_is_proposed(replayed: Replayed) -> None:
    assert replayed.scenario.edits == ()
    assert not replayed.change.closes
    assert replayed.change.total["lost"] == 0


def test_every_study_has_a_picture_light_enough_to_load() -> None:
    text = STUDIES.read_text("utf-8")
    pictures = re.findall(r"\]\((img/etude-[^)]+)\)", text)
    assert len(pictures) >= 4
    for picture in pictures:
        assert (DOCS / picture).stat().st_size <= HEAVIEST_BYTES
    for study in text.split("\n## ")[1:]:
        assert "img/etude-" in study
        assert "**In English.**" in study
        assert "**Sources.**" in study
