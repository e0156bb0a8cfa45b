from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.maps.classes import Method
from dashboard.state import Key, Offer, Selection, from_query, to_query
from geodata.model import Level, ServiceCategory

TERRITORIES = {Level.CLSC: ["clsc:06021", "clsc:14011"], Level.MRC: ["mrc:61"], Level.CT: []}
OFFER = Offer(
    package_id="abcd1234",
    levels=(Level.CLSC, Level.MRC, Level.CT),
    indicators={
        "population": (frozenset({Level.CLSC, Level.MRC}), ("2021",)),
        "age_65_plus_pct": (frozenset({Level.CLSC}), ("2021", "2031")),
        "cimd_situational_vulnerability": (frozenset({Level.CLSC, Level.MRC}), ("2021",)),
    },
    has_territory=lambda level, territory: territory in TERRITORIES[level],
)


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    level = draw(st.sampled_from(OFFER.levels))
    indicators = OFFER.indicators_at(level)
    indicator = draw(st.sampled_from(indicators)) if indicators else ""
    return Selection(
        level=level,
        indicator=indicator,
        period=draw(st.sampled_from(OFFER.indicators[indicator][1])) if indicator else "",
        territory=draw(st.sampled_from([None, *TERRITORIES[level]])),
        services=draw(st.frozensets(st.sampled_from(list(ServiceCategory)))),
        method=draw(st.sampled_from(list(Method))),
        language=draw(st.sampled_from(["fr", "en"])),
        table=draw(st.booleans()),
    )


@given(selections())
def test_a_link_restores_everything(selection: Selection) -> None:
    reading = from_query(to_query(selection, OFFER.package_id), OFFER)
    assert reading.selection == selection
    assert reading.notices == ()


words = st.one_of(
    st.text(max_size=60), st.sampled_from(["mrc", "clsc", "2031", "clsc:06021", "population", "1"])
)


@given(st.dictionaries(st.sampled_from([key.value for key in Key] + ["autre"]), words))
def test_nonsense_is_read_calmly(query: dict[str, str]) -> None:
    reading = from_query(query, OFFER)
    selection = reading.selection
    assert selection.level in OFFER.levels
    assert selection.indicator in [*OFFER.indicators_at(selection.level), ""]
    assert selection.territory is None or OFFER.has_territory(selection.level, selection.territory)
    assert from_query(to_query(selection, OFFER.package_id), OFFER).selection == selection


@pytest.mark.parametrize(
    ("key", "word"),
    [
        (Key.LEVEL, "galaxie"),
        (Key.INDICATOR, "bonheur"),
        (Key.TERRITORY, "clsc:99999"),
        (Key.SERVICES, "casino"),
        (Key.METHOD, "hasard"),
        (Key.LANGUAGE, "la"),
        (Key.PERIOD, "1991"),
    ],
)
def test_what_is_left_aside_is_named_in_both_languages(key: Key, word: str) -> None:
    reading = from_query({key: word}, OFFER)
    assert reading.selection == Selection.opening(OFFER)
    (notice,) = reading.notices
    assert word in notice.fr
    assert word in notice.en


def test_a_period_of_another_version_is_named() -> None:
    reading = from_query({Key.INDICATOR: "age_65_plus_pct", Key.PERIOD: "1991"}, OFFER)
    assert reading.selection.period == "2021"
    assert "1991" in reading.notices[0].fr


@pytest.mark.parametrize(
    "query",
    [
        {Key.LEVEL: "mrc", Key.INDICATOR: "age_65_plus_pct", Key.PERIOD: "2031"},
        {Key.INDICATOR: "bonheur", Key.PERIOD: "1991"},
        {Key.LEVEL: "ct", Key.PERIOD: "2021"},
    ],
)
def test_a_period_that_cannot_be_shown_is_named_whatever_the_reason(query: dict[str, str]) -> None:
    said = from_query(query, OFFER).notices[-1]
    assert query[Key.PERIOD] in said.fr
    assert "The period" in said.en


def test_a_link_of_another_version_says_so_and_opens() -> None:
    selection = Selection.opening(OFFER)
    reading = from_query(to_query(selection, "another1"), OFFER)
    assert reading.selection == selection
    assert "autre version" in reading.notices[0].fr


def test_a_long_word_is_quoted_short() -> None:
    reading = from_query({Key.INDICATOR: "x" * 5000}, OFFER)
    assert len(reading.notices[0].fr) < 200


def test_each_level_opens_on_an_indicator_that_exists_there() -> None:
    assert OFFER.first_indicator(Level.CLSC) == "age_65_plus_pct"
    assert OFFER.first_indicator(Level.MRC) == "cimd_situational_vulnerability"
    assert OFFER.first_indicator(Level.CT) == ""


def test_an_indicator_stays_when_the_new_level_has_it() -> None:
    selection = Selection(Level.CLSC, "population", "2021", "clsc:06021")
    assert selection.at_level(Level.MRC, OFFER).indicator == "population"
    aged = Selection(Level.CLSC, "age_65_plus_pct", "2031")
    assert aged.at_level(Level.MRC, OFFER).indicator == "cimd_situational_vulnerability"
    assert aged.at_level(Level.MRC, OFFER).period == "2021"
