"""The package built from the real mirror meets published totals and its own laws."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from typer.testing import CliRunner

from etl.checks import GENERAL, check_package
from etl.cli import app
from etl.pipeline import BuildReport, build
from etl.registry import declarations
from geodata.model import Aggregation, Grade, Level, Theme
from geodata.package import EMBEDDED, MANIFEST, Package, file_sha256, open_package

RESERVES_WITHOUT_COUNT = (
    "Listuguj", "Kahnawake", "Akwesasne", "Kanesatake", "Doncaster", "Lac-Rapide", "Pakuashipi", "Romaine 2",
)  # fmt: skip


@pytest.fixture(scope="module")
def package(built: BuildReport) -> Package:
    return built.package


def test_every_check_passes(built: BuildReport) -> None:
    assert [check.id for check in built.checks if check.verdict != "ok"] == []
    assert built.as_dict()["ok"] is True


@pytest.mark.parametrize(
    ("level", "count"),
    [
        (Level.PROVINCE, 1), (Level.REGION, 17), (Level.RSS, 18), (Level.RTS, 25), (Level.RLS, 96),
        (Level.CLSC, 166), (Level.MRC, 104), (Level.MUNICIPALITY, 1282), (Level.ARRONDISSEMENT, 34),
        (Level.QUARTIER, 67), (Level.TABLE, 32), (Level.CT, 1480), (Level.DA, 13806),
    ],
)  # fmt: skip
def test_levels(package: Package, level: Level, count: int) -> None:
    assert len(package.level(level)) == count


def test_population_meets_the_census(package: Package, mirror: Path) -> None:
    published = json.loads((mirror.parent / "reference" / "totals.json").read_text("utf-8"))["statcan_2021"]
    people = {
        i: package.value_of(i, "population")["value"] for i in ("province:24", "mrc:66", "mrc:65", "mrc:371")
    }  # type: ignore[index]
    assert people == {
        "province:24": published["population_quebec"],
        "mrc:66": published["population_montreal_cd_2466"],
        "mrc:65": published["population_laval"],
        "mrc:371": published["population_trois_rivieres_mrc"],
    }


def test_mrc_population_equals_that_of_its_layer(package: Package, mirror: Path) -> None:
    layer = gpd.read_parquet(mirror / "qc_mrc" / "mrc_104_land.parquet").set_index("MRC_code")["pop_2021"]
    ours = package.values(Level.MRC, "population")["value"]
    ours.index = ours.index.str.removeprefix("mrc:")
    pd.testing.assert_series_equal(ours.sort_index(), layer.astype(float).sort_index(), check_names=False)


def test_tract_population_equals_the_published_one(package: Package, mirror: Path) -> None:
    layer = gpd.read_parquet(mirror / "statcan_ct_2021" / "ct_2021.parquet").set_index("CTUID")["pop_2021"]
    ours = package.values(Level.CT, "population")["value"]
    ours.index = ours.index.str.removeprefix("ct:")
    counted = ours.dropna()
    pd.testing.assert_series_equal(
        counted.sort_index(), layer.reindex(counted.index).astype(float).sort_index(), check_names=False
    )


def test_reserves_without_a_count_have_no_data_down_to_their_areas(package: Package) -> None:
    towns = package.level(Level.MUNICIPALITY)
    uncounted = towns[towns["status"] == "no_data"]
    assert set(uncounted["name_fr"]) == set(RESERVES_WITHOUT_COUNT)
    assert uncounted["pop_2021"].isna().all()
    assert set(uncounted["governance"]) == {"first_nation"}
    areas = package.level(Level.DA)
    inside = areas[areas["municipality_id"].isin(uncounted.index)]
    assert len(inside) > 0
    assert set(inside["status"]) == {"no_data"}
    values = package.values(Level.DA, "population").loc[inside.index]
    assert values["value"].isna().all()
    assert set(values["status"]) == {"no_data"}


def test_an_empty_municipality_is_a_true_zero(package: Package) -> None:
    towns = package.level(Level.MUNICIPALITY)
    empty = towns[(towns["status"] == "ok") & (towns["pop_2021"] == 0)]
    assert len(empty) > 20
    assert (package.values(Level.MUNICIPALITY, "population").loc[empty.index, "value"] == 0).all()


def test_governance_of_the_north(package: Package) -> None:
    governance = package.territories["governance"]
    assert governance["rss:17"] == governance["mrc:992"] == "inuit"
    assert governance["rss:18"] == governance["mrc:993"] == "cree"
    assert governance["municipality:2497806"] == "naskapi"
    assert governance["mrc:66"] == "none"


def test_boroughs_partition_montreal_and_quartiers_count_nobody_twice(package: Package) -> None:
    current = package.membership.query("census_year == 2021")
    island = current.loc[current["territory_id"] == "mrc:66", "da_id"]
    boroughs = current[current["territory_id"].str.startswith("arrondissement-mtl:")]
    assert boroughs.groupby("da_id")["fraction"].sum().reindex(island).to_numpy() == pytest.approx(1.0)
    quartiers = current[current["territory_id"].str.startswith("quartier-")]
    assert quartiers.groupby("da_id")["fraction"].sum().max() <= 1 + 1e-9
    assert quartiers["fraction"].min() >= 0.02


def test_linked_cities_have_their_census_population(package: Package) -> None:
    for slug, csd in (("westmount", "2466032"), ("cote-saint-luc", "2466058"), ("montreal-est", "2466007")):
        borough = package.value_of(f"arrondissement-mtl:{slug}", "population")["value"]  # type: ignore[index]
        town = package.value_of(f"municipality:{csd}", "population")["value"]  # type: ignore[index]
        assert borough == pytest.approx(town, rel=0.02)


def test_membership_methods(package: Package) -> None:
    current = package.membership.query("census_year == 2021").assign(
        prefix=lambda f: f["territory_id"].str.split(":").str[0]
    )
    methods = current.groupby("prefix")["method"].unique().map(list)
    assert methods["clsc"] == methods["mrc"] == methods["ct"] == ["published_code"]
    assert methods["arrondissement-mtl"] == methods["quartier-mtl"] == ["area_overlap"]
    assert methods["quartier-qc"] == ["point"]
    assert methods["table-mtl"] == ["crosswalk"]


def test_a_table_without_a_shape_stays_in_the_lists(package: Package) -> None:
    tables = package.level(Level.TABLE)
    without = tables[tables.geometry.isna()]
    assert list(without["territory_id"]) == ["table-mtl:table-de-quartier-sud-de-louest-de-lile"]
    drawn = json.loads(package.geometry_file(Level.TABLE).read_bytes())  # type: ignore[union-attr]
    assert len(drawn["objects"]["territories"]["geometries"]) == 31


def test_the_highest_fifth_holds_a_fifth_of_quebec(package: Package) -> None:
    for dimension in ("residential_instability", "economic_dependency", "situational_vulnerability"):
        share = package.value_of("province:24", f"cimd_{dimension}_top_fifth_pct")["value"]  # type: ignore[index]
        assert share == pytest.approx(20.0, abs=0.1)


def test_a_score_is_the_weighted_mean_of_its_areas(package: Package, mirror: Path) -> None:
    scores = pd.read_parquet(mirror / "statcan_cimd_2021" / "cimd2021_da_qc.parquet").set_index("DAUID")
    points = pd.DataFrame(gpd.read_parquet(mirror / "statcan_da_2021" / "da_points_2021.parquet"))
    inside = points[points["CLSC_code"] == "14113"].set_index("DAUID")
    joined = inside.join(scores["Situational vulnerability Scores"], how="inner")
    by_hand = (joined.iloc[:, -1] * joined["pop_2021"]).sum() / joined["pop_2021"].sum()
    ours = package.value_of("clsc:14113", "cimd_situational_vulnerability")["value"]  # type: ignore[index]
    assert ours == pytest.approx(by_hand, abs=1e-9)


def test_there_are_thirty_documented_indicators_in_every_theme(package: Package) -> None:
    assert len(package.indicators) >= 30
    assert {i.theme for i in package.indicators.values()} == set(Theme)
    for indicator in package.indicators.values():
        assert len(indicator.title.fr) < 90
        assert indicator.definition.fr.endswith(".")
        assert indicator.definition.en.endswith(".")


def test_every_published_level_opens_on_some_indicator(package: Package) -> None:
    for level in set(Level) - {Level.CUSTOM}:
        ids = [i for i, ind in package.indicators.items() if level in ind.levels]
        assert any(package.values(level, i)["value"].notna().any() for i in ids)


def test_unpublished_error_never_earns_more_than_caution(package: Package) -> None:
    rows = package.observations.query("error_kind == 'unpublished'")
    assert rows["moe_95"].isna().all()
    assert Grade.SOLID.value not in set(rows["grade"].dropna())


def test_coverage_under_seventy_percent_gives_no_figure(package: Package) -> None:
    carried = [i for i, ind in package.indicators.items() if ind.aggregation is not Aggregation.NONE]
    rows = package.observations[package.observations["indicator_id"].isin(carried)]
    assert rows.loc[rows["coverage"] < 0.70, "value"].isna().all()
    poor = rows[(rows["coverage"] < 0.90) & rows["value"].notna()]
    assert Grade.SOLID.value not in set(poor["grade"])


def test_published_montreal_shares_are_kept_to_the_digit(package: Package, mirror: Path) -> None:
    raw = pd.read_parquet(
        mirror / "inspq_idms_2021_montreal" / "inspq_idms2021_montreal_neighbourhoods.parquet"
    )
    tables = raw[raw["geo"] == "tq"].set_index("territoire")
    values = package.values(Level.TABLE, "idms_material_q4_q5_pct")["value"]
    values.index = values.index.str.removeprefix("table-mtl:")
    expected = (tables["mat_q4_pct"] + tables["mat_q5_pct"]).round(1)
    pd.testing.assert_series_equal(values.sort_index(), expected.sort_index(), check_names=False)


def test_ages_use_the_ministrys_own_population(package: Package) -> None:
    row = package.value_of("province:24", "age_65_plus_pct", "2021")
    assert row is not None
    assert row["denominator"] == 8_604_488
    assert set(package.indicators["age_65_plus_pct"].periods) == {"2021", "2031", "2041"}


def test_rates_in_health_territories_use_the_ministrys_population(package: Package) -> None:
    north = package.value_of("rss:17", "clsc_per_10000")
    assert north is not None
    assert north["denominator"] != package.territories.loc["rss:17", "pop_2021"]
    assert north["denominator"] == package.value_of("rss:17", "age_65_plus_pct", "2021")["denominator"]  # type: ignore[index]


def test_outside_the_area_of_a_listing_there_is_no_count(package: Package) -> None:
    community = package.values(Level.CLSC, "community_count")
    assert community.loc["clsc:14113", "status"] == "no_data"
    assert pd.isna(community.loc["clsc:14113", "value"])
    borough = package.value_of("arrondissement-mtl:le-plateau-mont-royal", "community_count")
    assert borough is not None
    assert borough["value"] > 0


def test_counts_of_clsc_are_conserved(package: Package) -> None:
    for level in (Level.REGION, Level.RSS, Level.RTS, Level.RLS, Level.CLSC, Level.MRC, Level.MUNICIPALITY):
        assert package.values(level, "clsc_count")["value"].sum() == 508


def test_confidential_places_are_counted_by_region_and_nowhere_else(package: Package, mirror: Path) -> None:
    raw = pd.read_csv(mirror / "msss_m02" / "installationscsv.csv", dtype=str, encoding="utf-8-sig")
    youth = raw[["CRJDA", "CRMDA", "CPEJ"]].eq("Oui").any(axis=1) & raw["CLSC"].ne("Oui")
    named = raw["INSTAL_NOM"].str.contains("FOYER DE GROUPE|REFUGE")
    hidden = raw[youth | named]
    for table in (package.locations, package.services, package.organizations):
        text = table.astype(object).fillna("").astype(str).agg(" ".join, axis=1)
        assert not text.str.contains("FOYER DE GROUPE|REFUGE").any()
    assert not package.locations["id"].isin("m02:" + hidden["INSTAL_COD"]).any()
    shared = set(hidden["ADRESSE"]) & set(raw.loc[~raw.index.isin(hidden.index), "ADRESSE"])
    m02 = package.locations[package.locations["source_id"] == "msss_m02"]
    assert set(m02["address"]) & set(hidden["ADRESSE"]) <= shared
    assert package.values(Level.RSS, "confidential_places")["value"].sum() == len(hidden)
    assert set(package.indicators["confidential_places"].levels) == {Level.PROVINCE, Level.RSS}


def test_every_source_is_named_with_licence_and_vintage(package: Package) -> None:
    assert set(package.sources) == {d.id for d in declarations() if not d.optional}
    for source in package.sources.values():
        assert source.licence
        assert source.vintage
        assert all(len(f["sha256"]) == 64 for f in source.files)


def test_the_same_input_gives_the_same_bytes(
    built: BuildReport, mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _content(built.package)
    # The embedded package is an earlier build of the same files: only where it is another one (other
    # versions of the libraries that write it) is a second build needed to tell.
    if first == _content(open_package(EMBEDDED)):
        return
    # The checks write nothing: what passed them for the first build passes them for the same bytes.
    monkeypatch.setattr("etl.checks.check_package", lambda _package: [])
    assert first == _content(build(mirror, tmp_path / "again").package)


def _content(package: Package) -> tuple[dict[str, str], dict[str, object]]:
    """Give the hash of each file but the manifest, and the manifest without the time of the build."""
    hashes = {
        p.relative_to(package.path).as_posix(): file_sha256(p) for p in package.path.rglob("*") if p.is_file()
    }
    hashes.pop(MANIFEST)
    return hashes, {key: value for key, value in package.manifest.items() if key != "built_at"}


def test_the_report_is_readable_by_a_machine(built: BuildReport) -> None:
    report = json.loads(json.dumps(built.as_dict()))
    assert {s["id"] for s in report["sources"]} == {d.id for d in declarations() if not d.optional}
    assert report["rows"]["territories"] == len(built.package.territories)


def test_check_passes_and_prints_json(built: BuildReport, monkeypatch: pytest.MonkeyPatch) -> None:
    # The build has already run the others on these very bytes.
    monkeypatch.setattr("etl.checks.GENERAL", {name: GENERAL[name] for name in ("files", "schemas")})
    result = CliRunner().invoke(app, ["check", str(built.package.path), "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["ok"] is True


def test_another_vintage_is_not_comparable_and_no_failure(
    package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What holds in any package was checked with the others; the totals are compared after it.
    monkeypatch.setattr("etl.checks.GENERAL", {})
    manifest = json.loads(json.dumps(package.manifest))
    for source in manifest["sources"]:
        for file in source["files"]:
            file["sha256"] = "0" * 64
    results = check_package(Package(package.path, manifest))
    published = [r for r in results if ":" in r.id]
    assert {r.verdict for r in published} == {"not_comparable"}
    assert all(r.passed for r in published)
