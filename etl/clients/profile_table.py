"""The long table of the Census Profile, which its web service and its bulk file both give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from etl.refusals import not_written

COLUMNS: Final = (
    "geo_level", "code", "dguid", "characteristic", "count", "rate", "flag", "symbol", "quality", "tnr_sf",
    "tnr_lf",
)  # fmt: skip
"""The long table that both services give: one row a geography and characteristic, total gender."""

SYMBOL_OF_FLAG: Final[Mapping[str, str]] = {
    "": "", "1": "..", "2": "...", "3": "E", "4": "F", "5": "r", "6": "x", "7": "rE",
}  # fmt: skip
"""Symbol printed for each flag of the web service (``CL_FLAG``)."""

FLAG_OF_SYMBOL: Final[Mapping[str, str]] = {symbol: flag for flag, symbol in SYMBOL_OF_FLAG.items()}

NO_VALUE: Final = frozenset({"..", "...", "F", "x"})
"""Symbols beside which no figure may be read, whatever stands in the cell."""

_LEVEL_OF_PREFIX: Final[Mapping[str, str]] = {
    "2021A0000": "country", "2021A0002": "province", "2021A0003": "cd", "2021A0005": "municipality",
    "2021S0507": "ct", "2021S0512": "da",
}  # fmt: skip
_PREFIX_LETTERS: Final = 9
_QUALITY: Final = re.compile(r"[0-9]{1,5}")
Row = tuple[str, str, str, str, float | None, float | None, str, str, str, float | None, float | None]
"""One row of the long table, in the order of ``COLUMNS``."""

_SCHEMA: Final = pa.schema(
    [
        (name, pa.float64() if name in ("count", "rate", "tnr_sf", "tnr_lf") else pa.string())
        for name in COLUMNS
    ]
)
_GROUP_ROWS: Final = 50_000


def write_rows(rows: Iterable[Row], path: Path) -> int:
    """Write the long table as Parquet, a group of rows at a time, and give how many there were.

    The file is written beside its place and then takes it: a reader finds the old one or the new one,
    and a failure of ``rows`` leaves the old one.

    Raises
    ------
    OutputError
        If the disk is full or the folder refuses.
    """
    beside = path.with_name(f".{path.name}.writing")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with pq.ParquetWriter(beside, _SCHEMA, compression="zstd") as writer:
            written = sum(_write_group(group, writer) for group in _groups(iter(rows)))
        beside.replace(path)
    except OSError as failure:
        raise not_written(str(path), failure) from failure
    finally:
        with suppress(OSError):
            beside.unlink()
    return written


def _write_group(group: list[Row], writer: pq.ParquetWriter) -> int:
    arrays = [
        pa.array(column, field.type) for column, field in zip(zip(*group, strict=True), _SCHEMA, strict=True)
    ]
    writer.write_table(pa.Table.from_arrays(arrays, schema=_SCHEMA))
    return len(group)


def _groups(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while group := list(islice(rows, _GROUP_ROWS)):
        yield group


def level_of(dguid: str) -> str | None:
    """Give our level of a 2021 geography: ``country province cd municipality ct da``, else null."""
    return _LEVEL_OF_PREFIX.get(dguid[:_PREFIX_LETTERS])


def code_of(dguid: str) -> str:
    """Give the bare code of a geography; a tract has its dot back (the web service writes ``_``).

    >>> code_of("2021S05074620001_00")
    '4620001.00'
    """
    return dguid[_PREFIX_LETTERS:].replace("_", ".")


def quality_of(text: str) -> str:
    """Read a data quality flag, five digits, whose leading zeros may have been lost.

    Raises
    ------
    ValueError
        If it is empty or not made of one to five digits.
    """
    stripped = text.strip()
    if not _QUALITY.fullmatch(stripped):
        raise ValueError(stripped)
    return stripped.zfill(5)


def number(text: str) -> float | None:
    """Read a figure of the profile; an empty cell is none.

    Raises
    ------
    ValueError
        If it is not a finite number.
    """
    stripped = text.strip()
    if not stripped:
        return None
    value = float(stripped)
    if value != value or value in (float("inf"), float("-inf")) or "_" in stripped:
        raise ValueError(stripped)
    return value
