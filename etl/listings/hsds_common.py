"""From HSDS objects (organisation, place, service) to the columns of a listing.

What a column does not hold stays in ``extra`` under its HSDS name, so that an export gives it back: the
object minus the scalars of the columns, minus the entities nested in it, minus what is about a person. A
list such as ``phones`` is left out of ``extra`` only where the columns say all of it but its identifiers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from etl.listings.convention import Table, restore
from etl.listings.dates import Order, is_timestamp, read_date
from etl.listings.model import Origin, Problem
from etl.listings.problems import problem

PERSONAL: Final = frozenset(
    {"contacts", "contact", "attention", "assurer_email", "updated_by", "admin_emails"}
)
"""Keys that hold the name or the address of a person; ``attention`` of an address is one."""
_NESTED: Final = frozenset({"organization", "organizations", "location", "locations", "service", "services"})
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_CLOSED: Final = frozenset({"inactive", "defunct", "closed", "permanently closed"})
_NO_VOICE: Final = ("fax", "tty", "tdd", "sms")
_ADDRESS_KEYS: Final = frozenset(
    {"id", "location_id", "address_1", "city", "state_province", "postal_code", "country", "address_type"}
)
_ATTRIBUTE_KEYS: Final = frozenset(
    {"id", "link_id", "link_type", "link_entity", "taxonomy_term_id", "taxonomy_term"}
)
_TERM_KEYS: Final = frozenset({"id", "code", "name", "description", "taxonomy"})


@dataclass(slots=True)
class Notes:
    """What is found wrong while an entry is read, and how its file writes things.

    Attributes
    ----------
    uuid
        Whether the version of the format requires UUID.
    order
        Order of day and month in the file, where known.
    """

    origin: Origin
    problems: list[Problem] = field(default_factory=list)
    uuid: bool = False
    order: Order | None = None

    def add(self, kind: str, name: str = "", value: object = "") -> None:
        """Note one problem of this entry."""
        noted = problem(kind, self.origin, name, value)
        if noted not in self.problems:
            self.problems.append(noted)

    def has(self, kind: str) -> bool:
        """Whether that kind was already noted."""
        return any(known.kind == kind for known in self.problems)


def text_of(value: object) -> str:
    """Give a scalar as text, stripped; empty for nothing and for what is no scalar."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value) if isinstance(value, int | float) else ""


def without_persons(value: dict[str, Any], notes: Notes) -> dict[str, Any]:
    """Give a record without the details of persons, noting once that there were some."""
    kept, found = _scrubbed(value)
    if found and not notes.has("personal_contact_dropped"):
        notes.add("personal_contact_dropped")
    return kept if isinstance(kept, dict) else {}


def _scrubbed(value: Any) -> tuple[Any, bool]:
    if isinstance(value, dict):
        found = any(value[name] for name in PERSONAL.intersection(value))
        kept = {key: child for key, child in value.items() if key not in PERSONAL}
        for key, child in kept.items():
            if isinstance(child, dict | list):
                kept[key], inside = _scrubbed(child)
                found = found or inside
        return kept, found
    if isinstance(value, list):
        pairs = [_scrubbed(child) for child in value]
        return [pair[0] for pair in pairs], any(pair[1] for pair in pairs)
    return value, False


