from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etl.listings.as_source import listing_sources
from etl.listings.folder import write_facts
from etl.listings.spool import FILES, TABLES, write_table
from etl.tables import IMPORTED
from geodata.errors import ListingError

FACTS = {
    "name": "Liste de la table", "licence": "cc-by-4.0", "source_date": "2026-05-01", "coverage": ["mrc:66"],
    "imported_at": "2026-11-22T10:00:00+00:00",
    "correction": {"fr": "Écrivez à la table.", "en": "Write to the round table."},
}  # fmt: skip
ORGANIZATIONS = [{"id": "1", "name": "Moisson Laval"}, {"id": "2", "name": "Maison des jeunes Le Squatt"}]
LOCATIONS = [
    {"id": "1", "organization_id": "1", "name": "", "address": "1, rue A", "city": "Laval",
     "postal_code": "H7A1A1", "longitude": -73.7, "latitude": 45.6, "geocode_quality": "rooftop"},
    {"id": "2", "organization_id": "", "name": "Le Squatt", "address": "", "city": "", "postal_code": "",
     "longitude": None, "latitude": None, "geocode_quality": "none"},
    {"id": "3", "organization_id": "2", "name": "Point de service", "address": "", "city": "",
     "postal_code": "", "longitude": -73.6, "latitude": 45.5, "geocode_quality": "municipality"},
]  # fmt: skip
SERVICES = [
    {"id": "1", "organization_id": "1", "name": "Dépannage", "categories": ["food_bank"],
     "assured_date": "2026-01-15"},
    {"id": "2", "organization_id": "1", "name": "Clinique", "categories": ["medical_clinic", "food_bank"]},
    {"id": "3", "organization_id": "2", "name": "Activités", "categories": ["youth_centre"]},
    {"id": "4", "organization_id": "2", "name": "Aide", "categories": ["domestic_violence"]},
]  # fmt: skip
LINKS = [("1", "1"), ("2", "1"), ("3", "2"), ("4", "3"), ("9", "1")]


def write_listing(folder: Path, facts: dict[str, Any] | None = None) -> Path:
    """Write the folder of a small imported listing."""
    folder.mkdir(parents=True)
    links = [{"id": f"{s}@{p}", "service_id": s, "location_id": p} for s, p in LINKS]
    for name, rows in (("organizations", ORGANIZATIONS), ("locations", LOCATIONS), ("services", SERVICES),
                       ("links", links)):  # fmt: skip
        blank = dict.fromkeys(TABLES[name], "") | {"extra": "{}"}
        written = [
            {**blank, **row, **{k: json.dumps(v) for k, v in row.items() if isinstance(v, list)}}
            for row in rows
        ]
        write_table(pd.DataFrame(written)[list(TABLES[name])], name, folder / FILES[name])
    pd.DataFrame([("rss:13", "shelter", 2)], columns=["region", "category", "count"]).to_parquet(
        folder / "withheld.parquet"
    )
    write_facts(folder, {**FACTS, **(facts or {})})
    return folder


def test_a_listing_becomes_a_source(tmp_path: Path) -> None:
    write_listing(tmp_path / "listings" / "Ma liste")
    ((declared, tables),) = listing_sources(tmp_path)
    assert declared.id == "listing_ma_liste"
    assert declared.area == ("mrc:66",)
    assert declared.source.licence == "cc-by-4.0"
    assert declared.source.condition == IMPORTED
    assert "Écrivez à la table." in declared.source.caveat.fr
    assert tables.places is not None
    assert tables.organizations is not None
    assert set(tables.organizations["id"]) == {"listing_ma_liste:1", "listing_ma_liste:2"}


def test_a_place_has_a_row_a_layer_with_its_kinds(tmp_path: Path) -> None:
    write_listing(tmp_path / "listings" / "l")
    ((_, tables),) = listing_sources(tmp_path)
    assert tables.places is not None
    rows = tables.places.set_index(["place_id", "category"])
    food = rows.loc[("listing_l:1", "community")]
    assert food["kinds"] == ["food_bank"]
    assert food["name"] == "Moisson Laval"
    assert food["detail_fr"] == "Dépannage alimentaire"
    assert food["assured_date"] == "2026-01-15"
    assert rows.loc[("listing_l:1", "health"), "kinds"] == ["medical_clinic"]
    squatt = rows.loc[("listing_l:2", "community")]
    assert squatt["organization_id"] == "listing_l:2"
    assert squatt["assured_date"] == "2026-05-01"
    assert squatt["geocode_quality"] == "none"


def test_a_place_that_protects_people_is_kept_back_and_counted(tmp_path: Path) -> None:
    write_listing(tmp_path / "listings" / "l")
    ((_, tables),) = listing_sources(tmp_path)
    assert tables.places is not None
    assert "listing_l:3" not in set(tables.places["place_id"])
    assert [note.fr for note in tables.notes] == ["3 lieux confidentiels comptés, ni placés ni nommés"]


def test_an_import_date_does_not_make_an_entry_fresh(tmp_path: Path) -> None:
    write_listing(tmp_path / "listings" / "l", {"source_date": ""})
    ((declared, tables),) = listing_sources(tmp_path)
    assert tables.places is not None
    assert set(tables.places["assured_date"]) == {"2026-01-15", ""}
    assert declared.source.vintage == "2026-11-22"


def test_an_unknown_licence_is_undeclared(tmp_path: Path) -> None:
    write_listing(tmp_path / "listings" / "l", {"licence": "mine", "coverage": []})
    ((declared, _),) = listing_sources(tmp_path)
    assert declared.source.licence == "undeclared"
    assert declared.area == ()


def test_no_listing_is_no_source(tmp_path: Path) -> None:
    assert listing_sources(tmp_path) == []


def test_a_damaged_listing_is_said_in_one_sentence(tmp_path: Path) -> None:
    folder = write_listing(tmp_path / "listings" / "l")
    (folder / FILES["services"]).write_bytes(b"nothing")
    with pytest.raises(ListingError):
        listing_sources(tmp_path)


def test_a_place_whose_services_are_all_closed_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = [row | ({"status": "defunct"} if row["id"] == "3" else {}) for row in SERVICES]
    monkeypatch.setitem(globals(), "SERVICES", closed)
    write_listing(tmp_path / "listings" / "Ma liste")
    ((_declared, tables),) = listing_sources(tmp_path)
    assert tables.places is not None
    assert set(tables.places["place_id"]) == {"listing_ma_liste:1"}
