"""Entities on their way: written in batches while a listing is read, read back by table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from etl.listings.model import (
    LINK_COLUMNS,
    LOCATION_COLUMNS,
    ORGANIZATION_COLUMNS,
    SERVICE_COLUMNS,
    Entry,
    Origin,
)

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "organizations": ORGANIZATION_COLUMNS,
    "services": SERVICE_COLUMNS,
    "locations": LOCATION_COLUMNS,
    "links": LINK_COLUMNS,
}
FILES: Final[dict[str, str]] = {
    "organizations": "organizations.parquet",
    "services": "services.parquet",
    "locations": "locations.parquet",
    "links": "service_at_locations.parquet",
}
NUMBERS: Final = frozenset({"longitude", "latitude"})
NESTED: Final[dict[str, str]] = {"extra": "{}", "languages": "[]", "terms": "[]", "categories": "[]"}
"""Columns held as JSON text, and what an empty one holds."""
_OWN: Final[dict[str, pa.DataType]] = {"_withheld": pa.string(), "_file": pa.string(), "_row": pa.int64()}
_BATCH: Final = 5_000


def schema_of(table: str, own: bool = False) -> pa.Schema:
    """Give the Arrow schema of one table; ``own`` adds what only the import needs."""
    fields = [(name, pa.float64() if name in NUMBERS else pa.string()) for name in TABLES[table]]
    return pa.schema([*fields, *(_OWN.items() if own else ())])


class Spool:
    """The four tables of a listing in the making, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._waiting: dict[str, list[tuple[Mapping[str, Any], Origin]]] = {name: [] for name in TABLES}
        self._writers = {
            name: pq.ParquetWriter(folder / f"{name}.parquet", schema_of(name, own=True), compression="zstd")
            for name in TABLES
        }

    def add(self, entry: Entry) -> None:
        """Keep the entities of one entry, already marked."""
        for table, entities in (
            ("organizations", entry.organizations),
            ("services", entry.services),
            ("locations", entry.locations),
            ("links", entry.links),
        ):
            for entity in entities:
                self._keep(table, entity, entry.origin)

    def add_row(self, table: str, row: Mapping[str, Any]) -> None:
        """Keep one row of a listing already written, as it is."""
        self._keep(table, row, _NOWHERE)

    def _keep(self, table: str, entity: Mapping[str, Any], origin: Origin) -> None:
        waiting = self._waiting[table]
        waiting.append((entity, origin))
        if len(waiting) >= _BATCH:
            self._flush(table)

    def _flush(self, table: str) -> None:
        waiting, self._waiting[table] = self._waiting[table], []
        if not waiting:
            return
        columns = {name: _column(name, [entity.get(name) for entity, _ in waiting]) for name in TABLES[table]}
        columns["_withheld"] = [entity.get("_withheld", "") for entity, _ in waiting]
        columns["_file"] = [origin.file for _, origin in waiting]
        columns["_row"] = [origin.row for _, origin in waiting]
        batch = pa.RecordBatch.from_pydict(columns, schema=schema_of(table, own=True))
        self._writers[table].write_batch(batch)

    def close(self) -> None:
        """Write what is left."""
        for table in TABLES:
            self._flush(table)
            self._writers[table].close()

    def frame(self, table: str, columns: list[str] | None = None) -> pd.DataFrame:
        """Give one table or some of its columns, once the spool is closed; texts are never null."""
        return pd.read_parquet(self._folder / f"{table}.parquet", columns=columns)


_NOWHERE: Final = Origin("", 0)


def _column(name: str, values: list[Any]) -> list[Any]:
    """Give the cells of one column as Arrow takes them."""
    if name in NUMBERS:
        return values
    if name in NESTED:
        return [_nested(value, NESTED[name]) for value in values]
    return [v if type(v) is str and v.isascii() else _plain(v) for v in values]


def _nested(value: object, empty: str) -> str:
    if not value:
        return empty
    return value if isinstance(value, str) else _plain(json.dumps(value, ensure_ascii=False, default=str))


def _plain(value: object) -> str:
    if not value:
        return ""
    text = value if isinstance(value, str) else str(value)
    # A lone surrogate, which JSON allows, has no place in a file.
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def write_table(frame: pd.DataFrame, table: str, path: Path) -> None:
    """Write one table of a listing with its columns only."""
    columns = list(TABLES[table])
    content = pa.Table.from_pandas(frame[columns], schema=schema_of(table), preserve_index=False)
    pq.write_table(content, path, compression="zstd")
