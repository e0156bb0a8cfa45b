"""Before and after, computed by hand on four areas of a line (see conftest)."""

from __future__ import annotations

import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import LineString

from geodata.access.costs import TravelCosts
from geodata.access.measure_words import Measure
from geodata.access.points import Points
from geodata.access.reach import Question, costs_of
from geodata.access.sites import Sites, sites_of
from geodata.access.thresholds import Thresholds
from geodata.errors import ConservationError
from geodata.model import Level
from geodata.networks.building import graph_from_segments
from geodata.networks.graph import RoadGraph
from geodata.package import Package
from geodata.scenarios import (
    CLOSURE_SENTENCE,
    Add,
    Change,
    Close,
    Move,
    Resize,
    Scenario,
    at_level,
    before_after,
)
from geodata.scenarios.change import by_key, difference, kind_of_change, summed
from geodata.scenarios.errors import ScenarioError
from geodata.scenarios.ground import perhaps_in_water
from geodata.scenarios.sentences import sentences
from tests.geodata.scenarios.conftest import MINUTES_PER_KM, at, make_small

ONE_MORE = Scenario("Un de plus", Question("clsc"), (Add("Neuf", *at(8)),))


@pytest.fixture(scope="module")
def one_more(small: Package) -> Change:
    return before_after(small, ONE_MORE)


def test_one_more_place_by_hand(one_more: Change) -> None:
    # The CLSC at 0 km is within 10 minutes (4.49 km) of areas at 0 and 3 km: 300 people. The new one, at
    # 8 km, is 2 km from 300 people and 4 km from 400.
    assert one_more.total["within_before"] == 300
    assert one_more.total["within_after"] == 1000
    assert (one_more.total["gained"], one_more.total["lost"]) == (700, 0)
    saved = (300 * (6 - 2) + 400 * (12 - 4)) * MINUTES_PER_KM
    assert one_more.total["person_minutes_saved"] == pytest.approx(saved, rel=1e-6)
    assert one_more.total["mean_minutes_saved"] == pytest.approx(saved / 1000, rel=1e-6)
    assert one_more.areas["change"].tolist() == ["same", "same", "gained", "gained"]
    # A fifth longer, the trip of 4 km (8.9 min) is no longer within 10 minutes.
    assert (one_more.total["gained_low"], one_more.total["gained_high"]) == (300, 700)
    assert not one_more.closes
    assert sentences(one_more)[0].fr.startswith("Gagnent l'accès\u00a0: 700 personnes")


def test_groups_count_where_they_are_known(one_more: Change) -> None:
    groups = one_more.groups
    assert groups.loc["low_income", ["people", "within_before", "gained"]].tolist() == [240, 10, 230]
    assert groups.loc["low_income", "coverage"] == pytest.approx(0.8)
    assert groups.loc["everyone", "gained"] == 700


def test_the_group_of_the_question_is_named(small: Package) -> None:
    change = before_after(small, Scenario("x", Question("clsc", group="low_income"), (Add("Neuf", *at(8)),)))
    assert change.total["gained"] == 230
    assert "faible revenu)\u00a0: 230 personnes" in sentences(change)[0].fr


def test_who_loses_comes_first_where_a_place_closes(small: Package) -> None:
    change = before_after(small, Scenario("Fermer", Question("clsc"), (Close("clsc-0"),)))
    assert change.closes
    assert (change.total["lost"], change.total["no_longer_reached"]) == (300, 1000)
    assert change.areas["minutes_after"].isna().all()
    assert np.isnan(change.total["mean_minutes_saved"]), "no minute is saved or lost where nothing is reached"
    said = sentences(change)
    assert said[0].fr.startswith("Perdent l'accès")
    assert said[1].fr == f"{CLOSURE_SENTENCE.fr}."
    assert said[1].en == "This scenario does not justify a closure."


def test_a_closure_says_who_goes_further_too(small: Package) -> None:
    change = before_after(small, Scenario("Fermer", Question("school"), (Close("school-5"),)))
    # 100 people go 3 km further, 200 too (and lose), 300 go 1 km further; the school at 8 km is theirs now.
    assert change.total["lost"] == 200
    said = [sentence.fr for sentence in sentences(change)]
    mean = f"{2 * MINUTES_PER_KM:.1f}".replace(".", ",")
    assert said[1] == f"Trajet plus long\u00a0: 600 personnes, de {mean}\u00a0min en moyenne."
    assert said[2] == f"{CLOSURE_SENTENCE.fr}."


