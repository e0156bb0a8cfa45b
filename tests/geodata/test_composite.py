import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from geodata.composite import Scale, composite, standardise, standardise_error
from geodata.errors import JoinError, ProximiteError, SelectionError
from geodata.model import Direction

HIGHER, LOWER = Direction.HIGHER_IS_NEED, Direction.LOWER_IS_NEED
NAN = float("nan")

# Three territories of 100, 200 and 100 people. `income` is a need where it is low.
VALUES = pd.DataFrame(
    {"alone": [10.0, 20.0, 30.0], "income": [6.0, 2.0, 4.0], "same": [7.0, 7.0, 7.0]}, index=["a", "b", "c"]
)
PEOPLE = pd.Series([100, 200, 100], index=["a", "b", "c"])
DIRECTIONS = {"alone": HIGHER, "income": LOWER, "same": HIGHER}
WEIGHTS = pd.Series({"alone": 2.0, "income": 1.0, "same": 1.0})


def _z(values: pd.DataFrame = VALUES, people: pd.Series = PEOPLE) -> pd.DataFrame:
    return standardise(values, people, DIRECTIONS, Scale.Z_SCORE)


def test_z_scores_by_hand() -> None:
    # alone: mean (1000 + 4000 + 3000) / 400 = 20, variance (100·100 + 100·100) / 400 = 50.
    # income: mean 1400 / 400 = 3.5, variance (625 + 450 + 25) / 400 = 2.75; turned, as less is more need.
    found = _z()
    assert found["alone"].tolist() == pytest.approx([-10 / 50**0.5, 0, 10 / 50**0.5])
    assert found["income"].tolist() == pytest.approx([-2.5 / 2.75**0.5, 1.5 / 2.75**0.5, -0.5 / 2.75**0.5])
    assert found["same"].tolist() == [0, 0, 0]


def test_percentiles_by_hand() -> None:
    # Half of one's own people and all those under: a 50/400, b (100 + 100)/400, c (300 + 50)/400.
    found = standardise(VALUES, PEOPLE, DIRECTIONS, Scale.PERCENTILE)
    assert found["alone"].tolist() == [12.5, 50, 87.5]
    assert found["income"].tolist() == [12.5, 75, 37.5]
    assert found["same"].tolist() == [50, 50, 50]


def test_score_and_contributions_by_hand() -> None:
    found = composite(_z(), WEIGHTS)
    assert found.contributions.loc["a"].tolist() == pytest.approx([-5 / 50**0.5, -0.625 / 2.75**0.5, 0])
    assert found.score.tolist() == pytest.approx([-1.083996, 0.226134, 0.631729], abs=1e-6)
    assert found.missing.tolist() == [[], [], []]


def test_a_missing_value_is_not_a_zero_even_of_weight_zero() -> None:
    values = VALUES.assign(alone=[10, NAN, 30], income=[6, NAN, 4])
    found = composite(_z(values), pd.Series({"alone": 0.0, "income": 1.0, "same": 1.0}))
    assert np.isnan(found.score["b"])
    assert found.missing["b"] == ["alone", "income"]
    assert found.contributions.loc["b", "same"] == 0
    assert found.score[["a", "c"]].notna().all()


def test_who_is_missing_does_not_count_in_the_reference() -> None:
    found = _z(VALUES.assign(alone=[10, NAN, 30]))
    assert found["alone"].dropna().tolist() == pytest.approx([-1, 1])


@pytest.mark.parametrize("scale", list(Scale))
def test_nobody_weighs_nothing_and_is_placed_all_the_same(scale: Scale) -> None:
    people = pd.Series({"a": 100, "b": 0, "c": 100})
    found = standardise(VALUES, people, DIRECTIONS, scale)["alone"]
    unknown = standardise(VALUES, people.drop("b"), DIRECTIONS, scale)["alone"]
    assert found.tolist() == ([-1, 0, 1] if scale is Scale.Z_SCORE else [25, 50, 75])
    pd.testing.assert_series_equal(found, unknown)


def test_a_column_without_any_value_stays_empty() -> None:
    for scale in Scale:
        found = standardise(VALUES.assign(alone=NAN), PEOPLE, DIRECTIONS, scale)
        assert found["alone"].isna().all()


def test_a_column_that_only_rounding_makes_vary_is_constant() -> None:
    assert _z(VALUES.assign(alone=[0.3, 0.1 + 0.2, 0.3]))["alone"].tolist() == [0, 0, 0]


def test_percentiles_agree_with_scipy_where_all_weigh_alike() -> None:
    drawn = np.random.default_rng(3).integers(0, 12, 40).astype(float)
    values = pd.DataFrame({"alone": drawn})
    found = standardise(values, pd.Series(5, index=values.index), {"alone": HIGHER}, Scale.PERCENTILE)
    expected = stats.percentileofscore(drawn, drawn, kind="mean")
    assert found["alone"].to_numpy() == pytest.approx(expected)


def test_weights_of_people_are_repeated_people() -> None:
    repeated = VALUES.loc[["a", "b", "b", "c"]].reset_index(drop=True)
    for scale in Scale:
        one = standardise(repeated, pd.Series(1, index=repeated.index), DIRECTIONS, scale)
        other = standardise(VALUES, PEOPLE, DIRECTIONS, scale)
        assert one.drop_duplicates().to_numpy() == pytest.approx(other.to_numpy())


