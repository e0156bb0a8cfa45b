"""Whom a place serves, and the outlines of its minutes."""

from dataclasses import replace
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.access.catchments import catchment, nearest_places, rings
from geodata.access.costs import Mode
from geodata.access.errors import AccessError
from geodata.access.extent import within_network
from geodata.access.points import Points
from geodata.access.reach import Question, costs_of, measured, origins_of
from geodata.access.rings import minutes_to
from geodata.access.straight_line import Pace, straight_line
from geodata.crs import METRIC_CRS
from geodata.errors import SelectionError
from geodata.model import Level
from geodata.networks.building import graph_from_segments
from geodata.networks.graph import RoadGraph
from geodata.networks.pool import in_process
from geodata.networks.routing import network_costs
from geodata.package import Package
from tests.geodata.access.small import COSTS, costs, package

SITE = Points(package().locations["id"].iloc[:1], np.array([-71.0]), np.array([46.005]))  # type: ignore[arg-type]


def test_whom_a_place_serves_by_hand() -> None:
    found = catchment(package(), measured(package(), Question("clsc"), costs(*COSTS)), "p2")
    assert found.areas["minutes"].to_dict() == {"da:2": 9.0, "da:1": 11.0, "da:3": 28.0, "da:4": 40.0}
    assert found.areas["nearest"].tolist() == [True, False, True, True]
    assert found.areas["within"].tolist() == [True, False, True, False]
    assert found.shared_by == 500.0
    assert found.alone_for == 500.0
    groups = found.by_group
    assert groups.loc["everyone", ["nearest", "within", "known"]].tolist() == [900.0, 500.0, 1.0]
    # d2: 20 % of 300; d3: 35 % of 200; d4: 50 % of 400.
    assert groups.loc["age_65_plus", ["nearest", "within"]].tolist() == pytest.approx([330.0, 130.0])
    assert groups.at["low_income", "known"] == pytest.approx(300 / 900)
    assert np.isnan(groups.at["low_income", "nearest"])


def test_who_is_nearest_to_whom() -> None:
    found = nearest_places(measured(package(), Question("clsc"), costs(*COSTS)))
    assert found["people"].to_dict() == {"p1": 100.0, "p2": 900.0, "p5": 0.0}
    assert found["people_within"].to_dict() == {"p1": 100.0, "p2": 500.0, "p5": 0.0}
    assert found.at["p1", "name"] == "Lieu p1"


def test_a_place_that_is_not_measured_is_refused() -> None:
    with pytest.raises(SelectionError):
        catchment(package(), measured(package(), Question("clsc"), costs(*COSTS)), "p9")


def test_a_circle_as_the_crow_flies() -> None:
    pace = Pace(detour=MappingProxyType(dict.fromkeys(Pace().detour, 1.0)), walk_kmh=6.0)
    drawn = rings(package(), SITE, Mode.WALK, [5, 10, 5], pace=pace)
    assert drawn["minutes"].tolist() == [10.0, 5.0]
    # 6 km/h without detour: 1 km in 10 minutes.
    np.testing.assert_allclose(drawn.to_crs(METRIC_CRS).area, [np.pi * 1e6, np.pi * 0.25e6], rtol=2e-3)


def test_outlines_hold_the_areas_that_the_costs_reach(embedded_package: Package) -> None:
    question = Question("clsc")
    site = _between_milieus(embedded_package)
    origins = origins_of(embedded_package)
    milieu = embedded_package.level(Level.DA)["milieu"]
    travel = straight_line(origins, site, mode=question.mode, cutoff_minutes=30, milieu=milieu)
    pairs = travel.frame()
    shape = rings(embedded_package, site, question.mode, [20]).to_crs(METRIC_CRS).geometry.iloc[0]
    inside = shapely.intersects_xy(shape, origins.x_m, origins.y_m)
    reached = set(pairs.loc[pairs["minutes"] <= 19.9, "origin_id"])
    allowed = set(pairs.loc[pairs["minutes"] <= 20.1, "origin_id"])
    assert reached <= set(origins.ids[inside]) <= allowed
    assert milieu[list(reached)].nunique() > 1


def _between_milieus(embedded: Package) -> Points:
    """Stand in the middle of Saint-Hyacinthe: town, suburbs and country within 20 minutes."""
    town = embedded.level(Level.DA)
    here = town[town["municipality_id"].eq("municipality:2454048")].iloc[:1]
    return Points(here.index, here["longitude"].to_numpy(), here["latitude"].to_numpy())


@pytest.fixture(scope="module")
def streets() -> RoadGraph:
    """Give two streets of one kilometre end to end; the second is one-way, away from the first."""
    lines = [shapely.LineString([(0, 0), (1000, 0)]), shapely.LineString([(1000, 0), (2000, 0)])]
    moved = [shapely.transform(line, lambda xy: xy + _origin()) for line in lines]
    frame = gpd.GeoDataFrame(
        {"drive_kmh": 60.0, "forward": True, "backward": [True, False], "walk": True, "drive": True},
        geometry=moved,
        crs=METRIC_CRS,
    )
    graph, _ = graph_from_segments(frame, name="deux rues")
    return graph


def _origin() -> np.ndarray:
    return np.array([SITE.x_m[0], SITE.y_m[0]])


def test_minutes_to_a_place_go_against_no_traffic(streets: RoadGraph) -> None:
    driving = minutes_to(streets, SITE, Mode.DRIVE, 10.0)
    walking = minutes_to(streets, SITE, Mode.WALK, 60.0)
    assert np.isinf(driving[np.argmax(streets.x_m)])  # one cannot come back from the far end
    np.testing.assert_allclose(np.sort(walking), [0.0, 12.5, 25.0], atol=0.05)
    nodes = Points(origins_of(package()).ids[: len(streets.x_m)], streets.longitude, streets.latitude)
    pairs = network_costs(streets, nodes, SITE, mode=Mode.WALK, cutoff_minutes=60, run=in_process).frame()
    np.testing.assert_allclose(pairs["minutes"], walking, atol=0.05)


def test_an_outline_along_streets(streets: RoadGraph) -> None:
    drawn = rings(package(), SITE, Mode.WALK, [13, 30], streets).to_crs(METRIC_CRS)
    east = drawn.bounds["maxx"] - SITE.x_m[0]
    assert 2000 < east[0] < 2200
    assert 1000 < east[1] < 1200
    far = Points(SITE.ids, SITE.longitude + 1.0, SITE.latitude)
    assert rings(package(), far, Mode.WALK, [13], streets).geometry.iloc[0].is_empty


@pytest.mark.parametrize("minutes", [[0], [-1], [float("nan")], [500]])
def test_impossible_minutes_are_refused(minutes: list[float]) -> None:
    with pytest.raises(AccessError, match="contours"):
        rings(package(), SITE, Mode.DRIVE, minutes)


def test_beyond_the_network_nothing_is_known(streets: RoadGraph) -> None:
    made = package()
    origins = origins_of(made)
    travel = within_network(costs(), origins, streets)
    # Streets run from d1 two kilometres eastwards: d4, 2.3 km away, and d5 are beyond.
    assert travel.facts.incomplete == ("da:4", "da:5")
    question = replace(Question("clsc", mode=Mode.WALK), network_id=streets.id)
    asked = costs_of(made, question, streets)
    assert asked.facts.incomplete == ("da:4", "da:5")
    with pytest.raises(AccessError):
        costs_of(made, Question("clsc", mode=Mode.WALK), streets)
