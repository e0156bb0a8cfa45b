"""What the page of organisations lists, sorts and writes, without a page."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from dashboard import duplicates_view, listings_shelf, listings_view
from dashboard.components.organismes.bring_in import Arrival
from dashboard.exports import hsds
from dashboard.exports.sheet_csv import csv_of_sheet
from dashboard.i18n import in_language
from dashboard.listings_view import Asked
from etl.listings.export import Format
from etl.listings.review import decide
from geodata.model import GeocodeQuality
from geodata.package import Package
from geodata.staleness import Age
from geodata.taxonomy import CATEGORIES, FAMILIES


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("PROXIMITE_HOME", str(folder))
    return folder


class _Tables:
    """A package of which some tables are others."""

    def __init__(self, package: Package, **tables: pd.DataFrame) -> None:
        self._package, self._tables = package, tables

    def __getattr__(self, name: str):
        return self._tables[name] if name in self._tables else getattr(self._package, name)


def _with(package: Package, **tables: pd.DataFrame):
    return _Tables(package, **tables)


def test_places_age_and_duplicates_count_once(tiny: Package) -> None:
    rows = listings_view.listed(tiny, date(2026, 11, 22))
    assert listings_view.counts(rows) == {Age.FRESH: 3, Age.AGEING: 0, Age.STALE: 0, Age.UNDATED: 0}
    later = listings_view.listed(tiny, date(2028, 11, 22))
    assert listings_view.counts(later)[Age.STALE] == 3
    families = listings_view.counts_by_family(rows)
    assert {family: sum(found.values()) for family, found in families.items()} == {
        **dict.fromkeys(FAMILIES, 0),
        "health_social": 2,
        "gathering": 1,
    }


def test_a_category_that_protects_people_is_never_listed(tiny: Package) -> None:
    hidden = next(key for key, category in CATEGORIES.items() if not category.placed)
    services = tiny.services.assign(kind=[hidden, "library", "clsc"])
    rows = listings_view.listed(_with(tiny, services=services), date(2026, 11, 22))
    assert list(rows.index) == ["p2", "p3"]


def test_an_older_package_has_kinds_by_layer(tiny: Package) -> None:
    older = _with(
        tiny,
        services=tiny.services.drop(columns="kind"),
        locations=tiny.locations.drop(columns="same_as"),
    )
    rows = listings_view.listed(older, date(2026, 11, 22))
    assert rows.loc["p1", "kinds"] == ("clsc",)


@pytest.mark.parametrize(("language", "quality"), [("fr", "à son adresse"), ("en", "at its address")])
def test_the_list_is_taken_away_in_the_language_of_the_page(
    tiny: Package, language: str, quality: str
) -> None:
    with in_language(language):  # type: ignore[arg-type]
        written = csv_of_sheet(
            listings_view.places_sheet(tiny, listings_view.chosen(tiny, Asked(words="joliette")))
        )
    rows = list(
        csv.reader(io.StringIO(written.decode("utf-8-sig")), delimiter=";" if language == "fr" else ",")
    )
    assert rows[1][:2] == ["p3", "CLSC de Joliette"]
    assert quality in rows[1]


def test_a_selection_is_taken_away_as_hsds(tiny: Package) -> None:
    rows = listings_view.chosen(tiny, Asked(family="health_social"))
    services = json.loads(hsds.export(tiny, rows, Format.JSON))
    assert sorted(s["name"] for s in services if "name" in s and "organization" in s) == [
        "CLSC de Hochelaga",
        "CLSC de Joliette",
    ]
    with zipfile.ZipFile(io.BytesIO(hsds.export(tiny, rows, Format.CSV))) as archive:
        assert "datapackage.json" in archive.namelist()
        assert archive.testzip() is None


def test_a_place_of_an_undeclared_licence_stays_here(tiny: Package) -> None:
    rows = listings_view.places_of(tiny)
    assert len(listings_view.may_be_passed_on(tiny, rows)) == 3
    source = replace(tiny.sources["test"], licence="undeclared")
    closed = _Tables(tiny, sources={"test": source})  # type: ignore[arg-type]
    assert listings_view.may_be_passed_on(closed, rows).empty


def test_every_quality_has_its_words() -> None:
    with in_language("en"):
        said = {listings_view.quality_words(quality.value) for quality in GeocodeQuality}
    assert len(said) == len(GeocodeQuality)


def test_pairs_are_sorted_by_what_was_said(tiny: Package, home: Path) -> None:
    twin = tiny.locations.iloc[[0]].assign(id="q1", source_id="other", name="CLSC Hochelaga")
    locations = pd.concat([tiny.locations, twin], ignore_index=True)
    package = _Tables(tiny, locations=locations, id="twins")  # type: ignore[arg-type]
    (pair,) = duplicates_view.queues(package, home).waiting  # type: ignore[arg-type]
    assert (pair.left.id, pair.right.id) == ("p1", "q1")
    joined = _Tables(tiny, locations=locations.assign(same_as=["", "", "", "p1"]), id="joined")  # type: ignore[arg-type]
    assert [p.key for p in duplicates_view.queues(joined, home).joined] == ["p1|q1"]  # type: ignore[arg-type]
    decide(home, "p1", "q1", "different")
    assert [p.answer for p in duplicates_view.queues(joined, home).decided] == ["different"]  # type: ignore[arg-type]


def test_names_from_outside_name_no_other_folder(home: Path) -> None:
    assert listings_shelf.safe_name("../../etc/passwd") == "passwd"
    assert listings_shelf.safe_name("C:\\liste à moi.XLSX").endswith("a-moi.xlsx")
    assert listings_shelf.free_folder(home, "../..").parent == home / "listings-aside"
    assert Arrival(Path("x"), "x", "", "table").upload == ""  # type: ignore[arg-type]
