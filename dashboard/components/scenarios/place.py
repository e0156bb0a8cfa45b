"""The scenario in hand: read from the address and from this visit, and the only place it is written to."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import streamlit as st

from dashboard import links
from dashboard.access import link, reading
from dashboard.components.labels import territory_name
from dashboard.link_words import ignored
from dashboard.links import asked
from dashboard.scenario_page.held import adopted, choices, held, of_address, proposed
from geodata.model import Level
from geodata.package import Package
from geodata.scenarios.edits import LONGEST_NAME, Edit
from geodata.scenarios.scenario import Scenario
from geodata.text import Text

_HELD: Final = "scenario_held"
_WRITTEN: Final = "scenario_written"
_REPLACED: Final = "scenario_replaced"
CATCHING_UP_SECONDS: Final = 3.0
"""A browser may still send an address that this session replaced so lately."""


class Here(StrEnum):
    """Names in the address bar, beside those of the question, which the page of access shares."""

    WAY = "maniere"
    CHANGES = "changements"
    NAME = "nom"


class Way(StrEnum):
    """What the page is used for; the values are the words of the address bar."""

    CHANGE = "changer"
    PROPOSE = "proposer"
    KEPT = "gardes"


@dataclass(frozen=True)
class Reading:
    """What the page shows, and what had to be left aside.

    Attributes
    ----------
    asked
        The question as the page of access reads it, for the choices that both share.
    scenario
        The question, the place and the changes; its name may be empty still.
    opened
        The file that it was opened from, as it was written; empty otherwise.
    stale
        Whether the tool found its places for other choices than those of now.
    """

    asked: link.Asked
    scenario: Scenario
    way: Way
    opened: str = ""
    notices: tuple[Text, ...] = ()
    stale: bool = False

    @property
    def settled(self) -> Scenario:
        """The scenario as a file may hold it: an answer to other choices is no answer, its places remain."""
        return adopted(self.scenario) if self.stale else self.scenario


def read(package: Package) -> Reading:
    """Read what the address asks for; never raises."""
    _catch_up()
    question, notices = reading.read(package)
    found, more = of_address(asked(Here.CHANGES), st.session_state.get(_HELD))
    st.session_state[_HELD] = found
    scope = question.territory
    if scope is not None and not _is_place(package, scope):
        more = (*more, ignored(Text("Le territoire", "The territory"), scope))
        scope = None
    scenario = Scenario(
        name=" ".join(asked(Here.NAME).split())[:LONGEST_NAME],
        question=question.question,
        edits=found.edits,
        proposal=found.proposal,
        scope=scope,
        package_id=package.id,
        notes=found.notes,
    )
    # A finer choice of measure and of level belongs to the page of access.
    shared = replace(question, view=link.View.AROUND, territory=scope)
    stale = bool(proposed(found.proposal)) and found.found_for != choices(scenario)
    return Reading(shared, scenario, _way(), found.opened, (*notices, *more), stale)


def write(scenario: Scenario, way: Way | None = None, opened: str = "") -> None:
    """Make the address and this visit say a scenario; what belongs to the whole site stays."""
    found = held(scenario, st.session_state.get(_HELD), opened)
    st.session_state[_HELD] = found
    ours = {
        **link.of_question(scenario.question),
        link.Name.TERRITORY.value: scenario.scope or "",
        Here.CHANGES.value: found.code,
        Here.NAME.value: scenario.name,
        Here.WAY.value: _word(way or _way()),
    }
    _replace(ours)


def change(package: Package, how: Callable[[Scenario], Scenario]) -> None:
    """Change the scenario from a widget's callback; it is then no longer the file that was opened."""
    write(how(read(package).scenario))


def with_edits(package: Package, how: Callable[[tuple[Edit, ...]], tuple[Edit, ...]]) -> None:
    """Change the changes."""
    change(package, lambda scenario: replace(scenario, edits=how(scenario.edits)))


def choose_way(way: Way) -> None:
    """Make the address say another part of the page."""
    links.write(Here.WAY, _word(way))


def place_words(package: Package, scope: str | None) -> str:
    """Name the place whose people are looked at."""
    return territory_name(package, scope if scope is not None else _province(package))


def _province(package: Package) -> str:
    return str(package.level(Level.PROVINCE).index[0])


def _is_place(package: Package, scope: str) -> bool:
    territories = package.territories
    return scope in territories.index and territories.at[scope, "level"] not in {
        Level.PROVINCE.value,
        Level.DA.value,
    }


def _way() -> Way:
    return next((way for way in Way if way.value == asked(Here.WAY)), Way.CHANGE)


def _word(way: Way) -> str:
    return "" if way is Way.CHANGE else way.value


def _replace(pairs: dict[str, str]) -> None:
    before = st.query_params.to_dict()
    ours = {*pairs, *(name.value for name in link.Name)}
    now = time.monotonic()
    recent = [(query, at) for query, at in _replaced() if now - at < CATCHING_UP_SECONDS]
    st.session_state[_REPLACED] = [*recent, (before, now)]
    shared = {name: value for name, value in before.items() if name not in ours}
    st.session_state[_WRITTEN] = {**shared, **{name: value for name, value in pairs.items() if value}}
    st.query_params.from_dict(st.session_state[_WRITTEN])


def _catch_up() -> None:
    """Take the last address written where the browser sends one that it had not yet seen replaced."""
    written = st.session_state.get(_WRITTEN)
    sent = st.query_params.to_dict()
    if written is None or sent == written:
        return
    now = time.monotonic()
    if any(sent == query and now - at < CATCHING_UP_SECONDS for query, at in _replaced()):
        st.query_params.from_dict(written)


def _replaced() -> list[tuple[dict[str, str], float]]:
    found: list[tuple[dict[str, str], float]] = st.session_state.get(_REPLACED, [])
    return found
