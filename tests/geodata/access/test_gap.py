"""Need beside access: thirds of the people, what is uncertain, and what is left out."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.access.errors import AccessError
from geodata.access.gap import Gap, bivariate, gap_of
from geodata.access.needs import need_of_indicator
from geodata.access.reach import Measure, Question, measured
from geodata.errors import SelectionError
from geodata.model import Direction, Level
from tests.geodata.access.small import COSTS, A, B, C, catalogue, costs, package

NAN = float("nan")
TODAY = date(2026, 11, 23)
NAMES = ["x", "y", "z", "w"]


def series(*values: float | None) -> pd.Series:
    return pd.Series(values, NAMES[: len(values)], dtype=float)


def by_hand(**more: object) -> Gap:
    need, access = series(10, 20, 30, NAN), series(90, 50, 10, 40)
    return bivariate(need, access, series(1000, 1000, 1000, 500), **more)  # type: ignore[arg-type]


def test_three_territories_of_as_many_people_are_the_three_thirds() -> None:
    found = by_hand()
    # A third of the people each: their middles are at 16.7, 50 and 83.3 %.
    np.testing.assert_allclose(found.frame["need_percentile"][:3], [100 / 6, 50, 500 / 6])
    assert found.frame["need_class"].tolist()[:3] == [1, 2, 3]
    assert found.frame["access_class"].tolist()[:3] == [3, 2, 1]
    assert found.counts.at[3, 1] == 1000
    assert found.territories.to_numpy().sum() == 3


def test_what_is_missing_is_in_no_class_and_counts_nowhere() -> None:
    found = by_hand()
    row = found.frame.loc["w"]
    assert row[["need_class", "access_class", "grade", "gap"]].isna().all()
    assert found.counts.to_numpy().sum() == 3000


def test_a_class_that_the_error_may_change_is_not_sure() -> None:
    found = by_hand(
        need_moe=series(1, 1, 15, 1), access_low=series(80, 45, 5, 0), access_high=series(95, 95, 15, 99)
    )
    assert found.frame["need_sure"].tolist()[:3] == [True, True, False]
    assert found.frame["access_sure"].tolist()[:3] == [True, False, True]
    assert found.frame["grade"].tolist()[:3] == ["solide", "prudence", "prudence"]
    # Gaps of −67, −33 to 0, and 33 to 67: none overlaps another.
    assert found.frame["rank_low"].tolist()[:3] == found.frame["rank_high"].tolist()[:3] == [3, 2, 1]


def test_an_error_that_is_not_published_gives_no_rank_but_a_fifth() -> None:
    found = by_hand(access_low=series(90, 50, 10, 40), access_high=series(90, 50, 10, 40))
    assert found.frame["need_sure"].isna().all()
    assert found.frame[["rank_low", "rank_high"]].isna().all(axis=None)
    assert found.frame["fifth"].tolist()[:3] == [1, 3, 5]
    assert found.frame["grade"].tolist()[:3] == ["prudence"] * 3


def test_nothing_in_doubt_is_solid_and_two_doubts_are_too_many() -> None:
    exact = {
        "need_moe": series(0, 0, 0, 0),
        "access_low": series(90, 50, 10, 40),
        "access_high": series(90, 50, 10, 40),
    }
    found = by_hand(**exact)
    assert found.frame["grade"].tolist()[:3] == ["solide"] * 3
    assert found.frame["rank_low"].tolist()[:3] == found.frame["rank_high"].tolist()[:3] == [3, 2, 1]
    stale = by_hand(**{**exact, "need_moe": series(0, 0, 15, 0)}, stale=True)
    assert stale.frame["grade"].tolist()[:3] == ["prudence", "prudence", "ne pas utiliser"]
    assert list(stale.widest().index) == []
    assert list(found.widest().index) == ["z"]


def test_equals_share_a_class_and_the_best_access_is_no_gap() -> None:
    found = bivariate(series(1, 2, 3), series(100, 100, 100), series(500, 500, 500))
    assert found.frame["access_class"].tolist() == [2, 2, 2]
    assert found.widest().empty


def test_nothing_in_common_gives_empty_classes() -> None:
    found = bivariate(series(NAN, 1), series(1, NAN), series(10, 10))
    assert found.counts.to_numpy().sum() == 0
    assert found.widest().empty


@pytest.mark.parametrize(
    "people",
    [
        pd.Series([1.0, 2.0], ["x", "q"]),
        pd.Series([1.0, np.inf], ["x", "y"]),
        series(1.0),
        series(1.0, -1.0),
    ],
)
def test_series_that_do_not_match_are_refused(people: pd.Series) -> None:
    with pytest.raises(AccessError, match="correspondent"):
        bivariate(series(1, 2), series(1, 2), people)


@settings(max_examples=8)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 900)), min_size=1, max_size=12)
)
def test_people_are_conserved_and_classes_follow_the_values(rows: list[tuple[int, int, int]]) -> None:
    need, access, people = (pd.Series(column, dtype=float) for column in zip(*rows, strict=True))
    found = bivariate(need, access, people, need_moe=0.0 * need + 2)
    assert found.counts.to_numpy().sum() == people.sum()
    ordered = found.frame.sort_values("need")
    assert ordered["need_class"].is_monotonic_increasing
    assert ordered.groupby("need")["need_class"].nunique().le(1).all()
    assert (found.frame["need_percentile_low"] <= found.frame["need_percentile"] + 1e-9).all()
    assert (found.frame["need_percentile_high"] >= found.frame["need_percentile"] - 1e-9).all()


def test_an_indicator_beside_a_measure() -> None:
    need = need_of_indicator(package(), Level.CLSC, "need")
    question = Question("clsc", measure=Measure.NEAREST_1)
    found = gap_of(package(), Level.CLSC, need, measured(package(), question, costs(*COSTS)), today=TODAY)
    # b: more need (30 against 10) and 37.6 minutes against 11.8.
    assert found.frame["access"].tolist()[:2] == pytest.approx([-11.8, -37.6])
    assert found.frame.at[B, "gap"] > 0 > found.frame.at[A, "gap"]
    assert list(found.widest().index) == [B]
    assert found.frame["reason"].isna().tolist() == [True, True, False]
    assert "ni rang ni score" in found.frame.at[C, "reason"].fr
    assert np.isnan(found.frame.at[C, "gap"])


def test_people_out_of_reach_count_at_the_least_that_it_takes_them() -> None:
    need = need_of_indicator(package(), Level.CLSC, "need")
    travel = costs(*COSTS[:6])  # d4 is out of reach as well
    travel.cutoff_minutes = 90.0
    question = Question("clsc", measure=Measure.NEAREST_1)
    found = gap_of(package(), Level.CLSC, need, measured(package(), question, travel), today=TODAY)
    assert found.frame.at[B, "access"] == pytest.approx(-(100 * 28 + 400 * 90) / 500)


def test_the_direction_of_a_need_is_the_catalogue_s() -> None:
    lower = package(indicators=catalogue(Direction.LOWER_IS_NEED))
    assert need_of_indicator(lower, Level.CLSC, "need").score.tolist()[:2] == [-10.0, -30.0]
    neither = package(indicators=catalogue(Direction.DESCRIPTIVE))
    with pytest.raises(SelectionError):
        need_of_indicator(neither, Level.CLSC, "need")


def test_need_and_access_are_of_one_level() -> None:
    need = need_of_indicator(package(), Level.CLSC, "need")
    with pytest.raises(AccessError, match="même niveau"):
        gap_of(package(), Level.DA, need, measured(package(), Question("clsc"), costs(*COSTS)))


def test_those_of_the_lowest_access_are_in_the_lowest_third_however_many() -> None:
    # Nobody is near a place in seven tenths of the territories: together, they stand at 35 of 100.
    access = pd.Series([0.0] * 7 + [40.0, 60.0, 100.0], [f"t:{at}" for at in range(10)])
    need = pd.Series(range(10), access.index, dtype=float)
    found = bivariate(need, access, pd.Series(100.0, access.index))
    assert found.frame["access_class"].tolist() == [1] * 7 + [3, 3, 3]
    assert found.frame["need_class"].tolist() == [1, 1, 1, 2, 2, 2, 2, 3, 3, 3]