def organization_row(record: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """Give the columns of an HSDS organization (2.x ``url`` is its ``website``)."""
    extra = _extra(record)
    row = _scalars(extra, ("id", "name", "alternate_name", "description", "email"))
    row["website"] = _either(extra, "website", "url")
    row["phone"] = _phone(extra)
    row["assured_date"] = _date(extra, "assured_date", notes)
    row["extra"] = extra
    return _finished("organization", row, notes)


def location_row(record: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """Give the columns of an HSDS location, its physical address first."""
    extra = _extra(record)
    row = _scalars(extra, ("id", "organization_id", "name", "description"))
    row |= _address(extra)
    row["longitude"], row["latitude"] = _coordinates(extra, notes)
    row["geocode_quality"] = ""
    row["assured_date"] = _date(extra, "assured_date", notes)
    row["extra"] = extra
    return _finished("location", row, notes)


def service_row(record: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """Give the columns of an HSDS service, without its place."""
    extra = _extra(record)
    row = _scalars(
        extra,
        ("id", "organization_id", "name", "alternate_name", "description", "url", "email", "status"),
    )
    row["phone"] = _phone(extra)
    row["fees"] = _either(extra, "fees_description", "fees")
    row["eligibility"] = _either(extra, "eligibility_description", "eligibility")
    row["application_process"] = _take(extra, "application_process")
    row["schedule"] = _schedule(extra)
    row["languages"] = _languages(extra)
    row["terms"], row["categories"] = [], []
    row["assured_date"] = _date(extra, "assured_date", notes)
    row["last_modified"] = _date(extra, "last_modified", notes)
    row["extra"] = extra
    if row["status"].casefold() in _CLOSED:
        notes.add("inactive", "status", row["status"])
    return _finished("service", row, notes)


def link_row(link: Mapping[str, Any]) -> dict[str, Any]:
    """Give the columns of an HSDS service_at_location."""
    row: dict[str, Any] = {name: text_of(link.get(name)) for name in ("id", "service_id", "location_id")}
    row["id"] = row["id"] or f"{row['service_id']}@{row['location_id']}"
    restore("service_at_location", row, _dicts(link.get("attributes")))
    return row


def restored_id(table: Table, record: Mapping[str, Any]) -> str:
    """Give the identifier of a record, that which it had before an export of ours gave it a UUID."""
    row = {"id": text_of(record.get("id"))}
    restore(table, row, _dicts(record.get("attributes")))
    return row["id"]


def _finished(table: Table, row: dict[str, Any], notes: Notes) -> dict[str, Any]:
    """Read the attributes last: those that an export of ours wrote give columns back."""
    if notes.uuid and row["id"] and not _UUID.fullmatch(row["id"]):
        notes.add("invalid_uuid", "id", row["id"])
    attributes = _dicts(row["extra"].get("attributes"))
    if not attributes:
        return row
    given = dict(row)
    others = restore(table, row, attributes)
    terms = [term for term in map(term_of, others) if term]
    if table == "service" and row.get("terms") is given.get("terms"):
        row["terms"] = terms
    if row["extra"] is given["extra"]:
        plain = table == "service" and all(map(_is_plain_attribute, others))
        if plain or not others:
            del row["extra"]["attributes"]
        else:
            row["extra"]["attributes"] = others
    return row


def term_of(attribute: Mapping[str, Any]) -> dict[str, str]:
    """Give the term of an HSDS attribute: scheme, code and label; empty where it names none."""
    term = attribute.get("taxonomy_term")
    if isinstance(term, dict):
        detail = term.get("taxonomy_detail")
        named = text_of(detail.get("name")) if isinstance(detail, dict) else ""
        found = {
            "scheme": text_of(term.get("taxonomy")) or text_of(term.get("vocabulary")) or named,
            "code": text_of(term.get("code")) or text_of(term.get("id")),
            "label": text_of(term.get("name")),
        }
    else:
        found = {
            "scheme": text_of(attribute.get("label")),
            "code": text_of(attribute.get("taxonomy_term_id")),
            "label": text_of(attribute.get("value")),
        }
    return found if found["code"] or found["label"] else {}


def _is_plain_attribute(attribute: Mapping[str, Any]) -> bool:
    term = attribute.get("taxonomy_term")
    return (
        isinstance(term, dict)
        and _ATTRIBUTE_KEYS.issuperset(attribute)
        and _TERM_KEYS.issuperset(term)
        and bool(term.get("code"))
        and term.get("description") in (None, "", term.get("name"))
        and not attribute.get("link_type")
    )


def _extra(record: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in record.items() if v not in (None, "", [], {}) and k not in _NESTED}


def _scalars(extra: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: _take(extra, name) for name in names}


def _take(extra: dict[str, Any], name: str) -> str:
    """Move a scalar out of ``extra``; what is no scalar stays there."""
    if isinstance(extra.get(name), dict | list):
        return ""
    return text_of(extra.pop(name, None))


def _either(extra: dict[str, Any], name: str, older: str) -> str:
    """Give the field of HSDS 3, or that of an older version where the newer is empty."""
    return _take(extra, name) or _take(extra, older)


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _phone(extra: dict[str, Any]) -> str:
    phones = [item for item in _dicts(extra.get("phones")) if text_of(item.get("number"))]
    if not phones:
        return ""
    voice = [p for p in phones if text_of(p.get("type")).casefold() not in _NO_VOICE] or phones
    number = text_of(voice[0]["number"])
    if len(extra["phones"]) == 1 and set(phones[0]) <= {"id", "number"}:
        del extra["phones"]
    return number


def _languages(extra: dict[str, Any]) -> list[str]:
    found = extra.get("languages")
    if isinstance(found, str):
        del extra["languages"]
        return [name.strip() for name in re.split(r"[,;]", found) if name.strip()]
    items = _dicts(found)
    names = [text_of(item.get("name")) or text_of(item.get("code")) for item in items]
    if isinstance(found, list) and len(items) == len(found) and _only(items, "name"):
        del extra["languages"]
    return list(dict.fromkeys(name for name in names if name))


def _schedule(extra: dict[str, Any]) -> str:
    found = extra.get("schedules")
    if isinstance(found, str):
        return _take(extra, "schedules")
    items = _dicts(found)
    told = dict.fromkeys(text for item in items if (text := _hours(item)))
    if isinstance(found, list) and len(found) == len(items) == 1 and _only(items, "description"):
        del extra["schedules"]
    return " ; ".join(told)


def _hours(item: Mapping[str, Any]) -> str:
    for name in ("description", "original_text", "notes"):
        if told := text_of(item.get(name)):
            return told
    days = text_of(item.get("byday")) or text_of(item.get("weekday"))
    hours = [text_of(item.get(name)) for name in ("opens_at", "closes_at")]
    return " ".join(part for part in (days, "–".join(hour for hour in hours if hour)) if part)


def _only(items: list[dict[str, Any]], name: str) -> bool:
    """Whether the items say nothing but that name, once each."""
    told = [text_of(item.get(name)) for item in items]
    return all(set(item) <= {"id", name} for item in items) and all(told) and len(set(told)) == len(told)


def _address(extra: dict[str, Any]) -> dict[str, Any]:
    addresses = _dicts(extra.get("addresses"))
    kinds = [text_of(address.get("address_type")).casefold() for address in addresses]
    chosen = next((a for a, kind in zip(addresses, kinds, strict=True) if "physical" in kind), None)
    chosen = chosen or next(
        (a for a, kind in zip(addresses, kinds, strict=True) if "postal" not in kind), None
    )
    found = chosen or (addresses[0] if addresses else {})
    lines = [text_of(found.get(f"address_{number}")) for number in range(1, 5)]
    plain = len(addresses) == 1 and _ADDRESS_KEYS.issuperset(found) and kinds[0] in ("", "physical")
    if plain and len(extra["addresses"]) == 1:
        del extra["addresses"]
    return {
        "address": ", ".join(line for line in lines if line),
        "city": text_of(found.get("city")),
        "province": text_of(found.get("state_province")),
        "postal_code": text_of(found.get("postal_code")),
        "country": text_of(found.get("country")),
    }


def degrees(value: object) -> float | None:
    """Read a coordinate, with a point or a comma; null where it is no number."""
    try:
        number = float(text_of(value).replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _coordinates(extra: dict[str, Any], notes: Notes) -> tuple[float | None, float | None]:
    """Give longitude and latitude; impossible ones stay in ``extra`` and are noted."""
    written = [extra.get(name) for name in ("longitude", "latitude")]
    if not any(value is not None for value in written):
        return None, None
    longitude, latitude = map(degrees, written)
    told = ", ".join(text_of(value) for value in written)
    if longitude is None or latitude is None or max(abs(longitude), abs(latitude)) > 180:
        notes.add("invalid_coordinates", "longitude, latitude", told)
    elif abs(latitude) > 90:
        kind = "swapped_coordinates" if abs(longitude) <= 90 else "invalid_coordinates"
        notes.add(kind, "longitude, latitude", told)
    else:
        del extra["longitude"], extra["latitude"]
        return longitude, latitude
    return None, None


def _date(extra: dict[str, Any], name: str, notes: Notes) -> str:
    written = _take(extra, name)
    if not written:
        return ""
    if name == "last_modified" and is_timestamp(written):
        return written
    found = read_date(written, notes.order)
    if found.iso:
        return found.iso
    notes.add("ambiguous_date" if found.ambiguous else "invalid_date", name, written)
    extra[name] = written
    return ""


def in_cycles(parents: Mapping[str, str]) -> set[str]:
    """Find the keys that are their own ancestor.

    Parameters
    ----------
    parents
        Each key with its parent; a parent need not be a key.
    """
    looping: set[str] = set()
    done: set[str] = set()
    for start in parents:
        path: dict[str, int] = {}
        at: str | None = start
        while at is not None and at not in done and at not in path:
            path[at] = len(path)
            at = parents.get(at)
        if at in path:
            looping.update(list(path)[path[at] :])
        done.update(path)
    return looping
