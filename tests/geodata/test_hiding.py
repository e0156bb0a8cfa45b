"""A community's layer, found whole and taken out whole."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from geodata.errors import OutputError
from geodata.hiding import layer_of, unknown, without_communities
from geodata.package import GEOMETRY_FOLDER, Package
from geodata.topology import OBJECT_NAME, encode
from geodata.writing import write_package


@pytest.fixture(scope="module")
def package(embedded_package: Package) -> Package:
    return embedded_package


def _wider(package: Package, *ids: str) -> set[str]:
    """Give the layer of communities without its dissemination areas."""
    return {t for t in layer_of(package, frozenset(ids)).territories if not t.startswith("da:")}


def test_a_village_and_its_reserved_land_are_one_community(package: Package) -> None:
    both = {"municipality:2499130", "municipality:2499888"}
    assert _wider(package, "municipality:2499888") == both
    assert _wider(package, "municipality:2499130") == both


def test_the_health_territory_of_one_community_alone_goes_with_it(package: Package) -> None:
    expected = {"municipality:2497806", "municipality:2499065", "clsc:09171", "rls:0917"}
    assert _wider(package, "municipality:2497806") == expected
    assert _wider(package, "clsc:09171") == expected


def test_the_census_tract_of_a_reserve_goes_and_the_city_around_stays(package: Package) -> None:
    gone = _wider(package, "municipality:2467802")
    assert gone == {"municipality:2467802", "ct:4620832.00"}


def test_a_nation_asked_for_by_its_region_takes_its_communities_not_the_region_it_shares(
    package: Package,
) -> None:
    gone = _wider(package, "rss:17")
    assert {"rss:17", "rts:170", "rls:1701", "clsc:17011", "clsc:17012", "mrc:992"} <= gone
    inuit = package.territories.query("level == 'municipality' and governance == 'inuit'").index
    assert set(inuit) <= gone
    assert not gone & {"region:10", "province:24", "rss:18", "mrc:993", "municipality:2499814"}


def test_the_areas_of_a_community_are_those_of_the_published_membership(package: Package) -> None:
    links = package.membership.query("territory_id == 'municipality:2423802' and census_year == 2021")
    areas = {t for t in layer_of(package, frozenset(["municipality:2423802"])).territories if "da:" in t}
    assert areas == set(links["da_id"])
    assert len(areas) == 4


def test_an_unknown_name_and_the_whole_province_are_said_and_hide_nothing(package: Package) -> None:
    asked = frozenset(["clsc:99999", "province:24", "municipality:2467802"])
    assert unknown(package, asked) == ("clsc:99999", "province:24")
    assert _wider(package, "clsc:99999", "province:24") == set()
    assert without_communities(package, frozenset(["clsc:99999"])) is package


@pytest.fixture(scope="module")
def small(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The Naskapi community and what surrounds it, cut out of the real package."""
    whole = package.territories
    near = whole[(whole["rls_id"] == "rls:0917") | (whole["mrc_id"].isin(["mrc:972"]))].index
    kept = whole.loc[near.union(["province:24", "rss:09", "mrc:972", "rls:0917", "clsc:09171"])]
    kept = kept.reset_index(drop=True)
    ids = set(kept["territory_id"])
    where = package.location_territories
    places = set(where.loc[where["territory_id"].isin(ids - {"province:24"}), "location_id"])
    services = package.services[package.services["location_id"].isin(places)]
    tables: dict[str, pd.DataFrame] = {
        "territories": kept,
        "membership": package.membership[package.membership["territory_id"].isin(ids)],
        "observations": package.observations[package.observations["territory_id"].isin(ids)],
        "access": package.access[package.access["territory_id"].isin(ids)],
        "locations": package.locations[package.locations["id"].isin(places)],
        "location_territories": where[where["location_id"].isin(places)],
        "services": services,
        "organizations": package.organizations[
            package.organizations["id"].isin(set(services["organization_id"]))
        ],
        "postal_codes": package.postal_codes.reset_index()[
            package.postal_codes["da_id"].isin(ids).to_numpy()
        ],
    }
    geometry = {str(level): encode(rows) for level, rows in kept.groupby("level")}
    manifest = {"built_at": "2026-11-22T00:00:00Z", "sources": package.manifest["sources"]}
    folder = tmp_path_factory.mktemp("small") / "package"
    return write_package(folder, tables, list(package.indicators.values()), geometry, manifest)


