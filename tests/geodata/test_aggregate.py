"""Carrying statistics up: hand-computed examples and laws that hold for any data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.aggregate import as_ratio_parts, assert_conserved, carry_up, population_fifth, to_values
from geodata.errors import ConservationError, JoinError
from geodata.model import Aggregation


def _cells(numerators: list[float], denominators: list[float] | None = None) -> pd.DataFrame:
    n = len(numerators)
    return pd.DataFrame(
        {
            "cell_id": [f"da:{i}" for i in range(n)],
            "numerator": numerators,
            "denominator": denominators or [np.nan] * n,
            "status": ["ok" if not np.isnan(x) else "suppressed" for x in numerators],
        }
    )


def _people(values: list[float]) -> pd.Series:
    return pd.Series(values, index=[f"da:{i}" for i in range(len(values))])


def _membership(rows: list[tuple[int, str, float]]) -> pd.DataFrame:
    return pd.DataFrame(
        [(f"da:{i}", t, f) for i, t, f in rows], columns=["cell_id", "territory_id", "fraction"]
    )


def test_a_rate_is_summed_then_divided_never_averaged() -> None:
    # 10 of 100, 90 of 100 and a third cell half inside: (10 + 90 + 20/2) / (100 + 100 + 200/2)
    parts = _cells([10, 90, 20], [100, 100, 200])
    members = _membership([(0, "t:a", 1), (1, "t:a", 1), (2, "t:a", 0.5), (2, "t:b", 0.5)])
    values = to_values(carry_up(parts, members, _people([100, 100, 200])), Aggregation.RATIO, 100.0)
    assert values.loc["t:a", "value"] == pytest.approx(110 / 300 * 100)
    assert values.loc["t:b", "value"] == pytest.approx(10.0)
    assert values.loc["t:a", "n_cells"] == 3


def test_a_suppressed_cell_lowers_the_coverage_and_is_no_zero() -> None:
    parts = _cells([10, np.nan], [100, np.nan])
    members = _membership([(0, "t:a", 1), (1, "t:a", 1)])
    values = to_values(carry_up(parts, members, _people([300, 100])), Aggregation.RATIO, 100.0)
    assert values.loc["t:a", "coverage"] == pytest.approx(0.75)
    assert values.loc["t:a", "value"] == pytest.approx(10.0)


def test_under_seventy_percent_of_people_there_is_no_figure() -> None:
    parts = _cells([10, np.nan], [100, np.nan])
    members = _membership([(0, "t:a", 1), (1, "t:a", 1)])
    values = to_values(carry_up(parts, members, _people([69, 31])), Aggregation.RATIO, 100.0)
    assert values.loc["t:a", "status"] == "no_data"
    assert np.isnan(values.loc["t:a", "value"])


def test_a_true_zero_stays_a_zero_and_an_uncounted_place_has_no_figure() -> None:
    parts = _cells([0, np.nan])
    members = _membership([(0, "t:empty", 1), (1, "t:uncounted", 1)])
    values = to_values(carry_up(parts, members, _people([0, np.nan])), Aggregation.SUM, 1.0)
    assert values.loc["t:empty", ["value", "status"]].tolist() == [0.0, "ok"]
    assert values.loc["t:uncounted", "status"] == "no_data"


def test_a_score_is_weighted_by_people() -> None:
    parts = as_ratio_parts(_cells([1.0, -1.0]), _people([300, 100]), Aggregation.POPULATION_MEAN)
    members = _membership([(0, "t:a", 1), (1, "t:a", 1)])
    values = to_values(carry_up(parts, members, _people([300, 100])), Aggregation.POPULATION_MEAN, 1.0)
    assert values.loc["t:a", "value"] == pytest.approx(0.5)


def test_fifths_hold_people_not_areas() -> None:
    # One area holds 60 % of the people: its middle, 30 %, falls in the second fifth; the last holds the top.
    fifth = population_fifth(pd.Series([1.0, 2.0, 3.0]), pd.Series([600, 200, 200]))
    assert fifth.tolist() == [2, 4, 5]


def test_equal_scores_are_never_parted_and_missing_ones_are_in_no_fifth() -> None:
    fifth = population_fifth(pd.Series([1.0, 1.0, np.nan, 2.0]), pd.Series([50, 50, 80, 100]))
    assert fifth.iloc[0] == fifth.iloc[1]
    assert np.isnan(fifth.iloc[2])


def test_a_cell_given_twice_is_refused() -> None:
    twice = pd.concat([_cells([1]), _cells([2])])
    with pytest.raises(JoinError, match="deux fois"):
        carry_up(twice, _membership([(0, "t:a", 1)]), _people([1]))


def test_a_changed_total_is_refused() -> None:
    assert_conserved(1.0, 1.0 + 1e-9, "x")
    with pytest.raises(ConservationError):
        assert_conserved(1.0, 1.1, "x")


@st.composite
def _partitions(draw: st.DrawFn) -> tuple[list[float], list[tuple[int, str, float]]]:
    counts = draw(st.lists(st.integers(0, 2000).map(float), min_size=1, max_size=30))
    rows = []
    for i in range(len(counts)):
        share = draw(st.sampled_from([1.0, 0.5, 0.25]))
        first = draw(st.integers(0, 3))
        rows.append((i, f"t:{first}", share))
        if share < 1:
            rows.append((i, f"t:{first + 1}", 1 - share))
    return counts, rows


@given(_partitions())
def test_a_partition_conserves_every_count(case: tuple[list[float], list[tuple[int, str, float]]]) -> None:
    counts, rows = case
    carried = carry_up(_cells(counts), _membership(rows), _people(counts))
    assert carried["numerator"].sum() == pytest.approx(sum(counts))
    assert carried["coverage"].between(0, 1).all()


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 500)), min_size=5, max_size=60))
def test_a_rate_lies_between_the_rates_of_its_cells(cells: list[tuple[int, int]]) -> None:
    denominators = [float(d) for _, d in cells]
    numerators = [float(min(n, d)) for n, d in cells]
    members = _membership([(i, "t:a", 1.0) for i in range(len(cells))])
    people = _people(denominators)
    value = to_values(carry_up(_cells(numerators, denominators), members, people), Aggregation.RATIO, 1.0)
    rates = [n / d for n, d in zip(numerators, denominators, strict=True)]
    assert min(rates) - 1e-12 <= value.loc["t:a", "value"] <= max(rates) + 1e-12


@given(st.lists(st.tuples(st.floats(-3, 3), st.integers(1, 900)), min_size=1, max_size=80))
def test_fifths_follow_the_score(cells: list[tuple[float, int]]) -> None:
    score = pd.Series([s for s, _ in cells])
    fifth = population_fifth(score, pd.Series([float(p) for _, p in cells]))
    assert fifth.between(1, 5).all()
    ordered = fifth.iloc[score.argsort(kind="stable")]
    assert ordered.is_monotonic_increasing
