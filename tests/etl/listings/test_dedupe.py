from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.listings.candidates import LARGEST_BLOCK, candidate_pairs, digits_of
from etl.listings.dedupe import AUTOMATIC, REVIEW, Cap, Likeness, complete, find_duplicates
from etl.listings.names import likeness, rarity, take_apart
from etl.listings.review import Decisions
from etl.listings.same_places import cluster, same_places

PLACE = {
    "id": "a:1", "source": "a", "name": "Centre communautaire Monkland", "address": "4410, avenue West Hill",
    "city": "Montréal", "postal_code": "H4B 2S9", "phone": "514 555-0101", "longitude": -73.63,
    "latitude": 45.47, "geocode_quality": "rooftop",
}  # fmt: skip


def compared(**changes: Any) -> Likeness:
    """Compare the place with the same one as another source writes it, changed."""
    other = {**PLACE, "id": "b:1", "source": "b", **changes}
    (found,) = find_duplicates(pd.DataFrame([PLACE, other]), least=0.0)
    return found


def test_the_same_place_is_the_same() -> None:
    found = compared()
    assert found.score == pytest.approx(1.0)
    assert found.verdict == "same"
    assert found.caps == ()


def test_parts_add_up_to_the_score() -> None:
    found = compared(phone="514 555-0199", address="4412 av. West Hill")
    assert found.parts == pytest.approx({"name": 1.0, "address": 0.5, "distance": 1.0, "phone": 0.0})
    # 0.55 x 1 + 0.20 x 0.5 + 0.15 x 1 + 0.10 x 0
    assert found.score == pytest.approx(0.80)
    assert sum(found.contributions().values()) == pytest.approx(found.score)


def test_a_part_that_one_does_not_say_is_shared_among_the_others() -> None:
    found = compared(phone="", address="", postal_code="", latitude=45.47 + 325 / 111_195)
    # 325 m is half of the way from 50 m to 600 m: (0.55 x 1 + 0.15 x 0.5) / 0.70
    assert found.metres == pytest.approx(325, abs=1)
    assert found.score == pytest.approx(0.625 / 0.70, abs=0.002)


def test_the_explanation_names_each_part_in_both_languages() -> None:
    said = compared(phone="514 555-0199").explanation()
    assert said.fr.replace("\u00a0", " ") == (
        "90 % : Nom 100 % (+55 %) ; Adresse 100 % (+20 %) ; Distance 100 % (+15 %)"
        " ; Téléphone 0 % (+0 %) ; 0 m"
    )
    assert said.en.startswith("90%: Name 100% (+55%); Address 100% (+20%)")


@pytest.mark.parametrize(
    ("changes", "cap", "verdict"),
    [
        ({"name": "Parc Monkland"}, Cap.KINDS_DIFFER, "different"),
        ({"name": "École Monkland"}, Cap.KINDS_DIFFER, "different"),
        ({"name": "Cercle de fermières"}, None, "different"),
        ({"name": "Centre communautaire Monkland 2"}, None, "same"),
        ({"address": "", "longitude": -71.2, "latitude": 46.8, "postal_code": ""}, Cap.MOVED, "review"),
        (
            {"address": "", "postal_code": "", "phone": "", "longitude": None, "latitude": None},
            Cap.NO_PLACE,
            "review",
        ),
    ],
)
def test_what_holds_a_score_down(changes: dict[str, Any], cap: Cap | None, verdict: str) -> None:
    found = compared(**changes)
    assert found.verdict == verdict
    assert cap is None or cap in found.caps


def test_two_numbers_are_two_places() -> None:
    numbered = {**PLACE, "name": "Habitations Monkland 1"}
    rows = pd.DataFrame([numbered, {**numbered, "id": "b:1", "name": "Habitations Monkland 2"}])
    (found,) = find_duplicates(rows, least=0.0)
    assert found.caps == (Cap.NUMBERS_DIFFER,)
    assert found.verdict == "different"


def test_a_school_in_a_hospital_is_another_place() -> None:
    kinds = [["hospital"], ["school"]]
    rows = pd.DataFrame([PLACE, {**PLACE, "id": "b:1", "source": "b"}]).assign(kinds=kinds)
    (found,) = find_duplicates(rows, least=0.0)
    assert found.caps == (Cap.KINDS_DIFFER,)


def test_names_that_share_little_are_two_whatever_the_rest_says() -> None:
    found = compared(name="Centre Monkland Elgar Painter Roussin", phone="")
    assert found.caps == (Cap.NAMES_DIFFER,)
    assert found.score == 0.55


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CLSC de Saint-Henri", "CLSC St-Henri"),
        ("Centre local de services communautaires de Saint-Henri", "C.L.S.C. Saint-Henri"),
        ("Hôpital Fleury (urgence 24 h)", "HÔPITAL FLEURY"),
        ("CISSS DE L'OUTAOUAIS — HÔPITAL DE HULL", "Hôpital de Hull"),
        ("Centre d'hébergement Marie-Rollet", "CHSLD MARIE-ROLLET"),
        ("Moisson Québec inc.", "Moisson Québec"),
    ],
)
def test_names_that_are_one(one: str, other: str) -> None:
    assert likeness(one, other, {}) == 1.0


