"""AIRS 4.0 XML: agencies, sites and the services given at them.

An Agency is an organisation, a Site a place, a SiteService a service given at a place; a Service that no
SiteService gives is a service by itself. The file is read twice: for the identifiers, then for the entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from lxml import etree

from etl.listings.airs_rules import find_schema, load_schema, rule_problems, schema_problems
from etl.listings.airs_xml import BrokenXml, XmlRecord, as_dict, read_xml, some_of, source_of
from etl.listings.hsds_common import Notes, link_row, location_row, organization_row, service_row
from etl.listings.model import Entry, Origin
from etl.listings.shelf import Shelf, open_shelf
from etl.settings import settings

_PERSONS: Final = frozenset({"Contact", "ResourceSpecialist"})
_PRIVATE: Final = frozenset({"Phone", "AlternateName"})
_TRUE: Final = frozenset({"true", "1", "yes"})
_IDS: Final = {"Agency": "AgencyID", "Site": "ID", "Service": "ID", "SiteService": "ID", "ServiceGroup": "ID"}
_NAMES: Final = {"Agency": "AgencyName", "Service": "Title"}
_SURVEYED: Final = frozenset(
    {
        "AgencyID",
        "ID",
        "AgencyName",
        "Title",
        "Description",
        "ServiceID",
        "PhysicalAddress",
        "ExcludeFromWebsite",
    }
)
_ELIGIBILITY: Final = (
    "GeneralEligibility", "AgeRequirement", "GenderRequirement", "FamilyRequirements", "IncomeRequirements",
    "ResidencyRequirements",
)  # fmt: skip


@dataclass(slots=True)
class _Known:
    """Identifiers of the file with the place of their first record, and what must not be shown."""

    rows: dict[str, dict[str, int]] = field(default_factory=lambda: {name: {} for name in _IDS})
    given: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)


def read_airs(path: Path, xsd: Path | None = None) -> Iterator[Entry]:
    """Read an AIRS XML file, one entry a record.

    Parameters
    ----------
    path
        The XML file, of any size.
    xsd
        The published schema; by default the one beside the file, else that of the settings.

    Raises
    ------
    ListingError
        If the file is no AIRS XML, or declares a document type.
    """
    found = xsd or find_schema(path) or settings().airs_xsd
    schema = load_schema(found) if found else None
    with open_shelf() as shelf:
        known = _survey(path, shelf)
        shelf.ready()
        reader = _Reader(path, known, shelf, schema)
        for number, record in enumerate(read_xml(path), 1):
            yield reader.entry(number, record)


def _survey(path: Path, shelf: Shelf) -> _Known:
    known = _Known()
    for number, record in enumerate(read_xml(path), 1):
        if isinstance(record, BrokenXml):
            break
        fields = some_of(record.element, _SURVEYED)
        key = _one(fields, _IDS[record.name])
        if not key or (record.name in _NAMES and not _one(fields, _NAMES[record.name])):
            continue
        known.rows[record.name].setdefault(key, number)
        if _is_hidden(fields):
            known.hidden.add(f"{record.name}/{key}")
        if record.name == "SiteService":
            known.given.add(_one(fields, "ServiceID"))
        elif record.name == "Service":
            shelf.put("Service", key, "own", {n: fields[n] for n in ("Title", "Description") if n in fields})
    return known


def _is_hidden(fields: dict[str, Any]) -> bool:
    """Whether the publisher asks that a record be not shown: a private address, or kept off websites."""
    address = (fields.get("PhysicalAddress") or [{}])[0]
    private = isinstance(address, dict) and _is_true(address, "Confidential")
    return private or _is_true(fields, "ExcludeFromWebsite")


def _is_true(fields: dict[str, Any], name: str) -> bool:
    return _one(fields, name).casefold() in _TRUE


def _one(fields: dict[str, Any], name: str) -> str:
    return next((item for item in fields.get(name, ()) if isinstance(item, str) and item), "")


def _all(fields: dict[str, Any], name: str) -> list[str]:
    return [item for item in fields.get(name, ()) if isinstance(item, str) and item]


def _dicts(fields: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [item for item in fields.get(name, ()) if isinstance(item, dict)]


class _Reader:
    """Makes entries of records."""

    def __init__(self, path: Path, known: _Known, shelf: Shelf, schema: etree.XMLSchema | None) -> None:
        self._path = path
        self._known = known
        self._shelf = shelf
        self._schema = schema

    def entry(self, number: int, record: XmlRecord | BrokenXml) -> Entry:
        origin = Origin(self._path.name, number)
        notes = Notes(origin)
        if isinstance(record, BrokenXml):
            notes.add("unreadable_rest", f"ligne {record.line}" if record.line else "", record.message)
            return Entry(origin, {"…": record.message}, problems=notes.problems)
        fields = _public(as_dict(record.element), notes)
        if number == 1:
            self._check_source(record, notes)
        if self._schema is not None and record.named_space:
            notes.problems.extend(schema_problems(self._schema, record.element, origin))
        else:
            notes.problems.extend(islice(rule_problems(record.name, fields, origin), 20))
        if _is_true(fields, "ExcludeFromWebsite"):
            notes.add("excluded_from_website", "ExcludeFromWebsite")
        entry = Entry(origin, {"record": record.name, **fields}, problems=notes.problems)
        if self._is_first(record.name, number, fields, notes):
            getattr(self, f"_{record.name.lower()}")(entry, fields, notes)
        return entry

    def _check_source(self, record: XmlRecord, notes: Notes) -> None:
        if not record.named_space:
            notes.add("no_namespace", "Source")
        elif self._schema is not None:
            notes.problems.extend(schema_problems(self._schema, source_of(self._path), notes.origin))

    def _is_first(self, name: str, number: int, fields: dict[str, Any], notes: Notes) -> bool:
        key = _one(fields, _IDS[name])
        if not key:
            notes.add("missing_id", _IDS[name])
        elif name in _NAMES and not _one(fields, _NAMES[name]):
            notes.add("missing_name", _NAMES[name])
        elif self._known.rows[name].get(key) != number:
            notes.add("duplicate_id", _IDS[name], key)
        else:
            return True
        return False

    def _agency(self, entry: Entry, fields: dict[str, Any], notes: Notes) -> None:
        record = _common(fields, "AgencyID", "AgencyName")
        record["website"] = record.pop("url", "")
        row = organization_row(record, notes)
        self._dates(row, fields, notes)
        self._hide(row, f"Agency/{row['id']}")
        entry.organizations.append(row)

    def _site(self, entry: Entry, fields: dict[str, Any], notes: Notes) -> None:
        owner = _one(fields, "AgencyID")
        place = next(iter(_dicts(fields, "SpatialLocation")), {})
        record = _common(fields, "ID", "Title") | {
            "organization_id": owner,
            "addresses": _addresses(fields),
            "latitude": _one(place, "Latitude").replace("|", ""),
            "longitude": _one(place, "Longitude").replace("|", ""),
        }
        row = location_row({k: v for k, v in record.items() if v}, notes)
        if owner and owner not in self._known.rows["Agency"]:
            notes.add("unknown_organization", "AgencyID", owner)
            row["organization_id"], row["extra"]["organization_id"] = "", owner
        self._dates(row, fields, notes)
        self._hide(row, f"Site/{row['id']}", f"Agency/{owner}")
        entry.locations.append(row)

    def _service(self, entry: Entry, fields: dict[str, Any], notes: Notes) -> None:
        if _one(fields, "ID") in self._known.given:
            return
        self._offered(entry, fields, notes, _one(fields, "ID"))

    def _siteservice(self, entry: Entry, fields: dict[str, Any], notes: Notes) -> None:
        own = self._shelf.lists_of("Service", _one(fields, "ServiceID")).get("own", [{}])[0]
        key = _one(fields, "ID")
        if key in self._known.rows["Service"] and key not in self._known.given:
            key = f"SiteService/{key}"
        self._offered(entry, {**own, **fields}, notes, key)

    def _offered(self, entry: Entry, fields: dict[str, Any], notes: Notes, key: str) -> None:
        owner, site = _one(fields, "AgencyID"), _one(fields, "SiteID")
        if not _one(fields, "Title"):
            notes.add("missing_name", "Title")
        elif owner not in self._known.rows["Agency"]:
            notes.add("orphan_service", "AgencyID", owner)
        elif site and site not in self._known.rows["Site"]:
            notes.add("orphan_link", "SiteID", site)
        else:
            record = (
                _common(fields, "ID", "Title")
                | _service_fields(fields)
                | {"id": key, "organization_id": owner}
            )
            row = service_row({k: v for k, v in record.items() if v}, notes)
            row["terms"] = [
                {"scheme": "AIRS", "code": _one(t, "TaxonomyCode"), "label": _one(t, "TaxonomyTerm")}
                for t in _dicts(fields, "Taxonomy")
                if _one(t, "TaxonomyCode") or _one(t, "TaxonomyTerm")
            ]
            self._dates(row, fields, notes)
            self._hide(row, f"Agency/{owner}", f"Site/{site}")
            entry.services.append(row)
            if site:
                entry.links.append(link_row({"service_id": key, "location_id": site}))

    def _servicegroup(self, entry: Entry, fields: dict[str, Any], notes: Notes) -> None:
        """Count a group of services; the services name it in their ``extra``."""

    def _hide(self, row: dict[str, Any], *records: str) -> None:
        if any(record in self._known.hidden for record in records):
            row["extra"]["confidential"] = True

    def _dates(self, row: dict[str, Any], fields: dict[str, Any], notes: Notes) -> None:
        told = next(iter(_dicts(fields, "ResourceInfo")), {})
        dated = service_row(
            {"assured_date": _one(told, "DateLastVerified"), "last_modified": _one(told, "DateOfLastAction")},
            notes,
        )
        row["assured_date"] = dated["assured_date"]
        if "last_modified" in row:
            row["last_modified"] = dated["last_modified"]


def _public(fields: dict[str, Any], notes: Notes) -> dict[str, Any]:
    """Give a record without persons, nor phones and names marked confidential, at any depth."""
    kept: dict[str, Any] = {}
    for name, items in fields.items():
        if name in _PERSONS:
            if any(items) and not notes.has("personal_contact_dropped"):
                notes.add("personal_contact_dropped")
            continue
        shown = []
        for item in items:
            if isinstance(item, dict):
                if name in _PRIVATE and _is_true(item, "Confidential"):
                    if not notes.has("private_detail_dropped"):
                        notes.add("private_detail_dropped", name)
                    continue
                item = _public(item, notes)
            shown.append(item)
        if shown:
            kept[name] = shown
    return kept


_TAKEN: Final = frozenset(
    {"AgencyID", "AgencyName", "ID", "Title", "Description", "AlternateName", "Phone", "URL", "Email",
     "SiteID", "PhysicalAddress", "MailingAddress", "OtherAddress", "SpatialLocation", "Taxonomy",
     "Languages", "FeeStructure", "ApplicationProcess", "Status", "OpenHours", *_ELIGIBILITY}
)  # fmt: skip


def _common(fields: dict[str, Any], key: str, name: str) -> dict[str, Any]:
    """Give what all records share, under the names of HSDS; the rest under ``airs``."""
    phones = [
        {"number": number, **{new: told for old, new in _PHONE.items() if (told := _one(phone, old))}}
        for phone in _dicts(fields, "Phone")
        if (number := _one(phone, "Phone"))
    ]
    other = [told for item in _dicts(fields, "AlternateName") if (told := _one(item, "AlternateName"))]
    record: dict[str, Any] = {
        "id": _one(fields, key),
        "name": _one(fields, name),
        "description": _one(fields, "Description"),
        "alternate_name": " ; ".join(other),
        "email": " ; ".join(_all(fields, "Email")),
        "url": next((told for item in _dicts(fields, "URL") if (told := _one(item, "Address"))), ""),
        "phones": phones,
        "airs": {n: v for n, v in fields.items() if n not in _TAKEN and any(v)},
    }
    return {k: v for k, v in record.items() if v}


_PHONE: Final = {"Type": "type", "Description": "description", "Function": "function"}


def _addresses(fields: dict[str, Any]) -> list[dict[str, str]]:
    found = []
    for name, kind in (
        ("PhysicalAddress", "physical"),
        ("MailingAddress", "postal"),
        ("OtherAddress", "other"),
    ):
        for address in _dicts(fields, name):
            told = {
                "address_1": _one(address, "Line1"), "address_2": _one(address, "Line2"),
                "city": _one(address, "City"), "region": _one(address, "County"),
                "state_province": _one(address, "State"), "postal_code": _one(address, "PostalCode"),
                "country": _one(address, "Country"),
            }  # fmt: skip
            if name != "PhysicalAddress" and _is_true(address, "Confidential"):
                continue
            if any(told.values()):
                found.append({k: v for k, v in told.items() if v} | {"address_type": kind})
    return found


def _service_fields(fields: dict[str, Any]) -> dict[str, Any]:
    hours = [_day(day) for day in _dicts(fields, "OpenHours")]
    languages = [
        {"name": name.strip()}
        for item in _dicts(fields, "Languages")
        for name in _one(item, "LanguageName").split(",")
        if name.strip()
    ]
    process = [
        _one(item, "Description") or _one(item, "Title") for item in _dicts(fields, "ApplicationProcess")
    ]
    return {
        "schedules": " ; ".join(filter(None, hours)),
        "languages": [dict(pair) for pair in dict.fromkeys(tuple(item.items()) for item in languages)],
        "application_process": " ; ".join(filter(None, process)),
        "fees_description": _one(fields, "FeeStructure"),
        "eligibility_description": " ; ".join(_eligibility(fields)),
        "status": _one(fields, "Status"),
    }


def _day(day: dict[str, Any]) -> str:
    times = [_one(day, name)[:5] for name in ("TimeOpens", "TimeCloses")]
    return f"{_one(day, 'dayOpen')} {'–'.join(filter(None, times))}".strip()


def _eligibility(fields: dict[str, Any]) -> Iterator[str]:
    for name in _ELIGIBILITY:
        for item in fields.get(name, ()):
            if isinstance(item, str):
                yield item
            else:
                ages = "–".join(filter(None, (_one(item, "MinimumAge"), _one(item, "MaximumAge"))))
                yield " ".join(filter(None, (_one(item, "Gender"), ages)))
