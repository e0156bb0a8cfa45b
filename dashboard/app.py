"""The dashboard's script: language, package, then the page that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboard import data
from dashboard.components.notices import calm_page
from dashboard.components.style import apply_style
from dashboard.data import Opened
from dashboard.i18n import set_language
from dashboard.navigation import Place, page_title, page_words
from dashboard.state import read_language
from dashboard.views import (
    acces,
    carte,
    comparer,
    donnees,
    methodes,
    organismes,
    portrait,
    priorites,
    scenarios,
    territoires,
)
from geodata.errors import ProximiteError

_VIEWS: dict[Place, Callable[[Opened], None]] = {
    Place.MAP: carte.page,
    Place.PORTRAIT: portrait.page,
    Place.ACCESS: acces.page,
    Place.COMPARE: comparer.page,
    Place.PRIORITIES: priorites.page,
    Place.SCENARIOS: scenarios.page,
    Place.TERRITORIES: territoires.page,
    Place.DATA: donnees.page,
    Place.ORGANISATIONS: organismes.page,
    Place.METHODS: methodes.page,
}


def main() -> None:
    """Draw one run of the dashboard."""
    set_language(read_language(st.query_params.to_dict()))
    st.navigation([_page(place) for place in _VIEWS], position="hidden").run()


def draw(place: Place) -> None:
    """Draw one page, or a calm sentence in its place."""
    set_language(read_language(st.query_params.to_dict()))
    st.set_page_config(page_title=page_title(place), layout="wide", initial_sidebar_state="collapsed")
    apply_style(page_title(place))
    try:
        _VIEWS[place](data.opened())
    except ProximiteError as problem:
        calm_page(problem)


def _page(place: Place) -> st.Page:
    return st.Page(
        partial(draw, place),
        title=page_words(place).title,
        url_path=place.value or "carte",
        default=place is Place.MAP,
    )


if __name__ == "__main__":
    main()
