"""The page of scenarios, followed as a table would: on the tiny package, with people in its areas."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box
from streamlit.testing.v1 import AppTest

from dashboard.navigation import Place
from geodata.access.reach import Question
from geodata.package import Package
from geodata.scenarios.edits import Add
from geodata.scenarios.files import to_json
from geodata.scenarios.scenario import CandidateKind, Scenario
from geodata.topology import encode
from geodata.writing import write_package
from tests.dashboard.conftest import PAGE, catalogue, tiny_manifest, tiny_tables

PEOPLE = 100
OPEN_FAR = "a~-72.1~46.05~~Salle du village"
"""At the tenth area of a strip where they are 7.7 km apart; CLSC stand at the first, fourth and last."""

Go = Callable[..., AppTest]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The tiny package with a hundred people in each of its twelve areas, and three CLSC."""
    tables = tiny_tables()
    for name, column in (("locations", "id"), ("services", "location_id")):
        rows = tables[name]
        new = rows[rows[column].eq("p3")].assign(**{"id": "s-p4", "name": "CLSC du Nord", column: "p4"})
        tables[name] = pd.concat([rows, new], ignore_index=True)
    tables["locations"].loc[tables["locations"]["id"].eq("p4"), "longitude"] = -71.9
    places = tables["territories"]
    assert isinstance(places, gpd.GeoDataFrame)
    places.loc[places["level"].eq("da"), "pop_2021"] = PEOPLE
    places.loc[places["level"].eq("province"), "geometry"] = box(-74, 45.5, -71, 47)
    geometry = {str(level): encode(frame) for level, frame in places.groupby("level")}
    folder = tmp_path_factory.mktemp("lived") / "package"
    manifest = tiny_manifest()
    manifest["sources"][0]["area"] = ["rss:06", "rss:14", "rss:18"]
    return write_package(folder, tables, catalogue(), geometry, manifest)


@pytest.fixture
def go(monkeypatch: pytest.MonkeyPatch, lived: Package, home: Path) -> Go:
    monkeypatch.setenv("PROXIMITE_PACKAGE", str(lived.path))

    def visit(state: dict[str, object] | None = None, **query: str) -> AppTest:
        at = AppTest.from_string(PAGE.format(place=Place.SCENARIOS.name), default_timeout=30)
        for key, value in query.items():
            at.query_params[key] = value
        for key, chosen in (state or {}).items():
            at.session_state[key] = chosen
        return calm(at.run())

    return visit


def calm(at: AppTest) -> AppTest:
    assert not at.exception
    assert "Traceback" not in said(at)
    return at


def said(at: AppTest) -> str:
    return "\n".join(piece.proto.body for piece in at.get("html")).replace("\u00a0", " ")


def button(at: AppTest, key: str) -> AppTest:
    return calm(at.button(key=key).click().run())


def changes(at: AppTest) -> str:
    asked = at.query_params.get("changements", "")
    return str(asked[0] if isinstance(asked, list) else asked)


def test_the_page_says_how_things_stand_today_and_what_is_wrong_with_a_link(go: Go) -> None:
    page = said(go(changements="f~absent,zut", territoire="mrc:999"))
    assert "Aujourd'hui, 25 % des gens ont un lieu à 10 minutes ou moins en voiture." in page
    assert "Ajoutez un point, ou changez un lieu" in page
    assert "Un lieu de ce scénario n'est pas dans ces données" in page
    assert "illisible : « zut »" in page
    assert "« mrc:999 » du lien n'existe pas" in page


def test_a_closure_says_first_who_loses_and_a_public_server_keeps_nothing(
    go: Go, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("PROXIMITE_UPKEEP", "false")
    page = said(go(changements=f"f~p3,{OPEN_FAR}"))
    first = page.index("100 personnes n'ont plus de lieu à 10 minutes ou moins en voiture")
    closure = page.index("Ce scénario ne justifie pas une fermeture.")
    assert first < page.index("100 personnes de plus à 10 minutes") < closure
    assert closure < page.index("Qui perd, et où") < page.index("Par groupe")
    assert "ne garde aucun scénario" in page
    assert not (home / "scenarios").exists()


def test_a_listed_place_closes_and_opens_again(go: Go) -> None:
    at = go({"scenario_tool": "change", "scenario_site": "p3", "scenario_act": "close"})
    at = button(at, "scenario-close")
    assert changes(at) == "f~p3"
    assert changes(button(at, "scenario-away-0")) == ""


def test_it_is_kept_reopened_and_gives_the_same_figures(go: Go, home: Path) -> None:
    # Ten minutes at 35 km/h, detour 1.3: 4.5 km. The new point serves its own area of 100 people only.
    at = go(changements=OPEN_FAR, nom="Au village")
    assert "100 personnes de plus à 10 minutes ou moins en voiture ; personne ne perd" in said(at)
    assert "400 personnes ont un trajet plus court" in said(at)
    button(at, "scenario-save")
    path = home / "scenarios" / "au-village.json"
    assert json.loads(path.read_text("utf-8"))["results"]["total.gained"] == PEOPLE
    at = button(go({"scenario_kept": "au-village.json"}, maniere="gardes"), "scenario-open")
    assert "Mêmes chiffres que dans le fichier." in said(at)
    assert changes(at) == OPEN_FAR
    assert "Mêmes chiffres" not in said(button(at, "scenario-away-0"))


def test_a_file_of_other_data_says_what_differs(go: Go, home: Path) -> None:
    scenario = Scenario("Ancien", Question("clsc"), (Add("Salle", -72.1, 46.05),), package_id="autre")
    written = json.loads(to_json(scenario)) | {"results": {"total.gained": 90.0}}
    (home / "scenarios").mkdir(parents=True)
    (home / "scenarios" / "ancien.json").write_text(json.dumps(written), "utf-8")
    (home / "scenarios" / "abime.json").write_text("{", "utf-8")
    at = go({"scenario_kept": "ancien.json"}, maniere="gardes")
    assert "Ce fichier n'est pas un scénario" in said(at)
    page = said(button(at, "scenario-open"))
    assert "autre version des données (autre)" in page
    assert "Ce qui diffère du fichier" in page


def test_the_tool_says_who_cannot_be_reached_then_proposes(go: Go) -> None:
    # The only public building is a library beside a CLSC: it adds nothing to it.
    at = button(go(maniere="proposer"), "scenario-search")
    assert "Aucun lieu de plus n'ajouterait quoi que ce soit" in said(at)
    assert "900 personnes ne peuvent être rejointes par aucun emplacement possible." in said(at)
    at.selectbox(key="scenario_ask_candidates").select(CandidateKind.GRID)
    at = button(at, "scenario-search")
    assert "1 lieu proposé." in said(at)
    assert changes(at).startswith("a~")
    assert "personne ne perd" in said(at)
