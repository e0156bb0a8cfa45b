from __future__ import annotations

import pandas as pd

from geodata.duplicates import counted_services


def _services(*rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["location_id", "category"])


def _locations(**same_as: str) -> pd.DataFrame:
    return pd.DataFrame({"id": list(same_as), "same_as": list(same_as.values())})


def test_a_place_that_two_sources_list_counts_once_a_layer() -> None:
    services = _services(("a", "clsc"), ("b", "clsc"), ("b", "library"), ("c", "clsc"))
    kept = counted_services(services, _locations(a="", b="a", c=""))
    assert list(kept.itertuples(index=False, name=None)) == [("a", "clsc"), ("b", "library"), ("c", "clsc")]


def test_two_duplicates_in_a_layer_that_the_primary_lacks_count_once() -> None:
    services = _services(("a", "clsc"), ("c", "library"), ("b", "library"))
    kept = counted_services(services, _locations(a="", b="a", c="a"))
    assert list(kept.itertuples(index=False, name=None)) == [("a", "clsc"), ("b", "library")]


def test_a_site_keeps_all_its_services() -> None:
    services = _services(("a", "clsc"), ("a", "clsc"), ("b", "clsc"))
    assert len(counted_services(services, _locations(a="", b="a"))) == 2


def test_a_package_made_before_places_were_compared_is_left_as_it_is() -> None:
    services = _services(("a", "clsc"), ("b", "clsc"))
    assert counted_services(services, pd.DataFrame({"id": ["a", "b"]})) is services
