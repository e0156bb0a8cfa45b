"""A package is written whole or not at all, and reads in plain pandas."""

import json
import os
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from geodata import folders, writing
from geodata.errors import OutputError, PackageError, PackageSchemaError, ProximiteError, SelectionError
from geodata.model import Level
from geodata.package import Package, open_package
from geodata.text import Text
from geodata.writing import write_package


def _tables(value: float = 1.0) -> dict[str, pd.DataFrame]:
    territories = gpd.GeoDataFrame(
        {"territory_id": ["mrc:66"], "level": ["mrc"], "name_fr": ["Montréal"]},
        geometry=[box(-74, 45, -73, 46)],
        crs=4326,
    )
    observations = pd.DataFrame(
        {"territory_id": ["mrc:66"], "indicator_id": ["x"], "period": ["2021"], "value": [value]}
    )
    return {"territories": territories, "observations": observations}


def _write(folder: Path, value: float = 1.0) -> Package:
    return write_package(folder, _tables(value), [], {"mrc": b"{}"}, {"sources": [], "built_at": "now"})


def test_what_is_written_is_read(tmp_path: Path) -> None:
    written = _write(tmp_path / "pkg")
    assert open_package(tmp_path / "pkg").id == written.id
    assert gpd.read_parquet(tmp_path / "pkg" / "territories.parquet").crs.to_epsg() == 4326
    assert written.geometry_file(Level.MRC).read_bytes() == b"{}"  # type: ignore[union-attr]
    assert written.geometry_file(Level.CT) is None


def test_the_id_depends_on_content_only(tmp_path: Path) -> None:
    assert _write(tmp_path / "a").id == _write(tmp_path / "b").id
    assert _write(tmp_path / "c", 2.0).id != _write(tmp_path / "a").id


def test_a_rebuild_replaces_the_package_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    _write(tmp_path / "pkg")
    _write(tmp_path / "pkg", 2.0)
    assert open_package(tmp_path / "pkg").observations["value"].tolist() == [2.0]
    assert [p.name for p in tmp_path.iterdir()] == ["pkg"]


def test_without_the_exchange_call_the_swap_still_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "_exchange", lambda *_: False)
    _write(tmp_path / "pkg")
    _write(tmp_path / "pkg", 2.0)
    assert open_package(tmp_path / "pkg").observations["value"].tolist() == [2.0]
    assert [p.name for p in tmp_path.iterdir()] == ["pkg"]


def test_a_refused_package_leaves_the_last_good_one(tmp_path: Path) -> None:
    before = _write(tmp_path / "pkg")

    def refuse(_package: Package) -> None:
        raise PackageError(Text("non", "no"), where="", hint=Text("a", "b"))

    with pytest.raises(PackageError):
        write_package(tmp_path / "pkg", _tables(9.0), [], {}, {"sources": []}, refuse)
    assert open_package(tmp_path / "pkg").id == before.id
    assert [p.name for p in tmp_path.iterdir()] == ["pkg"]


def test_a_folder_that_is_no_package_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    with pytest.raises(OutputError, match="autre chose"):
        _write(tmp_path / "thesis")
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "years of work"


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    assert _write(tmp_path / "new").observations.shape == (1, 4)


def test_a_disk_that_refuses_is_said_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _write(tmp_path / "pkg")

    def read_only(*_args: object, **_kwargs: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(writing, "_make_folders", read_only)
    with pytest.raises(OutputError, match="Read-only file system"):
        _write(tmp_path / "pkg", 2.0)
    assert open_package(tmp_path / "pkg").id == before.id


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs a POSIX system")
def test_a_destination_under_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ProximiteError):
        _write(tmp_path / "file" / "pkg")


def test_another_schema_version_is_refused(tmp_path: Path) -> None:
    _write(tmp_path / "pkg")
    manifest = tmp_path / "pkg" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "schema_version": 99}))
    with pytest.raises(PackageSchemaError, match="version 99"):
        open_package(tmp_path / "pkg")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"other": 1}'])
def test_a_broken_manifest_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(PackageError, match="paquet"):
        open_package(tmp_path)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    _write(tmp_path / "pkg")
    (tmp_path / "pkg" / "observations.parquet").unlink()
    with pytest.raises(PackageError, match=r"observations\.parquet"):
        _ = open_package(tmp_path / "pkg").observations


def test_an_unknown_level_or_indicator_is_named(tmp_path: Path) -> None:
    package = _write(tmp_path / "pkg")
    with pytest.raises(SelectionError, match="clsc"):
        package.level(Level.CLSC)
    with pytest.raises(SelectionError, match="nothing"):
        package.values(Level.MRC, "nothing")


def test_the_destination_is_tried_before_any_long_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError):
        writing.require_writable(tmp_path / "file" / "pkg")
    writing.require_writable(tmp_path / "new" / "pkg")
    assert not (tmp_path / "new" / "pkg").exists()


def test_a_rebuild_of_the_same_data_leaves_the_package_as_it_was(tmp_path: Path) -> None:
    _write(tmp_path / "pkg")
    again = write_package(
        tmp_path / "pkg", _tables(), [], {"mrc": b"{}"}, {"sources": [], "built_at": "later"}
    )
    assert again.manifest["built_at"] == "now"
    assert [p.name for p in tmp_path.iterdir()] == ["pkg"]


def test_a_damaged_package_is_replaced_by_the_same_data(tmp_path: Path) -> None:
    _write(tmp_path / "pkg")
    (tmp_path / "pkg" / "observations.parquet").write_bytes(b"damaged")
    _write(tmp_path / "pkg")
    assert open_package(tmp_path / "pkg").observations["value"].tolist() == [1.0]
