"""An approved correction holds from one package to the next, and can be undone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from etl.corrected import corrected
from etl.listings.corrections import decide, report_correction

PLACES = pd.DataFrame(
    {
        "place_id": ["a", "a", "b"],
        "name": ["Un", "Un", "Deux"],
        "category": ["clsc", "health", "library"],
        "kinds": [["clsc"], ["hospital"], ["library"]],
        "address": ["1, rue A", "1, rue A", "2, rue B"],
        "city": "Laval",
        "postal_code": "H1A1A1",
        "longitude": [-73.0, -73.0, -73.1],
        "latitude": 45.5,
        "assured_date": "2025-01-01",
    }
)
FILES = {"list": "f" * 64}


def test_without_corrections_the_very_table_comes_back(tmp_path: Path) -> None:
    assert corrected(PLACES, "s", FILES, None) is PLACES
    assert corrected(PLACES, "s", FILES, tmp_path) is PLACES


def test_a_place_taken_off_comes_back_when_the_approval_is_undone(tmp_path: Path) -> None:
    report = report_correction(tmp_path, "a", "closed")
    pd.testing.assert_frame_equal(corrected(PLACES, "s", FILES, tmp_path), PLACES)
    decide(tmp_path, report.id, True)
    once = corrected(PLACES, "s", FILES, tmp_path)
    assert list(once["place_id"]) == ["b"]
    # The next package is built over this one, where the place is no more.
    twice = corrected(once, "s", FILES, tmp_path)
    assert list(twice["place_id"]) == ["b"]
    decide(tmp_path, report.id, False)
    back = corrected(twice, "s", FILES, tmp_path).sort_values(["place_id", "category"], ignore_index=True)
    pd.testing.assert_frame_equal(back, PLACES)


def test_a_rewritten_address_is_undone_to_the_letter(tmp_path: Path) -> None:
    report = report_correction(tmp_path, "b", "wrong_address", "au 3")
    decide(tmp_path, report.id, True, changes={"address": "3, rue B"})
    once = corrected(PLACES, "s", FILES, tmp_path)
    assert once.set_index("place_id").at["b", "address"] == "3, rue B"
    assert pd.isna(once.set_index("place_id").at["b", "longitude"])
    decide(tmp_path, report.id, False)
    back = corrected(once, "s", FILES, tmp_path).sort_values(["place_id", "category"], ignore_index=True)
    pd.testing.assert_frame_equal(back, PLACES)


def test_what_was_kept_of_other_files_says_nothing_of_new_ones(tmp_path: Path) -> None:
    report = report_correction(tmp_path, "a", "closed")
    decide(tmp_path, report.id, True)
    corrected(PLACES, "s", FILES, tmp_path)
    decide(tmp_path, report.id, False)
    without = PLACES[PLACES["place_id"] == "b"].reset_index(drop=True)
    other = corrected(without, "s", {"list": "0" * 64}, tmp_path)
    pd.testing.assert_frame_equal(other, without)
