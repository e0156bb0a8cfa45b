from __future__ import annotations

import pytest

from geodata.model import ServiceCategory
from geodata.taxonomy import CATEGORIES, FAMILIES, KIND_OF_LAYER, Category, are_placed, layer_of


def test_eight_families_and_about_forty_categories() -> None:
    assert list(FAMILIES) == [
        "health_social", "food", "housing", "youth_family", "seniors", "newcomers", "rights_employment",
        "gathering",
    ]  # fmt: skip
    assert 38 <= len(CATEGORIES) <= 45
    assert {category.family for category in CATEGORIES.values()} == set(FAMILIES)


@pytest.mark.parametrize("category", CATEGORIES.values(), ids=lambda category: category.id)
def test_every_category_is_named_defined_and_filed(category: Category) -> None:
    assert category.id == category.id.lower().replace(" ", "_")
    assert category.family in FAMILIES
    assert category.title.fr != category.definition.fr
    assert category.title.en != category.definition.en
    assert category.definition.fr.endswith(".")
    assert category.definition.en.endswith(".")


def test_titles_tell_categories_apart() -> None:
    for language in ("fr", "en"):
        titles = [category.title.in_language(language) for category in CATEGORIES.values()]  # type: ignore[arg-type]
        assert len(set(titles)) == len(titles)


def test_places_that_protect_people_are_never_placed() -> None:
    assert {c.id for c in CATEGORIES.values() if not c.placed} == {
        "domestic_violence", "emergency_shelter", "youth_protection",
    }  # fmt: skip
    assert are_placed(["food_bank", "library"])
    assert not are_placed(["food_bank", "domestic_violence"])


def test_a_place_is_counted_in_the_first_layer_of_its_kinds() -> None:
    assert layer_of(["food_bank", "hospital"]) is ServiceCategory.HEALTH
    assert layer_of(["long_term_care", "clsc"]) is ServiceCategory.CLSC
    assert layer_of([]) is ServiceCategory.COMMUNITY
    assert layer_of(["no_such_kind"]) is ServiceCategory.COMMUNITY


def test_every_layer_has_a_kind_of_its_own() -> None:
    assert set(KIND_OF_LAYER) == set(ServiceCategory)
    assert all(CATEGORIES[kind].layer is layer for layer, kind in KIND_OF_LAYER.items())
