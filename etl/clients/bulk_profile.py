"""The Census Profile as one CSV file a province, zipped: read as a stream, never whole.

Québec's file holds some 40 million rows, 6 GB once inflated. A second file of the archive gives the line at
which every geography starts; each geography has the same characteristics in the same order, so that the
lines that are wanted are known beforehand and the others are only counted. Each line that is read is still
held against the geography and the characteristic that should be there.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from etl.clients.archives import Archive, Member, open_archive
from etl.clients.characteristics import Listed, Pin, bare, resolve
from etl.clients.profile_table import (
    FLAG_OF_SYMBOL,
    NO_VALUE,
    Row,
    code_of,
    level_of,
    number,
    quality_of,
)
from geodata.errors import SourceFileError
from geodata.text import Text

URL: Final = (
    "https://www12.statcan.gc.ca/census-recensement/2021/dp-pd/prof/details/download-telecharger/comp/"
    "GetFile.cfm?Lang=E&FILETYPE=CSV&GEONO=006_Quebec"
)
LEVELS: Final = ("province", "cd", "municipality", "da")
"""Levels that the file of a province holds."""

MOST_INFLATED_BYTES: Final = 12_000_000_000
MOST_LINE_BYTES: Final = 16_384
_MOST_INDEX_BYTES: Final = 20_000_000
_MOST_CHARACTERISTICS: Final = 20_000
_MOST_LINE_DIGITS: Final = 12
_CHUNK_BYTES: Final = 1 << 20
_ENCODING: Final = "latin-1"
_YEAR: Final = "2021"
_INDEX_MARK: Final = "geo_starting_row"
_TAKE_AGAIN: Final = Text(
    "reprenez l'archive chez son éditeur ; les dernières bonnes données restent en place",
    "take the archive from its publisher again; the last good data stay in place",
)

Say = Callable[[int, int], None]
"""Told the geographies read and, where the file says, those in all (else 0)."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where the columns that are read stand."""

    width: int
    year: int
    dguid: int
    code: int
    quality: int
    tnr_sf: int
    tnr_lf: int
    id: int
    name: int
    count: int
    rate: int


def read_profile(
    path: Path,
    pins: Mapping[str, Pin],
    *,
    province: str = "24",
    levels: Collection[str] = LEVELS,
    say: Say | None = None,
) -> Iterator[Row]:
    """Read the pinned characteristics of every geography of a province from the zipped file.

    Parameters
    ----------
    path
        The archive as the publisher serves it.
    pins
        Characteristics by key.
    province
        First two figures of the codes to keep; Canada and its other provinces are left out.
    levels
        Levels to keep, of ``LEVELS``.
    say
        Told how far the reading is.

    Yields
    ------
    tuple
        Rows in the order of ``profile_table.COLUMNS``; geography after geography.

    Raises
    ------
    SourceFileError
        At any moment of the reading: an archive, a header or a row that is not as documented, a
        characteristic that is not where it is pinned, a geography that is missing, doubled or cut.
    """
    with open_archive(path, most_bytes=MOST_INFLATED_BYTES) as archive:
        data = archive.one(".csv", lambda member: _INDEX_MARK not in member.file_name.lower())
        shape, listed = _first_geography(archive, data)
        numbers = resolve(pins.values(), listed, "bulk", data.file_name)
        place_of = {line.id: place for place, line in enumerate(listed)}
        places = {place_of[number_]: (number_, key) for key, number_ in numbers.items()}
        reader = _Reader(data.file_name, shape, places, province, frozenset(levels))
        index = _index(archive)
        if index:
            yield from reader.by_index(archive, data, index, say)
        else:
            yield from reader.by_scan(archive, data, say)


def _first_geography(archive: Archive, data: Member) -> tuple[_Shape, list[Listed]]:
    """Read the header and the characteristics of the first geography; indentation says what is under what."""
    listed: list[Listed] = []
    above: list[tuple[int, str]] = []
    with archive.open(data) as stream:
        lines = (line for _, block in _blocks(stream, data.file_name) for line in block)
        shape = _shape(next(lines, b""), data.file_name)
        first = ""
        for place, line in enumerate(lines):
            row = _cells(line, shape, place + 2, data.file_name)
            first = first or row[shape.dguid]
            if row[shape.dguid] != first:
                break
            if place == _MOST_CHARACTERISTICS:
                raise _broken(data.file_name, "sans fin de territoire", "without the end of a geography")
            name = row[shape.name]
            depth = len(name) - len(name.lstrip())
            while above and above[-1][0] >= depth:
                above.pop()
            listed.append(Listed(row[shape.id], name, tuple(label for _, label in above)))
            above.append((depth, bare(name)))
    return shape, listed


