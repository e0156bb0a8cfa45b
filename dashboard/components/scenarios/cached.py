"""What is computed once for each scenario and kept while people look at it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import reach
from dashboard.scenario_page import spots
from geodata.access.sites import Sites
from geodata.model import Level
from geodata.package import Package
from geodata.scenarios.before_after import at_level, before_after
from geodata.scenarios.candidates import Candidates, candidates
from geodata.scenarios.change import Change
from geodata.scenarios.files import from_json
from geodata.scenarios.replaying import Replayed, replay
from geodata.scenarios.scenario import Scenario

_UNNAMED: Final = "scénario"
_CHANGES: Final = 12
_FEW: Final = 4


def named(scenario: Scenario) -> Scenario:
    """Give a scenario a name where the table has not yet; the figures do not depend on it."""
    return scenario if scenario.name.strip() else replace(scenario, name=_UNNAMED)


def change_of(package: Package, scenario: Scenario) -> Change:
    """Give what a scenario changes; its name and notes, and what the tool was asked, change nothing of it.

    Raises
    ------
    ProximiteError
        If it cannot be applied to these data, or its network is not here.
    """
    answer = scenario.proposal.answer if scenario.proposal else None
    opened = answer.opened if answer else ()
    key = f"{scenario.question!r} {scenario.scope} {scenario.edits!r} {opened!r}"
    return _change(package.id, key, package, named(replace(scenario, notes="")))


def by_territory(package: Package, scenario: Scenario, level: Level) -> pd.DataFrame:
    """Give what a scenario changes in each territory of a level."""
    return at_level(package, level, change_of(package, scenario))


def replayed(package: Package, written: str) -> Replayed:
    """Give the figures of a file found again, and what differs.

    Raises
    ------
    ProximiteError
        If the file cannot be read, or played on these data.
    """
    return _replayed(package.id, written, package)


def public_buildings(package: Package, scope: str) -> Candidates:
    """Give the public buildings of a territory and around it.

    Raises
    ------
    ProximiteError
        If there is none.
    """
    return _buildings(package.id, scope, package)


def nearest_first(package: Package, scenario: Scenario, sites: Sites) -> dict[str, str]:
    """Give the listed places with their towns: the nearest of a territory, or all by name."""
    return _nearest_first(package.id, sites.kind, scenario.scope or "", package, sites)


def places(package: Package) -> spots.Index:
    """Give the places of the package, ready to be searched."""
    return _places(package.id, package)


@st.cache_resource(max_entries=_CHANGES, show_spinner=False)
def _change(package_id: str, key: str, _package: Package, _scenario: Scenario) -> Change:
    question = _scenario.question
    graph = reach.network(question.network_id)
    return before_after(_package, _scenario, graph=graph, costs=reach.costs(_package, question))


@st.cache_resource(max_entries=_FEW, show_spinner=False)
def _replayed(package_id: str, written: str, _package: Package) -> Replayed:
    question = from_json(written).scenario.question
    return replay(
        written, _package, graph=reach.network(question.network_id), costs=reach.costs(_package, question)
    )


@st.cache_resource(max_entries=_CHANGES, show_spinner=False)
def _buildings(package_id: str, scope: str, _package: Package) -> Candidates:
    return candidates(_package, scope)


@st.cache_resource(max_entries=_CHANGES, show_spinner=False)
def _nearest_first(
    package_id: str, kind: str, scope: str, _package: Package, _sites: Sites
) -> dict[str, str]:
    return spots.nearest_first(_package, _sites, scope or None)


@st.cache_resource(max_entries=_FEW, show_spinner=False)
def _places(package_id: str, _package: Package) -> spots.Index:
    return spots.index_of(_package)