def test_an_error_is_carried_onto_the_scale() -> None:
    error = pd.DataFrame({"alone": [1.0, 10.0, NAN], "income": 0.5, "same": 2.0}, index=VALUES.index)
    z = standardise_error(VALUES, error, PEOPLE, Scale.Z_SCORE)
    assert z["alone"].tolist() == pytest.approx([1 / 50**0.5, 10 / 50**0.5, NAN], nan_ok=True)
    assert z["same"].tolist() == [0, 0, 0]
    # a: 10 ± 1 passes nobody. b: at 10 it would be past half of a, (50 + 100) / 400 = 37.5 with its own
    # half; at 30 past a and half of c, (150 + 100) / 400 = 62.5.
    share = standardise_error(VALUES, error, PEOPLE, Scale.PERCENTILE)
    assert share["alone"].tolist() == pytest.approx([0, 12.5, NAN], nan_ok=True)


@pytest.mark.parametrize(
    ("values", "people", "directions"),
    [
        (VALUES, PEOPLE, {**DIRECTIONS, "alone": Direction.DESCRIPTIVE}),
        (VALUES, PEOPLE, {"alone": HIGHER}),
        (VALUES, PEOPLE * 0, DIRECTIONS),
        (VALUES, -PEOPLE, DIRECTIONS),
        (VALUES.replace(30.0, np.inf), PEOPLE, DIRECTIONS),
    ],
)
def test_what_cannot_be_placed_is_refused_in_both_languages(
    values: pd.DataFrame, people: pd.Series, directions: dict[str, Direction]
) -> None:
    for scale in Scale:
        with pytest.raises(SelectionError) as refused:
            standardise(values, people, directions, scale)
        assert refused.value.sentence("fr") != refused.value.sentence("en")


def test_a_territory_twice_is_refused() -> None:
    with pytest.raises(JoinError):
        _z(pd.concat([VALUES, VALUES.head(1)]))


@pytest.mark.parametrize(
    "weights",
    [
        {"alone": 0, "income": 0, "same": 0},
        {"alone": 1, "income": -1, "same": 1},
        {"alone": 1, "income": NAN, "same": 1},
        {"alone": 1, "income": np.inf, "same": 1},
        {"alone": 1, "income": 1},
        {"alone": 1, "income": 1, "same": 1, "other": 1},
    ],
)
def test_wrong_weights_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ProximiteError):
        composite(_z(), pd.Series(weights, dtype=float))


def test_huge_and_tiny_weights_are_shares_like_others() -> None:
    plain = composite(_z(), WEIGHTS).score
    for factor in (1e307, 1e-300):
        assert composite(_z(), WEIGHTS * factor).score.tolist() == pytest.approx(plain.tolist())


numbers = st.floats(-1e6, 1e6).map(lambda number: round(number, 3))
tables = st.integers(2, 8).flatmap(
    lambda n: st.tuples(
        st.lists(st.lists(numbers, min_size=3, max_size=3), min_size=n, max_size=n),
        st.lists(st.integers(1, 10_000), min_size=n, max_size=n),
        st.lists(st.integers(0, 100), min_size=3, max_size=3).filter(any),
    )
)


@settings(max_examples=50)
@given(tables, st.sampled_from(Scale))
def test_parts_add_up_rows_may_be_shuffled_and_units_changed(
    drawn: tuple[list[list[float]], list[int], list[int]], scale: Scale
) -> None:
    values = pd.DataFrame(drawn[0], columns=list(DIRECTIONS))
    people, weights = pd.Series(drawn[1]), pd.Series(drawn[2], index=list(DIRECTIONS), dtype=float)
    found = composite(standardise(values, people, DIRECTIONS, scale), weights)
    assert found.score.equals(found.contributions.sum(axis=1))

    twice = composite(standardise(values, people, DIRECTIONS, scale), weights * 2)
    assert twice.score.to_numpy() == pytest.approx(found.score.to_numpy(), abs=1e-12)

    turned = values.iloc[::-1]
    other = composite(standardise(turned, people, DIRECTIONS, scale), weights).score
    assert other.reindex(values.index).to_numpy() == pytest.approx(found.score.to_numpy(), abs=1e-6)

    dollars = values * [100.0, 1.0, 1.0] + [0.0, 0.0, 50.0]
    changed = composite(standardise(dollars, people, DIRECTIONS, scale), weights).score
    assert changed.to_numpy() == pytest.approx(found.score.to_numpy(), abs=1e-4)


@settings(max_examples=50)
@given(tables)
def test_z_scores_have_mean_zero_and_variance_one_or_none(
    drawn: tuple[list[list[float]], list[int], list[int]],
) -> None:
    values, people = pd.DataFrame(drawn[0], columns=list(DIRECTIONS)), np.array(drawn[1])
    found = standardise(values, pd.Series(people), DIRECTIONS, Scale.Z_SCORE).to_numpy()
    assert people @ found / people.sum() == pytest.approx(np.zeros(3), abs=1e-6)
    for variance in people @ found**2 / people.sum():
        assert variance == pytest.approx(1, abs=1e-6) or variance == 0
