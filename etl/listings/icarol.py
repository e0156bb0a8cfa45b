"""iCarol exports: one CSV row for each agency, site, program, or program at a site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from etl.listings.dates import Order, infer_order
from etl.listings.hsds_common import Notes, link_row, location_row, organization_row, service_row
from etl.listings.model import Entry, Origin, Problem
from etl.listings.streams import Rows, open_rows
from geodata.errors import ListingError
from geodata.text import Text, fold

_PERSONAL: Final = re.compile(
    r"seniorworker|maincontact|contactperson|lastverifiedby|lastverificationapprovedby|internalnotes",
    re.IGNORECASE,
)
_TRUE: Final = frozenset({"yes", "true", "1", "-1", "oui", "vrai"})
_LEVELS: Final = {"agency": "agency", "site": "site", "program": "program", "programatsite": "offer"}
_OTHER_PHONES: Final = {
    "PhoneFax": "fax", "PhoneTTY": "tty", "PhoneTollFree": "toll_free", "PhoneNumberHotline": "hotline",
    "PhoneNumberBusinessLine": "voice", "PhoneNumberOutOfArea": "voice", "PhoneNumberAfterHours": "voice",
}  # fmt: skip
_TERMS: Final = ("TaxonomyTerms", "TaxonomyTerm", "Categories", "Tax")
_SAMPLED_ROWS: Final = 5_000
_SURVEYED: Final[tuple[str, ...]] = (
    "ResourceAgencyNum", "TaxonomyLevelName", "PublicName", "OfficialName", "PhysicalAddressIsPrivate",
    "ExcludeFromWebsite",
)  # fmt: skip
_NO_ONE: Final = frozenset({"", "unspecified", "unspecified unspecified", "0"})


@dataclass(slots=True)
class _Known:
    """What the first reading found: the row of each identifier, by level, and how dates are written."""

    rows: dict[str, dict[str, int]] = field(default_factory=lambda: {level: {} for level in _LEVELS.values()})
    numbers: dict[str, int] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    order: Order | None = None


def read_icarol(path: Path) -> Iterator[Entry]:
    """Read an iCarol CSV, one entry a row.

    Raises
    ------
    ListingError
        If the columns ``ResourceAgencyNum`` and ``TaxonomyLevelName`` are not there.
    """
    known = _survey(path)
    rows = _open(path)
    pending = rows.problems
    for number, cells, problems in rows:
        yield _entry(Origin(rows.file, number), cells, [*pending, *problems], rows, known)
        pending = []


def _open(path: Path) -> Rows:
    rows = open_rows(path)
    if not {"ResourceAgencyNum", "TaxonomyLevelName"} <= set(rows.header):
        rows.close()
        raise ListingError(
            Text("le fichier n’est pas un export iCarol", "the file is no iCarol export"),
            where=path.name,
            hint=Text(
                "les colonnes ResourceAgencyNum et TaxonomyLevelName manquent ; le lire comme un tableau",
                "the columns ResourceAgencyNum and TaxonomyLevelName are missing; read it as a table",
            ),
        )
    return rows


def _survey(path: Path) -> _Known:
    known = _Known()
    rows = _open(path)
    at = {name: index for index, name in enumerate(rows.header)}
    wanted = [name for name in _SURVEYED if name in at]
    dates = [i for name, i in at.items() if name.endswith("On") or "Date" in name]
    sampled: list[str] = []
    for number, cells, _ in rows:
        if len(cells) != len(rows.header):
            continue
        row: dict[str, str] = {name: cells[at[name]] for name in wanted}
        key, level = row["ResourceAgencyNum"], _level(row["TaxonomyLevelName"])
        if key and level and _name(row) and key not in known.numbers:
            known.numbers[key] = number
            known.rows[level][key] = number
            if _is_hidden(row):
                known.hidden.add(key)
        if number <= _SAMPLED_ROWS:
            sampled.extend(cells[i] for i in dates if cells[i])
    known.order = infer_order(sampled)
    return known


@lru_cache(maxsize=100)
def _level(written: str) -> str:
    return _LEVELS.get(fold(written).replace(" ", ""), "")


def _name(row: dict[str, str]) -> str:
    return row.get("PublicName") or row.get("OfficialName", "")


def _is_true(row: dict[str, str], column: str) -> bool:
    return row.get(column, "").casefold() in _TRUE


def _is_hidden(row: dict[str, str]) -> bool:
    return _is_true(row, "PhysicalAddressIsPrivate") or _is_true(row, "ExcludeFromWebsite")


def _entry(origin: Origin, cells: list[str], problems: list[Problem], rows: Rows, known: _Known) -> Entry:
    notes = Notes(origin, problems, order=known.order)
    if len(cells) != len(rows.header) or not any(cells):
        return Entry(origin, rows.raw(cells), problems=notes.problems)
    row = {name: cell for name, cell in zip(rows.header, cells, strict=True) if cell}
    row |= {name: row.get(name, "") for name in ("ResourceAgencyNum", "TaxonomyLevelName")}
    _drop_persons(row, notes)
    entry = Entry(origin, row, problems=notes.problems)
    key, level = row["ResourceAgencyNum"], _level(row["TaxonomyLevelName"])
    if not level:
        notes.add("unknown_record", "TaxonomyLevelName", row["TaxonomyLevelName"])
    elif not key:
        notes.add("missing_id", "ResourceAgencyNum")
    elif not _name(row):
        notes.add("missing_name", "PublicName")
    elif known.numbers.get(key) != origin.row:
        notes.add("duplicate_id", "ResourceAgencyNum", key)
    else:
        if _is_true(row, "ExcludeFromWebsite"):
            notes.add("excluded_from_website", "ExcludeFromWebsite")
        _fill(entry, row, level, known, notes)
    return entry


@lru_cache(maxsize=5_000)
def _is_personal(column: str) -> bool:
    return _PERSONAL.search(column) is not None


@lru_cache(maxsize=5_000)
def _is_taken(column: str) -> bool:
    return _TAKEN.match(column) is not None


def _drop_persons(row: dict[str, str], notes: Notes) -> None:
    """Take out of a row what is about a person, and internal notes, which name persons too."""
    for column in filter(_is_personal, list(row)):
        if row.pop(column).casefold() not in _NO_ONE and not notes.has("personal_contact_dropped"):
            notes.add("personal_contact_dropped", column)


def _fill(entry: Entry, row: dict[str, str], level: str, known: _Known, notes: Notes) -> None:
    if level == "agency":
        _agency(entry, row, known, notes)
    elif level == "site":
        owner = row.get("ParentAgencyNum", "")
        if owner not in known.rows["agency"]:
            notes.add("unknown_organization", "ParentAgencyNum", owner)
            owner = ""
        entry.locations.append(_location(row, owner, known, notes))
    else:
        _program(entry, row, known, notes)


def _agency(entry: Entry, row: dict[str, str], known: _Known, notes: Notes) -> None:
    """Read an agency: an organisation, the place where it is, and a service where it bears terms."""
    record = _common(row, notes)
    record["website"] = record.pop("url", "")
    organization = organization_row(record, notes)
    _close(organization, row, known)
    entry.organizations.append(organization)
    key = organization["id"]
    if row.get("PhysicalAddress1") or row.get("PhysicalPostalCode") or row.get("Latitude"):
        entry.locations.append(_location(row, key, known, notes))
    if _terms(row):
        entry.services.append(_service(row, key, known, notes))
        if entry.locations:
            entry.links.append(link_row({"service_id": key, "location_id": key}))


def _program(entry: Entry, row: dict[str, str], known: _Known, notes: Notes) -> None:
    owner = row.get("ParentAgencyNum", "")
    site = row.get("ConnectsToSiteNum", "")
    if owner not in known.rows["agency"]:
        notes.add("orphan_service", "ParentAgencyNum", owner)
    elif site and site != "0" and site not in known.rows["site"] and site not in known.rows["agency"]:
        notes.add("orphan_link", "ConnectsToSiteNum", site)
    else:
        service = _service(row, owner, known, notes)
        if {owner, site} & known.hidden:
            service["extra"]["confidential"] = True
        entry.services.append(service)
        if site and site != "0":
            entry.links.append(link_row({"service_id": service["id"], "location_id": site}))


def _location(row: dict[str, str], owner: str, known: _Known, notes: Notes) -> dict[str, Any]:
    address = _address(row, "Physical") or _address(row, "Mailing")
    record = {
        "id": row["ResourceAgencyNum"],
        "organization_id": owner,
        "name": _name(row),
        "addresses": [address | {"address_type": "physical"}] if address else [],
        "latitude": row.get("Latitude"),
        "longitude": row.get("Longitude"),
        "assured_date": row.get("LastVerifiedOn"),
        "transportation": row.get("BusServiceAccess"),
        "accessibility": [{"description": told}] if (told := row.get("DisabilitiesAccess")) else [],
    }
    location = location_row({k: v for k, v in record.items() if v}, notes)
    if owner in known.hidden or row["ResourceAgencyNum"] in known.hidden:
        location["extra"]["confidential"] = True
    return location


def _address(row: dict[str, str], kind: str) -> dict[str, str]:
    if kind == "Mailing" and _is_true(row, "MailingAddressIsPrivate"):
        return {}
    names = {
        "address_1": "Address1", "address_2": "Address2", "city": "City", "region": "County",
        "state_province": "StateProvince", "postal_code": "PostalCode", "country": "Country",
    }  # fmt: skip
    found = {new: told for new, old in names.items() if (told := row.get(f"{kind}{old}"))}
    return found if found.keys() & {"address_1", "city", "postal_code"} else {}


def _service(row: dict[str, str], owner: str, known: _Known, notes: Notes) -> dict[str, Any]:
    languages = row.get("LanguagesOfferedList") or row.get("LanguagesOffered", "")
    record = _common(row, notes) | {
        "organization_id": owner,
        "status": row.get("AgencyStatus", "").casefold(),
        "fees_description": row.get("FeeStructureSource"),
        "eligibility_description": row.get("Eligibility"),
        "application_process": row.get("ApplicationProcess"),
        "schedules": row.get("HoursOfOperation") or row.get("Hours"),
        "languages": [{"name": name} for name in dict.fromkeys(_parts(languages))],
        "last_modified": row.get("UpdatedOn"),
    }
    service = service_row({k: v for k, v in record.items() if v}, notes)
    service["terms"] = _terms(row)
    _close(service, row, known)
    return service


def _common(row: dict[str, str], notes: Notes) -> dict[str, Any]:
    """Give what agencies and programs share under the names of HSDS; the rest under ``icarol``."""
    record: dict[str, Any] = {
        "id": row["ResourceAgencyNum"],
        "name": _name(row),
        "alternate_name": " ; ".join(_parts(row.get("AlternateName", ""))),
        "description": row.get("AgencyDescription"),
        "email": row.get("EmailAddressMain") or row.get("EmailAddress"),
        "url": row.get("WebsiteAddress"),
        "assured_date": row.get("LastVerifiedOn"),
        "phones": _phones(row, notes),
        "icarol": {k: v for k, v in row.items() if not _is_taken(k)},
    }
    return {k: v for k, v in record.items() if v}


_TAKEN: Final = re.compile(
    r"(ResourceAgencyNum|PublicName|AlternateName|AgencyDescription|EmailAddress(Main)?|WebsiteAddress|LastVerifiedOn"
    r"|UpdatedOn|Phone.*|Physical(Address|City|County|State|Postal|Country).*|Mailing.*|Latitude|Longitude"
    r"|HoursOfOperation|Hours|FeeStructureSource|Eligibility|ApplicationProcess|LanguagesOffered(List)?"
    r"|Taxonomy(Term|Terms|Codes)|Categories|Tax|BusServiceAccess|DisabilitiesAccess)$"
)


def _phones(row: dict[str, str], notes: Notes) -> list[dict[str, str]]:
    found = []
    for number in range(1, 6):
        name = f"Phone{number}"
        found.append((row.get(f"{name}Number"), name, row.get(f"{name}Name"), row.get(f"{name}Type")))
    found += [
        (row.get(name), name, row.get(f"{name}Description"), kind) for name, kind in _OTHER_PHONES.items()
    ]
    phones = []
    for told, name, description, kind in found:
        if told and _is_true(row, f"{name}IsPrivate"):
            if not notes.has("private_detail_dropped"):
                notes.add("private_detail_dropped", name)
        elif told:
            phone = {"number": told, "description": description, "type": kind}
            phones.append({k: v for k, v in phone.items() if v})
    return phones


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;*\n]", text) if part.strip()]


def _terms(row: dict[str, str]) -> list[dict[str, str]]:
    codes = _parts(row.get("TaxonomyCodes", ""))
    labels = next((found for name in _TERMS if (found := _parts(row.get(name, "")))), [])
    if codes and len(codes) != len(labels):
        return [{"scheme": "iCarol", "code": code, "label": ""} for code in codes]
    padded = codes or [""] * len(labels)
    pairs = dict.fromkeys(islice(zip(padded, labels, strict=True), 200))
    return [{"scheme": "iCarol", "code": code, "label": label} for code, label in pairs]


def _close(entity: dict[str, Any], row: dict[str, str], known: _Known) -> None:
    """Mark what the publisher keeps off websites."""
    if row["ResourceAgencyNum"] in known.hidden:
        entity["extra"]["confidential"] = True
