import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.differences import Difference, Estimate, Verdict, difference

_SIZES = st.floats(0, 1e6, allow_nan=False)
_VALUES = st.floats(-1e6, 1e6, allow_nan=False)


@pytest.mark.parametrize(
    ("a", "b", "gap", "moe", "verdict"),
    [
        # √(3² + 4²) = 5
        ((26.0, 3.0), (20.0, 4.0), 6.0, 5.0, Verdict.BEYOND_ERROR),
        ((20.0, 3.0), (26.0, 4.0), -6.0, 5.0, Verdict.BEYOND_ERROR),
        ((25.0, 3.0), (20.0, 4.0), 5.0, 5.0, Verdict.WITHIN_ERROR),
        ((21.0, 3.0), (20.0, 4.0), 1.0, 5.0, Verdict.WITHIN_ERROR),
        ((30.0, 0.0), (20.0, 0.0), 10.0, 0.0, Verdict.BEYOND_ERROR),
        ((20.0, 0.0), (20.0, 0.0), 0.0, 0.0, Verdict.WITHIN_ERROR),
        ((30.0, None), (20.0, 0.0), 10.0, None, Verdict.UNKNOWN),
        ((30.0, 1.0), (20.0, math.nan), 10.0, None, Verdict.UNKNOWN),
        ((None, None), (20.0, 0.0), None, None, Verdict.MISSING),
        ((20.0, 0.0), (math.nan, None), None, None, Verdict.MISSING),
    ],
)
def test_a_difference_against_its_error(a, b, gap, moe, verdict) -> None:
    assert difference(Estimate(*a), Estimate(*b)) == Difference(gap, moe, verdict)


def test_an_error_is_never_negative() -> None:
    with pytest.raises(ValueError, match="error"):
        Estimate(1.0, -0.1)


@given(_VALUES, _SIZES, _VALUES, _SIZES)
def test_the_other_way_round_says_the_same(a: float, moe_a: float, b: float, moe_b: float) -> None:
    there = difference(Estimate(a, moe_a), Estimate(b, moe_b))
    back = difference(Estimate(b, moe_b), Estimate(a, moe_a))
    assert there.verdict is back.verdict
    assert there.value == -back.value
    assert there.moe_95 == back.moe_95


def test_equal_territories_are_told_apart_one_time_in_twenty() -> None:
    rng = np.random.default_rng(3)
    pairs = rng.normal(20, 2.0, size=(2000, 2))
    beyond = [
        difference(Estimate(a, 3.92), Estimate(b, 3.92)).verdict is Verdict.BEYOND_ERROR for a, b in pairs
    ]
    assert 0.035 <= float(np.mean(beyond)) <= 0.065


def test_a_part_against_its_whole_is_judged_on_the_side_of_prudence() -> None:
    # The part holds a share f of the whole: the true half-width of their difference is (1 − f)·√(m² + r²).
    rng = np.random.default_rng(4)
    share, part_sd, rest_sd = 0.3, 2.0, 1.0
    part, rest = rng.normal(0, part_sd, 20_000), rng.normal(0, rest_sd, 20_000)
    whole_sd = math.hypot(share * part_sd, (1 - share) * rest_sd)
    said = difference(Estimate(0.0, 1.96 * part_sd), Estimate(0.0, 1.96 * whole_sd)).moe_95
    true = 1.96 * float(np.std(part - (share * part + (1 - share) * rest)))
    assert said is not None
    assert said > true
