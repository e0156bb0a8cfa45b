"""Who enters a score: a package of six municipalities made by hand, then the real one."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geodata.errors import SelectionError
from geodata.inputs import GridPart, Inputs, Reason, may_enter, prepare
from geodata.model import (
    UNITS,
    Aggregation,
    Direction,
    ErrorKind,
    Governance,
    Indicator,
    Level,
    Theme,
)
from geodata.package import Package, Recall
from geodata.text import Text, same_in_both

HIGHER, LOWER, NEITHER = Direction.HIGHER_IS_NEED, Direction.LOWER_IS_NEED, Direction.DESCRIPTIVE
NAN = float("nan")
TOWN = Level.MUNICIPALITY


def _indicator(name: str, **more: Any) -> Indicator:
    facts: dict[str, Any] = {
        "id": name,
        "source_id": name,
        "theme": Theme.HOUSEHOLDS,
        "title": Text(f"Titre {name}", f"Title {name}"),
        "definition": same_in_both("-"),
        "unit": UNITS["percent"],
        "direction": HIGHER,
        "aggregation": Aggregation.RATIO,
        "base_level": Level.DA,
        "levels": (TOWN,),
        "vintage": "2021",
        "caveat": same_in_both("-"),
        "periods": ("2021",),
        "error_kind": ErrorKind.ROUNDING,
    }
    return Indicator(**{**facts, **more})


def _row(town: str, indicator: str, value: float, **more: Any) -> dict[str, Any]:
    return {
        "territory_id": f"municipality:{town}",
        "indicator_id": indicator,
        "period": "2021",
        "value": value,
        "coverage": 1.0,
        "source_id": indicator,
        "status": "ok" if value == value else "no_data",
        "moe_95": 1.96,
        "grade": "solide" if value == value else None,
        **more,
    }


def _package(recalls: dict[str, Recall] | None = None) -> Package:
    towns = pd.DataFrame(
        {
            "territory_id": [f"municipality:{town}" for town in "abcdef"],
            "level": TOWN.value,
            "governance": ["none", "none", "none", "none", "none", "cree"],
            "pop_2021": pd.array([100, 200, 300, None, 500, 600], dtype="Int64"),
        }
    ).set_index("territory_id", drop=False)
    rows = [_row(town, "alone", value) for town, value in zip("abcdef", (1, 2, 3, 4, 5, 6.0), strict=True)]
    rows += [
        _row("a", "score", 0.5, moe_95=NAN),
        _row("b", "score", NAN, status="suppressed"),
        _row("c", "score", 1.5, moe_95=NAN, coverage=0.69),
        _row("d", "score", 1.0, moe_95=NAN, grade="ne pas utiliser"),
        _row("f", "score", 9.0, moe_95=NAN),
    ]
    package = Package(Path("nowhere"), {"content_sha256": "0123456789abcdef", "sources": []}, recalls or {})
    package.__dict__["territories"] = towns
    package.__dict__["observations"] = pd.DataFrame(rows)
    package.__dict__["indicators"] = {
        "alone": _indicator("alone"),
        "score": _indicator(
            "score",
            unit=UNITS["score"],
            error_kind=ErrorKind.UNPUBLISHED,
            hidden_governance=(Governance.CREE,),
        ),
        "young": _indicator("young", theme=Theme.AGES, direction=NEITHER),
        "born_away": _indicator("born_away", theme=Theme.DIVERSITY, direction=NEITHER),
    }
    return package


def _parts(*names: str, **more: Any) -> list[GridPart]:
    return [GridPart(name, "2021", 1.0, HIGHER, **more) for name in names]


def _kinds(found: Inputs) -> dict[str, tuple[Reason, ...]]:
    return {str(k).removeprefix("municipality:"): v for k, v in found.excluded["kinds"].items()}


def test_who_is_left_out_and_why() -> None:
    found = prepare(_package(), TOWN, _parts("alone", "score"))
    assert _kinds(found) == {
        "b": (Reason.SUPPRESSED,),
        "c": (Reason.COVERAGE,),
        "d": (Reason.UNCERTAIN,),
        "e": (Reason.NO_DATA,),
        "f": (Reason.COMMUNITY,),
    }
    assert found.excluded.loc["municipality:b", "reason"] == Text(
        "retenu par le producteur (Titre score)", "withheld by the publisher (Title score)"
    )
    assert found.excluded.loc["municipality:b", "indicators"] == ("score",)
    assert found.excluded.loc["municipality:f", "indicators"] == ()


def test_what_may_not_be_ranked_is_null_and_the_rest_still_counts_as_reference() -> None:
    found = prepare(_package(), TOWN, _parts("alone", "score"))
    assert found.values["alone"].tolist() == [1, 2, 3, 4, 5]
    assert found.values["score"].dropna().to_dict() == {"municipality:a": 0.5}
    assert found.standard_error["alone"].tolist() == pytest.approx([1] * 5)
    assert found.standard_error["score"].isna().all()
    assert found.unpublished == ("score",)
    assert found.population.isna().tolist() == [False, False, False, True, False]


def test_communities_enter_only_when_asked_for_and_what_is_hidden_stays_so() -> None:
    found = prepare(_package(), TOWN, _parts("alone", "score"), include_communities=True)
    assert found.values.loc["municipality:f", "alone"] == 6
    assert pd.isna(found.values.loc["municipality:f", "score"])
    assert _kinds(found)["f"] == (Reason.HIDDEN,)


def test_a_withdrawn_source_gives_nothing() -> None:
    recall = Recall("score", Text("Erreur.", "Error."), "2026-11-01")
    found = prepare(_package({"score": recall}), TOWN, _parts("alone", "score"))
    assert found.values["score"].isna().all()
    assert _kinds(found)["a"] == (Reason.RECALLED,)


def test_several_lacks_are_told_together() -> None:
    package = _package()
    more = _indicator("other")
    package.indicators["other"] = more
    extra = pd.DataFrame([_row(town, "other", 1.0) for town in "acde"])
    package.__dict__["observations"] = pd.concat([package.observations, extra])
    found = prepare(package, TOWN, _parts("alone", "score", "other"))
    assert found.excluded.loc["municipality:b", "reason"].en == (
        "withheld by the publisher (Title score); no data (Title other)"
    )


@pytest.mark.parametrize(
    ("level", "parts"),
    [
        (TOWN, []),
        (TOWN, _parts("alone", "alone")),
        (TOWN, _parts("absent")),
        (TOWN, _parts("born_away")),
        (TOWN, [GridPart("alone", "2021", 1, LOWER)]),
        (TOWN, [GridPart("alone", "1996", 1, HIGHER)]),
        (Level.CLSC, _parts("alone")),
    ],
)
def test_what_cannot_be_read_is_refused_in_both_languages(level: Level, parts: list[GridPart]) -> None:
    with pytest.raises(SelectionError) as refused:
        prepare(_package(), level, parts)
    assert refused.value.sentence("fr") != refused.value.sentence("en")


def test_descriptive_indicators_do_not_enter_by_themselves() -> None:
    known = _package().indicators
    assert may_enter(known["alone"]) is None
    assert may_enter(known["alone"], HIGHER) is None
    assert may_enter(known["alone"], LOWER) is not None
    assert may_enter(known["young"]) is not None
    assert may_enter(known["young"], NEITHER) is not None
    assert may_enter(known["young"], LOWER) is None
    assert may_enter(known["born_away"]) is not None
    assert may_enter(known["born_away"], HIGHER) is not None
    assert may_enter(known["born_away"], override=True) is not None
    assert may_enter(known["born_away"], HIGHER, override=True) is None


def test_no_real_indicator_of_who_people_are_may_enter(embedded_package: Package) -> None:
    barred = {
        name
        for name, indicator in embedded_package.indicators.items()
        if may_enter(indicator, HIGHER) is not None and indicator.direction is not LOWER
    }
    assert barred >= {
        "cimd_ethnocultural_composition",
        "cimd_ethnocultural_composition_top_fifth_pct",
        "indigenous_identity_pct",
        "recent_immigrants_pct",
        "no_official_language_pct",
    }
    for indicator in embedded_package.indicators.values():
        assert (may_enter(indicator) is None) == (indicator.direction is not NEITHER)


def test_no_community_is_among_the_real_rows(embedded_package: Package) -> None:
    for level in (Level.MRC, Level.CLSC, Level.DA):
        places = embedded_package.level(level)
        governed = set(places.index[places["governance"] != "none"])
        found = prepare(embedded_package, level, _parts("cimd_situational_vulnerability"))
        assert not governed & set(found.values.index)
        told = found.excluded["kinds"].map(lambda kinds: Reason.COMMUNITY in kinds)
        assert set(found.excluded.index[told]) == governed
        assert len(governed) > 0
