"""From areas to territories: sums apart, fractions of people, and nobody lost."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from geodata.access.density import places_around
from geodata.access.errors import AccessError
from geodata.access.reach import Measure, Measured, Question, measured
from geodata.access.sites import sites_of
from geodata.access.territories import OUT_OF_REACH, at_level
from geodata.model import Level
from geodata.package import Package
from tests.geodata.access.small import COSTS, A, B, C, costs, package, real

NAN = float("nan")
TODAY = date(2026, 11, 23)
QUESTION = Question("clsc")


def table(measure: Measure, level: Level = Level.CLSC, doubt: float = 0.0, **more: object) -> pd.DataFrame:
    question = replace(QUESTION, measure=measure, **more)  # type: ignore[arg-type]
    found = measured(package(), question, costs(*COSTS, doubt=doubt))
    return at_level(package(), level, found, today=TODAY)


def test_a_share_is_people_over_people() -> None:
    found = table(Measure.SHARE_WITHIN, doubt=0.2)
    # a: all of d1, d2 and half of d3 (100 people). b: 100 of d3, none of d4's 400. c: nobody.
    assert found["people"].to_dict() == {A: 500.0, B: 500.0, C: 50.0}
    assert found["people_within"].to_dict() == {A: 500.0, B: 100.0, C: 0.0}
    assert found["out_of_reach_people"].to_dict() == {A: 0.0, B: 0.0, C: 50.0}
    assert found["value"].to_dict() == {A: 100.0, B: 20.0, C: 0.0}
    assert found["low"].to_dict() == {A: 20.0, B: 0.0, C: 0.0}  # only d1 stays near enough
    assert found["high"].to_dict() == {A: 100.0, B: 20.0, C: 0.0}


def test_minutes_are_a_mean_by_person_in_reach() -> None:
    found = table(Measure.NEAREST_1, doubt=0.1)
    assert found.at[A, "value"] == pytest.approx((100 * 4 + 300 * 9 + 100 * 28) / 500)
    assert found.at[B, "value"] == pytest.approx((100 * 28 + 400 * 40) / 500)
    assert found.at[A, "low"] == pytest.approx(0.9 * found.at[A, "value"])
    assert found.at[A, "high"] == pytest.approx(1.1 * found.at[A, "value"])
    assert np.isnan(found.at[C, "value"])
    assert found.at[C, "status"] == OUT_OF_REACH


def test_people_without_a_third_place_are_out_of_its_reach() -> None:
    found = table(Measure.NEAREST_3)
    assert found["out_of_reach_people"].tolist() == [500.0, 500.0, 50.0]
    assert found["status"].eq(OUT_OF_REACH).all()


def test_supply_by_person_keeps_its_sum() -> None:
    found = table(Measure.TWO_STEP)
    whole = table(Measure.TWO_STEP, Level.PROVINCE)
    # Two of the three places have people near: 2 places for 1,050 people.
    assert whole["value"].tolist() == pytest.approx([2 / 1050 * 10_000])
    assert (found["value"] * found["people"]).sum() == pytest.approx(20_000)


def test_communities_are_shown_and_not_ranked() -> None:
    found = table(Measure.SHARE_WITHIN)
    assert found["ranked"].to_dict() == {A: True, B: True, C: False}
    assert table(Measure.SHARE_WITHIN, Level.PROVINCE)["people"].tolist() == [1050.0]


def test_areas_stand_for_themselves_and_the_unknown_stay_so() -> None:
    found = table(Measure.COUNT, Level.DA)
    np.testing.assert_equal(found["value"].to_numpy(), [1.0, 1.0, 1.0, 0.0, 0.0, NAN])
    assert found.at["da:6", "status"] == "no_data"


def test_a_territory_that_is_hardly_covered_has_no_figure() -> None:
    found = measured(package(), replace(QUESTION, kind="childcare"), costs(*COSTS).only(sites=["p1"]))
    carried = at_level(package(), Level.CLSC, found, today=TODAY)
    assert carried["coverage"].to_dict() == {A: 0.8, B: 0.0, C: 0.0}
    assert carried["status"].to_dict() == {A: "ok", B: "no_data", C: "no_data"}
    assert carried.at[A, "value"] == 25.0  # d1's 100 people of the 400 of d1 and d2
    assert carried["value"].isna().tolist() == [False, True, True]


def test_a_custom_territory_counts_its_shares() -> None:
    row = package().territories.loc[[A]].assign(territory_id="custom:ours", level="custom", pop_2021=250)
    shares = pd.DataFrame({"da_id": ["da:1", "da:4"], "territory_id": "custom:ours", "fraction": [0.5, 0.25]})
    made = package(
        territories=pd.concat([package().territories, row.set_index("territory_id", drop=False)]),
        membership=pd.concat([package().membership, shares.assign(census_year=2021)]),
    )
    found = at_level(made, Level.CUSTOM, measured(made, QUESTION, costs(*COSTS)), today=TODAY)
    assert found.loc["custom:ours", ["people", "people_within"]].tolist() == [150.0, 50.0]
    assert found.at["custom:ours", "value"] == pytest.approx(100 / 3)


def test_nobody_lives_there() -> None:
    empty = package(
        territories=package().territories.assign(pop_2021=lambda t: t["pop_2021"].mask(t.index == C, 0))
    )
    found = measured(empty, QUESTION, costs(*COSTS).only(origins=["da:1", "da:2", "da:3", "da:4"]))
    assert at_level(empty, Level.CLSC, found)["status"].to_dict() == {A: "ok", B: "ok", C: "not_applicable"}


def test_grades_are_prudence_at_most_and_a_stale_listing_lowers_them() -> None:
    fresh = table(Measure.NEAREST_1, doubt=0.5)
    assert fresh["grade"].tolist()[:2] == ["prudence", "prudence"]
    stale = _stale(
        measured(package(), replace(QUESTION, measure=Measure.NEAREST_1), costs(*COSTS, doubt=0.5))
    )
    assert (
        at_level(package(), Level.CLSC, stale, today=TODAY)["grade"].tolist()[:2] == ["ne pas utiliser"] * 2
    )
    sure = _stale(measured(package(), replace(QUESTION, measure=Measure.NEAREST_1), costs(*COSTS, doubt=0.1)))
    assert at_level(package(), Level.CLSC, sure, today=TODAY)["grade"].tolist()[:2] == ["prudence"] * 2


def _stale(found: Measured) -> Measured:
    return replace(
        found, sites=replace(found.sites, frame=found.sites.frame.assign(assured_date="2019-05-01"))
    )


def test_a_level_of_service_by_zone_stays_with_its_zones() -> None:
    with pytest.raises(AccessError, match="zone"):
        table(Measure.BALANCED)
    assert table(Measure.BALANCED, Level.DA)["value"].notna().sum() == 5


def test_places_inside_and_around() -> None:
    # a is drawn from -71.005 to -70.985: p1 and p2 are in it, p5 is 1.9 km to the east of it.
    territories, places = package().level(Level.CLSC), sites_of(package(), "clsc")
    assert places_around(territories, places, 0.0)[A] == 2
    assert places_around(territories, places, 2.5)[A] == 3
    found = table(Measure.PER_1000, buffer_km=2.5)
    assert found.at[A, "value"] == 3 / 500 * 1000
    assert found.at[A, "low"] == found.at[A, "high"] == found.at[A, "value"]


def test_the_real_people_are_all_there(embedded_package: Package) -> None:
    found = real(embedded_package)
    whole = at_level(embedded_package, Level.PROVINCE, found).iloc[0]
    for level in (Level.CLSC, Level.MRC, Level.MUNICIPALITY):
        parts = at_level(embedded_package, level, found)
        for column in ("people", "people_within", "out_of_reach_people"):
            assert parts[column].sum() == pytest.approx(whole[column])
    assert whole["people"] == 8_501_833
    assert parts.loc[parts["ranked"]].index.isin(_communities(embedded_package)).sum() == 0


def _communities(package_: Package) -> pd.Index:
    towns = package_.level(Level.MUNICIPALITY)
    return towns.index[towns["governance"].ne("none")]
