"""Wrong edits are refused in one sentence, before anything is computed."""

from __future__ import annotations

import math

import pytest

from geodata.access.reach import Question
from geodata.access.sites import sites_of
from geodata.package import Package
from geodata.scenarios.applying import apply
from geodata.scenarios.edits import MOST_EDITS, Add, Close, Edit, Move, Resize, require_sound
from geodata.scenarios.errors import ScenarioError
from geodata.scenarios.scenario import Scenario

HERE = (-71.2, 46.8)


@pytest.mark.parametrize(
    ("edit", "french"),
    [
        (Add("  ", *HERE), "n'a pas de nom"),
        (Add("x" * 201, *HERE), "trop long"),
        (Add("x", 46.8, -71.2), "inversées"),
        (Add("x", 2.35, 48.85), "hors du Québec"),
        (Add("x", math.nan, 46.8), "hors du Québec"),
        (Move("a", -71.2, math.inf), "hors du Québec"),
        (Add("x", *HERE, capacity=0), "fermez plutôt"),
        (Add("x", *HERE, capacity=-1.0), "nombre positif"),
        (Resize("a", 0.0), "fermez plutôt"),
        (Resize("a", math.nan), "nombre positif"),
        (Resize("a", math.inf), "nombre positif"),
        (Resize("a", 1e308), "un milliard"),
    ],
)
def test_an_unsound_edit_is_refused(edit: Edit, french: str) -> None:
    with pytest.raises(ScenarioError, match=french) as caught:
        require_sound((edit,))
    assert caught.value.sentence("en").endswith(".")


def test_one_change_a_place_and_not_too_many() -> None:
    with pytest.raises(ScenarioError, match="changé deux fois"):
        require_sound((Close("a"), Resize("a", 2.0)))
    with pytest.raises(ScenarioError, match=str(MOST_EDITS)):
        require_sound((Close("a"),) * 1_000_000)
    require_sound((Add("x", *HERE), Add("x", *HERE)))


def test_applying_keeps_moves_closes_and_opens(small: Package) -> None:
    sites = sites_of(small, "school")
    edits = (Add("Neuf", *HERE, 3.0), Close("school-5"), Move("school-8", *HERE), Resize("school-30", 2.0))
    applied = apply(small, sites, Scenario("x", Question("school"), edits))
    assert list(applied.kept) == ["school-30"]
    assert list(applied.new.ids) == ["school-8", "added:1"]
    assert list(applied.after.points.ids) == ["school-30", "school-8", "added:1"]
    assert applied.after.supply.to_dict() == {"school-30": 2.0, "school-8": 1.0, "added:1": 3.0}
    assert applied.name("added:1") == "Neuf"
    assert applied.name("school-5") == "SCHOOL-5"
    assert list(applied.before.points.ids) == list(sites.points.ids), "the listing itself is untouched"


def test_an_unknown_place_is_named(small: Package) -> None:
    with pytest.raises(ScenarioError, match="gone") as caught:
        apply(small, sites_of(small, "clsc"), Scenario("x", Question("clsc"), (Close("gone"),)))
    assert "gone" in caught.value.sentence("en")


@pytest.mark.parametrize(
    ("place", "inside"),
    [
        ((-71.208, 46.813), True),  # Québec
        ((-61.9, 47.38), True),  # îles de la Madeleine
        ((-75.697, 45.4215), False),  # Ottawa
        ((-69.4, 48.2), False),  # in the estuary
        ((-74.73, 45.02), False),  # Cornwall
    ],
)
def test_a_place_is_in_quebec_and_on_land(
    embedded_package: Package, place: tuple[float, float], inside: bool
) -> None:
    from geodata.access.points import Points
    from geodata.scenarios.ground import require_in_quebec

    points = Points(["here"], [place[0]], [place[1]])  # type: ignore[arg-type]
    if inside:
        require_in_quebec(embedded_package, points)
        return
    with pytest.raises(ScenarioError, match="hors du Québec"):
        require_in_quebec(embedded_package, points)
