"""The page of access on a dozen areas whose answers can be counted by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import reach
from dashboard.access import around, gap_rows, needs, reading, rows
from dashboard.access.link import Asked, View
from dashboard.access.whole import where_known
from dashboard.maps import bivariate
from geodata.access.facts import Mode
from geodata.access.reach import Measure, Question
from geodata.access.thresholds import Thresholds
from geodata.model import Level
from geodata.package import Package
from geodata.topology import encode
from geodata.writing import write_package
from tests.dashboard.conftest import PAGE, catalogue, tiny_manifest, tiny_tables

PEOPLE = 500
"""In each of the twelve areas, 0.1 degree (7.7 km) apart; two a territory of CLSC."""

TEN_MINUTES_KM = 10 / 60 * 35 / 1.3
"""By car in town as the crow flies: 4.5 km, so that only an area beside a place has it near enough."""

Visit = Callable[..., AppTest]


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The tiny package with people in every area, and a third CLSC, in the Cree territory."""
    tables: dict[str, Any] = tiny_tables()
    places = tables["territories"]
    places.loc[places["level"] == "da", "pop_2021"] = PEOPLE
    third = tables["locations"].iloc[[2]].assign(id="p4", name="CLSC de Mistissini", longitude=-72.0)
    tables["locations"] = pd.concat([tables["locations"], third], ignore_index=True)
    service = tables["services"].iloc[[2]].assign(id="s-p4", location_id="p4", name="CLSC de Mistissini")
    tables["services"] = pd.concat([tables["services"], service], ignore_index=True)
    where = tables["location_territories"]
    added = pd.DataFrame([("p4", "clsc", "clsc:18001", "polygon")], columns=where.columns)
    tables["location_territories"] = pd.concat([where, added], ignore_index=True)
    manifest = tiny_manifest()
    # The listing says that it names every place of the three regions.
    manifest["sources"][0]["area"] = ["rss:06", "rss:14", "rss:18"]
    geometry = {level: encode(frame) for level, frame in places.groupby("level")}
    folder = tmp_path_factory.mktemp("peopled") / "package"
    return write_package(folder, tables, catalogue(), geometry, manifest)


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch, peopled: Package, home: Path) -> Iterator[Visit]:
    """Open the page of access."""
    monkeypatch.setenv("PROXIMITE_PACKAGE", str(peopled.path))

    def go(**query: str) -> AppTest:
        at = AppTest.from_string(PAGE.format(place="ACCESS"), default_timeout=60)
        for name, value in query.items():
            at.query_params[name] = value
        return at.run()

    return go


def words_of(at: AppTest) -> str:
    """Give what the page says, without its tags."""
    assert not at.exception
    bodies = (element.proto.body for element in at.get("html"))
    said = " ".join(body for body in bodies if "<style" not in body and "<script" not in body)
    return " ".join(re.sub(r"<[^>]+>", " ", said).replace("\u00a0", " ").split())


def test_first_sentence_counts_people_out_of_a_hundred(visit: Visit) -> None:
    said = words_of(visit())
    # Areas 0, 3 and 10 are beside a place: 3 of 12.
    assert "Point de service CLSC, Québec : sur 100 personnes, 25 ont un lieu assez près en voiture." in said
    assert "Environ 4 500 personnes n'en ont pas assez près ; personne n'est hors de portée." in said
    assert "10 minutes en milieu urbain" in said
    assert "À vol d'oiseau × 1,3" in said
    assert "Date des fiches : 23 mars 2026." in said
    assert "Attention : 3 lieux seulement sont listés." in said


def test_every_choice_goes_to_the_address(visit: Visit) -> None:
    at = visit(territoire="clsc:06021")
    assert "50,0 %" in words_of(at)
    at.selectbox("access_mode").set_value("pied").run()
    assert at.query_params["mode"] == "pied"
    at.number_input("access_minutes_urban").set_value(120.0).run()
    assert at.query_params["seuils"] == "120-20-25-30"
    assert "120 minutes en milieu urbain" in words_of(at)
    at.selectbox("access_mode").set_value("auto").run()
    assert "mode" not in at.query_params
    assert "seuils" not in at.query_params, "minutes on foot are not minutes by car"
    assert at.query_params["territoire"] == "clsc:06021"


def test_a_wrong_link_is_told_and_never_breaks(visit: Visit) -> None:
    said = words_of(
        visit(
            vue="besoin",
            seuils="0-1-2-x",
            reseau="z",
            mode="collectif",
            besoin="nope",
            niveau="q",
            pour="q",
            territoire="nulle-part",
        )
    )
    for piece in (
        "Le réseau du lien n'est pas sur cette machine",
        "la page compte en voiture",
        "Les seuils du lien ne se lisent pas",
        "Le niveau « q »",
        "Le groupe « q »",
        "Le besoin « nope »",
        "Le territoire « nulle-part »",
    ):
        assert piece in said


