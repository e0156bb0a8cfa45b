"""Reasons of a gap: numbers that can be checked, sentences in both languages."""

from dataclasses import replace
from datetime import date
from functools import lru_cache

import pytest

from geodata.access.addition import Addition, best_addition
from geodata.access.gap import Gap, bivariate, gap_of
from geodata.access.needs import need_of_grid, need_of_indicator
from geodata.access.reach import Question, measured
from geodata.access.reasons import (
    BeyondValues,
    FarValues,
    ListingValues,
    NeedValues,
    ReasonKind,
    SharedValues,
    reasons,
)
from geodata.access.why import why
from geodata.choices import Grid, outcome
from geodata.composite import Scale
from geodata.errors import SelectionError
from geodata.inputs import GridPart, prepare
from geodata.model import Direction, Level
from geodata.package import Package
from tests.geodata.access.small import COSTS, A, B, C, costs, package, real

TODAY = date(2026, 11, 23)


@lru_cache
def small_gap(travel: tuple[tuple[str, str, float], ...] = COSTS) -> Gap:
    made = package()
    need = need_of_indicator(made, Level.CLSC, "need")
    return gap_of(made, Level.CLSC, need, measured(made, Question("clsc"), costs(*travel)), today=TODAY)


def test_reasons_by_hand() -> None:
    made = package()
    found = {reason.kind: reason.values for reason in reasons(made, small_gap(), B, today=TODAY)}
    need = found[ReasonKind.NEED]
    assert isinstance(need, NeedValues)
    assert (need.value, need.weight, need.percentile) == (30.0, 1.0, 75.0)
    # Of b's 500 people, d4's 400 are at 40 minutes, over their 30.
    assert found[ReasonKind.FAR] == FarValues(500.0, 400.0, (100 * 28 + 400 * 40) / 500, 30.0)
    assert found[ReasonKind.LISTING] == ListingValues(1, 0, 0, "2026-03-01", "2026-03-01")
    assert ReasonKind.OUT_OF_REACH not in found


def test_people_out_of_reach_are_said() -> None:
    made = package()
    travel = tuple(row for row in COSTS if row[0] != "da:4")
    found = {reason.kind: reason.values for reason in reasons(made, small_gap(travel), B, today=TODAY)}
    assert found[ReasonKind.OUT_OF_REACH] == BeyondValues(400.0, None)
    assert ReasonKind.SHARED not in found


def test_crowded_places_are_said() -> None:
    made = package()
    # p1 for the 400 people of d1 and d2; p2 and p5 both for the 600 of d3 and d4.
    far = [(area, place, 9.0) for area in ("da:3", "da:4") for place in ("p2", "p5")]
    travel = (("da:1", "p1", 4.0), ("da:2", "p1", 4.0), *far)
    found = {reason.kind: reason.values for reason in reasons(made, small_gap(travel), A, today=TODAY)}
    shared = found[ReasonKind.SHARED]
    assert isinstance(shared, SharedValues)
    assert shared.per_10000 == pytest.approx(10_000 / 400)
    assert shared.usual == pytest.approx(2 * 10_000 / 600)


def test_a_community_is_told_apart_and_nothing_more() -> None:
    made = package()
    (only,) = reasons(made, small_gap(), C)
    assert only.kind is ReasonKind.LEFT_OUT
    assert why(made, small_gap(), C)[0].fr.startswith("Ni score ni rang")


def test_one_more_place_brings_the_most_people() -> None:
    made = package()
    found = best_addition(made, measured(made, Question("clsc"), costs(*COSTS)), B)
    # Both libraries are near d4: the nearer of the two is named.
    assert found == Addition("Lieu p3", "p3", -70.975, 46.005, 400.0, 400.0)
    assert best_addition(made, measured(made, Question("clsc"), costs(*COSTS)), A) is None


def test_without_a_building_an_area_is_proposed() -> None:
    made = package(services=package().services.query("kind != 'library'"))
    found = best_addition(made, measured(made, Question("clsc"), costs(*COSTS)), B)
    assert found is not None
    assert (found.name, found.site_id, found.people_gained) == ("", "da:4", 400.0)


def test_another_territory_is_refused() -> None:
    made = package()
    with pytest.raises(SelectionError):
        reasons(made, small_gap(), "clsc:z")
    bare = small_gap()
    with pytest.raises(SelectionError):
        reasons(made, bivariate(bare.frame["need"], bare.frame["access"], bare.frame["people"]), B)


def test_the_real_reasons_of_a_grid(embedded_package: Package) -> None:
    names = ("one_parent_families_pct", "living_alone_pct", "no_diploma_pct")
    parts = tuple(GridPart(name, "2021", 1.0, Direction.HIGHER_IS_NEED) for name in names)
    grid = Grid("Notre grille", "", "", Level.MRC, Scale.Z_SCORE, parts)
    result = outcome(grid, prepare(embedded_package, Level.MRC, parts), draws=20)
    need = need_of_grid(result)
    assert need.moe_95.notna().any()
    found = gap_of(embedded_package, Level.MRC, need, real(embedded_package), today=TODAY)
    territory = str(found.widest(1).index[0])
    said = reasons(embedded_package, found, territory, today=TODAY)
    adds = [reason.values for reason in said if isinstance(reason.values, NeedValues)]
    assert 1 <= len(adds) <= 3
    assert [part.weight for part in adds] == sorted((part.weight for part in adds), reverse=True)
    for text in why(embedded_package, found, territory, today=TODAY):
        assert text.fr != text.en
        assert text.fr.endswith(".")


def test_stale_places_are_counted(embedded_package: Package) -> None:
    listed = real(embedded_package).sites
    old = replace(listed, frame=listed.frame.assign(assured_date=""))
    need = need_of_indicator(embedded_package, Level.MRC, "one_parent_families_pct")
    found = gap_of(embedded_package, Level.MRC, need, replace(real(embedded_package), sites=old), today=TODAY)
    fresh = gap_of(embedded_package, Level.MRC, need, real(embedded_package), today=TODAY)
    unusable = [table.frame["grade"].eq("ne pas utiliser").sum() for table in (found, fresh)]
    assert unusable[0] > unusable[1]
    said = why(embedded_package, found, str(found.frame["gap"].idxmax()), today=TODAY)
    assert any("sans aucune date" in text.fr for text in said)
