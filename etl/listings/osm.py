"""OpenStreetMap: Overpass JSON, GeoJSON, or a CSV of tags. One element is one entry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from etl.listings.convention import hsds_uuid
from etl.listings.hsds_common import (
    Notes,
    degrees,
    link_row,
    location_row,
    organization_row,
    service_row,
    text_of,
)
from etl.listings.json_stream import BadRecord, read_records
from etl.listings.model import Entry, Origin, Problem
from etl.listings.streams import open_rows

CLASSES: Final = (
    "amenity", "social_facility", "social_facility:for", "healthcare", "healthcare:speciality", "office",
    "shop", "leisure", "club", "community_centre", "community_centre:for", "school", "type", "building",
    "landuse",
)  # fmt: skip
"""Keys whose value says what a place is, the most telling first."""
_FOR_NOTHING: Final = frozenset({"building", "landuse"})
_PERSONAL: Final = frozenset({"operator:phone:private", "contact:person", "contact:name", "owner"})
_TAKEN: Final = frozenset(
    {"name", "name:fr", "alt_name", "description", "description:fr", "phone", "contact:phone", "email",
     "contact:email", "website", "contact:website", "url", "opening_hours", "addr:housenumber", "addr:street",
     "addr:unit", "addr:city", "addr:province", "addr:postcode", "addr:country", "check_date", "survey:date"}
)  # fmt: skip
_TYPES: Final = frozenset({"node", "way", "relation"})
_TAG: Final = re.compile(r"[a-z_]+(:[a-z_]+)*")
_MOST_TAGS: Final = 500


def read_osm(path: Path) -> Iterator[Entry]:
    """Read OSM elements, one entry each.

    Parameters
    ----------
    path
        Overpass JSON (``elements``), GeoJSON (``features``) or CSV with tags as columns.

    Raises
    ------
    ListingError
        If the file holds neither JSON nor a table.
    """
    elements = _from_csv(path) if _is_table(path) else _from_json(path)
    seen: set[str] = set()
    for origin, raw, element, problems in elements:
        notes = Notes(origin, problems)
        entry = Entry(origin, raw, problems=notes.problems)
        if element is not None:
            _fill(entry, element, notes, seen)
        yield entry


_Element = tuple[Origin, dict[str, Any], dict[str, Any] | None, list[Problem]]


def _is_table(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"[")


def _from_json(path: Path) -> Iterator[_Element]:
    for row, (_, record) in enumerate(read_records(path), 1):
        notes = Notes(Origin(path.name, row))
        if isinstance(record, BadRecord):
            notes.add(record.kind, value=record.text)
            yield notes.origin, {"…": record.text}, None, notes.problems
        elif not isinstance(record, dict):
            notes.add("unknown_record", value=record)
            yield notes.origin, {"…": record}, None, notes.problems
        else:
            yield notes.origin, record, _feature(record) if "properties" in record else record, notes.problems


def _feature(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Give a GeoJSON feature as an Overpass element."""
    properties = feature.get("properties")
    tags = {k: v for k, v in properties.items() if k != "tags"} if isinstance(properties, dict) else {}
    nested = properties.get("tags") if isinstance(properties, dict) else None
    tags |= nested if isinstance(nested, dict) else {}
    named = text_of(tags.pop("@id", None)) or text_of(feature.get("id")) or text_of(tags.pop("id", None))
    kind, _, number = named.rpartition("/")
    longitude, latitude = _centre(feature.get("geometry"))
    return {"type": kind or "node", "id": number, "lon": longitude, "lat": latitude, "tags": tags}


