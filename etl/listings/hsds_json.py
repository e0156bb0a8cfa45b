"""HSDS in JSON (3.x and Open Referral UK): one record, an array, a page of an API, or a record a line.

Each record is one entry; the organisation and the places nested in it come with it, once a file. The
file is read twice: first for the identifiers that it holds, then for the entries.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from etl.listings.convention import hsds_uuid, without_ours
from etl.listings.hsds_common import (
    PERSONAL,
    Notes,
    link_row,
    location_row,
    organization_row,
    service_row,
    text_of,
    without_persons,
)
from etl.listings.hsds_names import OLDER_LISTS, modern_arrays
from etl.listings.hsds_survey import Known, survey, table_of
from etl.listings.json_stream import BadRecord, read_records
from etl.listings.model import (
    LOCATION_COLUMNS,
    ORGANIZATION_COLUMNS,
    SERVICE_COLUMNS,
    Entry,
    Origin,
)

_COLUMNS: Final = {
    "organizations": ORGANIZATION_COLUMNS,
    "locations": LOCATION_COLUMNS,
    "services": SERVICE_COLUMNS,
}


def read_hsds_json(path: Path) -> Iterator[Entry]:
    """Read an HSDS JSON file, one entry a record.

    Parameters
    ----------
    path
        Object, array, page or lines; of any size.

    Raises
    ------
    ListingError
        If the file holds no JSON.
    """
    known = survey(path)
    reader = _Reader(known)
    for row, (holder, record) in enumerate(read_records(path), 1):
        yield reader.entry(Origin(path.name, row), record, holder)


class _Reader:
    """Makes entries of records, keeping what was already given."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._given: dict[str, dict[str, array[int]]] = {table: {} for table in _COLUMNS}
        self._links: set[str] = set()
        self._copies: dict[str, tuple[int, str]] = {}

    def entry(self, origin: Origin, record: Any, holder: str) -> Entry:
        notes = Notes(origin, uuid=True)
        if isinstance(record, BadRecord):
            entry = Entry(origin, {"…": record.text}, problems=notes.problems)
            notes.add(record.kind, value=record.text)
            return entry
        if not isinstance(record, dict):
            entry = Entry(origin, {"…": record}, problems=notes.problems)
            notes.add("unknown_record", value=record)
            return entry
        # One look at the text spares most records two walks through all their fields.
        told = repr(record)
        if any(name in told for name in PERSONAL):
            record = without_persons(record, notes)
        if any(name in told for name in OLDER_LISTS):
            record = modern_arrays(record)
        entry = Entry(origin, record, problems=notes.problems)
        table = table_of(record, holder)
        key = text_of(record.get("id"))
        if not table:
            notes.add("unknown_record", value=", ".join(list(record)[:20]))
        elif table in ("services", "organizations") and not text_of(record.get("name")):
            notes.add("missing_name", "name")
        elif key and self._known.records[table].get(key, origin.row) != origin.row:
            notes.add("duplicate_id", "id", key)
        elif table == "taxonomy_terms":
            self._parent(table, key, record, notes)
        else:
            self._fill(entry, table, record, notes)
            if entry.quarantined:
                self._take_back(entry)
        return entry

    def _take_back(self, entry: Entry) -> None:
        """Let a later record give what this one, which waits, would have given."""
        for table, rows in (
            ("organizations", entry.organizations),
            ("locations", entry.locations),
            ("services", entry.services),
        ):
            for row in rows:
                self._given[table].pop(row["id"], None)
        self._copies.clear()
        self._links.difference_update(row["id"] for row in entry.links)

    def _fill(self, entry: Entry, table: str, record: dict[str, Any], notes: Notes) -> None:
        if table == "services":
            self._service(entry, record, notes, own=True)
        elif table == "organizations":
            self._organization(entry, record, notes, own=True)
        elif table == "locations":
            self._location(entry, record, "", notes, own=True)
        else:
            self._offer(entry, record, notes)

    def _organization(self, entry: Entry, record: dict[str, Any], notes: Notes, own: bool = False) -> str:
        key = text_of(record.get("id"))
        told = zlib.crc32(repr(record).encode())
        if not own and key and self._copies.get(key, (0, ""))[0] == told:
            return self._copies[key][1]  # word for word, as the services of one organisation repeat it
        row = organization_row(record, notes)
        row["id"] = row["id"] or _made_id(row["name"], row["website"], row["email"])
        if row["name"] and self._is_new("organizations", row, own, notes):
            self._parent("organizations", row["id"], record, notes)
            entry.organizations.append(row)
        for location in _dicts(record.get("locations")):
            self._location(entry, location, row["id"], notes)
        for service in _dicts(record.get("services")):
            self._service(entry, {"organization_id": row["id"], **service}, notes)
        self._copies[key] = (told, row["id"])
        return str(row["id"])

    def _location(
        self, entry: Entry, record: dict[str, Any], owner: str, notes: Notes, own: bool = False
    ) -> str:
        row = location_row(record, notes)
        row["organization_id"] = row["organization_id"] or owner
        row["id"] = row["id"] or _made_id(row["name"], row["address"], row["city"])
        if row["organization_id"] and not self._holds("organizations", row["organization_id"]):
            notes.add("unknown_organization", "organization_id", row["organization_id"])
            row["extra"]["organization_id"], row["organization_id"] = row["organization_id"], ""
        if self._is_new("locations", row, own, notes):
            entry.locations.append(row)
        return str(row["id"])

    def _service(
        self,
        entry: Entry,
        record: dict[str, Any],
        notes: Notes,
        own: bool = False,
        beside: list[dict[str, Any]] | None = None,
    ) -> str:
        offers = [*_dicts(record.get("service_at_locations")), *(beside or [])]
        organization = record.get("organization")
        owner = self._organization(entry, organization, notes) if isinstance(organization, dict) else ""
        row = service_row({k: v for k, v in record.items() if k != "service_at_locations"}, notes)
        # Where the two differ, the organisation that comes with the service is its own.
        named = isinstance(organization, dict) and text_of(organization.get("name"))
        row["organization_id"] = owner if named else row["organization_id"] or owner
        row["id"] = row["id"] or _made_id(row["name"], row["organization_id"], row["url"])
        _check_shapes(record, notes)
        self._check_owner(row, notes, own)
        kept = self._offers(entry, offers, row, notes)
        if kept:
            # What an export of ours wrote aside is whole already.
            row["extra"].setdefault("service_at_locations", kept)
        for location in _dicts(record.get("locations")):
            place = self._location(entry, location, row["organization_id"], notes)
            self._link(entry, {"service_id": row["id"], "location_id": place})
        if row["name"] and self._is_new("services", row, own, notes):
            entry.services.append(row)
        return str(row["id"])

    def _check_owner(self, row: dict[str, Any], notes: Notes, own: bool) -> None:
        if row["organization_id"] and not self._holds("organizations", row["organization_id"]):
            # A file without any organisation is a list view: its identifiers point elsewhere by design.
            listed = own and bool(self._known.ids["organizations"])
            kind = "orphan_service" if listed else "unknown_organization"
            notes.add(kind, "organization_id", row["organization_id"])
            row["extra"]["organization_id"], row["organization_id"] = row["organization_id"], ""

    def _offers(
        self, entry: Entry, offers: list[dict[str, Any]], service: dict[str, Any], notes: Notes
    ) -> list[dict[str, Any]]:
        """Link a service to its places; give what the links say beside their two ends."""
        kept = []
        for offer in offers:
            location = offer.get("location")
            place = text_of(offer.get("location_id"))
            if isinstance(location, dict):
                place = self._location(entry, location, "", notes)
            if not place or not self._holds("locations", place, made=isinstance(location, dict)):
                notes.add("link_nowhere", "location_id", place)
                continue
            link = self._link(entry, {**offer, "service_id": service["id"], "location_id": place})
            rest = {
                k: v
                for k, v in without_ours(offer).items()
                if k not in ("id", "service_id", "location_id", "location", "service")
                and v not in (None, "", [], {})
            }
            if rest:
                kept.append({"id": link["id"], "location_id": place, **rest})
        return kept

    def _offer(self, entry: Entry, record: dict[str, Any], notes: Notes) -> None:
        """Read a service_at_location that stands by itself."""
        service = record.get("service")
        if isinstance(service, dict):
            bare = {k: v for k, v in record.items() if k != "service"}
            self._service(entry, service, notes, beside=[bare])
            return
        location = record.get("location")
        place = text_of(record.get("location_id"))
        if isinstance(location, dict):
            place = self._location(entry, location, "", notes)
        known = self._holds("services", text_of(record.get("service_id")))
        if not known or not self._holds("locations", place, made=isinstance(location, dict)):
            notes.add("orphan_link", "service_id", text_of(record.get("service_id")) or place)
            return
        self._link(entry, {**record, "location_id": place})

    def _link(self, entry: Entry, link: dict[str, Any]) -> dict[str, Any]:
        row = link_row(link)
        if row["id"] not in self._links:
            self._links.add(row["id"])
            entry.links.append(row)
        return row

    def _holds(self, table: str, key: str, made: bool = False) -> bool:
        return made or key in self._known.ids[table] or key in self._given[table]

    def _parent(self, table: str, key: str, record: Mapping[str, Any], notes: Notes) -> None:
        parent = self._known.parents.get(f"{table}/{key}", "").partition("/")[2]
        if f"{table}/{key}" in self._known.loops:
            notes.add("cycle", "parent_id" if table == "taxonomy_terms" else "parent_organization_id", parent)
        elif parent and table == "organizations" and parent not in self._known.ids[table]:
            notes.add("unknown_parent", "parent_organization_id", parent)

    def _is_new(self, table: str, row: dict[str, Any], own: bool, notes: Notes) -> bool:
        """Whether an entity is to be given here: where it has its own record, else where it comes first."""
        key = row["id"]
        # A service that has its own record is seldom repeated elsewhere: its copies are not compared.
        print_ = _UNCOMPARED if own and table == "services" else _fingerprint(row, _COLUMNS[table])
        before = self._given[table].get(key)
        if before is None and (own or key not in self._known.records[table]):
            self._given[table][key] = print_
            return True
        if before and before != print_:
            names = [n for n, a, b in zip(_COLUMNS[table], before, print_, strict=True) if a and b and a != b]
            if names:
                notes.add("conflicting_record", ", ".join(names), key)
            elif any(b and not a for a, b in zip(before, print_, strict=True)):
                notes.add("later_details", "id", key)
        return False


_UNCOMPARED: Final = array("L")


def _fingerprint(row: Mapping[str, Any], columns: tuple[str, ...]) -> array[int]:
    """Give a checksum a column, 0 for an empty one: enough to compare two copies of a record."""
    return array("L", (zlib.crc32(repr(v).encode()) | 1 if (v := row[c]) or v == 0 else 0 for c in columns))


def _made_id(*parts: str) -> str:
    """Give a stable identifier to an entity that has none."""
    return hsds_uuid("record", "|".join(parts))


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _check_shapes(record: Mapping[str, Any], notes: Notes) -> None:
    """Say that something stands where HSDS puts a list or an object, since it cannot be read as one."""
    for name, kind in (("organization", dict), ("service_at_locations", list), ("locations", list)):
        value = record.get(name)
        if value and not isinstance(value, kind):
            notes.add("unknown_value", name, str(value))
