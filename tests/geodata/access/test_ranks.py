"""How ranks move with the thresholds."""

import pytest

from geodata.access.errors import AccessError
from geodata.access.ranks import rank_moves
from geodata.access.reach import Measure, Question, measured
from geodata.model import Level
from tests.geodata.access.small import COSTS, costs, package


def test_ranks_and_their_range_by_hand() -> None:
    chosen = measured(package(), Question("clsc", measure=Measure.COUNT), costs(*COSTS))
    found = rank_moves(package(), Level.DA, chosen, [0.5, 1.5])
    # Places within half, the whole, and half as much again of 10, 10, 30 and 30 minutes.
    assert found.values.loc["da:1"].to_dict() == {0.5: 1.0, 1.0: 1.0, 1.5: 2.0}
    assert found.values.loc["da:2"].to_dict() == {0.5: 0.0, 1.0: 1.0, 1.5: 2.0}
    assert found.values.loc["da:3"].to_dict() == {0.5: 0.0, 1.0: 1.0, 1.5: 2.0}
    assert found.values.loc["da:4"].to_dict() == {0.5: 0.0, 1.0: 0.0, 1.5: 1.0}
    # Equals hold all of their places: d1 to d3 are 1st to 3rd with the thresholds as chosen.
    assert found.frame.loc["da:1", ["rank_low", "rank_high", "moves"]].tolist() == [1, 3, 2]
    assert found.frame.loc["da:4", ["rank_low", "rank_high", "chosen_low"]].tolist() == [2, 4, 4]
    assert found.frame.loc["da:2", ["chosen_low", "chosen_high"]].tolist() == [1, 3]


def test_the_chosen_rank_is_the_range_that_the_model_leaves() -> None:
    chosen = measured(package(), Question("clsc", measure=Measure.COUNT), costs(*COSTS, doubt=0.2))
    found = rank_moves(package(), Level.DA, chosen, [0.5, 1.5]).frame
    # A fifth slower: 9 minutes are 10.8 and 28 are 33.6, so that d2 and d3 lose their place and d1 is alone
    # first; a fifth faster: 11 minutes are 8.8 and 31 are 24.8, so that d1, d2 and d3 have two each.
    assert found.loc["da:1", ["chosen_low", "chosen_high"]].tolist() == [1, 3]
    assert found.loc["da:2", ["chosen_low", "chosen_high"]].tolist() == [1, 4]
    assert found.loc["da:4", ["chosen_low", "chosen_high"]].tolist() == [2, 4]
    assert found["rank_low"].le(found["chosen_low"]).where(found["chosen_low"].notna(), True).all()


def test_a_community_has_no_rank() -> None:
    found = rank_moves(package(), Level.DA, measured(package(), Question("clsc"), costs(*COSTS)))
    assert found.frame.loc[["da:5", "da:6"]].isna().all(axis=None)


def test_agreement_with_the_chosen_thresholds() -> None:
    chosen = measured(package(), Question("clsc", measure=Measure.COUNT), costs(*COSTS))
    found = rank_moves(package(), Level.DA, chosen, [0.5, 1.5]).spearman
    assert found[1.0] == pytest.approx(1.0)
    assert found[1.5] == pytest.approx(1.0)
    assert found[0.5] == pytest.approx(1 / 3)


def test_times_do_not_move_with_thresholds() -> None:
    chosen = measured(package(), Question("clsc", measure=Measure.NEAREST_1), costs(*COSTS))
    assert rank_moves(package(), Level.DA, chosen).frame["moves"].dropna().eq(0).all()


def test_costs_that_stop_short_are_refused() -> None:
    travel = costs(*COSTS)
    travel.cutoff_minutes = 50.0
    chosen = measured(package(), Question("clsc"), travel)
    with pytest.raises(AccessError, match="seuil"):
        rank_moves(package(), Level.DA, chosen, [1.5])
