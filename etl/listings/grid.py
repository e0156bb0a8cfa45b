"""Open a CSV, TSV or XLSX table as one grid: header found even after a title, rows one by one."""

from __future__ import annotations

import csv
import itertools
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final, Protocol
from xml.etree.ElementTree import ParseError

import openpyxl  # type: ignore[import-untyped]
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

from etl.listings.headers import looks_like_data, words_in
from etl.listings.mapping import Options
from etl.listings.model import Origin, Problem
from etl.listings.problems import problem
from etl.listings.streams import MOST_COLUMNS, detect_encoding, open_rows, open_text, read_lines
from geodata.errors import ListingError
from geodata.text import Text

_HEAD_ROWS: Final = 40
_MOST_TITLE_ROWS: Final = 30
_MOST_INFLATED_BYTES: Final = 1 << 30
_MOST_RATIO: Final = 300
_MOST_SHEET_ROWS: Final = 1_048_576
_LONGEST_CELL: Final = 1 << 18

Row = tuple[int, list[str], list[Problem]]


class Grid(Protocol):
    """A table opened for one reading: unique headers, then rows with their number and problems."""

    header: list[str]
    problems: list[Problem]

    def __iter__(self) -> Iterator[Row]:
        """Give ``(row, cells, problems)``, row 1 first."""
        ...

    def raw(self, cells: list[str]) -> dict[str, object]:
        """Name the cells of a row as they came."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


@dataclass
class ListedGrid:
    """A grid of rows that are already cells, such as a sheet's."""

    file: str
    header: list[str]
    records: Iterator[list[str]]
    problems: list[Problem] = field(default_factory=list)

    def __iter__(self) -> Iterator[Row]:
        """Give ``(row, cells, problems)``, row 1 first; as many cells as columns unless ``bad_row``."""
        width = len(self.header)
        for number, cells in enumerate(self.records, start=1):
            while len(cells) > width and not cells[-1]:
                cells.pop()
            cells += [""] * (width - len(cells))
            wrong = [problem("bad_row", Origin(self.file, number))] if len(cells) > width else []
            yield number, cells, wrong

    def raw(self, cells: list[str]) -> dict[str, object]:
        """Name the cells of a row as they came; those in excess under ``…``."""
        named: dict[str, object] = dict(zip(self.header, cells, strict=False))
        return named | ({"…": cells[len(self.header) :]} if len(cells) > len(self.header) else {})

    def close(self) -> None:
        """Let go of the rows."""
        self.records = iter(())


def open_grid(path: Path, options: Options, name: str = "") -> Grid:
    """Open a table; what the options do not say is found out.

    Parameters
    ----------
    path
        A text table of any usual encoding and separator, or an ``.xlsx`` workbook.
    options
        Sheet, encoding, separator and row of the header.
    name
        Name to write in the problems; the file's own by default.

    Raises
    ------
    ListingError
        If the file is empty, too wide, a corrupt or inflated workbook, or has no such sheet.
    """
    if is_workbook(path):
        return _open_sheet(path, options, name or path.name)
    return _open_text(path, options, name or path.name)