def _shape(line: bytes, where: str) -> _Shape:
    try:
        header = next(csv.reader([line.decode(_ENCODING).removeprefix("\xef\xbb\xbf").rstrip("\r")]), [])
    except csv.Error as failure:
        raise _broken(where, "sans en-tête lisible", "without a readable header") from failure
    found: dict[str, int] = {}
    for field, column in (
        ("year", "CENSUS_YEAR"), ("dguid", "DGUID"), ("code", "ALT_GEO_CODE"),
        ("quality", "DATA_QUALITY_FLAG"), ("tnr_sf", "TNR_SF"), ("tnr_lf", "TNR_LF"),
        ("id", "CHARACTERISTIC_ID"), ("name", "CHARACTERISTIC_NAME"), ("count", "C1_COUNT_TOTAL"),
        ("rate", "C10_RATE_TOTAL"),
    ):  # fmt: skip
        if header.count(column) != 1:
            raise _broken(where, f"sans colonne {column} unique", f"without one column {column}")
        found[field] = header.index(column)
    for field in ("count", "rate"):
        if header[found[field] + 1 : found[field] + 2] != ["SYMBOL"]:
            column = header[found[field]]
            raise _broken(where, f"sans SYMBOL après {column}", f"without SYMBOL after {column}")
    return _Shape(width=len(header), **found)


def _index(archive: Archive) -> list[tuple[int, str]]:
    """Read the line at which each geography starts, counted from the first; empty where there is no index."""
    if not any(_INDEX_MARK in member.file_name.lower() for member in archive.members):
        return []
    member = archive.one(".csv", lambda one: _INDEX_MARK in one.file_name.lower())
    text = archive.read(member, _MOST_INDEX_BYTES).decode(_ENCODING)
    starts: dict[str, int] = {}
    for number_, line in enumerate(text.split("\n"), start=1):
        if number_ == 1 or not line.strip():
            continue
        dguid, start = _index_entry(line.rstrip("\r"))
        if start is None or dguid in starts:
            raise _broken(f"{member.file_name}, ligne/row {number_}", "mal formé", "malformed")
        starts[dguid] = start
    if not starts:
        return []
    first = min(starts.values())
    return sorted((line - first, dguid) for dguid, line in starts.items())


