import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.ranking import fifths, rank_intervals


def _series(*values: float | None) -> pd.Series:
    return pd.Series(values, index=[f"t{n}" for n in range(len(values))], dtype=float)


def _ranges(frame: pd.DataFrame) -> list[tuple[object, object]]:
    return [(low, high) for low, high in frame.astype(object).itertuples(index=False)]


def test_exact_figures_have_their_own_rank_and_equals_share_a_range() -> None:
    found = rank_intervals(_series(10, 30, 20, 20, 5), _series(0, 0, 0, 0, 0))
    assert _ranges(found) == [(4, 4), (1, 1), (2, 3), (2, 3), (5, 5)]
    lowest = rank_intervals(_series(10, 30, 20, 20, 5), _series(0, 0, 0, 0, 0), higher_first=False)
    assert _ranges(lowest) == [(2, 2), (5, 5), (3, 4), (3, 4), (1, 1)]


def test_what_has_no_value_or_no_known_error_has_no_rank_and_takes_none() -> None:
    found = rank_intervals(_series(10, None, 30, 20), _series(0, 0, None, 0))
    assert _ranges(found.loc[["t0", "t3"]]) == [(2, 2), (1, 1)]
    assert found.loc[["t1", "t2"]].isna().all(axis=None)
    assert rank_intervals(_series(), _series()).empty
    assert rank_intervals(_series(None), _series(None)).isna().all(axis=None)


def test_two_figures_that_their_errors_confuse_exchange_places() -> None:
    # 1.0 apart with a standard error of 1 each: the second is higher in 24 % of the draws.
    found = rank_intervals(_series(50.5, 49.5, 10), _series(1.96, 1.96, 1.96))
    assert _ranges(found) == [(1, 2), (1, 2), (3, 3)]
    # 4 apart: in 0.2 % of the draws, which the 90 % range leaves out.
    apart = rank_intervals(_series(54, 50, 10), _series(1.96, 1.96, 1.96))
    assert _ranges(apart) == [(1, 1), (2, 2), (3, 3)]


def test_the_same_seed_gives_the_same_ranges() -> None:
    values, moe = _series(*np.linspace(0, 10, 60)), _series(*[2.0] * 60)
    first = rank_intervals(values, moe)
    pd.testing.assert_frame_equal(first, rank_intervals(values, moe))
    assert not first.equals(rank_intervals(values, moe, seed=1))


def test_ranges_are_those_of_a_plain_simulation() -> None:
    rng = np.random.default_rng(5)
    values, moe = _series(*rng.normal(20, 4, 40)), _series(*rng.uniform(0.5, 5, 40))
    drawn = rng.normal(values.to_numpy(), moe.to_numpy() / 1.96, size=(4000, 40))
    ranks = pd.DataFrame(drawn).rank(axis=1, ascending=False)
    low, high = ranks.quantile(0.05), ranks.quantile(0.95)
    found = rank_intervals(values, moe, draws=4000).astype(float).to_numpy()
    assert np.abs(found[:, 0] - low.to_numpy()).max() <= 1
    assert np.abs(found[:, 1] - high.to_numpy()).max() <= 1


def test_true_ranks_stay_inside_most_ranges() -> None:
    rng = np.random.default_rng(9)
    truth, rank = np.linspace(0, 100, 80), np.arange(1, 81)
    inside = []
    for _ in range(25):
        seen = _series(*rng.normal(truth, 2.0))
        found = rank_intervals(seen, _series(*[2.0 * 1.96] * 80), draws=400, higher_first=False)
        inside.append(found["rank_low"].le(rank) & found["rank_high"].ge(rank))
    assert np.mean(inside) >= 0.88


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-5, 5), st.sampled_from([0.0, 0.0, 1.0, 4.0, float("nan")])),
        min_size=1,
        max_size=12,
    )
)
def test_every_range_is_ordered_and_within_the_number_ranked(rows) -> None:
    values, moe = _series(*(row[0] for row in rows)), _series(*(row[1] for row in rows))
    found = rank_intervals(values, moe, draws=50)
    ranked = found.dropna()
    assert len(ranked) == moe.notna().sum()
    assert (ranked["rank_low"] >= 1).all()
    assert (ranked["rank_low"] <= ranked["rank_high"]).all()
    assert (ranked["rank_high"] <= len(ranked)).all()
    exact = values[moe.eq(0)]
    for one in exact.index:
        same = exact.index[exact == exact[one]]
        assert (found.loc[same] == found.loc[one]).all(axis=None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"moe_95": _series(-1, 0)},
        {"moe_95": _series(np.inf, 0)},
        {"values": _series(np.inf, 0)},
        {"share": 1.0},
        {"draws": 0},
        {"moe_95": pd.Series([0.0, 0.0], index=["x", "y"])},
    ],
)
def test_what_is_no_error_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match=r"error|infinite|share|index"):
        rank_intervals(**{"values": _series(1, 2), "moe_95": _series(0, 0), **wrong})


def test_fifths_of_ten_and_of_equals() -> None:
    assert list(fifths(_series(*range(10)))) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    # Seven equals hold places 1 to 7: their middle, 3.5 of 10, is in the second fifth.
    assert list(fifths(_series(*[0] * 7, 1, 2, 3))) == [2] * 7 + [4, 5, 5]
    found = fifths(_series(3, None, 1))
    assert found.isna().tolist() == [False, True, False]
    assert fifths(_series(None)).isna().all()


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_fifths_never_set_a_value_above_its_better(numbers) -> None:
    values = _series(*numbers)
    ordered = fifths(values).iloc[np.argsort(values.to_numpy(), kind="stable")]
    assert ordered.is_monotonic_increasing
    assert ordered.between(1, 5).all()
