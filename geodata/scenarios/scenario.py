"""A scenario as it is kept and shared: the question, what changes, what the tool was asked to propose."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import ConfigDict, Field

from geodata.access.reach import Question
from geodata.choices import Grid, require_complete
from geodata.scenarios.edits import (
    LONGEST_ID,
    LONGEST_NAME,
    STRICT,
    Degrees,
    Edit,
    SiteId,
    require_sound,
)
from geodata.scenarios.errors import ScenarioError
from geodata.scenarios.written import short
from geodata.siting import Problem, SolveStatus
from geodata.text import Text

LONGEST_NOTES: Final = 4_000
LONGEST_SEARCH_S: Final = 600.0
"""Seconds that one search may be given."""

MOST_SITES: Final = 1_000
"""Sites that may be asked for at once."""

SPACING_KM: Final = (0.25, 50.0)
"""Smallest and largest side of a square of the grid of candidates."""

SURROUNDINGS_KM: Final = 100.0
"""Furthest that candidates may be taken around the people of a territory."""


class CandidateKind(StrEnum):
    """Where a new point of service could go."""

    PUBLIC_BUILDINGS = "public_buildings"
    GRID = "grid"


class Fairness(StrEnum):
    """Among whom the worst-served group is looked for: groups of people, milieus, or municipalities.

    A city with boroughs counts by borough.
    """

    GROUPS = "groups"
    MILIEU = "milieu"
    MUNICIPALITIES = "municipalities"


@dataclass(frozen=True)
class IndicatorNeed:
    """One indicator taken as need: the higher a place stands on it among people, the more it weighs."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    indicator_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,80}$")]
    period: Annotated[str, Field(max_length=20)] = ""


@dataclass(frozen=True)
class Opened:
    """A place that the tool proposes, with enough to apply it again without solving."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: SiteId
    name: Annotated[str, Field(max_length=LONGEST_NAME)]
    longitude: Degrees
    latitude: Degrees


@dataclass(frozen=True)
class Answer:
    """What the solver said, kept so that the scenario says the same everywhere.

    Attributes
    ----------
    opened
        The one that adds the most first.
    objective, bound, gap
        In the unit of the problem (``geodata.siting.Solution``); null where there is none.
    unreachable
        Areas with people that no site can serve, and their people.
    said_fr, said_en
        The solver's sentences, then what has to be known of the weights.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    status: SolveStatus
    opened: tuple[Opened, ...]
    objective: Degrees | None
    bound: Degrees | None
    gap: Degrees | None
    seconds: Degrees
    unreachable: tuple[SiteId, ...] = ()
    unreachable_people: Degrees = 0.0
    said_fr: Annotated[str, Field(max_length=LONGEST_NOTES)] = ""
    said_en: Annotated[str, Field(max_length=LONGEST_NOTES)] = ""


@dataclass(frozen=True)
class Proposal:
    """What the tool is asked to propose; it only ever adds places, and closes none.

    Attributes
    ----------
    problem
        The question put to the solver.
    p
        Places to add; not used by ``COVER_ALL``, which looks for how many are needed.
    candidates, spacing_km, surroundings_km
        Where they may go: public buildings, or one inhabited point a square of ``spacing_km``; up to
        ``surroundings_km`` from the people of the territory.
    need
        What multiplies people in the weights: nothing, an indicator or a table's grid.
    fairness
        For ``FAIREST``: among whom the worst-served group is looked for.
    threshold_minutes
        Minutes that count as served; null takes those of the question, by milieu.
    time_limit_s
        Of the search.
    answer
        The sites found, or null where the search was not made.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    problem: Problem
    p: Annotated[int, Field(ge=1, le=MOST_SITES)] = 1
    candidates: CandidateKind = CandidateKind.PUBLIC_BUILDINGS
    spacing_km: Degrees = 2.0
    surroundings_km: Degrees = 5.0
    need: IndicatorNeed | Grid | None = None
    fairness: Fairness = Fairness.MUNICIPALITIES
    threshold_minutes: Degrees | None = None
    time_limit_s: Degrees = 30.0
    answer: Answer | None = None


@dataclass(frozen=True)
class Scenario:
    """A question, and what would change.

    Attributes
    ----------
    name, notes
        Free text about places; no person is asked for.
    question
        Which service, how people go there, for whom and within how many minutes.
    edits
        Places that open, move, close or change their capacity.
    proposal
        What the tool is asked to add on top of the edits.
    scope
        The territory whose people are looked at; null is all of Québec. The places are all those in their
        reach, outside the territory too.
    package_id
        The data that the table had before its eyes.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    name: Annotated[str, Field(max_length=LONGEST_NAME)]
    question: Question
    edits: tuple[Edit, ...] = ()
    proposal: Proposal | None = None
    scope: Annotated[str, Field(max_length=LONGEST_ID)] | None = None
    package_id: Annotated[str, Field(max_length=80)] = ""
    notes: Annotated[str, Field(max_length=LONGEST_NOTES)] = ""


