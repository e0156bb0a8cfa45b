"""JSON read record by record, whatever the size of the file.

Each record is decoded alone, so that a broken one costs itself and not the file, and so that no
value larger than ``LONGEST_RECORD`` is ever built: a parser of events would stop at the first error.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

from etl.listings.streams import open_text, read_lines, repaired
from geodata.errors import ListingError
from geodata.text import Text

LONGEST_RECORD: Final = 8 << 20
"""Characters of one JSON record."""
DEEPEST: Final = 60
"""Levels of nesting of one record; a complete HSDS service has about ten."""
CONTAINERS: Final = frozenset({"contents", "items", "data", "results", "records", "elements", "features"})
TABLES: Final = frozenset(
    {"services", "organizations", "locations", "service_at_locations", "taxonomy_terms"}
)
"""Lists of records where they stand in an object that has no ``id`` of its own."""
_CHUNK: Final = 1 << 18
_KEPT: Final = 10_000
_MOST_AROUND: Final = 32 << 20
_BLANKS: Final = re.compile(r"[ \t\r\n\ufeff]*")
_STRUCTURE: Final = re.compile(r'["\\{}\[\],]')


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that cannot be decoded: its beginning, and the kind of problem that it is."""

    text: str
    kind: str


@dataclass(slots=True)
class Envelope:
    """What stands around the records: the other keys of a page, such as ``total_pages``."""

    fields: dict[str, Any] = field(default_factory=dict)


def _no_constant(_: str) -> None:
    """Read ``NaN`` and ``Infinity``, which JSON does not have, as nothing."""


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


_DECODER: Final = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite, strict=False)


