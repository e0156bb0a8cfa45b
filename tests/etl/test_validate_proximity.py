"""Our proximity beside Statistics Canada's: blocks written by hand, in each form in which they are held."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod, Transformer
from typer.testing import CliRunner

from etl.cli import app
from etl.proximity_file import read_proximity
from etl.validity import last_report
from geodata.errors import ProximiteError
from geodata.model import Level
from geodata.package import Package

Write = Callable[..., Path]


@pytest.fixture(scope="module")
def blocks(embedded_package: Package) -> pd.DataFrame:
    """Give a block at the point of one area in forty, with the gravity of libraries within 1.5 km."""
    areas = embedded_package.level(Level.DA).iloc[::40]
    places = embedded_package.locations.set_index("id")
    libraries = embedded_package.services.query("kind == 'library'")["location_id"].unique()
    at = places.loc[libraries, ["longitude", "latitude"]].dropna().to_numpy()
    lon, lat = areas["longitude"].to_numpy(), areas["latitude"].to_numpy()
    n, m = len(lon), len(at)
    _, _, metres = Geod(ellps="WGS84").inv(
        np.repeat(lon, m), np.repeat(lat, m), np.tile(at[:, 0], n), np.tile(at[:, 1], n)
    )
    gravity = np.exp(-1.3 * metres.reshape(n, m) / 750).sum(axis=1)
    ids = areas.index.str.removeprefix("da:") + "001"
    return pd.DataFrame({"DBUID": ids, "lon": lon, "lat": lat, "prox_idx_lib": gravity / gravity.max()})


def run(*args: str, home: Path) -> dict[str, object]:
    result = CliRunner().invoke(app, ["validate", "proximity", *args, "--home", str(home), "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def lambert(blocks: pd.DataFrame) -> pd.DataFrame:
    x, y = Transformer.from_crs(4326, 3347, always_xy=True).transform(blocks["lon"], blocks["lat"])
    return pd.DataFrame(
        {"id_ilot": blocks["DBUID"], "x": x, "y": y, "PMD_prox_idx_lib": blocks["prox_idx_lib"]}
    )


def test_the_same_order_correlates_whatever_the_form(blocks: pd.DataFrame, tmp_path: Path) -> None:
    blocks.to_csv(tmp_path / "pmd.csv", index=False)
    lambert(blocks).to_parquet(tmp_path / "pmd.parquet")
    in_degrees = run(str(tmp_path / "pmd.csv"), home=tmp_path / "home")
    in_lambert = run(str(tmp_path / "pmd.parquet"), home=tmp_path / "home")
    assert set(in_degrees) == {"library"}
    assert in_degrees["library"] == pytest.approx(1.0, abs=0.002)
    assert in_lambert == in_degrees


def test_an_unrelated_index_does_not_correlate(blocks: pd.DataFrame, tmp_path: Path) -> None:
    shuffled = np.random.default_rng(7).permutation(blocks["prox_idx_lib"])
    blocks.assign(prox_idx_lib=shuffled).to_csv(tmp_path / "pmd.csv", index=False)
    assert abs(run(str(tmp_path / "pmd.csv"), home=tmp_path)["library"]) < 0.15  # type: ignore[arg-type]


def test_what_is_not_said_is_left_out_and_the_report_is_kept(blocks: pd.DataFrame, tmp_path: Path) -> None:
    written = blocks["prox_idx_lib"].map("{:.6f}".format)
    written.iloc[:50] = ["..", "F"] * 25
    blocks.assign(prox_idx_lib=written, prox_idx_pharma=written).to_csv(tmp_path / "pmd.csv", index=False)
    assert set(run(str(tmp_path / "pmd.csv"), home=tmp_path)) == {"library"}
    report = last_report(tmp_path)
    assert report is not None
    pharmacy, library = report.found
    assert library.blocks == len(blocks) - 50
    assert (pharmacy.id, pharmacy.rho) == ("pharmacy", None)
    assert "liste" in pharmacy.why_not.fr  # type: ignore[union-attr]


def test_a_listing_is_compared_only_where_it_reaches(
    blocks: pd.DataFrame, embedded_package: Package, tmp_path: Path
) -> None:
    blocks.rename(columns={"prox_idx_lib": "prox_idx_childcare"}).to_csv(tmp_path / "pmd.csv", index=False)
    run(str(tmp_path / "pmd.csv"), home=tmp_path)
    (childcare,) = last_report(tmp_path).found  # type: ignore[union-attr]
    regions = embedded_package.level(Level.DA).loc["da:" + blocks["DBUID"].str[:8], "region_id"]
    assert childcare.blocks <= (regions == "region:16").sum() < len(blocks) / 3


def test_blocks_without_coordinates_stand_at_the_point_of_their_area(
    blocks: pd.DataFrame, embedded_package: Package, tmp_path: Path
) -> None:
    blocks.drop(columns=["lon", "lat"]).to_csv(tmp_path / "pmd.csv", index=False)
    read = read_proximity(tmp_path / "pmd.csv", embedded_package)
    assert read.points.longitude == pytest.approx(blocks["lon"])


@pytest.mark.parametrize(
    "names",
    [
        {"DBUID": "bloc", "lon": "POINT_X", "lat": "POINT_Y"},
        {"DBUID": "DBUID_IDIDU", "lon": "DBRPLONG_ADIDULONG", "lat": "DBRPLAT_ADIDULAT"},
    ],
)
def test_blocks_are_found_under_other_names(
    blocks: pd.DataFrame, embedded_package: Package, tmp_path: Path, names: dict[str, str]
) -> None:
    blocks.assign(lon=blocks["lon"] + 0.001).rename(columns=names).to_csv(tmp_path / "pmd.csv", index=False)
    read = read_proximity(tmp_path / "pmd.csv", embedded_package)
    assert read.points.ids.tolist() == blocks["DBUID"].tolist()
    assert read.points.longitude == pytest.approx(blocks["lon"] + 0.001)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda b: b.rename(columns={"prox_idx_lib": "lib"}), "Aucune colonne d'indice"),
        (lambda b: b.assign(prox_idx_lib=1.5), "n'est pas un indice"),
        (lambda b: b.assign(lon=2.35, lat=48.85), "Aucun îlot du Québec"),
        (lambda b: b.assign(DBUID="24010018001"), "deux fois"),
        (lambda b: b.drop(columns=["DBUID"]), "ne nomme l'îlot"),
        (lambda b: b.drop(columns=["lon"]).assign(DBUID=range(len(b))), "Aucune coordonnée"),
    ],
)
def test_a_file_of_another_shape_is_refused_in_a_sentence(
    blocks: pd.DataFrame,
    embedded_package: Package,
    tmp_path: Path,
    change: Callable[[pd.DataFrame], pd.DataFrame],
    said: str,
) -> None:
    path = tmp_path / "pmd.csv"
    change(blocks).to_csv(path, index=False)
    with pytest.raises(ProximiteError, match=said):
        read_proximity(path, embedded_package)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["validate", "proximity", str(tmp_path / "no.csv"), "--json"])
    assert isinstance(result.exception, ProximiteError)
    assert "mirror" not in result.exception.bilingual()
