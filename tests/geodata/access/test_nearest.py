"""Nearest sites by hand and against a sort of all pairs; how many are within a threshold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geodata.access.costs import TravelCosts
from geodata.access.errors import AccessError
from geodata.access.facts import GIVEN
from geodata.access.nearest import cumulative, nearest, reached

FRAME = pd.DataFrame(
    {
        "origin_id": ["x", "x", "x", "y", "y"],
        "destination_id": [30, 10, 20, 20, 10],
        "minutes": [5.0, 0.0, 5.0, 8.0, 9.0],
        "km": [4.0, 0.0, 3.0, 6.0, np.nan],
    }
)
COSTS = TravelCosts.from_frame(FRAME, origins=pd.Index(["y", "alone", "x"]), sites=pd.Index([10, 20, 30]))


def test_the_nearest_by_hand() -> None:
    found = nearest(COSTS)
    assert found.index.tolist() == ["y", "alone", "x"]
    assert found.index.name == "origin_id"
    assert found.loc["y"].tolist() == [20, 8.0, 6.0]
    assert found.loc["x"].tolist() == [10, 0.0, 0.0]
    assert found.loc["alone"].isna().all()
    assert found.site_id.dtype == "Int64"


def test_of_two_as_near_the_first_comes_first() -> None:
    assert nearest(COSTS, 2).loc["x"].tolist() == [20, 5.0, 3.0]
    assert nearest(COSTS, 3).loc["x"].tolist() == [30, 5.0, 4.0]
    assert nearest(COSTS, 3).loc["y"].isna().all()
    assert nearest(COSTS, 9).isna().all().all()


def test_ranks_agree_with_a_sort_of_all_pairs() -> None:
    chance = np.random.default_rng(5)
    pairs = pd.MultiIndex.from_product([range(40), range(9)]).to_frame(index=False)
    frame = pairs.set_axis(["origin_id", "destination_id"], axis=1).assign(
        minutes=chance.integers(0, 6, len(pairs)).astype(float)
    )
    frame = frame[chance.random(len(frame)) < 0.4]
    costs = TravelCosts.from_frame(frame, origins=pd.RangeIndex(40), sites=pd.RangeIndex(9))
    ranked = frame.sort_values(["origin_id", "minutes", "destination_id"])
    for k in (1, 2, 3, 5):
        expected = ranked.groupby("origin_id").nth(k - 1).set_index("origin_id")
        found = nearest(costs, k).dropna(subset="site_id")
        assert found.site_id.tolist() == expected.destination_id.tolist()
        assert found.minutes.tolist() == expected.minutes.tolist()


def test_large_identifiers_are_not_rounded() -> None:
    large = 2**60 + 1
    costs = TravelCosts.from_frame(FRAME.assign(destination_id=[large, 10, 20, 20, large]))
    assert nearest(costs, 3).loc["x", "site_id"] == 20
    assert nearest(costs, 2).loc["y", "site_id"] == large


@pytest.mark.parametrize("k", [0, -1, 1.5, True, np.nan])
def test_a_rank_that_does_not_exist_is_refused(k: int) -> None:
    with pytest.raises(AccessError):
        nearest(COSTS, k)


def test_sites_within_a_threshold_inclusive() -> None:
    assert cumulative(COSTS, 8).to_dict() == {"y": 1, "alone": 0, "x": 3}
    assert cumulative(COSTS, 8).dtype == np.int64
    assert reached(COSTS, 4.9).to_dict() == {"y": False, "alone": False, "x": True}
    by_origin = pd.Series({"x": 4.0, "y": 9.0, "alone": 60.0, "elsewhere": 1.0})
    assert cumulative(COSTS, by_origin).to_dict() == {"y": 2, "alone": 0, "x": 1}
    assert reached(COSTS, by_origin).dtype == bool


@pytest.mark.parametrize("threshold", [0, -1, np.nan, np.inf, pd.Series({"x": 4.0})])
def test_a_wrong_threshold_is_refused(threshold: float | pd.Series) -> None:
    with pytest.raises(AccessError):
        cumulative(COSTS, threshold)


def test_without_costs_nothing_is_near() -> None:
    nothing = TravelCosts.from_frame(FRAME[:0], origins=pd.Index(["x"]))
    assert nearest(nothing).isna().all().all()
    assert cumulative(nothing, 10).tolist() == [0]
    assert len(nearest(TravelCosts.from_frame(FRAME[:0]))) == 0


def test_an_origin_that_was_not_computed_has_no_number() -> None:
    partial = TravelCosts(COSTS.origins, COSTS.sites, COSTS.blocks, replace(GIVEN, incomplete=("alone",)))
    assert cumulative(partial, 10).isna().tolist() == [False, True, False]
    assert reached(partial, 10).isna().tolist() == [False, True, False]
    assert reached(partial, 10)["x"]