def test_need_and_access_counts_people_and_leaves_communities_out(visit: Visit) -> None:
    said = words_of(visit(vue="besoin"))
    assert "Communauté qui se gouverne : ni score ni rang · 1 territoire" in said
    # Five territories of 1,000 people: the highest need without any place near enough is D'Autray's.
    assert "D'Autray : classe A1, 1 000 personnes" in said
    assert "sur 1 000 n'ont pas de lieu" in said
    assert "Mistissini" not in said.split("Où le besoin dépasse")[1]


def test_around_and_official_say_who_is_served(visit: Visit) -> None:
    at = visit(vue="autour", point="p1")
    said = words_of(at)
    assert "CLSC de Hochelaga : environ 500 personnes ont ce lieu assez près." in said
    assert "proche d'environ 1 000 personnes ; 500 n'en ont pas d'autre" in said
    at.query_params["vue"] = "officiels"
    # The place at area 3 is filed under Joliette: people of areas 2 to 6 who are not of Joliette go there.
    assert "D'un territoire à l'autre" in words_of(at.run())


def test_the_table_has_the_figures_of_the_map(peopled: Package) -> None:
    question = Question("clsc")
    found = reach.measured(peopled, question)
    table = reach.at_level(peopled, question, Level.CLSC)
    sheet = rows.sheet(peopled, Level.CLSC, found, table, "t", ())
    row = sheet.frame.loc["clsc:06021"]
    assert (row["value"], row["people"], row["beyond"], row["out_of_reach"]) == (50.0, 1000, 500, 0)
    assert row["grade"].startswith("◐")
    assert list(sheet.frame["name"]) == sorted(sheet.frame["name"])
    known = where_known(peopled, found)
    assert (known["value"], known["people_within"], known["coverage"]) == (pytest.approx(25), 1500, 1)


def test_a_gap_keeps_every_person_and_colours_every_territory(peopled: Package) -> None:
    asked = Asked(View.GAP, Question("clsc"), Level.CLSC)
    need = needs.chosen(peopled, asked, {})
    assert need.indicator == "cimd_situational_vulnerability"
    gap = needs.gap(peopled, asked, need)
    measured = reach.measured(peopled, asked.question)
    found = gap_rows.crossed(peopled, gap, measured, Level.CLSC, "Besoin")
    assert sum(cell.people for cell in found.cells.values()) == 5 * 2 * PEOPLE
    assert (sum(found.painted.counts), found.painted.hidden) == (5, 1)
    sheet = gap_rows.sheet(peopled, found, (), ())
    assert sheet.frame.loc["clsc:14012", "class"] == "A1"
    assert sheet.frame.loc["clsc:18001", "class"] == ""
    assert pd.isna(sheet.frame.loc["clsc:18001", "access"])
    assert f"px{'c'}9" in gap_rows.picture(peopled, found), "the priority class is hatched in the picture"


def test_a_kept_grid_travels_in_the_address(peopled: Package) -> None:
    asked = Asked(View.GAP, Question("clsc"), Level.CLSC, need="grille")
    few = needs.chosen(peopled, asked, {"grille": "cimd_situational_vulnerability~10"})
    assert few.grid is None
    assert few.notices, "three indicators at least make a grid"


def test_rings_stand_apart_and_areas_lie_over_them(peopled: Package) -> None:
    found = around.around(peopled, Question("clsc"), "p1")
    assert found.minutes == (5.0, 10.0, 15.0)
    outer, middle, inner = found.rings.geometry
    assert outer.intersection(middle).area == pytest.approx(0, abs=1e-9)
    assert inner.covers(inner.representative_point())
    assert not middle.intersects(inner.representative_point())
    assert list(found.rings["name_fr"]) == ["15\u00a0min", "10\u00a0min", "5\u00a0min"]
    painted = around.painted(found)
    # Nearest and near enough: area 0; nearest and beyond: area 1.
    assert painted.counts == (0, 1, 1)
    assert painted.classes[-2:].tolist() == [1, 2]
    assert painted.classes[:-2].tolist() == [3, 4, 5]


def test_costs_are_shared_by_questions_of_one_reach(peopled: Package) -> None:
    one = Question("clsc")
    other = Question("clsc", measure=Measure.COUNT, group="everyone")
    assert reach.costs(peopled, one) is reach.costs(peopled, other)
    farther = Question("clsc", Mode.DRIVE, thresholds=Thresholds(drive={"remote": 60}))
    assert reach.costs(peopled, one) is not reach.costs(peopled, farther)


def test_levels_open_on_the_clsc_and_leave_the_province_out(peopled: Package) -> None:
    levels = reading.levels_of(peopled)
    assert levels[0] is Level.CLSC
    assert Level.PROVINCE not in levels
    assert Level.DA not in levels
    assert bivariate.PRIORITY == 8
