import numpy as np
import pandas as pd
import pytest

from geodata.model import ErrorKind
from geodata.uncertainty import coefficient_of_variation, grade, proportion_moe, rounding_moe

DRAWS = 2500
ROUNDED = [2, 3, 5, 10, 25, 50, 100, 200]


def _series(*values: float) -> pd.Series:
    return pd.Series(values, dtype=float)


def test_a_sum_of_rounded_cells_errs_by_four_roots() -> None:
    assert rounding_moe(100.0) == pytest.approx(1.96 * 2 * 10)


def test_the_half_width_keeps_the_shape_of_what_is_given() -> None:
    given = pd.Series([1, 4, None], index=["a", "b", "c"], dtype="Int64")
    series = rounding_moe(given)
    assert list(series.index) == ["a", "b", "c"]
    assert series["b"] == pytest.approx(7.84)
    assert np.isnan(series["c"])
    assert rounding_moe(np.array([0, 9])) == pytest.approx(np.array([0.0, 11.76]))
    assert isinstance(rounding_moe(4), float)


@pytest.mark.parametrize("cells", [-1, np.inf, np.array([1.0, -2.0]), pd.Series([1.0, -1.0])])
def test_no_sum_holds_fewer_than_no_cells(cells) -> None:
    with pytest.raises(ValueError, match="cells"):
        rounding_moe(cells)


