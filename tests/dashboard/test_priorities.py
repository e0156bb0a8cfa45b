"""What a table chooses, keeps and shares on the page of priorities."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.charts.contributions import stacked_bars, territory_bars
from dashboard.i18n import in_language
from dashboard.priorities import bring, choices, rows, shelf, words
from dashboard.priorities.draft import (
    answer_of,
    answered,
    chosen,
    empty,
    part_of,
    points_of,
    shares,
    weighed,
    weighed_by,
    with_equal_weights,
    with_part,
    without,
)
from dashboard.priorities.link import Here, from_query, to_query
from dashboard.priorities.reading import Needed, read
from geodata.composite import Scale
from geodata.errors import ProximiteError
from geodata.grids import Grid, GridPart, Weighing, from_json, outcome, prepare, replay, to_json
from geodata.model import Direction, Level
from geodata.package import Package

A, B, C = "no_diploma_pct", "living_alone_pct", "after_tax_household_income"
THREE = f"{A}~50,{B}~30,{C}~20"


@pytest.fixture(scope="module")
def package(embedded_package: Package) -> Package:
    return embedded_package


def grid_of(package: Package, weights: dict[str, float], level: Level = Level.MRC) -> Grid:
    grid = empty(level, package).grid
    for name in weights:
        grid = with_part(grid, part_of(package.indicators[name]))
    return weighed(grid, weights)


# The draft


def test_nothing_is_chosen_or_weighed_for_the_table(package: Package) -> None:
    grid = empty(Level.MRC, package).grid
    assert grid.parts == ()
    grid = with_part(grid, part_of(package.indicators[A]))
    assert [part.weight for part in grid.parts] == [0.0]


def test_points_are_shared_by_largest_remainder() -> None:
    assert points_of({"a": 1, "b": 1, "c": 1}) == {"a": 34, "b": 33, "c": 33}
    assert points_of({"a": 80, "b": 60, "c": 20}) == {"a": 50, "b": 38, "c": 12}  # 50, 37.5, 12.5
    assert points_of({"a": 0, "b": 0}) == {"a": 0, "b": 0}


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=15))
def test_points_always_make_a_hundred(weights: list[float]) -> None:
    points = points_of({str(n): weight for n, weight in enumerate(weights)})
    assert sum(points.values()) == (100 if sum(weights) > 0 else 0)
    assert all(point == int(point) >= 0 for point in points.values())


def test_the_way_of_weighing_changes_and_the_weights_stay(package: Package) -> None:
    grid = grid_of(package, {A: 80, B: 60, C: 20})
    points = weighed_by(grid, Weighing.POINTS)
    assert [part.weight for part in points.parts] == [50, 38, 12]
    assert [part.weight for part in weighed_by(points, Weighing.SLIDERS).parts] == [50, 38, 12]


def test_comparisons_say_the_weights(package: Package) -> None:
    """A counts 3 times B and 3 times C, which count as much: consistent, weights 3/5, 1/5, 1/5."""
    grid = weighed_by(grid_of(package, {A: 0, B: 0, C: 0}), Weighing.PAIRWISE)
    assert shares(grid) == pytest.approx({A: 1 / 3, B: 1 / 3, C: 1 / 3})
    grid = answered(answered(grid, A, B, 1), C, A, -1)
    assert shares(grid) == pytest.approx({A: 0.6, B: 0.2, C: 0.2})
    assert (answer_of(grid, A, B), answer_of(grid, B, A), answer_of(grid, A, C)) == (1, -1, 1)
    assert [a for a, b, _ in without(grid, [B]).comparisons] == [C]
    assert shares(with_equal_weights(grid)) == pytest.approx({A: 1 / 3, B: 1 / 3, C: 1 / 3})


def test_a_grid_holds_fifteen_indicators_at_most(package: Package) -> None:
    grid = empty(Level.MUNICIPALITY, package).grid
    for indicator in list(package.indicators.values())[:16]:
        grid = with_part(grid, part_of(indicator))
    assert len(grid.parts) == 15


# The link


def test_a_link_gives_the_grid_back_whole(package: Package) -> None:
    query = {
        "niveau": "mrc", "grille": f"{A}~12.5,{B}~0,population_growth_pct~40~~-", "echelle": "centiles",
        "ponderation": "points", "premiers": "7", "nom": "Soir de mai", "par": "Table d'ici",
        "le": "2026-05-04", "notes": "Discuté.", "territoire": "mrc:66",
        "officiel": "cimd_economic_dependency", "exemple": "1",
    }  # fmt: skip
    draft, notices = from_query(query, package, Level.CLSC)
    assert notices == ()
    assert draft.grid.parts[2].direction is Direction.LOWER_IS_NEED
    assert draft.grid.scale is Scale.PERCENTILE
    assert to_query(draft, package) == query


@settings(max_examples=30)
@given(answers=st.lists(st.integers(-3, 3), min_size=3, max_size=3))
def test_answers_two_by_two_come_back_from_the_link(package: Package, answers: list[int]) -> None:
    grid = weighed_by(grid_of(package, {A: 0, B: 0, C: 0}), Weighing.PAIRWISE)
    for (one, other), answer in zip([(A, B), (A, C), (B, C)], answers, strict=True):
        grid = answered(grid, one, other, answer)
    again, notices = from_query(
        to_query(replace(empty(Level.MRC, package), grid=grid), package), package, Level.MRC
    )
    assert notices == ()
    assert shares(again.grid) == pytest.approx(shares(grid))


@pytest.mark.parametrize(
    ("broken", "kept"),
    [
        ({"grille": f"{THREE},<script>~5"}, 3),
        ({"grille": f"{THREE},cwb_income~nan"}, 3),
        ({"grille": f"{THREE},cwb_income~-4"}, 3),
        ({"grille": f"{THREE},cwb_income~1e9"}, 3),
        ({"grille": f"{THREE},cwb_income~1~2021~+~more"}, 3),
        ({"grille": THREE, "echelle": "x"}, 3),
        ({"grille": THREE, "premiers": "10000000000"}, 3),
        ({"grille": THREE, "premiers": "²"}, 3),
        ({"grille": THREE, "le": "2026-02-30"}, 3),
        ({"grille": THREE, "niveau": "galaxie"}, 3),
        ({"grille": THREE, "ponderation": "paires", "paires": "9.9"}, 3),
        ({"grille": ",".join(f"i{n}~1" for n in range(40))}, 15),
    ],
)
def test_a_broken_link_says_one_sentence_and_keeps_the_rest(
    package: Package, broken: dict[str, str], kept: int
) -> None:
    draft, notices = from_query({"niveau": "mrc", **broken}, package, Level.MRC)
    assert len(notices) == 1
    assert notices[0].fr != notices[0].en
    assert len(draft.grid.parts) == kept


@settings(max_examples=40)
@given(query=st.dictionaries(st.sampled_from([name.value for name in Here]), st.text(max_size=40)))
def test_no_address_breaks_the_page(package: Package, query: dict[str, str]) -> None:
    reading = read(query, package, Level.MRC)
    assert reading.needed in Needed
    again = read(to_query(reading.draft, package), package, Level.MRC)
    assert again.draft.grid.parts == reading.draft.grid.parts


def test_what_is_not_here_is_said_and_stays_in_the_link(package: Package) -> None:
    query = {"niveau": "clsc", "grille": f"gone~9,{THREE}", "paquet": "00000000", "territoire": "mrc:66"}
    reading = read(query, package, Level.CLSC)
    said = " ".join(notice.fr for notice in reading.notices)
    for words_said in ("autre version", "« gone »", "n'existe pas à ce niveau", "mrc:66"):
        assert words_said in said
    assert reading.territory is None
    assert reading.needed is Needed.INDICATORS
    assert to_query(reading.draft, package)["grille"].startswith("gone~9,")
    assert read({"niveau": "mrc", "grille": THREE}, package, Level.CLSC).needed is Needed.NOTHING
    zero = read({"niveau": "mrc", "grille": f"{A}~0,{B}~0,{C}~0"}, package, Level.CLSC)
    assert zero.needed is Needed.WEIGHTS


def test_the_same_version_in_the_link_says_nothing(package: Package) -> None:
    assert (
        read({"grille": THREE, "niveau": "mrc", "paquet": package.id[:8]}, package, Level.MRC).notices == ()
    )


# What may be chosen


def test_descriptive_indicators_are_apart_with_the_reason(package: Package) -> None:
    offered = {i.id for found in choices.choosable(package, Level.MUNICIPALITY).values() for i in found}
    apart = {one.indicator.id: one for one in choices.apart(package, Level.MUNICIPALITY)}
    assert not offered & set(apart)
    for never in ("indigenous_identity_pct", "cimd_ethnocultural_composition"):
        assert not apart[never].open
        assert apart[never].reason.fr
    assert apart["population_growth_pct"].open
    ages = {one.indicator.id: one.open for one in choices.apart(package, Level.CLSC)}
    assert ages["age_75_plus_pct"]
    assert all(i.direction is not Direction.DESCRIPTIVE for i in choices.official(package, Level.CLSC))


def test_who_people_are_never_enters_by_a_link_or_a_file(package: Package) -> None:
    origins = "indigenous_identity_pct"
    query = {"niveau": "municipality", "grille": f"{THREE},{origins}~40~~+"}
    reading = read(query, package, Level.MRC)
    assert origins not in chosen(reading.usable)
    assert "jamais un besoin" in reading.notices[0].fr
    forced = GridPart(origins, "2021", 40, Direction.HIGHER_IS_NEED, override=True)
    grid = grid_of(package, {A: 1, B: 1, C: 1}, Level.MUNICIPALITY)
    draft, _ = bring.opened(to_json(replace(grid, parts=(*grid.parts, forced))))
    reading = read(to_query(draft, package), package, Level.MRC)
    assert origins not in chosen(reading.usable)
    assert "jamais un besoin" in reading.notices[0].fr


# Words


def test_a_rank_is_a_range_in_words(package: Package) -> None:
    row = {"rank_low": 1, "rank_high": 9, "weights_only": False, "fifth": 5}
    assert words.rank_range(row, 1160) == "entre le 1er et le 9e rang sur 1\u00a0160"  # type: ignore[arg-type]
    with in_language("en"):
        assert words.rank_range(row, 160) == "between the 1st and the 9th rank of 160"  # type: ignore[arg-type]
    silent = words.rank_range({**row, "weights_only": True}, 160)  # type: ignore[arg-type]
    assert silent.startswith("parmi le cinquième le plus élevé\u00a0; entre le 1er")
    assert silent.endswith("selon les poids seuls")
    assert words.weight(1 / 3) == "33,3\u00a0%"
    assert words.weight(0.4) == "40\u00a0%"
    assert [words.signed(v, 2) for v in (0.126, -0.126, 0.001)] == ["+0,13", "−0,13", "0,00"]


# Charts


def test_segments_stand_end_to_end_from_zero_on_both_sides() -> None:
    parts = pd.DataFrame({"A": [2.0, 1.0], "B": [-1.0, 0.5], "C": [0.1, float("nan")]}, index=["x", "y"])
    names = pd.Series({"x": "Ici", "y": "Là"})
    spec = stacked_bars(parts, names, "axe", "ce que le dessin montre", 1)
    rows_drawn = spec["datasets"]["rows"]
    ends = [(r["name"], r["letter"], r["start"], r["end"], r["wide"]) for r in rows_drawn]
    # The second territory lacks a part and is left out; 0.1 of 3.1 has no room for its letter.
    assert ends == [("Ici", "A", 0, 2, True), ("Ici", "C", 2, 2.1, False), ("Ici", "B", 0, -1, True)]
    assert [r["printed"] for r in rows_drawn] == ["2,0", "0,1", "−1,0"]
    assert spec["description"] == "ce que le dessin montre"
    own = pd.DataFrame({"name": ["A"], "contribution": [-1.0], "printed": ["−1,0"]})
    first = territory_bars(own, "axe", "mots")
    assert first["datasets"]["rows"][0]["way"] is False
    first["layer"].clear()
    assert territory_bars(own, "axe", "mots")["layer"]  # what is drawn does not spoil the next


# Results and files


@pytest.fixture(scope="module")
def result(package: Package):  # type: ignore[no-untyped-def]
    grid = replace(grid_of(package, {A: 50, B: 30, C: 20}), name="Soir", top=5, date="2026-05-04")
    return grid, outcome(grid, prepare(package, grid.level, grid.parts))


def test_the_sheet_holds_every_territory_as_printed(package: Package, result) -> None:  # type: ignore[no-untyped-def]
    grid, found = result
    sheet = rows.sheet(package, grid, found)
    frame = sheet.frame.set_index("territory_id")
    assert len(frame) == len(package.level(Level.MRC))
    ordered = rows.ranked(found)
    assert list(frame.index[: len(ordered)]) == list(ordered.index)
    first = ordered.index[0]
    assert words.score(frame.at[first, "score"], grid.scale) == words.score(
        ordered.at[first, "score"], grid.scale
    )
    parts = frame.loc[ordered.index, [f"adds_{name}" for name in chosen(grid)]].sum(axis=1)
    assert (parts - frame.loc[ordered.index, "score"]).abs().max() <= 0.02 + 1e-9  # each rounded to 0.01
    for community in rows.communities(found):
        assert frame.loc[community, ["score", "rank_low", f"value_{A}"]].isna().all()
        assert "communauté" in frame.at[community, "note"]
    assert rows.communities(found).tolist() == ["mrc:992", "mrc:993"]


def test_names_tell_namesakes_apart(package: Package) -> None:
    names = rows.names_of(package, package.level(Level.MUNICIPALITY).index)
    assert names.is_unique


def test_a_grid_is_kept_renamed_taken_away_and_brought_back(tmp_path: Path, package: Package, result) -> None:  # type: ignore[no-untyped-def]
    grid, found = result
    shelf.GRIDS.keep(tmp_path, grid.name, to_json(grid, found))
    (one,) = shelf.GRIDS.kept(tmp_path)
    assert one.content is not None
    assert one.content.parts == grid.parts
    shelf.rename(tmp_path, one, "Été <b>")
    (renamed,) = shelf.GRIDS.kept(tmp_path)
    assert (renamed.name, renamed.path.name) == ("Été <b>", "ete-b.json")
    # The figures stay with it: the page is found again from the file alone.
    again = replay(renamed.path.read_text("utf-8"))
    assert again.composite.score.to_dict() == pytest.approx(found.composite.score.to_dict(), nan_ok=True)
    shelf.GRIDS.take_away(renamed)
    assert shelf.GRIDS.kept(tmp_path) == []
    assert len(shelf.GRIDS.taken_away(tmp_path)) == 2  # the former name, and the one taken away
    shelf.GRIDS.bring_back(tmp_path, shelf.GRIDS.taken_away(tmp_path)[0])
    assert [kept.name for kept in shelf.GRIDS.kept(tmp_path)] == ["Été <b>"]
    shelf.GRIDS.take_away(renamed)
    with pytest.raises(ProximiteError, match="plus là"):
        shelf.GRIDS.take_away(renamed)


def test_keeping_the_same_name_again_loses_nothing(tmp_path: Path, result) -> None:  # type: ignore[no-untyped-def]
    grid, _found = result
    shelf.GRIDS.keep(tmp_path, grid.name, to_json(grid))
    shelf.GRIDS.keep(tmp_path, grid.name, to_json(replace(grid, notes="plus tard")))
    assert [kept.content.notes for kept in shelf.GRIDS.kept(tmp_path) if kept.content] == ["plus tard"]
    assert [kept.content.notes for kept in shelf.GRIDS.taken_away(tmp_path) if kept.content] == [""]
    assert not list(tmp_path.rglob(".*"))


def test_a_damaged_grid_is_listed_with_what_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / shelf.GRIDS.folder
    folder.mkdir()
    (folder / "abime.json").write_text("{", "utf-8")
    (folder / "binaire.json").write_bytes(b"\xff\xfe")
    found = shelf.GRIDS.kept(tmp_path)
    assert [kept.content for kept in found] == [None, None]
    assert all(kept.problem is not None and kept.problem.sentence("en") for kept in found)


def test_a_file_with_other_units_keeps_its_proportions(package: Package) -> None:
    grid = grid_of(package, {A: 0.5, B: 0.25, C: 0.25})
    draft, notices = bring.opened(to_json(grid))
    assert notices == ()
    assert [part.weight for part in draft.grid.parts] == [50, 25, 25]
    heavy = replace(grid_of(package, {A: 300, B: 100, C: 100}), top=5000)
    draft, notices = bring.opened(to_json(heavy))
    assert [part.weight for part in draft.grid.parts] == [60, 20, 20]
    assert len(notices) == 1
    assert draft.grid.top == 100
    again, _ = from_query(to_query(draft, package), package, Level.MRC)
    assert again.grid.parts == draft.grid.parts


def test_foreign_answers_two_by_two_become_weights(package: Package) -> None:
    grid = replace(
        grid_of(package, {A: 2, B: 1, C: 1}),
        weighing=Weighing.PAIRWISE,
        comparisons=((A, B, 2.0), (A, C, 2.0)),
    )
    draft, notices = bring.opened(to_json(grid))
    assert draft.grid.weighing is Weighing.SLIDERS
    assert shares(draft.grid) == pytest.approx({A: 0.5, B: 0.25, C: 0.25})
    assert len(notices) == 1


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": "other"}', json.dumps({"grid": {}})])
def test_a_broken_file_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(ProximiteError) as refused:
        bring.opened(text)
    assert refused.value.sentence("fr") != refused.value.sentence("en")


def test_the_file_of_the_page_is_read_by_the_domain(result) -> None:  # type: ignore[no-untyped-def]
    grid, found = result
    assert from_json(to_json(grid, found)).weights.to_dict() == {A: 50, B: 30, C: 20}
