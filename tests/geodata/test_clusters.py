"""Clusters beside esda and libpysal, and a few answers that can be found by hand."""

from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geodata.clusters import Quadrant, clusters, false_discovery_cutoff, smoothed_rate
from geodata.crs import METRIC_CRS
from geodata.errors import SelectionError
from geodata.model import Level
from geodata.neighbours import Neighbours, neighbours_of
from geodata.package import Package

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import esda
    from esda.smoothing import Empirical_Bayes
    from libpysal.weights import W


def grid(side: int) -> gpd.GeoDataFrame:
    cells = [(f"x:{r}-{c}", box(c, r, c + 1, r + 1)) for r in range(side) for c in range(side)]
    frame = gpd.GeoDataFrame(cells, columns=["territory_id", "geometry"], crs=METRIC_CRS)
    frame["geometry"] = frame.geometry.scale(1000, 1000, origin=(0, 0))
    return frame.set_index("territory_id")


def as_pysal(neighbours: Neighbours) -> W:
    weights = neighbours.weights
    links = {
        i: weights.indices[weights.indptr[i] : weights.indptr[i + 1]].tolist()
        for i in range(len(neighbours.index))
    }
    made = W(links, silence_warnings=True)
    made.transform = "r"
    return made


@pytest.fixture(scope="module")
def package(embedded_package: Package) -> Package:
    return embedded_package


def test_a_queen_has_eight_neighbours_in_the_middle_and_three_in_a_corner() -> None:
    found = neighbours_of(grid(5))
    degrees = np.diff(found.weights.indptr).reshape(5, 5)
    assert degrees[2, 2] == 8
    assert degrees[0, 0] == 3
    assert degrees[0, 2] == 5
    assert np.allclose(found.weights.sum(axis=1), 1)
    assert not found.weights.diagonal().any()
    assert found.islands == ()


def test_an_island_is_tied_both_ways_to_its_three_nearest() -> None:
    frame = grid(4)
    far = gpd.GeoDataFrame({"geometry": [box(20_000, 0, 21_000, 1_000)]}, index=["x:far"], crs=METRIC_CRS)
    found = neighbours_of(pd.concat([frame, far]))
    assert found.islands == ("x:far",)
    row = found.weights[[16], :].toarray()[0]
    assert {found.index[i] for i in np.flatnonzero(row)} == {"x:0-3", "x:1-3", "x:2-3"}
    assert found.weights[[3], :].toarray()[0, 16] > 0


def test_points_are_tied_to_the_six_nearest_even_where_two_stand_at_one_place() -> None:
    places = [Point(x * 1000, 0) for x in range(10)] + [Point(0, 0)]
    frame = gpd.GeoDataFrame(geometry=places, crs=METRIC_CRS, index=[f"da:{i}" for i in range(11)])
    found = neighbours_of(frame)
    assert found.by_distance
    assert set(np.diff(found.weights.indptr)) == {6}
    assert not found.weights.diagonal().any()


def test_local_and_global_moran_are_those_of_esda(package: Package) -> None:
    values = package.values(Level.CLSC, "age_65_plus_pct")["value"].dropna()
    neighbours = neighbours_of(package.level(Level.CLSC).loc[values.index])
    ours = clusters(values, neighbours)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        theirs = esda.Moran_Local(values.to_numpy(), as_pysal(neighbours), permutations=999, seed=1)
    # esda divides by n - 1 where the mean of squares is asked for: the two differ by that factor alone.
    assert np.allclose(ours.frame["local_i"] * (len(values) - 1) / len(values), theirs.Is)
    assert np.isclose(ours.moran.index, esda.Moran(values.to_numpy(), as_pysal(neighbours), permutations=9).I)
    # Its p-values are those of one tail, chosen after the fact: half of the two-sided ones.
    assert np.abs(ours.frame["p"].to_numpy() - np.minimum(1, 2 * theirs.p_sim)).max() < 0.12
    quadrant = pd.Series(theirs.q).map({1: "high_high", 2: "low_high", 3: "low_low", 4: "high_low"})
    kept = (ours.frame["quadrant"] != Quadrant.NOT_SIGNIFICANT).to_numpy()
    assert kept.any()
    assert (ours.frame["quadrant"].to_numpy()[kept] == quadrant.to_numpy()[kept]).all()


def test_the_cutoff_is_the_one_of_esda() -> None:
    p = np.random.default_rng(5).uniform(size=300) ** 3
    ours = false_discovery_cutoff(p)
    assert ours is not None
    assert set(p[p <= ours]) == set(p[p < esda.fdr(p, 0.05)])
    assert false_discovery_cutoff(np.array([0.2, 0.9])) is None


def test_chance_alone_makes_no_cluster() -> None:
    frame = grid(15)
    neighbours = neighbours_of(frame)
    found = 0
    for seed in range(10):
        values = pd.Series(np.random.default_rng(seed).normal(size=225), frame.index)
        found += int((clusters(values, neighbours).frame["quadrant"] != Quadrant.NOT_SIGNIFICANT).any())
    assert found <= 2


def test_two_halves_stand_apart() -> None:
    frame = grid(12)
    side = np.tile(np.arange(12) < 6, 12).astype(float)
    values = pd.Series(side + np.random.default_rng(1).normal(0, 0.1, 144), frame.index)
    found = clusters(values, neighbours_of(frame))
    assert found.moran.index > 0.7
    assert found.moran.p == pytest.approx(2 / 1000)
    corners = found.frame["quadrant"].to_numpy().reshape(12, 12)
    assert corners[6, 1] == Quadrant.HIGH_HIGH
    assert corners[6, 10] == Quadrant.LOW_LOW
    assert clusters(values, neighbours_of(frame)).frame.equals(found.frame)


def test_smoothing_is_that_of_esda_and_moves_small_numbers_most() -> None:
    events = pd.Series([2.0, 30.0, 5.0, 100.0, 0.0])
    people = pd.Series([10.0, 300.0, 100.0, 400.0, 20.0])
    ours = smoothed_rate(events, people)
    assert np.allclose(ours, Empirical_Bayes(events.to_numpy(), people.to_numpy()).r.ravel())
    assert 0 < ours[4] < events.sum() / people.sum()
    assert abs(ours[0] - 0.2) > abs(ours[3] - 0.25)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 500)), min_size=2, max_size=30))
def test_a_smoothed_rate_lies_between_its_own_and_that_of_all(pairs: list[tuple[int, int]]) -> None:
    people = pd.Series([float(n) for _e, n in pairs])
    events = pd.Series([float(min(e, n)) for e, n in pairs])
    ours, own, mean = smoothed_rate(events, people), events / people, events.sum() / people.sum()
    assert ((ours >= np.minimum(own, mean) - 1e-12) & (ours <= np.maximum(own, mean) + 1e-12)).all()


def test_a_missing_rate_stays_missing() -> None:
    ours = smoothed_rate(pd.Series([1.0, np.nan, 0.0]), pd.Series([10.0, 10.0, 0.0]))
    assert ours.isna().tolist() == [False, True, True]


def test_too_few_or_equal_values_are_refused_in_words() -> None:
    frame = grid(3)
    with pytest.raises(SelectionError, match="trop peu"):
        clusters(pd.Series(np.arange(9.0), frame.index), neighbours_of(frame))
    larger = grid(4)
    with pytest.raises(SelectionError, match="la même valeur"):
        clusters(pd.Series(np.ones(16), larger.index), neighbours_of(larger))
