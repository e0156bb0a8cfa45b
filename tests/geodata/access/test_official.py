"""Official territories beside lived access: flows of people to their nearest place."""

import pytest

from geodata.access.official import overlap
from geodata.access.reach import Question, measured
from geodata.package import Package
from tests.geodata.access.small import COSTS, A, B, C, costs, package, real


def test_whose_nearest_place_is_elsewhere() -> None:
    found = overlap(package(), measured(package(), Question("clsc"), costs(*COSTS)))
    table = found.by_territory
    # p1 and p2 are in a: everyone of b who has one in reach has it in a.
    assert table["people"].to_dict() == {A: 500.0, B: 500.0, C: 50.0}
    assert table["elsewhere"].to_dict() == {A: 0.0, B: 500.0, C: 0.0}
    assert table["out_of_reach"].to_dict() == {A: 0.0, B: 0.0, C: 50.0}
    assert table["places"].to_dict() == {A: 2, B: 0, C: 1}
    assert table["share_pct"].to_dict()[B] == 100.0
    assert table["share_pct"].isna().to_dict()[C]
    assert found.flows.to_dict("list") == {"from_id": [A, B], "to_id": [A, A], "people": [500.0, 500.0]}
    assert (found.people, found.elsewhere, found.out_of_reach) == (1050.0, 500.0, 50.0)
    assert found.share_pct == 50.0


def test_a_place_of_no_territory_is_elsewhere_for_everyone() -> None:
    lost = package(location_territories=package().location_territories.query("location_id != 'p2'"))
    found = overlap(lost, measured(lost, Question("clsc"), costs(*COSTS)))
    assert found.by_territory.at[A, "elsewhere"] == 400.0  # d2, and half of d3
    assert "" in set(found.flows["to_id"])


def test_nobody_in_reach_gives_no_share() -> None:
    found = overlap(package(), measured(package(), Question("clsc"), costs()))
    assert found.flows.empty
    assert found.share_pct != found.share_pct


def test_the_real_overlap_adds_up(embedded_package: Package) -> None:
    found = overlap(embedded_package, real(embedded_package))
    assert found.flows["people"].sum() + found.out_of_reach == pytest.approx(8_501_833)
    assert 5 < found.share_pct < 40
    assert len(found.by_territory) == 166
