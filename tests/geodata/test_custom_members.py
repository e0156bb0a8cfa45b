"""Which areas a custom territory holds: by hand, by an independent library, and whatever the line."""

from __future__ import annotations

import math
import warnings

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import shapely.ops
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from geodata.custom import CustomTerritory, RemarkKind, TerritoryError, membership_of
from geodata.custom.definition import id_of, named
from geodata.custom.outside import outside_share
from geodata.model import Level
from geodata.package import Package

MONTREAL = (-73.62, 45.50, -73.55, 45.55)
QUEBEC_CITY = (-71.30, 46.78, -71.20, 46.85)


@pytest.fixture(scope="module")
def package(embedded_package: Package) -> Package:
    return embedded_package


def custom(**definition: object) -> CustomTerritory:
    return CustomTerritory(id_of("Essai"), named("Essai"), **definition)  # type: ignore[arg-type]


def kinds(territory: CustomTerritory, package: Package) -> set[RemarkKind]:
    return {remark.kind for remark in membership_of(territory, package).remarks}


def test_a_rectangle_holds_the_people_that_tobler_counts(package: Package) -> None:
    tobler = pytest.importorskip("tobler.area_weighted")
    found = membership_of(custom(shape=shapely.box(*MONTREAL)), package)
    areas = package.level(Level.DA)
    areas = areas[areas.geom_type != "Point"].reset_index(drop=True).to_crs(6623)
    areas["people"] = areas["pop_2021"].astype(float).fillna(0.0)
    outline = gpd.GeoDataFrame(geometry=[shapely.segmentize(shapely.box(*MONTREAL), 0.02)], crs=4326).to_crs(
        6623
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = tobler.area_interpolate(
            areas[["people", "geometry"]], outline, extensive_variables=["people"], allocate_total=False
        )["people"].iloc[0]
    # Parts under 2 % of an area are drawing noise for us, and people for tobler.
    assert found.people == pytest.approx(expected, rel=2e-3)
    assert found.rows["fraction"].between(0, 1, inclusive="right").all()
    assert set(found.rows["method"]) == {"area_overlap"}


@pytest.mark.parametrize("bounds", [MONTREAL, QUEBEC_CITY], ids=["polygons", "points"])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(angle=st.floats(0.05, math.pi - 0.05), where=st.floats(0.3, 0.7))
def test_a_line_parts_people_without_losing_anyone(
    package: Package, bounds: tuple[float, float, float, float], angle: float, where: float
) -> None:
    whole = shapely.box(*bounds)
    west, south, east, north = bounds
    x, y = west + where * (east - west), south + where * (north - south)
    line = shapely.LineString(
        [(x - math.cos(angle), y - math.sin(angle)), (x + math.cos(angle), y + math.sin(angle))]
    )
    halves = shapely.ops.split(whole, line).geoms
    parts = pd.concat([membership_of(custom(shape=half), package).rows for half in halves])
    areas = package.level(Level.DA)
    inside = areas.index[shapely.covers(whole, areas.geometry.to_numpy()) & (areas.geom_type != "Point")]
    if not len(inside):
        # Areas without a polygon are inside by their codes or their point.
        found = membership_of(custom(shape=whole), package).rows
        inside = pd.Index(found.loc[found["fraction"].eq(1.0), "da_id"])
    summed = parts.groupby("da_id")["fraction"].sum()
    assert len(inside) > 100
    assert summed.reindex(inside).to_numpy() == pytest.approx(1.0, abs=1e-6)


def test_areas_named_through_two_levels_count_once(package: Package) -> None:
    municipality = "municipality:2494068"
    alone = membership_of(custom(members=(municipality,)), package)
    both = membership_of(custom(members=("ct:4080001.00", municipality)), package)
    assert both.people == alone.people
    assert [r.count for r in both.remarks if r.kind is RemarkKind.TWICE] == [9]
    assert alone.people == float(package.territories.at[municipality, "pop_2021"])


def test_two_tracts_hold_the_sum_of_their_areas(package: Package) -> None:
    tracts = ("ct:4080001.00", "ct:4080002.02")
    found = membership_of(custom(members=tracts), package)
    assert found.people == 3583 + 5731
    assert found.coverage == 1.0
    assert found.estimated_share == 0.0


def test_neighbouring_tables_share_their_areas_without_losing_any(package: Package) -> None:
    tables = tuple(package.territories.index[package.territories["level"] == "table"])[:3]
    links = package.membership[package.membership["territory_id"].isin(tables)]
    expected = links.groupby("da_id")["fraction"].sum().clip(upper=1.0)
    found = membership_of(custom(members=tables), package).rows.set_index("da_id")["fraction"]
    assert found.to_numpy() == pytest.approx(expected.reindex(found.index).to_numpy(), abs=1e-12)
    assert RemarkKind.PUBLISHED_SHARES in kinds(custom(members=tables), package)


def test_what_is_estimated_is_said(package: Package) -> None:
    drawn = membership_of(custom(shape=shapely.box(*QUEBEC_CITY)), package)
    assert drawn.estimated_share == pytest.approx(1.0)
    assert RemarkKind.BY_POSTAL_CODES in {remark.kind for remark in drawn.remarks}
    assert RemarkKind.CUT in kinds(custom(shape=shapely.box(*MONTREAL)), package)


def _corner_of_one_area(package: Package, share: float) -> BaseGeometry:
    areas = package.level(Level.DA)
    area = areas[(areas.geom_type == "Polygon") & areas["pop_2021"].between(500, 700)].geometry.iloc[0]
    west, south, east, north = area.bounds
    for n in range(1, 400):
        cut = shapely.intersection(area, shapely.box(west, south, west + (east - west) * n / 400, north))
        if cut.area / area.area >= share:
            return shapely.make_valid(cut)
    raise AssertionError("no such corner")


@pytest.mark.parametrize("share", [0.005, 0.02])
def test_a_territory_of_a_dozen_people_is_refused_with_the_rule(package: Package, share: float) -> None:
    with pytest.raises(TerritoryError, match="moins que les 40"):
        membership_of(custom(shape=_corner_of_one_area(package, share)), package)


def test_a_part_of_one_area_is_said_to_be_smaller_than_it(package: Package) -> None:
    corner = custom(shape=_corner_of_one_area(package, 0.3))
    assert RemarkKind.SMALLER_THAN_AREAS in kinds(corner, package)


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ({"members": ("da:24999999",)}, "n'ont pas"),
        ({"shape": shapely.box(-60, 58, -59, 59)}, "hors du Québec, ou sur l'eau"),
        ({"shape": shapely.box(-75.75, 45.33, -75.60, 45.40)}, "hors du Québec"),
        ({"shape": shapely.box(-74.5, 48.9, -74.4, 49.0)}, "Aucune aire"),
        ({"shape": shapely.box(2.2, 48.8, 2.4, 48.9)}, "sort du Québec"),
        ({"shape": shapely.box(-1e308, -1e308, 1e308, 1e308)}, "sort du Québec"),
    ],
)
def test_what_cannot_be_placed_is_refused(
    package: Package, definition: dict[str, object], words: str
) -> None:
    with pytest.raises(TerritoryError, match=words):
        membership_of(custom(**definition), package)


def test_the_part_of_a_shape_in_ontario_is_said(package: Package) -> None:
    both_shores = shapely.box(-76.0, 45.2, -75.5, 45.6)
    said = [r for r in membership_of(custom(shape=both_shores), package).remarks if r.kind == "outside"]
    province = package.level(Level.PROVINCE).to_crs(6623).geometry.iloc[0]
    drawn = gpd.GeoSeries([shapely.segmentize(both_shores, 0.01)], crs=4326).to_crs(6623).iloc[0]
    # The towns of the shore are drawn further out on the river than the province is.
    assert [r.share for r in said] == [
        pytest.approx(1 - drawn.intersection(province).area / drawn.area, abs=0.02)
    ]
    assert RemarkKind.OUTSIDE not in kinds(custom(shape=shapely.box(*MONTREAL)), package)


def test_an_island_that_the_outline_leaves_out_is_in_quebec(package: Package) -> None:
    island = package.territories.geometry["municipality:2466092"]
    province = package.level(Level.PROVINCE).geometry.iloc[0]
    assert not island.intersects(province)
    assert outside_share(island, package) == 0.0
