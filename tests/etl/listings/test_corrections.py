from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from etl.listings import corrections as module
from etl.listings.corrections import (
    FILE,
    KIND_NAMES,
    Kind,
    State,
    apply,
    corrections,
    decide,
    pending,
    report_correction,
)
from geodata.errors import ListingError


@pytest.fixture
def places() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"place_id": f"mtl:{n}", "name": f"Lieu {n}", "address": "1 rue A", "city": "Montréal",
             "postal_code": "H2X1Y4", "longitude": -73.5, "latitude": 45.5, "assured_date": "2020-10"}
            for n in (1, 2)
        ]
    )  # fmt: skip


def test_a_report_waits_and_changes_nothing(tmp_path: Path, places: pd.DataFrame) -> None:
    report = report_correction(tmp_path, "mtl:1", "closed", "Fermé depuis juin.")
    assert [c.id for c in pending(tmp_path)] == [report.id]
    assert report.contact == ""
    pd.testing.assert_frame_equal(apply(places, tmp_path), places)


@pytest.mark.parametrize("kind", ["closed", "withdraw"])
def test_a_place_is_taken_off_once_approved_and_back_if_refused(
    tmp_path: Path, places: pd.DataFrame, kind: str
) -> None:
    report = report_correction(tmp_path, "mtl:1", kind, contact="514 555-0101")
    approved = decide(tmp_path, report.id, True, who="La table", reason="confirmé au téléphone")
    assert approved.state is State.APPROVED
    assert list(apply(places, tmp_path)["place_id"]) == ["mtl:2"]
    assert pending(tmp_path) == []
    decide(tmp_path, report.id, False, reason="erreur")
    assert len(apply(places, tmp_path)) == 2
    assert len((tmp_path / FILE).read_text("utf-8").splitlines()) == 3


def test_a_new_address_is_written_and_loses_its_former_point(tmp_path: Path, places: pd.DataFrame) -> None:
    report = report_correction(tmp_path, "mtl:2", "moved", "Au 20, rue B depuis mars.")
    decide(tmp_path, report.id, True, changes={"address": "20, rue B", "postal_code": "H3A 1A1"})
    first, second = apply(places, tmp_path).to_dict("records")
    assert first["address"] == "1 rue A"
    assert first["longitude"] == -73.5
    assert second["address"] == "20, rue B"
    assert second["postal_code"] == "H3A 1A1"
    assert pd.isna(second["longitude"])
    assert second["assured_date"] == corrections(tmp_path)[0].decided_at[:10]


def test_a_new_name_keeps_its_point(tmp_path: Path, places: pd.DataFrame) -> None:
    report = report_correction(tmp_path, "mtl:2", "other", "Le nom a changé.")
    decide(tmp_path, report.id, True, changes={"name": "Nouveau nom"})
    second = apply(places, tmp_path).iloc[1]
    assert second["name"] == "Nouveau nom"
    assert second["longitude"] == -73.5


@pytest.mark.parametrize(
    ("place", "kind", "text", "contact"),
    [
        ("mtl:1", "nothing", "", ""),
        ("", "closed", "", ""),
        ("mtl:1", "other", " ", ""),
        ("mtl:1", "closed", "x" * 501, ""),
        ("mtl:1", "closed", "", "x" * 201),
        ("x" * 201, "closed", "", ""),
    ],
)
def test_an_incomplete_report_is_refused(
    tmp_path: Path, place: str, kind: str, text: str, contact: str
) -> None:
    with pytest.raises(ListingError):
        report_correction(tmp_path, place, kind, text, contact=contact)
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("changes", [None, {}, {"latitude": "3"}, {"name": "x" * 201}])
def test_an_approval_says_what_to_write(tmp_path: Path, changes: dict[str, str] | None) -> None:
    report = report_correction(tmp_path, "mtl:1", "wrong_address", "C'est au 12.")
    with pytest.raises(ListingError):
        decide(tmp_path, report.id, True, changes=changes)
    with pytest.raises(ListingError):
        decide(tmp_path, "unknown", False)
    assert len(pending(tmp_path)) == 1


def test_reports_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    for _ in range(2):
        report_correction(tmp_path, "mtl:1", "closed")
    with pytest.raises(ListingError, match="attendent"):
        report_correction(tmp_path, "mtl:1", "closed")


def test_a_damaged_file_keeps_its_good_lines(tmp_path: Path) -> None:
    report = report_correction(tmp_path, "mtl:1", "closed")
    with (tmp_path / FILE).open("a") as stream:
        stream.write(f'{{"event": "reported", "id": 3}}\n{{"event": "burnt", "id": "{report.id}"}}\n{{"eve')
    report_correction(tmp_path, "mtl:2", "closed")
    assert [c.place_id for c in pending(tmp_path)] == ["mtl:1", "mtl:2"]


def test_every_kind_has_its_words() -> None:
    assert set(KIND_NAMES) == set(Kind)
