from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.search import (
    around,
    build_index,
    codes_starting,
    containing,
    find,
    postal_code,
    postal_prefix,
)
from geodata.model import Level

ROWS = [
    ("clsc:1", "clsc", "Hochelaga-Maisonneuve", "HoMa", 50),
    ("clsc:2", "clsc", "Notre-Dame-de-Grâce–Montréal-Ouest", "NDG|N.-D.-G.", 70),
    ("mrc:61", "mrc", "Joliette", "", 66),
    ("municipality:2461025", "municipality", "Joliette", "", 21),
    ("clsc:3", "clsc", "Joliette", "", 60),
    ("municipality:2", "municipality", "Saint-Charles-de-Joliette", "", 99),
    ("mrc:52", "mrc", "D'Autray", "", 42),
    ("arrondissement:vm", "arrondissement", "Ville-Marie", "", 89),
    ("municipality:vm", "municipality", "Ville-Marie", "", 2),
    ("da:24660001", "da", "24660001", "", 1),
    ("municipality:3", "municipality", "Sainte-Thérèse", "", 26),
]


@pytest.fixture(scope="module")
def index() -> list:
    frame = pd.DataFrame(ROWS, columns=["territory_id", "level", "name_fr", "aliases", "pop_2021"])
    frame["name_en"] = frame["name_fr"]
    frame["region_id"] = frame["rss_id"] = None
    return build_index(frame)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Hochelaga", "clsc:1"),
        ("hochelaga maisonneuve", "clsc:1"),
        ("homa", "clsc:1"),
        ("NDG", "clsc:2"),
        ("notre dame de grace", "clsc:2"),
        ("MRC de Joliette", "mrc:61"),
        ("joliette mrc", "mrc:61"),
        ("CLSC de Joliette", "clsc:3"),
        ("ville de Joliette", "municipality:2461025"),
        ("MRC d'Autray", "mrc:52"),
        ("d’autray", "mrc:52"),
        ("arrondissement Ville-Marie", "arrondissement:vm"),
        ("ville-marie", "arrondissement:vm"),
        ("ste-therese", "municipality:3"),
        ("24660001", "da:24660001"),
    ],
)
def test_people_find_what_they_call_it(index: list, typed: str, first: str) -> None:
    assert find(index, typed)[0].territory_id == first


def test_exact_then_prefix_then_word_then_inside_then_people(index: list) -> None:
    found = [entry.territory_id for entry in find(index, "joliette")]
    assert found == ["mrc:61", "clsc:3", "municipality:2461025", "municipality:2"]
    assert find(index, "liette")[0].territory_id == "municipality:2"


def test_the_level_being_looked_at_comes_first_among_equals(index: list) -> None:
    assert find(index, "joliette", prefer=Level.CLSC)[0].territory_id == "clsc:3"


def test_nothing_is_found_calmly(index: list) -> None:
    assert find(index, "Atlantide") == []
    assert find(index, "") == []
    assert find(index, "'") == []


@given(st.text(max_size=30))
def test_anything_may_be_typed(typed: str) -> None:
    frame = pd.DataFrame(ROWS, columns=["territory_id", "level", "name_fr", "aliases", "pop_2021"])
    frame["name_en"], frame["region_id"], frame["rss_id"] = frame["name_fr"], None, None
    assert len(find(build_index(frame), typed)) <= len(ROWS)
    postal_code(typed)
    postal_prefix(typed)


def test_postal_codes_with_or_without_blank() -> None:
    assert {postal_code(t) for t in ("H1W2C3", "h1w 2c3", " H1W-2C3 ")} == {"H1W2C3"}
    assert postal_code("H1W") is None
    assert postal_prefix("h1w") == "H1W"
    assert postal_prefix("H1W 2") == "H1W2"
    assert postal_prefix("Joliette") is None


def test_a_prefix_lists_codes_and_counts_them() -> None:
    codes = ["H1V9Z9", "H1W1A1", "H1W2C3", "H1W2C4", "H1X1A1"]
    assert codes_starting(codes, "H1W", limit=2) == (["H1W1A1", "H1W2C3"], 3)
    assert codes_starting(codes, "J0J") == ([], 0)


def test_an_area_is_in_its_territories_largest_part_first() -> None:
    rows = pd.DataFrame(
        [
            ("da:1", "q:a", 0.3, 2021),
            ("da:1", "q:b", 0.7, 2021),
            ("da:2", "q:c", 1.0, 2021),
            ("da:1", "q:d", 1.0, 2016),
        ],
        columns=["da_id", "territory_id", "fraction", "census_year"],
    )
    assert containing(rows, "da:1", ["q:a", "q:b", "q:c", "q:d"]) == ["q:b", "q:a"]
    assert containing(rows, "da:1", ["da:1", "da:2"]) == ["da:1"]
    assert containing(rows, "da:9", ["q:a"]) == []
    assert containing(rows, "da:1", ["q:d"]) == []


def test_a_code_leads_to_one_quartier_and_to_every_clsc() -> None:
    rows = pd.DataFrame(
        [("da:1", f"{kind}:{name}", part, 2021) for kind in "cqt" for name, part in (("a", 0.3), ("b", 0.7))],
        columns=["da_id", "territory_id", "fraction", "census_year"],
    )
    members = {
        Level.CLSC: ["c:a", "c:b"],
        Level.ARRONDISSEMENT: ["x:a"],
        Level.QUARTIER: ["q:a", "q:b"],
        Level.TABLE: ["t:a", "t:b"],
    }
    assert around(rows, "da:1", members) == [
        (Level.CLSC, "c:b"),
        (Level.CLSC, "c:a"),
        (Level.QUARTIER, "q:b"),
        (Level.TABLE, "t:b"),
    ]
