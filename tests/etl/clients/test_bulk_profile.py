import tracemalloc
import zipfile
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.clients.bulk_profile import read_profile
from etl.clients.profile_table import COLUMNS, write_rows
from geodata.errors import OutputError, SourceFileError
from geodata.text import Text
from tests.etl.clients.profile_service import bulk_lines, bulk_zip, nodes, pins, some_figures

DGUIDS = (
    "2021A000011124", "2021A000224", "2021A00032466", "2021A00052466023", "2021S051224660001",
    "2021S051224660002", "2021S051224660003",
)  # fmt: skip
OF_QUEBEC = DGUIDS[1:]


def _read(path, **more):
    return list(read_profile(path, pins(), **more))


@pytest.mark.parametrize("index", [True, False], ids=["by index", "by scan"])
def test_every_geography_of_the_province_is_read(tmp_path, index):
    told = []
    path = bulk_zip(tmp_path / "p.zip", bulk_lines(DGUIDS), index=index)
    rows = _read(path, say=lambda *step: told.append(step))
    assert len(rows) == len(OF_QUEBEC) * len(pins())
    assert list(dict.fromkeys(row[2] for row in rows)) == list(OF_QUEBEC)
    row = next(row for row in rows if row[2] == DGUIDS[5] and row[3] == "commute_car")
    count, _ = some_figures(DGUIDS[5], "commute_car")
    assert row == (
        "da", "24660002", DGUIDS[5], "commute_car", float(count), None, "", "", "00000", 3.1, 4.6,
    )  # fmt: skip
    assert told


def test_both_ways_of_reading_agree(tmp_path):
    lines = bulk_lines(DGUIDS)
    by_index = _read(bulk_zip(tmp_path / "a.zip", lines))
    by_scan = _read(bulk_zip(tmp_path / "b.zip", lines, index=False))
    assert set(by_index) == set(by_scan)


@pytest.mark.parametrize("first_line", [1, 2])
def test_an_index_counted_with_or_without_the_header(tmp_path, first_line):
    path = bulk_zip(tmp_path / "p.zip", bulk_lines(DGUIDS), first_line=first_line)
    assert {row[2] for row in _read(path)} == set(OF_QUEBEC)


def test_only_the_levels_that_are_asked(tmp_path):
    path = bulk_zip(tmp_path / "p.zip", bulk_lines(DGUIDS))
    assert {row[0] for row in _read(path, levels=("da",))} == {"da"}


def test_symbols_and_quality_are_kept_and_a_suppressed_cell_is_never_a_zero(tmp_path):
    cells = {
        "persons": ("", "x"),
        "families": ("0", "F"),
        "core_need": ("0", ""),
        "condition_total": ("120", "E"),
    }
    lines = bulk_lines(DGUIDS[4:5], lambda _, key: cells.get(key, ("10", "")), quality={DGUIDS[4]: "00930"})
    rows = {row[3]: row for row in _read(bulk_zip(tmp_path / "p.zip", lines))}
    assert {key: (rows[key][4], rows[key][6], rows[key][7]) for key in cells} == {
        "persons": (None, "6", "x"),
        "families": (None, "4", "F"),
        "core_need": (0.0, "", ""),
        "condition_total": (120.0, "3", "E"),
    }
    assert {row[8] for row in rows.values()} == {"00930"}


def _without_index(path, lines):
    return bulk_zip(path, lines, index=False)


def _swapped(lines):
    """Exchange two rows of one geography: the index no longer leads where it says."""
    at = next(i for i, line in enumerate(lines) if DGUIDS[5] in line) + 3
    return [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[: len(lines) - 60], "coupé avant"),
        (_swapped, "comme son index le dit"),
        (lambda lines: [lines[0].replace("C1_COUNT_TOTAL", "C1"), *lines[1:]], "sans colonne C1_COUNT_TOTAL"),
        (lambda lines: [lines[0].replace("C1_COUNT_TOTAL,SYMBOL", "C1_COUNT_TOTAL,X"), *lines[1:]],
         "sans SYMBOL après C1_COUNT_TOTAL"),
        (lambda lines: [line.replace(',"",,"...",,"..."', ',"?",,"...",,"..."', 1) for line in lines],
         "symbole inconnu"),
        (lambda lines: [line.replace("2021,", "2016,", 1) for line in lines], "autre année"),
        (lambda lines: [lines[0], *(line.rsplit(",", 1)[0] for line in lines[1:])], "cellules au lieu de"),
        (lambda lines: [line.replace(",3.1,", ",trois,") for line in lines], "nombre illisible"),
        (lambda lines: [line.replace('"00000"', '""') for line in lines], "nombre illisible"),
        (lambda lines: [line.replace("2021S0512246600", "2021S0512356600") for line in lines[:1]]
         + bulk_lines(["2021A000235", "2021S051235660001"])[1:], "sans le territoire 24"),
    ],
    ids=[
        "cut", "swapped rows", "column renamed", "symbol elsewhere", "unknown symbol", "2016", "short rows",
        "text for a number", "no quality", "another province",
    ],
)  # fmt: skip
def test_a_file_that_is_not_as_documented_is_refused(tmp_path, change, said):
    path = bulk_zip(tmp_path / "p.zip", change(bulk_lines(DGUIDS)))
    with pytest.raises(SourceFileError) as failure:
        _read(path)
    assert said in failure.value.sentence("fr")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [*lines, *bulk_lines(DGUIDS[5:6])[1:]], "en désordre ou en double"),
        (lambda lines: [*lines[:-20], lines[-20], *lines[-20:]], "en double"),
        (lambda lines: lines[:-9], "sans la caractéristique"),
    ],
    ids=["geography twice", "row twice", "cut"],
)
def test_without_an_index_the_whole_is_still_checked(tmp_path, change, said):
    path = bulk_zip(tmp_path / "p.zip", change(bulk_lines(DGUIDS)), index=False)
    with pytest.raises(SourceFileError) as failure:
        _read(path)
    assert said in failure.value.sentence("fr")


