"""What the tool proposes on the line of conftest, against every answer tried one by one."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pandas as pd
import pytest

from geodata.access.reach import Question
from geodata.access.thresholds import Thresholds
from geodata.errors import ProximiteError
from geodata.package import Package
from geodata.scenarios import (
    Add,
    Answer,
    CandidateKind,
    Close,
    Fairness,
    IndicatorNeed,
    Proposal,
    Scenario,
    before_after,
    candidates,
    propose,
    replay,
    state,
    to_json,
)
from geodata.scenarios.errors import ScenarioError
from geodata.scenarios.place_names import told_apart
from geodata.scenarios.sentences import sentences
from geodata.siting import Problem, SolveStatus
from tests.geodata.scenarios.conftest import AREAS, MINUTES_PER_KM, PLACES, at, make_small

NEED = IndicatorNeed("low_income_lim_at_pct")


def _asked(problem: Problem, p: int = 1, **more: object) -> Scenario:
    return Scenario("x", Question("clsc"), proposal=Proposal(problem, p, **more))  # type: ignore[arg-type]


def _answer(scenario: Scenario) -> Answer:
    assert scenario.proposal is not None
    assert scenario.proposal.answer is not None
    return scenario.proposal.answer


def test_public_buildings_are_counted_once_and_near_people(small: Package) -> None:
    found = candidates(small, None)
    # Two services share the door at 8 km; for all of Québec no building is left out as too far.
    assert sorted(found.points.ids) == ["library-11", "library-8", "school-30", "school-5"]
    near = candidates(small, "municipality:m2", surroundings_km=2.5)
    assert sorted(near.points.ids) == ["library-11", "library-8", "school-5"]
    nearest = candidates(small, "municipality:m2", surroundings_km=1.01)
    assert sorted(nearest.points.ids) == ["library-11", "school-5"]


def test_a_grid_has_one_inhabited_point_a_square(small: Package) -> None:
    fine = candidates(small, None, CandidateKind.GRID, spacing_km=0.25)
    # The postal code at 100 m is nearer to the middle of the first square than the area at 0 is.
    lived = {(round(x, 6), round(y, 6)) for km in (0.1, 3, 6, 11.4, 12) for x, y in [at(km)]}
    assert {tuple(pair) for pair in fine.frame[["longitude", "latitude"]].to_numpy().tolist()} == lived
    coarse = candidates(small, None, CandidateKind.GRID, spacing_km=50.0)
    assert len(coarse.points.ids) == 1
    assert coarse.said.fr == "Un point habité par carré de 50\u00a0km"


def test_nowhere_to_go_is_said(small: Package) -> None:
    with pytest.raises(ScenarioError, match="territoire de ce scénario"):
        candidates(small, "mrc:nowhere")
    bare = make_small()
    bare.__dict__["services"] = bare.services[bare.services["kind"].eq("clsc")]
    with pytest.raises(ScenarioError, match="Aucun emplacement"):
        candidates(bare, None)
    with pytest.raises(ScenarioError, match="ne demande rien"):
        state(small, Scenario("x", Question("clsc")))


def _served(places: tuple[str, ...]) -> int:
    """Count the people within 10 minutes of the CLSC or of some places, by their kilometres only."""
    open_at = [0.0, *(PLACES[name][0] for name in places)]
    near = 10 / MINUTES_PER_KM
    return sum(
        people for km, people, _ in AREAS.values() if min(abs(km - at_km) for at_km in open_at) <= near
    )


@pytest.mark.parametrize("p", [1, 2])
def test_nothing_serves_more_people_than_what_is_proposed(small: Package, p: int) -> None:
    answer = _answer(propose(small, _asked(Problem.COVER_MOST, p)))
    assert answer.status is SolveStatus.OPTIMAL
    every = combinations(candidates(small, None).points.ids, p)
    assert answer.objective == max(_served(places) for places in every)
    assert answer.objective == _served(tuple(place.id for place in answer.opened))


@pytest.mark.parametrize(
    ("problem", "first_view"), [*((problem, False) for problem in Problem), (Problem.FAIREST, True)]
)
def test_every_problem_only_adds(small: Package, problem: Problem, first_view: bool) -> None:
    solved = propose(small, _asked(problem, fairness=Fairness.GROUPS), first_view=first_view)
    change = before_after(small, solved)
    assert change.total["lost"] == 0
    assert change.applied.closed == ()
    assert len(change.applied.proposed) == 1
    assert not change.closes


def test_the_answer_plays_again_without_solving(small: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    solved = propose(small, _asked(Problem.LEAST_MINUTES, 2))
    written = to_json(solved, before_after(small, solved), package_id=small.id)
    monkeypatch.setattr("geodata.scenarios.solving.solve", None)
    again = replay(written, small)
    assert again.same
    assert again.scenario.proposal == solved.proposal


def test_need_moves_the_answer_and_communities_stay_out_of_it(small: Package) -> None:
    stated = state(small, _asked(Problem.COVER_MOST, need=NEED))
    # Shares of 10, 10 and 50 %: 400 people of 800 are at 10 %, hence percentile 25, and the others at 75.
    assert stated.instance.weights.tolist() == pytest.approx([25.0, 75.0, 300.0])
    assert "200" in stated.notices[0].fr, "the people whose need is not known are counted"
    community = make_small(governance={"da:1": "inuit"})
    with_one = state(community, _asked(Problem.COVER_MOST, need=NEED))
    assert "da:1" not in with_one.instance.demand
    assert any("inuites" in notice.fr for notice in with_one.notices)
    alone = make_small(governance=dict.fromkeys(AREAS, "cree"))
    with pytest.raises(ScenarioError, match="n'entre pas dans un objectif"):
        state(alone, _asked(Problem.COVER_MOST, need=NEED))
    assert "da:1" in state(community, _asked(Problem.COVER_MOST)).instance.demand, "people alone rank nobody"


@pytest.mark.parametrize("fairness", list(Fairness))
def test_communities_are_not_compared(fairness: Fairness) -> None:
    world = make_small(governance={"da:4": "cree"}, milieu={"da:4": "remote"})
    stated = state(world, _asked(Problem.FAIREST, fairness=fairness))
    assert stated.groups is not None
    assert stated.groups.loc["da:4"].sum() == (200 if fairness is Fairness.GROUPS else 0)


def test_groups_that_nothing_reaches_are_named_and_do_not_decide(small: Package) -> None:
    alone = make_small(municipality_id={"da:4": "municipality:m3", "da:3": "municipality:m2"})
    alone.__dict__["services"] = alone.services[alone.services["location_id"].isin(["clsc-0", "school-5"])]
    stated = state(alone, _asked(Problem.FAIREST))
    assert stated.groups is not None
    assert list(stated.groups.columns) == ["municipality:m1", "municipality:m2"]
    assert stated.notices[-1].fr.startswith("Groupes qu'aucun emplacement ne peut rejoindre")
    assert _answer(propose(alone, _asked(Problem.FAIREST))).objective == 1.0


def test_hours_away_is_far_and_not_out_of_reach(small: Package) -> None:
    five = dict.fromkeys(("urban", "periurban", "rural", "remote"), 5.0)
    near = Question("clsc", thresholds=Thresholds(drive=five))
    proposal = Proposal(Problem.LEAST_FARTHEST)
    scenario = Scenario("x", near, scope="rss:03", proposal=proposal)
    answer = _answer(propose(small, scenario))
    # Measures of that question stop at 10 minutes (4.5 km). With a place at 8 km, the area at 12 km is the
    # farthest of all, at 4 km; with the place at 11 km it would be the one at 6 km, at 5 km.
    assert answer.unreachable == ()
    assert answer.objective == pytest.approx(4 * MINUTES_PER_KM, rel=1e-4)


def test_who_cannot_be_reached_is_named_and_the_others_are_served(small: Package) -> None:
    scenario = _asked(Problem.COVER_ALL)
    few = make_small()
    few.__dict__["services"] = few.services[few.services["location_id"].isin(["clsc-0", "school-5"])]
    answer = _answer(propose(few, scenario))
    assert answer.status is SolveStatus.INFEASIBLE
    assert answer.unreachable == ("da:4",)
    assert answer.unreachable_people == 400
    assert [place.id for place in answer.opened] == ["school-5"]
    assert answer.said_fr.endswith("\u00a0: municipality m2."), "an area is named by its municipality"


def test_groups_that_too_few_places_cannot_serve_are_named() -> None:
    apart = make_small(milieu={"da:3": "rural", "da:4": "remote"})
    asked = _asked(Problem.FAIREST, threshold_minutes=5.0, fairness=Fairness.MILIEU)
    answer = _answer(propose(apart, asked))
    # 5 minutes are 3.9 km there: no place is that near to both the area at 6 km and the one at 12 km. The
    # place at 5 km serves the most, the town's area at 3 km too.
    assert answer.objective == 0.0
    assert (
        "personne n’est servi dans un des groupes comparés (éloigné)\u00a0; 2 suffiraient" in answer.said_fr
    )


def test_buildings_of_the_same_name_are_told_apart(small: Package) -> None:
    world = make_small()
    locations = world.locations.assign(name="École", address="", city="")
    locations.loc[locations["id"].isin(["school-5", "school-8"]), "city"] = "Ville"
    locations.loc[locations["id"].eq("school-8"), "address"] = "8, rue Longue"
    locations.loc[locations["id"].eq("library-11"), "name"] = "B" * 300
    locations.loc[locations["id"].eq("library-8"), "name"] = "B" * 300
    inside = pd.DataFrame(
        {"location_id": ["school-30"], "level": "municipality", "territory_id": "municipality:m1"}
    )
    world.__dict__["locations"] = locations
    world.__dict__["location_territories"] = pd.concat([world.location_territories, inside])
    names = told_apart(world, locations.set_index("id"))
    assert names["school-5"] == "École (Ville)"
    assert names["school-8"] == "École (Ville, 8, rue Longue)"
    assert names["school-30"] == "École (municipality m1)"
    assert names["clsc-0"] == "École"
    assert len(names["library-8"]) == 300, "nothing tells these apart"
    assert told_apart(small, small.locations.set_index("id"))["school-5"] == "SCHOOL-5"


def test_nothing_is_proposed_where_no_listing_says_what_exists(small: Package) -> None:
    asked = Scenario("x", Question("pharmacy"), (Add("Neuf", *at(8)),), Proposal(Problem.COVER_MOST))
    with pytest.raises(ScenarioError, match="ce qui existe n'est pas connu"):
        propose(small, asked)
    assert [said.en for said in sentences(before_after(small, replace(asked, proposal=None)))] == [
        "The access of these people to this service is not known, before or after."
    ]


def test_edits_are_made_before_the_tool_proposes(small: Package) -> None:
    closed = replace(_asked(Problem.COVER_MOST), edits=(Close("clsc-0"),))
    assert list(state(small, closed).instance.fixed) == []
    added = replace(_asked(Problem.COVER_MOST), edits=(Add("Neuf", *at(8)),))
    assert list(state(small, added).instance.fixed) == ["clsc-0", "added:1"]


@pytest.mark.parametrize(
    "proposal",
    [
        Proposal(Problem.COVER_MOST, 0),
        Proposal(Problem.COVER_MOST, 99),
        Proposal(Problem.COVER_MOST, 1, threshold_minutes=0.0),
        Proposal(Problem.COVER_MOST, 1, threshold_minutes=1_000.0),
        Proposal(Problem.COVER_MOST, 1, spacing_km=float("nan")),
        Proposal(Problem.COVER_MOST, 1, need=IndicatorNeed("nothing")),
    ],
)
def test_a_proposal_that_cannot_be_is_one_sentence(small: Package, proposal: Proposal) -> None:
    with pytest.raises(ProximiteError) as caught:
        propose(small, Scenario("x", Question("clsc"), proposal=proposal))
    assert caught.value.sentence("fr").endswith(".")
