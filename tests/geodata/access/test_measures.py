"""Floating catchments: by hand, against PySAL, against dense formulas, and by their conservation laws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from access import fca, weights
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.access import passes
from geodata.access.costs import TravelCosts
from geodata.access.errors import AccessError
from geodata.access.facts import GIVEN
from geodata.access.measures import (
    balanced_fca,
    enhanced_two_step_fca,
    out_of_reach,
    three_step_fca,
    two_step_fca,
)
from geodata.errors import ConservationError

STEPS = {10: 1.0, 20: 0.5, 30: 0.25}
FRAME = pd.DataFrame(
    {"origin_id": [3, 1, 2, 1, 2], "destination_id": list("bbaab"), "minutes": [25, 15, 15, 5, 5]}
)
DEMAND = pd.Series({1: 60, 2: 30, 3: 40})
SUPPLY = pd.Series({"a": 10, "b": 24})
STEPPED = (enhanced_two_step_fca, three_step_fca, balanced_fca)

Stepped = Callable[..., pd.Series]


def _costs(frame: pd.DataFrame = FRAME) -> TravelCosts:
    return TravelCosts.from_frame(frame)


def test_two_steps_by_hand() -> None:
    # Within 15 minutes, inclusive, 90 people reach a and the same 90 reach b; 3 reaches nothing.
    found = two_step_fca(_costs(), DEMAND, SUPPLY, 15)
    assert found.to_dict() == pytest.approx({1: 10 / 90 + 24 / 90, 2: 10 / 90 + 24 / 90, 3: 0.0})
    assert (found.name, found.index.name, found.index.dtype) == ("two_step_fca", "origin_id", np.int64)
    assert found.attrs["out_of_reach"] == (3,)
    assert out_of_reach(found).to_dict() == {1: False, 2: False, 3: True}


def test_decay_by_hand() -> None:
    # D: 1a = 1, 1b = ½, 2a = ½, 2b = 1, 3b = ¼. R_a = 10/(60 + 15); R_b = 24/(30 + 30 + 10).
    found = enhanced_two_step_fca(_costs(), DEMAND, SUPPLY, STEPS)
    a, b = 10 / 75, 24 / 70
    assert found.to_dict() == pytest.approx({1: a + b / 2, 2: a / 2 + b, 3: b / 4})


def test_three_steps_by_hand() -> None:
    # G·D: 1a = ⅔, 1b = ⅓·½, 2a = ⅓·½, 2b = ⅔, 3b = 1·¼. R_a = 10/(40 + 5); R_b = 24/(10 + 20 + 10).
    found = three_step_fca(_costs(), DEMAND, SUPPLY, STEPS)
    a, b = 10 / 45, 24 / 40
    assert found.to_dict() == pytest.approx({1: a * 2 / 3 + b / 6, 2: a / 6 + b * 2 / 3, 3: b / 4})


def test_balance_by_hand() -> None:
    # wi: 1 → ⅔ a, ⅓ b; 2 → ⅓ a, ⅔ b; 3 → b. Demand on a = 40 + 10 = 50, on b = 20 + 20 + 40 = 80.
    # L_a = 10/50 = 0.2, L_b = 24/80 = 0.3. wj: a = 1½ → ⅔, ⅓; b = 1¾ → 2/7, 4/7, 1/7.
    found = balanced_fca(_costs(), DEMAND, SUPPLY, STEPS)
    expected = {1: 0.2 * 2 / 3 + 0.3 * 2 / 7, 2: 0.2 / 3 + 0.3 * 4 / 7, 3: 0.3 / 7}
    assert found.to_dict() == pytest.approx(expected)
    assert found.sum() == pytest.approx(0.5)


def test_every_origin_is_in_the_result_those_of_the_demand_first() -> None:
    demand = pd.Series({"far": 5.0, "2": 30.0})
    costs = _costs(FRAME.astype({"origin_id": str}))
    found = two_step_fca(costs, demand, SUPPLY, 15)
    assert found.index.tolist() == ["far", "2", "3", "1"]
    # 30 people in reach of both; origin 1, of whom no demand is known, gets a value all the same.
    assert found.to_dict() == pytest.approx({"far": 0.0, "2": 34 / 30, "3": 0.0, "1": 34 / 30})
    assert found.attrs["out_of_reach"] == ("far", "3")


def test_a_site_that_is_not_offered_is_in_nobodys_reach() -> None:
    for measure in STEPPED:
        found = measure(_costs(), DEMAND, SUPPLY[["a"]], STEPS)
        alone = measure(_costs(FRAME[FRAME.destination_id == "a"]), DEMAND, SUPPLY, STEPS)
        pd.testing.assert_series_equal(found, alone)
        assert found.attrs["out_of_reach"] == (3,)


def test_a_capacity_of_zero_is_in_reach_and_gives_nothing() -> None:
    found = two_step_fca(_costs(), DEMAND, pd.Series({"a": 0, "b": 24}), 15)
    assert found[1] == pytest.approx(24 / 90)
    alone = two_step_fca(_costs(), DEMAND, pd.Series({"a": 0}), 15)
    assert alone.tolist() == [0.0, 0.0, 0.0]
    assert alone.attrs["out_of_reach"] == (3,)


@pytest.mark.parametrize("measure", STEPPED)
def test_a_site_that_no_demand_reaches_is_named_and_divides_nothing(measure: Stepped) -> None:
    frame = pd.concat([FRAME, pd.DataFrame({"origin_id": [4], "destination_id": ["c"], "minutes": [2]})])
    supply = pd.concat([SUPPLY, pd.Series({"c": 7})])
    found = measure(_costs(frame), pd.concat([DEMAND, pd.Series({4: 0})]), supply, STEPS)
    assert found.attrs["without_demand"] == ("c",)
    assert found[4] == 0.0
    assert found.attrs["out_of_reach"] == ()
    assert np.isfinite(found).all()


@pytest.mark.parametrize("measure", STEPPED)
def test_nothing_to_reach_or_nobody_to_reach_it(measure: Stepped) -> None:
    nothing = TravelCosts.from_frame(FRAME[:0])
    found = measure(nothing, DEMAND, SUPPLY, STEPS)
    assert found.tolist() == [0.0, 0.0, 0.0]
    assert found.attrs["out_of_reach"] == (1, 2, 3)
    assert measure(_costs(), DEMAND, pd.Series(dtype=float), STEPS).tolist() == [0.0, 0.0, 0.0]
    nobody = measure(_costs(), pd.Series(dtype=float), SUPPLY, STEPS)
    assert (nobody.index.tolist(), nobody.tolist()) == ([3, 1, 2], [0.0, 0.0, 0.0])
    assert len(measure(nothing, pd.Series(dtype=float), SUPPLY, STEPS)) == 0


@pytest.mark.parametrize("value", [np.nan, -1.0, np.inf, "beaucoup", None])
def test_wrong_people_and_capacities_are_refused(value: object) -> None:
    wrong_demand, wrong_supply = DEMAND.astype(object), SUPPLY.astype(object)
    wrong_demand[2] = wrong_supply["b"] = value
    with pytest.raises(AccessError, match="demand"):
        two_step_fca(_costs(), wrong_demand, SUPPLY, 15)
    with pytest.raises(AccessError, match="supply"):
        balanced_fca(_costs(), DEMAND, wrong_supply, STEPS)


def test_identifiers_given_twice_missing_or_of_another_type_are_refused() -> None:
    with pytest.raises(AccessError, match="demand, 1"):
        two_step_fca(_costs(), pd.concat([DEMAND, DEMAND]), SUPPLY, 15)
    with pytest.raises(AccessError, match="supply"):
        two_step_fca(_costs(), DEMAND, pd.Series([1.0], index=[None]), 15)
    with pytest.raises(AccessError, match="même type"):
        two_step_fca(_costs(), DEMAND.set_axis(["1", "2", "3"]), SUPPLY, 15)


@pytest.mark.parametrize("threshold", [0, -5, np.nan, np.inf, None, pd.Series({1: 15, 2: 15})])
def test_a_wrong_threshold_is_refused(threshold: object) -> None:
    with pytest.raises(AccessError) as refused:
        two_step_fca(_costs(), DEMAND, SUPPLY, threshold)  # type: ignore[arg-type]
    assert refused.value.where.startswith("threshold_minutes")


@pytest.mark.parametrize(
    "steps", [{}, {0: 1}, {-1: 1}, {np.nan: 1}, {10: -1}, {10: np.nan}, {10: 0.0}, {10: "x"}, None]
)
@pytest.mark.parametrize("measure", STEPPED)
def test_wrong_steps_are_refused(measure: Stepped, steps: Mapping[float, float]) -> None:
    with pytest.raises(AccessError, match="steps"):
        measure(_costs(), DEMAND, SUPPLY, steps)


@pytest.mark.parametrize("measure", STEPPED)
def test_the_order_and_the_unit_of_the_steps_do_not_matter(measure: Stepped) -> None:
    expected = measure(_costs(), DEMAND, SUPPLY, STEPS)
    tiny = {30: 0.25e-200, 10: 1e-200, 20: 0.5e-200}
    pd.testing.assert_series_equal(measure(_costs(), DEMAND, SUPPLY, tiny), expected)


def test_a_threshold_beyond_the_costs_is_refused_rather_than_measured_in_part() -> None:
    with pytest.raises(AccessError, match="s'arrêtent à 20 min"):
        enhanced_two_step_fca(_costs().within(20), DEMAND, SUPPLY, STEPS)


def test_thresholds_may_differ_by_origin() -> None:
    by_origin = pd.Series({3: 25.0, 1: 5.0, 2: 15.0})
    found = two_step_fca(_costs(), DEMAND, SUPPLY, by_origin)
    # a: 60 + 30 in reach; b: 30 + 40.
    assert found.to_dict() == pytest.approx({1: 10 / 90, 2: 10 / 90 + 24 / 70, 3: 24 / 70})
    scaled = enhanced_two_step_fca(_costs(), DEMAND, SUPPLY, {1: 1}, scale=by_origin)
    assert scaled.to_dict() == pytest.approx(found.to_dict())
    with pytest.raises(AccessError, match="scale, 1"):
        balanced_fca(_costs(), DEMAND, SUPPLY, STEPS, scale=by_origin.replace(5.0, 0.0))


def test_an_origin_that_was_not_computed_is_unknown_rather_than_out_of_reach() -> None:
    costs = _costs(FRAME[FRAME.origin_id != 3])
    costs = TravelCosts(
        pd.Index(["1", "2", "3"]),
        costs.sites,
        TravelCosts.from_frame(FRAME[FRAME.origin_id != 3], origins=pd.Index([1, 2, 3])).blocks,
        replace(GIVEN, incomplete=("3",)),
    )
    found = two_step_fca(costs, DEMAND.set_axis(["1", "2", "3"]), SUPPLY, 15)
    assert np.isnan(found["3"])
    assert found.attrs["out_of_reach"] == ()


def test_the_second_reading_is_the_same_remembered_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    remembered = [measure(_costs(), DEMAND, SUPPLY, STEPS) for measure in STEPPED]
    monkeypatch.setattr(passes, "MOST_REMEMBERED", 0)
    for measure, expected in zip(STEPPED, remembered, strict=True):
        pd.testing.assert_series_equal(measure(_costs(), DEMAND, SUPPLY, STEPS), expected)


@pytest.mark.parametrize("measure", STEPPED)
def test_a_result_that_breaks_its_law_is_never_given(
    monkeypatch: pytest.MonkeyPatch, measure: Stepped
) -> None:
    monkeypatch.setattr(passes, "MOST_REMEMBERED", 0)
    readings = iter((FRAME, FRAME[1:]))  # an engine that loses a pair between two readings
    origins, sites = pd.Index([1, 2, 3]), pd.Index(["a", "b"])
    costs = TravelCosts.from_blocks(
        origins,
        sites,
        lambda: TravelCosts.from_frame(next(readings), origins=origins, sites=sites).blocks(),
        GIVEN,
    )
    with pytest.raises(ConservationError, match="diffère du service offert"):
        measure(costs, DEMAND, SUPPLY, STEPS)


def _drawn(seed: int) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Draw an instance in which every origin and every site has somebody and something."""
    chance = np.random.default_rng(seed)
    pairs = pd.MultiIndex.from_product([range(60), [f"s{j}" for j in range(12)]])
    frame = pairs.to_frame(index=False, name=["origin_id", "destination_id"])
    frame["minutes"] = chance.integers(1, 60, len(frame)).astype(float)
    frame = frame[chance.random(len(frame)) < 0.7].sample(frac=1, random_state=seed)
    demand = pd.Series(chance.integers(1, 900, 60).astype(float), index=pd.RangeIndex(60))
    return (
        frame,
        demand,
        pd.Series(chance.integers(1, 9, 12).astype(float), index=[f"s{j}" for j in range(12)]),
    )


