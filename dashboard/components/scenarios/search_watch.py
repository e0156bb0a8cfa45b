"""A search followed from the page: how far it is, a button to stop it, and its answer taken once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import streamlit as st

from dashboard.components.html import line, show
from dashboard.components.organismes.messages import refused
from dashboard.components.scenarios import place
from dashboard.i18n import _, current_language, set_language
from dashboard.scenario_page.asking import answer_words, progress_words
from dashboard.scenario_page.held import choices
from dashboard.scenario_page.searching import Search, Stage, start
from geodata.package import Package
from geodata.scenarios.proposing import with_answer
from geodata.scenarios.scenario import Answer, Proposal, Scenario
from geodata.siting.solution import SolveStatus, Watch
from geodata.text import Language

_SEARCH: Final = "scenario_search"
_ASKED: Final = "scenario_search_asked"
_POLL_SECONDS: Final = 1.0


def begin(asked: Scenario, solve: Callable[[Watch], Answer], seconds: float) -> None:
    """Start a search; one that was at work is stopped."""
    stop()
    st.session_state[_ASKED] = asked
    st.session_state[_SEARCH] = start(solve, seconds)


def at_work() -> bool:
    """Say whether a search goes on, or has an answer that was not taken yet."""
    return _search() is not None


def stop() -> None:
    """Ask the search to give what it has."""
    search = _search()
    if search is not None:
        search.stop()


def watch(package: Package) -> None:
    """Draw how far the search is; its answer is taken as soon as it is there."""
    _follow(package, current_language())


@st.fragment(run_every=_POLL_SECONDS)
def _follow(package: Package, language: Language) -> None:
    set_language(language)
    search = _search()
    if search is None:
        return
    if not search.at_work:
        st.rerun(scope="app")
    show(line(progress_words(search)))
    asked: Scenario = st.session_state[_ASKED]
    limit = asked.proposal.time_limit_s if asked.proposal else 1.0
    spent = search.progress.seconds if search.progress else 0.0
    st.progress(min(1.0, spent / limit))
    show(line(_("Un premier aperçu est déjà sur la carte ; vous pouvez le regarder."), css="px-small"))
    st.button(_("Arrêter la recherche"), key="scenario-stop", on_click=stop)


def take(package: Package) -> None:
    """Take the answer of a search that is over; said once where there is none."""
    search = _search()
    if search is None or search.at_work:
        return
    asked: Scenario = st.session_state.pop(_ASKED)
    del st.session_state[_SEARCH]
    if search.found is not None:
        _keep(package, asked, search.found)
    elif search.problem is not None:
        refused(search.problem)
    elif search.stage is Stage.FAILED:
        show(line(_("La recherche s'est arrêtée d'elle-même ; la dernière réponse reste là.")))


def _keep(package: Package, asked: Scenario, answer: Answer) -> None:
    now = place.read(package).scenario
    if choices(now) != choices(asked):
        show(line(_("Les choix ont changé pendant la recherche ; cherchez de nouveau.")))
    elif replaces(answer, now.proposal):
        place.write(replace(now, proposal=with_answer(asked, answer).proposal))
    elif asked.proposal is not None:
        show(*(line(sentence) for sentence in answer_words(asked.proposal, answer)))
        show(line(_("La dernière réponse reste là.")))


def replaces(answer: Answer, last: Proposal | None) -> bool:
    """Say whether an answer takes the place of the last: one that reaches nobody leaves places that do."""
    found_some = last is not None and last.answer is not None and bool(last.answer.opened)
    return bool(answer.opened) or answer.status is not SolveStatus.INFEASIBLE or not found_some


def _search() -> Search[Answer] | None:
    found: Search[Answer] | None = st.session_state.get(_SEARCH)
    return found
