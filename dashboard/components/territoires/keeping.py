"""Name a territory that was just defined, keep it, or take its file away."""

from __future__ import annotations

from datetime import date as calendar
from typing import Final

import streamlit as st

from dashboard import territories_shelf as shelf
from dashboard.components.html import line, show, tag, words
from dashboard.components.organismes.messages import refused
from dashboard.components.territoires.link import Draft, Here, begin_again
from dashboard.components.territoires.preview import preview
from dashboard.i18n import _
from dashboard.links import write
from dashboard.territories_laid import computed
from geodata.custom import CustomTerritory, to_json
from geodata.custom.definition import LONGEST_NAME, named
from geodata.errors import ProximiteError
from geodata.overlay import published
from geodata.package import Package
from geodata.text import Text

_NAME = "territory_name"
_ENGLISH = "territory_name_en"
_AUTHORS = "territory_authors"
_TRIAL: Final = "custom:apercu"


def keeping(package: Package, draft: Draft) -> None:
    """Show what a definition holds, and let one name and keep it."""
    try:
        trial = (
            Text(draft.name, draft.name)
            if draft.name.strip()
            else Text("Nouveau territoire", "New territory")
        )
        base = published(package)
        part = computed(package, CustomTerritory(_TRIAL, trial, draft.shape, draft.members))
    except ProximiteError as problem:
        refused(problem)
        return
    show(tag("h2", words(_("Ce que ce territoire contient")), css="px-section"))
    preview(base, part, draft.remarks)
    _form(package, draft)


def _form(package: Package, draft: Draft) -> None:
    show(tag("h2", words(_("Le nommer et le garder")), css="px-section"))
    with st.form("keep_territory", border=False):
        with st.container(horizontal=True, key="naming"):
            name = st.text_input(_("Nom"), value=draft.name, max_chars=LONGEST_NAME, key=_NAME)
            english = st.text_input(_("Nom en anglais (facultatif)"), max_chars=LONGEST_NAME, key=_ENGLISH)
            authors = st.text_input(_("Défini par (facultatif)"), max_chars=LONGEST_NAME, key=_AUTHORS)
        kept = st.form_submit_button(_("Enregistrer"), type="primary")
    if not shelf.writes():
        show(
            line(
                _(
                    "Ce site ne garde rien : le territoire reste dans ce navigateur jusqu'à sa fermeture. "
                    "Téléchargez son fichier pour le retrouver."
                ),
                css="px-small",
            )
        )
    if not kept:
        return
    try:
        territory = shelf.keep(
            CustomTerritory(
                shelf.id_for(name),
                named(name, english),
                draft.shape,
                draft.members,
                authors.strip(),
                calendar.today().isoformat(),
                published(package).id,
            )
        )
    except ProximiteError as problem:
        refused(problem)
        return
    begin_again()
    write(Here.WAY, "")
    write(Here.TERRITORY, territory.id)
    st.rerun()


def file_button(territory: CustomTerritory) -> None:
    """Draw the button that gives the file of a territory."""
    st.download_button(
        _("Télécharger le fichier"),
        to_json(territory),
        file_name=f"{territory.slug}.territoire.json",
        mime="application/json",
        key=f"file-{territory.slug}",
        on_click="ignore",
    )
