"""What enters the search for clusters, what comes out, and what the page says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.clustering import (
    COLOURS,
    LeftOut,
    Question,
    answer,
    can_be_smoothed,
    drawn,
    left_out_words,
    method_words,
    moran_words,
    p_words,
    painted,
    sheet,
)
from dashboard.i18n import in_language
from dashboard.navigation import Place
from geodata.clusters import Moran, Quadrant
from geodata.model import Governance, Level
from geodata.package import Package

AGES = Question(Level.CLSC, "age_65_plus_pct", "2021")
DIPLOMA = Question(Level.MUNICIPALITY, "no_diploma_pct", "2021")


@pytest.fixture(scope="module")
def package(embedded_package: Package) -> Package:
    return embedded_package


def test_communities_that_govern_themselves_do_not_enter(package: Package) -> None:
    found = answer(package, AGES)
    governed = package.level(Level.CLSC)["governance"].ne(Governance.NONE.value)
    assert governed.sum() == 4
    assert found.left_out[governed].eq(LeftOut.COMMUNITY).all()
    assert found.quadrants[governed].isna().all()
    assert len(found.found.frame) == 162


def test_every_territory_is_painted_or_left_out(package: Package) -> None:
    found = answer(package, replace(AGES, finely=True))
    classes = painted(found)
    assert sum(classes.counts) + classes.no_data + classes.hidden == 166
    assert classes.counts[0] == found.quadrants.eq(Quadrant.HIGH_HIGH).sum()
    assert sum(classes.counts[:4]) > 0


def test_without_the_correction_more_stand_out_and_none_changes_side(package: Package) -> None:
    fine = replace(AGES, finely=True)
    firm = answer(package, fine).quadrants
    weak = answer(package, replace(fine, corrected=False)).quadrants
    kept = firm[firm.notna() & firm.ne(Quadrant.NOT_SIGNIFICANT)]
    assert len(kept)
    assert (weak[kept.index] == kept).all()
    assert weak.ne(Quadrant.NOT_SIGNIFICANT).sum() > firm.ne(Quadrant.NOT_SIGNIFICANT).sum()


def test_smoothing_draws_small_municipalities_to_the_rate_of_all(package: Package) -> None:
    plain, smooth = (
        answer(package, question).found.frame["value"]
        for question in (DIPLOMA, Question(Level.MUNICIPALITY, "no_diploma_pct", "2021", smoothed=True))
    )
    assert smooth.std() < plain.std()
    assert plain.max() <= 100 >= smooth.max()


@pytest.mark.parametrize(
    ("level", "name", "possible"),
    [
        (Level.MUNICIPALITY, "no_diploma_pct", True),
        (Level.CLSC, "age_65_plus_pct", True),
        (Level.MRC, "cimd_economic_dependency", False),
        # Published as a share alone: nothing says of how many people.
        (Level.TABLE, "idms_material_q4_q5_pct", False),
        # A decrease is no share of anyone.
        (Level.MRC, "population_growth_pct", False),
    ],
)
def test_only_counts_of_people_among_people_are_smoothed(
    package: Package, level: Level, name: str, possible: bool
) -> None:
    indicator = package.indicators[name]
    assert can_be_smoothed(package, level, indicator, indicator.periods[0]) is possible


def test_the_table_says_why_a_territory_is_absent(package: Package) -> None:
    with in_language("fr"):
        table = sheet(package, answer(package, DIPLOMA))
        said = left_out_words(answer(package, DIPLOMA))
    assert len(table.frame) == 1282
    assert (table.frame["quadrant"] != "").all()
    assert "pas de données" in set(table.frame["quadrant"])
    assert "communauté" in said


def test_the_map_leaves_the_page_with_its_legend(package: Package) -> None:
    with in_language("fr"):
        picture = drawn(package, answer(package, AGES))
    assert picture.startswith("<svg")
    assert "Hors de l" in picture
    assert COLOURS[0] in picture


@pytest.mark.parametrize(
    ("index", "p", "said"),
    [(0.4, 0.002, "plus que le hasard"), (0.01, 0.6, "rien ne montre"), (-0.4, 0.004, "diffèrent plus")],
)
def test_the_global_measure_is_a_sentence(index: float, p: float, said: str) -> None:
    with in_language("fr"):
        assert said in moran_words(Moran(index, -0.01, p, 100, 999, 1))


def test_a_p_value_that_three_decimals_cannot_hold_is_under() -> None:
    with in_language("fr"):
        assert p_words(0.0002) == "< 0,001"
        assert p_words(0.002) == "= 0,002"


def test_the_method_names_islands_and_points(package: Package) -> None:
    with in_language("fr"):
        assert "Îles" in method_words(package, answer(package, AGES))
        found = answer(package, AGES)
        by_points = replace(found.found, neighbours=replace(found.found.neighbours, by_distance=True))
        assert "par leurs points" in method_words(package, replace(found, found=by_points))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_level_with_too_few_territories_is_a_sentence(
    visit_place: Callable[..., AppTest], language: str
) -> None:
    at = visit_place(Place.COMPARE, vue="regroupements", lang=language, niveau="nulle-part")
    assert not at.exception
    said = " ".join(block.value for block in at.markdown) + " ".join(str(block.proto) for block in at.main)
    assert ("trop peu" if language == "fr" else "too few") in said
