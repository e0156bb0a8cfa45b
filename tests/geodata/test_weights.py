import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import SelectionError
from geodata.weights import from_pairwise, from_points

NAMES = ["rent", "alone", "diploma"]


def test_points_become_shares() -> None:
    found = from_points({"rent": 50, "alone": 30, "diploma": 20})
    assert found.to_dict() == pytest.approx({"rent": 0.5, "alone": 0.3, "diploma": 0.2})


@pytest.mark.parametrize("points", [{}, {"rent": 0.0}, {"rent": 1, "alone": -1}, {"rent": float("nan")}])
def test_points_that_say_nothing_are_refused(points: dict[str, float]) -> None:
    with pytest.raises(SelectionError) as refused:
        from_points(points)
    assert refused.value.sentence("fr") != refused.value.sentence("en")


def test_saatys_example() -> None:
    # For three things the eigenvector is the geometric mean of the rows: 15^(1/3), 1, 15^(-1/3).
    found = from_pairwise({("rent", "alone"): 3, ("rent", "diploma"): 5, ("alone", "diploma"): 3}, NAMES)
    rows = np.array([15 ** (1 / 3), 1, 15 ** (-1 / 3)])
    assert found.weights.to_numpy() == pytest.approx(rows / rows.sum())
    # λ = 1 + q + 1/q with q³ = 3·3/5; ratio (λ − 3) / 2 / 0.58.
    q = (9 / 5) ** (1 / 3)
    assert found.consistency_ratio == pytest.approx((q + 1 / q - 2) / 2 / 0.58)
    assert found.consistent


def test_answers_in_a_circle_are_flagged() -> None:
    found = from_pairwise({("rent", "alone"): 5, ("alone", "diploma"): 5, ("diploma", "rent"): 5}, NAMES)
    assert found.weights.to_numpy() == pytest.approx([1 / 3] * 3)
    assert found.consistency_ratio > 1
    assert not found.consistent


def test_the_pair_furthest_from_the_others_is_named() -> None:
    names = ["a", "b", "c", "d"]
    true = {"a": 8, "b": 4, "c": 2, "d": 1}
    answers = {(x, y): true[x] / true[y] for i, x in enumerate(names) for y in names[i + 1 :]}
    assert from_pairwise(answers, names).hardest is None
    assert from_pairwise({**answers, ("a", "d"): 1 / 8}, names).hardest == ("a", "d")


def test_what_was_not_compared_counts_as_equal() -> None:
    assert from_pairwise({}, NAMES).weights.to_numpy() == pytest.approx([1 / 3] * 3)
    assert from_pairwise({("rent", "alone"): 2}, NAMES).weights.is_monotonic_decreasing is False
    assert from_pairwise({}, ["rent"]).weights.tolist() == [1]
    two = from_pairwise({("rent", "alone"): 1 / 4}, ["rent", "alone"])
    assert two.weights.to_numpy() == pytest.approx([0.2, 0.8])
    assert two.consistency_ratio == 0


@given(st.lists(st.floats(0.1, 10), min_size=2, max_size=15))
def test_coherent_answers_give_the_weights_back(importance: list[float]) -> None:
    names = [f"n{i}" for i in range(len(importance))]
    answers = {
        (names[i], names[j]): importance[i] / importance[j]
        for i in range(len(names))
        for j in range(i + 1, len(names))
    }
    found = from_pairwise(answers, names)
    assert found.weights.to_numpy() == pytest.approx(np.array(importance) / sum(importance), rel=1e-6)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("comparisons", "names"),
    [
        ({("rent", "other"): 2}, NAMES),
        ({("rent", "rent"): 2}, NAMES),
        ({("rent", "alone"): 0}, NAMES),
        ({("rent", "alone"): -3}, NAMES),
        ({("rent", "alone"): float("nan")}, NAMES),
        ({("rent", "alone"): float("inf")}, NAMES),
        ({("rent", "alone"): 3, ("alone", "rent"): 3}, NAMES),
        ({}, []),
        ({}, ["rent", "rent"]),
        ({}, [f"n{i}" for i in range(16)]),
    ],
)
def test_answers_that_make_no_sense_are_refused(
    comparisons: dict[tuple[str, str], float], names: list[str]
) -> None:
    with pytest.raises(SelectionError):
        from_pairwise(comparisons, names)


def test_the_same_answer_given_both_ways_is_one_answer() -> None:
    found = from_pairwise({("rent", "alone"): 4, ("alone", "rent"): 0.25}, ["rent", "alone"])
    assert found.weights.to_numpy() == pytest.approx([0.8, 0.2])
