"""What a siting question refuses, in one sentence, and what its answer says."""

from threading import Event

import numpy as np
import pandas as pd
import pytest

from geodata.access.costs import TravelCosts
from geodata.siting import (
    Instance,
    Problem,
    Progress,
    SitingError,
    SolveStatus,
    Watch,
    cover_all,
    cover_most,
    fairest,
    greedy,
    least_farthest,
    least_minutes,
    solve,
)
from geodata.text import Text

VILLAGES = ["north", "south", "east", "island"]
"""From each village, minutes to the school, the library, the hall and the clinic that is open."""
MINUTES = {
    ("north", "school"): 0.0,
    ("north", "library"): 12.0,
    ("south", "library"): 8.0,
    ("south", "hall"): 10.0,
    ("east", "hall"): 4.0,
    ("east", "clinic"): 9.0,
    ("north", "clinic"): 30.0,
}
PEOPLE = pd.Series({"north": 100.0, "south": 60.0, "east": 50.0, "island": 5.0})


def costs(minutes: dict[tuple[str, str], float] = MINUTES) -> TravelCosts:
    rows = [(a, b, m) for (a, b), m in minutes.items()]
    frame = pd.DataFrame(rows, columns=["origin_id", "destination_id", "minutes"])
    sites = pd.Index(["school", "library", "hall", "clinic"])
    return TravelCosts.from_frame(frame, origins=pd.Index(VILLAGES), sites=sites)


def question(**changed: object) -> Instance:
    given: dict[str, object] = {"weights": PEOPLE, "fixed": ["clinic"], "threshold_minutes": 10.0} | changed
    return Instance.from_costs(given.pop("costs", costs()), given.pop("weights"), **given)  # type: ignore[arg-type]


def test_the_existing_site_counts_and_the_best_new_one_is_opened() -> None:
    found = cover_most(question(), 1)
    # East has the clinic at 9 minutes already; the school is in the north itself: a trip of 0 minutes.
    assert found.opened == ("school",)
    assert found.status is SolveStatus.OPTIMAL
    assert (found.objective, found.bound, found.gap) == (150.0, 150.0, 0.0)
    sites = found.assigned["site_id"]
    assert sites.where(sites.notna(), "").to_dict() == {
        "north": "school", "south": "", "east": "clinic", "island": ""
    }  # fmt: skip
    assert found.assigned.at["north", "minutes"] == 0.0
    assert found.unreachable == ("island",)
    assert found.left_out == ("south", "island")


def test_a_site_that_adds_nothing_is_not_opened() -> None:
    found = cover_most(question(), 3)
    assert found.opened == ("school", "library")
    assert found.objective == 210.0


def test_everyone_who_can_be_served_is_and_the_others_are_named() -> None:
    found = cover_all(question(names={"island": "Île-Verte"}))
    assert found.status is SolveStatus.INFEASIBLE
    assert set(found.opened) in ({"school", "library"}, {"school", "hall"})
    assert found.unreachable == ("island",)
    assert "Île-Verte" in found.said.fr
    assert "Île-Verte" in found.said.en
    served = cover_all(question(weights=PEOPLE.drop("island")))
    assert served.status is SolveStatus.OPTIMAL
    assert served.objective == 2


def test_nobody_is_asked_to_serve_a_demand_without_weight() -> None:
    found = cover_all(question(weights=PEOPLE.where(PEOPLE > 5, 0.0)))
    assert found.status is SolveStatus.OPTIMAL
    assert found.unreachable == ()


def test_reach_comes_before_minutes() -> None:
    found = least_minutes(question(), 1)
    # North is at 30 minutes of the clinic and south out of reach: the library serves both (12 and 8), the
    # hall would save east 5 minutes but leave north where it is, the school leave south out.
    assert found.opened == ("library",)
    assert found.objective == 100 * 12 + 60 * 8 + 50 * 9
    assert found.unreachable == ("island",)


def test_the_farthest_is_as_near_as_possible() -> None:
    found = least_farthest(question(), 1)
    assert found.opened == ("library",)
    assert found.objective == 12.0
    assert least_farthest(question(), 2).objective == 9.0  # school and library; east keeps the clinic


def test_too_few_sites_for_everyone_says_how_many_it_takes() -> None:
    apart = {("north", "school"): 5.0, ("south", "library"): 5.0, ("east", "hall"): 5.0}
    found = least_farthest(question(costs=costs(apart), weights=PEOPLE.drop("island")), 1)
    assert found.status is SolveStatus.INFEASIBLE
    assert found.opened == ("school",)
    assert found.left_out == ("south", "east")
    assert found.unreachable == ()
    assert "au moins 3" in found.said.fr