def statcan_rounding(true: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Round to a multiple of 5, up with the probability that leaves the mean unchanged."""
    return true - true % 5 + 5 * (rng.random(true.shape) < (true % 5) / 5)


@pytest.mark.parametrize("cells", ROUNDED)
def test_intervals_of_sums_of_rounded_areas_cover(cells: int) -> None:
    rng = np.random.default_rng(2021 + cells)
    true = rng.integers(0, 400, size=(DRAWS, cells))
    error = statcan_rounding(true, rng).sum(axis=1) - true.sum(axis=1)
    assert 0.93 <= float((np.abs(error) <= rounding_moe(cells)).mean()) <= 0.97


def test_the_exact_share_of_errors_inside_the_interval() -> None:
    # One cell errs by 0, ±1, ±2, ±3, ±4 with 5, 4, 3, 2, 1 chances in 25 (each side); sums convolve.
    one = np.array([1, 2, 3, 4, 5, 4, 3, 2, 1]) / 25
    inside = []
    total = np.array([1.0])
    for cells in range(1, 201):
        total = np.convolve(total, one)
        error = np.abs(np.arange(len(total)) - 4 * cells)
        inside.append(total[error <= rounding_moe(cells)].sum())
    assert inside[0] == pytest.approx(0.92)
    assert min(inside[1:]) == pytest.approx(0.9409, abs=1e-4)
    assert max(inside[1:]) == pytest.approx(0.9590, abs=1e-4)


@pytest.mark.parametrize("cells", [5, 20, 100, 200])
@pytest.mark.parametrize("share", [0.1, 0.5])
def test_intervals_of_proportions_of_rounded_areas_cover(cells: int, share: float) -> None:
    rng = np.random.default_rng(7 * cells)
    households = rng.integers(100, 301, size=(DRAWS, cells))
    concerned = rng.binomial(households, share)
    top, under = (statcan_rounding(count, rng).sum(axis=1) for count in (concerned, households))
    truth = concerned.sum(axis=1) / households.sum(axis=1)
    assert 0.93 <= _covered(top, under, truth, cells, None) <= 0.97


@pytest.mark.parametrize("cells", [3, 5, 20, 100, 200])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_intervals_of_sampled_proportions_cover(cells: int, share: float) -> None:
    """One household in four is asked, drawn without replacement in each area, and counts for four."""
    rng = np.random.default_rng(11 * cells)
    households = rng.integers(25, 76, size=(DRAWS, cells)) * 4
    concerned = rng.binomial(households, share)
    found = rng.hypergeometric(concerned, households - concerned, households // 4)
    top, under = (statcan_rounding(count, rng).sum(axis=1) for count in (4 * found, households))
    truth = concerned.sum(axis=1) / households.sum(axis=1)
    assert 0.93 <= _covered(top, under, truth, cells, 0.25) <= 0.97


def _covered(top, under, truth, cells: int, fraction: float | None) -> float:
    moe = proportion_moe(_series(*top), _series(*under), _series(*[cells] * len(top)), fraction)
    return float((np.abs(top / under - truth) <= moe).mean())


def test_sampling_error_of_one_in_four() -> None:
    # METHODS: sd(p) = sqrt(3 p (1 - p) / N); rounding is negligible for a large N.
    moe = proportion_moe(_series(30_000), _series(100_000), _series(1), 0.25)
    assert moe.iloc[0] == pytest.approx(1.96 * np.sqrt(3 * 0.3 * 0.7 / 100_000), rel=1e-2)


def test_a_zero_denominator_has_no_error() -> None:
    assert np.isnan(proportion_moe(_series(0), _series(0), _series(1), None).iloc[0])


@pytest.mark.parametrize(
    ("kind", "value", "moe", "coverage", "people", "expected"),
    [
        (ErrorKind.NONE, 10, 0, 1.0, 5000, "solide"),
        (ErrorKind.UNPUBLISHED, 10, np.nan, 1.0, 5000, "prudence"),
        (ErrorKind.NONE, 10, 0, 0.85, 5000, "prudence"),
        (ErrorKind.NONE, 10, 0, 1.0, 200, "prudence"),
        (ErrorKind.NONE, 10, 0, 1.0, np.nan, "prudence"),
        (ErrorKind.NONE, 10, 0, 1.0, 39, "ne pas utiliser"),
        (ErrorKind.SAMPLING, 10, 10 * 0.2 * 1.96, 1.0, 5000, "prudence"),
        (ErrorKind.SAMPLING, 10, 10 * 0.4 * 1.96, 1.0, 5000, "ne pas utiliser"),
    ],
)
def test_grades(
    kind: ErrorKind, value: float, moe: float, coverage: float, people: float, expected: str
) -> None:
    found = grade(_series(value), _series(moe), kind, _series(coverage), _series(people))
    assert found.iloc[0] == expected


def test_a_missing_value_has_no_grade() -> None:
    found = grade(_series(np.nan), _series(np.nan), ErrorKind.NONE, _series(1), _series(900))
    assert found.isna().all()


def test_a_quality_digit_of_two_asks_for_caution_and_none_changes_nothing() -> None:
    def graded(quality: pd.Series | None) -> list[str]:
        four = [_series(*[value] * 4) for value in (10, 0, 1, 5000)]
        return list(grade(four[0], four[1], ErrorKind.ROUNDING, four[2], four[3], quality))

    assert graded(None) == ["solide"] * 4
    assert graded(_series(np.nan, 1, 2, 5)) == ["solide", "solide", "prudence", "prudence"]


def test_the_relative_error_of_a_share_is_set_against_it() -> None:
    assert coefficient_of_variation(20.0, 3.92, ratio_scale=True, spread=5.0) == pytest.approx(0.1)


def test_the_error_of_a_score_is_set_against_the_spread_of_its_level() -> None:
    for value in (0.02, 0.0, -1.5):
        found = coefficient_of_variation(value, 0.196, ratio_scale=False, spread=0.5)
        assert found == pytest.approx(0.2)
    assert np.isnan(coefficient_of_variation(1.0, 0.1, ratio_scale=False, spread=None))
    assert np.isnan(coefficient_of_variation(1.0, 0.1, ratio_scale=False, spread=0.0))


def test_none_of_a_hundred_has_no_relative_error_of_its_own() -> None:
    assert coefficient_of_variation(0.0, 3.92, ratio_scale=True, spread=8.0) == pytest.approx(0.25)
    assert np.isnan(coefficient_of_variation(0.0, 3.92, ratio_scale=True, spread=None))


def test_an_exact_figure_has_no_relative_error_and_an_unknown_one_none_that_is_known() -> None:
    assert coefficient_of_variation(0.0, 0.0, ratio_scale=True, spread=None) == 0.0
    assert np.isnan(coefficient_of_variation(5.0, None, ratio_scale=True, spread=1.0))
    assert np.isnan(coefficient_of_variation(None, 0.0, ratio_scale=True, spread=1.0))


def test_an_error_that_nothing_measures_asks_for_caution() -> None:
    def graded(value: float, moe: float, spread: float | None) -> str:
        given = [_series(one) for one in (value, moe, 1, 5000)]
        return str(grade(given[0], given[1], ErrorKind.ROUNDING, given[2], given[3], spread=spread).iloc[0])

    assert graded(0, 3.92, None) == "prudence"
    assert graded(0, 3.92, 20.0) == "solide"
    assert graded(0, 3.92, 8.0) == "prudence"
    assert graded(0, 3.92, 5.0) == "ne pas utiliser"
    assert graded(10, np.nan, 5.0) == "prudence"


def test_a_suppressed_figure_is_not_to_be_used() -> None:
    value, moe, covered, people = (_series(np.nan, np.nan) for _ in range(4))
    status = pd.Series(["suppressed", "no_data"])
    found = grade(value, moe, ErrorKind.SAMPLING, covered, people, status=status)
    assert found.iloc[0] == "ne pas utiliser"
    assert found.isna().iloc[1]
