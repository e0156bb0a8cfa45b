"""The changes of the scenario, one by one: each may be renamed or taken away."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from dashboard.components.html import line, show, tag, words
from dashboard.components.scenarios import place
from dashboard.components.scenarios.add_tool import attempt
from dashboard.i18n import _
from dashboard.maps.view import PinKind
from dashboard.scenario_page.held import adopted, emptied
from dashboard.scenario_page.listed import Listed
from geodata.package import Package
from geodata.scenarios.edits import LONGEST_NAME, Add
from geodata.scenarios.scenario import Scenario

MOST_SHOWN: Final = 30
"""Changes listed one by one; the file holds them all."""


def in_hand(package: Package, scenario: Scenario, changes: list[Listed]) -> None:
    """Draw the list."""
    show(tag("h2", words(_("Ce scénario")), css="px-section"))
    if not changes:
        show(line(_("Rien n'y change encore.")))
        return
    for number, change in enumerate(changes[:MOST_SHOWN]):
        with st.container(
            key=f"scenario-edit-{number}", horizontal=True, vertical_alignment="center", gap="small"
        ):
            kind = change.pin.kind.value if change.pin else PinKind.CLOSED.value
            sign = tag("span", words(change.sign), css=f"px-sign px-sign-{kind}", aria_hidden="true")
            show(tag("p", sign, words(change.words)))
            _acts(package, change)
    if len(changes) > MOST_SHOWN:
        show(
            line(_("… et {n} de plus, dans le fichier.").format(n=len(changes) - MOST_SHOWN), css="px-small")
        )
    _whole(package, scenario)


def _acts(package: Package, change: Listed) -> None:
    if change.position is None:
        return
    if isinstance(change.edit, Add):
        about = _("Modifier {sign}").format(sign=change.sign)
        with st.popover(about, key=f"scenario-about-{change.position}"):
            _about(package, change.position, change.edit)
    st.button(
        _("Retirer {sign}").format(sign=change.sign),
        key=f"scenario-away-{change.position}",
        help=change.words,
        type="tertiary",
        on_click=_remove,
        args=(package, change.position),
    )


def _about(package: Package, position: int, edit: Add) -> None:
    # A form per content: another change at this position never inherits what was typed for this one.
    with st.form(f"scenario-form-{position}-{hash(edit)}", border=False):
        name = st.text_input(_("Nom du point"), value=edit.name, max_chars=LONGEST_NAME)
        capacity = st.number_input(
            _("Capacité (facultative ; 1 vaut un lieu ordinaire)"),
            min_value=0.1,
            max_value=1e6,
            value=edit.capacity,
            step=1.0,
            format="%g",
        )
        if st.form_submit_button(_("Enregistrer")):
            edits = list(place.read(package).scenario.edits)
            new = replace(edit, name=name.strip() or edit.name, capacity=capacity)
            attempt(package, (*edits[:position], new, *edits[position + 1 :]), new)
            st.rerun()


def _whole(package: Package, scenario: Scenario) -> None:
    with st.container(horizontal=True, gap="small"):
        answer = scenario.proposal.answer if scenario.proposal is not None else None
        if answer is not None and answer.opened:
            st.button(
                _("Retenir les lieux proposés"),
                key="scenario-adopt",
                help=_("Ils deviennent des points ajoutés, que l'on peut renommer ou retirer un à un."),
                on_click=place.change,
                args=(package, adopted),
            )
        st.button(
            _("Tout retirer"),
            key="scenario-none",
            type="tertiary",
            on_click=place.change,
            args=(package, emptied),
        )


def _remove(package: Package, position: int) -> None:
    place.with_edits(package, lambda edits: (*edits[:position], *edits[position + 1 :]))