def test_a_place_that_moves_has_both(small: Package) -> None:
    change = before_after(small, Scenario("Déplacer", Question("clsc"), (Move("clsc-0", *at(8)),)))
    assert (change.total["lost"], change.total["gained"]) == (300, 700)
    assert change.areas["site_after"].tolist() == ["clsc-0"] * 4


def test_a_larger_place_is_shared_by_as_many(small: Package) -> None:
    question = Question("clsc", measure=Measure.TWO_STEP)
    change = before_after(small, Scenario("Agrandir", question, (Resize("clsc-0", 2.0),)))
    # One place among 300 people, then two: 33.3 and 66.7 by 10,000 people, 0 beyond 10 minutes.
    assert change.areas["value_before"].tolist() == pytest.approx([100 / 3, 100 / 3, 0, 0])
    assert change.areas["value_after"].tolist() == pytest.approx([200 / 3, 200 / 3, 0, 0])
    assert change.total["value_after"] == pytest.approx(20.0)
    assert change.groups.loc["everyone", "value_before"] == pytest.approx(10.0)
    assert (change.total["gained"], change.total["lost"]) == (0, 0)
    assert (
        sentences(change)[2].en == "Shared supply, on average: 10.00 per 10,000 people before, 20.00 after."
    )
    assert any("capacité" in notice.fr for notice in change.notices)


def test_a_level_of_service_by_zone_is_not_averaged(small: Package) -> None:
    question = Question("clsc", measure=Measure.BALANCED)
    change = before_after(small, Scenario("Agrandir", question, (Resize("clsc-0", 2.0),)))
    assert "value_after" in change.areas
    assert "value_after" not in change.total


def test_a_scope_counts_its_own_people(small: Package) -> None:
    inside = Scenario("m2", Question("clsc"), (Add("Neuf", *at(8)),), scope="municipality:m2")
    change = before_after(small, inside)
    assert change.total["people"] == 150 + 400, "half of the third area is in it"
    assert change.total["gained"] == 550
    with pytest.raises(ScenarioError, match="territoire de ce scénario"):
        before_after(small, Scenario("x", Question("clsc"), scope="municipality:nowhere"))


def test_territories_add_up_to_the_whole(small: Package, one_more: Change) -> None:
    rows = at_level(small, Level.MUNICIPALITY, one_more)
    assert rows["people"].to_dict() == {"municipality:m1": 450, "municipality:m2": 550}
    assert rows["gained"].to_dict() == {"municipality:m1": 150, "municipality:m2": 550}
    assert rows["gained"].sum() == one_more.total["gained"]


def test_a_network_that_is_not_here_is_said_and_nothing_is_computed(small: Package) -> None:
    with pytest.raises(ScenarioError, match="réseau de ce scénario"):
        before_after(small, Scenario("x", Question("clsc", network_id="abc123")))


def test_a_point_in_the_river_is_asked_about(embedded_package: Package) -> None:
    spots = pd.DataFrame(
        {"longitude": [-73.53, -73.57], "latitude": [45.53, 45.52]}, index=["fleuve", "Plateau"]
    )
    assert perhaps_in_water(embedded_package, Points.from_frame(spots)).tolist() == ["fleuve"]


def test_a_point_far_from_everyone_is_asked_about(small: Package) -> None:
    change = before_after(small, Scenario("x", Question("clsc"), (Add("Loin", *at(40)),)))
    assert "28" in change.notices[0].fr
    assert "Loin" in change.notices[0].fr


def test_milieus_are_those_of_the_areas() -> None:
    world = make_small(milieu={"da:4": "remote"})
    change = before_after(world, ONE_MORE)
    assert change.milieus["people"].to_dict() == {"urban": 600, "remote": 400}


minutes = st.one_of(st.none(), st.floats(0, 60))


