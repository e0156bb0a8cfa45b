"""Each invariant of a package fails when it is broken, and names what broke it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from etl.checks import check_one
from etl.cli import app
from etl.pipeline import BuildReport
from geodata.errors import PackageError
from geodata.package import MANIFEST, content_sha256, file_sha256, open_package


def _damage(
    built: BuildReport, folder: Path, table: str, change: Callable[[pd.DataFrame], pd.DataFrame]
) -> Path:
    """Copy a package, change one table and sign it again, as a careless tool would."""
    copy = folder / "package"
    shutil.copytree(built.package.path, copy)
    path = copy / f"{table}.parquet"
    read = gpd.read_parquet if table == "territories" else pd.read_parquet
    change(read(path)).to_parquet(path, index=False)
    manifest = json.loads((copy / MANIFEST).read_text("utf-8"))
    manifest["files"][path.name] = file_sha256(path)
    manifest["content_sha256"] = content_sha256(manifest["files"])
    (copy / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    return copy


def _zero_for_missing(frame: pd.DataFrame) -> pd.DataFrame:
    missing = frame["value"].isna() & frame["indicator_id"].eq("population")
    return frame.assign(
        value=frame["value"].mask(missing, 0.0),
        status=frame["status"].mask(missing, "ok"),
        grade=frame["grade"].mask(missing, "solide"),
    )


def _is_population_of(frame: pd.DataFrame, territory_id: str) -> pd.Series:
    return frame["territory_id"].eq(territory_id) & frame["indicator_id"].eq("population")


DAMAGE: dict[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "someone counted twice": (
        "membership", lambda f: f.assign(fraction=f["fraction"].where(f.index != len(f) - 1, 0.5)),
        "membership",
    ),
    "a zero for a missing count": ("observations", _zero_for_missing, "missing_is_not_zero"),
    "people lost at one level": (
        "observations",
        lambda f: f.assign(value=np.where(_is_population_of(f, "mrc:66"), 5.0, f["value"])),
        "conservation",
    ),
    "an unknown territory": (
        "observations",
        lambda f: f.assign(territory_id=f["territory_id"].replace("mrc:66", "mrc:6600")),
        "references",
    ),
    "an indicator gone": ("observations", lambda f: f[f["indicator_id"] != "density"], "references"),
    "a value without a grade": (
        "observations",
        lambda f: f.assign(grade=f["grade"].mask(f.index == f["value"].first_valid_index())),
        "schemas",
    ),
    "a duplicated row": ("observations", lambda f: pd.concat([f, f.tail(1)]), "schemas"),
    "a place in two territories": (
        "location_territories",
        lambda f: pd.concat([f, f.head(1).assign(territory_id="mrc:01")]),
        "schemas",
    ),
    "an impossible share": (
        "observations",
        lambda f: f.assign(value=f["value"].mask(f["indicator_id"].eq("tenants_pct"), 150.0)),
        "plausible",
    ),
    "an infinite score": (
        "observations",
        lambda f: f.assign(value=f["value"].mask(f["indicator_id"].eq("cimd_economic_dependency"), np.inf)),
        "plausible",
    ),
    "a mean that is not its quotient": (
        "observations",
        lambda f: f.assign(
            value=f["value"].mask(
                f["territory_id"].eq("mrc:61") & f["indicator_id"].eq("cimd_economic_dependency"), 0.5
            )
        ),
        "recomputed",
    ),
    "a count that nobody can make again": (
        "access",
        lambda f: f.assign(
            value=f["value"].mask(f["territory_id"].eq("mrc:61") & f["measure"].eq("count"), 99.0)
        ),
        "counted",
    ),
    "a confidential place by name": (
        "locations",
        lambda f: f.assign(name=f["name"].mask(f.index == 3, "Foyer  de groupe X")),
        "nobody_exposed",
    ),
    "a parent that does not exist": (
        "territories",
        lambda f: f.assign(mrc_id=f["mrc_id"].replace("mrc:66", "mrc:999")),
        "connected",
    ),
    "a membership by another method": (
        "membership",
        lambda f: f.assign(method=f["method"].replace("area_overlap", "published_code")),
        "connected",
    ),
    "a source that lost its content": (
        "observations",
        lambda f: f[~(f["indicator_id"].eq("age_65_plus_pct") & f["period"].eq("2041"))],
        "complete",
    ),
    "a service without its place": ("locations", lambda f: f.iloc[1:], "places"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_a_broken_invariant_is_found(name: str, built: BuildReport, tmp_path: Path) -> None:
    table, change, expected = DAMAGE[name]
    before = {check.id: check.verdict for check in built.checks}
    damaged = open_package(_damage(built, tmp_path, table, change))
    assert before[expected] == "ok"
    assert check_one(expected, damaged).verdict == "failed"


def test_a_changed_file_is_found_and_the_command_exits_1(built: BuildReport, tmp_path: Path) -> None:
    copy = tmp_path / "package"
    shutil.copytree(built.package.path, copy)
    with (copy / "indicators.json").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    result = CliRunner().invoke(app, ["check", str(copy), "--json"])
    assert result.exit_code == 1
    checks = {c["id"]: c for c in json.loads(result.stdout)["checks"]}
    assert [name for name, check in checks.items() if check["verdict"] == "failed"] == ["files"]
    assert "indicators.json" in checks["files"]["detail"]["en"]


def test_a_stray_file_is_found(built: BuildReport, tmp_path: Path) -> None:
    copy = tmp_path / "package"
    shutil.copytree(built.package.path, copy)
    (copy / "notes.txt").write_text("left behind")
    found = check_one("files", open_package(copy))
    assert found.verdict == "failed"
    assert "notes.txt" in found.detail.en


def test_a_manifest_without_its_sources_is_one_sentence(built: BuildReport, tmp_path: Path) -> None:
    copy = tmp_path / "package"
    shutil.copytree(built.package.path, copy)
    manifest = json.loads((copy / MANIFEST).read_text("utf-8"))
    del manifest["sources"]
    (copy / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(PackageError, match="paquet de données lisible"):
        open_package(copy)
