import numpy as np
import pandas as pd
import pytest
from scipy import stats

from geodata.agreement import agreement, correlated


def _noisy(rows: int = 60, noise: float = 0.3) -> pd.DataFrame:
    rng = np.random.default_rng(11)
    first = rng.normal(size=rows)
    return pd.DataFrame(
        {
            "rent": first,
            "low_income": first + noise * rng.normal(size=rows),
            "against": -first + 0.1 * rng.normal(size=rows),
            "apart": rng.normal(size=rows),
        },
        index=[f"t{i:02d}" for i in range(rows)],
    )


def test_repeated_indicators_are_named_strongest_first() -> None:
    table = _noisy()
    found = correlated(table)
    assert [(pair.a, pair.b) for pair in found] == [
        ("rent", "against"),
        ("low_income", "against"),
        ("rent", "low_income"),
    ]
    assert [pair.r > 0 for pair in found] == [False, False, True]
    for pair in found:
        assert pair.r == pytest.approx(stats.spearmanr(table[pair.a], table[pair.b]).statistic)
        assert pair.n == 60


def test_pairs_are_compared_where_both_have_a_value_and_are_enough() -> None:
    table = _noisy()
    table.loc[table.index[:45], "rent"] = np.nan
    assert {pair.n for pair in correlated(table) if "rent" in (pair.a, pair.b)} == {15}
    assert correlated(table.head(4)) == []
    assert correlated(table.assign(rent=1.0, against=2.0)[["rent", "against"]]) == []
    assert correlated(table, threshold=1.0) == []


def test_rank_correlation_and_interval() -> None:
    table = _noisy(noise=0.9)
    found = agreement(table["rent"], table["low_income"], table[["rent"]])
    oracle = stats.spearmanr(table["rent"], table["low_income"]).statistic
    assert found.spearman == pytest.approx(oracle)
    # Fisher: artanh(r) ± 1.96·√((1 + r²/2) / 57), written with exponentials.
    half = 1.96 * ((1 + oracle**2 / 2) / 57) ** 0.5
    ends = [np.exp(2 * (0.5 * np.log((1 + oracle) / (1 - oracle)) + s * half)) for s in (-1, 1)]
    assert [found.low, found.high] == pytest.approx([(e - 1) / (e + 1) for e in ends])


def test_interval_agrees_with_a_bootstrap() -> None:
    table = _noisy(noise=0.9)[["rent", "low_income"]]
    found = agreement(table["rent"], table["low_income"], table[["rent"]])
    rng = np.random.default_rng(4)
    drawn = []
    for _ in range(400):
        ranks = stats.rankdata(table.to_numpy()[rng.integers(0, 60, 60)], axis=0)
        drawn.append(np.corrcoef(ranks.T)[0, 1])
    assert [found.low, found.high] == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.06)


def test_who_moves_and_why_by_hand() -> None:
    # The official index is 0 to 4; the table adds an indicator that says the same and one that parts t0
    # and t4 from it.
    names = [f"t{i}" for i in range(5)]
    parts = pd.DataFrame({"official": [0, 1, 2, 3, 4.0], "rent": [9, 0, 0, 0, -9.0]}, index=names)
    found = agreement(parts.sum(axis=1), parts["official"], parts)
    moves = found.movers
    # Scores 9, 1, 2, 3, -5: ranks 1, 4, 3, 2, 5 against 5, 4, 3, 2, 1.
    assert moves.index[:2].tolist() == ["t0", "t4"]
    assert moves.loc["t0", ["rank_table", "rank_official", "change"]].tolist() == [1, 5, 4]
    assert moves.loc["t4", ["rank_table", "rank_official", "change"]].tolist() == [5, 1, -4]
    assert moves["because"].where(moves["because"].notna(), "").loc[["t0", "t4", "t2"]].tolist() == [
        "rent",
        "rent",
        "",
    ]
    assert moves["beyond_range"].isna().all()
    # Ranks 1, 4, 3, 2, 5 against 5, 4, 3, 2, 1: Σd² = 16 + 16, r = 1 − 6·32 / (5·24); no interval of five.
    assert found.spearman == pytest.approx(-0.6)
    assert np.isnan([found.low, found.high]).all()
    assert found.n == 5


def test_only_those_that_have_both_are_compared_and_ranges_are_heard() -> None:
    table = _noisy()
    score, official = table["rent"].copy(), table["low_income"].drop("t03")
    score["t05"] = np.nan
    own = score.drop(["t03", "t05"]).rank(ascending=False)
    ranges = pd.DataFrame({"rank_low": own - 2, "rank_high": own + 2}).astype("Int64")
    found = agreement(score, official, table[["rent", "apart"]], ranges)
    assert found.n == 58
    moves = found.movers
    assert set(moves.index) == set(table.index) - {"t03", "t05"}
    assert (moves["beyond_range"] == (moves["change"].abs() > 2)).all()
    assert moves["change"].abs().is_monotonic_decreasing


def test_the_same_view_agrees_wholly_and_nobody_moves() -> None:
    table = _noisy()
    found = agreement(table["rent"], table["rent"], table[["rent"]])
    assert (found.spearman, found.low, found.high) == pytest.approx((1, 1, 1))
    assert (found.movers["change"] == 0).all()
    assert found.movers["because"].isna().all()


def test_nothing_in_common_says_nothing() -> None:
    table = _noisy()
    found = agreement(table["rent"], table["apart"] * np.nan, table[["rent"]])
    assert found.n == 0
    assert np.isnan([found.spearman, found.low, found.high]).all()
    assert found.movers.empty
    flat = agreement(table["rent"] * 0, table["apart"], table[["rent"]] * 0)
    assert np.isnan(flat.spearman)
    assert flat.movers["because"].isna().all()