def test_the_worst_served_group_decides_and_the_weight_after() -> None:
    groups = pd.DataFrame({"young": [90.0, 10.0, 0.0, 0.0], "old": [0.0, 30.0, 10.0, 0.0]}, index=VILLAGES)
    found = fairest(question(fixed=[]), 1, groups)
    # The library or the hall serve south: 10 % of the young, and 75 or 100 % of the old. The school, which
    # serves the most people, serves no old person. Of the two, the hall serves more weight (110).
    assert found.opened == ("hall",)
    assert found.objective == pytest.approx(0.1)
    assert found.groups is not None
    assert found.groups.index.tolist() == ["young", "old"]
    assert found.groups.loc["old"].tolist() == [40.0, 40.0, 1.0]


def test_a_group_that_nobody_can_reach_is_counted() -> None:
    groups = pd.DataFrame({"islanders": [0.0, 0.0, 0.0, 5.0], "none": 0.0}, index=VILLAGES)
    found = fairest(question(), 1, groups)
    assert found.objective == 0.0
    assert found.opened == ("school",)
    assert found.groups is not None
    assert found.groups.index.tolist() == ["islanders"]
    assert "Groups that no site can serve: islanders." in found.said.en


def test_groups_left_without_anybody_served_are_named_with_how_many_sites_would_do() -> None:
    apart = {("north", "school"): 5.0, ("south", "library"): 5.0, ("east", "hall"): 5.0}
    groups = pd.DataFrame(np.eye(4)[:, :3], index=VILLAGES, columns=["n", "s", "e"])
    named = {"s": Text("le Sud", "the South"), "e": Text("l’Est", "the East")}
    asked = question(costs=costs(apart), fixed=[], names=named)
    found = fairest(asked, 1, groups)
    assert (found.opened, found.objective) == (("school",), 0.0)
    assert (
        "With this number of sites, nobody is served in 2 of the groups compared (the South, the East); "
        "3 would be enough for each group to have people served." in found.said.en
    )
    assert "le Sud, l’Est" in found.said.fr
    assert "nobody" not in fairest(asked, 3, groups).said.en


def test_areas_of_the_same_name_are_named_once() -> None:
    far = {("north", "school"): 5.0}
    alike = dict.fromkeys(["south", "east"], "Bas-Pays") | {"island": "Île-Verte"}
    found = cover_all(question(costs=costs(far), fixed=[], names=alike))
    assert "every site: Bas-Pays (2), Île-Verte." in found.said.en


def test_thresholds_differ_by_place() -> None:
    far = pd.Series({"north": 5.0, "south": 7.0, "east": 30.0, "island": 30.0})
    assert set(cover_all(question(threshold_minutes=far)).unreachable) == {"south", "island"}


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"weights": PEOPLE.where(PEOPLE > 50)}, "east"),
        ({"weights": -PEOPLE}, "north"),
        ({"weights": PEOPLE * np.inf}, "north"),
        ({"weights": PEOPLE * 0}, "personne"),
        ({"weights": PEOPLE.rename({"north": "south"})}, "south"),
        ({"weights": PEOPLE.rename({"north": "moon"})}, "moon"),
        ({"candidates": []}, "aucun emplacement"),
        ({"candidates": ["hall", "hall"]}, "hall"),
        ({"candidates": ["moon"]}, "moon"),
        ({"candidates": ["clinic", "hall"]}, "clinic"),
        ({"fixed": ["moon"]}, "moon"),
        ({"threshold_minutes": 0.0}, "seuil"),
        ({"threshold_minutes": float("nan")}, "seuil"),
        ({"threshold_minutes": pd.Series({"north": 5.0})}, "south"),
        ({"costs": costs().within(8.0)}, "10 > 8"),
    ],
)
def test_a_question_that_contradicts_itself_is_refused(changed: dict[str, object], word: str) -> None:
    with pytest.raises(SitingError) as refused:
        question(**changed)
    assert word in refused.value.sentence("fr")
    assert refused.value.sentence("en").count(".") >= 1


def test_too_many_places_are_refused_before_anything_is_read() -> None:
    sites = pd.Index(np.arange(10_000))
    many = TravelCosts.from_blocks(costs().origins, sites, lambda: iter(()), costs().facts)
    with pytest.raises(SitingError, match="5000"):
        Instance.from_costs(many, PEOPLE)


