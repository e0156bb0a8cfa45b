"""Every kind of bad input gives one bilingual sentence, exit 1, and leaves the last good package."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from typer.testing import CliRunner

from dashboard.cli import main
from etl.cli import app
from etl.door import read_file
from etl.pipeline import SourceRead, read_source
from etl.readers import read_table
from etl.registry import Declaration, FileDeclaration, declarations
from geodata.errors import ProximiteError, SourceFileError, SourceNotFoundError

M02 = "msss_m02/installationscsv.csv"
AREAS = "statcan_da_2021/da_points_2021.parquet"
SCORES = "statcan_cimd_2021/cimd2021_da_qc.parquet"
CENSUS = "statcan_csd_2021/csd2021_census_qc.parquet"
MRC = "qc_mrc/mrc_104_land.parquet"

Change = Callable[[Path, Path], None]


def _bytes(function: Callable[[bytes], bytes]) -> Change:
    return lambda original, copy: copy.write_bytes(function(original.read_bytes())) and None


def _frame(function: Callable[[pd.DataFrame], pd.DataFrame]) -> Change:
    def change(original: Path, copy: Path) -> None:
        frame = read_table(original)
        function(frame).to_parquet(copy)

    return change


def _cell(column: str, row: int, value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        changed = frame.copy()
        cells = changed[column].astype(object)
        cells.iloc[row] = value
        changed[column] = cells.astype(str) if isinstance(value, str) else cells
        return changed

    return change


def _recoded(frame: pd.DataFrame) -> pd.DataFrame:
    return gpd.GeoDataFrame(frame).to_crs(3857)


def _swapped(frame: pd.DataFrame) -> pd.DataFrame:
    layer = gpd.GeoDataFrame(frame)
    return layer.set_geometry(gpd.points_from_xy(layer.geometry.y, layer.geometry.x, crs=4326))


def _swapped_headings(content: bytes) -> bytes:
    kept = content.replace(b"LONGITUDE", b"?", 1).replace(b"LATITUDE", b"LONGITUDE", 1)
    return kept.replace(b"?", b"LATITUDE", 1)


def _without_shape(frame: pd.DataFrame) -> pd.DataFrame:
    layer = gpd.GeoDataFrame(frame)
    shapes = layer.geometry.copy()
    shapes.iloc[4] = None
    return layer.set_geometry(shapes)


def _as_points(frame: pd.DataFrame) -> pd.DataFrame:
    layer = gpd.GeoDataFrame(frame)
    return layer.set_geometry(layer.geometry.representative_point())


CASES: dict[str, tuple[str, Change, tuple[str, ...]]] = {
    "missing file": (M02, lambda _o, _c: None, ("introuvable", "cannot be found", "installationscsv.csv")),
    "missing column": (
        SCORES,
        _frame(lambda f: f.drop(columns="Economic dependency Scores")),
        ("Economic dependency Scores", "manque", "is missing"),
    ),
    "renamed column": (
        SCORES,
        _frame(lambda f: f.rename(columns={"Economic dependency Scores": "Economic dependency"})),
        ("« Economic dependency » y ressemble", "looks like it"),
    ),
    "wrong encoding": (
        M02,
        _bytes(lambda b: b.decode("utf-8-sig").encode("latin-1", "replace")),
        ("UTF-8", "ligne/row"),
    ),
    "utf-16": (M02, _bytes(lambda b: b.decode("utf-8-sig").encode("utf-16")), ("UTF-8",)),
    "truncated csv": (M02, _bytes(lambda b: b[: len(b) // 2]), ("installationscsv.csv",)),
    "truncated parquet": (AREAS, _bytes(lambda b: b[: len(b) // 2]), ("tronqué", "truncated")),
    "wrong crs": (MRC, _frame(_recoded), ("EPSG:3857", "EPSG:4326")),
    "swapped coordinates": (AREAS, _frame(_swapped), ("sortent du Québec", "outside Québec")),
    "duplicate ids": (
        SCORES,
        _frame(lambda f: pd.concat([f, f.iloc[[5]]])),
        ("24010023", "en double", "twice"),
    ),
    "unknown territory code": (
        AREAS,
        _frame(_cell("CLSC_code", 3, "99999")),
        ("clsc:99999", "inconnu", "unknown"),
    ),
    "text in a number": (
        SCORES,
        _frame(_cell("Situational vulnerability Scores", 7, "beaucoup")),
        ("« beaucoup »", "n'est pas un nombre", "ligne/row 9", "Situational vulnerability"),
    ),
    "a negative count": (CENSUS, _frame(_cell("Total private dwellings", 4, -3.0)), ("-3", "ligne/row 6")),
    "web page": (
        M02,
        _bytes(lambda _b: b"<!DOCTYPE html>\n<html><body>Service unavailable</body></html>"),
        ("page web", "web page"),
    ),
    "empty file": (M02, _bytes(lambda _b: b""), ("vide", "empty")),
    "header only": (M02, _bytes(lambda b: b.split(b"\n", 1)[0] + b"\n"), ("aucune ligne", "no row")),
    "a blank mission": (
        M02,
        _bytes(lambda b: b.replace(b'"Non","2026-03-23"', b'" ","2026-03-23"', 1)),
        ("CRD", "obligatoire", "required"),
    ),
    "an infinite score": (
        SCORES,
        _frame(_cell("Economic dependency Scores", 2, float("inf"))),
        ("inf", "n'est pas un nombre"),
    ),
    "a missing shape": (MRC, _frame(_without_shape), ("vide", "empty", "polygon")),
    "points in place of polygons": (MRC, _frame(_as_points), ("Point", "un polygone")),
    "swapped coordinates of places": (
        M02,
        _bytes(_swapped_headings),
        ("hors du Québec", "outside Québec", "m02:"),
    ),
    "an archive under the name of a table": (M02, _bytes(lambda _b: b"PK\x03\x04abc"), ("archive",)),
    "neither yes nor no": (
        M02,
        _bytes(lambda b: b.replace(b"Oui", b"Peut-\xc3\xaatre", 1)),
        ("Peut-être", "Oui"),
    ),
}


_READ: dict[str, SourceRead] = {}
"""Sources read whole by the first case that is found by joining, for the next one."""


def _read_once(spoiled: str) -> Callable[[Declaration, Path], SourceRead]:
    """Read a source as the build does, but for those whose files no case of joining spoils."""

    def read(declaration: Declaration, root: Path) -> SourceRead:
        if any(file.path == spoiled for file in declaration.files):
            return read_source(declaration, root)
        if declaration.id not in _READ:
            _READ[declaration.id] = read_source(declaration, root)
        return _READ[declaration.id]

    return read


FOUND_BY_JOINING = {"unknown territory code", "swapped coordinates of places"}

BESIDE = {
    "inspq_idms_2021_montreal", "isc_cwb_2021", "meq_schools", "mfa_childcare_monteregie",
    "montreal_iemv_2026", "montreal_places", "osm_places", "statcan_cimd_2021", "statcan_csd_profile_2021",
    "statcan_ct_profile_2021", "statcan_da_profile_2021", "statcan_odcaf_v1_0", "statcan_odhf_v1_1",
    "statcan_remoteness_2021",
}  # fmt: skip
"""Sources of figures and of other places: no territory and no installation needs them to be joined."""


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_one_sentence_and_the_last_good_package_stays(
    name: str,
    spoil: Callable[[str, Change], Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file, change, expected = CASES[name]
    mirror = spoil(file, change)
    # The door stops at this file: the sources before it need not be read again for each case.
    only = tuple(
        d
        for d in declarations()
        if (d.id not in BESIDE if name in FOUND_BY_JOINING else any(f.path == file for f in d.files))
    )
    monkeypatch.setattr("etl.pipeline.declarations", lambda: only)
    if name in FOUND_BY_JOINING:
        monkeypatch.setattr("etl.pipeline.read_source", _read_once(file))
    package = tmp_path / "package"
    package.mkdir()
    (package / "manifest.json").write_text('{"the last": "good one"}')
    monkeypatch.setattr("sys.argv", ["proximite", "build", "--mirror", str(mirror), "--out", str(package)])
    with pytest.raises(SystemExit) as stop:
        main()
    said = capsys.readouterr().err
    assert stop.value.code == 1
    for words in expected:
        assert words in said
    assert "Traceback" not in said
    assert [p.name for p in package.iterdir()] == ["manifest.json"]
    assert not [p for p in tmp_path.iterdir() if p.name.endswith(".partial")]


def test_a_corrupt_archive_is_said(tmp_path: Path) -> None:
    (tmp_path / "codes.csv.zip").write_bytes(b"PK\x03\x04 not really an archive")
    with pytest.raises(SourceFileError, match="ZIP"):
        read_table(tmp_path / "codes.csv")


def test_an_archive_with_two_tables_is_ambiguous(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "codes.csv.zip", "w") as archive:
        archive.writestr("a.csv", "x\n1\n")
        archive.writestr("b.csv", "x\n2\n")
    with pytest.raises(SourceFileError, match="un seul"):
        read_table(tmp_path / "codes.csv")


def test_a_zipped_table_reads_like_a_plain_one(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "codes.csv.zip", "w") as archive:
        archive.writestr("codes.csv", "code,nom\nH1A0A1,Pointe-aux-Trembles\n")
    assert read_table(tmp_path / "codes.csv").to_dict("list") == {
        "code": ["H1A0A1"],
        "nom": ["Pointe-aux-Trembles"],
    }


def test_blanks_and_symbols_are_no_value(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id;n\na; \nb;..\nc;x\nd;1.5\ne;0\n", "utf-8")
    declared = FileDeclaration(
        name="t", path="t.csv", sha256="", columns={"id": "code", "n": "number"}, key=["id"]
    )
    numbers = read_file(declared, tmp_path)["n"]
    assert numbers.isna().tolist() == [True, True, True, False, False]
    assert numbers.tolist()[3:] == [1.5, 0.0]


def test_a_missing_source_is_also_a_file_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        read_table(tmp_path / "nothing.csv")
    assert isinstance(raised.value, SourceNotFoundError)
    assert isinstance(raised.value, ProximiteError)


def test_every_error_of_the_pipeline_speaks_both_languages(tmp_path: Path) -> None:
    for declared in (f for d in declarations() for f in d.files):
        with pytest.raises(ProximiteError) as raised:
            read_file(declared, tmp_path)
        assert raised.value.sentence("fr") != raised.value.sentence("en")


def test_build_without_out_says_how_to_use_it() -> None:
    result = CliRunner().invoke(app, ["build"])
    assert result.exit_code == 2
