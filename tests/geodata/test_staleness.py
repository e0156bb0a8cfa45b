from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.staleness import AGE_NAMES, AGE_SHAPES, Age, age_class, latest, staleness_counts

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("written", "age"),
    [
        ("2026-11-22", Age.FRESH),
        ("2025-11-23", Age.FRESH),
        ("2025-11-22", Age.AGEING),
        ("2024-11-22", Age.AGEING),
        ("2024-11-21", Age.STALE),
        ("2026", Age.FRESH),
        ("2025", Age.AGEING),
        ("2020-10", Age.STALE),
        ("2026-03-23T10:00:00Z", Age.FRESH),
        ("2026-11-23", Age.FRESH),
        ("2027-01-01", Age.UNDATED),
        ("", Age.UNDATED),
        ("hier", Age.UNDATED),
        ("2026-13-01", Age.UNDATED),
        ("2026-02-30", Age.UNDATED),
        ("20261122", Age.UNDATED),
    ],
)
def test_age_of_a_date(written: str, age: Age) -> None:
    assert age_class(written, TODAY) is age


def test_a_leap_day_counts_twelve_months_from_the_last_of_february() -> None:
    assert age_class("2023-03-01", date(2024, 2, 29)) is Age.FRESH
    assert age_class("2023-02-28", date(2024, 2, 29)) is Age.AGEING


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.dates(date(2000, 1, 1), TODAY))
def test_time_never_makes_an_entry_younger(one: date, other: date) -> None:
    order = [Age.STALE, Age.AGEING, Age.FRESH]
    older, newer = sorted([other, min(one, TODAY)])
    ages = [order.index(age_class(day.isoformat(), TODAY)) for day in (older, newer)]
    assert ages == sorted(ages)


@given(st.text(max_size=30))
def test_any_text_has_an_age(written: str) -> None:
    assert age_class(written, TODAY) in Age


def test_counts_hold_every_class_and_every_place() -> None:
    places = pd.DataFrame({"assured_date": ["2026-01-01", "2026-01-01", "2020", None, "?"]})
    assert staleness_counts(places, TODAY) == {Age.FRESH: 2, Age.AGEING: 0, Age.STALE: 1, Age.UNDATED: 2}
    assert sum(staleness_counts(places.iloc[:0], TODAY).values()) == 0


def test_ages_are_told_apart_without_colour() -> None:
    assert len(set(AGE_SHAPES.values())) == len(Age) == len(AGE_NAMES)


def test_the_latest_date_is_given_as_it_is_written() -> None:
    assert latest(["2024", "2024-05", "", "nope"]) == "2024-05"
    assert latest([]) == ""
