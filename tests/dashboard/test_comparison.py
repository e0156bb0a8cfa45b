"""What a territory is compared with: real figures, pooled by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from dashboard.comparing.ages import ages_of, health_place
from dashboard.comparing.cells import compared
from dashboard.comparing.change import changes, in_time, projected, timed
from dashboard.comparing.indicators import PREFERRED, known_for, opening
from dashboard.comparing.inside import inside_of, spread_indicators
from dashboard.comparing.pooling import pooled
from dashboard.comparing.sheets import figures_sheet
from dashboard.comparing.words import names_of
from dashboard.comparison import (
    Against,
    Reference,
    age_stands_on,
    choices,
    reference_of,
    value_of,
    value_of_reference,
)
from dashboard.i18n import in_language
from geodata.ages import AGE_GROUPS
from geodata.custom.definition import CustomTerritory
from geodata.differences import Verdict
from geodata.errors import SelectionError
from geodata.model import Grade, Level
from geodata.overlay import with_territories
from geodata.package import Package
from geodata.similar import Recipe
from geodata.text import same_in_both

ISLES, ROCHER = "mrc:01", "mrc:02"
NORTH, ROSEMONT = "clsc:17011", "table-mtl:cdc-de-rosemont"


def test_a_group_sums_its_parts_and_never_averages_its_rates(embedded_package: Package) -> None:
    # 3 240 of 11 040 and 5 405 of 15 210 people without a diploma: 8 645 of 26 250, not (29.3 + 35.5) / 2.
    found = pooled(embedded_package, [ISLES, ROCHER], "no_diploma_pct", "2021")
    assert found.value == pytest.approx(100 * 8_645 / 26_250)
    apart = [value_of(embedded_package, one, "no_diploma_pct", "2021") for one in (ISLES, ROCHER)]
    assert found.value != pytest.approx(sum(one.value or 0 for one in apart) / 2, abs=0.05)
    assert found.moe_95 is not None
    assert 0 < found.moe_95 < min(one.moe_95 or math.inf for one in apart)
    assert (found.grade, found.members, found.with_value) == (Grade.SOLID.value, 2, 2)


def test_the_whole_of_a_level_pools_to_the_published_figure_of_quebec(embedded_package: Package) -> None:
    regions = list(embedded_package.level(Level.REGION).index)
    for name in ("cimd_economic_dependency", "one_parent_families_pct"):
        whole = embedded_package.value_of("province:24", name)
        assert whole is not None
        found = pooled(embedded_package, regions, name, "2021")
        assert found.value == pytest.approx(whole["value"], rel=1e-6)


@pytest.mark.parametrize("name", ["idms_material_q4_q5_pct", "population", "cwb_overall"])
def test_what_has_no_parts_has_no_figure_for_a_group(embedded_package: Package, name: str) -> None:
    tables = list(embedded_package.level(Level.TABLE).index[:3])
    places = list(embedded_package.level(Level.MUNICIPALITY).index[:3]) if name == "cwb_overall" else tables
    with in_language("fr"):
        found = pooled(embedded_package, places, name, "2021")
    assert (found.value, found.why) == (None, "n. d.")


def test_a_community_s_hidden_figure_is_in_no_group(embedded_package: Package) -> None:
    name = "cimd_situational_vulnerability"
    assert value_of(embedded_package, NORTH, name, "2021").value is None
    alone = value_of(embedded_package, "clsc:10014", name, "2021").value
    both = pooled(embedded_package, ["clsc:10014", NORTH], name, "2021")
    assert both.value is None or both.value == pytest.approx(alone)
    assert both.with_value == 1


def test_a_wider_territory_is_offered_only_where_there_is_one(embedded_package: Package) -> None:
    assert choices(embedded_package, "province:24") == (Against.CHOSEN,)
    assert Against.SIMILAR not in choices(embedded_package, NORTH)
    assert Against.MRC in choices(embedded_package, "municipality:2485045")
    assert Against.MRC not in choices(embedded_package, "mrc:85")
    for against in choices(embedded_package, "mrc:85")[:-1]:
        assert reference_of(embedded_package, "mrc:85", against).territories
    with pytest.raises(SelectionError):
        reference_of(embedded_package, "mrc:85", Against.MRC)
    with pytest.raises(SelectionError):
        reference_of(embedded_package, "mrc:85", Against.CHOSEN, "mrc:absent")


def test_similar_territories_are_of_the_level_and_govern_no_community(embedded_package: Package) -> None:
    for one in ("mrc:85", "clsc:06531", ROSEMONT):
        found = reference_of(embedded_package, one, Against.SIMILAR)
        rows = embedded_package.territories.loc[list(found.territories)]
        assert len(rows) == 5
        assert one not in rows.index
        assert set(rows["governance"]) == {"none"}
        assert set(rows["level"]) == {embedded_package.territories.at[one, "level"]}
    by_size = reference_of(embedded_package, "mrc:85", Against.SIMILAR, recipe=Recipe(0, 1, 0, 0))
    people = embedded_package.territories["pop_2021"].astype(float)
    nearest = people[list(by_size.territories)]
    assert (abs(nearest / people["mrc:85"] - 1) < 0.2).all()


def test_a_territory_of_a_table_s_own_is_compared_with_clsc_territories(
    embedded_package: Package, tmp_path: Path
) -> None:
    parts = ("clsc:06531", "clsc:06532")
    own = CustomTerritory(id="custom:nous", name=same_in_both("Nous"), members=parts)
    package = with_territories(embedded_package, [own], tmp_path)
    found = reference_of(package, own.id, Against.SIMILAR)
    assert set(package.territories.loc[list(found.territories), "level"]) == {Level.CLSC.value}
    assert not set(found.territories) & set(parts)
    assert found.alike is not None
    assert found.alike.frame["size"].notna().all()
    inside = inside_of(package, own.id, "cimd_situational_vulnerability", "2021")
    counts = [inside_of(package, one, "cimd_situational_vulnerability", "2021").count for one in parts]
    assert max(counts) < inside.count <= sum(counts)


def test_age_is_that_of_the_people_where_it_is_known(embedded_package: Package) -> None:
    assert age_stands_on(embedded_package, "clsc:06531") == "age_65_plus_pct"
    assert age_stands_on(embedded_package, "mrc:85") == "cimd_economic_dependency"


def test_one_reference_gives_its_own_figure(embedded_package: Package) -> None:
    quebec = reference_of(embedded_package, "mrc:85", Against.QUEBEC)
    found = value_of_reference(embedded_package, quebec, "no_diploma_pct", "2021")
    row = embedded_package.value_of("province:24", "no_diploma_pct")
    assert row is not None
    assert (found.value, found.moe_95) == (row["value"], row["moe_95"])


def test_the_table_says_which_differences_exceed_their_error(embedded_package: Package) -> None:
    reference = Reference("Témiscamingue", ("mrc:85",), Against.FIRST)
    names = ["no_diploma_pct", "cimd_situational_vulnerability", "population"]
    rows = compared(embedded_package, ["mrc:85", "mrc:84"], names, reference)
    diploma, score, people = rows
    assert all(row.cells[0].difference is None for row in rows)
    gap = diploma.cells[1].difference
    assert gap is not None
    first, second = (cell.figure for cell in diploma.cells)
    assert gap.value == pytest.approx((second.value or 0) - (first.value or 0))
    assert gap.moe_95 == pytest.approx(math.hypot(first.moe_95 or 0, second.moe_95 or 0))
    assert gap.verdict is Verdict.BEYOND_ERROR
    assert score.cells[1].difference is not None
    assert score.cells[1].difference.verdict is Verdict.UNKNOWN
    assert people.cells[1].difference is None


def test_a_file_holds_the_figures_rounded_as_on_the_page(embedded_package: Package) -> None:
    reference = reference_of(embedded_package, "mrc:85", Against.SIMILAR)
    with in_language("fr"):
        sheet = figures_sheet(embedded_package, ["mrc:85", "mrc:84"], ["no_diploma_pct"], reference, "Dit.")
    assert sheet.frame["territory_id"].tolist()[:2] == ["mrc:85", "mrc:84"]
    assert sheet.frame["name"].iloc[2] == "5 territoires semblables"
    row = embedded_package.value_of("mrc:85", "no_diploma_pct")
    assert row is not None
    assert sheet.frame["no_diploma_pct"].iloc[0] == round(float(row["value"]), 1)
    assert sheet.notes[0] == "Dit."
    assert sheet.geometry is not None
    assert sheet.geometry.iloc[2] is None


def test_a_comparison_opens_on_rates_that_the_territories_share(embedded_package: Package) -> None:
    names = opening(embedded_package, ["mrc:85", "mrc:84"])
    assert 6 <= len(names) <= 8
    assert set(names) <= set(PREFERRED)
    assert "population" not in names
    apart = ["mrc:79", "mrc:91", "clsc:06221"]
    names = opening(embedded_package, apart)
    held = [known_for(embedded_package, embedded_package.indicators[name], apart) for name in names]
    assert held == sorted(held, reverse=True)
    assert held[0] == len(apart)


def test_ages_are_those_of_the_health_territory_that_holds_it(embedded_package: Package) -> None:
    assert health_place(embedded_package, "clsc:06531") == "clsc:06531"
    assert health_place(embedded_package, "mrc:85") == embedded_package.territories.at["mrc:85", "rls_id"]
    assert health_place(embedded_package, "region:06") is None
    ages = ages_of(embedded_package, "clsc:06531")
    assert ages.frame["now"].sum() == pytest.approx(100)
    assert ages.frame["later"].sum() == pytest.approx(100)
    assert list(dict.fromkeys(ages.frame["age_group"])) == list(AGE_GROUPS)


def test_change_runs_from_the_first_period_to_the_last(embedded_package: Package) -> None:
    (indicator,) = [i for i in timed(embedded_package, [ROSEMONT]) if i.id == "idms_material_q4_q5_pct"]
    assert in_time(indicator) == ("2011", "2016", "2021")
    assert projected(embedded_package, indicator) == ()
    (change,) = changes(embedded_package, [ROSEMONT], indicator)
    values = [figure.value or 0 for figure in change.figures]
    assert change.difference.value == pytest.approx(values[2] - values[0])
    assert change.difference.verdict is Verdict.UNKNOWN
    ages = embedded_package.indicators["age_75_plus_pct"]
    assert projected(embedded_package, ages) == ("2031", "2041")


def test_the_inside_of_a_community_stays_its_own(embedded_package: Package) -> None:
    hidden = inside_of(embedded_package, NORTH, "cimd_situational_vulnerability", "2021")
    assert hidden.count > 0
    assert hidden.areas.empty
    assert (hidden.tenths, hidden.whole, hidden.coverage, hidden.hidden) == (None, None, 0.0, True)
    whole = inside_of(embedded_package, "clsc:06531", "cimd_situational_vulnerability", "2021")
    assert whole.tenths is not None
    assert not whole.hidden
    assert whole.tenths[0] < whole.tenths[1] < whole.tenths[2]
    names = {indicator.id for indicator in spread_indicators(embedded_package)}
    assert "cimd_economic_dependency" in names
    assert "population" not in names


@pytest.mark.parametrize(
    ("territories", "expected"),
    [
        (["mrc:11", "clsc:01141", "mrc:85"], ["Les Basques (MRC)", "Les Basques (CLSC)", "Témiscamingue"]),
        (["mrc:11", "mrc:85", "mrc:11"], ["Les Basques", "Témiscamingue"]),
        (
            ["municipality:2421040", "municipality:2482005"],
            ["L'Ange-Gardien (La Côte-de-Beaupré)", "L'Ange-Gardien (Les Collines-de-l'Outaouais)"],
        ),
        # Both lie in the same MRC: only the code is left.
        (["municipality:2446035", "municipality:2446040"], ["Bedford (2446035)", "Bedford (2446040)"]),
    ],
)
def test_namesakes_are_named_by_what_parts_them(
    embedded_package: Package, territories: list[str], expected: list[str]
) -> None:
    with in_language("fr"):
        assert list(names_of(embedded_package, territories).values()) == expected


def test_namesakes_have_no_parentheses_in_others(embedded_package: Package) -> None:
    with in_language("en"):
        found = names_of(embedded_package, ["mrc:11", "clsc:01141"])
    assert list(found.values()) == ["Les Basques (RCM)", "Les Basques (CLSC)"]


def test_files_and_references_tell_namesakes_apart(embedded_package: Package) -> None:
    with in_language("fr"):
        reference = reference_of(embedded_package, "clsc:01141", Against.CHOSEN, "mrc:11")
        sheet = figures_sheet(embedded_package, ["clsc:01141"], ["cimd_economic_dependency"], reference)
    assert sheet.frame["name"].tolist() == ["Les Basques (CLSC)", "Les Basques (MRC)"]
    assert any("Les Basques (MRC)" in note for note in sheet.notes)