def _centre(geometry: object) -> tuple[float | None, float | None]:
    """Give a point of a geometry: itself, or the middle of its bounds."""
    corners: list[tuple[float, float]] = []
    waiting = [geometry.get("coordinates")] if isinstance(geometry, dict) else []
    while waiting and len(corners) < 1_000_000:
        item = waiting.pop()
        if not isinstance(item, list):
            continue
        if len(item) >= 2 and all(isinstance(x, int | float) and not isinstance(x, bool) for x in item[:2]):
            corners.append((float(item[0]), float(item[1])))
        else:
            waiting.extend(item)
    if not corners:
        return None, None
    longitudes, latitudes = zip(*corners, strict=True)
    return (min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2


def _from_csv(path: Path) -> Iterator[_Element]:
    rows = open_rows(path)
    pending = rows.problems
    for number, cells, problems in rows:
        origin = Origin(rows.file, number)
        raw = rows.raw(cells)
        found = [*pending, *problems]
        pending = []
        broken = len(cells) != len(rows.header) or not any(cells)
        yield origin, raw, None if broken else _row(rows.header, cells), found


def _row(header: list[str], cells: list[str]) -> dict[str, Any]:
    """Give a CSV row as an Overpass element; ``addr_city`` is ``addr:city``."""
    told = {name: cell for name, cell in zip(header, cells, strict=True) if cell}
    nested = told.pop("tags", "")
    tags = _tags(nested) | {_tag_name(name): value for name, value in told.items()}
    if "address" in tags:
        tags.setdefault("addr:street", tags.pop("address"))
    kind = tags.pop("osm_type", tags.pop("@type", ""))
    if not kind and tags.get("type") in _TYPES:
        kind = tags.pop("type")
    key = tags.pop("osm_id", tags.pop("@id", tags.pop("id", "")))
    kind, _, number = key.rpartition("/") if "/" in key else (kind, "", key)
    return {
        "type": kind or ("node" if number else "row"),
        "id": number or hsds_uuid("osm", "|".join(cells)),
        "lon": tags.pop("lon", tags.pop("longitude", tags.pop("@lon", None))),
        "lat": tags.pop("lat", tags.pop("latitude", tags.pop("@lat", None))),
        "tags": tags,
    }


def _tag_name(name: str) -> str:
    for prefix in ("addr_", "contact_"):
        if name.startswith(prefix):
            return f"{prefix[:-1]}:{name.removeprefix(prefix)}"
    return name


def _tags(text: str) -> dict[str, str]:
    """Read a cell of tags: JSON, or ``key=value`` with semicolons."""
    if text.startswith("{"):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return {}
        return {k: t for k, v in found.items() if (t := text_of(v))} if isinstance(found, dict) else {}
    pairs = (part.partition("=") for part in text.split(";"))
    return {key.strip(): value.strip() for key, found, value in pairs if found}


def _fill(entry: Entry, element: dict[str, Any], notes: Notes, seen: set[str]) -> None:
    tags = _clean_tags(element.get("tags"), notes)
    kind, number = text_of(element.get("type")) or "node", text_of(element.get("id"))
    entry.raw = {k: v for k, v in entry.raw.items() if k not in _PERSONAL}
    if not tags and kind in _TYPES:
        return  # a corner of another element's outline
    name = tags.get("name:fr") or tags.get("name") or tags.get("operator") or tags.get("brand", "")
    key = f"osm:{kind}/{number}" if number else ""
    if not name:
        notes.add("missing_name", "name", "; ".join(term["code"] for term in _terms(tags)))
    elif not key:
        notes.add("missing_id", "id")
    elif key in seen:
        notes.add("duplicate_id", "id", key)
    else:
        seen.add(key)
        _place(entry, key, name, tags, element, notes)


def _clean_tags(tags: object, notes: Notes) -> dict[str, str]:
    found = list(tags.items())[:_MOST_TAGS] if isinstance(tags, dict) else []
    kept = {str(k): text for k, v in found if (text := text_of(v))}
    if _PERSONAL.intersection(kept):
        notes.add("personal_contact_dropped")
    return {k: v for k, v in kept.items() if k not in _PERSONAL}


def _place(
    entry: Entry, key: str, name: str, tags: dict[str, str], element: dict[str, Any], notes: Notes
) -> None:
    """Give an element as an organisation, the place where it is, and the service that it is."""
    shared = {
        "id": key,
        "name": name,
        "alternate_name": tags.get("alt_name") or (tags["name"] if tags.get("name", name) != name else ""),
        "description": tags.get("description:fr") or tags.get("description", ""),
        "email": tags.get("email") or tags.get("contact:email", ""),
        "phones": [{"number": phone} for phone in [tags.get("phone") or tags.get("contact:phone")] if phone],
        "assured_date": tags.get("check_date") or tags.get("survey:date", ""),
    }
    website = tags.get("website") or tags.get("contact:website") or tags.get("url", "")
    rest = {k: v for k, v in tags.items() if k not in _TAKEN}
    organization = organization_row({**shared, "website": website, "tags": rest}, notes)
    entry.organizations.append(organization)
    entry.locations.append(_location(key, name, tags, element, shared["assured_date"], notes))
    service = service_row(
        {
            **shared,
            "organization_id": key,
            "url": website,
            "schedules": tags.get("opening_hours", ""),
            "status": "defunct" if _is_closed(tags) else "active",
        },
        notes,
    )
    service["terms"] = _terms(tags)
    entry.services.append(service)
    entry.links.append(link_row({"service_id": key, "location_id": key}))


def _is_closed(tags: dict[str, str]) -> bool:
    return tags.get("opening_hours") == "closed" or any(
        key.startswith(("disused:", "abandoned:", "was:")) for key in tags
    )


def _location(
    key: str, name: str, tags: dict[str, str], element: dict[str, Any], assured: object, notes: Notes
) -> dict[str, Any]:
    point = _point(element)
    street = " ".join(filter(None, (tags.get("addr:housenumber"), tags.get("addr:street"))))
    address = {
        "address_1": street,
        "address_2": tags.get("addr:unit", ""),
        "city": tags.get("addr:city", ""),
        "state_province": tags.get("addr:province", ""),
        "postal_code": tags.get("addr:postcode", ""),
        "country": tags.get("addr:country", ""),
    }
    told = {k: v for k, v in address.items() if v}
    record = {
        "id": key,
        "organization_id": key,
        "name": name,
        "addresses": [told | {"address_type": "physical"}] if told else [],
        "longitude": point.get("lon"),
        "latitude": point.get("lat"),
        "assured_date": assured,
    }
    return location_row(record, notes)


def _point(element: dict[str, Any]) -> dict[str, Any]:
    """Give what holds the coordinates of an element: itself, its centre, or the middle of its bounds."""
    centre, bounds = element.get("center"), element.get("bounds")
    if isinstance(centre, dict):
        return centre
    if isinstance(bounds, dict) and "lon" not in element:
        sides = {name: degrees(bounds.get(name)) for name in ("minlon", "maxlon", "minlat", "maxlat")}
        west, east, south, north = sides.values()
        if west is not None and east is not None and south is not None and north is not None:
            return {"lon": (west + east) / 2, "lat": (south + north) / 2}
    return element


def _terms(tags: dict[str, str]) -> list[dict[str, str]]:
    """Give the classes of an element; a building or a land use only where nothing else says more."""
    found = [
        (key, value.strip())
        for key in CLASSES
        if _TAG.fullmatch(key) and key in tags
        for value in tags[key].split(";")
        if value.strip()
    ]
    telling = [pair for pair in found if pair[0] not in _FOR_NOTHING] or found
    return [
        {"scheme": "osm", "code": f"{key}={value}", "label": value.replace("_", " ")}
        for key, value in telling
    ]
