"""HSDS tabular packages, 2.x and 3.x, with or without their description.

Every row of every table is one entry. The tables are read three times: for the identifiers and what
points to what; for the rows that complete others, which wait on a shelf; for the entities themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from etl.listings.convention import without_ours
from etl.listings.hsds_common import (
    PERSONAL,
    Notes,
    in_cycles,
    link_row,
    location_row,
    organization_row,
    service_row,
)
from etl.listings.hsds_details import Details
from etl.listings.hsds_names import modern_row
from etl.listings.hsds_package import HsdsPackage, Row, open_hsds
from etl.listings.model import Entry
from etl.listings.shelf import Shelf, open_shelf

CORE: Final = ("organizations", "locations", "services", "service_at_locations")


@dataclass(slots=True)
class Register:
    """What the tables hold, by identifier, and what may be loaded.

    Attributes
    ----------
    rows
        For each table, the row of the first good record of each identifier.
    owners
        Organisation of each place that names one.
    used
        Places that a good service uses.
    """

    rows: dict[str, dict[str, tuple[str, int]]] = field(default_factory=lambda: {table: {} for table in CORE})
    owners: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    parents: dict[str, str] = field(default_factory=dict)
    loops: set[str] = field(default_factory=set)

    def holds(self, table: str, key: str) -> bool:
        """Whether a record may be loaded."""
        if table == "locations" and key in self.rows[table]:
            owner = self.owners.get(key, "")
            return not owner or owner in self.rows["organizations"] or key in self.used
        return key in self.rows.get(table, ())


def read_hsds_tables(path: Path) -> Iterator[Entry]:
    """Read an HSDS tabular package, one entry a row of any table.

    Parameters
    ----------
    path
        Folder, ``datapackage.json``, ZIP archive, or JSON object of tables.

    Raises
    ------
    ListingError
        If no table of HSDS is there, or the description names a file outside the folder.
    """
    with open_hsds(path) as package, open_shelf() as shelf:
        register = _survey(package)
        details = Details(package, register.holds, shelf)
        yield from details.entries()
        _shelve_links(package, register, shelf)
        shelf.ready()
        for table, read in (
            ("organizations", _organization),
            ("locations", _location),
            ("services", _service),
        ):
            for row in (row for file in package.of(table) for row in file.rows()):
                yield _entity(row, table, read, package, register, shelf)
        for row in (row for file in package.of("service_at_locations") for row in file.rows()):
            yield _link(row, register, shelf)


def _survey(package: HsdsPackage) -> Register:
    """Find the good records of each table, and the places that are used."""
    register = Register()
    for table in CORE:
        for row in (row for file in package.of(table) for row in file.rows()):
            if not row.broken and not _fault(row, table, register)[0]:
                _enter(row, table, register)
    register.loops = in_cycles(register.parents)
    return register


def _enter(row: Row, table: str, register: Register) -> None:
    cells, key = row.cells, _key(row, table)
    register.rows[table][key] = (row.origin.file, row.origin.row)
    if table == "organizations" and (parent := cells.get("parent_organization_id")):
        register.parents[key] = parent
    elif table == "locations":
        register.owners[key] = cells.get("organization_id", "")
    elif cells.get("location_id") in register.rows["locations"]:
        # A link, or a service of a package that names its place without one.
        register.used.add(cells["location_id"])


def _key(row: Row, table: str) -> str:
    if table == "service_at_locations":
        ends = f"{row.cells.get('service_id', '')}@{row.cells.get('location_id', '')}"
        return row.cells.get("id") or ends
    return row.cells.get("id", "")


def _fault(row: Row, table: str, register: Register) -> tuple[str, str, str]:
    """Say what keeps a row from being loaded: kind, column and value; an empty kind for nothing."""
    cells, key = row.cells, _key(row, table)
    if not key:
        return "missing_id", "id", ""
    if register.rows[table].get(key, (row.origin.file, row.origin.row)) != (row.origin.file, row.origin.row):
        return "duplicate_id", "id", key
    if table in ("organizations", "services") and not cells.get("name"):
        return "missing_name", "name", ""
    if table == "services":
        owner = _owner(cells, register)
        if owner not in register.rows["organizations"]:
            return "orphan_service", "organization_id", owner
    if table == "service_at_locations":
        for column, end in (("service_id", "services"), ("location_id", "locations")):
            if cells.get(column, "") not in register.rows[end]:
                return "orphan_link", column, cells.get(column, "")
    return "", "", ""


def _owner(cells: dict[str, str], register: Register) -> str:
    """Give the organisation of a service: its own, else that of the place where it is given."""
    return cells.get("organization_id") or register.owners.get(cells.get("location_id", ""), "")


def _shelve_links(package: HsdsPackage, register: Register, shelf: Shelf) -> None:
    """Keep with each service what its links to places say beside their two ends."""
    shelf.ready()
    for row in (row for file in package.of("service_at_locations") for row in file.rows()):
        if row.broken or _fault(row, "service_at_locations", register)[0]:
            continue
        key = _key(row, "service_at_locations")
        rest: dict[str, Any] = {
            name: value
            for name, value in row.cells.items()
            if name not in ("id", "service_id", "location_id") and name not in PERSONAL
        }
        rest |= shelf.lists_of("service_at_locations", key)
        link = link_row({**row.cells, **rest})
        rest = {name: value for name, value in without_ours(rest).items() if value}
        if rest:
            body = {"id": link["id"], "location_id": link["location_id"], **rest}
            shelf.put("services", row.cells["service_id"], "service_at_locations", body)


_Read = Callable[[Entry, dict[str, Any], Notes, Register], None]


def _entity(
    row: Row, table: str, read: _Read, package: HsdsPackage, register: Register, shelf: Shelf
) -> Entry:
    notes = Notes(row.origin, list(row.problems), uuid=package.version_3)
    entry = Entry(row.origin, _public(row.raw, notes), problems=notes.problems)
    if row.broken:
        return entry
    kind, column, value = _fault(row, table, register)
    if not kind and table == "locations" and not register.holds(table, row.cells["id"]):
        kind, column, value = "orphan_location", "organization_id", row.cells["organization_id"]
    if kind:
        notes.add(kind, column, value)
        return entry
    record = modern_row(table, {k: v for k, v in row.cells.items() if k not in PERSONAL})
    for name, items in shelf.lists_of(table, row.cells["id"]).items():
        record[name] = items
    read(entry, record, notes, register)
    return entry


def _public(raw: dict[str, Any], notes: Notes) -> dict[str, Any]:
    """Give a row as it came, without what is about a person."""
    if any(raw.get(name) for name in PERSONAL.intersection(raw)):
        notes.add("personal_contact_dropped")
    return {name: value for name, value in raw.items() if name not in PERSONAL}


def _organization(entry: Entry, record: dict[str, Any], notes: Notes, register: Register) -> None:
    row = organization_row(record, notes)
    parent = register.parents.get(record["id"], "")
    if record["id"] in register.loops:
        notes.add("cycle", "parent_organization_id", parent)
    elif parent and parent not in register.rows["organizations"]:
        notes.add("unknown_parent", "parent_organization_id", parent)
    entry.organizations.append(row)


def _location(entry: Entry, record: dict[str, Any], notes: Notes, register: Register) -> None:
    owner = record.get("organization_id", "")
    row = location_row(record, notes)
    if owner and owner not in register.rows["organizations"]:
        notes.add("unknown_organization", "organization_id", owner)
        row["organization_id"] = ""
        row["extra"]["organization_id"] = owner
    entry.locations.append(row)


def _service(entry: Entry, record: dict[str, Any], notes: Notes, register: Register) -> None:
    place = record.pop("location_id", "")
    record["organization_id"] = _owner({**record, "location_id": place}, register)
    told = record.get("eligibility")
    if isinstance(told, list):
        record["eligibility"] = " ; ".join(
            dict.fromkeys(t for item in told if (t := item.get("eligibility", "")))
        )
    row = service_row(record, notes)
    entry.services.append(row)
    if place in register.rows["locations"]:
        entry.links.append(link_row({"service_id": row["id"], "location_id": place}))


def _link(row: Row, register: Register, shelf: Shelf) -> Entry:
    notes = Notes(row.origin, list(row.problems))
    entry = Entry(row.origin, _public(row.raw, notes), problems=notes.problems)
    if row.broken:
        return entry
    kind, column, value = _fault(row, "service_at_locations", register)
    if kind:
        notes.add(kind, column, value)
    else:
        more = shelf.lists_of("service_at_locations", _key(row, "service_at_locations"))
        entry.links.append(link_row({**row.cells, **more}))
    return entry
