"""« Laisser l'outil proposer »: a question in plain words, a first answer at once, then the best one."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from dashboard import reach, upkeep
from dashboard.components.html import line, show, tag, words
from dashboard.components.labels import territory_name
from dashboard.components.organismes.messages import refused
from dashboard.components.scenarios import cached, place
from dashboard.components.scenarios.place import Reading
from dashboard.components.scenarios.search_watch import at_work, begin, replaces, watch
from dashboard.i18n import _
from dashboard.priorities import shelf as grids
from dashboard.scenario_page import asking
from geodata.errors import ProximiteError
from geodata.grids import Grid
from geodata.package import Package
from geodata.scenarios.proposing import state, with_answer
from geodata.scenarios.scenario import (
    MOST_SITES,
    SPACING_KM,
    SURROUNDINGS_KM,
    CandidateKind,
    IndicatorNeed,
    Proposal,
    Scenario,
    require_possible,
)
from geodata.scenarios.solving import answered, solved
from geodata.siting.solution import Problem

_KEY: Final = "scenario_ask_{name}"
_REFUSED: Final = "scenario_ask_refused"
_GRID: Final = "grid:"


def propose_tool(package: Package, reading: Reading) -> None:
    """Draw the question, the search and its answer."""
    show(
        line(_("L'outil cherche où ajouter ; il ne ferme jamais un lieu. Ceux qui existent restent ouverts."))
    )
    proposal = _question(package, reading.scenario.proposal or Proposal(Problem.COVER_MOST))
    if at_work():
        watch(package)
    elif st.button(_("Chercher"), key="scenario-search", type="primary"):
        with st.spinner(_("Premier aperçu…")):
            _search(package, proposal)
        st.rerun()
    problem = st.session_state.pop(_REFUSED, None)
    if isinstance(problem, ProximiteError):
        refused(problem)
    _answer(package, reading)


def _question(package: Package, last: Proposal) -> Proposal:
    key = _held("problem", last.problem)
    chosen: Problem | None = st.selectbox(
        _("Que chercher ?"), list(Problem), format_func=asking.problem_words, key=key
    )
    problem = chosen or last.problem
    show(line(asking.problem_help(problem), css="px-small"))
    p = last.p
    if problem is not Problem.COVER_ALL:
        p = int(st.number_input(_("Combien de points ajouter ?"), 1, MOST_SITES, key=_held("p", last.p)))
    fairness = last.fairness
    if problem is Problem.FAIREST:
        names = asking.fairness_words()
        key = _held("fairness", last.fairness)
        fairness = st.selectbox(
            _("Le moins bien servi…"), list(names), format_func=names.__getitem__, key=key
        )
    where, spacing, around = _places(last)
    need = _need(package, last)
    with st.expander(_("Temps de recherche")):
        limit = _held("seconds", round(last.time_limit_s))
        seconds = st.number_input(_("Secondes au plus"), 5, asking.MOST_SECONDS, step=5, key=limit)
    return Proposal(problem, p, where, spacing, around, need, fairness, None, float(seconds))


def _places(last: Proposal) -> tuple[CandidateKind, float, float]:
    names = asking.candidates_words()
    key = _held("candidates", last.candidates)
    where = st.selectbox(_("Où ?"), list(names), format_func=names.__getitem__, key=key)
    if where is CandidateKind.GRID:
        key = _held("spacing", last.spacing_km)
        spacing = st.number_input(_("Côté d'un carré (km)"), *SPACING_KM, step=0.5, format="%g", key=key)
        return where, float(spacing), last.surroundings_km
    key = _held("around", last.surroundings_km)
    around = st.number_input(
        _("Jusqu'à quelle distance des gens du territoire (km) ?"),
        0.0,
        SURROUNDINGS_KM,
        step=5.0,
        format="%g",
        key=key,
    )
    return where, last.spacing_km, float(around)


def _need(package: Package, last: Proposal) -> IndicatorNeed | Grid | None:
    """Let a table say whether some people weigh more: by an indicator, or by its own grid."""
    kept = grids.GRIDS.kept(upkeep.home()) if upkeep.allowed() else []
    own = {f"{_GRID}{one.path.name}": one.content for one in kept if one.content is not None}
    own |= {_GRID: last.need} if isinstance(last.need, Grid) else {}
    titles = asking.needs(package)
    names = {
        "": _("Chaque personne compte également"),
        **{key: _("Notre grille : {name}").format(name=grid.name) for key, grid in own.items()},
        **titles,
    }
    was = _GRID if isinstance(last.need, Grid) else last.need.indicator_id if last.need else ""
    chosen = st.selectbox(
        _("Qui compte davantage ?"),
        list(names),
        format_func=lambda one: names.get(one, one),
        key=_held("need", was if was in names else ""),
        help=_("Les gens comptent selon le besoin que la table a choisi : nombre de personnes × centile."),
    )
    if chosen in own:
        return own[chosen]
    return IndicatorNeed(chosen) if chosen in titles else None


def _search(package: Package, proposal: Proposal) -> None:
    """Give the first answer at once and search for the best; what refuses leaves the last answer there."""
    try:
        require_possible(proposal)
        _begin(package, proposal)
    except ProximiteError as problem:
        st.session_state[_REFUSED] = problem


def _begin(package: Package, proposal: Proposal) -> None:
    before = place.read(package).scenario
    asked: Scenario = cached.named(replace(before, proposal=proposal))
    question = asked.question
    stated = state(
        package, asked, graph=reach.network(question.network_id), costs=reach.costs(package, question)
    )
    first = answered(stated, solved(stated, first_view=True))
    kept = replace(before, proposal=proposal)
    if replaces(first, before.proposal):
        place.write(with_answer(kept, first))
    begin(kept, lambda limits: answered(stated, solved(stated, limits)), proposal.time_limit_s)


def _answer(package: Package, reading: Reading) -> None:
    proposal = reading.scenario.proposal
    if proposal is None or proposal.answer is None:
        return
    pieces = [line(sentence) for sentence in asking.answer_words(proposal, proposal.answer)]
    if reading.stale:
        pieces.insert(0, line(_("Ces lieux ont été trouvés pour d'autres choix que ceux d'à présent.")))
    show(tag("div", *pieces, css="px-notice", role="status"))
    names = [_area_name(package, area) for area in proposal.answer.unreachable]
    if names:
        inside = tag("ul", *(tag("li", words(name)) for name in dict.fromkeys(names)))
        show(tag("details", tag("summary", words(_("Qui ne peut pas être rejoint"))), inside))


def _area_name(package: Package, area: str) -> str:
    """Name the municipality of an area; its own number where it has none."""
    territories = package.territories
    home = territories.at[area, "municipality_id"] if area in territories.index else None
    return territory_name(package, home) if isinstance(home, str) and home in territories.index else area


def _held(name: str, otherwise: object) -> str:
    """Give the key of a widget, which starts from the last question asked."""
    key = _KEY.format(name=name)
    st.session_state.setdefault(key, otherwise)
    return key
