"""What differs between two packages is named, each thing once, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from etl.diff import diff
from geodata.package import Package
from geodata.schemas import SCHEMAS
from geodata.writing import write_package
from tests.etl.small import empty_tables

PLACE = dict.fromkeys(SCHEMAS["locations"].columns, "") | {"geocode_quality": "rooftop", "latitude": 46.0}


def package(folder: Path, places: list[tuple[str, str, float]], values: dict[str, float]) -> Package:
    tables = empty_tables()
    rows = [{**PLACE, "id": i, "name": name, "longitude": longitude} for i, name, longitude in places]
    tables["locations"] = pd.DataFrame(rows, columns=list(PLACE))
    observed = {c: ["" for _ in values] for c in SCHEMAS["observations"].columns}
    tables["observations"] = pd.DataFrame(
        {**observed, "territory_id": list(values), "indicator_id": "x", "value": list(values.values())}
    )
    return write_package(folder, tables, [], {}, {"built_at": "", "sources": []})


@pytest.fixture
def two(tmp_path: Path) -> tuple[Package, Package]:
    before = package(
        tmp_path / "a",
        [("a", "Un", -73.0), ("b", "Deux", -73.0), ("c", "Trois", -73.0), ("d", "Quatre", -73.0)],
        {"t:1": 1.0, "t:2": 2.0, "t:3": 3.0, "t:4": float("nan"), "t:5": float("nan")},
    )
    after = package(
        tmp_path / "b",
        [("b", "Deux bis", -73.0), ("c", "Trois", -73.01), ("d", "Quatre", -73.000005), ("e", "Cinq", -73.0)],
        {"t:1": 1.0, "t:2": 2.5, "t:3": float("nan"), "t:4": 4.0, "t:5": float("nan")},
    )
    return before, after


def test_places_added_gone_renamed_and_moved(two: tuple[Package, Package]) -> None:
    places = diff(*two).places
    assert [c.id for c in places.added] == ["e"]
    assert [(c.id, c.name) for c in places.gone] == [("a", "Un")]
    assert [(c.id, c.before, c.after) for c in places.renamed] == [("b", "Deux", "Deux bis")]
    # At 46° N a hundredth of a degree of longitude is 774.2 m on GRS 80; half a millionth-degree is no move.
    ((moved, metres),) = [(c.id, c.metres) for c in places.moved]
    assert moved == "c"
    assert metres == pytest.approx(774.2, abs=0.5)


def test_values_changed_appeared_and_vanished(two: tuple[Package, Package]) -> None:
    (values,) = diff(*two).values
    assert (values.changed, values.appeared, values.vanished) == (1, 1, 1)
    assert values.largest == {"territory_id": "t:2", "name": "", "period": "", "before": 2.0, "after": 2.5}


def test_the_way_back_is_the_mirror_image(two: tuple[Package, Package]) -> None:
    there, back = diff(*two), diff(two[1], two[0])
    assert [c.id for c in there.places.added] == [c.id for c in back.places.gone]
    assert there.totals["locations"] == (4, 4)
    assert there.counts["values_changed"] == back.counts["values_changed"] == 3


def test_a_package_does_not_differ_from_itself(two: tuple[Package, Package]) -> None:
    same = diff(two[0], two[0])
    assert same.same
    assert same.summary().fr == "rien n'a changé"


def test_the_summary_says_one_and_many(two: tuple[Package, Package]) -> None:
    said = diff(*two).summary()
    assert said.fr == "1 lieu ajouté, 1 lieu disparu, 1 lieu renommé, 1 lieu déplacé, 3 valeurs différentes"
    assert said.en == "1 place added, 1 place gone, 1 place renamed, 1 place moved, 3 values differ"
