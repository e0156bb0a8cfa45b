import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geodata.composite import Scale, composite, standardise
from geodata.errors import ProximiteError
from geodata.grids import (
    Grid,
    GridError,
    GridPart,
    Outcome,
    Weighing,
    against,
    from_json,
    outcome,
    prepare,
    replay,
    to_json,
)
from geodata.model import Direction, Level
from geodata.package import EMBEDDED, Package, Recall, open_package
from geodata.text import Text

HIGHER, LOWER = Direction.HIGHER_IS_NEED, Direction.LOWER_IS_NEED

PARTS = (
    GridPart("cimd_situational_vulnerability", "2021", 3.0, HIGHER),
    GridPart("no_diploma_pct", "2021", 2.0, HIGHER),
    GridPart("living_alone_pct", "2021", 1.0, HIGHER),
    GridPart("after_tax_household_income", "2020", 0.5, LOWER),
)
GRID = Grid(
    "Soirée de novembre", "Table « de chez nous »", "2026-11-22", Level.MRC, Scale.Z_SCORE, PARTS, top=8
)


@pytest.fixture(scope="module")
def applied(embedded_package: Package) -> Outcome:
    return outcome(GRID, prepare(embedded_package, GRID.level, GRID.parts), draws=200)


def test_a_grid_comes_back_from_its_file() -> None:
    full = replace(
        GRID,
        scale=Scale.PERCENTILE,
        weighing=Weighing.PAIRWISE,
        comparisons=(("no_diploma_pct", "living_alone_pct", 1 / 3),),
        include_communities=True,
        package_id="0123456789abcdef",
        notes="Deux personnes\nd'un autre avis.",
        parts=(*PARTS, GridPart("recent_immigrants_pct", "2021", 0.0, LOWER, override=True)),
    )
    for grid in (GRID, full):
        assert from_json(to_json(grid)) == grid


def test_one_file_reproduces_the_page(applied: Outcome, embedded_package: Package) -> None:
    written = to_json(GRID, applied)
    again = replay(written)
    assert again.grid == replace(GRID, package_id=embedded_package.id)
    for one, other in (
        (applied.inputs.values, again.inputs.values),
        (applied.inputs.moe_95, again.inputs.moe_95),
        (applied.standard, again.standard),
        (applied.composite.contributions, again.composite.contributions),
        (applied.stability.frame, again.stability.frame),
    ):
        assert one.equals(other)
    assert applied.composite.score.equals(again.composite.score)
    assert applied.inputs.excluded["reason"].tolist() == again.inputs.excluded["reason"].tolist()
    assert to_json(again.grid, again) == written


def test_figures_of_another_grid_are_not_written(applied: Outcome) -> None:
    with pytest.raises(GridError):
        to_json(replace(GRID, parts=PARTS[:3]), applied)


def test_the_file_holds_every_figure_that_makes_the_score(applied: Outcome) -> None:
    """Recomputed from the plain JSON, by other means than the program's."""
    held = json.loads(to_json(GRID, applied))
    rows = pd.DataFrame(held["results"]["territories"]).set_index("territory_id")
    people = rows["population"]
    score = pd.Series(0.0, index=rows.index)
    for part in held["grid"]["parts"]:
        cells = rows["figures"].map(lambda figures, name=part["indicator_id"]: figures[name])
        value = cells.map(lambda cell: cell["value"]).astype(float)
        mean = np.average(value, weights=people)
        z = (value - mean) / np.sqrt(np.average((value - mean) ** 2, weights=people))
        z = z if part["direction"] == "higher_is_need" else -z
        assert cells.map(lambda cell: cell["standard"]).to_numpy() == pytest.approx(z.to_numpy())
        score += z * part["weight"] / 6.5
    assert rows["score"].to_numpy(dtype=float) == pytest.approx(score.to_numpy())
    assert rows["top_share"].sum() == pytest.approx(8)
    assert held["results"]["weights"]["no_diploma_pct"] == pytest.approx(2 / 6.5)
    assert held["results"]["simulation"] == {
        "draws": 200, "rank_draws": 200, "concentration": 50.0, "seed": 2021, "top": 8,
    }  # fmt: skip
    assert {entry["territory_id"] for entry in held["results"]["excluded"]} == {"mrc:992", "mrc:993"}
    assert {entry["id"] for entry in held["results"]["indicators"]} == {p.indicator_id for p in PARTS}
    assert not {"mrc:992", "mrc:993"} & set(rows.index)


def test_the_outcome_is_the_parts_put_together(applied: Outcome) -> None:
    directions = {part.indicator_id: part.direction for part in PARTS}
    standard = standardise(applied.inputs.values, applied.inputs.population, directions, Scale.Z_SCORE)
    assert applied.composite.score.equals(composite(standard, GRID.weights).score)
    frame = applied.stability.frame
    assert frame["top_share"].sum() == pytest.approx(8)
    assert (frame["rank_low"] <= frame["rank_high"]).all()


def test_missing_figures_are_null_in_the_file_and_come_back_missing(embedded_package: Package) -> None:
    facts = (("idms_material_q4_q5_pct", "2021"), ("idms_social_q4_q5_pct", "2021"), ("iemv_score", "2026"))
    parts = tuple(GridPart(name, period, 1.0, HIGHER) for name, period in facts)
    grid = replace(GRID, level=Level.TABLE, parts=parts)
    applied = outcome(grid, prepare(embedded_package, Level.TABLE, parts), draws=50)
    assert replay(to_json(grid, applied)).composite.score.equals(applied.composite.score)
    assert "NaN" not in to_json(grid, applied)


