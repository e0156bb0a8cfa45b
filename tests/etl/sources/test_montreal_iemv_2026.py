import pytest

from etl.sources.montreal_iemv_2026.transform import transform
from geodata.errors import CellError

SOURCE = "montreal_iemv_2026"


def test_every_area_of_the_island_has_a_score_of_zero_to_six(tables_of):
    cells = tables_of(SOURCE).cells
    assert len(cells) == 3228
    assert set(cells["numerator"]) == {0, 1, 2, 3, 4, 5, 6}
    assert cells["numerator"].sum() == 7753
    assert cells["status"].eq("ok").all()


def test_real_areas_by_hand(tables_of):
    score = tables_of(SOURCE).cells.set_index("cell_id")["numerator"]
    assert score["da:24660046"] == 2  # culture and local resources
    assert score["da:24662936"] == 2


def test_a_score_that_is_not_the_sum_of_its_flags_is_refused(raw_of):
    spoiled = raw_of(SOURCE)["areas"].copy()
    spoiled.loc[0, "score"] = 5
    with pytest.raises(CellError, match=spoiled.loc[0, "DAUID"]):
        transform({"areas": spoiled})


def test_the_reconstruction_is_said_everywhere(tables_of):
    from etl.registry import declarations

    (declared,) = [d for d in declarations() if d.id == SOURCE]
    assert declared.source.condition == "reconstructed"
    assert "RECONSTITUÉ" in declared.indicators[0].caveat.fr
    assert "RECONSTRUCTED" in declared.indicators[0].caveat.en
    assert "reconstructed" in tables_of(SOURCE).notes[0].en