@pytest.mark.parametrize("p", [0, -1, 4, 1.5, True])
@pytest.mark.parametrize("problem", [p for p in Problem if p is not Problem.COVER_ALL])
def test_a_number_of_sites_that_is_not_possible_is_refused(problem: Problem, p: int) -> None:
    groups = pd.DataFrame({"all": PEOPLE})
    for ask in (solve, greedy):
        with pytest.raises(SitingError, match="1 à 3"):
            ask(problem, question(), p, groups=groups)


def test_what_a_problem_needs_is_asked_for() -> None:
    without = question(threshold_minutes=None)
    for problem in (Problem.COVER_MOST, Problem.COVER_ALL):
        with pytest.raises(SitingError, match="seuil"):
            solve(problem, without)
    with pytest.raises(SitingError, match="groupe"):
        solve(Problem.FAIREST, question())
    with pytest.raises(SitingError, match="east"):
        fairest(question(), 1, pd.DataFrame({"all": PEOPLE.drop("east")}))
    with pytest.raises(SitingError):
        Watch(time_limit_s=0)
    with pytest.raises(SitingError):
        Watch(gap=1.5)


def test_nothing_to_decide_is_an_answer() -> None:
    served = question(weights=PEOPLE[["east"]])
    for problem in (Problem.COVER_MOST, Problem.COVER_ALL):
        found = solve(problem, served, 1)
        assert (found.opened, found.status) == ((), SolveStatus.OPTIMAL)
    nobody = question(weights=PEOPLE[["island"]])
    for problem in Problem:
        found = solve(problem, nobody, 1, groups=pd.DataFrame({"all": PEOPLE}))
        assert found.opened == ()
        assert found.unreachable == ("island",)


class Hard:
    """A question that takes seconds to prove."""

    n, m = 400, 120

    def __init__(self) -> None:
        chance = np.random.default_rng(5)
        x, y = chance.random((2, self.n)), chance.random((2, self.m))
        minutes = 60 * np.hypot(x[0][:, None] - y[0], x[1][:, None] - y[1])
        demand, sites = pd.Index(range(self.n)), pd.Index([f"s{j}" for j in range(self.m)])
        frame = pd.DataFrame(
            {
                "origin_id": demand.repeat(self.m),
                "destination_id": np.tile(sites, self.n),
                "minutes": minutes.ravel(),
            }
        )
        weights = pd.Series(chance.integers(1, 900, self.n).astype(float), demand)
        trips = TravelCosts.from_frame(frame, origins=demand, sites=sites)
        self.instance = Instance.from_costs(trips, weights, threshold_minutes=8.0)
        self.groups = pd.DataFrame(chance.integers(0, 9, (self.n, 3)), demand, ["a", "b", "c"])


@pytest.fixture(scope="module")
def hard() -> Hard:
    return Hard()


@pytest.mark.parametrize("problem", Problem)
def test_a_cancelled_search_gives_what_it_has(hard: Hard, problem: Problem) -> None:
    stop = Event()
    stop.set()
    found = solve(problem, hard.instance, 8, groups=hard.groups, watch=Watch(cancel=stop, gap=0.0))
    assert found.status in {SolveStatus.CANCELLED, SolveStatus.INFEASIBLE}
    assert found.opened
    assert found.gap >= 0
    assert found.status is SolveStatus.INFEASIBLE or "arrêté" in found.said.fr


def test_time_that_is_over_is_said_with_the_gap(hard: Hard) -> None:
    found = fairest(hard.instance, 8, hard.groups, Watch(time_limit_s=0.05))
    assert found.status is SolveStatus.TIME_LIMIT
    assert found.bound > found.objective > 0
    assert found.gap == pytest.approx((found.bound - found.objective) / found.objective)
    assert "%" in found.said.fr


def test_progress_is_told_by_the_thread_that_asked(hard: Hard) -> None:
    stop, told = Event(), []

    def follow(state: Progress) -> None:
        told.append(state)
        stop.set()

    cover_most(hard.instance, 8, Watch(progress=follow, cancel=stop))
    assert told[0].objective == greedy(Problem.COVER_MOST, hard.instance, 8).objective
    assert told[0].bound >= told[0].objective
    with pytest.raises(ZeroDivisionError):
        cover_most(hard.instance, 8, Watch(progress=lambda state: 1 / 0))  # type: ignore[arg-type, return-value]


def test_the_same_question_has_the_same_answer(hard: Hard) -> None:
    first, second = (least_minutes(hard.instance, 8) for _ in range(2))
    assert first.opened == second.opened
    assert (first.objective, first.bound) == (second.objective, second.bound)