@pytest.mark.parametrize("form", ["2SFCA", "E2SFCA", "3SFCA"])
def test_pysal_finds_the_same(form: str) -> None:
    frame, demand, supply = _drawn(3)
    costs = TravelCosts.from_frame(frame)
    arguments = {
        "demand_df": demand.rename("demand").to_frame(),
        "supply_df": supply.rename("supply").to_frame(),
        "cost_df": frame.rename(columns={"origin_id": "origin", "destination_id": "dest", "minutes": "cost"}),
        "max_cost": 30,
        "demand_index": True,
    }
    decay = weights.step_fn(STEPS)
    if form == "2SFCA":
        ours, theirs = two_step_fca(costs, demand, supply, 30), fca.two_stage_fca(**arguments)
    elif form == "E2SFCA":
        ours = enhanced_two_step_fca(costs, demand, supply, STEPS)
        theirs = fca.two_stage_fca(**arguments, weight_fn=decay)
    else:
        ours = three_step_fca(costs, demand, supply, STEPS)
        theirs = fca.three_stage_fca(**arguments, weight_fn=decay)
    assert len(theirs) > 50
    np.testing.assert_allclose(ours[theirs.index], theirs, rtol=1e-6)


def _dense(
    minutes: np.ndarray, people: np.ndarray, supply: np.ndarray, steps: Mapping[float, float]
) -> dict[str, np.ndarray]:
    """Write the four formulas out in full, on a table of all pairs where absent ones are infinite."""
    decay = np.zeros_like(minutes)
    for upper in sorted(steps, reverse=True):
        decay[minutes <= upper] = steps[upper]

    def over(part: np.ndarray, total: np.ndarray) -> np.ndarray:
        return np.divide(part, total, out=np.zeros(np.broadcast(part, total).shape), where=total > 0)

    by_origin = over(decay, decay.sum(axis=1, keepdims=True))
    plain = decay @ over(supply, people @ decay)
    chosen = (by_origin * decay) @ over(supply, people @ (by_origin * decay))
    levels = over(supply, people @ by_origin)
    balanced = over(decay, decay.sum(axis=0, keepdims=True)) @ levels
    return {"plain": plain, "chosen": chosen, "balanced": balanced, "levels": levels}


