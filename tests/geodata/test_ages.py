"""The table of ages: its order, its total to the person, and packages that are older than it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from geodata.ages import AGE_GROUPS, COLUMNS, in_order, no_ages, require_ages_conserved
from geodata.errors import ConservationError, PackageError
from geodata.model import Level
from geodata.package import MANIFEST, Package, open_package
from geodata.schemas import validate

ROWS = pd.DataFrame(
    [
        ("clsc:1", "2021", "m", "90+", 3),
        ("clsc:1", "2021", "f", "5-9", 4),
        ("clsc:1", "2021", "f", "10-14", 5),
    ],
    columns=list(COLUMNS),
)


def test_ages_are_in_the_order_of_life() -> None:
    assert AGE_GROUPS[:3] == ("0-4", "5-9", "10-14")
    assert AGE_GROUPS[-1] == "90+"
    assert len(AGE_GROUPS) == 19
    assert in_order(ROWS)["age_group"].tolist() == ["5-9", "10-14", "90+"]


def test_one_person_too_many_is_refused() -> None:
    people = pd.DataFrame([("clsc:1", "2021", 12.0)], columns=["territory_id", "period", "value"])
    require_ages_conserved(ROWS, people)
    with pytest.raises(ConservationError, match="clsc:1, 2021"):
        require_ages_conserved(ROWS, people.assign(value=13.0))
    with pytest.raises(ConservationError):
        require_ages_conserved(ROWS, people.iloc[:0])


def test_an_empty_table_is_valid() -> None:
    assert list(validate("ages", no_ages()).columns) == list(COLUMNS)


def test_the_embedded_ages_add_up_to_the_published_population(embedded_package: Package) -> None:
    ages = embedded_package.ages
    population = embedded_package.observations.query("indicator_id == 'population_msss'")
    require_ages_conserved(ages, population)
    assert len(ages) == len(population) * 2 * len(AGE_GROUPS)
    of_2021 = ages[ages["period"].eq("2021")]
    clsc = of_2021["territory_id"].isin(embedded_package.level(Level.CLSC).index)
    assert of_2021.loc[clsc, "people"].sum() == 8_604_488


def test_a_package_older_than_the_table_still_opens(tiny_folder: Path) -> None:
    package = open_package(tiny_folder)
    assert package.ages.empty
    assert list(package.ages.columns) == list(COLUMNS)


def test_a_table_that_was_lost_is_said(tiny_folder: Path) -> None:
    manifest = json.loads((tiny_folder / MANIFEST).read_text("utf-8"))
    manifest["files"]["ages.parquet"] = "0"
    (tiny_folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(PackageError):
        _ = open_package(tiny_folder).ages


@pytest.fixture
def tiny_folder(tmp_path: Path, embedded_package: Package) -> Path:
    """A folder with no more than the manifest of a package built before the table."""
    manifest = json.loads((embedded_package.path / MANIFEST).read_text("utf-8"))
    manifest["files"].pop("ages.parquet")
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    shutil.copyfile(embedded_package.path / "indicators.json", folder / "indicators.json")
    return folder
