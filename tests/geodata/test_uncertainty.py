import numpy as np
import pandas as pd
import pytest

from geodata.model import ErrorKind
from geodata.uncertainty import grade, proportion_moe, rounding_moe


def _series(*values: float) -> pd.Series:
    return pd.Series(values, dtype=float)


def test_a_sum_of_rounded_cells_errs_by_four_roots() -> None:
    assert rounding_moe(100.0) == pytest.approx(1.96 * 2 * 10)


def test_rounding_error_matches_a_simulation() -> None:
    rng = np.random.default_rng(7)
    true = rng.integers(20, 400, size=(4000, 25))
    down = true - true % 5
    up = rng.random(true.shape) < (true % 5) / 5
    rounded = down + 5 * up
    spread = 1.96 * (rounded.sum(axis=1) - true.sum(axis=1)).std()
    assert float(rounding_moe(25.0)) == pytest.approx(spread, rel=0.06)


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
