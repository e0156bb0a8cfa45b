"""A scenario as a file that says everything and repeats the same figures."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Final

import pandas as pd
from pydantic import Field, TypeAdapter, ValidationError

from geodata.access.facts import CostFacts
from geodata.errors import ProximiteError
from geodata.scenarios.change import Change
from geodata.scenarios.errors import ScenarioError
from geodata.scenarios.scenario import Scenario, require_valid
from geodata.text import Text

FORMAT: Final = "proximite-scenario"
VERSION: Final = 1
LONGEST: Final = 8_000_000
"""Characters of a file: more than the most changes and sites take."""

_MARK: Final = "\ufeff"
"""What some editors write in front of a text."""

_SAME: Final = 1e-9
"""Relative difference under which two sums are the same, but for the order of their terms."""


Short = Annotated[str, Field(max_length=2_000)]


@dataclass(frozen=True)
class Trips:
    """How the trips of a file's figures were computed."""

    engine: Short
    said_fr: Short
    said_en: Short
    network_id: Short
    doubt: float


@dataclass(frozen=True)
class Saved:
    """What a file holds.

    Attributes
    ----------
    scenario
        Checked without the data.
    trips, results
        How its figures were computed, and the figures by name; null where it holds none.
    """

    scenario: Scenario
    trips: Trips | None = None
    results: Mapping[str, float | None] | None = None


@dataclass(frozen=True)
class Difference:
    """A figure that is no longer what its file says; null is no figure."""

    name: str
    saved: float | None
    found: float | None


def to_json(scenario: Scenario, change: Change | None = None, *, package_id: str = "") -> str:
    """Write a scenario, with its figures where they are given; the same scenario gives the same text.

    Parameters
    ----------
    change
        From ``before_after`` of the same scenario.
    package_id
        The data of these figures; that of the scenario where empty.

    Raises
    ------
    ScenarioError
        If the scenario is not valid.
    """
    require_valid(scenario)
    if package_id:
        scenario = replace(scenario, package_id=package_id)
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "scenario": _SCENARIO.dump_python(scenario, mode="json"),
    }
    if change is not None:
        content["trips"] = _TRIPS.dump_python(_trips(change.facts), mode="json")
        content["results"] = figures(change)
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def from_json(text: str | bytes) -> Saved:
    """Read a scenario's file.

    Raises
    ------
    ScenarioError
        If it is not such a file, is too large, was written by another version, or a field is wrong.
    """
    written = _decoded(text)
    _require_readable(written)
    try:
        saved = _FILE.validate_json(written, strict=True)
    except ValidationError as failure:
        raise _wrong_field(failure) from failure
    _require_known(json.loads(written)["scenario"]["question"], saved.scenario)
    require_valid(saved.scenario)
    return Saved(saved.scenario, saved.trips, saved.results)


def figures(change: Change) -> dict[str, float | None]:
    """Give the figures of a change by name, in plain numbers; null where there is none."""
    found: dict[str, Any] = {"places.before": len(change.applied.before.points.ids)}
    found["places.after"] = len(change.applied.after.points.ids)
    rows: list[tuple[str, pd.Series]] = [("total", change.total)]
    rows += [(f"groups.{name}", change.groups.loc[name]) for name in change.groups.index]
    rows += [(f"milieus.{name}", change.milieus.loc[name]) for name in change.milieus.index]
    for name, row in rows:
        found.update({f"{name}.{column}": row[column] for column in row.index if _is_figure(row[column])})
    for side, worst in (("before", change.worst_before), ("after", change.worst_after)):
        found[f"worst_share_{side}"] = worst[1] if worst is not None else None
    return {name: _plain(value) for name, value in found.items()}


def differences(
    saved: Mapping[str, float | None], found: Mapping[str, float | None]
) -> tuple[Difference, ...]:
    """List the figures that differ between a file and what is computed now, in the order of the file."""
    names = [*saved, *(name for name in found if name not in saved)]
    return tuple(
        Difference(name, saved.get(name), found.get(name))
        for name in names
        if not _alike(saved.get(name), found.get(name))
    )


def _alike(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=_SAME, abs_tol=_SAME)


def _is_figure(value: object) -> bool:
    return not isinstance(value, str | Text | bool)


def _plain(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _trips(facts: CostFacts) -> Trips:
    return Trips(facts.engine.value, facts.said.fr, facts.said.en, facts.network_id, facts.doubt)


@dataclass(frozen=True)
class _Header:
    format: str
    version: int


_HEADER: Final = TypeAdapter(_Header)
_FILE: Final = TypeAdapter(Saved)
_SCENARIO: Final = TypeAdapter(Scenario)
_TRIPS: Final = TypeAdapter(Trips)
_NO_SCENARIO: Final = Text("Ce fichier n'est pas un scénario", "This file is not a scenario")
_CHOOSE: Final = Text("choisissez un fichier enregistré par cette page", "choose a file saved by this page")


def _decoded(text: str | bytes) -> str:
    if len(text) > LONGEST:
        raise ScenarioError(
            Text("Ce fichier est trop gros pour un scénario", "This file is too large for a scenario"),
            hint=_CHOOSE,
        )
    try:
        return (text.decode("utf-8") if isinstance(text, bytes) else text).removeprefix(_MARK)
    except UnicodeDecodeError as failure:
        raise ScenarioError(_NO_SCENARIO, hint=_CHOOSE) from failure


def _require_readable(text: str) -> None:
    try:
        header = _HEADER.validate_json(text, strict=True)
    except (ValidationError, UnicodeError) as failure:
        raise ScenarioError(_NO_SCENARIO, hint=_CHOOSE) from failure
    if header.format != FORMAT:
        raise ScenarioError(_NO_SCENARIO, hint=_CHOOSE)
    if header.version != VERSION:
        raise ScenarioError(
            Text(
                f"Ce scénario est de la version {header.version} du format, il faut la version {VERSION}",
                f"This scenario has version {header.version} of the format, version {VERSION} is needed",
            ),
            hint=Text("ouvrez-le avec le programme qui l'a écrit", "open it with the program that wrote it"),
        )


def _require_known(question: Mapping[str, Any], scenario: Scenario) -> None:
    """Refuse a field of the question that nobody knows: left out in silence, it would change the figures."""
    named = {("question", name) for name in question}
    named |= {("thresholds", name) for name in question.get("thresholds", ())}
    known = {("question", one.name) for one in fields(scenario.question)}
    known |= {("thresholds", one.name) for one in fields(scenario.question.thresholds)}
    for unknown in sorted(named - known):
        raise _not_valid(".".join(unknown))


def _not_valid(where: str) -> ScenarioError:
    return ScenarioError(
        Text(
            "Un champ de ce scénario est absent ou n'est pas valable",
            "A field of this scenario is absent or not valid",
        ),
        where=where,
        hint=Text("corrigez-le, ou exportez le scénario de nouveau", "correct it, or export it again"),
    )


def _wrong_field(failure: ValidationError) -> ProximiteError:
    """Name the first field that is wrong; its value is not repeated, it may be anything."""
    first = failure.errors(include_input=False)[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, ProximiteError):
        return cause
    return _not_valid(".".join(str(step) for step in first["loc"]))
