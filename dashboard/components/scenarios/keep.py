"""Name, keep and share a scenario: its link, its file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from dashboard import upkeep
from dashboard.components.html import line, show, tag, words
from dashboard.components.organismes.messages import done, refused
from dashboard.components.priorites.place import hold
from dashboard.components.scenarios import cached, place
from dashboard.components.scenarios.place import Reading
from dashboard.components.share import share_page
from dashboard.i18n import _
from dashboard.links import asked
from dashboard.scenario_page import shelf
from dashboard.scenario_page.held import TOO_LONG, proposed
from geodata.errors import ProximiteError
from geodata.package import Package
from geodata.scenarios.change import Change
from geodata.scenarios.edits import LONGEST_NAME
from geodata.scenarios.files import to_json
from geodata.scenarios.scenario import Scenario
from geodata.text import slug

_NAME: Final = "scenario_name"
_NOTES: Final = "scenario_notes"
_LONGEST_NOTES: Final = 600


def keep(package: Package, reading: Reading, change: Change) -> None:
    """Draw what a table needs to find its scenario again."""
    show(tag("h2", words(_("Garder et partager")), css="px-section"))
    scenario = reading.settled
    _names(package, scenario)
    _link(package, scenario)
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            _("Fichier du scénario (JSON, tous les chiffres)"),
            data=partial(_file, scenario, change),
            file_name=f"{slug(scenario.name) or 'scenario'}.json",
            mime="application/json",
            on_click="ignore",
            key="scenario-json",
        )
        _save(scenario, change)


def _names(package: Package, scenario: Scenario) -> None:
    hold(_NAME, scenario.name)
    st.text_input(
        _("Nom du scénario"),
        key=_NAME,
        max_chars=LONGEST_NAME,
        on_change=_set,
        args=(package, "name", _NAME),
    )
    hold(_NOTES, scenario.notes)
    st.text_area(
        _("Pourquoi ces choix (facultatif)"),
        key=_NOTES,
        max_chars=_LONGEST_NOTES,
        height=90,
        help=_("Reste dans le fichier, pas dans le lien. N'y nommez personne."),
        on_change=_set,
        args=(package, "notes", _NOTES),
    )


def _set(package: Package, field: str, key: str) -> None:
    typed = str(st.session_state[key] or "")
    named = {field: " ".join(typed.split()) if field == "name" else typed}
    place.change(package, lambda scenario: replace(scenario, **named))  # type: ignore[arg-type]


def _link(package: Package, scenario: Scenario) -> None:
    if asked(place.Here.CHANGES) == TOO_LONG:
        show(line(_("Ce scénario est trop long pour un lien : partagez son fichier."), css="px-small"))
        return
    said = _("Ce lien restaure la question et les changements.")
    if proposed(scenario.proposal):
        said += " " + _("Les lieux proposés par l'outil y sont des points ajoutés.")
    show(line(said, css="px-small"))
    share_page(package, "scenario")


def _save(scenario: Scenario, change: Change) -> None:
    if not upkeep.allowed():
        show(
            line(
                _(
                    "Ce serveur est ouvert à tous et ne garde aucun scénario : copiez le lien ou téléchargez "
                    "le fichier."
                ),
                css="px-small",
            )
        )
        return
    nameless = not slug(scenario.name)
    if st.button(_("Garder sur cet ordinateur"), key="scenario-save", disabled=nameless):
        try:
            shelf.SCENARIOS.keep(upkeep.home(), scenario.name, to_json(scenario, change))
        except ProximiteError as problem:
            refused(problem)
        else:
            done(_("Le scénario « {name} » est gardé.").format(name=scenario.name))
    if nameless:
        show(line(_("Donnez un nom au scénario pour le garder."), css="px-small"))


def _file(scenario: Scenario, change: Change) -> bytes:
    return to_json(cached.named(scenario), change).encode("utf-8")
