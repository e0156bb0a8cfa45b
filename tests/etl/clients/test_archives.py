import io
import stat
import struct
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from etl.clients.archives import open_archive
from geodata.errors import SourceFileError


def made(path: Path, members: dict[str, bytes], **options) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, options.get("date", (2024, 11, 3, 10, 0, 0)))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = options.get("mode", stat.S_IFREG | 0o644) << 16
            archive.writestr(info, content)
    return path


def drain(path: Path, **limits) -> None:
    with open_archive(path, **limits) as archive:
        for member in archive.members:
            with archive.open(member) as stream:
                while stream.read(1 << 16):
                    pass


def refused(path: Path, **limits) -> SourceFileError:
    with pytest.raises(SourceFileError) as caught:
        drain(path, **limits)
    assert caught.value.sentence("fr").endswith(".")
    assert caught.value.where == path.name
    return caught.value


def test_members_are_listed_with_their_size_and_date(tmp_path):
    path = made(tmp_path / "a.zip", {"pmd-eng/PMD-en.csv": b"a,b\n1,2\n", "pmd-eng/": b""})
    with open_archive(path) as archive:
        (member,) = archive.members
        assert (member.file_name, member.suffix, member.bytes) == ("PMD-en.csv", ".csv", 8)
        assert member.modified == datetime(2024, 11, 3, 10, 0)
        assert archive.one(".csv") is member
        assert archive.read(member, 100) == b"a,b\n1,2\n"


def test_a_maker_that_writes_no_date_gives_none(tmp_path):
    path = made(tmp_path / "a.zip", {"a.csv": b"a"}, date=(1980, 1, 1, 0, 0, 0))
    with open_archive(path) as archive:
        assert archive.members[0].modified is None