class _Window:
    """A part of the text, moved along it; never more than a record and a chunk in memory."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.text = ""
        self.at = 0
        self._ended = False

    def fill(self, wanted: int) -> None:
        """Have at least ``wanted`` characters ahead, or all that is left."""
        if self._ended or len(self.text) - self.at >= wanted:
            return
        parts = [self.text[self.at :]]
        held = len(parts[0])
        while held < wanted and not self._ended:
            chunk = self._stream.read(_CHUNK)
            self._ended = not chunk
            parts.append(chunk)
            held += len(chunk)
        self.text, self.at = "".join(parts), 0

    def peek(self) -> str:
        """Give the next character that is no blank, without taking it; empty at the end."""
        while True:
            self.fill(_CHUNK)
            match = _BLANKS.match(self.text, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.text) or self._ended:
                return self.text[self.at : self.at + 1]

    def take(self) -> str:
        """Take the next character that is no blank."""
        character = self.peek()
        self.at += len(character)
        return character

    def value(self) -> Any:
        """Decode the value that stands here; ValueError or RecursionError where it cannot be."""
        self.peek()
        while True:
            ahead = len(self.text) - self.at
            try:
                found, end = _DECODER.raw_decode(self.text, self.at)
                # At the very end of what was read, a number may go on in the next chunk.
                if end < len(self.text) or self._ended or ahead >= LONGEST_RECORD:
                    break
            except json.JSONDecodeError as error:
                cut = error.pos > len(self.text) - 16 or error.msg.startswith("Unterminated")
                if not cut or self._ended or ahead >= LONGEST_RECORD:
                    raise
            self.fill(2 * ahead)
        found = _tidy(found, self.text[self.at : end])
        self.at = end
        return found

    def skip_value(self) -> BadRecord:
        """Pass over a value that cannot be decoded, up to the bracket or the comma that ends it."""
        kept = self.text[self.at : self.at + _KEPT]
        depth, quoted, passed = 0, False, -self.at
        while True:
            for match in _STRUCTURE.finditer(self.text, self.at):
                if match.start() < self.at:
                    continue
                character = match.group()
                self.at = match.end()
                if character == "\\":
                    self.at += quoted
                elif character == '"':
                    quoted = not quoted
                elif not quoted:
                    depth += {"{": 1, "[": 1, ",": 0}.get(character, -1)
                    if depth <= 0:
                        # A comma, or the bracket of the list itself, is left for the list to read.
                        self.at -= character == "," or (depth < 0 and character == "]")
                        return BadRecord(repaired(kept[: passed + self.at])[0], "bad_record")
            escaped = self.at > len(self.text)
            passed += len(self.text)
            self.at = len(self.text)
            self.fill(_CHUNK)
            if self.at >= len(self.text):
                return BadRecord(repaired(kept)[0], "unreadable_rest")
            self.at += escaped


def _tidy(value: Any, source: str) -> Any:
    """Refuse what is too deep, and mend lone surrogates, which no file can hold."""
    if source.count("{") + source.count("[") > DEEPEST and _depth(value) > DEEPEST:
        raise ValueError("too deep")
    escaped = "\\ud" in source or "\\uD" in source
    if not escaped:
        try:
            source.encode("utf-8")
        except UnicodeEncodeError:
            escaped = True
    return _mended(value) if escaped else value


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        item, level = waiting.pop()
        deepest = max(deepest, level)
        if isinstance(item, dict):
            waiting.extend((child, level + 1) for child in item.values())
        elif isinstance(item, list):
            waiting.extend((child, level + 1) for child in item)
    return deepest


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return repaired(value)[0]
    if isinstance(value, dict):
        return {repaired(key)[0]: _mended(child) for key, child in value.items()}
    return [_mended(child) for child in value] if isinstance(value, list) else value


def is_json_lines(path: Path) -> bool:
    """Whether a file holds one JSON object a line."""
    with open_text(path) as stream:
        texts = (line.text.strip(" \t\r\n\ufeff") for line in read_lines(stream, 1 << 16))
        first, second = ([text for text, _ in zip(filter(None, texts), range(2), strict=False)] + ["", ""])[
            :2
        ]
    named = path.suffix.lower() in {".ndjson", ".jsonl"}
    return first.startswith("{") and (
        named or (second.startswith("{") and not first.endswith((":", ",", "[", "{")))
    )


def read_records(path: Path, envelope: Envelope | None = None) -> Iterator[tuple[str, Any]]:
    """Give each record of a JSON file with the name of the list that holds it.

    Parameters
    ----------
    path
        One object, an array, a page (``contents``, ``items``…), or one object a line.
    envelope
        Receives the other keys of a page.

    Yields
    ------
    tuple of str and Any
        Name of the list (empty for none) and the decoded value or a ``BadRecord``.

    Raises
    ------
    ListingError
        If the file holds no JSON at all, or more than 32 MB around its records.
    """
    if is_json_lines(path):
        yield from _lines(path)
        return
    with open_text(path) as stream:
        window = _Window(stream)
        first = window.peek()
        if not first or first not in "[{":
            raise _no_json(path)
        while (character := window.peek()) and character in "[{":
            if character == "[":
                window.take()
                yield from (("", record) for record in _array(window))
            else:
                yield from _object(window, envelope or Envelope(), path)
        if character:
            yield "", BadRecord(repaired(window.text[window.at : window.at + _KEPT])[0], "unreadable_rest")


def _lines(path: Path) -> Iterator[tuple[str, Any]]:
    with open_text(path) as stream:
        for line in read_lines(stream, LONGEST_RECORD):
            text = line.text.strip(" \t\r\n\ufeff")
            if line.cut:
                yield "", BadRecord(repaired(text[:_KEPT])[0], "line_too_long")
            elif text:
                try:
                    yield "", _tidy(_DECODER.decode(text), text)
                except (ValueError, RecursionError):
                    yield "", BadRecord(repaired(text[:_KEPT])[0], "bad_record")


def _array(window: _Window) -> Iterator[Any]:
    """Give the values of an array whose bracket is already taken."""
    while window.peek() != "]":
        try:
            yield window.value()
        except (ValueError, RecursionError):
            bad = window.skip_value()
            yield bad
            if bad.kind == "unreadable_rest":
                return
        after = window.peek()
        if not after:
            yield BadRecord("", "unreadable_rest")
            return
        if after == ",":
            window.take()
    window.take()


def _object(window: _Window, envelope: Envelope, path: Path) -> Iterator[tuple[str, Any]]:
    """Give the records of the lists of an object, or the object itself where it has none."""
    window.take()
    fields, lists, begun = envelope.fields, 0, window.text[window.at : window.at + _KEPT]
    size = 0
    while (character := window.peek()) not in ("}", ""):
        if character == ",":
            window.take()
            continue
        try:
            key = window.value()
            if not isinstance(key, str) or window.take() != ":":
                raise ValueError("no key")
            if window.peek() == "[" and (key in CONTAINERS or (key in TABLES and "id" not in fields)):
                window.take()
                lists += 1
                yield from ((key, record) for record in _array(window))
                continue
            before = window.at
            fields[key] = window.value()
            size += max(window.at - before, 0)
        except (ValueError, RecursionError):
            window.skip_value()
            if window.peek() == "]":
                window.take()  # of no list of this object
            yield "", BadRecord(repaired("{" + begun)[0][:_KEPT], "bad_record")
            lists += 1
        if size > _MOST_AROUND:
            raise _too_much(path)
    if window.take() == "":
        yield "", BadRecord(repaired("{" + begun)[0][:_KEPT], "unreadable_rest")
    elif not lists:
        yield "", dict(fields)
        fields.clear()


def _no_json(path: Path) -> ListingError:
    return ListingError(
        Text("le fichier ne contient pas de JSON", "the file holds no JSON"),
        where=path.name,
        hint=Text(
            "fournir un objet, un tableau ou un objet par ligne",
            "give an object, an array or an object a line",
        ),
    )


def _too_much(path: Path) -> ListingError:
    return ListingError(
        Text("le fichier JSON n’est pas une liste de fiches", "the JSON file is no list of records"),
        where=path.name,
        hint=Text(
            "fournir un tableau de fiches, ou une fiche par ligne",
            "give an array of records, or a record a line",
        ),
    )