def test_a_spelling_mistake_costs_little_and_a_rare_word_much() -> None:
    weights = rarity(
        ["Centre communautaire Marcel-Giroux", *[f"Centre communautaire {n}" for n in range(50)]]
    )
    assert likeness("Centre communautaire Marcel-Giroux", "Centre communautaire Marcel-Girou", weights) > 0.9
    assert likeness("Centre communautaire Marcel-Giroux", "Centre communautaire Elgar", weights) < 0.4


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    there, back = likeness(one, other, {}), likeness(other, one, {})
    assert 0.0 <= there <= 1.0 + 1e-9
    assert there == pytest.approx(back, abs=0.06)
    assert likeness(one, one, {}) in (0.0, 1.0)


@given(st.lists(st.fixed_dictionaries({
    "name": st.sampled_from(["CLSC A", "CLSC de B", "", "École A"]),
    "address": st.sampled_from(["", "12 rue A", "12, rue A", "zz"]),
    "postal_code": st.sampled_from(["", "H2X1Y4", "?"]),
    "phone": st.sampled_from(["", "5145550101", "x"]),
    "longitude": st.sampled_from([None, -73.5, -73.5001]),
    "latitude": st.sampled_from([None, 45.5]),
}), max_size=8))  # fmt: skip
def test_any_entries_are_compared_each_pair_once(rows: list[dict[str, Any]]) -> None:
    frame = pd.DataFrame([{**row, "id": str(n), "source": str(n % 2)} for n, row in enumerate(rows)])
    found = find_duplicates(frame, least=0.0) if rows else []
    assert all(0.0 <= pair.score <= 1.0 + 1e-9 for pair in found)
    assert len({frozenset((p.left, p.right)) for p in found}) == len(found)


def test_a_key_that_too_many_share_makes_no_pair() -> None:
    tower = [
        {**PLACE, "id": str(n), "name": f"Bureau {chr(97 + n % 26)}{n}x"} for n in range(LARGEST_BLOCK + 1)
    ]
    rows = complete(pd.DataFrame(tower))
    assert candidate_pairs(rows, rarity(rows["name"])) == []


def test_two_points_on_both_sides_of_a_cell_meet() -> None:
    near = {"address": "", "postal_code": "", "phone": "", "city": "", "longitude": -73.6}
    rows = [
        {**PLACE, **near, "id": str(n), "name": f"mot{n}", "latitude": 45.0019 + n * 0.0002} for n in range(2)
    ]
    assert candidate_pairs(complete(pd.DataFrame(rows)), {}) == [(0, 1)]


def test_phones_are_compared_by_their_ten_digits() -> None:
    assert digits_of("1-514-555-0101") == digits_of("(514) 555-0101, poste 4") == "5145550101"
    assert digits_of("555-0101") == ""


def test_a_name_of_small_words_keeps_them() -> None:
    assert take_apart("La").tokens == ("la",)
    assert take_apart("").tokens == ()


def _pair(left: str, right: str, score: float = 0.9) -> Likeness:
    return Likeness(left, right, score, {"name": score}, None, ())


SOURCES = {"a1": "a", "a2": "a", "b1": "b", "b2": "b", "c1": "c"}


def test_groups_join_through_a_third_source() -> None:
    assert cluster([_pair("a1", "b1"), _pair("b1", "c1")], SOURCES) == [["a1", "b1", "c1"]]


def test_a_source_lists_a_place_once() -> None:
    assert cluster([_pair("a1", "b1"), _pair("a2", "b1")], SOURCES) == [["a1", "b1"]]


def test_a_person_wins_over_the_score() -> None:
    pairs = [_pair("a1", "b1", 0.99), _pair("b1", "c1")]
    assert cluster(pairs, SOURCES, Decisions({("a1", "c1"): "different"})) == [["a1", "b1"]]
    assert cluster([], SOURCES, Decisions({("a1", "a2"): "same"})) == [["a1", "a2"]]
    assert cluster([], SOURCES, Decisions({("a1", "gone"): "same"})) == []


def _listed(**changes: Any) -> dict[str, Any]:
    return {
        **{"place_id": "a:1", "source_id": "a", "category": "community", "assured_date": "2020"},
        **PLACE,
        **changes,
    }


def test_the_primary_has_the_best_point_then_the_latest_date() -> None:
    older = _listed()
    newer = _listed(place_id="b:1", source_id="b", assured_date="2026")
    rough = _listed(place_id="c:1", source_id="c", assured_date="2026", geocode_quality="postal_code")
    rows = pd.DataFrame([older, newer, rough]).drop(columns=["id", "source"])
    assert same_places(rows) == {"a:1": "b:1", "c:1": "b:1"}


def test_two_layers_are_joined_only_by_a_person() -> None:
    rows = pd.DataFrame([_listed(), _listed(place_id="b:1", source_id="b", category="youth")])
    rows = rows.drop(columns=["id", "source"])
    assert same_places(rows) == {}
    assert same_places(rows, Decisions({("a:1", "b:1"): "same"})) == {"b:1": "a:1"}


def test_the_stated_figures_hold_on_the_pairs_that_chose_no_threshold(mirror: Path) -> None:
    from benchmarks.dedupe import figures, labelled, naive

    pairs = labelled(mirror)
    assert len(pairs) >= 250
    held_out = [pair for pair in pairs if pair.held_out]
    automatic = figures(held_out, lambda pair: pair.score >= AUTOMATIC)
    asked = figures(held_out, lambda pair: pair.score >= REVIEW)
    by_hand = figures(held_out, naive)
    assert automatic["precision"] >= 0.98
    assert automatic["recall"] >= 0.85
    assert asked["recall"] >= 0.95
    assert by_hand["recall"] < automatic["recall"] / 2
