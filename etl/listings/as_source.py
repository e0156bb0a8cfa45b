"""Imported listings as sources of a package: their places, counted with the others."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pandas as pd

from etl.listings.folder import LISTING, WITHHELD, read_facts, read_tables
from etl.registry import Declaration
from etl.tables import IMPORTED, Tables
from geodata.confidential import protection_of
from geodata.model import LICENCES, Source
from geodata.staleness import latest
from geodata.taxonomy import CATEGORIES, KIND_OF_LAYER, are_placed, layer_of
from geodata.text import Text, fold, same_in_both, slug

FOLDER: Final = "listings"
PREFIX: Final = "listing_"

_UNDECLARED: Final = "undeclared"
_ORGANIZATION_COLUMNS: Final = ["id", "name", "alternate_name", "assured_date"]

_CLOSED: Final = frozenset({"inactive", "defunct", "closed", "ferme", "fermee"})
"""States in which nobody is received: the entry stays in its listing, and off the map."""


def listing_sources(home: Path) -> list[tuple[Declaration, Tables]]:
    """Give every imported listing of a data folder, in the order of their names.

    Parameters
    ----------
    home
        Data folder; its listings are the folders of ``home/listings`` that hold a ``listing.json``.

    Raises
    ------
    ListingError
        If a listing cannot be read.
    """
    found = sorted((home / FOLDER).glob(f"*/{LISTING}"))
    return [listing_source(facts.parent) for facts in found if not facts.parent.name.startswith(".")]


def listing_source(folder: Path) -> tuple[Declaration, Tables]:
    """Read one imported listing.

    Raises
    ------
    ListingError
        If it cannot be read.
    """
    facts = read_facts(folder)
    declared = _declaration(f"{PREFIX}{slug(folder.name).replace('-', '_')}", facts)
    frames = read_tables(folder)
    places, kept_back = _places(declared, frames, str(facts.get("source_date") or ""))
    withheld = _withheld(folder) + kept_back
    note = Text(
        f"{withheld} lieux confidentiels comptés, ni placés ni nommés",
        f"{withheld} confidential places counted, neither placed nor named",
    )
    organizations = _organizations(declared, frames["organizations"])
    return declared, Tables(
        places=places if len(places) else None,
        organizations=organizations,
        notes=(note,) if withheld else (),
    )


def _declaration(name: str, facts: dict[str, Any]) -> Declaration:
    licence = str(facts.get("licence") or _UNDECLARED)
    date = str(facts.get("source_date") or "") or str(facts.get("imported_at") or "")[:10]
    title = str(facts.get("name") or name)
    correction = facts.get("correction") or facts.get("corrections")
    said = (
        correction if isinstance(correction, dict) and correction.get("fr") and correction.get("en") else {}
    )
    source = Source(
        id=name,
        title=same_in_both(title),
        producer=same_in_both(title),
        licence=licence if licence in LICENCES else _UNDECLARED,
        vintage=date,
        reference_date=date,
        url="",
        attribution=Text(f"Liste importée : {title}.", f"Imported listing: {title}."),
        caveat=Text(
            f"Liste apportée par la table, non vérifiée. {said.get('fr', '')}",
            f"Listing brought in by the table, not verified. {said.get('en', '')}",
        ),
        condition=IMPORTED,
    )
    area = tuple(str(territory) for territory in facts.get("coverage") or ())
    return Declaration(source, files=(), indicators=(), checks=(), area=area)


def _withheld(folder: Path) -> int:
    path = folder / WITHHELD
    return int(pd.read_parquet(path)["count"].sum()) if path.is_file() else 0


def _organizations(declared: Declaration, organizations: pd.DataFrame) -> pd.DataFrame:
    rows = organizations[_ORGANIZATION_COLUMNS].fillna("")
    shown = rows[rows["name"].map(lambda name: protection_of([name]) is None)]
    return shown.assign(id=declared.id + ":" + shown["id"]).drop_duplicates("id", ignore_index=True)


def _places(
    declared: Declaration, frames: dict[str, pd.DataFrame], source_date: str
) -> tuple[pd.DataFrame, int]:
    """Give one row a place and layer, and the number of places kept back as confidential."""
    locations = frames["locations"].drop_duplicates("id")
    offers = _offers(frames["links"], frames["services"])
    organizations = frames["organizations"].drop_duplicates("id").set_index("id")
    rows, kept_back = [], 0
    for place in locations.to_dict("records"):
        known = offers.get(str(place["id"]), [])
        offered = [service for service in known if fold(str(service["status"] or "")) not in _CLOSED]
        if known and not offered:
            continue
        owner = str(place["organization_id"] or "") or next(
            (o for service in offered if (o := str(service["organization_id"] or ""))), ""
        )
        organization = organizations.loc[owner].to_dict() if owner in organizations.index else {}
        kinds = list(dict.fromkeys(kind for service in offered for kind in _kinds(service["categories"])))
        entities: list[dict[Any, Any]] = [place, organization, *offered]
        names = [str(entity.get("name") or "") for entity in entities]
        if not are_placed(kinds) or protection_of(names) is not None:
            kept_back += 1
            continue
        date = latest(str(entity.get("assured_date") or "") for entity in entities) or source_date
        common = _place(declared, {str(k): v for k, v in place.items()}, next(filter(None, names), ""), date)
        common["organization_id"] = f"{declared.id}:{owner}" if organization else ""
        rows += [{**common, **_layer(layer, own)} for layer, own in _by_layer(kinds).items()]
    return pd.DataFrame(rows), kept_back


def _offers(links: pd.DataFrame, services: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    by_id = {str(service["id"]): service for service in services.to_dict("records")}
    offers: dict[str, list[dict[str, Any]]] = {}
    for service, place in links[["service_id", "location_id"]].itertuples(index=False):
        if service in by_id:
            offers.setdefault(str(place), []).append({str(k): v for k, v in by_id[service].items()})
    return offers


def _kinds(written: object) -> list[str]:
    kinds = json.loads(written) if isinstance(written, str) and written else []
    return [kind for kind in kinds if kind in CATEGORIES]


def _by_layer(kinds: Iterable[str]) -> dict[str, list[str]]:
    layers: dict[str, list[str]] = {}
    for kind in kinds:
        layers.setdefault(CATEGORIES[kind].layer.value, []).append(kind)
    general = layer_of(())
    return layers or {general.value: [KIND_OF_LAYER[general]]}


def _layer(layer: str, kinds: list[str]) -> dict[str, Any]:
    titles = [CATEGORIES[kind].title for kind in kinds]
    return {
        "category": layer,
        "kinds": kinds,
        "detail_fr": ", ".join(title.fr for title in titles),
        "detail_en": ", ".join(title.en for title in titles),
    }


def _place(declared: Declaration, place: dict[str, Any], name: str, date: str) -> dict[str, Any]:
    return {
        "place_id": f"{declared.id}:{place['id']}",
        "name": name,
        "address": place["address"] or "",
        "city": place["city"] or "",
        "postal_code": place["postal_code"] or "",
        "longitude": place["longitude"],
        "latitude": place["latitude"],
        "geocode_quality": place["geocode_quality"] or None,
        "assured_date": date,
        "only_mission": False,
    }
