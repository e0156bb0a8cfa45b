"""What an HSDS JSON file holds, found before its entries are made: which identifiers will be loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from etl.listings.convention import Table
from etl.listings.hsds_common import in_cycles, restored_id, text_of
from etl.listings.json_stream import read_records

_SIGNS: Final = {
    "services": (
        "status", "organization", "organization_id", "service_at_locations", "fees", "fees_description",
        "eligibility", "eligibility_description", "application_process", "cost_options", "service_areas",
        "interpretation_services", "required_documents", "program_id", "program", "wait_time",
    ),
    "organizations": (
        "website", "legal_status", "tax_status", "tax_id", "year_incorporated", "organization_identifiers",
        "locations", "parent_organization_id", "services", "programs", "uri", "logo", "funding",
    ),
    "locations": (
        "location_type", "latitude", "longitude", "addresses", "physical_addresses", "transportation",
        "accessibility", "accessibility_for_disabilities", "external_identifier", "organization_id",
    ),
    "service_at_locations": ("location",),
    "taxonomy_terms": (
        "term", "term_uri", "taxonomy", "parent_id", "taxonomy_detail", "taxonomy_id", "code", "vocabulary",
        "taxonomy_terms", "version", "uri",
    ),
}  # fmt: skip


def table_of(record: Mapping[str, Any], holder: str = "") -> str:
    """Find of which HSDS table a record is, by the list that holds it or by its fields; empty if of none."""
    if holder in _SIGNS:
        return holder
    if "service_id" in record or "location_id" in record or _has_id(record.get("service")):
        return "service_at_locations"
    return _table_of_names(tuple(record))


@lru_cache(maxsize=2_000)
def _table_of_names(names: tuple[str, ...]) -> str:
    if "id" not in names and "name" not in names:
        return ""
    scores = {table: len(set(signs) & set(names)) for table, signs in _SIGNS.items()}
    best = max(scores, key=lambda table: scores[table])
    if scores[best]:
        return best
    return "organizations" if "id" in names and "name" in names else ""


def _has_id(value: object) -> bool:
    return isinstance(value, dict) and "id" in value


@dataclass(slots=True)
class Known:
    """What the first reading found.

    Attributes
    ----------
    records
        For each table, the row of the first good record of each identifier.
    ids
        For each table, the identifiers that will be loaded, nested or not.
    loops
        ``table/identifier`` of the records that are their own ancestor.
    """

    records: dict[str, dict[str, int]] = field(default_factory=lambda: {table: {} for table in _SIGNS})
    ids: dict[str, set[str]] = field(default_factory=lambda: {table: set() for table in _SIGNS})
    parents: dict[str, str] = field(default_factory=dict)
    loops: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A record that is loaded only if another is: its own identifier, what it needs, what it brings."""

    table: str
    key: str
    needs: str
    brings: tuple[tuple[str, str], ...]


_RESTORED: Final[dict[str, Table]] = {
    "organizations": "organization",
    "locations": "location",
    "services": "service",
}
_NESTING: Final = {
    "organizations": (("locations", "locations"), ("services", "services")),
    "locations": (),
    "services": (
        ("organization", "organizations"), ("locations", "locations"),
        ("service_at_locations", "service_at_locations"),
    ),
    "service_at_locations": (("service", "services"), ("location", "locations")),
}  # fmt: skip
"""For each table, the fields of its records that hold records of another."""


def survey(path: Path) -> Known:
    """Read a file once for its identifiers, leaving out what its records will not be loaded for."""
    known = Known()
    waiting: list[_Waiting] = []
    for row, (holder, record) in enumerate(read_records(path), 1):
        if not isinstance(record, dict):
            continue
        table = table_of(record, holder)
        key = text_of(record.get("id"))
        if not table or (table in ("services", "organizations") and not text_of(record.get("name"))):
            continue
        if key and known.records[table].setdefault(key, row) != row:
            continue
        brings = tuple(_identifiers(record, table, known.parents))
        needs = _need(record, table)
        if needs is None:
            _load(known, brings)
        else:
            waiting.append(_Waiting(table, key, needs, brings))
    _settle(known, waiting)
    known.loops = in_cycles(known.parents)
    return known


def _need(record: Mapping[str, Any], table: str) -> str | None:
    """Give the identifier without which a record is not loaded: null where it brings all it needs."""
    if table == "services":
        organization = record.get("organization")
        if isinstance(organization, dict) and text_of(organization.get("name")):
            return None
        nested = text_of(organization.get("id")) if isinstance(organization, dict) else ""
        return text_of(record.get("organization_id")) or nested or None
    if table == "service_at_locations" and not isinstance(record.get("service"), dict):
        return text_of(record.get("service_id"))
    return None


def _settle(known: Known, waiting: list[_Waiting]) -> None:
    """Load what waits for an organisation, then what waits for a service."""
    for table, needed in (("services", "organizations"), ("service_at_locations", "services")):
        for record in (record for record in waiting if record.table == table):
            # A list view without any organisation names them all the same: its services are loaded.
            if record.needs in known.ids[needed] or (table == "services" and not known.ids[needed]):
                _load(known, record.brings)
            elif record.key:
                known.records[table].pop(record.key, None)


def _load(known: Known, brings: tuple[tuple[str, str], ...]) -> None:
    for table, key in brings:
        known.ids[table].add(key)


def _identifiers(record: dict[str, Any], table: str, parents: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Give the identifiers of a record and of the organisations, places and services nested in it."""
    key = text_of(record.get("id"))
    if key and (table not in ("organizations", "services") or text_of(record.get("name"))):
        yield table, key
        if table in _RESTORED and (before := restored_id(_RESTORED[table], record)) != key:
            yield table, before
        parent = text_of(record.get("parent_organization_id") or record.get("parent_id"))
        if parent and table in ("organizations", "taxonomy_terms"):
            parents[f"{table}/{key}"] = f"{table}/{parent}"
    for name, inside in _NESTING.get(table, ()):
        nested = record.get(name)
        for item in nested if isinstance(nested, list) else (nested,):
            if isinstance(item, dict):
                yield from _identifiers(item, inside, parents)
