"""A listing in memory: four tables of plain rows, as an export takes them and an import gives them back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any, Final

import pandas as pd

from etl.listings.convention import COLUMNS
from etl.listings.folder import read_facts, read_tables
from etl.listings.model import Entry
from geodata.confidential import protection_of
from geodata.errors import SelectionError
from geodata.model import LICENCES, ServiceCategory
from geodata.package import Package
from geodata.taxonomy import KIND_OF_LAYER, are_placed
from geodata.text import Text

Row = dict[str, Any]

_LISTS: Final = frozenset({"terms", "languages", "categories"})
_NUMBERS: Final = frozenset({"longitude", "latitude"})
_IN_QUEBEC: Final = {"province": "QC", "country": "CA"}


@dataclass(frozen=True)
class Listing:
    """Rows of ``etl.listings.model`` by table, and under which licences they are.

    Attributes
    ----------
    licences
        Identifiers of the licences of the rows.
    """

    organizations: list[Row]
    locations: list[Row]
    services: list[Row]
    links: list[Row]
    title: str = ""
    licences: tuple[str, ...] = ()

    def tables(self) -> dict[str, list[Row]]:
        """Give the tables by their HSDS name."""
        return {
            "organization": self.organizations,
            "location": self.locations,
            "service": self.services,
            "service_at_location": self.links,
        }


def row_of(table: str, given: Mapping[Any, Any]) -> Row:
    """Give every column of a table to a row, empty where it has none."""
    return {column: _cell(column, given.get(column)) for column in COLUMNS[table]}


def _cell(column: str, value: Any) -> Any:
    if column in _NUMBERS:
        return None if value is None or isnan(value) else float(value)
    if column in _LISTS or column == "extra":
        held = json.loads(value) if isinstance(value, str) and value else value
        return held or ({} if column == "extra" else [])
    return value if isinstance(value, str) else ""


def of_entries(entries: Iterable[Entry]) -> Listing:
    """Gather what the good entries of a reader hold."""
    good = [entry for entry in entries if not entry.quarantined]
    return Listing(
        [row_of("organization", row) for entry in good for row in entry.organizations],
        [row_of("location", row) for entry in good for row in entry.locations],
        [row_of("service", row) for entry in good for row in entry.services],
        [row_of("service_at_location", row) for entry in good for row in entry.links],
    )


def of_folder(folder: Path) -> Listing:
    """Read an imported listing.

    Raises
    ------
    ListingError
        If the folder holds none.
    """
    facts = read_facts(folder)
    frames = read_tables(folder)
    rows = {
        table: [row_of(table, row) for row in frames[name].to_dict("records")]
        for name, table in (
            ("organizations", "organization"),
            ("locations", "location"),
            ("services", "service"),
            ("links", "service_at_location"),
        )
    }
    return Listing(
        rows["organization"], rows["location"], rows["service"], rows["service_at_location"],
        title=str(facts.get("name") or ""),
        licences=(str(facts.get("licence") or "undeclared"),),
    )  # fmt: skip


def of_package(package: Package, *, undeclared: bool = False) -> Listing:
    """Take the places of a package as a listing.

    A place that names no organisation is its own, since HSDS gives every service to one.

    Parameters
    ----------
    package
        An open package.
    undeclared
        Whether to take the places of sources whose licence does not let them be passed on.
    """
    free = {
        name
        for name, source in package.sources.items()
        if undeclared or (source.licence in LICENCES and LICENCES[source.licence].redistributable)
    }
    locations = package.locations[package.locations["source_id"].isin(free)]
    services = package.services[package.services["location_id"].isin(locations["id"])]
    alone = services["organization_id"].eq("")
    owner = services["organization_id"].where(~alone, services["location_id"])
    own = services[alone].drop_duplicates("location_id")
    listed = package.organizations[package.organizations["id"].isin(owner)]
    owner_of = pd.Series(owner.to_numpy(), index=services["location_id"]).groupby(level=0).first()
    return Listing(
        organizations=[
            *(row_of("organization", row) for row in listed.to_dict("records")),
            *(
                row_of("organization", {**row, "id": row["location_id"]})
                for row in own[["location_id", "name", "assured_date"]].to_dict("records")
            ),
        ],
        locations=[
            row_of("location", {**row, **_IN_QUEBEC, "organization_id": owner_of[row["id"]]})
            for row in locations.to_dict("records")
        ],
        services=[
            row_of("service", {**row, "organization_id": held, **_said(row)})
            for row, held in zip(services.to_dict("records"), owner, strict=True)
        ],
        links=[
            row_of("service_at_location", {"id": f"{s}@{p}", "service_id": s, "location_id": p})
            for s, p in services[["id", "location_id"]].itertuples(index=False)
        ],
        title=package.id,
        licences=tuple(sorted({package.sources[name].licence for name in set(locations["source_id"])})),
    )  # fmt: skip


def _said(service: Mapping[Any, Any]) -> Row:
    kind = service.get("kind") or KIND_OF_LAYER[ServiceCategory(service["category"])]
    return {"description": service["detail_fr"], "categories": [kind]}


def without_confidential(listing: Listing) -> Listing:
    """Leave out what must be neither placed nor named, and all that would give it away."""
    organizations = {
        r["id"] for r in listing.organizations if protection_of([r["name"], r["alternate_name"]])
    }
    hidden = {
        r["id"]
        for r in listing.services
        if r["organization_id"] in organizations
        or not are_placed(r["categories"])
        or protection_of([r["name"], r["alternate_name"]])
    }
    places = {link["location_id"] for link in listing.links if link["service_id"] in hidden}
    places |= {
        r["id"]
        for r in listing.locations
        if r["organization_id"] in organizations or protection_of([r["name"]])
    }
    hidden |= {link["service_id"] for link in listing.links if link["location_id"] in places}
    return _kept(
        listing,
        {r["id"] for r in listing.services} - hidden,
        {r["id"] for r in listing.locations} - places,
        {r["id"] for r in listing.organizations} - organizations,
    )


def without_places(listing: Listing, places: set[str]) -> Listing:
    """Leave out some places, and the services and organisations that are nowhere else."""
    left = {link["service_id"] for link in listing.links if link["location_id"] not in places}
    there = {link["service_id"] for link in listing.links if link["location_id"] in places}
    services = {row["id"] for row in listing.services} - (there - left)
    kept = {row["id"] for row in listing.locations} - places
    owners = _owners(listing, services, kept)
    touched = _owners(listing, there, places)
    return _kept(listing, services, kept, {r["id"] for r in listing.organizations} - (touched - owners))


def of_kind(listing: Listing, kind: str) -> Listing:
    """Keep the services of one category, with their places and organisations."""
    services = {row["id"] for row in listing.services if kind in row["categories"]}
    places = {link["location_id"] for link in listing.links if link["service_id"] in services}
    return _with_owners(listing, services, places)


def at_places(listing: Listing, places: set[str]) -> Listing:
    """Keep some places, with the services that they offer and their organisations."""
    services = {link["service_id"] for link in listing.links if link["location_id"] in places}
    return _with_owners(listing, services, places)


def _with_owners(listing: Listing, services: set[str], places: set[str]) -> Listing:
    return _kept(listing, services, places, _owners(listing, services, places))


def _owners(listing: Listing, services: set[str], places: set[str]) -> set[str]:
    owners = {r["organization_id"] for r in listing.services if r["id"] in services}
    return owners | {r["organization_id"] for r in listing.locations if r["id"] in places}


def _kept(listing: Listing, services: set[str], places: set[str], organizations: set[str]) -> Listing:
    return Listing(
        [row for row in listing.organizations if row["id"] in organizations],
        [row for row in listing.locations if row["id"] in places],
        [row for row in listing.services if row["id"] in services],
        [k for k in listing.links if k["service_id"] in services and k["location_id"] in places],
        listing.title,
        listing.licences,
    )


def require_known(value: str, known: Iterable[str], where: str) -> None:
    """Raise where a selection names something that is not there.

    Raises
    ------
    SelectionError
        Naming it.
    """
    if value not in set(known):
        raise SelectionError(
            Text(f"« {value} » n'existe pas ici", f"“{value}” does not exist here"),
            where=where,
            hint=Text("choisissez-en un de la liste", "choose one of the list"),
        )
