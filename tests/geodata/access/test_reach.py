"""A question answered by area: every figure of six areas, worked by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geodata.access.costs import Mode, TravelCosts
from geodata.access.errors import AccessError
from geodata.access.reach import Measure, Question, costs_of, measured, origins_of
from geodata.access.thresholds import Thresholds
from geodata.networks.errors import NetworkError
from geodata.package import Package
from tests.geodata.access.small import AREAS, COSTS, costs, package, real

NAN = float("nan")
QUESTION = Question("clsc")


def value(measure: Measure, travel: TravelCosts | None = None, **more: object) -> pd.Series:
    question = replace(QUESTION, measure=measure, **more)  # type: ignore[arg-type]
    return measured(package(), question, travel or costs(*COSTS)).by_area["value"]


def test_what_is_near_each_area() -> None:
    areas = measured(package(), QUESTION, costs(*COSTS)).by_area
    assert list(areas.index) == AREAS[:5]
    assert areas["threshold"].tolist() == [10.0, 10.0, 30.0, 30.0, 45.0]
    np.testing.assert_equal(areas["minutes_1"].to_numpy(), [4.0, 9.0, 28.0, 40.0, NAN])
    assert areas["site_1"].tolist()[:4] == ["p1", "p2", "p2", "p2"]
    assert areas["count"].tolist() == [1, 1, 1, 0, 0]
    assert areas["within"].tolist() == [True, True, True, False, False]
    assert areas["out_of_reach"].tolist() == [False, False, False, False, True]
    assert areas["value"].tolist() == [100.0, 100.0, 100.0, 0.0, 0.0]


def test_minutes_out_of_reach_are_null_and_never_zero() -> None:
    np.testing.assert_equal(value(Measure.NEAREST_1).to_numpy(), [4.0, 9.0, 28.0, 40.0, NAN])
    assert value(Measure.NEAREST_3).isna().all()  # two places at most


def test_shared_supply_by_hand() -> None:
    # p1: 100 people of d1; p2: 300 of d2 and 200 of d3; p5: nobody near. By 10,000 people.
    np.testing.assert_allclose(value(Measure.TWO_STEP), [100.0, 20.0, 20.0, 0.0, 0.0])


def test_steps_stretch_with_the_milieu() -> None:
    # Urban steps (5: 1, 10: .5) are (15: 1, 30: .5) in the country. p1: 100 × 1; p2: (300 + 200) × .5 = 250.
    found = value(Measure.ENHANCED, steps=((5, 1.0), (10, 0.5)))
    np.testing.assert_allclose(found, [100.0, 20.0, 20.0, 0.0, 0.0])


def test_a_level_of_service_is_not_multiplied() -> None:
    found = value(Measure.BALANCED, steps=((10, 1.0),))
    # p1 serves d1 alone, level 1/100; p2 serves d2 and d3, level 1/500, half to each.
    np.testing.assert_allclose(found, [0.01, 0.001, 0.001, 0.0, 0.0])


def test_slower_and_faster_travel() -> None:
    areas = measured(package(), QUESTION, costs(*COSTS, doubt=0.2)).by_area
    assert areas["value"].tolist() == [100.0, 100.0, 100.0, 0.0, 0.0]
    assert areas["slower"].tolist() == [100.0, 0.0, 0.0, 0.0, 0.0]  # 9 → 10.8 and 28 → 33.6 minutes
    assert areas["faster"].tolist() == [100.0] * 3 + [0.0, 0.0]  # 40 → 32 minutes, still over 30


def test_people_who_share_each_place() -> None:
    found = measured(package(), QUESTION, costs(*COSTS))
    assert found.people_by_site.to_dict() == {"p1": 100.0, "p2": 500.0, "p5": 0.0}
    np.testing.assert_allclose(found.shared_supply, [100.0, 20.0, 20.0, 0.0, 0.0])


def test_an_origin_that_was_not_computed_is_unknown() -> None:
    areas = measured(package(), QUESTION, costs(*COSTS[:6], incomplete=("da:4",))).by_area
    assert areas["known"].tolist() == [True, True, True, False, True]
    assert np.isnan(areas.at["da:4", "value"])
    assert areas.at["da:5", "value"] == 0.0


def test_where_no_listing_reaches_nothing_is_said() -> None:
    travel = costs(*COSTS).only(sites=["p1"])
    areas = measured(package(), replace(QUESTION, kind="childcare"), travel).by_area
    assert areas["known"].tolist() == [True, True, False, False, False]
    np.testing.assert_equal(areas["value"].to_numpy(), [100.0, 0.0, NAN, NAN, NAN])


def test_supply_is_not_shared_among_a_group_that_is_hardly_counted() -> None:
    question = replace(QUESTION, group="low_income", measure=Measure.TWO_STEP)
    with pytest.raises(AccessError, match="43\u00a0%"):
        measured(package(), question, costs(*COSTS))
    shares = measured(package(), replace(question, measure=Measure.SHARE_WITHIN), costs(*COSTS)).by_area[
        "value"
    ]
    np.testing.assert_equal(shares.to_numpy(), [100.0, 100.0, NAN, NAN, 0.0])


def test_origins_are_where_somebody_lives() -> None:
    assert list(origins_of(package()).ids) == AREAS[:5]


def test_no_place_at_all_leaves_nothing_known() -> None:
    question = replace(QUESTION, kind="hospital")
    found = measured(package(), question, costs_of(package(), question))
    assert found.by_area["value"].isna().all()
    assert not found.by_area["known"].any()


@pytest.mark.parametrize(
    "question", [replace(QUESTION, network_id="abc"), replace(QUESTION, mode=Mode.TRANSIT)]
)
def test_a_network_that_is_not_there_is_refused(question: Question) -> None:
    with pytest.raises((AccessError, NetworkError)):
        costs_of(package(), question)


def test_a_longer_threshold_never_takes_a_place_away(embedded_package: Package) -> None:
    chosen = real(embedded_package)
    longer = replace(QUESTION, thresholds=Thresholds(drive={"urban": 20.0}))
    near = chosen.by_area
    far = measured(embedded_package, longer, chosen.costs, chosen.sites, with_range=False).by_area
    assert (near["within"] <= far["within"]).all()
    assert (near["count"] <= far["count"]).all()
    assert len(near) == len(origins_of(embedded_package).ids) > 13_000
