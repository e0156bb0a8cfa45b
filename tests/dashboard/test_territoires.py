"""Custom territories on the pages: kept, renamed, shared, removed, and never in the way of the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from streamlit.testing.v1 import AppTest

from dashboard import data
from dashboard import territories_shelf as shelf
from dashboard.navigation import Place
from geodata.custom import CustomTerritory, TerritoryError, to_json
from geodata.custom.definition import id_of, named
from geodata.model import Level
from geodata.overlay import OverlaidPackage
from geodata.package import EMBEDDED

Go = Callable[..., AppTest]


def custom(name: str = "Notre coin", **definition: object) -> CustomTerritory:
    made = definition or {"members": ("table-mtl:cdc-de-rosemont",)}
    return CustomTerritory(id_of(name), named(name), date="2026-11-22", **made)  # type: ignore[arg-type]


@pytest.fixture
def on_real_data(monkeypatch: pytest.MonkeyPatch, home: Path) -> Path:
    monkeypatch.setenv("PROXIMITE_PACKAGE", str(EMBEDDED))
    return home / shelf.FOLDER


@pytest.fixture
def go(visit_place: Go, monkeypatch: pytest.MonkeyPatch, on_real_data: Path) -> Go:
    monkeypatch.setenv("PROXIMITE_PACKAGE", str(EMBEDDED))
    return visit_place


def said(at: AppTest) -> str:
    return " ".join(str(piece.proto.body) for piece in at.get("html"))


def test_what_is_kept_is_found_again_and_opened_with_the_package(on_real_data: Path) -> None:
    assert not isinstance(data.opened().package, OverlaidPackage)
    kept = shelf.keep(custom())
    assert [path.name for path in on_real_data.iterdir()] == ["notre-coin.json"]
    package = data.opened().package
    assert list(package.level(Level.CUSTOM).index) == [kept.id]
    assert data.current_package().manifest["geometry"].get("custom") is None


def test_two_of_one_name_are_numbered_and_the_same_is_kept_once(on_real_data: Path) -> None:
    first = shelf.keep(custom())
    assert shelf.keep(custom()) == first
    assert shelf.keep(custom(members=("clsc:06311",))).id == "custom:notre-coin-2"


def test_a_new_name_keeps_the_identifier(on_real_data: Path) -> None:
    kept = shelf.keep(custom())
    shelf.rename(kept, named("Autre nom"))
    assert [(t.id, t.name.fr) for t in shelf.known().territories] == [("custom:notre-coin", "Autre nom")]


def test_what_is_removed_is_set_aside(on_real_data: Path) -> None:
    for _ in range(2):
        shelf.remove(shelf.keep(custom()))
    assert shelf.known().territories == ()
    names = sorted(path.name for path in (on_real_data / shelf.ASIDE).iterdir())
    assert names == ["notre-coin-2.json", "notre-coin.json"]


def test_a_damaged_file_is_told_and_the_others_load(on_real_data: Path) -> None:
    shelf.keep(custom())
    (on_real_data / "abime.json").write_text("{", "utf-8")
    absent = custom("Absent", members=("da:24999999",))
    (on_real_data / "absent.json").write_text(to_json(absent), "utf-8")
    opened = data.opened()
    assert list(opened.package.level(Level.CUSTOM).index) == ["custom:notre-coin"]
    assert [type(problem) for problem in opened.left_aside] == [TerritoryError, TerritoryError]


def test_two_files_of_one_identifier_are_told(on_real_data: Path) -> None:
    shelf.keep(custom())
    copy = on_real_data / "notre-coin-copie.json"
    copy.write_text(to_json(custom(members=("clsc:06311",))), "utf-8")
    kept = shelf.known()
    # The file that bears the identifier as its name is the territory; its copy is told.
    assert [t.members for t in kept.territories] == [("table-mtl:cdc-de-rosemont",)]
    (problem,) = kept.problems
    assert "notre-coin.json" in problem.sentence("fr")
    assert "notre-coin-copie.json" in problem.sentence("en")


def test_a_public_site_writes_nothing(on_real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROXIMITE_UPKEEP", "false")
    shelf.keep(custom())
    assert not on_real_data.exists()


def test_the_empty_page_says_the_three_ways(go: Go) -> None:
    at = go(Place.TERRITORIES)
    assert not at.exception
    assert all(way in said(at) for way in ("maniere=dessiner", "maniere=fichier", "maniere=choisir"))


def test_a_link_to_a_territory_that_is_not_here_says_so(go: Go) -> None:
    assert "n'est pas gardé ici" in said(go(Place.TERRITORIES, territoire="custom:ailleurs"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_kept_territory_shows_its_figures_and_what_is_absent(
    go: Go, on_real_data: Path, language: str
) -> None:
    shelf.keep(custom(shape=shapely.box(-73.62, 45.50, -73.60, 45.52)))
    at = go(Place.TERRITORIES, territoire="custom:notre-coin", lang=language)
    assert not at.exception
    page = said(at)
    assert ("Ce qui ne peut pas être donné" if language == "fr" else "What cannot be given") in page
    assert "niveau=custom&amp;territoire=custom%3Anotre-coin" in page
    assert "◐" in page
    divided = "divisent par le recensement de 2021" if language == "fr" else "divide by the 2021 census"
    assert page.count(divided) == 1


def test_chosen_territories_are_named_and_kept(go: Go, on_real_data: Path) -> None:
    at = go(Place.TERRITORIES, maniere="choisir")
    at.text_area[0].set_value("2466023\n99").run()
    assert "recensées en 2021" in said(at)
    at.text_input(key="territory_name").set_value("Ma ville")
    at.button[0].click().run()
    assert not at.exception
    assert at.query_params["territoire"] == "custom:ma-ville"
    assert (on_real_data / "ma-ville.json").is_file()


def test_too_few_people_are_refused_on_the_page(go: Go, on_real_data: Path) -> None:
    small = data.opened().package.level(Level.DA)["pop_2021"]
    area = small.index[small.between(1, 39)][0]
    at = go(Place.TERRITORIES, maniere="choisir")
    at.text_area[0].set_value(area).run()
    assert "moins que les 40" in said(at)
    assert not [box for box in at.text_input if box.key == "territory_name"]


def test_the_map_opens_on_a_custom_territory(go: Go, on_real_data: Path) -> None:
    shelf.keep(custom())
    at = go(Place.MAP, niveau="custom", territoire="custom:notre-coin")
    assert not at.exception
    assert "Notre coin" in said(at)
