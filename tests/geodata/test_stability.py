import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from geodata.composite import composite
from geodata.errors import SelectionError
from geodata.stability import most_influential, sensitivity, stability

RANKS = ["rank_low", "rank_median", "rank_high"]


def _standard(rows: list[list[float]]) -> pd.DataFrame:
    return pd.DataFrame(
        rows, index=[f"t{i}" for i in range(len(rows))], columns=[f"i{j}" for j in range(len(rows[0]))]
    ).astype(float)


def _weights(*shares: float) -> pd.Series:
    return pd.Series(shares, index=[f"i{j}" for j in range(len(shares))], dtype=float)


def _random(territories: int, indicators: int, seed: int = 5) -> pd.DataFrame:
    return _standard(np.random.default_rng(seed).normal(size=(territories, indicators)).tolist())


small = st.integers(1, 9).flatmap(
    lambda n: st.lists(
        st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.25, 1.0, 3.0]), min_size=3, max_size=3),
        min_size=n,
        max_size=n,
    )
)


@settings(max_examples=60)
@given(small, st.integers(1, 12), st.lists(st.integers(0, 5), min_size=3, max_size=3).filter(any))
def test_first_places_are_shared_out_and_none_is_lost(
    rows: list[list[float]], top: int, weights: list[int]
) -> None:
    """Equals are many here: the shares still add up to the number of places."""
    standard = _standard(rows)
    found = stability(standard, _weights(*weights), top=top, draws=40)
    assert found.top == min(top, len(rows))
    assert found.frame["top_share"].sum() == pytest.approx(found.top)
    assert found.frame["top_share_any"].sum() == pytest.approx(found.top)
    assert found.frame[["top_share", "top_share_any"]].to_numpy().max() <= 1 + 1e-12
    score = composite(standard, _weights(*weights)).score
    own = stats.rankdata(-np.round(score, 9), method="min")
    frame = found.frame.astype(float)
    assert (frame["rank_low"] <= own).all()
    assert (own <= frame["rank_high"]).all()
    assert (frame["rank_low"] <= frame["rank_median"]).all()
    assert (frame["rank_median"] <= frame["rank_high"]).all()


def test_weights_that_do_not_move_give_the_exact_ranks() -> None:
    standard, weights = _random(30, 4), _weights(0.4, 0.3, 0.2, 0.1)
    found = stability(standard, weights, top=5, concentration=1e12, draws=50).frame
    exact = stats.rankdata(-composite(standard, weights).score)
    for column in RANKS:
        assert found[column].tolist() == exact.tolist()
    assert found["top_share"].tolist() == (exact <= 5).astype(float).tolist()


def test_one_indicator_leaves_nothing_to_draw() -> None:
    found = stability(_standard([[3], [1], [2]]), _weights(7), top=1, draws=20).frame
    assert found["rank_low"].tolist() == found["rank_high"].tolist() == [1, 3, 2]
    assert found["top_share"].tolist() == found["top_share_any"].tolist() == [1, 0, 0]


def test_equals_share_their_places() -> None:
    found = stability(_standard([[1, 1], [1, 1], [0, 0], [2, 2]]), _weights(1, 1), top=2, draws=20).frame
    assert found["top_share"].tolist() == pytest.approx([0.5, 0.5, 0, 1])
    assert found["rank_low"].tolist() == [2, 2, 4, 1]
    assert found["rank_high"].tolist() == [3, 3, 4, 1]


def test_shares_follow_the_beta_law_of_two_weights() -> None:
    # t0 leads exactly where the first weight exceeds one half.
    found = stability(_standard([[1, 0], [0, 1]]), _weights(0.6, 0.4), top=1, draws=40_000).frame
    around = stats.beta.sf(0.5, 50 * 0.6, 50 * 0.4)
    assert found["top_share"]["t0"] == pytest.approx(around, abs=4 * np.sqrt(around * (1 - around) / 40_000))
    assert found["top_share_any"]["t0"] == pytest.approx(0.5, abs=4 * 0.5 / 200)


def test_errors_move_ranks_as_the_normal_law_says() -> None:
    # A difference of 1 between two values with standard errors 0.6 and 0.8: P(t0 first) = Φ(1).
    standard = _standard([[1], [0]])
    error = _standard([[0.6], [0.8]])
    found = stability(standard, _weights(1), top=1, standard_error=error, draws=40_000).frame
    expected = stats.norm.cdf(1)
    assert found["top_share"]["t0"] == pytest.approx(expected, abs=4 * 0.5 / 200)
    assert found.loc["t0", ["rank_low", "rank_high"]].tolist() == [1, 2]


def test_one_error_a_score_is_as_good_as_one_an_indicator() -> None:
    # Weights kept still: sd of the score √(0.5²·1² + 0.5²·2²) = √1.25 for t0, none for t1.
    standard, error = _standard([[1, 0], [0, 0]]), _standard([[1, 2], [0, np.nan]])
    found = stability(
        standard, _weights(1, 1), top=1, standard_error=error, draws=40_000, concentration=1e9
    ).frame
    assert found["top_share"]["t0"] == pytest.approx(stats.norm.cdf(0.5 / 1.25**0.5), abs=4 * 0.5 / 200)


