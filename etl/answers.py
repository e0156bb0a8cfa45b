"""What a service answers: its kind, checked from its header and first bytes, its body and its dates."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from etl.refusals import other_content
from geodata.text import Text

HEAD_BYTES: Final = 1024
"""How much of a body is needed to tell its kind."""

_ZIP_MAGICS: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_BINARY_MAGICS: Final = (
    *_ZIP_MAGICS, b"\x1f\x8b", b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PAR1", b"\xd0\xcf\x11\xe0",
    b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x7fELF", b"MZ\x90",
)  # fmt: skip
_HTML: Final = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?(-->|$)\s*)*<(!doctype\s+html|html|head|body|script|meta|title|style)\b",
    re.DOTALL,
)
_MARKUP: Final = re.compile(rb"\s*<[a-z!?]")


class Kind(StrEnum):
    """What is expected of a body. ``any`` is anything but a web page."""

    JSON = "json"
    CSV = "csv"
    XML = "xml"
    ZIP = "zip"
    XLSX = "xlsx"
    TEXT = "text"
    ANY = "any"


# Many portals serve every file as bytes to save, or as plain text: the first bytes then decide.
_VAGUE: Final = frozenset({
    "", "application/octet-stream", "binary/octet-stream", "application/binary", "application/x-download",
    "application/download", "application/force-download", "application/save", "application/unknown",
    "text/plain", "application/x-gzip", "application/gzip",
})  # fmt: skip
_ZIP_TYPES: Final = frozenset({
    "application/zip", "application/x-zip", "application/x-zip-compressed", "application/zip-compressed",
    "application/x-compressed", "multipart/x-zip",
})  # fmt: skip
_EXCEL: Final = "application/vnd.ms-excel"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.JSON: frozenset({"application/json", "text/json", "application/javascript", "text/javascript",
                          "application/geojson", "application/vnd.geojson",
                          "application/x-ndjson", "application/ndjson", "application/jsonl"}),
    Kind.CSV: frozenset({"text/csv", "application/csv", "text/comma-separated-values", "text/x-csv",
                         "application/x-csv", "text/tab-separated-values", _EXCEL}),
    Kind.XML: frozenset({"application/xml", "text/xml"}),
    Kind.ZIP: _ZIP_TYPES | {_XLSX},
    Kind.XLSX: _ZIP_TYPES | {_XLSX, _EXCEL, "application/x-excel", "application/xlsx"},
}  # fmt: skip
_SUFFIXES: Final[Mapping[Kind, str]] = {
    Kind.JSON: "+json",
    Kind.CSV: "+csv",
    Kind.XML: "+xml",
    Kind.ZIP: "+zip",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A small body, whole in memory.

    Attributes
    ----------
    content
        Bytes, decompressed.
    url
        The address asked last, after redirects.
    status, headers
        As answered; header names are in lower case.
    last_modified, retrieved_at
        ISO dates and times, UTC; the first is null where the service does not say.
    """

    content: bytes
    url: str
    status: int
    headers: Mapping[str, str]
    last_modified: str | None
    retrieved_at: str

    @property
    def text(self) -> str:
        """Give the body as text: in its declared encoding, else UTF-8, else Windows-1252."""
        declared = re.search(r"charset=[\"']?([\w.:-]+)", self.headers.get("content-type", ""), re.IGNORECASE)
        for encoding in ([declared[1]] if declared else []) + ["utf-8"]:
            try:
                return self.content.decode(encoding).removeprefix("\N{BYTE ORDER MARK}")
            except (LookupError, UnicodeDecodeError):
                continue
        return self.content.decode("cp1252", errors="replace")

    def json(self) -> Any:
        """Give the value that the body writes in JSON.

        Raises
        ------
        FetchError
            If it is not JSON: cut, wrong, or nested without end.
        """
        try:
            return json.loads(self.content.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            what = Text(
                "La réponse du service n'est pas du JSON lisible",
                "The answer of the service is not readable JSON",
            )
            raise other_content(self.url, what) from error


@dataclass(frozen=True, slots=True)
class Download:
    """A file that was received whole.

    Attributes
    ----------
    path
        Where it is.
    url
        The address asked last, after redirects.
    sha256, bytes
        Of the file on disk.
    last_modified, retrieved_at
        ISO dates and times, UTC; the first is null where the service does not say.
    etag
        As the service gave it, for the next conditional request.
    """

    path: Path
    url: str
    sha256: str
    bytes: int
    last_modified: str | None
    etag: str | None
    retrieved_at: str


@dataclass(frozen=True, slots=True)
class Known:
    """What was said of a file received before: the next request asks for it only if it changed."""

    etag: str | None
    last_modified: str | None

    def headers(self) -> dict[str, str]:
        """Give the conditional headers."""
        given = {
            "If-None-Match": self.etag,
            "If-Modified-Since": http_from_iso(self.last_modified) if self.last_modified else None,
        }
        return {name: value for name, value in given.items() if value}


def now_iso() -> str:
    """Give the present time, ISO, UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def iso_from_http(date: str | None) -> str | None:
    """Read the date of a header, ``Tue, 22 Oct 2024 12:30:00 GMT``; null if absent or unreadable."""
    try:
        moment = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def http_from_iso(date: str) -> str:
    """Write a date as a header does; the inverse of :func:`iso_from_http`."""
    return format_datetime(datetime.fromisoformat(date).astimezone(UTC), usegmt=True)


def check_kind(url: str, expect: Kind, content_type: str, head: bytes) -> None:
    """Refuse a body that is not of the kind expected.

    Parameters
    ----------
    url
        For the message.
    expect
        What the caller can read.
    content_type
        The header; empty where there is none.
    head
        The first bytes of the decompressed body: ``HEAD_BYTES`` of them, or all.

    Raises
    ------
    FetchError
        If it is empty, a web page, or the header or the bytes say another kind.
    """
    bare = head.removeprefix(b"\xef\xbb\xbf")
    served = content_type.partition(";")[0].strip().lower()
    zipped = head.startswith(_ZIP_MAGICS)
    if not bare.strip(b" \r\n\t"):
        raise other_content(url, Text("La réponse du service est vide", "The answer of the service is empty"))
    # An archive mislabelled as a page is still an archive; anything else called a page is a page.
    if zipped and served == "text/html":
        served = ""
    if served in {"text/html", "application/xhtml+xml"} or _HTML.match(_narrow(bare).lower()):
        what = Text(
            f"Le service a répondu par une page Web au lieu d'un fichier {_name(expect).fr}",
            f"The service answered with a web page instead of {_name(expect).en}",
        )
        raise other_content(url, what)
    if not (_type_fits(expect, served) and _head_fits(expect, bare, zipped)):
        said = f" ({served})" if served else ""
        what = Text(
            f"Le service a répondu autre chose{said} qu'un fichier {_name(expect).fr}",
            f"The service answered something else{said} than {_name(expect).en}",
        )
        raise other_content(url, what)


def _name(kind: Kind) -> Text:
    names = {
        Kind.TEXT: Text("de texte", "a text file"),
        Kind.ANY: Text("de données", "a data file"),
        Kind.ZIP: Text("ZIP", "a ZIP file"),
    }
    label = kind.value.upper()
    return names.get(kind, Text(label, f"{'an' if label[0] == 'X' else 'a'} {label} file"))


def _type_fits(expect: Kind, served: str) -> bool:
    if expect is Kind.ANY or served in _VAGUE:
        return True
    if expect is Kind.TEXT:
        return served.startswith("text/") or any(served in types for types in _TYPES.values())
    return served in _TYPES[expect] or served.endswith(_SUFFIXES.get(expect, " "))


def _narrow(head: bytes) -> bytes:
    """Give text in UTF-16, which a byte order mark announces, as ASCII letters can be looked for in it."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.replace(b"\0", b"")[2:]
    return head


def _head_fits(expect: Kind, bare: bytes, zipped: bool) -> bool:
    text = _narrow(bare)
    binary = bare.startswith(_BINARY_MAGICS) or b"\0" in text
    start = text.lstrip(b" \r\n\t")[:1]
    match expect:
        case Kind.ANY:
            return True
        case Kind.ZIP | Kind.XLSX:
            return zipped
        case Kind.JSON:
            return start in {b"{", b"["}
        case Kind.XML:
            return start == b"<" and not binary
        case Kind.CSV:
            looks_json = re.match(rb"\s*(\{\s*[\"}]|\[\s*[\[{])", text) is not None
            return not binary and not looks_json and not _MARKUP.match(text.lower())
        case Kind.TEXT:
            return not binary