NUMBERS = st.one_of(st.just(0.0), st.floats(1e-6, 1e6), st.integers(0, 900).map(float))


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_the_laws_hold_on_any_instance(data: st.DataObject) -> None:
    origins, sites = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 4))
    size = origins * sites
    minutes = np.array(
        data.draw(st.lists(st.sampled_from([0, 5, 10, 12, 30, 31, np.inf]), min_size=size, max_size=size)),
        dtype=float,
    ).reshape(origins, sites)
    demand = pd.Series(data.draw(st.lists(NUMBERS, min_size=origins, max_size=origins)))
    supply = pd.Series(data.draw(st.lists(NUMBERS, min_size=sites, max_size=sites)))
    at, to = np.nonzero(np.isfinite(minutes))
    frame = pd.DataFrame({"origin_id": at, "destination_id": to, "minutes": minutes[at, to]})
    costs = TravelCosts.from_frame(frame.sample(frac=1, random_state=1))
    found = [measure(costs, demand, supply, STEPS) for measure in STEPPED]
    # The laws themselves are asserted at run time; here, that the right quantities obey them.
    expected = _dense(minutes, demand.to_numpy(), supply.to_numpy(), STEPS)
    for series, name in zip(found, ("plain", "chosen", "balanced"), strict=True):
        assert series.index.tolist() == list(range(origins))
        np.testing.assert_allclose(series, expected[name], rtol=1e-8, atol=1e-300)
        far = ~(minutes <= 30).any(axis=1)
        assert out_of_reach(series).tolist() == far.tolist()
    with_demand = demand.to_numpy() @ (minutes <= 30) > 0
    assert (demand * found[0]).sum() == pytest.approx(supply[with_demand].sum(), rel=1e-9)
    assert found[2].sum() == pytest.approx(expected["levels"].sum(), rel=1e-9)


def test_capacities_whose_sum_is_no_number_are_refused() -> None:
    with pytest.raises(AccessError, match="supply"):
        two_step_fca(_costs(), DEMAND, SUPPLY * 0.7e307, 30)


def test_a_demand_too_small_to_divide_by_counts_as_none() -> None:
    for measure in STEPPED:
        found = measure(_costs(), DEMAND * 0 + 5e-324, SUPPLY, STEPS)
        assert found.tolist() == [0.0, 0.0, 0.0]
        assert found.attrs["without_demand"] == ("b", "a")
    with pytest.raises(AccessError, match="trop grande"):
        two_step_fca(_costs(), DEMAND * 1e-280, SUPPLY * 1e200, 15)
