"""Costs behind one interface: a table at the door, and the same pairs whatever is cut, joined or kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geodata.access import costs as costs_module
from geodata.access.blocks import Block
from geodata.access.costs import CostFacts, Engine, TravelCosts
from geodata.access.errors import AccessError
from geodata.access.points import Points
from geodata.text import Text


def _frame() -> pd.DataFrame:
    # Unsorted on purpose; origin 9 sees both sites, 3 sees one.
    return pd.DataFrame(
        {
            "origin_id": [9, 3, 9],
            "destination_id": ["b", "b", "a"],
            "minutes": [12, 7.5, 0],
            "km": [8.0, np.nan, 0.0],
            "note": ["", "", ""],
        }
    )


def _pairs(costs: TravelCosts) -> dict[tuple[object, object], float]:
    frame = costs.frame()
    assert list(frame.columns) == ["origin_id", "destination_id", "minutes", "km"]
    return dict(zip(zip(frame.origin_id, frame.destination_id, strict=True), frame.minutes, strict=True))


def test_a_table_becomes_rows_sorted_by_site_and_keeps_the_type_of_its_identifiers() -> None:
    costs = TravelCosts.from_frame(_frame())
    assert costs.origins.tolist() == [9, 3]
    assert costs.origins.dtype == np.int64
    assert costs.sites.tolist() == ["b", "a"]
    (block,) = costs.blocks()
    assert (block.indptr.tolist(), block.site.tolist()) == ([0, 2, 3], [0, 1, 0])
    assert block.minutes.tolist() == [12.0, 0.0, 7.5]
    assert _pairs(costs) == {(9, "b"): 12.0, (9, "a"): 0.0, (3, "b"): 7.5}
    assert costs.facts.engine is Engine.GIVEN
    assert costs.cutoff_minutes is None


def test_identifiers_in_categories_become_what_they_are() -> None:
    costs = TravelCosts.from_frame(_frame().astype({"origin_id": "category", "destination_id": "category"}))
    assert (costs.origins.dtype, costs.origins.tolist()) == (np.int64, [9, 3])
    assert costs.sites.tolist() == ["b", "a"]


def test_origins_and_sites_without_a_pair_are_kept() -> None:
    costs = TravelCosts.from_frame(_frame(), origins=pd.Index([1, 3, 9]), sites=pd.Index(["a", "b", "c"]))
    assert costs.origins.tolist() == [1, 3, 9]
    assert costs.sites.tolist() == ["a", "b", "c"]
    assert len(_pairs(costs)) == 3


def test_a_table_without_a_row_is_costs_without_a_pair() -> None:
    costs = TravelCosts.from_frame(pd.DataFrame(columns=["origin_id", "destination_id", "minutes"]))
    assert (len(costs.origins), len(costs.sites), len(costs.frame())) == (0, 0, 0)
    assert len(costs.kept().only().joined(costs).frame()) == 0


@pytest.mark.parametrize(
    ("column", "value", "where"),
    [
        ("minutes", np.nan, "minutes, 1"),
        ("minutes", -1.0, "minutes, 1"),
        ("minutes", np.inf, "minutes, 1"),
        ("minutes", "vite", "minutes"),
        ("minutes", pd.NA, "minutes, 1"),
        ("km", -2.0, "km, 1"),
        ("km", np.inf, "km, 1"),
        ("origin_id", None, "origin_id"),
        ("destination_id", None, "destination_id"),
    ],
)
def test_a_wrong_cell_is_refused_in_one_sentence(column: str, value: object, where: str) -> None:
    frame = _frame().astype(object)
    frame.loc[1, column] = value
    with pytest.raises(AccessError) as refused:
        TravelCosts.from_frame(frame)
    assert refused.value.where == where


def test_other_wrong_tables_are_refused() -> None:
    with pytest.raises(AccessError, match="figurent deux fois"):
        TravelCosts.from_frame(pd.concat([_frame(), _frame().iloc[[1]]]))
    with pytest.raises(AccessError, match="destination_id"):
        TravelCosts.from_frame(_frame().drop(columns="destination_id"))
    with pytest.raises(AccessError, match="inconnu"):
        TravelCosts.from_frame(_frame(), origins=pd.Index([9]))
    with pytest.raises(AccessError, match="deux fois"):
        TravelCosts.from_frame(_frame(), origins=pd.Index([9, 9, 3]))


def test_the_callers_table_may_change_afterwards() -> None:
    frame = _frame()
    costs = TravelCosts.from_frame(frame)
    frame.loc[:, "minutes"] = 99.0
    assert _pairs(costs)[3, "b"] == 7.5


def test_only_some_origins_and_sites_keep_the_order_of_the_costs() -> None:
    costs = TravelCosts.from_frame(_frame(), origins=pd.Index([1, 9, 3]))
    assert costs.only(origins=[3, 1]).origins.tolist() == [1, 3]
    assert _pairs(costs.only(origins=[3, 1])) == {(3, "b"): 7.5}
    assert _pairs(costs.only(sites=["a"])) == {(9, "a"): 0.0}
    assert costs.only(sites=["a"]).origins.tolist() == [1, 9, 3]
    assert len(costs.only(origins=[]).frame()) == 0
    with pytest.raises(AccessError, match="inconnu"):
        costs.only(sites=["z"])


def test_joined_costs_add_sites_whatever_the_cut_of_their_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costs_module, "PAIRS_A_PART", 2)
    origins = pd.Index([1, 3, 9])
    one = TravelCosts.from_frame(_frame(), origins=origins)
    more = pd.DataFrame({"origin_id": [1, 3, 3], "destination_id": ["x", "y", "x"], "minutes": [1, 2, 3.0]})
    other = TravelCosts.from_frame(more, origins=origins)
    both = one.joined(other)
    assert both.sites.tolist() == ["b", "a", "x", "y"]
    assert _pairs(both) == _pairs(one) | _pairs(other)
    assert [block.first for block in both.blocks()] == [0, 1, 2]
    for block in both.blocks():
        assert all((np.diff(block.site[a:b]) > 0).all() for a, b in zip(block.indptr, block.indptr[1:]))  # noqa: B905
    assert both.frame().km.notna().sum() == 2  # the other side knows no distance
    with pytest.raises(AccessError, match="deux fois"):
        one.joined(one)
    with pytest.raises(AccessError, match="lieux différents"):
        one.joined(other.only(origins=[1, 3]))


def test_times_made_longer_or_cut_say_up_to_where_they_are_known() -> None:
    costs = TravelCosts.from_frame(_frame())
    near = costs.within(7.5)
    assert _pairs(near) == {(9, "a"): 0.0, (3, "b"): 7.5}
    assert near.origins.tolist() == [9, 3]
    assert near.cutoff_minutes == 7.5
    assert near.within(60).cutoff_minutes == 7.5
    slow = near.slower(1.2)
    assert _pairs(slow)[3, "b"] == pytest.approx(9.0)
    assert slow.cutoff_minutes == pytest.approx(9.0)
    slow.require_known_to(7.5 * 1.2)
    with pytest.raises(AccessError, match="dépasse les temps calculés"):
        slow.require_known_to(9.1)
    for wrong in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(AccessError):
            costs.slower(wrong)
        with pytest.raises(AccessError):
            costs.within(wrong)


def test_costs_are_kept_in_memory_unless_there_are_too_many() -> None:
    reads = []

    def make() -> list[Block]:
        reads.append(1)
        return list(TravelCosts.from_frame(_frame()).blocks())

    facts = CostFacts(Engine.ROAD_NETWORK, None, Text("a", "b"))
    costs = TravelCosts.from_blocks(pd.Index([9, 3]), pd.Index(["b", "a"]), lambda: iter(make()), facts, 60)
    kept = costs.kept()
    assert _pairs(kept) == _pairs(kept)
    assert len(reads) == 1
    assert kept.cutoff_minutes == 60
    assert costs.kept(most=2) is costs


def test_points_are_refused_without_a_place_or_far_from_quebec() -> None:
    frame = pd.DataFrame({"longitude": [-73.6, None], "latitude": [45.5, 45.5]}, index=["a", "b"])
    with pytest.raises(AccessError, match=r"\(b\)"):
        Points.from_frame(frame)
    with pytest.raises(AccessError, match=r"ordre longitude, latitude"):
        Points(pd.Index(["a"]), np.array([45.5]), np.array([-73.6]))
    with pytest.raises(AccessError, match="deux fois"):
        Points(pd.Index(["a", "a"]), np.array([-73.6, -73.6]), np.array([45.5, 45.5]))
    with pytest.raises(AccessError, match="latitude"):
        Points.from_frame(frame[["longitude"]])


def test_points_are_taken_in_the_order_asked() -> None:
    points = Points(pd.Index(["a", "b", "c"]), np.array([-73.6, -73.5, -73.4]), np.array([45.5, 45.5, 45.5]))
    assert points.take(["c", "a"]).longitude.tolist() == [-73.4, -73.6]
    assert len(points.take([])) == 0
    assert len(points.take([]).x_m) == 0
    with pytest.raises(AccessError, match="inconnu"):
        points.take(["z"])