def is_workbook(path: Path) -> bool:
    """Whether a file is a ZIP archive that holds a workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(member.startswith("xl/") for member in archive.namelist()[:10_000])
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def resolved(path: Path, options: Options) -> Options:
    """Give the options with the row of the header found out, so that a mapping says all it relies on."""
    if options.header_row is not None:
        return options
    return replace(options, header_row=find_header(_head(path, options)))


def find_header(head: Sequence[list[str]]) -> int:
    """Find the row of the header: 1 for the first, 0 where the table has none.

    A header has several short texts, many of them known words, and the width of the rows under it; a title
    above it is narrow; a row of data holds codes, numbers, phones.
    """
    widths = [sum(bool(cell.strip()) for cell in row) for row in head]
    usual = max(set(widths[-20:]), key=widths[-20:].count, default=1)
    best, best_score = 0, 0.0
    for number, (row, width) in enumerate(zip(head[:_MOST_TITLE_ROWS], widths, strict=False), start=1):
        if not width or width < min(2, usual) or looks_like_data(row):
            continue
        score = 3.0 * words_in(row) / width + min(width / max(usual, 1), 1.0) - number / 50
        if score > best_score:
            best, best_score = number, score
    return best


def _head(path: Path, options: Options) -> list[list[str]]:
    if is_workbook(path):
        with _Workbook(path, path.name) as book:
            return list(itertools.islice(book.rows(options.sheet), _HEAD_ROWS))
    return _text_head(path, options)


def _text_head(path: Path, options: Options) -> list[list[str]]:
    encoding = options.encoding or detect_encoding(path)
    opened = open_rows(path, encoding=encoding, delimiter=options.delimiter)
    delimiter = opened.delimiter
    opened.close()
    with open_text(path, encoding) as stream:
        lines = (line.text for line in itertools.islice(read_lines(stream, 1 << 16), _HEAD_ROWS * 4))
        try:
            records = itertools.islice((r for r in csv.reader(lines, delimiter=delimiter) if r), _HEAD_ROWS)
            return [[cell.strip("\ufeff \t\r\n\xa0") for cell in record[:MOST_COLUMNS]] for record in records]
        except csv.Error:
            return [opened.header]


def _open_text(path: Path, options: Options, name: str) -> Grid:
    number = resolved(path, options).header_row or 0
    if number > 0:
        return open_rows(
            path, encoding=options.encoding, delimiter=options.delimiter, skip=number - 1, name=name
        )
    return _Headless(path, options, name)


class _Headless:
    """A text table without a header: its first record is a row, its columns have numbers."""

    def __init__(self, path: Path, options: Options, name: str) -> None:
        first = _text_head(path, options)[:1]
        self._rows = open_rows(path, encoding=options.encoding, delimiter=options.delimiter, name=name)
        self._first = first[0] if first else []
        self.header = [f"column_{n}" for n in range(1, max(len(self._first), len(self._rows.header)) + 1)]
        self._rows.header = self.header
        self._rows.problems = []
        self.problems: list[Problem] = []

    def __iter__(self) -> Iterator[Row]:
        """Give ``(row, cells, problems)``, row 1 first."""
        yield 1, self._first + [""] * (len(self.header) - len(self._first)), []
        for number, cells, problems in self._rows:
            moved = [replace(p, origin=Origin(p.origin.file, number + 1)) for p in problems]
            yield number + 1, cells, moved

    def raw(self, cells: list[str]) -> dict[str, object]:
        """Name the cells of a row as they came."""
        return self._rows.raw(cells)

    def close(self) -> None:
        """Close the file."""
        self._rows.close()


def _open_sheet(path: Path, options: Options, name: str) -> Grid:
    number = resolved(path, options).header_row or 0
    rows = _sheet_rows(path, options.sheet, name)
    header: list[str] | None = None
    for _ in range(number):
        header = next(rows, None)
    if number and not header:
        raise _empty(name)
    if header is None:
        first = next(rows, None)
        if first is None:
            raise _empty(name)
        header = [f"column_{n}" for n in range(1, len(first) + 1)]
        rows = itertools.chain([first], rows)
    names, problems = _unique(header, name)
    return ListedGrid(name, names, rows, problems)


def _sheet_rows(path: Path, sheet: str | None, name: str) -> Iterator[list[str]]:
    with _Workbook(path, name) as book:
        yield from book.rows(sheet)


class _Workbook:
    """An ``.xlsx`` opened for reading only, after a look at how much it inflates to."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name

    def __enter__(self) -> _Workbook:
        _refuse_bomb(self._path, self._name)
        # Given open: of a path, the library looks at the extension, and portals misname workbooks.
        self._stream = self._path.open("rb")
        try:
            self._book: Any = openpyxl.load_workbook(
                self._stream, read_only=True, data_only=True, keep_links=False
            )
        except _WORKBOOK_FAULTS as failure:
            self._stream.close()
            raise _corrupt(self._name) from failure
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()
        self._stream.close()

    def rows(self, wanted: str | None) -> Iterator[list[str]]:
        """Give the non-blank rows of one sheet as texts; the first sheet that has any by default."""
        sheets = [s for s in self._book.worksheets if wanted is None or s.title == wanted]
        if not sheets:
            raise _no_sheet(self._name, wanted, [s.title for s in self._book.worksheets])
        for sheet in sheets:
            found = False
            for row in self._cells(sheet):
                found = True
                yield row
            if found:
                return

    def _cells(self, sheet: Any) -> Iterator[list[str]]:
        # A sheet may claim a million columns: its claim is not believed.
        sheet.reset_dimensions()
        rows = itertools.islice(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), _MOST_SHEET_ROWS)
        try:
            for values in rows:
                cells = [_as_text(value) for value in values]
                while cells and not cells[-1]:
                    cells.pop()
                if cells:
                    yield cells
        except _WORKBOOK_FAULTS as failure:
            raise _corrupt(self._name) from failure


_WORKBOOK_FAULTS: Final = (
    zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, IndexError, TypeError,
    AttributeError, OSError, EOFError, RuntimeError, NotImplementedError, OverflowError,
)  # fmt: skip
"""What openpyxl is seen to raise on a workbook that is broken or hostile."""


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)[:_LONGEST_CELL].replace("\x00", "").strip()


def _unique(header: list[str], name: str) -> tuple[list[str], list[Problem]]:
    seen: set[str] = set()
    names, problems = [], []
    for number, cell in enumerate(header, start=1):
        wanted = " ".join(cell.split()) or f"column_{number}"
        unique, copy = wanted, 1
        while unique in seen:
            copy += 1
            unique = f"{wanted} ({copy})"
        if unique != wanted:
            problems.append(problem("duplicate_header", Origin(name, 0), unique, wanted))
        seen.add(unique)
        names.append(unique)
    return names, problems


def _refuse_bomb(path: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            inflated = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError, NotImplementedError) as failure:
        raise _corrupt(name) from failure
    if inflated > _MOST_INFLATED_BYTES or inflated > _MOST_RATIO * max(path.stat().st_size, 100_000):
        raise ListingError(
            Text(
                f"Le classeur gonfle à {inflated // 1_000_000} Mo",
                f"The workbook inflates to {inflated // 1_000_000} MB",
            ),
            where=name,
            hint=Text("enregistrez la feuille utile en CSV", "save the useful sheet as CSV"),
        )


def _corrupt(name: str) -> ListingError:
    return ListingError(
        Text("Le classeur est corrompu ou protégé", "The workbook is corrupt or protected"),
        where=name,
        hint=Text(
            "enregistrez-le de nouveau en .xlsx sans mot de passe, ou en CSV",
            "save it again as .xlsx without a password, or as CSV",
        ),
    )


def _empty(name: str) -> ListingError:
    return ListingError(
        Text("La table est vide", "The table is empty"),
        where=name,
        hint=Text("donnez un fichier avec un en-tête et des lignes", "give a file with a header and rows"),
    )


def _no_sheet(name: str, wanted: str | None, sheets: list[str]) -> ListingError:
    listed = ", ".join(sheets[:12]) or "–"
    return ListingError(
        Text(f"Le classeur n'a pas de feuille « {wanted} »", f"The workbook has no sheet “{wanted}”"),
        where=name,
        hint=Text(f"choisissez parmi {listed}", f"choose among {listed}"),
    )
