"""A temporary store on disk for what completes an entry and is read before it."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_BATCH: Final = 20_000
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


class Shelf:
    """Details by owner: memory stays small whatever their number."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._waiting: list[tuple[str, str, str]] = []
        self._any: set[str] = set()
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        database.execute("CREATE TABLE detail (owner TEXT, list TEXT, body TEXT)")

    def put(self, table: str, key: str, name: str, body: dict[str, Any]) -> None:
        """Keep one item of the list ``name`` of the record ``key`` of a table."""
        self._any.add(table)
        self._waiting.append((f"{table}/{key}", name, _ENCODE(body)))
        if len(self._waiting) >= _BATCH:
            self._write()

    def ready(self) -> None:
        """Say that all is kept and the reading begins."""
        self._write()
        self._database.execute("CREATE INDEX IF NOT EXISTS by_owner ON detail (owner)")

    def lists_of(self, table: str, key: str) -> dict[str, list[dict[str, Any]]]:
        """Give the lists of one record, in the order in which they were kept."""
        found: dict[str, list[dict[str, Any]]] = {}
        if table in self._any:
            query = "SELECT list, body FROM detail WHERE owner = ? ORDER BY rowid"
            for name, body in self._database.execute(query, (f"{table}/{key}",)):
                found.setdefault(name, []).append(json.loads(body))
        return found

    def _write(self) -> None:
        self._database.executemany("INSERT INTO detail VALUES (?, ?, ?)", self._waiting)
        self._waiting.clear()


@contextmanager
def open_shelf() -> Iterator[Shelf]:
    """Open an empty shelf; its file disappears at the end."""
    with tempfile.TemporaryDirectory(prefix="proximite-") as folder:
        database = sqlite3.connect(
            Path(folder) / "shelf.sqlite", isolation_level=None, check_same_thread=False
        )
        try:
            yield Shelf(database)
        finally:
            database.close()
