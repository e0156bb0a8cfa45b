"""The top of every page: the name, the search, the language."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import address
from dashboard.components.html import show, tag, words
from dashboard.components.search_box import search_box
from dashboard.i18n import LANGUAGE_NAMES, LANGUAGES, _
from dashboard.state import Offer, Selection
from geodata.package import Package

_LANGUAGE = "choose_language"


def header(package: Package, selection: Selection, offer: Offer) -> None:
    """Draw the top of the page."""
    with st.container(key="head", horizontal=True, gap="medium"):
        with st.container(key="brand", width="content"):
            show(tag("p", words("Proximité"), css="px-brand"))
        with st.container(key="search"):
            search_box(package, selection, offer)
        with st.container(key="language", width="content"):
            _language_switch(selection, offer)


def _language_switch(selection: Selection, offer: Offer) -> None:
    st.session_state[_LANGUAGE] = selection.language
    st.segmented_control(
        _("Langue"),
        LANGUAGES,
        format_func=LANGUAGE_NAMES.__getitem__,
        key=_LANGUAGE,
        required=True,
        label_visibility="collapsed",
        on_change=_choose_language,
        args=(offer,),
    )


def _choose_language(offer: Offer) -> None:
    chosen = st.session_state[_LANGUAGE]
    address.change(offer, lambda selection: replace(selection, language=chosen))
