"""The spread inside a territory: quantiles of people by hand, and against numpy's own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.model import Level
from geodata.package import Package
from geodata.spread import areas_inside, covered_share, spread_inside, weighted_quantiles


def test_quantiles_by_hand() -> None:
    # 10 people at 1, 80 at 5, 10 at 9: a tenth is reached at 1, half at 5, nine tenths at 5.
    values, people = np.array([9.0, 1.0, 5.0]), np.array([10.0, 10.0, 80.0])
    assert weighted_quantiles(values, people, (0.1, 0.5, 0.9, 1.0)).tolist() == [1.0, 5.0, 5.0, 9.0]


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 6)), min_size=1, max_size=30).filter(
        lambda rows: any(weight for _value, weight in rows)
    ),
    st.integers(0, 100),
)
def test_they_are_numpy_s_for_people_written_one_by_one(rows: list[tuple[int, int]], hundredth: int) -> None:
    values = np.array([float(value) for value, _weight in rows])
    weights = np.array([weight for _value, weight in rows])
    everyone = np.repeat(values, weights)
    share = hundredth / 100
    found = weighted_quantiles(values, weights.astype(float), (share,))[0]
    if share > 0:
        assert found == np.quantile(everyone, share, method="inverted_cdf")


def test_an_area_counts_for_the_people_it_has_in_the_territory() -> None:
    values = pd.Series({"da:1": 2.0, "da:2": 1.0, "da:3": np.nan, "da:4": 7.0})
    people = pd.Series({"da:1": 100.0, "da:2": 400.0, "da:3": 100.0, "da:4": 0.0})
    fractions = pd.Series({"da:1": 1.0, "da:2": 0.25, "da:3": 1.0, "da:4": 1.0})
    areas = spread_inside(values, people, fractions)
    assert areas.index.tolist() == ["da:2", "da:1"]
    assert areas["people"].tolist() == [100.0, 100.0]
    assert covered_share(areas, people, fractions) == pytest.approx(200 / 300)
    assert covered_share(areas, people * 0, fractions) is None


def test_an_area_is_its_own_inside() -> None:
    nothing = pd.DataFrame({"da_id": [], "territory_id": [], "fraction": [], "census_year": []})
    assert areas_inside(nothing, "da:24010018").to_dict() == {"da:24010018": 1.0}


def test_the_mean_of_the_areas_is_the_published_mean(embedded_package: Package) -> None:
    # A population-weighted mean over the areas is how the score of a territory is carried up.
    name = "cimd_situational_vulnerability"
    fractions = areas_inside(embedded_package.membership, "clsc:06531")
    values = embedded_package.values(Level.DA, name)["value"]
    areas = spread_inside(values, embedded_package.level(Level.DA)["pop_2021"].astype(float), fractions)
    published = embedded_package.value_of("clsc:06531", name)
    assert published is not None
    mean = np.average(areas["value"], weights=areas["people"])
    assert mean == pytest.approx(published["value"], abs=1e-9)
