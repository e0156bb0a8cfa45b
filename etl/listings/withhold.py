"""Keep the places that protect people out of a listing: neither placed nor listed, only counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import pandas as pd

from etl.listings.geocode import UNKNOWN_REGION, Gazetteer
from etl.listings.model import Entry
from geodata.confidential import Protection, protection_of
from geodata.taxonomy import CATEGORIES

_OF_CATEGORY: Final = {
    "emergency_shelter": Protection.SHELTER,
    "domestic_violence": Protection.SHELTER,
    "youth_protection": Protection.YOUTH_PROTECTION,
}
COLUMNS: Final = ("region", "category", "count")
"""Of ``withheld.parquet``: a health region (or ``unknown``), a ``Protection``, a number of places."""


def mark(entry: Entry) -> None:
    """Write ``_withheld`` in each entity of an entry: a ``Protection``, or empty where nothing says so."""
    for entity in (*entry.organizations, *entry.locations):
        entity["_withheld"] = _value(_declared(entity) or _of_entity(entity))
    for service in entry.services:
        service["_withheld"] = _value(
            _declared(service) or _of_entity(service) or _of_categories(service.get("categories") or ())
        )


def _declared(entity: Mapping[str, Any]) -> Protection | None:
    """Take the listing's own word that an entry is not for everyone."""
    return Protection.PRIVATE_ADDRESS if (entity.get("extra") or {}).get("confidential") else None


def _value(protection: Protection | None) -> str:
    return protection.value if protection else ""


def _of_entity(entity: Mapping[str, Any]) -> Protection | None:
    terms = entity.get("terms") or ()
    return _of_words(
        (entity.get("name") or "", entity.get("alternate_name") or ""),
        tuple(str(term.get("label") or "") for term in terms),
        tuple(str(term.get("code") or "") for term in terms),
        entity.get("description") or "",
    )


@lru_cache(maxsize=1024)
def _of_words(
    names: tuple[str, ...], labels: tuple[str, ...], codes: tuple[str, ...], description: str
) -> Protection | None:
    """Judge once what an organisation, its place and its service often say alike."""
    return protection_of([*names, *labels], [description], codes)


def _of_categories(categories: Iterable[str]) -> Protection | None:
    for category in categories:
        if category in CATEGORIES and not CATEGORIES[category].placed:
            return _OF_CATEGORY.get(category, Protection.PRIVATE_ADDRESS)
    return None


@dataclass(slots=True)
class Withheld:
    """What is kept out, by identifier of each table.

    Attributes
    ----------
    organizations, locations, services
        Identifier to ``Protection``.
    origins
        ``(file, row)`` of the entries that hold any of them.
    """

    organizations: dict[str, str] = field(default_factory=dict)
    locations: dict[str, str] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    origins: set[tuple[str, int]] = field(default_factory=set)

    def refers(self, refs: Mapping[str, str]) -> bool:
        """Whether a row points to something kept out; ``refs`` by column, such as ``organization_id``."""
        return (
            refs.get("organization_id") in self.organizations
            or refs.get("location_id") in self.locations
            or refs.get("service_id") in self.services
        )


def close_over(frames: Mapping[str, pd.DataFrame]) -> Withheld:
    """Extend what entities say of themselves to all that would give them away.

    An organisation takes its places and services along; a service takes the places where nothing else is
    offered; an organisation of which nothing is left goes too.

    Parameters
    ----------
    frames
        ``organizations``, ``locations``, ``services`` (``id``, ``organization_id``, ``_withheld``,
        ``_file``, ``_row``) and ``links`` (``service_id``, ``location_id``).
    """
    organizations, locations, services = (frames[n] for n in ("organizations", "locations", "services"))
    if not any((frame["_withheld"] != "").any() for frame in (organizations, locations, services)):
        return Withheld()
    held = Withheld(_said(organizations), _said(locations), _said(services))
    held.services |= _of_organizations(services, held.organizations)
    held.locations |= _of_organizations(locations, held.organizations)
    held.locations |= _only_served_by(frames["links"], held)
    held.organizations |= _left_with_nothing(frames, held)
    for frame, ids in (
        (organizations, held.organizations), (locations, held.locations), (services, held.services)
    ):  # fmt: skip
        rows = frame[frame["id"].isin(ids.keys())]
        held.origins |= set(zip(rows["_file"], rows["_row"].astype(int), strict=True))
    return held


def _said(frame: pd.DataFrame) -> dict[str, str]:
    marked = frame[frame["_withheld"] != ""]
    return dict(zip(marked["id"], marked["_withheld"], strict=True))


def _of_organizations(frame: pd.DataFrame, organizations: Mapping[str, str]) -> dict[str, str]:
    theirs = frame[frame["organization_id"].isin(organizations.keys())]
    pairs = zip(theirs["id"], theirs["organization_id"], strict=True)
    return {str(own): organizations[str(owner)] for own, owner in pairs}


def _only_served_by(links: pd.DataFrame, held: Withheld) -> dict[str, str]:
    inside = links["service_id"].isin(held.services.keys())
    open_places = set(links.loc[~inside, "location_id"])
    pairs = zip(links.loc[inside, "location_id"], links.loc[inside, "service_id"], strict=True)
    return {str(place): held.services[str(service)] for place, service in pairs if place not in open_places}


def _left_with_nothing(frames: Mapping[str, pd.DataFrame], held: Withheld) -> dict[str, str]:
    owned = pd.concat(
        [
            frames[name]
            .loc[:, ["id", "organization_id"]]
            .assign(reason=frames[name]["id"].map(ids).fillna("").astype(str))
            for name, ids in (("locations", held.locations), ("services", held.services))
        ]
    )
    owned = owned[owned["organization_id"] != ""]
    lost = owned[owned["reason"] != ""].groupby("organization_id")["reason"].first()
    kept = set(owned.loc[owned["reason"] == "", "organization_id"])
    return {str(owner): str(reason) for owner, reason in lost.items() if owner not in kept}


def count(frames: Mapping[str, pd.DataFrame], held: Withheld, gazetteer: Gazetteer) -> pd.DataFrame:
    """Count the places kept out, by health region and protection.

    An organisation or a service kept out without any place counts for one, at region ``unknown``.

    Returns
    -------
    pandas.DataFrame
        Columns ``COLUMNS``, sorted.
    """
    counts: Counter[tuple[str, str]] = Counter()
    places = frames["locations"][frames["locations"]["id"].isin(held.locations.keys())]
    for row in places.to_dict("records"):
        said = {str(column): value for column, value in row.items()}
        counts[gazetteer.rss_of(said), held.locations[str(said["id"])]] += 1
    links = frames["links"]
    placed = set(links.loc[links["location_id"].isin(held.locations.keys()), "service_id"])
    owners = set(places["organization_id"])
    services = frames["services"][frames["services"]["id"].isin(held.services.keys())]
    for own, owner in zip(services["id"], services["organization_id"], strict=True):
        if own not in placed and owner not in owners:
            counts[UNKNOWN_REGION, held.services[str(own)]] += 1
            owners.add(owner)
    for owner in held.organizations.keys() - owners:
        counts[UNKNOWN_REGION, held.organizations[owner]] += 1
    return as_counts(counts)


def as_counts(counts: Mapping[tuple[str, str], int]) -> pd.DataFrame:
    """Write counts by region and protection as the table of ``withheld.parquet``."""
    rows = [(region, category, number) for (region, category), number in sorted(counts.items())]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        {"region": str, "category": str, "count": "int64"}
    )