def _broken(**changes: Any) -> str:
    content = json.loads(to_json(GRID))
    content["grid"] = {**content["grid"], **changes}
    return json.dumps(content)


def _part(**changes: Any) -> dict[str, Any]:
    return {"parts": [{**part, **changes} for part in json.loads(to_json(GRID))["grid"]["parts"]]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pas du JSON",
        "[]",
        "null",
        "[" * 100_000,
        "\ud800",
        '{"format": "proximite-grille"}',
        '{"format": "autre", "version": 1, "grid": {}}',
        to_json(GRID).replace('"version": 1', '"version": 2'),
        to_json(GRID)[:-20],
        _broken(level="comté"),
        _broken(scale="autre"),
        _broken(name=3),
        _broken(name="\ud800"),
        _broken(name="x" * 201),
        _broken(date="hier"),
        _broken(top=0),
        _broken(top=True),
        _broken(parts=[]),
        _broken(parts=json.loads(to_json(GRID))["grid"]["parts"][:2]),
        _broken(parts=json.loads(to_json(GRID))["grid"]["parts"] * 2),
        _broken(parts=None),
        _broken(**_part(weight=0)),
        _broken(**_part(weight=-1)),
        _broken(**_part(weight="1")),
        _broken(**_part(weight=float("nan"))),
        _broken(**_part(weight=float("inf"))),
        _broken(**_part(direction="sideways")),
        _broken(**_part(indicator_id="<b>")),
        _broken(comparisons=[["a", "b", 0]]),
    ],
)
def test_a_file_that_is_no_grid_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(GridError) as refused:
        from_json(text)
    assert refused.value.sentence("fr") != refused.value.sentence("en")
    assert len(refused.value.sentence("fr")) < 300


def test_the_field_that_is_wrong_is_named() -> None:
    with pytest.raises(GridError) as refused:
        from_json(_broken(**_part(weight=-1)))
    assert refused.value.where == "grid.parts.0.weight"


def test_a_mark_of_bytes_in_front_does_not_matter() -> None:
    assert from_json("\ufeff" + to_json(GRID)) == GRID


def test_figures_that_were_tampered_with_are_refused(applied: Outcome) -> None:
    content = json.loads(to_json(GRID, applied))
    results = content["results"]
    for changed in (
        None,
        [],
        {},
        {**results, "simulation": {**results["simulation"], "draws": 10**12}},
        {**results, "territories": [{"territory_id": "mrc:1"}]},
        {**results, "territories": [results["territories"][0]] * 2},
        {**results, "level": "comté"},
    ):
        with pytest.raises(ProximiteError):
            replay(json.dumps({**content, "results": changed}))
    with pytest.raises(GridError):
        replay(to_json(GRID))


def test_a_grid_of_these_data_is_used_as_it_is(embedded_package: Package) -> None:
    grid = replace(GRID, package_id=embedded_package.id)
    assert against(grid, embedded_package) == (grid, ())


def test_what_these_data_lack_is_set_aside_with_a_sentence(embedded_package: Package) -> None:
    lost = (
        GridPart("gone_pct", "2016", 5.0, HIGHER),
        GridPart("shelter_30_pct", "2021", 1.0, HIGHER),
        GridPart("indigenous_identity_pct", "2021", 1.0, HIGHER),
        GridPart("employment_rate_pct", "1996", 1.0, LOWER),
    )
    grid = replace(GRID, package_id="another", parts=(*PARTS[:2], *lost), level=Level.MUNICIPALITY)
    found, notices = against(grid, embedded_package)
    assert [part.indicator_id for part in found.parts] == [
        "cimd_situational_vulnerability",
        "no_diploma_pct",
        "employment_rate_pct",
    ]
    assert [part.weight for part in found.parts] == [3, 2, 1]
    assert found.parts[-1].period == "2021"
    said = [notice.fr for notice in notices]
    assert len(said) == 6
    assert "autre version" in said[0]
    for word, sentence in zip(
        ("gone_pct", "n'existe pas à ce niveau", "jamais un besoin", "1996"), said[1:5], strict=True
    ):
        assert word in sentence
    assert all(notice.fr.endswith(".") and notice.en.endswith(".") for notice in notices)


def test_a_grid_left_with_too_few_says_so_and_loses_nothing_else(embedded_package: Package) -> None:
    found, notices = against(replace(GRID, level=Level.CLSC), embedded_package)
    assert [part.indicator_id for part in found.parts] == ["cimd_situational_vulnerability"]
    assert (found.name, found.authors, found.date, found.level) == (
        GRID.name,
        GRID.authors,
        GRID.date,
        Level.CLSC,
    )
    assert "au moins 3" in notices[-1].fr
    with pytest.raises(GridError):
        outcome(found, prepare(embedded_package, Level.CLSC, found.parts))


def test_a_level_that_these_data_lack_is_said(embedded_package: Package) -> None:
    found, notices = against(replace(GRID, level=Level.CUSTOM), embedded_package)
    assert found.parts == ()
    assert "niveau" in notices[-1].fr


def test_a_withdrawn_source_sets_its_indicators_aside() -> None:
    source = open_package(EMBEDDED).indicators["no_diploma_pct"].source_id
    package = open_package(EMBEDDED, {source: Recall(source, Text("Erreur.", "Error."), "2026-11-01")})
    found, notices = against(GRID, package)
    assert "no_diploma_pct" not in {part.indicator_id for part in found.parts}
    assert any("retirée" in notice.fr for notice in notices)
