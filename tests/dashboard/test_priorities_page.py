"""The page of priorities, followed as a table would: on the tiny package, with three more indicators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.navigation import Place
from geodata.model import Direction, ErrorKind, Level, Theme
from geodata.package import Package
from geodata.topology import encode
from geodata.writing import write_package
from tests.dashboard.conftest import CLSC, PAGE, catalogue, indicator, observation, tiny_manifest, tiny_tables

FIGURES = {
    "alone": [30.0, 20.0, 10.0, 40.0, 50.0, 60.0],
    "poor": [10.0, 40.0, 20.0, 30.0, 25.0, 60.0],
    "jobs": [50.0, 60.0, 70.0, 40.0, float("nan"), 30.0],
}
GRID = "alone~50,poor~30,jobs~20"


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The tiny package with three indicators of need at the CLSC level; the last one lacks a figure."""
    tables = tiny_tables()
    more = [
        {**observation(f"clsc:{row[0]}", name, "2021", value, ErrorKind.NONE), "moe_95": 0.5}
        for name, values in FIGURES.items()
        for row, value in zip(CLSC, values, strict=True)
    ]
    tables["observations"] = pd.concat([tables["observations"], pd.DataFrame(more)], ignore_index=True)
    need = {"theme": Theme.HOUSEHOLDS, "levels": (Level.CLSC,), "periods": ("2021",)}
    new = [
        indicator("alone", "Vivre seul", "Living alone", direction=Direction.HIGHER_IS_NEED, **need),
        indicator("poor", "Peu de revenu", "Low income", direction=Direction.HIGHER_IS_NEED, **need),
        indicator("jobs", "En emploi", "Employed", direction=Direction.LOWER_IS_NEED, **need),
    ]
    places = tables["territories"]
    assert isinstance(places, gpd.GeoDataFrame)
    geometry = {str(level): encode(frame) for level, frame in places.groupby("level")}
    folder = tmp_path_factory.mktemp("rich") / "package"
    exact = [replace(one, error_kind=ErrorKind.ROUNDING) for one in new]
    return write_package(folder, tables, [*catalogue(), *exact], geometry, tiny_manifest())


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch, rich: Package, home: Path) -> Callable[..., AppTest]:
    monkeypatch.setenv("PROXIMITE_PACKAGE", str(rich.path))

    def go(**query: str) -> AppTest:
        at = AppTest.from_string(PAGE.format(place=Place.PRIORITIES.name), default_timeout=30)
        for key, value in query.items():
            at.query_params[key] = value
        return calm(at.run())

    return go


def calm(at: AppTest) -> AppTest:
    assert not at.exception
    assert "Traceback" not in html(at)
    return at


def html(at: AppTest) -> str:
    return "\n".join(element.proto.body for element in at.get("html"))


def grid(at: AppTest) -> str:
    asked = at.query_params.get("grille", "")
    return asked[0] if isinstance(asked, list) else asked


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Rien n'est choisi d'avance"), ("en", "Nothing is chosen")]
)
def test_the_page_opens_with_nothing_chosen(visit: Callable[..., AppTest], language: str, said: str) -> None:
    at = visit(lang=language)
    assert said in html(at)
    assert not any(box.value for box in at.checkbox)
    assert grid(at) == ""


def test_a_table_chooses_weighs_and_sees(visit: Callable[..., AppTest]) -> None:
    at = visit()
    for name in FIGURES:
        calm(at.checkbox(key=f"priorities_tick_{name}").check().run())
    assert grid(at) == "alone~0,poor~0,jobs~0"
    assert "Tous les poids sont à zéro" in html(at)
    calm(at.button(key="priorities_equal").click().run())
    assert "entre le" in html(at) or "au 1er rang" in html(at)
    calm(at.slider(key="priorities_weight_sliders_alone").set_value(80).run())
    assert grid(at) == "alone~80,poor~50,jobs~50"
    assert "44,4\u00a0%" in html(at)
    for name in FIGURES:
        calm(at.slider(key=f"priorities_weight_sliders_{name}").set_value(0).run())
    assert "Le dernier résultat reste affiché" in html(at)
    assert "Qui cela désigne" in html(at)


def test_two_quick_moves_do_not_undo_one_another(visit: Callable[..., AppTest]) -> None:
    at = visit(niveau="clsc", grille=GRID)
    before = grid(at)
    at.slider(key="priorities_weight_sliders_alone").set_value(80).run()
    at.query_params["grille"] = before  # the browser had not seen the new address yet
    calm(at.slider(key="priorities_weight_sliders_poor").set_value(10).run())
    assert grid(at) == "alone~80,poor~10,jobs~20"
    at.query_params["grille"] = "alone~1,poor~2,jobs~3"  # another link is another link
    assert "Somme\u00a0: 6 points" in html(calm(at.run()))


def test_who_is_not_ranked_is_said_with_the_reason(visit: Callable[..., AppTest]) -> None:
    at = visit(niveau="clsc", grille=GRID, territoire="clsc:14012")
    page = html(at)
    assert "Mistissini" in page
    assert "Conseil cri" in page
    assert "Pas de score\u00a0: retenu par le producteur (En emploi)" in page
    assert "sur 4" in page  # six territories, one community, one that lacks a figure


def test_an_example_says_that_it_is_one(visit: Callable[..., AppTest]) -> None:
    at = visit(niveau="clsc")
    calm(at.button(key="priorities-example").click().run())
    assert "Ceci est un exemple" in html(at)
    assert at.query_params["exemple"] in ("1", ["1"])


def test_a_grid_is_kept_opened_and_compared(visit: Callable[..., AppTest], home: Path) -> None:
    official = "cimd_situational_vulnerability"
    at = visit(niveau="clsc", grille=GRID, nom="Soir", ponderation="paires", officiel=official, lang="en")
    assert "over 4 territories, too few to say how uncertain" in html(at)
    calm(at.button(key="priorities-save").click().run())
    assert (home / "grilles" / "soir.json").is_file()
    calm(at.button(key="priorities-reset").click().run())
    assert grid(at) == ""
    calm(at.selectbox(key="priorities_kept").select("soir.json").run())
    calm(at.button(key="priorities-open").click().run())
    assert grid(at).startswith("alone~33.333333")
    calm(at.selectbox(key="priorities_kept").select("soir.json").run())
    calm(at.button(key="priorities-remove").click().run())
    assert not list((home / "grilles").glob("*.json"))


def test_an_open_server_keeps_nothing(visit: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROXIMITE_UPKEEP", "false")
    at = visit(niveau="clsc", grille=GRID, nom="Soir")
    assert "ne garde aucune grille" in html(at)
    assert not [button for button in at.button if button.key == "priorities-save"]