@pytest.mark.parametrize(
    "name",
    ["../a.csv", "a/../../b.csv", "/etc/a.csv", "C:\\a.csv", "..\\a.csv", "\\\\host\\a.csv", "a\x00.csv"],
)
def test_a_name_that_leaves_the_folder_is_refused(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        info = zipfile.ZipInfo("harmless")
        info.filename = info.orig_filename = name
        archive.writestr(info, b"a")
    assert "outside its folder" in refused(tmp_path / "a.zip").sentence("en")


def test_a_link_is_refused(tmp_path):
    path = made(tmp_path / "a.zip", {"link.csv": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777)
    assert "is a link" in refused(path).sentence("en")


def test_an_encrypted_member_is_refused(tmp_path):
    path = made(tmp_path / "a.zip", {"a.csv": b"a,b\n"})
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 0x1
    path.write_bytes(content)
    assert "encrypted" in refused(path).sentence("en")


@pytest.mark.parametrize("names", [("a.csv", "a.csv"), ("A.csv", "a.CSV"), ("x/a.csv", "x//a.csv")])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(tmp_path, names):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in names:
            archive.writestr(name, b"1")
    assert "two files named" in refused(tmp_path / "a.zip").sentence("en")


def test_a_bomb_is_refused_before_anything_is_inflated(tmp_path):
    path = made(tmp_path / "a.zip", {"zeros.csv": bytes(20_000_000)})
    assert path.stat().st_size < 30_000
    assert "ZIP bomb" in refused(path).sentence("en")


def test_a_large_but_honest_table_is_read(tmp_path):
    rows = b"".join(b"%d,%d\n" % (n, n * n) for n in range(20_000))
    path = made(tmp_path / "a.zip", {"a.csv": rows})
    with open_archive(path) as archive:
        assert archive.read(archive.one(".csv"), 10_000_000) == rows


def test_the_limits_of_number_and_size_hold(tmp_path):
    path = made(tmp_path / "a.zip", {f"{n}.csv": b"abcdef" for n in range(5)})
    assert "5 files" in refused(path, most_members=4).sentence("en")
    assert "once open" in refused(path, most_bytes=29).sentence("en")
    with open_archive(path, most_bytes=30, most_members=5) as archive:
        assert len(archive.members) == 5
        with pytest.raises(SourceFileError, match="au plus"):
            archive.read(archive.members[0], 5)


def test_an_archive_in_the_archive_is_a_file_like_another(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(5_000_000))
    path = made(tmp_path / "a.zip", {"inner.zip": inner.getvalue(), "a.csv": b"1"})
    with open_archive(path) as archive:
        assert archive.read(archive.one(".csv"), 10) == b"1"
        assert archive.read(archive.one(".zip"), 100_000) == inner.getvalue()


def test_overlapping_members_are_refused(tmp_path):
    path = made(tmp_path / "a.zip", {"a.csv": b"x" * 1000, "b.csv": b"y" * 1000})
    content = bytearray(path.read_bytes())
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = struct.pack("<I", 5)  # its header, inside the first member
    path.write_bytes(content)
    assert "shares its bytes" in refused(path).sentence("en")


def test_a_cut_an_empty_and_a_false_archive_are_refused(tmp_path):
    path = made(tmp_path / "a.zip", {"a.csv": b"a,b\n" * 500})
    whole = path.read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"<html>", whole[:-10]):
        path.write_bytes(content)
        refused(path)
    with zipfile.ZipFile(path, "w"):
        pass
    assert "empty" in refused(path).sentence("en")


def test_a_wrong_sum_is_refused_at_the_end_of_the_reading(tmp_path):
    path = made(tmp_path / "a.zip", {"a.csv": b"a,b\n" * 500})
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        content[content.index(signature) + offset] ^= 0xFF
    path.write_bytes(content)
    assert "corrupt" in refused(path).sentence("en")


def test_a_false_size_is_refused(tmp_path):
    path = made(tmp_path / "a.zip", {"a.csv": b"a,b\n" * 500})
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(signature) + offset
        content[at : at + 4] = struct.pack("<I", 100)
    path.write_bytes(content)
    refused(path)


def test_one_member_must_fit_and_no_more(tmp_path):
    path = made(tmp_path / "a.zip", {"a.csv": b"1", "b.csv": b"2", "c.txt": b"3"})
    with open_archive(path) as archive:
        with pytest.raises(SourceFileError, match=r"2 fichiers \.csv"):
            archive.one(".csv")
        with pytest.raises(SourceFileError, match=r"0 fichiers \.shp"):
            archive.one(".shp")
        assert archive.one(".csv", lambda m: m.name.startswith("b")).name == "b.csv"


def test_extraction_stays_in_its_folder_and_writes_no_name_twice(tmp_path):
    path = made(tmp_path / "a.zip", {"deep/er/a.shp": b"1", "deep/a.dbf": b"2", "other/a.dbf": b"3"})
    folder = tmp_path / "out"
    folder.mkdir()
    with open_archive(path) as archive:
        shp, dbf, other = archive.members
        assert [p.relative_to(folder).as_posix() for p in archive.extract((shp, dbf), folder)] == [
            "a.shp",
            "a.dbf",
        ]
        empty = tmp_path / "two"
        empty.mkdir()
        with pytest.raises(SourceFileError, match="deux fichiers du nom"):
            archive.extract((dbf, other), empty)


WHOLE = io.BytesIO()
with zipfile.ZipFile(WHOLE, "w", zipfile.ZIP_DEFLATED) as _archive:
    _archive.writestr("a/b.csv", b"DAUID,pop\n24660046,426\n" * 40)
    _archive.writestr("readme.txt", b"2024-10-22")


@example(at=WHOLE.getvalue().rindex(b"a/b.csv"), byte=0, cut=0)  # the listed name begins with a null byte
@given(at=st.integers(0, len(WHOLE.getvalue()) - 1), byte=st.integers(0, 255), cut=st.integers(0, 60))
def test_whatever_the_bytes_the_answer_is_the_content_or_one_sentence(tmp_path_factory, at, byte, cut):
    content = bytearray(WHOLE.getvalue())
    content[at] = byte
    path = tmp_path_factory.getbasetemp() / "fuzzed.zip"
    path.write_bytes(content[: len(content) - cut])
    try:
        drain(path, most_bytes=1_000_000)
    except SourceFileError as refusal:
        sentence = refusal.sentence("en")
    else:
        sentence = "."
    assert sentence.endswith(".")
