"""The scenarios that were kept, and those that come in a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st

from dashboard import format as fmt
from dashboard import reach, upkeep
from dashboard.components.html import line, show, table, tag, words
from dashboard.components.notices import link_notices
from dashboard.components.organismes.messages import refused
from dashboard.components.organismes.uploader import uploader
from dashboard.components.scenarios import place
from dashboard.components.scenarios.place import Way
from dashboard.i18n import _, current_language, ngettext
from dashboard.scenario_page import shelf
from dashboard.scenario_page.shelf import KeptScenario
from geodata.access.sites import title_of
from geodata.errors import ProximiteError
from geodata.package import Package
from geodata.scenarios.files import Saved, from_json
from geodata.text import Text

_FILE: Final = "scenario_file"
_CHOSEN: Final = "scenario_kept"
_AWAY: Final = "scenario_away"
_SAID: Final = "scenario_said"
"""What the last act had to say, for the run that draws it."""


def kept(package: Package) -> None:
    """Draw the scenarios of this machine, then the box for a file."""
    show(tag("h2", words(_("Scénarios gardés")), css="px-section"))
    if upkeep.allowed():
        _list(package, upkeep.home())
    else:
        show(
            line(_("Ce serveur est ouvert à tous et ne garde aucun scénario : ouvrez-en un par son fichier."))
        )
    _from_file(package)


def what_was_said() -> None:
    """Say once what the last act on a file left aside."""
    link_notices(st.session_state.pop(_SAID, ()))


def _list(package: Package, home: Path) -> None:
    found = shelf.SCENARIOS.kept(home)
    if not found:
        show(line(_("Aucun scénario gardé encore.")))
    else:
        by_file = {one.path.name: one for one in found}
        headings = (_("Nom"), _("Quel service"), _("Territoire"), _("Changements"))
        show(table(_("Scénarios de cet ordinateur"), headings, [_row(package, one) for one in found]))
        chosen = st.selectbox(
            _("Choisir un scénario gardé"),
            list(by_file),
            format_func=lambda name: by_file[name].name if name in by_file else name,
            key=_CHOSEN,
            index=None,
            placeholder=_("aucun"),
        )
        if chosen in by_file:
            _one(package, by_file[chosen])
    _taken_away(home)


def _row(package: Package, one: KeptScenario) -> tuple[str, ...]:
    if one.content is None:
        problem = one.problem.sentence(current_language()) if one.problem else ""
        return words(one.name) + line(problem, css="px-small"), "", "", ""
    scenario = one.content.scenario
    known = scenario.scope is None or scenario.scope in package.territories.index
    where = place.place_words(package, scenario.scope) if known else str(scenario.scope)
    answer = scenario.proposal.answer if scenario.proposal else None
    count = len(scenario.edits) + (len(answer.opened) if answer else 0)
    changes = ngettext("{n} changement", "{n} changements", count).format(n=fmt.number(count))
    return words(one.name), words(_service(scenario.question.kind)), words(where), words(changes)


def _service(kind: str) -> str:
    try:
        return title_of(kind).in_language(current_language())
    except ProximiteError:
        return kind


def _one(package: Package, one: KeptScenario) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if one.content is not None:
            st.button(
                _("Ouvrir"), key="scenario-open", type="primary", on_click=_open_kept, args=(package, one)
            )
        st.button(
            _("Mettre de côté"),
            key="scenario-aside",
            on_click=_try,
            args=(partial(shelf.SCENARIOS.take_away, one),),
        )
    show(line(_("Un scénario mis de côté ou remplacé peut être repris plus bas."), css="px-small"))


def _taken_away(home: Path) -> None:
    found = {one.path.name: one for one in shelf.SCENARIOS.taken_away(home)}
    if not found:
        return
    with st.expander(_("Scénarios mis de côté ou remplacés")):
        chosen = st.selectbox(
            _("Choisir un scénario mis de côté"),
            list(found),
            format_func=lambda name: f"{found[name].name} ({_when(name)})" if name in found else name,
            key=_AWAY,
            index=None,
            placeholder=_("aucun"),
        )
        if chosen in found:
            back = partial(shelf.SCENARIOS.bring_back, home, found[chosen])
            st.button(_("Reprendre"), key="scenario-back", on_click=_try, args=(back,))


def _when(name: str) -> str:
    return fmt.package(name).rpartition(" (")[0]


def _from_file(package: Package) -> None:
    given = uploader(_("Ouvrir un fichier de scénario (JSON)"), _FILE, ["json"])
    if given is None:
        return
    written = given.getvalue()
    try:
        saved = from_json(written)
    except ProximiteError as problem:
        refused(problem)
        return
    show(line(_("Ce fichier tient le scénario « {name} ».").format(name=saved.scenario.name)))
    st.button(
        _("Ouvrir ce scénario"),
        key="scenario-open-file",
        type="primary",
        on_click=_open,
        args=(package, saved, written.decode("utf-8")),
    )


def _open_kept(package: Package, one: KeptScenario) -> None:
    try:
        written = shelf.SCENARIOS.text_of(one.path)
        _open(package, from_json(written), written)
    except ProximiteError as problem:
        st.session_state[_SAID] = (Text(problem.sentence("fr"), problem.sentence("en")),)


def _open(package: Package, saved: Saved, written: str) -> None:
    """Put a scenario on the page; its network may be missing here, which the page says."""
    known = {network.id for network in reach.networks()}
    network = saved.scenario.question.network_id
    place.write(saved.scenario, Way.CHANGE, written)
    if network and network not in known:
        st.session_state[_SAID] = (
            Text(
                "Le réseau de ce scénario n'est pas sur cette machine : la page compte à vol d'oiseau, et "
                "les chiffres du fichier ne peuvent pas être retrouvés. Le fichier est intact.",
                "The network of this scenario is not on this machine: the page counts in a straight line, "
                "and the figures of the file cannot be found again. The file is untouched.",
            ),
        )


def _try(work: Callable[[], object]) -> None:
    """Do something to the files; what refuses is said by the run that draws the page."""
    try:
        work()
    except ProximiteError as problem:
        st.session_state[_SAID] = (Text(problem.sentence("fr"), problem.sentence("en")),)
