from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import format as fmt
from dashboard.i18n import LANGUAGES, in_language
from geodata.model import UNITS, Unit


@pytest.mark.parametrize(
    ("unit", "value", "french", "english"),
    [
        ("percent", 7.35, "7,4 %", "7.4%"),
        ("percent", 0.0, "0,0 %", "0.0%"),
        ("people", 1234567, "1 234 567 personnes", "1,234,567 people"),
        ("people", 1, "1 personne", "1 person"),
        ("dwellings", 1, "1 logement", "1 dwelling"),
        ("places", 0, "0 lieu", "0 places"),
        ("places", 1.4, "1 lieu", "1 place"),
        ("places", 1.5, "2 lieux", "2 places"),
        ("dollars", 45000.4, "45 000 $", "$45,000"),
        ("score", -0.254, "\u22120,25", "\u22120.25"),
        ("score", -0.001, "0,00", "0.00"),
        ("per_km2", 1234.56, "1 234,6 hab./km²", "1,234.6 people/km²"),
    ],
)
def test_a_value_is_printed_with_its_unit(unit: str, value: float, french: str, english: str) -> None:
    with in_language("fr"):
        assert fmt.with_unit(value, UNITS[unit]) == french.replace(" ", "\u00a0")
    with in_language("en"):
        assert fmt.with_unit(value, UNITS[unit]).replace("\u00a0", " ") == english


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS)
def test_the_plural_is_the_words_of_the_unit(unit: Unit) -> None:
    if unit.symbol and unit.id not in {"dollars", "percent"}:
        for language in LANGUAGES:
            with in_language(language):
                assert fmt.with_unit(7, unit).endswith(unit.symbol.in_language(language))


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_a_missing_value_is_said_and_is_no_zero(missing: float | None) -> None:
    for function in (fmt.with_unit, fmt.bare, fmt.margin):
        with in_language("fr"):
            assert function(missing, UNITS["percent"]) == "pas de données"
        with in_language("en"):
            assert function(missing, UNITS["percent"]) == "no data"


def test_a_margin_that_rounds_to_nothing_is_not_written_as_zero() -> None:
    with in_language("fr"):
        assert fmt.margin(0.04, UNITS["percent"]) == "± moins de 0,1\u00a0%"
        assert fmt.margin(0.06, UNITS["percent"]) == "±\u00a00,1\u00a0%"
        assert fmt.margin(0.0, UNITS["percent"]) == "±\u00a00,0\u00a0%"


def test_dates_are_in_words() -> None:
    with in_language("fr"):
        assert fmt.date("2026-11-22") == "22\u00a0novembre\u00a02026"
        assert fmt.date("2026-03-01") == "1er\u00a0mars\u00a02026"
        assert fmt.date("2022-03") == "mars\u00a02022"
        assert fmt.date("2021") == "2021"
        assert fmt.date("vers 2019") == "vers 2019"
    with in_language("en"):
        assert fmt.date("2026-11-22") == "November\u00a022,\u00a02026"


def test_a_class_is_an_interval() -> None:
    with in_language("fr"):
        assert fmt.interval(5.12, 7.41, UNITS["percent"]) == "5,1 à 7,4\u00a0%"
        assert fmt.interval(5.12, 5.14, UNITS["percent"]) == "5,1\u00a0%"
    with in_language("en"):
        assert fmt.interval(1000, 2000, UNITS["dollars"]) == "$1,000 to $2,000"


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_what_is_printed_is_what_is_rounded(value: float, decimals: int) -> None:
    with in_language("en"):
        printed = fmt.number(value, decimals).replace(",", "").replace("\u2212", "-")
    assert printed == f"{fmt.rounded(value, decimals):f}"
    assert abs(float(printed) - value) <= 0.5 * 10**-decimals + 1e-6


def test_points_have_a_singular_too() -> None:
    with in_language("fr"):
        assert fmt.with_unit(1, UNITS["points"]) == "1\u00a0point sur 100"
    with in_language("en"):
        assert fmt.with_unit(1, UNITS["points"]) == "1\u00a0point out of 100"
