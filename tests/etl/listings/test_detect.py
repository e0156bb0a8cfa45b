"""The format of a file is found from what it holds."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from etl.listings.detect import Format, detect
from geodata.errors import ListingError

TEXTS = {
    "airs": ("<?xml version='1.0'?><!-- Source --><Source xmlns='x'><Agency/></Source>", Format.AIRS),
    "icarol": ("ResourceAgencyNum;PublicName;TaxonomyLevelName\n1;A;Agency\n", Format.ICAROL),
    "osm": (json.dumps({"version": 0.6, "elements": []}) + " ", None),
    "elements": (json.dumps({"elements": [{"type": "node", "id": 1, "tags": {}}]}), Format.OSM),
    "geojson": (json.dumps({"type": "FeatureCollection", "features": [{"properties": {}}]}), Format.OSM),
    "osm table": ("osm_id,name\n1,A\n", Format.OSM),
    "service": (json.dumps({"id": "1", "name": "A", "status": "active"}), Format.HSDS_JSON),
    "empty page": (json.dumps({"total_items": 0, "total_pages": 0, "contents": []}), Format.HSDS_JSON),
    "lines": ('{"id": "1", "name": "A"}\n{"id": "2", "name": "B"}\n', Format.HSDS_JSON),
    "tables": (json.dumps({"organizations": [{"id": 1}], "services": [{"id": 1}]}), Format.HSDS_JSON),
    "csv tables": (json.dumps({"organizations.csv": [{"id": 1}], "services.csv": []}), Format.HSDS_TABLES),
    "table": ("Nom;Adresse\nA;B\n", Format.TABLE),
    "html": ("<!DOCTYPE html><html><body>Accès refusé</body></html>", None),
    "other xml": ("<rss/>", None),
    "other json": ('{"a": 1}', None),
    "empty": ("", None),
    "blank": (" \n ", None),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_file(name: str, tmp_path: Path) -> None:
    content, wanted = TEXTS[name]
    path = tmp_path / "file.bin"
    path.write_text(content, encoding="utf-8")
    if wanted:
        assert detect(path) == wanted
    else:
        with pytest.raises(ListingError) as caught:
            detect(path)
        assert "AIRS" in caught.value.sentence("fr")
        assert "AIRS" in caught.value.sentence("en")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le"])
def test_a_table_of_any_encoding(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "liste"
    path.write_bytes("Nom;Téléphone;Évaluation\nMaison des aînés;514;É\n".encode(encoding))
    assert detect(path) == Format.TABLE


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"\xff\xd8\xff\xe0", "image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99, ".xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
        (b"\x1f\x8b\x08", "gzip"),
        (bytes(range(1, 32)) * 20, "binaire"),
    ],
)
def test_what_cannot_be_read_is_named(content: bytes, word: str, tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes(content)
    with pytest.raises(ListingError, match=word):
        detect(path)


def archive(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w") as target:
        for name, content in members.items():
            target.writestr(name.replace("__", "/"), content)
    return path


def test_archives(tmp_path: Path) -> None:
    package = {"services.csv": "id\n", "organizations.csv": "id\n"}
    assert detect(archive(tmp_path / "a", **package)) == Format.HSDS_TABLES
    assert detect(archive(tmp_path / "b", **{"xl__workbook.xml": "<a/>"})) == Format.WORKBOOK
    with pytest.raises(ListingError, match="bureautique"):
        detect(archive(tmp_path / "c", **{"word__document.xml": "<a/>"}))
    with pytest.raises(ListingError, match=r"liste\.csv"):
        detect(archive(tmp_path / "d", **{"liste.csv": "a,b\n"}))


def test_folders(tmp_path: Path) -> None:
    with pytest.raises(ListingError):
        detect(tmp_path)
    (tmp_path / "services.csv").write_text("id,name\n", encoding="utf-8")
    assert detect(tmp_path) == Format.HSDS_TABLES
    with pytest.raises(ListingError):
        detect(tmp_path / "absent")


def test_every_published_file_is_known(mirror: Path) -> None:
    folder = mirror.parent / "interchange"
    if not folder.is_dir():
        pytest.skip("no interchange files")
    hsds = folder / "hsds"
    assert detect(folder / "airs/airs_instance.xml") == Format.AIRS
    assert detect(folder / "icarol/icarol_export_san_francisco_700.csv") == Format.ICAROL
    assert detect(hsds / "miami211_hsds_datapackage/datapackage.json") == Format.HSDS_TABLES
    assert detect(hsds / "ohana-sample-csv") == Format.HSDS_TABLES
    examples = [
        path for path in (hsds / "spec-3.0/examples").glob("*.json") if path.stem not in ("base", "tabular")
    ]
    assert {detect(path) for path in examples} == {Format.HSDS_JSON}
    with pytest.raises(ListingError, match="sans organisme"):
        detect(hsds / "spec-3.0/examples/base.json")


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("phones.csv", "id,location_id,number"),
        ("taxonomy.csv", "id,name,parent_id,vocabulary"),
        ("physical_addresses.csv", "id,location_id,address_1,city"),
    ],
)
def test_a_detail_of_a_package_alone_is_no_listing(name: str, header: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(f"{header}\n1,2,3,4\n", "utf-8")
    with pytest.raises(ListingError, match="dossier entier"):
        detect(tmp_path / name)
    (tmp_path / "phones.csv").write_text("Nom,Ville\nLe Pont,Laval\n", "utf-8")
    assert detect(tmp_path / "phones.csv") is Format.TABLE
