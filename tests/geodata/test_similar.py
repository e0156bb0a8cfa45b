"""Territories alike: distances worked out by hand, and what no recipe may change."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import SelectionError
from geodata.similar import COLUMNS, Recipe, similar

NAN = float("nan")


def traits(**rows: tuple[object, ...]) -> pd.DataFrame:
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=[*COLUMNS, "governance"])
    return frame.rename_axis("territory_id")


# People 1, e and e² have logarithms 0, 1, 2: mean 1, standard deviation √(2/3).
THREE = traits(
    a=("urban", 1.0, 10.0, 0.0, 0.0, "none"),
    b=("rural", math.e, 20.0, 3.0, 0.0, "none"),
    c=("urban", math.e**2, 30.0, 0.0, 0.0, "none"),
)
STEP = 1 / math.sqrt(2 / 3)


def test_distances_are_those_worked_out_by_hand() -> None:
    found = similar(THREE, "a").frame
    # Milieu 0, 2, 0: sd √(8/9), so a to b is 2/√(8/9). Situational 0, 3, 0: sd √2, a to b 3/√2; economic
    # dependency is the same everywhere, gap 0; the part is the root of half the square.
    milieu, deprivation = 2 / math.sqrt(8 / 9), 3 / math.sqrt(2) / math.sqrt(2)
    assert found.loc["b", "milieu"] == pytest.approx(milieu)
    assert found.loc["b", "size"] == pytest.approx(STEP)
    assert found.loc["b", "age"] == pytest.approx(STEP)
    assert found.loc["b", "deprivation"] == pytest.approx(deprivation)
    whole = math.sqrt((milieu**2 + 2 * STEP**2 + deprivation**2) / 4)
    assert found.loc["b", "distance"] == pytest.approx(whole)
    assert found.loc["c", "distance"] == pytest.approx(math.sqrt(2 * (2 * STEP) ** 2 / 4))
    assert list(found.index) == ["b", "c"]


def test_the_recipe_chooses_what_counts() -> None:
    by_size = similar(THREE, "a", Recipe(milieu=0, size=1, age=0, deprivation=0)).frame
    assert list(by_size.index) == ["b", "c"]
    assert by_size["distance"].tolist() == pytest.approx([STEP, 2 * STEP])
    by_place = similar(THREE, "a", Recipe(milieu=1, size=0, age=0, deprivation=1)).frame
    assert (by_place.index[0], by_place["distance"].iloc[0]) == ("c", 0.0)


def test_a_part_that_the_territory_lacks_is_set_aside_and_said() -> None:
    found = similar(THREE.assign(age=[NAN, 20.0, 30.0]), "a")
    assert found.set_aside == ("age",)
    assert found.frame["age"].isna().all()
    assert len(found.frame) == 2


def test_a_candidate_that_lacks_a_part_is_left_out_and_counted() -> None:
    lacking = THREE.assign(milieu=["urban", "unknown", "urban"])
    found = similar(lacking, "a")
    assert (list(found.frame.index), found.without_data, found.candidates) == (["c"], 1, 1)
    assert len(similar(lacking, "a", Recipe(milieu=0)).frame) == 2


def test_communities_are_neither_candidates_nor_compared() -> None:
    mixed = THREE.assign(governance=["none", "none", "inuit"])
    assert list(similar(mixed, "a").frame.index) == ["b"]
    with pytest.raises(SelectionError):
        similar(mixed, "c")


def test_equal_distances_come_in_the_order_of_their_ids() -> None:
    twins = pd.concat([THREE.loc[["a"]], THREE.loc[["b", "b"]].set_axis(["z", "y"])]).rename_axis(
        "territory_id"
    )
    assert list(similar(twins, "a").frame.index) == ["y", "z"]


@pytest.mark.parametrize("weights", [(0, 0, 0, 0), (1, -1, 0, 0), (NAN, 1, 1, 1), (math.inf, 1, 1, 1)])
def test_a_recipe_in_which_nothing_counts_is_refused(weights: tuple[float, ...]) -> None:
    with pytest.raises(SelectionError):
        Recipe(*weights)


def test_a_territory_without_any_part_is_refused() -> None:
    with pytest.raises(SelectionError):
        similar(THREE.assign(age=[NAN, 1.0, 2.0]), "a", Recipe(milieu=0, size=0, age=1, deprivation=0))
    with pytest.raises(SelectionError):
        similar(THREE, "absent")


@settings(max_examples=15)
@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.floats(0, 60), st.floats(-3, 3)), min_size=3, max_size=12),
    st.floats(0.1, 10),
    st.integers(2, 1000),
)
def test_neither_units_nor_the_size_of_weights_change_anything(
    rows: list[tuple[int, float, float]], weight: float, unit: int
) -> None:
    frame = traits(
        **{
            f"t{at:02d}": ("urban", float(n), age, score, -score, "none")
            for at, (n, age, score) in enumerate(rows)
        }
    )
    found = similar(frame, "t00", n=50).frame
    again = similar(
        frame.assign(people=frame["people"] * unit, age=frame["age"] * unit),
        "t00",
        Recipe(*[weight] * 4),
        n=50,
    ).frame.reindex(found.index)
    assert (found["distance"] >= 0).all()
    assert found["distance"].is_monotonic_increasing or np.allclose(np.diff(found["distance"]), 0, atol=1e-8)
    assert np.allclose(found["distance"], again["distance"], atol=1e-6)
