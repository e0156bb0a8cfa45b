"""Read the large text tables of Statistics Canada as streams, a few columns and the rows of Québec."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import IO, Final, Literal

import numpy as np
import pandas as pd

from geodata.errors import CellError, ColumnError, SourceFileError
from geodata.text import Text

NO_VALUE: Final = frozenset({"", "..", "...", "x", "X", "F", "NA"})
"""Written for "no value"; never a zero."""

_CHUNK_ROWS: Final = 50_000
_LONGEST_LINE: Final = 1_000_000
_TAKE_AGAIN: Final = Text(
    "reprenez le fichier chez son éditeur ; les dernières bonnes données restent en place",
    "take the file from its publisher again; the last good data stay in place",
)


def read_rows(
    stream: IO[bytes],
    columns: Mapping[str, str],
    *,
    where: str,
    keep: Callable[[pd.DataFrame], pd.Series],
    numbers: Sequence[str] = (),
    delimiter: str = ",",
    header: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Read chosen columns of the rows that ``keep`` marks; never more than 50,000 rows at once.

    Bytes are read as Latin-1, which always succeeds, and the words that were UTF-8 are then mended: the
    same product has been published in both encodings.

    Parameters
    ----------
    stream
        The table, from its start.
    columns
        Published name to ours; others are not read. Names are matched without regard to case.
    where
        The file, for messages.
    keep
        Called with each piece under our names; marks the rows wanted.
    numbers
        Our names of the columns that hold numbers, null where the publisher writes no value.
    delimiter
        Between cells.
    header
        Published names in order, for a table that has no header row.

    Returns
    -------
    pandas.DataFrame
        Under our names; text is stripped, null where blank.

    Raises
    ------
    ColumnError, CellError, SourceFileError
        One sentence: a column is absent, a number is none, or the rows do not have the cells of the header.
    """
    names = _names(stream, header, delimiter, where)
    wanted = _positions(names, columns, where)
    pieces: list[pd.DataFrame] = []
    rows = _cells(stream, len(names), list(wanted), delimiter, quoted=header is None, where=where)
    while piece := list(islice(rows, _CHUNK_ROWS)):
        named = pd.DataFrame(piece, columns=list(wanted.values()), dtype=object)
        pieces.append(named[keep(named).fillna(False).to_numpy(dtype=bool)])
    table = pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=list(wanted.values()))
    if table.empty:
        raise _malformed(where, "aucune ligne retenue", "no row kept")
    for name in table.columns:
        table[name] = _number(table[name], name, where) if name in numbers else _text(table[name])
    return table


def _cells(
    stream: IO[bytes], width: int, wanted: Sequence[int], delimiter: str, *, quoted: bool, where: str
) -> Iterator[list[str]]:
    """Give the wanted cells of each row; one that has more or fewer cells than the header is an error."""
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    reader = csv.reader(_lines(stream, where), delimiter=delimiter, quoting=quoting)
    number = 1 if quoted else 0
    try:
        for row in reader:
            number += 1
            if not row:
                continue
            if len(row) != width:
                raise _malformed(
                    where,
                    f"{len(row)} cellules au lieu de {width}, ligne {number}",
                    f"{len(row)} cells in place of {width}, row {number}",
                )
            yield [row[position] for position in wanted]
    except csv.Error as failure:
        raise _malformed(where, f"{failure}, ligne {number + 1}", f"{failure}, row {number + 1}") from failure


def _lines(stream: IO[bytes], where: str) -> Iterator[str]:
    while line := stream.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise _malformed(where, "une ligne sans fin", "an endless line")
        yield line.decode("latin-1")


def mended(text: pd.Series) -> pd.Series:
    """Give words that were UTF-8 and were read as Latin-1 as they were meant; others stay.

    Parameters
    ----------
    text
        Words read as Latin-1.
    """
    distinct = {word: _mend(word) for word in text.dropna().unique()}
    return text.map(distinct).astype(object).where(text.notna(), None)


def _mend(word: str) -> str:
    if word.isascii():
        return word
    try:
        return word.encode("latin-1").decode("utf-8")
    except UnicodeError:
        # Between 80 and 9F Latin-1 has control signs; what is meant is Windows-1252.
        return word.encode("latin-1", "replace").decode("cp1252", "replace")


def _names(stream: IO[bytes], header: Sequence[str] | None, delimiter: str, where: str) -> list[str]:
    if header is not None:
        return list(header)
    line = stream.readline(_LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise _malformed(where, "sans en-tête", "no header")
    text = line.decode("utf-8-sig", "replace").strip("\r\n")
    return [name.strip().strip('"').strip() for name in text.split(delimiter)]


def _positions(names: list[str], columns: Mapping[str, str], where: str) -> dict[int, str]:
    folded = [name.casefold() for name in names]
    found = {}
    for published, ours in columns.items():
        places = [i for i, name in enumerate(folded) if name == published.casefold()]
        if len(places) != 1:
            count = len(places)
            raise ColumnError(
                Text(
                    f"La colonne « {published} » est là {count} fois au lieu d'une",
                    f"Column “{published}” is there {count} times in place of once",
                ),
                where=where,
                hint=_TAKE_AGAIN,
            )
        found[places[0]] = ours
    return dict(sorted(found.items()))


def _text(cells: pd.Series) -> pd.Series:
    stripped = mended(cells).str.strip()
    return stripped.astype(object).where(stripped.notna() & stripped.ne(""), None)


def _number(cells: pd.Series, name: str, where: str) -> pd.Series:
    text = cells.astype("string").str.strip().str.replace(",", "", regex=False)
    missing = text.isna() | text.isin(NO_VALUE)
    numbers = pd.to_numeric(text.mask(missing), errors="coerce").astype("Float64").astype(float)
    wrong = (numbers.isna() & ~missing) | np.isinf(numbers)
    if wrong.any():
        first = int(wrong.to_numpy().argmax())
        shown = _mend(str(text.iloc[first]))[:40]
        raise CellError(
            Text(f"« {shown} » n'est pas un nombre", f"“{shown}” is not a number"),
            where=f"{where}, {name}",
            hint=_TAKE_AGAIN,
        )
    return numbers


def _malformed(where: str, fr: str, en: str) -> SourceFileError:
    return SourceFileError(
        Text(
            f"La table est vide, coupée ou mal formée ({fr})", f"The table is empty, cut or malformed ({en})"
        ),
        where=where,
        hint=_TAKE_AGAIN,
    )
