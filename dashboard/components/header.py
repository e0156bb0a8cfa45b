"""The top of every page: the name, the pages, the search, the projector, the language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import address, projector
from dashboard.components.html import show, tag, words
from dashboard.components.search_box import search_box
from dashboard.i18n import DEFAULT_LANGUAGE, LANGUAGE_NAMES, LANGUAGES, _, current_language
from dashboard.navigation import Place, page_links
from dashboard.state import Key, Offer, Selection
from geodata.package import Package

_LANGUAGE = "choose_language"
_PROJECTOR = "projector"


def header(package: Package, selection: Selection, offer: Offer) -> None:
    """Draw the top of the map page, with its search."""
    with st.container(key="head", horizontal=True, gap="medium"):
        _brand(Place.MAP)
        with st.container(key="search"):
            search_box(package, selection, offer)
        with _right():
            _projector_switch()
            st.session_state[_LANGUAGE] = selection.language
            _language_switch(lambda: _change_on_map(offer))


def plain_header(place: Place) -> None:
    """Draw the top of a page that searches nothing."""
    with st.container(key="head", horizontal=True, gap="medium", horizontal_alignment="distribute"):
        _brand(place)
        with _right():
            _projector_switch()
            st.session_state[_LANGUAGE] = current_language()
            _language_switch(_change_in_address)


def _right() -> DeltaGenerator:
    """Give the place of what changes how every page is read: the projector and the language."""
    return st.container(
        key="language", width="content", horizontal=True, vertical_alignment="center", gap="medium"
    )


def _brand(place: Place) -> None:
    with st.container(key="brand", width="content", horizontal=True, gap="medium"):
        show(tag("p", words("Proximité"), css="px-brand"))
        page_links(place)


def _projector_switch() -> None:
    st.session_state[_PROJECTOR] = projector.is_on()
    st.toggle(_("Projecteur"), key=_PROJECTOR, on_change=_turn_projector)


def _turn_projector() -> None:
    projector.turn(bool(st.session_state[_PROJECTOR]))


def _language_switch(on_change: Callable[[], None]) -> None:
    st.segmented_control(
        _("Langue"),
        LANGUAGES,
        format_func=LANGUAGE_NAMES.__getitem__,
        key=_LANGUAGE,
        required=True,
        label_visibility="collapsed",
        on_change=on_change,
    )


def _change_on_map(offer: Offer) -> None:
    chosen = st.session_state[_LANGUAGE]
    address.change(offer, lambda selection: replace(selection, language=chosen))


def _change_in_address() -> None:
    chosen = str(st.session_state[_LANGUAGE])
    if chosen == DEFAULT_LANGUAGE:
        st.query_params.pop(Key.LANGUAGE.value, None)
    else:
        st.query_params[Key.LANGUAGE.value] = chosen
