"""The parts of the page: one is drawn at a time."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard import upkeep
from dashboard.components.organismes.link import Here, Part
from dashboard.i18n import _
from dashboard.links import asked, write

_KEY: Final = "organisations_part"


def choose_part() -> Part:
    """Draw the parts, and give the one that the address asks for."""
    shown = [part for part in Part if part is not Part.BRING_IN or upkeep.allowed()]
    in_link = next((part for part in shown if part.value == asked(Here.PART)), Part.PLACES)
    st.session_state[_KEY] = in_link
    names = {
        Part.PLACES: _("Lieux connus"),
        Part.BRING_IN: _("Importer une liste"),
        Part.LISTINGS: _("Listes importées"),
        Part.DUPLICATES: _("Doublons"),
        Part.CORRECTIONS: _("Signalements"),
    }
    st.segmented_control(
        _("Partie de la page"),
        shown,
        format_func=names.__getitem__,
        key=_KEY,
        required=True,
        label_visibility="collapsed",
        on_change=_choose,
    )
    return in_link


def _choose() -> None:
    part = Part(st.session_state[_KEY])
    write(Here.PART, "" if part is Part.PLACES else part.value)
