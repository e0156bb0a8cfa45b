"""Figures of custom territories: the package's own where both are the same, refusals where honest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.custom import CustomTerritory, Part, Why, from_json, part_of, to_json
from geodata.custom.definition import id_of, named
from geodata.model import Level
from geodata.overlay import OverlaidPackage, published, with_parts, with_territories
from geodata.package import Package
from geodata.schemas import validate

CLSC = "clsc:06311"
TABLE = "table-mtl:cdc-de-rosemont"


@pytest.fixture(scope="module")
def package(embedded_package: Package) -> Package:
    return embedded_package


def custom(name: str, **definition: object) -> CustomTerritory:
    return CustomTerritory(id_of(name), named(name), **definition)  # type: ignore[arg-type]


def areas_of(package: Package, territory: str) -> tuple[str, ...]:
    links = package.membership
    rows = (links["territory_id"] == territory) & (links["census_year"] == 2021)
    return tuple(links.loc[rows, "da_id"])


@pytest.fixture(scope="module")
def rebuilt(package: Package) -> Part:
    return part_of(package, custom("CLSC refait", members=areas_of(package, CLSC)))


@pytest.fixture(scope="module")
def drawn(package: Package) -> Part:
    return part_of(package, custom("Dessin", shape=shapely.box(-73.62, 45.50, -73.60, 45.52)))


def _beside(part: Part, package: Package, territory: str) -> pd.DataFrame:
    own = part.observations.set_index(["indicator_id", "period"])
    given = package.observations[package.observations["territory_id"] == territory]
    both = own.join(given.set_index(["indicator_id", "period"]), how="inner", suffixes=("_own", "_given"))
    assert len(both) > 20
    return both


def test_the_areas_of_a_clsc_give_its_published_figures(package: Package, rebuilt: Part) -> None:
    both = _beside(rebuilt, package, CLSC)
    # Rates of places are over the people of the ministry in health territories, of the census elsewhere.
    both = both[~both.index.get_level_values(0).str.endswith("per_10000")]
    assert both["value_own"].to_numpy(float) == pytest.approx(
        both["value_given"].to_numpy(float), rel=1e-9, nan_ok=True
    )
    assert (both["status_own"] == both["status_given"]).all()
    assert (both["grade_own"].fillna("") == both["grade_given"].fillna("")).all()
    assert {"age_65_plus_pct", "clsc_count"} <= set(both.index.get_level_values(0))


def test_a_table_is_itself(package: Package) -> None:
    both = _beside(part_of(package, custom("La table", members=(TABLE,))), package, TABLE)
    assert both["value_own"].to_numpy(float) == pytest.approx(
        both["value_given"].to_numpy(float), rel=1e-9, nan_ok=True
    )
    assert "idms_material_q4_q5_pct" in both.index.get_level_values(0)


def test_an_rcm_made_of_its_municipalities_gives_its_census_figures(package: Package) -> None:
    towns = package.territories
    members = tuple(towns.index[(towns["level"] == "municipality") & (towns["mrc_id"] == "mrc:01")])
    both = _beside(part_of(package, custom("Les Îles", members=members)), package, "mrc:01")
    for name in ("no_diploma_pct", "after_tax_household_income", "private_dwellings"):
        rows = both.xs(name, level=0)
        assert rows["value_own"].iloc[0] == pytest.approx(rows["value_given"].iloc[0], rel=1e-9)
        if not np.isnan(rows["moe_95_given"].iloc[0]):
            assert rows["moe_95_own"].iloc[0] == pytest.approx(rows["moe_95_given"].iloc[0], rel=1e-6)


def test_a_nearly_same_level_never_takes_the_place_of_the_very_same(package: Package) -> None:
    # A few RCMs hold 98 % of this health territory: their sum is not its population.
    part = part_of(package, custom("Le réseau", members=("rts:051",)))
    own = part.observations.set_index(["indicator_id", "period"])["value"]
    given = package.values(Level.RTS, "population_2016", "2016")["value"]["rts:051"]
    assert own["population_2016", "2016"] == given


@pytest.mark.parametrize("tract", ["ct:4620787.01", "ct:4620853.02"])
def test_one_tract_has_its_published_figures(package: Package, tract: str) -> None:
    both = _beside(part_of(package, custom("Un secteur", members=(tract,))), package, tract)
    for column in ("value", "moe_95", "coverage"):
        own, given = both[f"{column}_own"].to_numpy(float), both[f"{column}_given"].to_numpy(float)
        assert own == pytest.approx(given, rel=1e-9, nan_ok=True)
    assert (both["grade_own"].fillna("") == both["grade_given"].fillna("")).all()
    assert "low_income_lim_at_pct" in both.index.get_level_values(0)


def test_what_a_nearly_same_town_gives_is_never_said_to_be_exact(package: Package) -> None:
    borough, town = "arrondissement-mtl:westmount", "municipality:2466032"
    part = part_of(package, custom("Presque la ville", members=(borough,)))
    row = part.observations.set_index("indicator_id").loc["private_dwellings"]
    given = package.values(Level.MUNICIPALITY, "private_dwellings")["value"][town]
    links = package.membership[package.membership["census_year"] == 2021].set_index("da_id")
    here, there = (links.loc[links["territory_id"] == t, "fraction"] for t in (borough, town))
    people = package.level(Level.DA)["pop_2021"].astype(float).fillna(0.0)
    shared = (pd.concat([here, there], axis=1).fillna(0.0).min(axis=1) * people).sum()
    fit = shared / max((here * people).sum(), (there * people).sum())
    assert 0.98 < fit < 0.999
    assert (row["value"], row["error_kind"], row["grade"]) == (given, "unpublished", "prudence")
    assert row["coverage"] == pytest.approx(fit, abs=1e-6)
    assert np.isnan(row["moe_95"])


def test_two_tracts_add_up_by_hand(package: Package) -> None:
    tracts = ("ct:4080001.00", "ct:4080002.02")
    part = part_of(package, custom("Deux secteurs", members=tracts))
    own = part.observations.set_index("indicator_id")["value"]
    scores = package.values(Level.CT, "cimd_economic_dependency").loc[list(tracts)]
    assert own["population"] == 3583 + 5731
    assert own["cimd_economic_dependency"] == pytest.approx(
        (scores["value"] * [3583, 5731]).sum() / (3583 + 5731), abs=1e-6
    )
    assert own["density"] == pytest.approx((3583 + 5731) / (2.0051 + 4.3022))


def test_what_cannot_be_added_up_says_why(drawn: Part, rebuilt: Part) -> None:
    assert drawn.why["idms_material_q4_q5_pct"] is Why.NOT_ADDITIVE
    assert drawn.why["age_65_plus_pct"] is Why.WHOLE_UNITS
    assert drawn.why["no_diploma_pct"] is Why.WHOLE_UNITS
    assert drawn.why["density"] is Why.NO_LAND
    assert "age_65_plus_pct" not in rebuilt.why
    assert not set(drawn.why) & set(
        drawn.observations.loc[drawn.observations["status"].eq("ok"), "indicator_id"]
    )


def test_a_cut_population_is_never_said_to_be_exact(drawn: Part) -> None:
    row = drawn.observations.set_index("indicator_id").loc["population"]
    assert drawn.membership.estimated_share > 0.1
    assert row["error_kind"] == "unpublished"
    assert np.isnan(row["moe_95"])
    assert not (
        drawn.observations["grade"].eq("solide") & ~drawn.observations["indicator_id"].str.endswith("_count")
    ).any()


def test_the_incomes_of_few_people_are_kept_back(package: Package) -> None:
    areas = package.level(Level.DA)
    income = package.values(Level.DA, "low_income_lim_at_pct")["value"]
    area = areas[(areas.geom_type == "Polygon") & areas["pop_2021"].between(400, 500) & income.notna()].iloc[
        0
    ]
    west, south, east, north = area.geometry.bounds
    half = shapely.intersection(area.geometry, shapely.box(west, south, (west + east) / 2, north))
    part = part_of(package, custom("Peu de gens", shape=shapely.make_valid(half)))
    assert 40 <= part.membership.people < 250
    row = part.observations.set_index("indicator_id").loc["low_income_lim_at_pct"]
    assert row["status"] == "suppressed"
    assert np.isnan(row["value"])
    assert np.isnan(row["numerator"])
    assert part.why["low_income_lim_at_pct"] is Why.FEW_PEOPLE


def test_places_of_a_shape_are_those_whose_point_it_holds(package: Package, drawn: Part) -> None:
    places = package.locations
    inside = places["longitude"].between(-73.62, -73.60) & places["latitude"].between(45.50, 45.52)
    assert set(drawn.location_territories["location_id"]) == set(places.loc[inside, "id"])


def test_communities_that_make_half_of_it_keep_their_rules(package: Package) -> None:
    towns = package.territories
    village = towns.index[
        (towns["level"] == "municipality") & (towns["governance"] == "inuit") & (towns["pop_2021"] > 500)
    ]
    part = part_of(package, custom("Villages", members=tuple(village[:2])))
    assert part.row["governance"].iloc[0] == "inuit"


def test_the_file_of_a_territory_restores_it_exactly(package: Package, drawn: Part) -> None:
    shape = CustomTerritory(
        "custom:a-b", named("É « à »", "E"), shape=drawn.definition.shape, authors="Nous", date="2026-11-22"
    )
    for territory in (shape, custom("Liste", members=("da:24010018", CLSC))):
        again = from_json(to_json(territory))
        assert again == territory
        assert again.fingerprint == territory.fingerprint


def test_laid_over_a_package_every_table_has_its_rows(
    package: Package, rebuilt: Part, drawn: Part, tmp_path: Path
) -> None:
    laid = with_parts(package, [rebuilt, drawn], tmp_path)
    assert isinstance(laid, OverlaidPackage)
    assert list(laid.level(Level.CUSTOM).index) == ["custom:clsc-refait", "custom:dessin"]
    assert laid.id[:8] == package.id[:8]
    assert laid.id != package.id
    assert laid.values(Level.CUSTOM, "age_65_plus_pct")["value"].notna().tolist() == [True, False]
    assert Level.CUSTOM in laid.indicators["population"].levels
    assert Level.CUSTOM not in laid.indicators["cwb_overall"].levels
    path = laid.geometry_file(Level.CUSTOM)
    assert path is not None
    assert path.is_file()
    assert laid.geometry_file(Level.MRC) == package.geometry_file(Level.MRC)
    for name in ("territories", "observations", "membership", "access"):
        before, after = getattr(package, name), getattr(laid, name)
        assert list(after.columns) == list(before.columns)
        validate(name, after.tail(200).reset_index(drop=True))
    assert published(laid) is package


def test_nothing_is_laid_where_there_is_nothing(package: Package, tmp_path: Path) -> None:
    assert with_territories(package, [], tmp_path) is package
