"""Text read safely: encodings found out, lines and records of bounded size, rows counted.

A person's file may mix encodings, hold one line of 300 MB or a quote that nobody closed. Nothing here
loads a file whole, and nothing raises for a bad row: it is given with its problem.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from etl.listings.encodings import detect_encoding, is_clean, open_text, repaired
from etl.listings.model import Origin, Problem
from etl.listings.problems import problem
from geodata.errors import ListingError
from geodata.text import Text

__all__ = [
    "LONGEST_RECORD",
    "MOST_COLUMNS",
    "Line",
    "Rows",
    "detect_encoding",
    "open_rows",
    "open_text",
    "read_lines",
    "repaired",
]

LONGEST_RECORD: Final = 1 << 20
"""Characters of one line or one record of a table (a megabyte of text)."""
MOST_COLUMNS: Final = 2_000
_MOST_RECOVERIES: Final = 16
_DELIMITERS: Final = (",", ";", "\t", "|")

csv.field_size_limit(4 * LONGEST_RECORD)


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end; ``cut`` where it was longer than a record may be."""

    text: str
    cut: bool


def read_lines(stream: TextIO, longest: int = LONGEST_RECORD) -> Iterator[Line]:
    """Read lines of at most ``longest`` characters; what follows on a longer one is passed over."""
    while text := stream.readline(longest + 1):
        ended = text[-1] in "\r\n"
        cut = not ended and len(text) > longest
        if cut:
            _skip_line(stream)
        yield Line(text[:longest] if cut else text, cut)


def _skip_line(stream: TextIO) -> None:
    while rest := stream.readline(LONGEST_RECORD):
        if rest[-1] in "\r\n":
            return


class _OpenQuoteError(Exception):
    """A quote is still open a megabyte later, or at the end of the file."""


class _LongLineError(Exception):
    """One physical line is longer than a record may be."""


class _Feed:
    """Lines for ``csv.reader``, which can be taken back when a quote is never closed."""

    def __init__(self, stream: TextIO) -> None:
        self._lines = read_lines(stream)
        self._again: deque[Line] = deque()
        self.taken: list[Line] = []
        self._size = 0

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines, None)
        if line is None:
            if self.taken:
                raise _OpenQuoteError
            raise StopIteration
        self.taken.append(line)
        self._size += len(line.text)
        if line.cut and len(self.taken) == 1:
            raise _LongLineError
        if line.cut or self._size > LONGEST_RECORD:
            raise _OpenQuoteError
        return line.text

    def begin(self) -> None:
        """Forget the lines of the last record."""
        self.taken = []
        self._size = 0

    def give_back(self) -> str:
        """Keep the first line as a record of its own and queue the others again."""
        first, *others = self.taken
        self._again.extendleft(reversed(others))
        return first.text


@dataclass(slots=True)
class Rows:
    """The rows of a text table, read once, in order.

    Attributes
    ----------
    header
        Names of the columns, made unique; a blank one is ``column_<n>``.
    problems
        What is wrong with the header; its origin is row 0.
    encoding, delimiter
        As found or as asked.
    """

    file: str
    header: list[str]
    problems: list[Problem]
    encoding: str
    delimiter: str
    _stream: TextIO
    _records: Iterator[tuple[list[str], str]]
    _read: int = 0

    def __iter__(self) -> Iterator[tuple[int, list[str], list[Problem]]]:
        """Give ``(row, cells, problems)``, row 1 first; as many cells as columns unless ``bad_row``."""
        try:
            for cells, kind in self._records:
                self._read += 1
                yield self._row(cells, kind)
        finally:
            self.close()

    def _row(self, cells: list[str], kind: str) -> tuple[int, list[str], list[Problem]]:
        origin = Origin(self.file, self._read)
        cells, problems = _clean(cells, origin)
        if kind:
            problems.append(problem(kind, origin, value=" ".join(cells)[:400]))
            return self._read, cells, problems
        wanted = len(self.header)
        if len(cells) > wanted and not any(cells[wanted:]):
            del cells[wanted:]
        if len(cells) != wanted:
            problems.append(_wrong_width(origin, cells, wanted))
        elif not any(cells):
            problems.append(problem("empty_row", origin))
        return self._read, cells, problems

    def raw(self, cells: list[str]) -> dict[str, object]:
        """Name the cells of a row as they came; those in excess, or a line in one piece, under ``…``."""
        if len(cells) == 1 < len(self.header):
            return {"…": cells}
        named: dict[str, object] = dict(zip(self.header, cells, strict=False))
        if len(cells) > len(self.header):
            named["…"] = cells[len(self.header) : len(self.header) + MOST_COLUMNS]
        return named

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def open_rows(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    skip: int = 0,
    name: str = "",
) -> Rows:
    """Open a CSV, TSV or other text table.

    Parameters
    ----------
    path
        File of any encoding that ``detect_encoding`` knows.
    encoding, delimiter
        To be found out where null.
    skip
        Records that stand before the header, such as a title.
    name
        Name to write in the problems; the file's own by default.

    Raises
    ------
    ListingError
        If the file has no header, or more than 2,000 columns.
    """
    file = name or path.name
    encoding = encoding or detect_encoding(path)
    delimiter = delimiter or _guess_delimiter(path, encoding)
    stream = open_text(path, encoding)
    records = _records(_Feed(stream), delimiter)
    cells: list[str] | None = None
    for _ in range(skip + 1):
        cells, kind = next(records, (None, ""))
        if kind == "line_too_long":
            stream.close()
            raise _too_wide(file)
    if not cells:
        stream.close()
        raise ListingError(
            Text("le tableau est vide", "the table is empty"),
            where=file,
            hint=Text("fournir un fichier avec une ligne d’en-tête", "give a file with a header row"),
        )
    if len(cells) > MOST_COLUMNS:
        stream.close()
        raise _too_wide(file)
    header, problems = _unique_header(cells, file)
    return Rows(file, header, problems, encoding, delimiter, stream, records)