@pytest.mark.parametrize("key", ["low_income_lim_at", "mother_tongue_indigenous", "commute_car"])
@pytest.mark.parametrize("change", ["label", "parent", "number"])
def test_a_characteristic_that_moved_is_loud(tmp_path, key, change):
    def moved(node):
        if node.key != key:
            return node
        if change == "label":
            return replace(node, label=node.label + " (revised)")
        other = 0 if node.depth else 1
        return replace(node, depth=other) if change == "parent" else replace(node, id="8888")

    pinned = pins()[key].ids.get("bulk")
    path = bulk_zip(tmp_path / "p.zip", bulk_lines(DGUIDS, lines=[moved(node) for node in nodes("bulk")]))
    if change == "number" and pinned is None:
        assert _read(path)  # found by its words, as it was before
        return
    with pytest.raises(SourceFileError, match="a changé"):
        _read(path)


def test_a_line_without_end_is_refused_before_it_is_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr("98-401-X2021006_English_CSV_data_Quebec.csv", b"a" * 5_000_000)
    with pytest.raises(SourceFileError, match="sans fin"):
        _read(tmp_path / "p.zip")


def test_a_corrupt_end_is_found_although_nothing_is_wanted_there(tmp_path):
    lines = bulk_lines((*DGUIDS, "2021S051235200001"))
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(bulk_zip(path, lines)) as archive:
        contents = {info.filename: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    data = path.read_bytes()
    at = data.rindex(b"60 minutes and over")
    path.write_bytes(data[:at] + b"61" + data[at + 2 :])
    with pytest.raises(SourceFileError):
        _read(path)


@pytest.mark.parametrize(
    "line", ['"2021A000224","24",x', '"2021A000224","24",9', '"open', '"a",' + "9" * 5000], ids=str.__len__
)
def test_a_broken_index_is_refused(tmp_path, line):
    path = bulk_zip(tmp_path / "p.zip", bulk_lines(DGUIDS))
    with zipfile.ZipFile(path) as archive:
        contents = {info.filename: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content + f"{line}\r\n".encode() if "starting" in name else content)
    with pytest.raises(SourceFileError, match="mal formé"):
        _read(path)


@pytest.mark.parametrize("content", [b"<html></html>", b"", b"PK\x03\x04broken"])
def test_what_is_no_archive_is_refused(tmp_path, content):
    (tmp_path / "p.zip").write_bytes(content)
    with pytest.raises(SourceFileError):
        _read(tmp_path / "p.zip")


@given(st.binary(max_size=400))
def test_any_header_is_a_clear_error(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "p.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.csv", content)
    with pytest.raises(SourceFileError):
        _read(path)


def test_memory_does_not_grow_with_the_file(tmp_path):
    def peak_of(areas):
        lines = bulk_lines([f"2021S05122466{number:04d}" for number in range(1, areas + 1)])
        path = bulk_zip(tmp_path / f"{areas}.zip", lines)
        del lines
        tracemalloc.start()
        assert sum(1 for _ in read_profile(path, pins())) == areas * len(pins())
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    small, large = peak_of(250), peak_of(1000)
    # The larger file holds 10 MB; a megabyte or two are read at a time, and the index is kept.
    assert large < small + 1_500_000
    assert large < 8_000_000


def test_the_long_table_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "deep" / "profile.parquet"
    rows = _read(bulk_zip(tmp_path / "p.zip", bulk_lines(DGUIDS)))
    assert write_rows(rows, path) == len(rows)
    frame = pd.read_parquet(path)
    assert tuple(frame.columns) == COLUMNS
    assert frame["count"].sum() == sum(row[4] or 0 for row in rows)
    before = path.read_bytes()

    def failing():
        yield from rows[:3]
        raise SourceFileError(Text("coupé", "cut"), hint=Text("reprenez", "take again"))

    with pytest.raises(SourceFileError):
        write_rows(failing(), path)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["profile.parquet"]
    with pytest.raises(OutputError):
        write_rows(rows, path / "below" / "a file.parquet")
