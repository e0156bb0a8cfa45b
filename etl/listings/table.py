"""Read any table through a mapping: each row is one organisation, its place and what it offers."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from etl.listings.addresses import postal_code_of
from etl.listings.dates import Order, read_date
from etl.listings.grid import open_grid
from etl.listings.headers import is_personal
from etl.listings.mapping import Mapping, require_headers
from etl.listings.model import Entry, Origin, Problem
from etl.listings.problems import problem
from geodata.text import fold

NAMESPACE: Final = uuid.UUID("8a0f7a3e-2f5b-5d0c-9a57-6f0a2a0c4d11")
"""Root of the identifiers given to rows that have none: the same content gets the same one."""

_YES: Final = frozenset(
    {"oui", "yes", "true", "vrai", "1", "o", "y", "x", "prive", "private", "confidentiel", "confidential"}
)
_PAIR: Final = re.compile(r"\(?\s*(-?\d{1,3}\.\d+)\s*[,; ]\s*(-?\d{1,3}\.\d+)\s*\)?")
_LANGUAGES: Final = re.compile(r"[,;|/\n]|\s+(?:et|and)\s+")
_DECIMAL_NUMBER: Final = re.compile(r"^(\d+)\.0\b")
"""A civic number that a spreadsheet made a decimal one."""
_MOST_VALUES: Final = 100
_MOST_EXTRA: Final = 60


def read_table(path: Path, mapping: Mapping, *, name: str = "") -> Iterator[Entry]:
    """Read a table; every row is exactly one entry.

    Parameters
    ----------
    path
        A text table or a workbook.
    mapping
        Which column is which field.
    name
        Name of the file to write in the report; its own by default.

    Raises
    ------
    ListingError
        If the table cannot be opened, or the mapping names a column that is not there.
    """
    grid = open_grid(path, mapping.options, name)
    try:
        file = name or path.name
        require_headers(mapping, grid.header, file)
        reader = _Reader(file, mapping, grid.header)
        waiting = list(grid.problems)
        for row, cells, problems in grid:
            entry = Entry(Origin(file, row), grid.raw(cells), problems=[*waiting, *problems])
            waiting = []
            if not entry.quarantined and any(cells):
                reader.fill(entry, cells)
            yield entry
    finally:
        grid.close()


class _Reader:
    """Rows into entries, with the memory of what earlier rows said."""

    def __init__(self, file: str, mapping: Mapping, header: Sequence[str]) -> None:
        self._file = file
        self._constants = mapping.constants
        self._options = mapping.options
        self._titles = mapping.columns["categories"].headers if "categories" in mapping.columns else ()
        self._at = {name: [header.index(h) for h in c.headers] for name, c in mapping.columns.items()}
        self._single = [(name, places[0]) for name, places in self._at.items() if len(places) == 1]
        self._joined = [(name, places) for name, places in self._at.items() if len(places) > 1]
        used = {at for places in self._at.values() for at in places}
        others = [(at, title) for at, title in enumerate(header) if at not in used]
        self._extra = [(at, title) for at, title in others if not is_personal(title)][:_MOST_EXTRA]
        self._personal = [at for at, title in others if is_personal(title)]
        separator = "|".join(re.escape(c) for c in {mapping.options.separator, "|", "\n"})
        self._several = re.compile(separator)
        order = mapping.options.date_order
        self._order: Order | None = None if order == "auto" else order
        self._rows: dict[str, tuple[str, int]] = {}
        self._organizations: dict[str, str] = {}
        self._locations: dict[tuple[str, ...], str] = {}

    def fill(self, entry: Entry, cells: Sequence[str]) -> None:
        """Add to an entry what its row says, or why it must wait."""
        said = self._said(cells)
        name = said.get("name") or said.get("organization") or said.get("service") or ""
        if not name:
            entry.problems.append(problem("missing_name", entry.origin, self._header_of_name()))
            return
        row_id = self._identify(entry, said, name)
        if row_id is None:
            return
        self._parts(entry, said, name, row_id, cells)

    def _parts(
        self, entry: Entry, said: dict[str, str], name: str, row_id: str, cells: Sequence[str]
    ) -> None:
        updated = self._date(entry, said.get("updated", ""))
        organization_id = self._organization(entry, said, name, row_id, updated)
        location_id = self._location(entry, said, name, row_id, organization_id, updated)
        self._services(entry, said, name, row_id, (organization_id, location_id), updated)
        kept = {title: cells[at] for at, title in self._extra if at < len(cells) and cells[at]}
        if kept:
            entry.services[0]["extra"]["columns"] = kept
        if said.get("updated") and not updated:
            entry.services[0]["extra"]["updated"] = said["updated"]
        if any(at < len(cells) and cells[at] for at in self._personal):
            entry.problems.append(problem("personal_contact_dropped", entry.origin))

    def _said(self, cells: Sequence[str]) -> dict[str, str]:
        """Give what a row says of each field; a constant where its cells are blank."""
        said = dict(self._constants)
        for name, at in self._single:
            if cell := cells[at]:
                said[name] = cell
        for name, places in self._joined:
            if joined := " ".join(cells[at] for at in places if cells[at]):
                said[name] = joined
        if "address" in said:
            said["address"] = _DECIMAL_NUMBER.sub(r"\1", said["address"])
        return said

    def _header_of_name(self) -> str:
        return next((n for n in ("name", "organization", "service") if n in self._at), "name")

    def _identify(self, entry: Entry, said: dict[str, str], name: str) -> str | None:
        """Give the identifier of a row; null where another row with another name has it."""
        given = said.get("id", "")
        if not given:
            content = "\x1f".join(f"{key}={value}" for key, value in sorted(said.items()))
            given = str(uuid.uuid5(NAMESPACE, content))
        whole = fold(name)
        first_name, count = self._rows.get(given, (whole, 0))
        if count and (first_name != whole or self._says_the_same(entry, said)):
            entry.problems.append(problem("duplicate_id", entry.origin, "id", said.get("id", name)))
            return None
        self._rows[given] = (first_name, count + 1)
        return f"{given}~{count + 1}" if count else given

    def _says_the_same(self, entry: Entry, said: dict[str, str]) -> bool:
        """Whether a repeated row adds neither a service nor a place."""
        return not said.get("service") and self._place_key(said) in self._locations

    def _organization(self, entry: Entry, said: dict[str, str], name: str, row_id: str, updated: str) -> str:
        responsible = said.get("organization") or name
        apart = "organization" in said and fold(responsible) != fold(name)
        key = said.get("organization_id") or (
            fold(responsible) if apart else f"{fold(name)}\x1f{fold(said.get('city', ''))}"
        )
        if key in self._organizations:
            return self._organizations[key]
        new = said.get("organization_id") or (str(uuid.uuid5(NAMESPACE, key)) if apart else row_id)
        self._organizations[key] = new
        entry.organizations.append(
            {
                "id": new,
                "name": responsible,
                "alternate_name": "" if apart else said.get("alternate_name", ""),
                "description": "" if apart or "service" not in self._at else said.get("description", ""),
                "email": "" if apart else said.get("email", ""),
                "website": "" if apart else said.get("website", ""),
                "phone": "" if apart else said.get("phone", ""),
                "assured_date": updated,
                "extra": {},
            }
        )
        return new

    def _place_key(self, said: dict[str, str]) -> tuple[str, ...]:
        where = ("address", "city", "postal_code", "latitude", "longitude", "coordinates")
        who = said.get("name") or said.get("organization") or ""
        return (fold(who), *(said.get(part, "") for part in where))

    def _location(
        self, entry: Entry, said: dict[str, str], name: str, row_id: str, organization_id: str, updated: str
    ) -> str:
        key = self._place_key(said)
        if key in self._locations:
            return self._locations[key]
        self._locations[key] = row_id
        longitude, latitude = self._coordinates(entry, said)
        extra: dict[str, Any] = {part: said[part] for part in ("mrc", "region") if said.get(part)}
        location: dict[str, Any] = {
            "id": row_id,
            "organization_id": organization_id,
            "name": said.get("name") or name,
            "description": "",
            "address": _joined(said.get("address", ""), said.get("address_2", "")),
            "city": said.get("city", ""),
            "province": said.get("province", ""),
            "postal_code": postal_code_of(said.get("postal_code", "")) or said.get("postal_code", ""),
            "country": said.get("country", ""),
            "longitude": longitude,
            "latitude": latitude,
            "geocode_quality": "",
            "assured_date": updated,
            "extra": extra,
        }
        if "confidential" in said and fold(said["confidential"]) in _YES:
            extra["confidential"] = True
        entry.locations.append(location)
        return row_id

    def _services(
        self, entry: Entry, said: dict[str, str], name: str, row_id: str, ends: tuple[str, str], updated: str
    ) -> None:
        names = self._split(said.get("service", "")) or [name]
        for number, service in enumerate(names[:_MOST_VALUES], start=1):
            service_id = row_id if number == 1 else f"{row_id}#{number}"
            entry.services.append(
                {
                    "id": service_id,
                    "organization_id": ends[0],
                    "name": service,
                    "alternate_name": said.get("alternate_name", ""),
                    "description": said.get("description", ""),
                    "url": said.get("website", ""),
                    "email": said.get("email", ""),
                    "phone": said.get("phone", ""),
                    "status": said.get("status", ""),
                    "fees": said.get("fees", ""),
                    "eligibility": said.get("eligibility", ""),
                    "application_process": said.get("application", ""),
                    "schedule": said.get("hours", ""),
                    "languages": self._languages(said.get("languages", "")),
                    "terms": self._terms(entry.raw),
                    "categories": [],
                    "assured_date": updated,
                    "last_modified": "",
                    "extra": {},
                }
            )
            entry.links.append(
                {"id": f"{service_id}@{ends[1]}", "service_id": service_id, "location_id": ends[1]}
            )

    def _terms(self, raw: dict[str, Any]) -> list[dict[str, str]]:
        values = [value for title in self._titles for value in self._split(str(raw.get(title) or ""))]
        values = values or self._split(self._constants.get("categories", ""))
        scheme = self._options.scheme
        unique = dict.fromkeys(values[:_MOST_VALUES])
        return [{"scheme": scheme, "code": value, "label": value} for value in unique]

    def _split(self, text: str) -> list[str]:
        return [part.strip() for part in self._several.split(text) if part.strip()]

    def _languages(self, text: str) -> list[str]:
        return [part.strip() for part in _LANGUAGES.split(text) if part.strip()][:_MOST_VALUES]

    def _date(self, entry: Entry, text: str) -> str:
        if not text:
            return ""
        read = read_date(text, self._order)
        if read.iso is None:
            kind = "ambiguous_date" if read.ambiguous else "invalid_date"
            entry.problems.append(problem(kind, entry.origin, "updated", text))
            return ""
        return read.iso

    def _coordinates(self, entry: Entry, said: dict[str, str]) -> tuple[float | None, float | None]:
        latitude, longitude = said.get("latitude", ""), said.get("longitude", "")
        if pair := _PAIR.fullmatch(said.get("coordinates", "")):
            latitude, longitude = pair.groups()
            if float(latitude) < 0 < float(longitude):
                latitude, longitude = longitude, latitude
        if not latitude and not longitude:
            return None, None
        y, x = _degrees(latitude, 90), _degrees(longitude, 180)
        if x is None or y is None:
            entry.problems.append(_bad_coordinates(entry.origin, latitude, longitude))
            return None, None
        return x, y


def _bad_coordinates(origin: Origin, latitude: str, longitude: str) -> Problem:
    return problem("invalid_coordinates", origin, "latitude, longitude", f"{latitude}, {longitude}")


def _degrees(text: str, most: int) -> float | None:
    """Read degrees, with a comma or a point; null where it is no number or out of range."""
    try:
        value = float(text.replace(",", ".").replace("−", "-"))
    except ValueError:
        return None
    return value if abs(value) <= most else None


def _joined(first: str, second: str) -> str:
    return f"{first}, {second}" if first and second and fold(second) not in fold(first) else first or second
