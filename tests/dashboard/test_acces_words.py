"""How access is coloured, written in an address, and said."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dashboard.access import link, sentences, words
from dashboard.i18n import in_language
from dashboard.maps import bivariate
from dashboard.maps.bivariate import COLOURS, Cell
from dashboard.maps.still_fills import fills
from geodata.access.facts import Mode
from geodata.access.reach import Measure, Question
from geodata.access.thresholds import MILIEUS, Thresholds
from geodata.model import UNITS

DEUTERANOPIA = [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
]
PROTANOPIA = [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
]
"""Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB."""


def lab(colour: str, seen_by: list[list[float]] | None = None) -> NDArray[np.float64]:
    """Give CIE L*a*b* of a colour, as an eye sees it."""
    coded = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    if seen_by is not None:
        linear = np.clip(np.array(seen_by) @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    f = [t ** (1 / 3) if t > 0.008856 else 7.787 * t + 4 / 29 for t in xyz / [0.95047, 1, 1.08883]]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_light_falls_with_more_need_and_with_less_access() -> None:
    light = [lab(colour)[0] for colour in COLOURS]
    for need in (1, 2, 3):
        row = [light[bivariate.code_of(need, access)] for access in (3, 2, 1)]
        assert all(before - after > 10 for before, after in pairwise(row))
    for access in (1, 2, 3):
        column = [light[bivariate.code_of(need, access)] for need in (1, 2, 3)]
        assert all(before - after > 10 for before, after in pairwise(column))
    # Printed in grey, no two are the same.
    assert min(abs(a - b) for a, b in combinations(light, 2)) > 3
    assert int(np.argmin(light)) == bivariate.PRIORITY


@pytest.mark.parametrize("eye", [None, DEUTERANOPIA, PROTANOPIA])
def test_nine_colours_are_told_apart_by_every_eye(eye: list[list[float]] | None) -> None:
    seen = [lab(colour, eye) for colour in COLOURS]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 18


def test_classes_have_letters_and_the_legend_its_people() -> None:
    assert [bivariate.letter(need, access) for need, access in ((3, 1), (2, 2), (1, 3))] == ["A1", "B2", "C3"]
    html = bivariate.legend({bivariate.PRIORITY: Cell(1234.0, 2)}, 3, 1, "Communauté")
    assert "1\u00a0234 personnes" in html
    assert "2 territoires" in html
    assert "repeating-linear-gradient" in html
    assert "Pas de données · 3 territoires" in html
    assert html.count('scope="col"') == html.count('scope="row"') == 3


def test_a_class_needs_both_and_a_community_has_none() -> None:
    index = pd.Index(["a", "b", "c"])
    need = pd.Series([3, 2, 1], index, dtype="Int64")
    access = pd.Series([1, None, 3], index, dtype="Int64")
    painted = bivariate.painted(need, access, pd.Series([False, False, True], index))
    assert painted.classes.tolist() == [bivariate.PRIORITY, 255, 254]
    assert "px" in fills(COLOURS, patterned=False, radius=3, marked=(8,)).paints[8]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.5, 240).map(lambda m: round(m, 1)), min_size=4, max_size=4))
def test_thresholds_come_back_from_their_code(minutes: list[float]) -> None:
    given_minutes = dict(zip(MILIEUS, minutes, strict=True))
    thresholds = link.with_minutes(Mode.WALK, given_minutes)
    code = link.thresholds_code(thresholds, Mode.WALK)
    read = [float(piece) for piece in code.split("-")] if code else list(given_minutes.values())
    assert read == pytest.approx(minutes, rel=1e-5)


def test_a_question_is_written_for_the_next_page() -> None:
    assert link.of_question(Question("clsc")) == {}
    asked = Question("library", Mode.WALK, group="age_65_plus", thresholds=Thresholds(walk={"urban": 12}))
    assert link.of_question(asked) == {
        "service": "library", "mode": "pied", "pour": "age_65_plus", "seuils": "12-20-25-30",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0"), (0.001, "moins de 1"), (0.834, "83"), (0.999, "plus de 99"), (1.0, "100")]
)
def test_nearly_all_is_not_all(share: float, said: str) -> None:
    assert sentences.out_of_hundred(share) == said


@pytest.mark.parametrize(("people", "said"), [(0, "0"), (7, "7"), (1_437_261, "1 440 000"), (6_053, "6 050")])
def test_a_model_knows_three_figures(people: float, said: str) -> None:
    assert sentences.about(people).replace("\u00a0", " ") == said


def test_numbers_keep_their_unit_and_their_range() -> None:
    assert words.ranged(96.4, 88.1, UNITS["percent"]) == "88,1 à 96,4\u00a0%"
    assert words.ranged(50.0, 50.0, UNITS["percent"]) == ""
    assert words.unit_of(Measure.BALANCED).symbol is None, "a level of service by zone is not per person"
    with in_language("en"):
        assert sentences.listing_dates("2020-10", "2020-10") == "October\u00a02020"
