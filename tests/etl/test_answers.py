"""What an answer is: its kind, its text, its dates, its compressed body."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.answers import check_kind, http_from_iso, iso_from_http
from etl.bodies import inflate
from etl.http import Answer, Kind
from etl.refusals import ContentError

FILE = "https://data.example/file"
ROUTE = ("GET", "/data.example/file")
CSV = b"id,name\n" + b"".join(b"%d,Centre %d\n" % (n, n) for n in range(20_000))


@pytest.mark.parametrize(
    ("expect", "content_type", "body"),
    [
        (Kind.JSON, "application/json", b"a,b\n1,2\n"),
        (Kind.JSON, "text/csv", b"{}"),
        (Kind.CSV, "application/json", b"a,b\n"),
        (Kind.CSV, "text/plain", b'{"error": {"code": 400}}'),
        (Kind.CSV, "text/csv", b"PK\x03\x04rest"),
        (Kind.CSV, "text/csv", b"<?xml version='1.0'?><error/>"),
        (Kind.CSV, "text/csv", b"\x1f\x8b\x08rest"),
        (Kind.CSV, "image/png", b"a,b\n"),
        (Kind.XML, "text/xml", b"plain"),
        (Kind.XML, "text/xml", b"<!-- page --><html lang='fr'>"),
        (Kind.XML, "text/xml", b"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC ''>"),
        (Kind.ZIP, "application/zip", b"Rar!\x1a\x07"),
        (Kind.ZIP, "application/pdf", b"PK\x03\x04rest"),
        (Kind.XLSX, "application/octet-stream", b"\xd0\xcf\x11\xe0old"),
        (Kind.TEXT, "text/plain", b"%PDF-1.7"),
        (Kind.ANY, "text/html", b"anything"),
        (Kind.ANY, "", b" \r\n"),
        (Kind.JSON, "", b"\xef\xbb\xbf"),
        (Kind.CSV, "text/csv", "<html><head>".encode("utf-16")),
    ],
)
def test_another_kind_is_refused(expect: Kind, content_type: str, body: bytes) -> None:
    with pytest.raises(ContentError):
        check_kind(FILE, expect, content_type, body)


@pytest.mark.parametrize(
    ("expect", "content_type", "body"),
    [
        (Kind.JSON, "application/geo+json", b'\xef\xbb\xbf {"type": 1}'),
        (Kind.JSON, "text/plain;charset=UTF-8", b"[1]"),
        (Kind.CSV, "application/vnd.sdmx.data+csv; version=1.0", b"DATAFLOW,FREQ\n"),
        (Kind.CSV, "application/vnd.ms-excel", b"a;b\n"),
        (Kind.CSV, "application/octet-stream", b"<18 ans,18 ans et plus\n"),
        (Kind.CSV, "", "nom,téléphone\n".encode("utf-16")),
        (Kind.XML, "application/vnd.sdmx.structure+xml;version=2.1", b"<?xml version='1.0'?><mes:Structure>"),
        (Kind.ZIP, "application/x-zip-compressed", b"PK\x03\x04"),
        (Kind.ZIP, "text/html; charset=UTF-8", b"PK\x03\x04"),
        (Kind.XLSX, "application/zip", b"PK\x03\x04"),
        (Kind.TEXT, "text/turtle", b"bonjour"),
        (Kind.ANY, "image/png", b"\x89PNG"),
    ],
)  # fmt: skip
def test_the_names_that_portals_give_to_a_kind_are_accepted(
    expect: Kind, content_type: str, body: bytes
) -> None:
    check_kind(FILE, expect, content_type, body)


@given(st.sampled_from(Kind), st.text(max_size=30), st.binary(max_size=300))
def test_any_answer_is_accepted_or_refused_in_a_sentence(
    expect: Kind, content_type: str, body: bytes
) -> None:
    try:
        check_kind(FILE, expect, content_type, body)
    except ContentError as refused:
        error = refused
    else:
        error = None
    assert error is None or error.sentence("fr").endswith(".")


def test_text_is_read_in_its_own_encoding() -> None:
    def text(content: bytes, content_type: str) -> str:
        return Answer(content, FILE, 200, {"content-type": content_type}, None, "").text

    assert text("é".encode("latin-1"), "text/csv; charset=ISO-8859-1") == "é"
    assert text("é’".encode("cp1252"), "text/csv") == "é’"
    assert text("\ufeffé".encode(), "text/csv; charset=no-such-thing") == "é"


@given(st.binary(max_size=200_000), st.integers(1, 5000), st.sampled_from(["gzip", "deflate", ""]))
def test_what_was_compressed_comes_out_in_small_pieces(body: bytes, step: int, encoding: str) -> None:
    sent = {"gzip": gzip.compress, "deflate": zlib.compress, "": bytes}[encoding](body)
    chunks = (sent[start : start + step] for start in range(0, len(sent), step))
    pieces = list(inflate(chunks, encoding))
    assert b"".join(pieces) == body
    assert max(map(len, pieces), default=0) <= 1 << 16


def test_several_compressed_members_are_one_body() -> None:
    assert b"".join(inflate(iter([gzip.compress(b"one") + gzip.compress(b"two")]), "GZIP")) == b"onetwo"


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
def test_a_header_date_survives_there_and_back(moment: datetime) -> None:
    iso = moment.replace(microsecond=0, tzinfo=UTC).isoformat()
    assert iso_from_http(http_from_iso(iso)) == iso


@given(st.text(max_size=40))
def test_a_date_that_is_none_is_null(text: str) -> None:
    read = iso_from_http(text)
    assert read is None or datetime.fromisoformat(read)
