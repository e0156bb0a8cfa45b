"""Places of a kind: counted once, on the map, with what is known of them."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from geodata.access.sites import kinds_offered, public_buildings, sites_of
from geodata.errors import SelectionError
from geodata.package import Package, Recall
from geodata.staleness import Age
from geodata.text import same_in_both
from tests.geodata.access.small import package

TODAY = date(2026, 11, 23)
RECALLED = {"listing": Recall("listing", same_in_both("-"), "2026-01-01")}


def test_a_place_that_offers_the_service_twice_is_one_place() -> None:
    found = sites_of(package(), "clsc")
    assert list(found.points.ids) == ["p1", "p2", "p5"]
    assert found.supply.tolist() == [1.0, 1.0, 1.0]
    assert "vaut 1" in found.said.fr
    assert "is 1" in found.said.en


def test_capacities_of_a_place_add_up_where_all_are_known() -> None:
    found = sites_of(package(), "childcare")
    assert found.supply.to_dict() == {"p1": 50.0, "p3": 60.0}
    assert found.not_placed == ("Lieu p4",)
    assert "non situés\u00a0: 1" in found.said.fr
    assert "capacité publiée" in found.said.fr


def test_one_unknown_capacity_leaves_every_place_at_one() -> None:
    found = sites_of(package(), "library")
    assert found.supply.eq(1.0).all()
    assert found.frame["capacity"].isna().sum() == 1


def test_a_package_without_the_column_has_no_capacity() -> None:
    old = package(services=package().services.drop(columns="capacity"))
    assert sites_of(old, "childcare").supply.tolist() == [1.0, 1.0]


def test_a_place_that_two_sources_list_counts_once() -> None:
    assert list(sites_of(package(), "library").points.ids) == ["p3", "p5"]


def test_a_withdrawn_source_gives_no_place() -> None:
    found = sites_of(package(RECALLED), "clsc")
    assert len(found.points) == 0
    assert len(found.covered) == 0
    assert "clsc" not in kinds_offered(package(RECALLED))


def test_a_layer_holds_the_places_of_its_kinds() -> None:
    assert list(sites_of(package(), "youth").points.ids) == ["p1", "p3"]
    assert list(kinds_offered(package())) == ["clsc", "childcare", "library", "youth"]


@pytest.mark.parametrize(("kind", "said"), [("domestic_violence", "protègent"), ("nothing", "nothing")])
def test_what_may_not_be_measured_is_refused(kind: str, said: str) -> None:
    with pytest.raises(SelectionError, match=said):
        sites_of(package(), kind)


def test_a_kind_without_a_place_covers_nothing() -> None:
    found = sites_of(package(), "hospital")
    assert len(found.points) == 0
    assert len(found.covered) == 0
    assert not found.is_stale(TODAY)


def test_where_a_listing_is_complete() -> None:
    # Childcare is listed in one territory: not in the half of da:3 that lies in the other.
    assert len(sites_of(package(), "clsc").covered) == 6
    assert list(sites_of(package(), "childcare").covered) == ["da:1", "da:2"]


def test_how_old_the_listing_is() -> None:
    found = sites_of(package(), "childcare")
    assert found.ages(TODAY)[Age.STALE] == 2
    assert found.is_stale(TODAY)
    assert found.dates(TODAY) == {"oldest": "2020-10", "median": "2020-10"}
    assert found.dates(TODAY, pd.Index(["p3"])) == {"oldest": "2022-05", "median": "2022-05"}
    undated = replace(found, frame=found.frame.assign(assured_date=""))
    assert undated.dates(TODAY) == {"oldest": "", "median": ""}
    assert undated.is_stale(TODAY)


def test_public_buildings_are_placed_and_listed_once() -> None:
    assert list(public_buildings(package()).index) == ["p3", "p5"]


def test_the_real_listing(embedded_package: Package) -> None:
    found = sites_of(embedded_package, "clsc")
    counted = embedded_package.access.query("territory_id == 'province:24' and category == 'clsc'")
    assert len(found.points) == counted.set_index("measure").at["count", "value"]
    assert len(found.covered) == 13_806
    childcare = sites_of(embedded_package, "childcare")
    assert 0 < len(childcare.covered) < 13_806  # Montérégie only
    assert childcare.supply.gt(1).all()
