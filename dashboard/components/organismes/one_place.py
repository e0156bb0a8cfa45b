"""One place: what is said of it, by whom, and how to say that it is wrong."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import listings_view as view
from dashboard.components.html import line, show, tag, words
from dashboard.components.organismes.messages import refused
from dashboard.i18n import _, text
from dashboard.listings_view import PlaceFacts
from etl.listings.corrections import KIND_NAMES, LONGEST_NAME, LONGEST_TEXT, Kind, report_correction
from geodata.errors import ProximiteError
from geodata.package import Package

_SENT = "report_sent"


def one_place(package: Package, home: Path, place: PlaceFacts) -> None:
    """Draw the card of a place and the form that reports an error."""
    rows = [
        (_("Catégories"), view.kinds_line(place)),
        (_("Adresse"), view.address_line(place)),
        (_("Sur la carte"), view.quality_words(place.quality)),
        (_("Fiche"), f"{view.dated(place)} · {view.age_words(place.age)}"),
        (_("Source"), view.source_title(package, place.source)),
        (_("Mise en garde"), _caveat(package, place.source)),
    ]
    listed = "".join(tag("div", tag("dt", words(n)), tag("dd", words(v))) for n, v in rows if v)
    show(tag("section", tag("h3", words(place.name)), tag("dl", listed, css="px-facts"), css="px-card"))
    if st.session_state.get(_SENT) == place.id:
        thanks = _("Merci. Votre signalement attend l'accord de la table ; rien n'a changé d'ici là.")
        show(tag("div", line(thanks), css="px-notice", role="status"))
        return
    _form(home, place)


def _caveat(package: Package, source_id: str) -> str:
    source = package.sources.get(source_id)
    return text(source.caveat) if source else ""


def _form(home: Path, place: PlaceFacts) -> None:
    with st.form(f"report_{place.id}"):
        kind = st.radio(
            _("Qu'est-ce qui ne va pas ?"), list(Kind), format_func=lambda k: text(KIND_NAMES[Kind(k)])
        )
        said = st.text_area(
            _("Précisions (facultatif, sauf pour « Autre chose »)"), max_chars=LONGEST_TEXT, height=80
        )
        contact = st.text_input(
            _("Où vous répondre (facultatif ; sans réponse, vous restez anonyme)"), max_chars=LONGEST_NAME
        )
        if not st.form_submit_button(_("Signaler une erreur"), type="primary"):
            return
    try:
        report_correction(home, place.id, kind or Kind.OTHER, said, contact=contact)
    except (ProximiteError, OSError) as problem:
        refused(problem)
        return
    st.session_state[_SENT] = place.id
    st.rerun()