def require_valid(scenario: Scenario) -> None:
    """Check what can be checked of a scenario without the data.

    Raises
    ------
    ScenarioError
        If its name is empty, an edit is unsound, or the proposal asks for what cannot be.
    GridError
        If its need is a grid that is not complete.
    """
    if not scenario.name.strip() or len(scenario.name) > LONGEST_NAME:
        raise ScenarioError(
            Text(
                f"Un scénario a un nom de {LONGEST_NAME} caractères au plus",
                f"A scenario has a name of {LONGEST_NAME} characters at most",
            ),
            hint=Text("nommez-le", "name it"),
        )
    if len(scenario.notes) > LONGEST_NOTES:
        raise ScenarioError(
            Text("Les notes de ce scénario sont trop longues", "The notes of this scenario are too long"),
            hint=Text(f"{LONGEST_NOTES} caractères au plus", f"{LONGEST_NOTES} characters at most"),
        )
    require_sound(scenario.edits)
    if scenario.proposal is not None:
        require_possible(scenario.proposal)


def require_possible(proposal: Proposal) -> None:
    """Check the numbers of a proposal.

    Raises
    ------
    ScenarioError
        If one is not a number, or is out of its bounds.
    GridError
        If the need is a grid that is not complete.
    """
    _require_between(proposal.p, 1, MOST_SITES, Text("nombre de lieux à ajouter", "number of places to add"))
    _require_between(
        proposal.spacing_km, *SPACING_KM, Text("côté d'un carré, en km", "side of a square, in km")
    )
    _require_between(
        proposal.surroundings_km, 0.0, SURROUNDINGS_KM, Text("alentours, en km", "surroundings, in km")
    )
    _require_between(
        proposal.time_limit_s,
        0.1,
        LONGEST_SEARCH_S,
        Text("temps de recherche, en secondes", "search time, in seconds"),
    )
    if proposal.threshold_minutes is not None:
        _require_between(
            proposal.threshold_minutes, 1.0, 1_440.0, Text("seuil, en minutes", "threshold, in minutes")
        )
    if isinstance(proposal.need, Grid):
        require_complete(proposal.need)
    if proposal.answer is not None:
        _require_each_once(proposal.answer)


def _require_each_once(answer: Answer) -> None:
    ids = [place.id for place in answer.opened]
    if len(ids) > MOST_SITES or len(set(ids)) < len(ids):
        raise ScenarioError(
            Text(
                "Un lieu proposé est deux fois dans la réponse, ou il y en a trop",
                "A proposed place is twice in the answer, or there are too many",
            ),
            where=next((name for name in ids if ids.count(name) > 1), str(len(ids))),
            hint=Text("refaites la proposition", "ask for the proposal again"),
        )


def _require_between(number: float, low: float, high: float, name: Text) -> None:
    if math.isfinite(number) and low <= number <= high:
        return
    raise ScenarioError(
        Text(
            f"« {name.fr} » doit aller de {short(low, 'fr')} à {short(high, 'fr')}",
            f"“{name.en}” must go from {short(low, 'en')} to {short(high, 'en')}",
        ),
        where=f"{number:g}",
        hint=Text("changez ce nombre", "change this number"),
    )