def test_agrees_with_a_naive_loop_of_its_own_draws() -> None:
    standard, weights = _random(25, 5), pd.Series(_weights(3, 1, 1, 0.5, 0.5))
    found = stability(standard, weights, top=6, draws=4000).frame
    rng, draws = np.random.default_rng(99), 1500
    ranks = np.empty((draws, 25))
    for i, drawn in enumerate(rng.dirichlet(50 * weights / weights.sum(), draws)):
        ranks[i] = stats.rankdata(-(standard * drawn).sum(axis=1))
    share = (ranks <= 6).mean(axis=0)
    assert found["top_share"].to_numpy() == pytest.approx(share, abs=0.06)
    low, high = np.quantile(ranks, [0.05, 0.95], axis=0)
    assert np.abs(found["rank_low"].to_numpy(dtype=float) - low).max() <= 1
    assert np.abs(found["rank_high"].to_numpy(dtype=float) - high).max() <= 1


def test_a_weight_of_zero_stays_zero_around_and_not_over_all_weights() -> None:
    standard = _standard([[0, 100], [1, 0]])
    found = stability(standard, _weights(1, 0), top=1, draws=500).frame
    assert found["top_share"].tolist() == [0, 1]
    assert found["top_share_any"]["t0"] > 0.9


def test_who_misses_a_value_takes_no_place() -> None:
    standard = _standard([[np.nan, 9], [1, 1], [0, 0]])
    found = stability(standard, _weights(1, 1), top=1, draws=20).frame
    assert found.loc["t0"].isna().all()
    assert found["rank_high"].dropna().tolist() == [1, 2]
    nobody = stability(standard * np.nan, _weights(1, 1), top=3)
    assert nobody.frame.isna().all(axis=None)
    assert nobody.top == 0


def test_the_same_seed_gives_the_same_figures() -> None:
    standard, weights = _random(20, 3), _weights(1, 1, 1)
    one, again = (stability(standard, weights, top=5, seed=7) for _ in range(2))
    other = stability(standard, weights, top=5, seed=8)
    pd.testing.assert_frame_equal(one.frame, again.frame)
    assert not one.frame.equals(other.frame)


def test_many_territories_keep_their_places_with_fewer_ranks() -> None:
    standard, weights = _random(6000, 3), _weights(2, 1, 1)
    found = stability(standard, weights, top=50, standard_error=standard.abs() / 10, draws=600)
    assert (found.draws, found.rank_draws) == (600, 500)
    assert found.frame["top_share"].sum() == pytest.approx(50)
    score = composite(standard, weights).score
    own = stats.rankdata(-score)
    assert (found.frame["rank_low"] <= own).mean() == 1
    assert (own <= found.frame["rank_high"]).mean() == 1


@pytest.mark.parametrize("wrong", [{"top": 0}, {"draws": 0}, {"concentration": 0}, {"concentration": np.inf}])
def test_numbers_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SelectionError):
        stability(_random(3, 2), _weights(1, 1), **{"top": 1, **wrong})


def test_sensitivity_by_hand() -> None:
    # Scores with weights 1/2, 1/4, 1/4: 2, 1.75, 1.5. Without i0: 0, 1.5, 3: the order turns.
    standard = _standard([[4, 0, 0], [2, 3, 0], [0, 3, 3]])
    found = sensitivity(standard, _weights(2, 1, 1), top=1)
    assert found["weight"].tolist() == [0.5, 0.25, 0.25]
    assert found.loc["i0", "spearman_without"] == pytest.approx(-1)
    assert found.loc["i0", "moved_in_top"] == 1
    # i0 doubled: 2/3, 1/6, 1/6 keeps the order, and nobody moves.
    assert found.loc["i0", ["spearman_doubled", "moved_if_doubled", "rank_shift_doubled"]].tolist() == [
        1,
        0,
        0,
    ]
    # i2 doubled: 0.4, 0.2, 0.4 gives 1.6, 1.4, 1.8: ranks 2, 3, 1 instead of 1, 2, 3.
    assert found.loc["i2", "moved_if_doubled"] == 1
    assert found.loc["i2", "rank_shift_doubled"] == pytest.approx(4 / 3)
    assert found.loc["i2", "spearman_doubled"] == pytest.approx(-0.5)
    assert most_influential(found) == "i0"


def test_the_only_weight_cannot_be_taken_away() -> None:
    found = sensitivity(_standard([[1, 0], [0, 1]]), _weights(1, 0), top=1)
    assert pd.isna(found.loc["i0", "moved_in_top"])
    assert np.isnan(found.loc["i0", "spearman_without"])
    assert found.loc["i1", ["spearman_without", "moved_in_top"]].tolist() == pytest.approx([1, 0])
    assert most_influential(found) is None


def test_sensitivity_without_anybody_says_nothing() -> None:
    found = sensitivity(_standard([[np.nan, 1]]), _weights(1, 1), top=1)
    assert found.drop(columns="weight").isna().all(axis=None)
    assert most_influential(found) is None