def _records(feed: _Feed, delimiter: str) -> Iterator[tuple[list[str], str]]:
    """Give the cells of each record and the problem of the whole record, if any."""
    reader = csv.reader(feed, delimiter=delimiter)
    recoveries = 0
    while True:
        feed.begin()
        try:
            if recoveries > _MOST_RECOVERIES:
                # Quotes are broken all over: each line stands alone, so that the time stays linear.
                cells = next(csv.reader([next(feed)], delimiter=delimiter), [])
            else:
                cells = next(reader)
        except StopIteration:
            return
        except _LongLineError:
            yield [feed.taken[0].text[:10_000]], "line_too_long"
        except (_OpenQuoteError, csv.Error):
            recoveries += 1
            yield [feed.give_back()[:10_000].rstrip("\r\n")], "bad_row"
        else:
            if cells:
                yield cells, ""


def _clean(cells: list[str], origin: Origin) -> tuple[list[str], list[Problem]]:
    joined = "\x1f".join(cells)
    if "\x00" not in joined and (joined.isascii() or is_clean(joined)):
        # Python strips the no-break space too, but not the mark of byte order.
        bare = list(map(str.strip, cells))
        return ([cell.strip("\ufeff") for cell in bare] if "\ufeff" in joined else bare), []
    problems = []
    mended = []
    wrong = ""
    for cell in cells:
        text, stray = repaired(cell)
        if stray and not wrong:
            wrong = text
        mended.append(text.replace("\x00", "").strip().strip("\ufeff"))
    if wrong:
        problems.append(problem("bad_encoding", origin, value=wrong))
    if "\x00" in joined:
        problems.append(problem("nul_byte", origin))
    return mended, problems


def _wrong_width(origin: Origin, cells: list[str], wanted: int) -> Problem:
    return problem(
        "bad_row",
        origin,
        value=" | ".join(cells[:50]),
        detail=Text(
            f"la ligne a {len(cells)} cellules et l’en-tête {wanted}",
            f"the row has {len(cells)} cells and the header {wanted}",
        ),
    )


def _unique_header(cells: list[str], file: str) -> tuple[list[str], list[Problem]]:
    origin = Origin(file, 0)
    cleaned, problems = _clean(cells, origin)
    while cleaned and not cleaned[-1]:
        cleaned.pop()
    seen: set[str] = set()
    header = []
    for number, cell in enumerate(cleaned, 1):
        wanted = " ".join(cell.split()) or f"column_{number}"
        name, copy = wanted, 1
        while name in seen:
            copy += 1
            name = f"{wanted} ({copy})"
        if name != wanted:
            problems.append(problem("duplicate_header", origin, field=name, value=wanted))
        seen.add(name)
        header.append(name)
    return header, problems


def _too_wide(file: str) -> ListingError:
    return ListingError(
        Text(
            f"le tableau a plus de {MOST_COLUMNS} colonnes", f"the table has more than {MOST_COLUMNS} columns"
        ),
        where=file,
        hint=Text(
            "vérifier le séparateur, ou garder seulement les colonnes utiles",
            "check the separator, or keep only the useful columns",
        ),
    )


def _guess_delimiter(path: Path, encoding: str) -> str:
    """Find the separator: the one that cuts the first records in the same number of cells."""
    with open_text(path, encoding) as stream:
        sample = "".join(line.text for line, _ in zip(read_lines(stream, 1 << 16), range(30), strict=False))
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        try:
            widths = [
                len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row
            ]
        except csv.Error:
            continue
        # Of two widths as frequent, the wider: a set has no order of its own.
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        score = widths.count(usual) / len(widths) * min(usual, 50) if usual > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best
