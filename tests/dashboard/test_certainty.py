"""What a number is worth, in words, and the ranges of ranks of real figures."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest

from dashboard import data
from dashboard.catalogue import values_sheet
from dashboard.certainty import (
    difference_brief,
    difference_words,
    error_words,
    estimate_of,
    gap_words,
    grade_badge,
    grade_shape,
    ranks_of,
    sentence,
    standing_words,
    why_grade,
)
from dashboard.components.table_frame import decimals_of, table_frame
from dashboard.figures import figures
from dashboard.i18n import in_language
from geodata.differences import Difference, Estimate, Verdict, difference
from geodata.figure_error import asks_for_people, with_error_and_grade
from geodata.model import UNITS, ErrorKind, Level
from geodata.package import Package
from geodata.ranking import rank_intervals

PERCENT, SCORE = UNITS["percent"], UNITS["score"]


@pytest.fixture(scope="module")
def real(embedded_package: Package) -> Package:
    return embedded_package


def _row(**more: object) -> pd.Series:
    facts = {
        "value": 20.0,
        "status": "ok",
        "grade": "prudence",
        "coverage": 1.0,
        "moe_95": 1.96,
        "cv": 0.05,
        "error_kind": "sampling",
        "people": 5000.0,
    }
    return pd.Series({**facts, **more}, dtype=object)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"grade": None}, ""),
        ({"grade": "solide", "cv": 0.0, "error_kind": "none"}, "solide : compte exact"),
        ({"grade": "solide"}, "solide : erreur relative de moins de 16,6 %"),
        ({"coverage": 0.82}, "prudence : couverture de 82 %"),
        ({"people": 249}, "prudence : moins de 250 personnes"),
        ({"people": math.nan}, "prudence : population inconnue"),
        ({"cv": 0.2, "people": 90}, "prudence : erreur relative de 16,6 % et plus, moins de 250 personnes"),
        ({"error_kind": "unpublished", "cv": math.nan}, "prudence : incertitude non publiée"),
        ({"cv": math.nan}, "prudence : erreur sans commune mesure avec le chiffre"),
        ({}, "prudence : qualité signalée par le producteur"),
        ({"grade": "ne pas utiliser", "cv": 0.4}, "ne pas utiliser : erreur relative de 33,3 % et plus"),
        ({"grade": "ne pas utiliser", "people": 39}, "ne pas utiliser : moins de 40 personnes"),
        (
            {"grade": "ne pas utiliser", "status": "suppressed", "value": math.nan},
            "ne pas utiliser : retenu par le producteur",
        ),
    ],
)
def test_a_grade_says_what_earned_it(real: Package, more, expected: str) -> None:
    indicator = real.indicators["no_diploma_pct"]
    assert why_grade(_row(**more), indicator).replace("\u00a0", " ") == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"value": math.nan}, ""),
        ({"error_kind": "unpublished", "moe_95": math.nan}, "incertitude non publiée"),
        ({"moe_95": math.nan}, "marge d'erreur inconnue"),
        ({"moe_95": 0.0}, "compte exact"),
        ({}, "marge d'erreur : ± 2,0 %, 19 fois sur 20 (erreur relative de 5,0 %)"),
        ({"cv": math.nan}, "marge d'erreur : ± 2,0 %, 19 fois sur 20"),
        (
            {"value": 0.0},
            "marge d'erreur : ± 2,0 %, 19 fois sur 20 (erreur de 5,0 % de l'écart entre les territoires)",
        ),
    ],
)
def test_an_error_is_said_with_its_size(real: Package, more, expected: str) -> None:
    indicator = real.indicators["no_diploma_pct"]
    assert error_words(_row(**more), indicator).replace("\u00a0", " ") == expected


def test_a_row_without_its_relative_error_has_it_computed(real: Package) -> None:
    row = _row().drop(["cv", "people"])
    assert "5,0" in error_words(row, real.indicators["no_diploma_pct"])
    assert why_grade(_row(grade="solide").drop("cv"), real.indicators["no_diploma_pct"])


@pytest.mark.parametrize(
    ("a", "b", "french", "english"),
    [
        ((26.0, 3.0), (20.0, 4.0), "plus élevé de 6,0 points de pourcentage (± 5,0)",
         "higher by 6.0 percentage points (± 5.0)"),
        ((20.0, 0.0), (21.5, 0.0), "moins élevé de 1,5 point de pourcentage",
         "lower by 1.5 percentage points"),
        ((21.0, 3.0), (20.0, 4.0),
         "se compare : l'écart de 1,0 point de pourcentage (± 5,0) ne dépasse pas la marge d'erreur",
         "comparable: the difference of 1.0 percentage points (± 5.0) does not exceed the margin of error"),
        ((20.0, 0.0), (20.0, 0.0), "même valeur", "same value"),
        ((20.01, 0.0), (20.0, 0.0), "plus élevé de moins de 0,1 point de pourcentage",
         "higher by less than 0.1 percentage points"),
        ((30.0, None), (20.0, None),
         "plus élevé de 10,0 points de pourcentage ; on ne peut pas dire si la différence dépasse l'erreur",
         "higher by 10.0 percentage points; nobody can say whether the difference exceeds the error"),
        ((None, None), (20.0, 0.0), "pas de données pour comparer", "no data to compare"),
    ],
)  # fmt: skip
def test_a_difference_says_whether_it_exceeds_its_error(a, b, french: str, english: str) -> None:
    found = difference(Estimate(*a), Estimate(*b))
    for language, expected in (("fr", french), ("en", english)):
        with in_language(language):
            assert difference_words(found, PERCENT).replace("\u00a0", " ") == expected


def test_a_difference_of_scores_keeps_its_decimals_and_is_brief_where_asked() -> None:
    assert gap_words(-0.25, SCORE) == "0,25"
    assert difference_brief(Difference(0.5, 0.1, Verdict.BEYOND_ERROR)) == "plus élevé ici"
    assert difference_brief(Difference(-0.5, 0.0, Verdict.BEYOND_ERROR)) == "moins élevé ici"
    assert difference_brief(Difference(0.5, 1.0, Verdict.WITHIN_ERROR)) == "se compare"
    assert difference_brief(Difference(0.5, None, Verdict.UNKNOWN)) == ""


def test_a_shape_has_a_word_for_those_who_do_not_see_it() -> None:
    assert 'aria-label="prudence"' in grade_shape("prudence")
    assert grade_shape(None) == grade_badge("autre") == ""
    assert sentence("", "compte exact", "se compare") == "Compte exact. Se compare."


def test_a_published_error_gives_a_range_of_ranks(real: Package) -> None:
    place = (Level.MRC, "no_diploma_pct", "2021")
    ranks = ranks_of(real, *place)
    own = ranks.loc["mrc:41"]  # Le Haut-Saint-François
    said = standing_words(real, *place, "mrc:41")
    assert said.startswith(f"entre le {own['rank_low']}e et le {own['rank_high']}e rang sur 102")
    assert own["rank_low"] < own["rank_high"]
    shown = figures(real, *place)
    open_to_rank = real.level(Level.MRC)["governance"].eq("none")
    again = rank_intervals(shown.values.where(open_to_rank), shown.frame["moe_95"])
    pd.testing.assert_frame_equal(ranks, again)
    with in_language("en"):
        assert standing_words(real, *place, "mrc:41").startswith("between the ")


def test_an_exact_figure_has_one_rank(real: Package) -> None:
    assert standing_words(real, Level.MRC, "population", "2021", "mrc:66").startswith("au 1er rang sur 102")


def test_an_unpublished_error_gives_a_fifth_and_no_rank(real: Package) -> None:
    place = (Level.CLSC, "cimd_situational_vulnerability", "2021")
    shown = figures(real, *place)
    territory = str(shown.placed.idxmax())
    said = standing_words(real, *place, territory)
    assert "cinquième" in said
    assert "rang" not in said
    assert ranks_of(real, *place).isna().all(axis=None)
    assert not shown.frame["grade"].eq("solide").any()


def test_no_community_that_governs_itself_is_ranked(real: Package) -> None:
    governed = real.level(Level.MUNICIPALITY)["governance"].ne("none")
    for indicator in ("no_diploma_pct", "population"):
        ranks = ranks_of(real, Level.MUNICIPALITY, indicator, "2021")
        assert ranks.loc[governed].isna().all(axis=None)
        territory = figures(real, Level.MUNICIPALITY, indicator, "2021").values[governed].dropna().index[0]
        said = standing_words(real, Level.MUNICIPALITY, indicator, "2021", str(territory))
        assert "ne sont pas rangées" in said


def test_a_figure_not_to_be_used_has_no_rank(real: Package) -> None:
    place = (Level.MUNICIPALITY, "one_parent_families_pct", "2021")
    shown = figures(real, *place)
    unusable = shown.frame["grade"].eq("ne pas utiliser") & shown.frame["value"].notna()
    assert unusable.any()
    assert ranks_of(real, *place)[unusable].isna().all(axis=None)


def test_a_small_municipality_has_a_wide_margin(real: Package) -> None:
    frame = figures(real, Level.MUNICIPALITY, "no_diploma_pct", "2021").frame
    small, large = (
        frame.loc[rows, "moe_95"].median() for rows in (frame["people"] < 300, frame["people"] > 50_000)
    )
    assert small > 10 * large


def test_a_suppressed_figure_says_so_wherever_its_package_comes_from(tiny: Package) -> None:
    shown = figures(tiny, Level.CLSC, "age_65_plus_pct", "2021")
    row = shown.row("clsc:14012")
    assert row["grade"] == "ne pas utiliser"
    assert "retenu" in why_grade(row, tiny.indicators["age_65_plus_pct"])


def test_table_and_files_carry_the_relative_error(real: Package) -> None:
    indicator = real.indicators["no_diploma_pct"]
    shown = data.figures_of(real, Level.MRC, indicator.id, "2021")
    frame = table_frame(real, shown, indicator)
    row = frame.loc["mrc:41"]
    cv = shown.frame.at["mrc:41", "moe_95"] / 1.96 / shown.frame.at["mrc:41", "value"]
    assert row["Erreur relative (%)"] == pytest.approx(100 * cv, abs=0.05)
    assert decimals_of(frame, indicator)["Erreur relative (%)"] == 1
    sheet = values_sheet(real, indicator)
    rows = sheet.frame.set_axis([column.title for column in sheet.columns], axis=1)
    own = rows[rows["Identifiant"].eq("mrc:41")].iloc[0]
    assert own["Erreur relative"] == pytest.approx(cv, abs=0.0005)
    assert own["Genre d'erreur"] == "arrondi et échantillon"


def test_a_score_is_set_against_the_spread_of_its_level(real: Package) -> None:
    score = replace(real.indicators["cimd_economic_dependency"], error_kind=ErrorKind.ROUNDING, scale=1.0)
    rows = pd.DataFrame(
        {
            "territory_id": [f"clsc:{n}" for n in range(4)] + ["rss:06"],
            "indicator_id": score.id,
            "period": "2021",
            "value": [-1.0, 0.0, 0.0, 1.0, 0.5],
            "numerator": [0.0] * 5,
            "denominator": [10.0, 10.0, 40.0, 40.0, 40.0],
            "n_cells": 1,
            "coverage": 1.0,
            "status": "ok",
        }
    )
    people = pd.Series(5000.0, index=rows["territory_id"])
    found = with_error_and_grade(rows, {score.id: score}, people)
    # sd of -1, 0, 0, 1 is √½ ; the error of 0/10 is 2/10, of 0/40 is 2/40 ; one region alone has no spread.
    assert list(found["grade"]) == ["prudence", "prudence", "solide", "solide", "prudence"]
    assert found["moe_95"].iloc[0] == pytest.approx(0.392)


def test_few_people_weaken_a_rate_and_not_a_count(real: Package) -> None:
    asked = {name for name, indicator in real.indicators.items() if asks_for_people(indicator)}
    assert {"no_diploma_pct", "population_msss", "density"} <= asked
    assert not asked & {"population", "private_dwellings", "library_count"}


def test_estimates_keep_what_is_missing() -> None:
    assert estimate_of(_row(moe_95=math.nan)) == Estimate(20.0, None)
    assert estimate_of(_row(value=math.nan, moe_95=math.nan)) == Estimate(None, None)
