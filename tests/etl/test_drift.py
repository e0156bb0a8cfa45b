"""New files are held against the last ones, number by number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.drift import Verdict, compare, compare_places, identifiers, moved_metres, stability_index, worst
from etl.measured import FileMeasure, Measures, measure_column, measure_file, shares_between
from etl.registry import DriftDeclaration, FileDeclaration

FILE = FileDeclaration(
    name="f", path="f.csv", sha256="", key=["id"], columns={"id": "code", "n": "number", "word": "text"}
)
LIMITS = DriftDeclaration()


def frame(rows: int = 1000) -> pd.DataFrame:
    numbers = np.arange(rows, dtype=float)
    return pd.DataFrame({"id": [f"{i:05d}" for i in range(rows)], "n": numbers, "word": "a"})


def measures(table: pd.DataFrame, *more: str) -> Measures:
    return {"f": measure_file(FILE, table, ["id", "n", "word", *more], keyed=True)}


def drifts(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, Verdict]:
    found = compare(measures(before), measures(after), {"f": after}, LIMITS)
    return {kind: worst(d for d in found if d.kind == kind) for kind in {d.kind for d in found}}


def test_the_same_file_differs_in_nothing() -> None:
    assert drifts(frame(), frame()) == {}


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [(990, "ok"), (975, "attention"), (1025, "attention"), (890, "refus"), (1110, "refus")],
)
def test_rows_within_2_percent_pass_and_beyond_10_are_refused(rows: int, verdict: str) -> None:
    assert drifts(frame(1000), frame(rows))["rows"] == verdict


def test_a_list_that_only_loses_is_looked_at_from_half_a_percent() -> None:
    assert drifts(frame(1000), frame(994))["ids"] == "attention"
    assert drifts(frame(1000), frame(996))["ids"] == "ok"
    assert drifts(frame(1000), frame(1010))["ids"] == "ok"


def test_cut_at_a_row_border_a_file_is_refused() -> None:
    assert drifts(frame(1000), frame(700))["rows"] == "refus"


def test_other_identifiers_under_the_same_number_of_rows_are_refused() -> None:
    other = frame().assign(id=[f"{i:05d}" for i in range(500, 1500)])
    assert drifts(frame(), other) == {"ids": Verdict.REFUSAL}


def test_a_total_that_doubles_is_refused_and_so_is_its_new_shape() -> None:
    doubled = frame().assign(n=lambda t: t["n"] * 2)
    assert drifts(frame(), doubled) == {"total": Verdict.REFUSAL, "shift": Verdict.REFUSAL}


def test_a_column_that_empties_is_refused() -> None:
    emptied = frame()
    emptied.loc[:299, "word"] = None
    assert drifts(frame(), emptied) == {"missing": Verdict.REFUSAL}


def test_columns_gone_and_new_are_named() -> None:
    table = frame()
    found = compare(measures(table, "old"), measures(table, "new"), {"f": table}, LIMITS)
    said = " ".join(d.detail.fr for d in found)
    assert {d.kind for d in found} == {"columns"}
    assert worst(found) == "attention"
    assert "disparues, old" in said
    assert "nouvelles, new" in said


def test_swapped_values_keep_the_total_and_are_no_drift() -> None:
    assert drifts(frame(), frame().assign(n=lambda t: t["n"].to_numpy()[::-1])) == {}


def test_a_source_may_declare_its_own_limits() -> None:
    strict = DriftDeclaration(rows_attention_pct=0.0, rows_refusal_pct=0.5)
    found = compare(measures(frame(1000)), measures(frame(994)), {"f": frame(994)}, strict)
    assert worst(d for d in found if d.kind == "rows") == "refus"


def test_the_stability_index_by_hand() -> None:
    # Two bins that were halves and are a quarter and three quarters:
    # (0.25 - 0.5) ln(0.25 / 0.5) + (0.75 - 0.5) ln(0.75 / 0.5) = 0.1733 + 0.1014
    cells = pd.Series([0.0] * 25 + [1.0] * 75)
    assert stability_index((0.5, 0.5), cells, (0.5,)) == pytest.approx(0.27465, abs=1e-5)


@given(st.lists(st.floats(-1e6, 1e6), min_size=200, max_size=300))
def test_a_column_is_stable_against_itself(values: list[float]) -> None:
    cells = pd.Series(values)
    measure = measure_column(cells, numeric=True)
    assert sum(measure.shares) == pytest.approx(1.0, abs=1e-3)
    # Edges are kept to seven digits: a value may fall on the other side of one.
    assert stability_index(measure.shares, cells, measure.edges) < 0.05


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=50), st.sets(st.floats(-100, 100), max_size=9))
def test_every_value_is_in_one_bin(values: list[float], edges: set[float]) -> None:
    shares = shares_between(np.array(values), tuple(sorted(edges)))
    assert len(shares) == len(edges) + 1
    assert sum(shares) == pytest.approx(1.0, abs=1e-3)


@given(st.sets(st.text("abc", min_size=1), min_size=1), st.sets(st.text("abc", min_size=1)))
def test_identifiers_gone_and_new_add_up(before: set[str], after: set[str]) -> None:
    found = identifiers("x", before, after, LIMITS, kind="ids")
    assert bool(found) == (before != after)


def test_one_gone_and_one_new_are_said_in_the_singular() -> None:
    (drift,) = identifiers("x", ["a", "b"], ["b", "c"], LIMITS, kind="ids")
    assert drift.detail.fr == "x, identifiants : 1 disparu (a) ; 1 nouveau (c)"


def places(*points: tuple[float, float]) -> pd.DataFrame:
    index = [f"p{i}" for i in range(len(points))]
    return pd.DataFrame(points, columns=["longitude", "latitude"], index=index).assign(name="Lieu")


def test_a_degree_of_latitude_by_hand() -> None:
    # From 46° to 47° N, the meridian of GRS 80 is 111 159 m long.
    metres = moved_metres(places((-73.0, 46.0)), places((-73.0, 47.0)))
    assert metres["p0"] == pytest.approx(111_159, abs=5)


def test_one_site_in_fifty_that_moves_asks_for_attention_and_one_in_ten_is_refused() -> None:
    before = places(*[(-73.0, 46.0)] * 50)
    after = before.copy()
    after.loc["p0", "latitude"] += 0.001  # 111 m
    (moved,) = compare_places(before, after, LIMITS)
    assert (moved.kind, moved.verdict) == ("moved", "attention")
    assert "p0 111 m" in moved.detail.en
    after.loc[["p1", "p2", "p3", "p4"], "latitude"] += 0.001
    assert worst(compare_places(before, after, LIMITS)) == "refus"
    after["latitude"] = before["latitude"] + 0.0005  # 56 m: nobody has moved
    assert compare_places(before, after, LIMITS) == []


def test_one_name_may_change_and_not_all() -> None:
    before = places(*[(-73.0, 46.0)] * 50)
    after = before.copy()
    after.loc["p0", "name"] = "Autre nom"
    (renamed,) = compare_places(before, after, LIMITS)
    assert (renamed.kind, renamed.verdict) == ("renamed", "ok")
    assert "1 lieu renommé (2 %)" in renamed.detail.fr
    after["name"] = "X"
    assert worst(compare_places(before, after, LIMITS)) == "refus"


def test_a_place_without_coordinates_has_not_moved() -> None:
    assert moved_metres(places((float("nan"), 46.0)), places((-73.0, 46.0))).empty


@given(st.integers(0, 30), st.booleans())
def test_measures_come_back_from_json(rows: int, keyed: bool) -> None:
    measure = measure_file(FILE, frame(rows * 20 + 1), ["id", "n", "word"], keyed)
    assert FileMeasure.from_json(measure.as_json(), measure.keys) == measure
