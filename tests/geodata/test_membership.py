"""Shares by surface and points in territories, on squares that can be checked by eye."""

from itertools import pairwise

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geodata.crs import METRIC_CRS
from geodata.errors import JoinError
from geodata.membership import area_overlap, nearest_area, points_within, require_partition


def _layer(key: str, shapes: dict[str, object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({key: list(shapes)}, geometry=list(shapes.values()), crs=METRIC_CRS)


def _fractions(areas: dict[str, object], territories: dict[str, object]) -> dict[tuple[str, str], float]:
    rows = area_overlap(_layer("da_id", areas), _layer("territory_id", territories))
    return {(r.da_id, r.territory_id): pytest.approx(r.fraction, abs=1e-9) for r in rows.itertuples()}


def test_an_area_is_shared_by_surface() -> None:
    found = _fractions({"a": box(0, 0, 100, 100)}, {"w": box(-50, 0, 25, 100), "e": box(25, 0, 200, 100)})
    assert found == {("a", "w"): 0.25, ("a", "e"): 0.75}


def test_a_part_under_two_percent_is_dropped_and_the_rest_renormalised() -> None:
    found = _fractions({"a": box(0, 0, 100, 100)}, {"w": box(-50, 0, 1, 100), "e": box(1, 0, 200, 100)})
    assert found == {("a", "e"): 1.0}


def test_what_lies_outside_every_territory_is_nobodys() -> None:
    found = _fractions({"a": box(0, 0, 100, 100)}, {"w": box(0, 0, 60, 100)})
    assert found == {("a", "w"): 0.6}


def test_overlapping_territories_share_an_area_and_count_nobody_twice() -> None:
    both = box(-10, -10, 200, 200)
    assert _fractions({"a": box(0, 0, 100, 100)}, {"x": both, "y": both}) == {
        ("a", "x"): 0.5,
        ("a", "y"): 0.5,
    }


@given(st.lists(st.floats(1, 99), min_size=0, max_size=6))
def test_shares_of_a_partition_sum_to_one(cuts: list[float]) -> None:
    edges = sorted({0.0, 100.0, *cuts})
    strips = {f"t{i}": box(a, 0, b, 100) for i, (a, b) in enumerate(pairwise(edges))}
    rows = area_overlap(_layer("da_id", {"a": box(0, 0, 100, 100)}), _layer("territory_id", strips))
    assert rows["fraction"].sum() == pytest.approx(1.0)


def test_a_point_in_two_territories_goes_to_the_smaller() -> None:
    points = _layer("id", {"p": Point(5, 5)})
    shapes = _layer("territory_id", {"large": box(0, 0, 100, 100), "small": box(0, 0, 10, 10)})
    assert points_within(points, shapes, "id")["territory_id"].tolist() == ["small"]


def test_a_point_on_a_border_gets_exactly_one_territory() -> None:
    points = _layer("id", {"p": Point(50, 50)})
    shapes = _layer("territory_id", {"b": box(50, 0, 100, 100), "a": box(0, 0, 50, 100)})
    assert points_within(points, shapes, "id")["territory_id"].tolist() == ["a"]


def test_a_point_without_shape_or_outside_finds_nothing() -> None:
    points = _layer("id", {"none": Point(), "far": Point(900, 900)})
    assert points_within(points, _layer("territory_id", {"a": box(0, 0, 1, 1)}), "id").empty


def test_a_repeated_point_is_refused() -> None:
    points = gpd.GeoDataFrame({"id": ["p", "p"]}, geometry=[Point(0, 0)] * 2, crs=METRIC_CRS)
    with pytest.raises(JoinError):
        points_within(points, _layer("territory_id", {"a": box(0, 0, 1, 1)}), "id")


def test_the_nearest_area_is_found_and_ties_go_to_the_first() -> None:
    areas = _layer("da_id", {"b": Point(10, 0), "a": Point(-10, 0), "far": Point(500, 0)})
    found = nearest_area(_layer("id", {"p": Point(0, 0), "q": Point(400, 0)}), areas, "id").set_index("id")
    assert found["da_id"].to_dict() == {"p": "a", "q": "far"}


def test_an_area_lost_or_doubled_in_a_partition_is_named() -> None:
    rows = pd.DataFrame({"da_id": ["a", "a"], "territory_id": ["x", "y"], "fraction": [1.0, 0.5]})
    with pytest.raises(JoinError, match="2 aires"):
        require_partition(rows, "clsc", pd.Index(["a", "b"]))
