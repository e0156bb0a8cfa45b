"""What format a listing is in, by its content and never by its name alone."""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, Final

from etl.clients.archives import open_archive
from etl.listings.hsds_names import KNOWN, TABLES
from etl.listings.hsds_package import open_hsds
from etl.listings.hsds_survey import table_of
from etl.listings.json_stream import Envelope, read_records
from etl.listings.streams import detect_encoding, open_rows, open_text
from geodata.errors import ListingError, SourceFileError
from geodata.text import Text


class Format(StrEnum):
    """A format of listing that can be read."""

    HSDS_JSON = "hsds_json"
    HSDS_TABLES = "hsds_tables"
    AIRS = "airs"
    ICAROL = "icarol"
    OSM = "osm"
    TABLE = "table"
    WORKBOOK = "workbook"


_SIGNATURES: Final = (
    (b"%PDF", Text("un PDF", "a PDF")),
    (b"\x89PNG", Text("une image", "an image")),
    (b"\xff\xd8\xff", Text("une image", "an image")),
    (b"GIF8", Text("une image", "an image")),
    (b"II*\x00", Text("une image", "an image")),
    (b"MM\x00*", Text("une image", "an image")),
    (b"{\\rtf", Text("un texte RTF", "an RTF text")),
    (b"\x1f\x8b", Text("une archive gzip", "a gzip archive")),
    (b"7z\xbc\xaf", Text("une archive 7z", "a 7z archive")),
    (b"Rar!", Text("une archive RAR", "a RAR archive")),
    (b"PAR1", Text("un fichier Parquet", "a Parquet file")),
    (b"SQLite format 3", Text("une base SQLite", "an SQLite database")),
    (b"\x7fELF", Text("un programme", "a program")),
    (b"MZ\x90", Text("un programme", "a program")),
)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ROOT: Final = re.compile(r"<\s*(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
_PROLOG: Final = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(\[.*?\])?\s*>", re.DOTALL | re.IGNORECASE)
_HTML: Final = re.compile(r"<(!doctype\s+html|html|head|body|script|title|meta)\b", re.IGNORECASE)
_LOOKED_AT: Final = 50
_ELEMENT_TYPES: Final = frozenset({"node", "way", "relation"})
_ENTITIES: Final = frozenset({"organizations", "services", "locations"})
_POINTERS: Final = frozenset(
    {"organization_id", "service_id", "location_id", "service_at_location_id", "contact_id", "taxonomy_id",
     "parent_id", "vocabulary", "resource_id", "link_id", "program_id"}
)  # fmt: skip
"""Columns by which a detail points to what it completes, or a term to the one above it."""
_OSM_COLUMNS: Final = frozenset({"osm_id", "@id", "osm_type", "@type"})


def detect(path: Path) -> Format:
    """Find the format of a listing.

    Parameters
    ----------
    path
        A file, or the folder of an HSDS package.

    Raises
    ------
    ListingError
        If it is of no format that can be read; says what was found and what is accepted.
    """
    if path.is_dir():
        with open_hsds(path):
            return Format.HSDS_TABLES
    try:
        with path.open("rb") as stream:
            head = stream.read(1 << 16)
    except OSError as error:
        raise _refused(
            path, Text("un fichier introuvable ou illisible", "a missing or unreadable file")
        ) from error
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise _refused(path, Text("un fichier vide", "an empty file"))
    if head.startswith(_OLE):
        raise _refused(path, _old_office(path))
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _in_archive(path)
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            raise _refused(path, what)
    return _in_text(path)


def _in_text(path: Path) -> Format:
    encoding = detect_encoding(path)
    with open_text(path, encoding) as stream:
        begun = stream.read(1 << 16).lstrip("\ufeff \t\r\n")
    if begun.startswith("<"):
        return _in_xml(path, begun)
    if begun.startswith(("{", "[")):
        return _in_json(path)
    controls = sum(1 for c in begun if (c < " " and c not in "\t\r\n\f\x00\x1a") or c == "\ufffd")
    if begun.count("\x00") > len(begun) // 50 or controls > len(begun) // 20:
        raise _refused(path, Text("un fichier binaire", "a binary file"))
    rows = open_rows(path, encoding=encoding)
    rows.close()
    names = {name.casefold() for name in rows.header}
    if {"resourceagencynum", "taxonomylevelname"} <= names:
        return Format.ICAROL
    if names & _OSM_COLUMNS:
        return Format.OSM
    if _is_a_detail(path.stem.casefold(), names):
        raise _detail_alone(path)
    return Format.TABLE


def _is_a_detail(stem: str, columns: set[str]) -> bool:
    """Whether a table is one that completes the others of an HSDS package (phones, addresses, terms)."""
    table = TABLES.get(stem, stem)
    return table in KNOWN - _ENTITIES and bool(columns & _POINTERS)


def _detail_alone(path: Path) -> ListingError:
    return ListingError(
        Text(
            "Cette table complète les autres d'un paquet HSDS et ne nomme aucun organisme",
            "This table completes the others of an HSDS package and names no organisation",
        ),
        where=path.name,
        hint=Text(
            "donnez le dossier entier ; ou « --format table » si c'est bien une liste d'organismes",
            "give the whole folder; or “--format table” if it is a listing of organisations after all",
        ),
    )


def _in_xml(path: Path, begun: str) -> Format:
    if _HTML.match(begun):
        raise _refused(path, Text("une page web", "a web page"))
    bare = _PROLOG.sub("", begun).lstrip()
    root = _ROOT.match(bare)
    name = root.group(1) if root else ""
    if name.casefold() == "html":
        raise _refused(path, Text("une page web", "a web page"))
    if name == "Source":
        return Format.AIRS
    raise _refused(
        path, Text(f"du XML d’un autre genre (« {name[:40]} »)", f"XML of another kind (“{name[:40]}”)")
    )


def _in_json(path: Path) -> Format:
    if path.name == "datapackage.json":
        with open_hsds(path):
            return Format.HSDS_TABLES
    envelope = Envelope()
    found = list(islice(read_records(path, envelope), _LOOKED_AT))
    records = [record for _, record in found if isinstance(record, dict)]
    if any(holder in ("elements", "features") for holder, _ in found) or envelope.fields.get("osm3s"):
        return Format.OSM
    if any(_is_element(record) for record in records):
        return Format.OSM
    if len(records) == 1 and _holds_tables(records[0]):
        return Format.HSDS_TABLES
    if any(table_of(record, holder) for holder, record in found if isinstance(record, dict)):
        return Format.HSDS_JSON
    if not found and any(
        isinstance(envelope.fields.get(name), int) for name in ("total_items", "total_pages")
    ):
        return Format.HSDS_JSON
    raise _refused(
        path,
        Text("du JSON sans organisme, service ni lieu", "JSON without organisation, service or place"),
    )


def _is_element(record: dict[str, Any]) -> bool:
    return record.get("type") in _ELEMENT_TYPES and ("tags" in record or "lat" in record)


def _holds_tables(record: dict[str, Any]) -> bool:
    """Whether an object holds lists under names of HSDS tables, such as ``organizations.csv``."""
    named = [key.casefold().removesuffix(".csv") for key, value in record.items() if isinstance(value, list)]
    return "id" not in record and sum(name in KNOWN or name in TABLES for name in named) > 1


def _in_archive(path: Path) -> Format:
    try:
        with open_archive(path) as archive:
            members = archive.members
    except SourceFileError as error:
        raise ListingError(error.what, where=error.where, hint=_ACCEPTED) from error
    names = {member.name for member in members}
    if "xl/workbook.xml" in names:
        return Format.WORKBOOK
    stems = {Path(m.file_name).stem.casefold() for m in members if m.suffix == ".csv"}
    if any(stem in KNOWN or stem in TABLES for stem in stems):
        return Format.HSDS_TABLES
    if names & {"word/document.xml", "ppt/presentation.xml", "content.xml"}:
        raise _refused(path, Text("un document de bureautique", "an office document"))
    inside = ", ".join(sorted(member.file_name for member in members)[:5])[:200]
    raise _refused(path, Text(f"une archive ZIP ({inside})", f"a ZIP archive ({inside})"))


def _old_office(path: Path) -> Text:
    with path.open("rb") as stream:
        sample = stream.read(1 << 20)
    if "EncryptedPackage".encode("utf-16-le") in sample:
        return Text("un classeur protégé par un mot de passe", "a workbook protected by a password")
    return Text("un classeur Excel d’avant 2007 (.xls)", "an Excel workbook from before 2007 (.xls)")


_ACCEPTED: Final = Text(
    "fournir du HSDS (JSON ou tables), du XML AIRS 4.0, un CSV (iCarol ou autre), un classeur .xlsx ou de"
    " l’OSM, hors de toute archive à part un paquet HSDS",
    "give HSDS (JSON or tables), AIRS 4.0 XML, a CSV (iCarol or other), an .xlsx workbook or OSM,"
    " out of any archive but an HSDS package",
)


def _refused(path: Path, what: Text) -> ListingError:
    return ListingError(
        Text(
            f"le fichier est {what.fr}, qui ne se lit pas ici",
            f"the file is {what.en}, which is not read here",
        ),
        where=path.name,
        hint=_ACCEPTED,
    )
