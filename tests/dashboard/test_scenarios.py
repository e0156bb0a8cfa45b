"""What the page of scenarios is made of, without the page: links, what is in hand, searches, words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.i18n import in_language
from dashboard.maps.view import MapView, Pin, PinKind, _is_place, paint_order
from dashboard.scenario_page import asking, shelf
from dashboard.scenario_page.edits_link import LONGEST, from_code, to_code
from dashboard.scenario_page.held import TOO_LONG, Held, adopted, held, of_address
from dashboard.scenario_page.listed import letter
from dashboard.scenario_page.searching import Search, Stage, start
from dashboard.scenario_page.spots import find, index_of, where_people_live
from geodata.access.facts import Mode
from geodata.access.reach import Question
from geodata.errors import SelectionError
from geodata.model import Level
from geodata.package import Package
from geodata.scenarios.edits import Add, Close, Move, Resize
from geodata.scenarios.files import to_json
from geodata.scenarios.scenario import Answer, Opened, Proposal, Scenario
from geodata.siting.solution import Problem, SolveStatus, Watch

ADD = Add("Salle, du ~ village 100 %", -72.1, 46.05, 2.5)
EDITS = (ADD, Move("m02:1", -71.5, 46.8), Close("m02:2"), Resize("m02:3", 4.0))
SCENARIO = Scenario("Essai", Question("clsc"), EDITS)
ANSWER = Answer(SolveStatus.TIME_LIMIT, (Opened("x", "École", -72.0, 46.0),), 1.0, 1.25, 0.25, 3.0)
PROPOSED = replace(SCENARIO, proposal=Proposal(Problem.COVER_MOST, answer=ANSWER))

names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip)


def test_a_link_holds_every_kind_of_change() -> None:
    code = to_code(EDITS)
    assert code is not None
    assert "m~m02:1~-71.5~46.8,f~m02:2,c~m02:3~4" in code
    assert from_code(code) == (EDITS, ())


@settings(max_examples=30, deadline=None)
@given(names, st.floats(-79, -60), st.floats(45.5, 60))
def test_a_link_says_the_same_or_nothing(name: str, longitude: float, latitude: float) -> None:
    edits = (Add(name, longitude, latitude),)
    code = to_code(edits)
    assert code is None or from_code(code) == (edits, ())


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("zut", "illisible"),
        ("a~x~46~~Ici", "illisible"),
        ("a~nan~46~~Ici", "illisible"),
        ("f~", "illisible"),
        ("f~a~b", "illisible"),
        ("c~m02:1~0", "capacité de 0"),
        ("a~46.05~-72.1~~Retourné", "inversées"),
        ("a~12~46~~Loin", "hors du Québec"),
        ("f~m02:1,c~m02:1~2", "changé deux fois"),
    ],
)
def test_a_piece_that_cannot_be_read_is_one_sentence(code: str, expected: str) -> None:
    edits, notices = from_code(f"{code},f~m02:9")
    assert Close("m02:9") in edits
    assert len(notices) == 1
    assert expected in notices[0].fr


def test_a_long_scenario_travels_as_a_file() -> None:
    many = tuple(Add(f"Point {n} " + "x" * 40, -72.0, 46.0) for n in range(LONGEST // 40))
    kept = held(replace(SCENARIO, edits=many))
    assert kept.code == TOO_LONG
    assert of_address(TOO_LONG, kept) == (kept, ())
    elsewhere, notices = of_address(TOO_LONG, None)
    assert elsewhere == Held()
    assert "trop long pour un lien" in notices[0].fr


def test_proposed_places_are_added_ones_in_a_link() -> None:
    kept = held(PROPOSED)
    edits, _notices = from_code(kept.code)
    assert edits == (*EDITS, Add("École", -72.0, 46.0)) == adopted(PROPOSED).edits
    assert of_address(kept.code, kept)[0].proposal == PROPOSED.proposal


def test_an_answer_stays_the_answer_to_the_choices_of_then() -> None:
    first = held(PROPOSED)
    later = held(replace(PROPOSED, question=replace(SCENARIO.question, mode=Mode.WALK)), first)
    assert later.found_for == first.found_for
    assert held(replace(SCENARIO, edits=()), first).found_for != first.found_for


def test_places_are_called_a_to_z_then_aa() -> None:
    assert [letter(n) for n in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]


@pytest.mark.parametrize("answer", [[1], [1, 2, 3], ["a", 2], [None, 2], [-73, 400]])
def test_a_browser_that_answers_something_else_is_not_heard(answer: list[object]) -> None:
    assert not _is_place(answer)
    assert _is_place([-73.5, 45.5])


def test_the_map_is_told_of_pins_and_of_pointing_only_where_there_are() -> None:
    bare = MapView(Level.DA, "Carte", "da.json", b"", (), ())
    assert not {"point", "pins"} & set(paint_order(bare))
    pin = Pin(-73.0, 46.0, "×", "Fermer", PinKind.CLOSED)
    order = paint_order(replace(bare, pointing=3, pins=(pin,)))
    assert order["point"]["number"] == 3
    assert order["pins"] == [(-73.0, 46.0, "×", "Fermer", "closed")]


def test_a_spot_is_found_by_its_words_or_its_postal_code(tiny: Package) -> None:
    index = index_of(tiny)
    assert [spot.name for spot in find(tiny, index, "clsc joli")] == ["CLSC de Joliette"]
    assert next(spot.name for spot in find(tiny, index, "clsc", (-72.7, 46.0))) == "CLSC de Joliette"
    (spot,) = find(tiny, index, "h1w 2c3")
    assert (spot.name, spot.longitude, spot.latitude) == ("H1W 2C3", -73.0, 46.0)
    assert find(tiny, index, "H9Z 9Z9") == find(tiny, index, "introuvable") == []
    view = where_people_live(tiny)
    assert view is not None
    assert view[0] < view[2] <= -71.9


def test_the_last_scenario_of_a_name_is_kept_and_the_former_one_set_aside(tmp_path: Path) -> None:
    first = shelf.SCENARIOS.keep(tmp_path, "Essai", to_json(SCENARIO))
    shelf.SCENARIOS.keep(tmp_path, "Essai", to_json(replace(SCENARIO, edits=EDITS[:1])))
    assert [one.content.scenario.edits for one in shelf.SCENARIOS.kept(tmp_path) if one.content] == [
        EDITS[:1]
    ]
    (former,) = shelf.SCENARIOS.taken_away(tmp_path)
    shelf.SCENARIOS.take_away(shelf.SCENARIOS.kept(tmp_path)[0])
    shelf.SCENARIOS.bring_back(tmp_path, former)
    assert shelf.SCENARIOS.kept(tmp_path)[0].path == first
    with pytest.raises(SelectionError):
        shelf.SCENARIOS.bring_back(tmp_path, former)


def test_a_search_gives_its_answer_and_obeys(tiny: Package) -> None:
    begun, over = Event(), Event()

    def until_stopped(watch: Watch) -> str:
        begun.set()
        watch.cancel.wait(10)
        over.set()
        return "best so far"

    search = start(until_stopped, 5.0)
    assert begun.wait(10)
    assert search.at_work
    search.stop()
    assert over.wait(10)
    while search.at_work:
        over.wait(0)
    assert (search.stage, search.found) == (Stage.DONE, "best so far")


def test_a_search_that_breaks_says_nothing_it_does_not_know() -> None:
    search: Search[str] = Search()

    def breaks(_watch: Watch) -> str:
        raise ValueError("a fault of the program")

    search = start(breaks, 1.0)
    while search.at_work:
        Event().wait(0)
    assert search.stage is Stage.FAILED
    assert search.problem is None
    assert search.found is None


def test_an_answer_claims_no_more_than_the_solver() -> None:
    proposal = PROPOSED.proposal
    assert proposal is not None
    assert proposal.answer is not None
    with in_language("fr"):
        said = " ".join(asking.answer_words(proposal, proposal.answer)).replace("\u00a0", " ")
    assert "Le temps accordé est écoulé" in said
    assert "à 25 % au plus du meilleur possible" in said
    far = replace(
        ANSWER,
        status=SolveStatus.INFEASIBLE,
        gap=None,
        opened=(),
        unreachable=("da:1",),
        unreachable_people=12.0,
    )
    with in_language("en"):
        said = " ".join(asking.answer_words(replace(proposal, problem=Problem.LEAST_FARTHEST), far))
    assert "12 people cannot be reached" in said
    assert "not enough to reach everyone" in said
