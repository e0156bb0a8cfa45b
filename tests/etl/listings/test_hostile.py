"""Files made to harm: bounded memory, no write outside, and an account of every row."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from etl.listings import streams
from etl.listings.airs import read_airs
from etl.listings.detect import detect
from etl.listings.hsds_json import read_hsds_json
from etl.listings.hsds_tables import read_hsds_tables
from etl.listings.streams import open_rows
from geodata.errors import ListingError

MEGABYTE = 1 << 20


@contextmanager
def at_most(megabytes: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes * MEGABYTE
    finally:
        tracemalloc.stop()


def table(tmp_path: Path, *parts: bytes) -> Path:
    path = tmp_path / "table.csv"
    with path.open("wb") as stream:
        stream.writelines(parts)
    return path


def test_a_line_of_60_megabytes_costs_itself_only(tmp_path: Path) -> None:
    path = table(tmp_path, b"id,nom\n1,", *[b"x" * MEGABYTE] * 60, b"\n2,B\n")
    with at_most(30):
        rows = list(open_rows(path))
    assert [(number, [p.kind for p in problems]) for number, _, problems in rows] == [
        (1, ["line_too_long"]),
        (2, []),
    ]
    assert rows[1][1] == ["2", "B"]


@pytest.fixture
def _short_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "LONGEST_RECORD", 20_000)


@pytest.mark.usefixtures("_short_records")
def test_a_quote_never_closed_costs_its_line_only(tmp_path: Path) -> None:
    count = 20_000
    rows = list(open_rows(table(tmp_path, b'id,nom\n1,"A\n', b"2,B\n" * count)))
    assert len(rows) == count + 1
    assert [p.kind for p in rows[0][2]] == ["bad_row"]
    assert not any(problems for _, _, problems in rows[1:])
    short = list(open_rows(table(tmp_path, b'id,nom\n1,A\n2,"B\n3,C\n')))
    assert [(cells[0], bool(problems)) for _, cells, problems in short] == [
        ("1", False),
        ('2,"B', True),
        ("3", False),
    ]


@pytest.mark.usefixtures("_short_records")
def test_quotes_broken_on_every_line_stay_linear(tmp_path: Path) -> None:
    rows = list(open_rows(table(tmp_path, b"id,nom\n", b'x","y\n' * 30_000)))
    assert len(rows) == 30_000


def test_a_million_columns_are_refused_in_one_sentence(tmp_path: Path) -> None:
    header = b",".join(b"c%d" % number for number in range(1_000_000))
    with at_most(80), pytest.raises(ListingError, match="2000 colonnes"):
        open_rows(table(tmp_path, header, b"\n"))
    with pytest.raises(ListingError, match="2000 colonnes"):
        open_rows(table(tmp_path, b"a," * 2_001, b"b\n1\n"))


def test_headers_repeated_or_empty_get_a_name(tmp_path: Path) -> None:
    rows = open_rows(table(tmp_path, b"nom,nom,,nom (2)\n1,2,3,4\n"))
    assert rows.header == ["nom", "nom (2)", "column_3", "nom (2) (2)"]
    assert [problem.kind for problem in rows.problems] == ["duplicate_header"] * 2
    rows.close()


def test_two_encodings_in_one_file(tmp_path: Path) -> None:
    accents = "été;Montréal;Québec\n".encode()
    rows = list(open_rows(table(tmp_path, b"a;b;c\n", accents * 3, "hôpital;é;à\n".encode("cp1252"))))
    assert rows[3][1] == ["hôpital", "é", "à"]
    assert [[p.kind for p in problems] for _, _, problems in rows] == [[], [], [], ["bad_encoding"]]


def test_null_bytes_and_empty_rows_are_told(tmp_path: Path) -> None:
    rows = list(open_rows(table(tmp_path, b"a,b\n1\x00,2\n,\n\n3,4\n")))
    assert [cells for _, cells, _ in rows] == [["1", "2"], ["", ""], ["3", "4"]]
    assert [[p.kind for p in problems] for _, _, problems in rows] == [["nul_byte"], ["empty_row"], []]


def test_one_enormous_json_value_costs_itself_only(tmp_path: Path) -> None:
    path = tmp_path / "listing.json"
    good = json.dumps({"id": "o", "name": "A"}).encode()
    with path.open("wb") as stream:
        stream.writelines([b'[{"id":"x","name":"', *[b"x" * MEGABYTE] * 40, b'"},', good, b"]"])
    with at_most(80):
        entries = list(read_hsds_json(path))
    assert [entry.quarantined for entry in entries] == [True, False]
    assert len(json.dumps(entries[0].raw)) < 20_000


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_json_nested_without_end(opening: str, tmp_path: Path) -> None:
    path = tmp_path / "listing.json"
    path.write_text(f'[{{"id":"o","name":"A"}},{opening * 100_000}', encoding="utf-8")
    entries = list(read_hsds_json(path))
    assert [entry.quarantined for entry in entries] == [False, True]
    closed = f'[{{"id":"o","name":"A","x":{"[" * 500}{"]" * 500}}},{{"id":"p","name":"B"}}]'
    path.write_text(closed, encoding="utf-8")
    assert [entry.quarantined for entry in read_hsds_json(path)] == [True, False]


def test_an_xml_record_without_end_stops_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "listing.xml"
    with path.open("wb") as stream:
        stream.write(b"<Source><Agency><AgencyID>1</AgencyID><AgencyName>A</AgencyName></Agency>")
        stream.writelines([b"<x>a</x>" * 10_000] * 200)
    entries = list(read_airs(path))
    assert [entry.quarantined for entry in entries] == [False, True]


def package(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return path


def test_an_archive_that_inflates_without_measure_is_refused(tmp_path: Path) -> None:
    path = package(tmp_path / "a.zip", **{"services.csv": b"id\n" + b"0" * (30 * MEGABYTE)})
    for reader in (lambda p: list(read_hsds_tables(p)), detect):
        with pytest.raises(ListingError, match="bombe"):
            reader(path)


@pytest.mark.parametrize(
    "name", ["../services.csv", "/services.csv", "a/../../services.csv", "C:\\services.csv"]
)
def test_an_archive_that_climbs_out_is_refused(name: str, tmp_path: Path) -> None:
    path = package(tmp_path / "a.zip", **{name: b"id\n", "organizations.csv": b"id\n"})
    with pytest.raises(ListingError):
        list(read_hsds_tables(path))
    assert not (tmp_path.parent / "services.csv").exists()


def test_a_link_in_the_folder_of_a_package_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("id,name\n1,Secret\n", encoding="utf-8")
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "services.csv").write_text("id,name\n", encoding="utf-8")
    (folder / "organizations.csv").symlink_to(secret)
    assert list(read_hsds_tables(folder)) == []


def test_a_cut_archive_is_refused(tmp_path: Path) -> None:
    path = package(tmp_path / "a.zip", **{"services.csv": b"id\n" * 1000})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ListingError):
        list(read_hsds_tables(path))