@settings(max_examples=12)
@given(st.lists(st.tuples(minutes, minutes, st.one_of(st.none(), st.floats(0, 1e4))), min_size=1, max_size=8))
def test_gains_and_losses_always_add_up(rows: list[tuple[float | None, float | None, float | None]]) -> None:
    areas = pd.DataFrame(rows, columns=["minutes_before", "minutes_after", "people"], dtype=float)
    areas["within_before"], areas["within_after"] = (
        areas["minutes_before"].le(20),
        areas["minutes_after"].le(20),
    )
    areas["change"] = kind_of_change(areas, areas.index[:0])
    counts = difference(areas, areas["people"])
    total = summed(counts, "test")
    assert total["gained"] - total["lost"] == pytest.approx(total["within_after"] - total["within_before"])
    assert by_key(counts, pd.Series(areas.index % 2), "test")["people"].sum() == pytest.approx(
        total["people"]
    )
    lost = areas["change"].eq("lost")
    assert counts.loc[lost, "gained"].fillna(0).eq(0).all()


def test_a_count_that_does_not_add_up_is_refused() -> None:
    columns = ["people", "within_before", "within_after", "gained", "lost", "person_minutes_saved"]
    counts = pd.DataFrame(
        0.0, index=["a"], columns=[*columns, "reached_both", "newly_reached", "no_longer_reached"]
    )
    with pytest.raises(ConservationError):
        summed(counts.assign(gained=1.0), "test")


def _road() -> RoadGraph:
    """One street along the line, from 1 km before the first area to 40 km."""
    street = LineString([at(km) for km in range(-1, 41)])
    columns = {"drive_kmh": [30.0], "forward": [True], "backward": [True], "walk": [True], "drive": [True]}
    segments = gpd.GeoDataFrame(columns, geometry=[street], crs=4326)
    graph, _report = graph_from_segments(
        segments, name="Rue", source="test", licence="cc-by-4.0", vintage="2026"
    )
    return graph


def test_along_a_network_only_the_new_place_is_computed(
    small: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = _road()
    question = Question("clsc", network_id=graph.id)
    known = costs_of(small, question, graph)
    asked: list[list[str]] = []

    def watched(package: Package, question: Question, graph: RoadGraph, sites: Sites) -> TravelCosts:
        asked.append(list(sites.points.ids))
        return costs_of(package, question, graph, sites)

    # The module bears the name of its function: it is found among the modules only.
    monkeypatch.setattr(sys.modules["geodata.scenarios.before_after"], "costs_of", watched)
    scenario = Scenario("x", question, (Add("Neuf", *at(8)),))
    change = before_after(small, scenario, graph=graph, costs=known)
    assert asked == [["added:1"]]
    last = change.areas.loc["da:4"]
    # 4 km instead of 12, on the same street at the same speed.
    assert last["minutes_after"] / last["minutes_before"] == pytest.approx(1 / 3, rel=0.02)
    assert change.facts.network_id == graph.id
    with pytest.raises(ScenarioError, match="reste intact"):
        before_after(small, scenario)


def test_a_real_mrc_by_distances_on_the_globe(embedded_package: Package) -> None:
    """The people of Maria-Chapdelaine within 15 minutes, from geodesic distances and nothing else of ours."""
    limits = {"urban": 15.0, "periurban": 15.0, "rural": 15.0, "remote": 15.0}
    question = Question("clsc", thresholds=Thresholds(drive=limits))
    new = (-72.5516, 48.9042)
    change = before_after(embedded_package, Scenario("x", question, (Add("École", *new),), scope="mrc:92"))
    assert change.total["people"] == 24_149
    areas = embedded_package.level(Level.DA).loc[change.areas.index]
    sites = sites_of(embedded_package, "clsc").points
    places = [*zip(sites.longitude, sites.latitude, strict=True), new]
    geod = Geod(ellps="GRS80")
    slow = {"urban": 1.3 / 35, "periurban": 1.3 / 50, "rural": 1.4 / 65, "remote": 1.4 / 65}
    served = []
    for longitude, latitude, milieu in areas[["longitude", "latitude", "milieu"]].itertuples(index=False):
        near = [place for place in places if abs(place[1] - latitude) < 0.4]
        metres = geod.inv([longitude] * len(near), [latitude] * len(near), *zip(*near, strict=True))[2]
        served.append(min(metres) / 1000 * slow[milieu] * 60)
    minutes = pd.Series(served, index=areas.index)
    # Distances in EPSG:6623 are within 1 % of these.
    clear = (minutes - 15).abs() > 0.15
    assert clear.sum() > 50
    assert minutes[clear].le(15).tolist() == change.areas.loc[clear, "within_after"].tolist()
