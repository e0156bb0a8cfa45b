"""Rows that wait to be fixed: kept whole, given as a table for a spreadsheet, taken back when fixed."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from etl.listings.convention import guard, unguard
from etl.listings.model import Entry
from etl.listings.report import problem_as_dict, references
from etl.listings.streams import open_rows
from etl.listings.withhold import Withheld
from geodata.errors import ListingError
from geodata.text import Text

FILE_COLUMN: Final = "_file"
ROW_COLUMN: Final = "_row"
_WHY: Final = "_pourquoi_why"
_TODO: Final = "_a_faire_todo"
_MOST_COLUMNS: Final = 500
_LONGEST_CELL: Final = 32_000
"""A spreadsheet cuts a longer cell; the whole is in ``quarantine.jsonl``."""

Waiting = dict[str, Any]
"""``{"file", "row", "raw", "problems"}``."""


class QuarantineLog:
    """Rows on their way to ``quarantine.jsonl``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream = path.open("w", encoding="utf-8")

    def add(self, entry: Entry) -> None:
        """Keep one row with its problems."""
        line = {
            "file": entry.origin.file,
            "row": entry.origin.row,
            "raw": entry.raw,
            "problems": [problem_as_dict(problem) for problem in entry.problems],
            "refs": references(entry),
        }
        text = json.dumps(line, ensure_ascii=False, default=str)
        self._stream.write(text.encode("utf-8", "replace").decode("utf-8") + "\n")

    def publish(self, lines: Path, table: Path, held: Withheld) -> list[tuple[str, int]]:
        """Write the two files without any row about a protected place; give the origins of these rows."""
        self._stream.close()
        protected: list[tuple[str, int]] = []
        with lines.open("w", encoding="utf-8") as stream:
            for waiting in read_lines(self._path):
                origin = (waiting["file"], waiting["row"])
                if origin in held.origins or held.refers(waiting.pop("refs", {})):
                    protected.append(origin)
                else:
                    stream.write(json.dumps(waiting, ensure_ascii=False) + "\n")
        _write_table(lines, table)
        return protected


def read_lines(path: Path) -> Iterator[Waiting]:
    """Read ``quarantine.jsonl``, one row at a time."""
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def _write_table(lines: Path, table: Path) -> None:
    names = dict.fromkeys(name for waiting in read_lines(lines) for name in waiting["raw"])
    columns = list(names)[:_MOST_COLUMNS]
    with table.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([guard(name) for name in (FILE_COLUMN, ROW_COLUMN, _WHY, _TODO, *columns)])
        for waiting in read_lines(lines):
            grave = [p for p in waiting["problems"] if p["severity"] == "quarantine"]
            why = " | ".join(f"{p['why']['fr']} / {p['why']['en']}" for p in grave)
            todo = " | ".join(f"{p['todo']['fr']} / {p['todo']['en']}" for p in grave)
            cells = [_as_cell(waiting["raw"].get(name)) for name in columns]
            writer.writerow([guard(waiting["file"]), waiting["row"], guard(why), guard(todo), *cells])


def _as_cell(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return guard(text[:_LONGEST_CELL])


def read_fixed(path: Path, waiting: list[Waiting]) -> list[Waiting]:
    """Give the waiting rows as a person fixed them.

    Parameters
    ----------
    path
        ``quarantine.csv`` as corrected in a spreadsheet (any encoding and separator), or a ``.jsonl``.
    waiting
        Rows of ``quarantine.jsonl``, in order.

    Returns
    -------
    list
        The same rows, in order, each with the cells that were changed and ``changed``; a row that the file
        no longer holds is as it was.

    Raises
    ------
    ListingError
        If the file does not exist, or has no ``_file`` and ``_row`` columns.
    """
    if not path.is_file():
        raise ListingError(
            Text("Le fichier corrigé n'existe pas", "The fixed file does not exist"),
            where=path.name,
            hint=Text("vérifiez le chemin donné à --fixed", "check the path given to --fixed"),
        )
    fixes = _fixes_of_lines(path) if path.suffix.lower() in {".jsonl", ".ndjson"} else _fixes_of_table(path)
    return [_fixed(row, fixes.get((row["file"], row["row"]), {})) for row in waiting]


def _fixed(row: Waiting, fix: Mapping[str, Any]) -> Waiting:
    merged = _merged(row["raw"], fix)
    return {**row, "raw": merged, "changed": merged != row["raw"]}


def _fixes_of_lines(path: Path) -> dict[tuple[str, int], Mapping[str, Any]]:
    try:
        return {(str(w["file"]), int(w["row"])): dict(w["raw"]) for w in read_lines(path)}
    except (OSError, ValueError, KeyError, TypeError) as failure:
        raise _unreadable(path) from failure


def _fixes_of_table(path: Path) -> dict[tuple[str, int], Mapping[str, Any]]:
    rows = open_rows(path)
    try:
        header = [unguard(name) for name in rows.header]
        if FILE_COLUMN not in header or ROW_COLUMN not in header:
            raise _unreadable(path)
        fixes: dict[tuple[str, int], Mapping[str, Any]] = {}
        for _, cells, _ in rows:
            said = dict(zip(header, (unguard(cell) for cell in cells), strict=False))
            number = said.get(ROW_COLUMN, "")
            if number.isdigit():
                fixes[said[FILE_COLUMN], int(number)] = said
        return fixes
    finally:
        rows.close()


def _merged(raw: Mapping[str, Any], fix: Mapping[str, Any]) -> dict[str, Any]:
    """Take the cells that a person changed; a cell too long for a spreadsheet stays as it was."""
    merged = dict(raw)
    for name, value in fix.items():
        if name in {FILE_COLUMN, ROW_COLUMN, _WHY, _TODO}:
            continue
        before = raw.get(name)
        if isinstance(value, str) and value != unguard(_as_cell(before)):
            merged[name] = _decoded(value) if isinstance(before, dict | list) else value
        elif not isinstance(value, str):
            merged[name] = value
    return merged


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _unreadable(path: Path) -> ListingError:
    return ListingError(
        Text("Ce fichier ne contient pas de lignes en quarantaine", "This file holds no quarantined rows"),
        where=path.name,
        hint=Text(
            "corrigez quarantine.csv en gardant ses colonnes _file et _row",
            "fix quarantine.csv and keep its _file and _row columns",
        ),
    )
