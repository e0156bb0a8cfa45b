"""AIRS XML read record by record, with nothing that an XML file could make a machine do.

No document type is accepted, so no entity can be defined: neither a bomb nor a file of the machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from lxml import etree

from etl.listings.airs_rules import NAMESPACE, RECORDS
from geodata.errors import ListingError
from geodata.text import Text

_MOST_BYTES: Final = 4 << 20
"""Bytes between two records: a record with its hours and terms has a few thousand."""
_MOST_REPEATS: Final = 2_000
_DEEPEST: Final = 40


@dataclass(frozen=True, slots=True)
class XmlRecord:
    """One record of the file: its name, its line, its element and whether it has the AIRS namespace."""

    name: str
    line: int
    element: etree._Element
    named_space: bool


@dataclass(frozen=True, slots=True)
class BrokenXml:
    """Where the file stops being XML."""

    line: int
    message: str


class _TooLargeError(Exception):
    """Too many bytes passed without any record."""


class _Metered:
    """A file that stops where a record never ends."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.since = 0

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self.since += len(chunk)
        if self.since > _MOST_BYTES:
            raise _TooLargeError
        return chunk


def read_xml(path: Path) -> Iterator[XmlRecord | BrokenXml]:
    """Give the records of an AIRS file, then where it breaks, if it does.

    An element is emptied once the next one is asked for.

    Raises
    ------
    ListingError
        If the file has a document type, or is no AIRS file.
    """
    with path.open("rb") as stream:
        metered = _Metered(stream)
        context = etree.iterparse(
            metered,
            events=("start", "end"),
            tag=tuple(f"{{*}}{name}" for name in ("Source", *RECORDS)),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        begun = False
        try:
            for event, element in context:
                if not begun:
                    begun = True
                    _check_root(element, path)
                parent = element.getparent()
                if event == "end" and parent is not None and parent.getparent() is None:
                    named_space = str(element.tag) == f"{{{NAMESPACE}}}{_local(element)}"
                    yield XmlRecord(_local(element), element.sourceline or 0, element, named_space)
                    metered.since = 0
                    element.clear()
                    while element.getprevious() is not None:
                        del parent[0]
        except etree.XMLSyntaxError as error:
            if not begun:
                raise _no_airs(path) from error
            yield BrokenXml(error.lineno or 0, (error.msg or "")[:200])
        except _TooLargeError:
            if not begun:
                raise _no_airs(path) from None
            yield BrokenXml(0, f"> {_MOST_BYTES >> 20} MB")
    if not begun:
        raise _no_airs(path)


def source_of(path: Path) -> etree._Element:
    """Give the root of the file without its records, to check its attributes."""
    with path.open("rb") as stream:
        context = etree.iterparse(
            _Metered(stream), events=("start",), resolve_entities=False, no_network=True, huge_tree=False
        )
        for _, element in context:
            copy = etree.Element(f"{{{NAMESPACE}}}Source")
            for name, value in element.attrib.items():
                if "}" not in str(name):
                    copy.set(name, value)
            return copy
    raise _no_airs(path)


def _check_root(root: etree._Element, path: Path) -> None:
    document = root.getroottree().docinfo
    if document.internalDTD is not None or document.externalDTD is not None or document.doctype:
        raise ListingError(
            Text(
                "le fichier XML déclare un type de document (DTD), ce qui n’est pas accepté",
                "the XML file declares a document type (DTD), which is not accepted",
            ),
            where=path.name,
            hint=Text("retirer la ligne <!DOCTYPE …>", "remove the <!DOCTYPE …> line"),
        )
    if _local(root) != "Source" or root.getparent() is not None:
        raise _no_airs(path)


def _local(element: etree._Element) -> str:
    """Give a name without its namespace, whatever that namespace holds."""
    return str(element.tag).rpartition("}")[2]


def _no_airs(path: Path) -> ListingError:
    return ListingError(
        Text("le fichier n’est pas du XML AIRS lisible", "the file is no readable AIRS XML"),
        where=path.name,
        hint=Text(
            "fournir un fichier AIRS 4.0, dont l’élément principal est « Source »",
            "give an AIRS 4.0 file, whose main element is “Source”",
        ),
    )


def as_dict(element: etree._Element, depth: int = 0) -> dict[str, Any]:
    """Give an element as ``{name: [text or dict, …]}``, attributes aside; bounded in depth and repeats."""
    found: dict[str, Any] = {}
    for child in element:
        tag = child.tag
        if not isinstance(tag, str):
            continue
        items = found.setdefault(tag.rpartition("}")[2], [])
        if len(items) < _MOST_REPEATS:
            nested = depth < _DEEPEST and len(child)
            items.append(as_dict(child, depth + 1) if nested else (child.text or "").strip())
    return found


def some_of(element: etree._Element, wanted: frozenset[str]) -> dict[str, Any]:
    """Give only some of the direct children of an element, as ``as_dict`` does."""
    found: dict[str, Any] = {}
    for child in element:
        tag = child.tag
        name = tag.rpartition("}")[2] if isinstance(tag, str) else ""
        if name in wanted:
            found.setdefault(name, []).append(as_dict(child) if len(child) else (child.text or "").strip())
    return found
