"""The rows of an HSDS package that complete others: phones, addresses, languages, hours, terms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from etl.listings.hsds_common import PERSONAL, Notes, in_cycles
from etl.listings.hsds_names import modern_row
from etl.listings.hsds_package import HsdsPackage, Row, TableFile
from etl.listings.model import Entry
from etl.listings.shelf import Shelf

_ENTITIES: Final = frozenset({"organizations", "locations", "services", "service_at_locations"})
_ABOUT_FILE: Final = frozenset({"meta_table_descriptions", "taxonomies"})
_OWNERS: Final = {
    "service_id": "services",
    "location_id": "locations",
    "organization_id": "organizations",
    "service_at_location_id": "service_at_locations",
    "phone_id": "phones",
}
_POINTERS: Final = ("link_id", "resource_id")
_TERM_COLUMNS: Final = ("taxonomy_id", "taxonomy_term_id")


class Details:
    """Reads the rows that complete others and shelves them with their owners."""

    def __init__(self, package: HsdsPackage, holds: Callable[[str, str], bool], shelf: Shelf) -> None:
        self._package = package
        self._holds = holds
        self._shelf = shelf
        self._terms: dict[str, dict[str, Any]] = {}
        self._term_parents: dict[str, str] = {}
        self._phones: set[str] = set()

    def entries(self) -> Iterator[Entry]:
        """Give an entry a row: the terms first, which other rows name."""
        yield from self._term_entries()
        last = [file for file in self._package.tables if file.table == "phones"]
        others = [f for f in self._package.tables if f.table not in _ENTITIES | {"phones", "taxonomy_terms"}]
        for file in last:
            self._phones.update(key for row in file.rows() if (key := row.cells.get("id")))
        for file in others:
            yield from (self._entry(row, file) for row in file.rows())
        # What completes a phone is on the shelf by now, and goes into it.
        self._shelf.ready()
        for file in last:
            yield from (self._entry(row, file) for row in file.rows())

    def _term_entries(self) -> Iterator[Entry]:
        files = self._package.of("taxonomy_terms")
        for row in (row for file in files for row in file.rows()):
            key = row.cells.get("id") or row.cells.get("taxonomy_id", "")
            if not row.broken and key not in self._terms:
                term = modern_row("taxonomy_terms", row.cells)
                self._terms[key] = {"code": key, **term}
                if parent := row.cells.get("parent_id"):
                    self._term_parents[key] = parent
        loops = in_cycles(self._term_parents)
        for row in (row for file in files for row in file.rows()):
            notes = Notes(row.origin, list(row.problems))
            key = row.cells.get("id") or row.cells.get("taxonomy_id", "")
            if key in loops:
                notes.add("cycle", "parent_id", self._term_parents[key])
            yield Entry(row.origin, row.raw, problems=notes.problems)

    def _entry(self, row: Row, file: TableFile) -> Entry:
        notes = Notes(row.origin, list(row.problems))
        entry = Entry(row.origin, row.raw, problems=notes.problems)
        if row.broken or not row.cells:
            return entry
        if file.table in _ABOUT_FILE:
            notes.add("file_description")
        elif not file.table:
            notes.add("unknown_record", value=file.file)
        elif file.table == "contacts" or self._is_of_a_person(row):
            entry.raw = {k: v for k, v in row.raw.items() if k == "id" or k.endswith("_id")}
            notes.add("personal_contact_dropped")
        else:
            self._shelve(entry, row, file, notes)
        return entry

    def _is_of_a_person(self, row: Row) -> bool:
        return "contact_id" in row.cells and not any(column in row.cells for column in _OWNERS)

    def _shelve(self, entry: Entry, row: Row, file: TableFile, notes: Notes) -> None:
        if PERSONAL.intersection(row.cells):
            notes.add("personal_contact_dropped")
            entry.raw = {k: v for k, v in row.raw.items() if k not in PERSONAL}
        named = self._named(row.cells)
        owners = [(table, key) for _, table, key in named if table and self._has(table, key)]
        if not owners:
            column, _, key = named[0] if named else ("", "", "")
            notes.add("orphan_detail", column, key)
            return
        name, body = self._body(row.cells, file, notes)
        if file.table == "phones":
            body |= self._shelf.lists_of("phones", row.cells.get("id", ""))
        for table, key in owners:
            self._shelf.put(table, key, name, body)

    def _has(self, table: str, key: str) -> bool:
        return key in self._phones if table == "phones" else self._holds(table, key)

    def _named(self, cells: dict[str, str]) -> list[tuple[str, str, str]]:
        """Give what a row says to complete: column, table (empty if none holds it) and identifier."""
        named = [(column, table, cells[column]) for column, table in _OWNERS.items() if column in cells]
        for column in _POINTERS:
            if key := cells.get(column):
                hint = (cells.get("link_entity") or cells.get("resource_type") or "").casefold()
                tables = sorted(
                    _ENTITIES, key=lambda table: not (hint and table.startswith(hint.rstrip("s")))
                )
                named.append((column, next((t for t in tables if self._holds(t, key)), ""), key))
        return named

    def _body(self, cells: dict[str, str], file: TableFile, notes: Notes) -> tuple[str, dict[str, Any]]:
        """Give the list in which a row goes, and the item that it becomes there."""
        kept = {
            k: v for k, v in cells.items() if k not in _OWNERS and k not in PERSONAL and k != "contact_id"
        }
        if file.table in ("services_taxonomy", "attributes"):
            return "attributes", self._attribute(kept, notes)
        body = modern_row(file.table, kept)
        if file.table == "addresses" and file.address_type:
            body.setdefault("address_type", file.address_type)
        return file.table, body

    def _attribute(self, cells: dict[str, str], notes: Notes) -> dict[str, Any]:
        column = next((c for c in _TERM_COLUMNS if c in cells), "")
        body: dict[str, Any] = {k: v for k, v in cells.items() if k not in ("link_id", column)}
        if key := cells.get(column):
            term = self._terms.get(key)
            if term is None:
                notes.add("unknown_term", column, key)
            body["taxonomy_term"] = dict(term) if term else {"code": key}
        return body
