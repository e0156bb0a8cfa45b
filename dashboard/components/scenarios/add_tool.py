"""« Ajouter un point »: by a touch of the map, by a name or a postal code, or in a public building."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from dashboard import reach
from dashboard.components.find_territory import plain
from dashboard.components.html import line, show
from dashboard.components.organismes.messages import refused
from dashboard.components.scenarios import cached, place
from dashboard.i18n import _, current_language, set_language
from dashboard.scenario_page.listed import letter
from dashboard.scenario_page.spots import Spot, find, middle_of
from dashboard.search import SHORTEST_QUERY
from geodata.errors import ProximiteError
from geodata.package import Package
from geodata.scenarios.applying import apply
from geodata.scenarios.edits import LONGEST_NAME, Add, Edit, require_sound
from geodata.scenarios.scenario import Scenario
from geodata.text import Language

Pick = Callable[[Spot], None]

MOST_BUILDINGS: Final = 800
"""A longer list is searched, not unrolled."""

_TYPED: Final = "scenario_spot"
_BUILDING: Final = "scenario_building"
_PROBLEM: Final = "scenario_refused"


def add_tool(package: Package, scenario: Scenario) -> None:
    """Draw the ways to add a point of service."""
    show(
        line(
            _(
                "Touchez la carte là où le point ouvrirait, ou cherchez un endroit par son nom. "
                "Rien n'est décidé : tout se retire."
            )
        )
    )
    find_spot(package, scenario, "add", partial(add, package))
    _building(package, scenario)


def find_spot(package: Package, scenario: Scenario, key: str, pick: Pick) -> None:
    """Draw the search for a place, and what it finds."""
    _search(package, scenario, key, pick, current_language())


@st.fragment
def _search(package: Package, scenario: Scenario, key: str, pick: Pick, language: Language) -> None:
    set_language(language)
    field = f"{_TYPED}_{key}"
    if st.session_state.pop(f"{field}-clear", False):
        st.session_state[field] = ""
    typed = st.text_input(
        _("Code postal, adresse, école, bibliothèque…"),
        key=field,
        placeholder="G0J 1J0",
        type="search",
        live="300ms",
        autocomplete="off",
    ).strip()
    if len(typed) < SHORTEST_QUERY:
        return
    found = find(package, cached.places(package), typed, middle_of(package, scenario.scope))
    if not found:
        show(line(_("Rien trouvé dans nos listes et nos codes postaux ; touchez plutôt la carte.")))
    with st.container(key="scenario-found", gap=None):
        for number, spot in enumerate(found):
            label = f"**{plain(spot.name)}**" + (f" — {plain(spot.detail)}" if spot.detail else "")
            if st.button(label, key=f"{field}-{number}", type="tertiary"):
                st.session_state[f"{field}-clear"] = True
                pick(spot)
                st.rerun()


def _building(package: Package, scenario: Scenario) -> None:
    """Offer the public buildings of the territory, where one was chosen and they are not too many."""
    if scenario.scope is None:
        return
    try:
        found = cached.public_buildings(package, scenario.scope)
    except ProximiteError:
        return
    if len(found.frame) > MOST_BUILDINGS:
        return
    names = found.frame["name"].sort_values().to_dict()
    st.selectbox(
        _("Ou dans un bâtiment public d'ici"),
        ["", *names],
        format_func=lambda one: names.get(one, _("aucun")),
        key=_BUILDING,
        on_change=_add_building,
        args=(package, scenario.scope),
    )


def _add_building(package: Package, scope: str) -> None:
    chosen = st.session_state[_BUILDING]
    st.session_state[_BUILDING] = ""
    row = cached.public_buildings(package, scope).frame.loc[chosen] if chosen else None
    if row is not None:
        add(package, Spot(str(row["name"]), float(row["longitude"]), float(row["latitude"])))


def add(package: Package, spot: Spot) -> None:
    """Add a place that opens; one that cannot be is said by the run that draws the page."""
    before = place.read(package).scenario.edits
    count = sum(isinstance(edit, Add) for edit in before)
    name = spot.name.strip()[:LONGEST_NAME] or _("Nouveau point {letter}").format(letter=letter(count))
    new = Add(name, spot.longitude, spot.latitude)
    attempt(package, (*before, new), new)


def attempt(package: Package, edits: tuple[Edit, ...], new: Edit) -> None:
    """Take changes where they can be made; else keep those that were, and say why."""
    scenario = place.read(package).scenario
    try:
        require_sound(edits)
        alone = replace(scenario, edits=(new,), proposal=None)
        apply(package, reach.sites(package, scenario.question.kind), alone)
    except ProximiteError as problem:
        st.session_state[_PROBLEM] = problem
        return
    place.with_edits(package, lambda _before: edits)


def what_was_refused() -> None:
    """Say once why the last change was not taken."""
    problem = st.session_state.pop(_PROBLEM, None)
    if isinstance(problem, ProximiteError):
        refused(problem)
