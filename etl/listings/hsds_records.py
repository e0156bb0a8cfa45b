"""From the rows of a listing to HSDS 3.0 records, each valid against its schema."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from etl.listings.canonical import Listing, Row
from etl.listings.convention import CATEGORY, Table, hsds_uuid, restore_attribute
from etl.listings.hsds_shape import shaped
from geodata.taxonomy import CATEGORIES, SCHEME

Restored = Mapping[tuple[str, str], Mapping[str, Any]]
"""Columns that the plain fields would not give back, by table and exported identifier."""

_RENAMED: Final = {"fees": "fees_description", "eligibility": "eligibility_description"}
_DAY_LENGTH: Final = len("2026-11-22")


class Records:
    """Makes the records of one listing.

    Parameters
    ----------
    listing
        Rows.
    restored
        What to write aside so that an import gives it back; nothing at the first pass.
    """

    def __init__(self, listing: Listing, restored: Restored) -> None:
        self._listing = listing
        self._restored = restored
        self._organizations = {row["id"]: row for row in listing.organizations}
        self._locations = {row["id"]: row for row in listing.locations}
        self._made: dict[tuple[str, str], Row] = {}
        self._offers: dict[str, list[Row]] = defaultdict(list)
        for link in listing.links:
            self._offers[link["service_id"]].append(link)

    def standing_alone(self) -> list[Row]:
        """Give the organisations and the places that no service brings along."""
        owners = {row["organization_id"] for row in self._listing.services}
        linked = {link["location_id"] for link in self._listing.links}
        owner_of = {row["id"]: row["organization_id"] for row in self._listing.services}
        # The organisation of a place that its service does not bring along has to be known before the place.
        borrowed = {
            owner
            for link in self._listing.links
            if (place := self._locations.get(link["location_id"]))
            and (owner := place["organization_id"]) != owner_of.get(link["service_id"])
        }
        borrowed |= {row["organization_id"] for row in self._listing.locations if row["id"] not in linked}
        organizations = [
            self.organization(row)
            for row in self._listing.organizations
            if row["id"] not in owners or row["id"] in borrowed
        ]
        places = [self.location(row) for row in self._listing.locations if row["id"] not in linked]
        return [*organizations, *places]

    def services(self) -> list[Row]:
        """Give every service, with its organisation and its places."""
        return [self.service(row) for row in self._listing.services]

    def organization(self, row: Row) -> Row:
        """Give one organisation."""
        if ("organization", row["id"]) in self._made:
            return self._made["organization", row["id"]]
        record = {
            **row["extra"],
            **_texts(row, ("name", "alternate_name", "description", "email", "website")),
        }
        if row["phone"]:
            record.setdefault("phones", [{"number": row["phone"]}])
        return self._record("organization", row["id"], record)

    def location(self, row: Row) -> Row:
        """Give one place."""
        record = {**row["extra"], **_texts(row, ("name", "description"))}
        if row["organization_id"]:
            record["organization_id"] = hsds_uuid("organization", row["organization_id"])
        if row["longitude"] is not None and row["latitude"] is not None:
            record |= {"longitude": row["longitude"], "latitude": row["latitude"]}
        address = {
            "address_1": row["address"], "city": row["city"], "state_province": row["province"],
            "postal_code": row["postal_code"], "country": row["country"],
        }  # fmt: skip
        if any(address.values()):
            record.setdefault("addresses", [{**address, "address_type": "physical"}])
        record.setdefault("location_type", "physical")
        return self._record("location", row["id"], record)

    def service(self, row: Row) -> Row:
        """Give one service with its organisation and its places."""
        names = ("name", "alternate_name", "description", "url", "email", "status", "application_process",
                 "assured_date", "last_modified")  # fmt: skip
        record = {**row["extra"], **_texts(row, names)}
        record |= {new: row[old] for old, new in _RENAMED.items() if row[old]}
        if len(row["last_modified"]) == _DAY_LENGTH:
            record["last_modified"] = f"{row['last_modified']}T00:00:00Z"
        if row["phone"]:
            record.setdefault("phones", [{"number": row["phone"]}])
        if row["schedule"]:
            record.setdefault("schedules", [{"description": row["schedule"]}])
        if row["languages"]:
            record.setdefault("languages", [{"name": name} for name in row["languages"]])
        record.setdefault("attributes", [_term(term) for term in row["terms"]])
        owner = self._organizations.get(row["organization_id"])
        if owner is not None:
            record["organization_id"] = hsds_uuid("organization", owner["id"])
            record["organization"] = self.organization(owner)
        record["service_at_locations"] = self._places(row)
        return self._record("service", row["id"], record, row["categories"])

    def _places(self, row: Row) -> list[Row]:
        said = row["extra"].get("service_at_locations")
        more = (
            {str(item.get("id")): item for item in said if isinstance(item, dict)}
            if isinstance(said, list)
            else {}
        )
        offers = []
        for link in self._offers[row["id"]]:
            place = self._locations.get(link["location_id"])
            if place is None:
                continue
            ends = {
                "service_id": hsds_uuid("service", row["id"]),
                "location_id": hsds_uuid("location", place["id"]),
                "location": self.location(place),
            }
            record = {**more.get(link["id"], {}), **ends}
            offers.append(self._record("service_at_location", link["id"], record))
        return offers

    def _record(
        self, table: Table, original: str, record: Mapping[str, Any], categories: list[str] | None = None
    ) -> Row:
        exported = hsds_uuid(table, original)
        attributes = record.get("attributes")
        own = [_category(kind, exported) for kind in categories or ()]
        columns = self._restored.get((table, exported))
        if columns:
            own.append(restore_attribute(table, exported, columns))
        every = [*(attributes if isinstance(attributes, list) else ()), *own]
        made = shaped(table, {**record, "id": exported, "attributes": every}, f"{table}/{exported}")
        self._made[table, original] = made or {"id": exported}
        return self._made[table, original]


def _texts(row: Row, names: tuple[str, ...]) -> dict[str, str]:
    return {name: row[name] for name in names if row[name]}


def _term(term: Mapping[str, Any]) -> Row:
    scheme, code, label = (str(term.get(part) or "") for part in ("scheme", "code", "label"))
    return {
        "taxonomy_term": {
            "id": hsds_uuid("taxonomy_term", f"{scheme}/{code}/{label}"),
            "code": code,
            "name": label,
            "description": label,
            "taxonomy": scheme,
        }
    }


def _category(kind: str, exported: str) -> Row:
    title = CATEGORIES[kind].title.fr if kind in CATEGORIES else kind
    definition = CATEGORIES[kind].definition.fr if kind in CATEGORIES else kind
    return {
        "id": hsds_uuid(CATEGORY, f"{exported}/{kind}"),
        "link_id": exported,
        "link_type": CATEGORY,
        "link_entity": "service",
        "taxonomy_term": {
            "id": hsds_uuid("taxonomy_term", f"{SCHEME}/{kind}"),
            "code": kind,
            "name": title,
            "description": definition,
            "taxonomy": SCHEME,
            "language": "fr",
        },
    }