ASKED = frozenset(["municipality:2497806"])


@pytest.fixture(scope="module")
def less(small: Package, tmp_path_factory: pytest.TempPathFactory) -> Package:
    return without_communities(small, ASKED, tmp_path_factory.mktemp("shown"))


def test_nothing_of_the_community_is_left_in_any_file(small: Package, less: Package) -> None:
    gone = layer_of(small, ASKED)
    assert {"clsc:09171", "rls:0917", "municipality:2497806", "municipality:2499065"} <= gone.territories
    written = _everything(less)
    assert [identifier for identifier in gone.territories if identifier in written] == []
    assert "Kawawachikamach" in _everything(small)
    assert "Kawawachikamach" not in written
    assert [place for place in gone.places if place in written] == []
    assert gone.places


def test_what_is_not_of_the_community_is_as_it_was(small: Package, less: Package) -> None:
    gone = layer_of(small, ASKED)
    kept = small.territories.index.difference(list(gone.territories))
    assert list(less.territories.index) == [t for t in small.territories.index if t in set(kept)]
    before = small.observations[small.observations["territory_id"].isin(kept)].reset_index(drop=True)
    pd.testing.assert_frame_equal(less.observations.reset_index(drop=True), before)
    row = less.value_of("mrc:972", "population")
    assert row is not None
    assert row["value"] == small.value_of("mrc:972", "population")["value"]  # type: ignore[index]
    assert less.id != small.id
    assert less.manifest["hidden_communities"] == 1


def test_the_shapes_that_stay_are_drawn_point_for_point_as_before(small: Package, less: Package) -> None:
    gone = layer_of(small, ASKED).territories
    for level, name in small.manifest["geometry"].items():
        before = _shapes(small.path / GEOMETRY_FOLDER / name)
        after = _shapes(less.path / GEOMETRY_FOLDER / less.manifest["geometry"][level])
        assert after == {territory: rings for territory, rings in before.items() if territory not in gone}


def test_it_is_made_once_and_opened_again_after(small: Package, less: Package) -> None:
    stamp = (less.path / "manifest.json").stat().st_mtime_ns
    again = without_communities(small, ASKED, less.path.parent)
    assert (again.id, again.path) == (less.id, less.path)
    assert (again.path / "manifest.json").stat().st_mtime_ns == stamp
    assert without_communities(small, frozenset(), less.path.parent) is small


def test_the_whole_package_is_never_given_where_nothing_can_be_written(
    small: Package, tmp_path: Path
) -> None:
    taken = tmp_path / "file"
    taken.write_text("")
    with pytest.raises(OutputError):
        without_communities(small, ASKED, taken / "folder")


def _everything(package: Package) -> str:
    """Write every cell, every shape and every fact of a package as one text."""
    tables = (pd.read_parquet(path).drop(columns="geometry", errors="ignore").to_csv()
              for path in sorted(package.path.glob("*.parquet")))  # fmt: skip
    texts = (path.read_text("utf-8") for path in sorted(package.path.rglob("*json")))
    return "\n".join([*tables, *texts])


def _shapes(path: Path) -> dict[str, list[list[list[int]]]]:
    topology = json.loads(path.read_text("utf-8"))
    return {
        shape["id"]: [topology["arcs"][arc] for arc in _numbers(shape.get("arcs", []))]
        for shape in topology["objects"][OBJECT_NAME]["geometries"]
    }


def _numbers(arcs: object) -> list[int]:
    return [arcs] if isinstance(arcs, int) else [n for part in arcs for n in _numbers(part)]  # type: ignore[attr-defined]
