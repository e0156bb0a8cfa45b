"""The page of methods: every topic in both languages, and the last comparison made on this machine."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.methods.topics import TOPICS
from dashboard.navigation import Place
from etl.validity import ValidityReport, keep
from geodata.access.validity import Validity
from geodata.text import Language, Text

Visit = Callable[..., AppTest]


def drawn(visit_place: Visit, **query: str) -> str:
    at = visit_place(Place.METHODS, **query)
    assert not at.exception
    return "".join(element.proto.body for element in at.get("html"))


@pytest.fixture
def kept(home: Path) -> Path:
    found = (
        Validity("health", 0.6134, 1234, 865),
        Validity("pharmacy", None, 0, 0, Text("aucune liste", "no listing")),
    )
    keep(ValidityReport(found, "pmd.csv", "0" * 64, "2026-11-22", "another", 5000, 3), home)
    return home


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_topic_is_said_with_what_not_to_conclude(language: Language, visit_place: Visit) -> None:
    page = re.sub("[\xa0\u202f]", " ", drawn(visit_place, lang=language))
    for topic in TOPICS:
        assert f'id="{topic.anchor}"' in page
        assert topic.beware.in_language(language) in page
    assert page.count("<section") == len(TOPICS) + 1


def test_the_last_comparison_is_shown_with_its_file(kept: Path, visit_place: Visit) -> None:
    page = drawn(visit_place)
    for said in ("0,61", "1\N{NO-BREAK SPACE}234", "aucune liste", "pmd.csv", "refaites la comparaison"):
        assert said in page


def test_without_a_comparison_the_page_says_how_to_make_one(visit_place: Visit) -> None:
    assert "proximite validate proximity" in drawn(visit_place)


def test_a_damaged_report_is_none(kept: Path, visit_place: Visit) -> None:
    (kept / "validity.json").write_text("{", "utf-8")
    assert "proximite validate proximity" in drawn(visit_place)
