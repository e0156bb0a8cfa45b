from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.listings import classify
from etl.listings.classify import (
    Slot,
    categories_of,
    category_of_term,
    kinds_of_missions,
    read_slot,
    unmapped_terms,
)
from geodata.errors import ListingError
from geodata.taxonomy import CATEGORIES

RULES = tomllib.loads(Path(classify.__file__).with_name("classify.toml").read_text("utf-8"))


def test_every_rule_leads_to_a_category_that_exists() -> None:
    for section in ("missions", "labels", "osm"):
        for word, categories in RULES[section].items():
            assert set(categories) <= set(CATEGORIES), word


def test_every_category_is_found_by_words() -> None:
    assert set(RULES["words"]) == set(CATEGORIES)


def test_a_site_of_several_missions_offers_several_services() -> None:
    assert kinds_of_missions(["CLSC", "CHSLD", "CRDPM", "CRDPA"]) == [
        "clsc", "long_term_care", "rehabilitation",
    ]  # fmt: skip
    assert kinds_of_missions([]) == []


@pytest.mark.parametrize(
    ("name", "categories"),
    [
        ("Maison des jeunes de Bordeaux-Cartierville", ["youth_centre"]),
        ("Cuisines collectives du Grand Plateau", ["collective_kitchen"]),
        ("ACEF du Sud-Ouest de Montréal", ["budget"]),
        ("Centre d’amitié autochtone de Montréal", ["indigenous_services"]),
        ("Comité logement de la Petite-Patrie", ["tenant_support"]),
        ("BANQUE ALIMENTAIRE FDOI", ["food_bank"]),
        ("St. Mary's Food Bank", ["food_bank"]),
        ("Popote roulante du Bas-Richelieu", ["community_meal"]),
        ("Centre d'action bénévole de la Montagne", ["volunteer_centre"]),
        ("La Station", []),
        ("", []),
    ],
)
def test_a_name_tells_a_category(name: str, categories: list[str]) -> None:
    assert categories_of([], name) == categories


def test_a_general_word_gives_way_to_a_precise_one() -> None:
    tag = [{"scheme": "osm", "code": "amenity=community_centre", "label": ""}]
    assert categories_of(tag, "Centre communautaire Monkland") == ["community_centre"]
    assert categories_of(tag, "Centre des aînés de Villeray") == ["seniors_activities"]


@pytest.mark.parametrize(
    ("code", "categories"),
    [
        ("amenity=library", ["library"]),
        ("social_facility=food_bank", ["food_bank"]),
        ("food_bank", ["food_bank"]),
        ("charity", ["community_centre"]),
        ("shop=charity", ["clothing_furniture"]),
        ("social_facility:for=abused", ["domestic_violence"]),
        ("amenity=bench", []),
    ],
)
def test_tags_of_openstreetmap(code: str, categories: list[str]) -> None:
    assert category_of_term({"scheme": "osm", "code": code, "label": ""}) == categories


def test_a_description_speaks_only_where_nothing_else_does() -> None:
    said = "Paniers et dépannage alimentaire chaque jeudi."
    assert categories_of([], "L'Arrêt-Source", said) == ["food_bank"]
    assert categories_of([], "Maison des jeunes L'Arrêt-Source", said) == ["youth_centre"]


def test_our_own_code_is_taken_as_it_is() -> None:
    assert category_of_term({"scheme": "proximite", "code": "transport", "label": ""}) == ["transport"]
    assert category_of_term({"scheme": "proximite", "code": "nothing", "label": ""}) == []


def test_a_slot_maps_a_licensed_taxonomy(tmp_path: Path) -> None:
    path = tmp_path / "terms.toml"
    path.write_text(
        '[[rules]]\nscheme = "AIRS"\nprefix = "XX-10"\ncategories = ["food_bank"]\n'
        '[[rules]]\nlabel = "warm* meal*"\ncategories = ["community_meal"]\n',
        "utf-8",
    )
    slot = read_slot(path)
    assert category_of_term({"scheme": "AIRS", "code": "XX-1000.20", "label": "?"}, slot) == ["food_bank"]
    assert category_of_term({"scheme": "other", "code": "XX-1000", "label": "?"}, slot) == []
    assert category_of_term({"label": "Warmed Meals"}, slot) == ["community_meal"]
    assert category_of_term({"scheme": "AIRS", "code": "XX-1000.20", "label": "?"}) == []


@pytest.mark.parametrize(
    "text",
    ["", "rules = 3", '[[rules]]\ncategories = ["food_bank"]', "[[rules]]\nprefix = 'A'\ncategories = ['x']",
     "not toml", "[[rules]]\nlabel = '**'\ncategories = ['food_bank']", "rules = [1]"],
)  # fmt: skip
def test_a_wrong_slot_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "terms.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ListingError, match=r"terms\.toml"):
        read_slot(path)


def test_unmapped_terms_are_listed_with_their_number() -> None:
    park = {"scheme": "", "code": "", "label": "Parc"}
    terms = [park, {"label": "Bibliothèques"}, park, {"scheme": "AIRS", "code": "Z", "label": "Zzz"}]
    assert unmapped_terms(terms) == [
        {"scheme": "", "code": "", "label": "Parc", "count": 2},
        {"scheme": "AIRS", "code": "Z", "label": "Zzz", "count": 1},
    ]


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_any_words_give_known_categories(label: str, name: str, description: str) -> None:
    found = categories_of([{"label": label}], name, description, slot=Slot())
    assert set(found) <= set(CATEGORIES)
    assert len(set(found)) == len(found)


def test_the_types_of_montreal_and_quebec_are_read_whole(mirror: Path) -> None:
    places = pd.read_csv(mirror / "montreal_places" / "vdm_lieux_interet_montreal.csv", dtype=str)
    kinds = places["Type"].dropna().map(lambda label: tuple(categories_of([{"label": label}])))
    by_type = dict(zip(places["Type"].dropna(), kinds, strict=True))
    assert by_type["Organisme communautaire et centre de loisirs"] == ("community_centre",)
    assert by_type["Bibliothèque publique"] == ("library",)
    assert by_type["Jardin communautaire"] == ("collective_kitchen",)
    assert by_type["Parc"] == by_type["Hôtel"] == by_type["Caserne de pompiers"] == ()
    quebec = pd.read_csv(mirror / "quebec_city" / "vdq_lieux_publics_quebec.csv", dtype=str)
    found = {label: categories_of([{"label": label}]) for label in quebec["DESCRIPTION"].unique()}
    assert found["Patros"] == ["community_centre"]
    assert found["Stationnements"] == []
