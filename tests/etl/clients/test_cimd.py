"""The index, and whether a copy of it is older than its correction of 22 October 2024."""

from datetime import date

import pytest

from etl.clients.cimd import (
    CANNOT_BE_TOLD,
    DIMENSIONS,
    Dates,
    is_corrected,
    read_scores,
    require_corrected,
    written_days,
)
from geodata.errors import CellError, ColumnError, SourceFileError
from tests.etl.clients.statcan_files import zipped

HEADER = "PRCDDA,Province,Dissemination area (DA) Population," + ",".join(
    f"{name} {what}" for name in DIMENSIONS for what in ("Quintiles", "Scores")
)
ROWS = (
    "24660046,Quebec,426,5,1.25,4,0.5,1,-0.75,3,0.001",
    "24660044,Quebec,377,1,-1.5,..,..,2,-0.1,3,0",
    "35060001,Ontario,9,1,0,1,0,1,0,1,0",
)
OLD, NEW = "2024-03-02T12:00:00+00:00", "2024-10-22T12:30:00+00:00"


def copy(tmp_path, *, made=(2024, 11, 3), header=HEADER, rows=ROWS, more=None):
    path = tmp_path / "qc_scores_quintiles_csv-eng.zip"
    table = "\r\n".join((header, *rows)).encode() + b"\r\n"
    path.write_bytes(zipped({"qc_scores_quintiles_csv-eng.csv": table, **(more or {})}, made))
    return path


def test_scores_and_quintiles_are_read_under_their_published_names(tmp_path):
    scores, _ = read_scores(copy(tmp_path), None)
    assert scores["DAUID"].tolist() == ["24660046", "24660044"]
    first = scores.iloc[0]
    assert (first["Residential instability Scores"], first["Residential instability Quintiles"]) == (1.25, 5)
    assert first["Situational vulnerability Scores"] == 0.001
    assert scores["Ethno-cultural composition Scores"].isna().tolist() == [False, True]


def test_our_own_name_of_the_area_is_read_too(tmp_path):
    scores, _ = read_scores(copy(tmp_path, header=HEADER.replace("PRCDDA", "DAUID")), None)
    assert scores["DAUID"].tolist() == ["24660046", "24660044"]


def test_a_table_that_changed_is_named(tmp_path):
    with pytest.raises(ColumnError, match="Economic dependency Scores"):
        read_scores(copy(tmp_path, header=HEADER.replace("Economic dependency S", "Dependency s")), None)
    with pytest.raises(CellError, match="élevé"):
        read_scores(copy(tmp_path, rows=(ROWS[0].replace("1.25", "élevé"),)), None)


@pytest.mark.parametrize(
    ("written", "made", "served", "corrected"),
    [
        (None, None, None, None),  # nothing says anything
        (None, None, date(2024, 10, 21), False),
        (None, None, date(2024, 10, 22), True),
        (None, date(2024, 10, 22), None, True),
        (None, date(2023, 11, 10), None, False),
        (None, date(2023, 11, 10), date(2025, 6, 1), False),  # a site that moved renews its dates
        (None, date(2024, 10, 15), date(2024, 10, 22), None),  # perhaps the file that was being prepared
        (None, date(2024, 10, 15), date(2024, 10, 16), False),
        (date(2024, 10, 22), date(2024, 10, 15), None, True),
        (date(2024, 1, 5), None, date(2025, 6, 1), False),
        (date(2024, 1, 5), date(2024, 11, 3), None, True),
        (None, date(2026, 11, 22), date(2023, 11, 10), None),  # an old copy that was packed anew
        (date(2026, 1, 1), date(2023, 9, 1), None, None),  # a readme that may speak of something else
    ],
)
def test_what_the_file_says_of_itself_counts_more_than_the_server(written, made, served, corrected):
    assert is_corrected(Dates(written, made, served)) is corrected


def test_a_copy_older_than_the_correction_is_refused(tmp_path):
    _, dates = read_scores(copy(tmp_path, made=(2023, 11, 8)), OLD)
    with pytest.raises(SourceFileError) as caught:
        require_corrected(dates, "qc.zip")
    assert "2024-03-02, avant la correction du 2024-10-22" in caught.value.sentence("fr")
    assert "before the correction of 2024-10-22" in caught.value.sentence("en")


def test_a_corrected_copy_passes_without_a_word(tmp_path):
    _, dates = read_scores(copy(tmp_path, made=(2024, 10, 22)), NEW)
    assert dates == Dates(None, date(2024, 10, 22), date(2024, 10, 22))
    assert require_corrected(dates, "qc.zip") == ()


def test_a_copy_without_any_date_is_flagged(tmp_path):
    _, dates = read_scores(copy(tmp_path, made=(1980, 1, 1)), None)
    assert dates == Dates(None, None, None)
    assert require_corrected(dates, "qc.zip") == (CANNOT_BE_TOLD,)
    assert "permet de savoir" in CANNOT_BE_TOLD.fr


def test_a_date_written_in_the_archive_is_read(tmp_path):
    readme = b"Release date: November 10, 2023\nCorrection date: October 22, 2024"
    _, dates = read_scores(copy(tmp_path, made=(1980, 1, 1), more={"readme.txt": readme}), None)
    assert dates.written == date(2024, 10, 22)
    assert is_corrected(dates)


def test_days_are_read_in_both_languages():
    text = "2024-10-22; January 5, 2024; 1er août 2021; 10 novembre 2023; 2024-13-45; Smarch 3, 2020"
    assert set(written_days(text)) == {
        date(2024, 10, 22), date(2024, 1, 5), date(2021, 8, 1), date(2023, 11, 10),
    }  # fmt: skip