def _index_entry(line: str) -> tuple[str, int | None]:
    try:
        row = next(csv.reader([line], strict=True))
    except csv.Error:
        return "", None
    last = row[-1].strip()
    return row[0].strip(), int(last) if last.isdecimal() and len(last) <= _MOST_LINE_DIGITS else None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the wanted lines of one member.

    Attributes
    ----------
    places
        Number and key of each wanted characteristic, by its place within a geography, from 0.
    """

    where: str
    shape: _Shape
    places: Mapping[int, tuple[str, str]]
    province: str
    levels: frozenset[str]

    def _wants(self, dguid: str) -> bool:
        return level_of(dguid) in self.levels and code_of(dguid).startswith(self.province)

    def by_index(
        self, archive: Archive, data: Member, index: list[tuple[int, str]], say: Say | None
    ) -> Iterator[Row]:
        """Read only the lines that the index leads to."""
        areas = [(start, dguid) for start, dguid in index if self._wants(dguid)]
        if not areas:
            raise _broken(self.where, f"sans le territoire {self.province}", f"without {self.province}")
        places = sorted(self.places)
        wanted = (
            (start + place, dguid, place, done)
            for done, (start, dguid) in enumerate(areas)
            for place in places
        )
        line_wanted, dguid, place, done = next(wanted)
        finished = False
        with archive.open(data) as stream:
            for first, block in _blocks(stream, self.where):
                # The header is line 0, so that the first row of the first geography is line 1.
                while not finished and first <= line_wanted + 1 < first + len(block):
                    line = line_wanted + 1
                    yield self._row(block[line - first], line + 1, dguid, *self.places[place])
                    following = next(wanted, None)
                    if following is None:
                        # The rest is still read: its end carries the sum that proves the whole.
                        finished = True
                        break
                    if following[1] != dguid and say is not None:
                        say(done + 1, len(areas))
                    line_wanted, dguid, place, done = following
        if not finished:
            raise _broken(self.where, f"coupé avant {dguid}", f"cut before {dguid}")

    def by_scan(self, archive: Archive, data: Member, say: Say | None) -> Iterator[Row]:
        """Read every line: the archive has no index."""
        key_of = dict(self.places.values())
        seen: set[str] = set()
        current, missing = "", set(key_of)
        with archive.open(data) as stream:
            for number_, line in _numbered(stream, self.where):
                cells = _cells(line, self.shape, number_, self.where)
                dguid, id_ = cells[self.shape.dguid], cells[self.shape.id]
                if id_ not in key_of or not self._wants(dguid):
                    continue
                if dguid != current:
                    self._require_whole(current, missing)
                    if dguid in seen:
                        raise _broken(
                            f"{self.where}, {dguid}", "en désordre ou en double", "unsorted or doubled"
                        )
                    current, missing = dguid, set(key_of)
                    seen.add(dguid)
                    if say is not None:
                        say(len(seen), 0)
                if id_ not in missing:
                    raise _row(self.where, number_, "est en double", "is doubled")
                missing.discard(id_)
                yield self._parsed(cells, number_, key_of[id_])
        if not current:
            raise _broken(self.where, f"sans le territoire {self.province}", f"without {self.province}")
        self._require_whole(current, missing)

    def _require_whole(self, dguid: str, missing: Iterable[str]) -> None:
        lost = sorted(missing)
        if dguid and lost:
            raise _broken(
                f"{self.where}, {dguid}",
                f"sans la caractéristique {lost[0]}",
                f"without characteristic {lost[0]}",
            )

    def _row(self, line: bytes, number_: int, dguid: str, id_: str, key: str) -> Row:
        cells = _cells(line, self.shape, number_, self.where)
        if cells[self.shape.dguid] != dguid or cells[self.shape.id] != id_:
            raise _row(
                self.where,
                number_,
                f"n'est pas {dguid}, {id_}, comme son index le dit",
                f"is not {dguid}, {id_}, as its index says",
            )
        return self._parsed(cells, number_, key)

    def _parsed(self, cells: list[str], number_: int, key: str) -> Row:
        shape, dguid = self.shape, cells[self.shape.dguid]
        symbol, rate_symbol = (cells[at + 1].strip() for at in (shape.count, shape.rate))
        if {symbol, rate_symbol} - set(FLAG_OF_SYMBOL):
            raise _row(self.where, number_, "porte un symbole inconnu", "bears an unknown symbol")
        if cells[shape.year] != _YEAR or cells[shape.code].strip() != code_of(dguid):
            raise _row(self.where, number_, "est d'une autre année ou code", "is of another year or code")
        try:
            quality = quality_of(cells[shape.quality])
            count, rate, tnr_sf, tnr_lf = (
                number(cells[at]) for at in (shape.count, shape.rate, shape.tnr_sf, shape.tnr_lf)
            )
        except ValueError as failure:
            raise _row(
                self.where, number_, "porte un nombre illisible", "bears an unreadable number"
            ) from failure
        if count is not None and count < 0:
            raise _row(self.where, number_, "porte un compte négatif", "bears a negative count")
        return (
            str(level_of(dguid)), code_of(dguid), dguid, key, None if symbol in NO_VALUE else count,
            None if rate_symbol in NO_VALUE else rate, FLAG_OF_SYMBOL[symbol], symbol, quality, tnr_sf,
            tnr_lf,
        )  # fmt: skip


def _blocks(stream: IO[bytes], where: str) -> Iterator[tuple[int, list[bytes]]]:
    """Give lines in blocks with the number of the first, from 0; a line has a bounded length."""
    first, rest = 0, b""
    while chunk := stream.read(_CHUNK_BYTES):
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        if len(rest) > MOST_LINE_BYTES:
            raise _row(where, first + len(lines) + 1, "est sans fin", "has no end")
        yield first, lines
        first += len(lines)
    if rest:
        yield first, [rest]


def _numbered(stream: IO[bytes], where: str) -> Iterator[tuple[int, bytes]]:
    """Give each line after the header with its number as a text editor counts."""
    for first, block in _blocks(stream, where):
        for at, line in enumerate(block):
            if first + at:
                yield first + at + 1, line


def _cells(line: bytes, shape: _Shape, number_: int, where: str) -> list[str]:
    try:
        cells = next(csv.reader([line.decode(_ENCODING).rstrip("\r")], strict=True), [])
    except csv.Error as failure:
        raise _row(where, number_, "est mal formée", "is malformed") from failure
    if len(cells) != shape.width:
        raise _row(where, number_, f"a {len(cells)} cellules au lieu de {shape.width}",
                   f"has {len(cells)} cells in place of {shape.width}")  # fmt: skip
    return cells


def _row(where: str, number_: int, fr: str, en: str) -> SourceFileError:
    return SourceFileError(
        Text(f"Une ligne du profil du recensement {fr}", f"A row of the census profile {en}"),
        where=f"{where}, ligne/row {number_}",
        hint=_TAKE_AGAIN,
    )


def _broken(where: str, fr: str, en: str) -> SourceFileError:
    return SourceFileError(
        Text(f"Le profil du recensement est {fr}", f"The census profile is {en}"),
        where=where,
        hint=_TAKE_AGAIN,
    )
