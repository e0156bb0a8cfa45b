"""The whole page: the question, what changes on the map, the tools beside it, then who and where."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from dashboard import reach
from dashboard.components.acces.choose import choose
from dashboard.components.html import line, show, tag, words
from dashboard.components.notices import link_notices
from dashboard.components.organismes.messages import refused
from dashboard.components.scenarios import cached, place, search_watch
from dashboard.components.scenarios.add_tool import add, add_tool, what_was_refused
from dashboard.components.scenarios.change_map import change_map
from dashboard.components.scenarios.change_tool import change_tool, move, moving
from dashboard.components.scenarios.figures import figures, who_loses
from dashboard.components.scenarios.in_hand import in_hand
from dashboard.components.scenarios.keep import keep
from dashboard.components.scenarios.kept import kept, what_was_said
from dashboard.components.scenarios.look import look
from dashboard.components.scenarios.place import Reading, Way
from dashboard.components.scenarios.propose_tool import propose_tool
from dashboard.components.scenarios.replay_notice import replay_notice
from dashboard.components.scenarios.where import where
from dashboard.i18n import _, text
from dashboard.scenario_page import words as said
from dashboard.scenario_page.held import emptied
from dashboard.scenario_page.listed import Listed, listed
from dashboard.scenario_page.painted import of_change, of_today
from dashboard.scenario_page.spots import Spot
from geodata.access.sites import Sites
from geodata.errors import ProximiteError
from geodata.package import Package
from geodata.scenarios.change import Change
from geodata.scenarios.scenario import Scenario

_WAY: Final = "scenario_way"
_TOOL: Final = "scenario_tool"
_ADD, _CHANGE = "add", "change"


def workshop(package: Package) -> None:
    """Draw everything under the heading."""
    look()
    search_watch.take(package)
    reading = place.read(package)
    with st.container():
        link_notices(reading.notices)
        what_was_said()
    _choose_way(reading.way)
    if reading.way is Way.KEPT:
        kept(package)
        return
    where(package, reading.scenario.scope)
    choose(package, reading.asked, (), level=False)
    try:
        sites = reach.sites(package, reading.scenario.question.kind)
    except ProximiteError as problem:
        refused(problem)
        return
    _body(package, reading, sites)


def _body(package: Package, reading: Reading, sites: Sites) -> None:
    changes = listed(reading.scenario, sites)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        what_was_refused()
        drawn, change = _outcome(package, reading)
        if change is not None:
            replay_notice(package, reading)
            _lead(drawn, change)
            who_loses(package, change)
            _map(package, reading.way, drawn, change, sites, changes)
    with right:
        if reading.way is Way.PROPOSE:
            propose_tool(package, reading)
        else:
            _tools(package, reading, sites)
        in_hand(package, reading.scenario, changes)
    if change is None:
        return
    if said.is_changed(drawn):
        figures(package, drawn, change)
        keep(package, reading, change)
    else:
        _how(change, sites)


def _choose_way(way: Way) -> None:
    st.session_state[_WAY] = way
    names = {
        Way.CHANGE: _("Changer des lieux"),
        Way.PROPOSE: _("Laisser l'outil proposer"),
        Way.KEPT: _("Scénarios gardés"),
    }
    st.segmented_control(
        _("Partie de la page"),
        list(Way),
        format_func=names.__getitem__,
        key=_WAY,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: place.choose_way(Way(st.session_state[_WAY])),
    )


def _outcome(package: Package, reading: Reading) -> tuple[Scenario, Change | None]:
    """Give what changes; where the changes cannot be made, how things stand today, after one sentence."""
    try:
        with st.spinner(_("Calcul des trajets, avant et après…")):
            return reading.scenario, cached.change_of(package, reading.scenario)
    except ProximiteError as problem:
        refused(problem)
    today = emptied(reading.scenario)
    try:
        return today, cached.change_of(package, today)
    except ProximiteError:
        return today, None


def _lead(scenario: Scenario, change: Change) -> None:
    first, *others = said.lead(scenario, change)
    changed = said.is_changed(scenario)
    show(
        tag("p", words(first), css="px-answer", role="status"),
        *(line(sentence, css="px-closure") for sentence in others),
        *(line(sentence, css="px-how") for sentence in (said.paragraphs(change) if changed else ())),
        line(text(change.facts.said), css="px-how"),
        *(line(text(notice), css="px-how") for notice in change.notices),
    )
    if not changed:
        show(line(_("Ajoutez un point, ou changez un lieu, pour voir qui y gagne et qui y perd.")))


def _map(
    package: Package, way: Way, scenario: Scenario, change: Change, sites: Sites, changes: list[Listed]
) -> None:
    changed = said.is_changed(scenario)
    title = _("Carte de ce qui change") if changed else _("Carte de l'accès d'aujourd'hui")
    painted = of_change(change) if changed else of_today(change)
    pointing = None if way is Way.PROPOSE else partial(_point, package, sites)
    change_map(package, scenario, painted, sites, changes, title, pointing)


def _point(package: Package, sites: Sites, longitude: float, latitude: float) -> None:
    """Take a touch of the map: the place that is being moved goes there, else a point opens."""
    spot = Spot("", longitude, latitude)
    site = moving(sites) if st.session_state.get(_TOOL) == _CHANGE else None
    if site is None:
        add(package, spot)
    else:
        move(package, site, spot)


def _tools(package: Package, reading: Reading, sites: Sites) -> None:
    names = {_ADD: _("Ajouter un point"), _CHANGE: _("Déplacer, fermer ou agrandir un lieu")}
    tool = st.segmented_control(
        _("Que changer ?"),
        list(names),
        format_func=names.__getitem__,
        key=_TOOL,
        default=_ADD,
        required=True,
    )
    if tool == _CHANGE:
        change_tool(package, reading.scenario, sites)
    else:
        add_tool(package, reading.scenario)


def _how(change: Change, sites: Sites) -> None:
    """Say what the figures of today rest on, where nothing changes yet."""
    show(
        line(text(sites.said), css="px-small"),
        *(line(text(one), css="px-small") for one in change.facts.approximations),
    )
