"""The ways to define a territory: one is drawn at a time."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard import territories_shelf as shelf
from dashboard.components.territoires.link import Here, Way
from dashboard.i18n import _
from dashboard.links import asked, write

_KEY: Final = "territories_way"


def choose_way() -> Way:
    """Draw the ways, and give the one that the address asks for."""
    way = next((way for way in Way if way.value == asked(Here.WAY)), Way.KEPT)
    st.session_state[_KEY] = way
    names = {
        Way.KEPT: _("Nos territoires"),
        Way.DRAW: _("Dessiner sur la carte"),
        Way.FILE: _("Apporter un fichier"),
        Way.PICK: _("Choisir des territoires"),
    }
    st.segmented_control(
        _("Partie de la page"),
        list(Way),
        format_func=names.__getitem__,
        key=_KEY,
        required=True,
        label_visibility="collapsed",
        on_change=_choose,
    )
    shelf.remember_browser()
    return way


def _choose() -> None:
    way = Way(st.session_state[_KEY])
    write(Here.WAY, "" if way is Way.KEPT else way.value)
    if way is not Way.KEPT:
        write(Here.TERRITORY, "")
