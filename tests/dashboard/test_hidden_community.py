"""A community that asked not to be shown is on no page, in no answer of the server and in no file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from dashboard import data, upkeep
from dashboard.components import downloads
from dashboard.exports.map_sheet import sheet_of_map
from dashboard.figures import figures
from dashboard.navigation import Place
from dashboard.search import find
from dashboard.state import Selection
from etl.cli import app
from etl.listings.canonical import Listing
from etl.settings import settings
from etl.shown import left_aside, shown_listing
from geodata.model import Level
from geodata.package import GEOMETRY_FOLDER, Package, open_package

HIDDEN = "clsc:06021"
NAME = "Hochelaga-Maisonneuve"
GONE = (HIDDEN, NAME, "da:24060210", "da:24060211", "HoMa", "H1W2C3", "CLSC de Hochelaga")


@pytest.fixture
def less(monkeypatch: pytest.MonkeyPatch, tiny: Package, home: Path) -> Package:
    """The package that the pages open once the setting names a territory."""
    monkeypatch.setenv("PROXIMITE_PACKAGE", str(tiny.path))
    monkeypatch.setenv("PROXIMITE_HIDDEN_COMMUNITIES", f" {HIDDEN},clsc:99999 ")
    return data.opened().package


def _named(text: str) -> list[str]:
    return [name for name in GONE if name in text]


def test_the_setting_is_a_list_between_commas(less: Package) -> None:
    assert settings().hidden_communities == {HIDDEN, "clsc:99999"}
    assert less.path.parent.parent == settings().home


def test_another_setting_is_another_package(
    less: Package, tiny: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert less.id != tiny.id
    monkeypatch.delenv("PROXIMITE_HIDDEN_COMMUNITIES")
    assert data.opened().package.id == tiny.id


@pytest.mark.parametrize("place", [Place.MAP, Place.ORGANISATIONS])
def test_no_page_says_it(
    less: Package,
    visit_place: Callable[..., AppTest],
    monkeypatch: pytest.MonkeyPatch,
    place: Place,
) -> None:
    made: list[bytes] = []
    monkeypatch.setattr(downloads, "_button", lambda *given: made.append(given[-1]()))
    at = visit_place(place, niveau="clsc", tableau="1")
    assert not at.exception
    pages = [str(element.proto) for element in at.main] + [str(at.main)]
    tables = [frame.value.to_csv() for frame in at.dataframe]
    assert _named("\n".join(pages + tables)) == []
    assert made
    assert _named("\n".join(content.decode("utf-8", "ignore") for content in made)) == []


def test_a_link_to_it_is_a_calm_sentence(less: Package, visit_place: Callable[..., AppTest]) -> None:
    at = visit_place(Place.MAP, niveau="clsc", territoire=HIDDEN)
    assert not at.exception
    assert any("n'existe pas dans ces données" in str(e.proto.body) for e in at.get("html"))


def test_neither_the_search_nor_a_postal_code_leads_to_it(less: Package) -> None:
    assert find(data.search_index(less), "Hochelaga") == []
    assert find(data.search_index(less), "HoMa") == []
    assert data.postal_codes(less) == ["J6E1A1"]


def test_the_server_has_no_shape_of_it(less: Package, tiny: Package) -> None:
    names = less.manifest["geometry"]
    drawn = [(less.path / GEOMETRY_FOLDER / name).read_text("utf-8") for name in names.values()]
    assert _named("\n".join(drawn)) == []
    assert names["clsc"] != tiny.manifest["geometry"]["clsc"]
    assert names["mrc"] == tiny.manifest["geometry"]["mrc"]


def test_no_format_of_the_map_holds_it_and_wider_figures_stay(less: Package, tiny: Package) -> None:
    found = figures(less, Level.CLSC, "population", "2021")
    sheet = sheet_of_map(less, Selection(Level.CLSC, "population", "2021"), found)
    assert len(sheet.frame) == 5
    for form in (*downloads.TABLES, *downloads.SHAPES):
        assert _named(form.write(sheet).decode("utf-8", "ignore")) == []
    wider = [p.value_of("province:24", "population") for p in (less, tiny)]
    assert wider[0]["value"] == wider[1]["value"] == 310_000  # type: ignore[index]


@pytest.mark.parametrize("form", ["hsds-json", "hsds-csv"])
def test_the_command_that_exports_obeys(less: Package, tiny: Package, tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["export", str(tiny.path), "--out", str(out), "--format", form, "--json"])
    assert done.exit_code == 0, done.output
    written = "\n".join(path.read_text("utf-8") for path in out.rglob("*") if path.is_file())
    assert _named(written) == []
    assert "CLSC de Joliette" in written


def test_a_listing_is_given_on_without_its_places_and_who_is_only_there(less: Package, tiny: Package) -> None:
    rows = [("a", -73.0, "", "one"), ("b", -72.7, "Joliette", "both"), ("c", None, NAME, "both")]
    listing = Listing(
        [{"id": "one", "name": "Un"}, {"id": "both", "name": "Deux"}, {"id": "none", "name": "Trois"}],
        [{"id": i, "longitude": x, "city": city, "organization_id": o} for i, x, city, o in rows],
        [
            *({"id": f"s-{i}", "organization_id": o} for i, _x, _city, o in rows),
            {"id": "s-d", "organization_id": "none"},
        ],
        [{"service_id": f"s-{i}", "location_id": i} for i, *_rest in rows],
    )
    located = pd.DataFrame({"location_id": ["a", "b"], "territory_id": [HIDDEN, "clsc:14011"]})
    kept = shown_listing(listing, located, tiny)
    assert [row["id"] for row in kept.locations] == ["b"]
    assert [row["id"] for row in kept.services] == ["s-b", "s-d"]
    assert [row["id"] for row in kept.organizations] == ["both", "none"]
    assert [row["location_id"] for row in kept.links] == ["b"]


def test_the_checks_are_made_on_the_whole_package(less: Package) -> None:
    counted = {result.id: result.verdict for result in upkeep.check(less)}
    assert counted["files"] == "ok"


def test_a_name_that_is_not_there_is_said_and_changes_nothing_else(less: Package, tiny: Package) -> None:
    (sentence,) = left_aside(tiny.path)
    assert "clsc:99999" in sentence.fr
    assert "clsc:99999" in sentence.en


def test_a_comparison_of_two_versions_does_not_name_it(
    less: Package, tiny: Package, write_tiny: Callable[..., Package], tmp_path: Path
) -> None:
    other = write_tiny(tmp_path / "other", notes=[])
    done = CliRunner().invoke(app, ["diff", str(tiny.path), str(other.path), "--json"])
    assert done.exit_code == 0, done.output
    assert _named(json.dumps(done.output)) == []
    assert open_package(other.path).id == other.id
