"""Which territories are compared, on which indicators, and which part of the page is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from dashboard.comparing.indicators import comparable, opening
from dashboard.comparing.words import names_of
from dashboard.components.comparer.link import (
    MOST_INDICATORS,
    MOST_TERRITORIES,
    Name,
    View,
    add_territory,
    indicators_asked,
    theme_asked,
    view_asked,
    write_theme,
)
from dashboard.components.find_territory import find_territory
from dashboard.components.labels import short_level_name, territory_name
from dashboard.components.notices import link_notices
from dashboard.i18n import _, text
from dashboard.links import write, write_list
from geodata.model import THEME_NAMES, Level, Theme
from geodata.package import Package

_SEARCH: Final = "compare_search"
_CHOSEN: Final = "compare_territories"
_THEME: Final = "compare_theme"
_INDICATORS: Final = "compare_indicators"
_VIEW: Final = "compare_view"
_ANY: Final = ""
"""No theme in particular."""


def choose_territories(package: Package, territories: Sequence[str]) -> None:
    """Draw the search of a territory to add, and those that are compared, to take away."""
    left, right = st.columns([1, 2], gap="medium", vertical_alignment="bottom")
    with left:
        if len(territories) < MOST_TERRITORIES:
            prefer = Level(package.territories.at[territories[0], "level"]) if territories else None
            find_territory(package, _("Ajouter un territoire"), _SEARCH, add_territory, prefer)
    if not territories:
        return
    names = names_of(package, territories, _name_and_level)
    st.session_state[_CHOSEN] = list(territories)
    with right:
        st.multiselect(
            _("Territoires comparés ({n} sur {most})").format(n=len(territories), most=MOST_TERRITORIES),
            list(territories),
            format_func=names.__getitem__,
            key=_CHOSEN,
            wrap=True,
            on_change=lambda: write_list(Name.TERRITORIES, list(st.session_state[_CHOSEN])),
        )


def choose_indicators(package: Package, territories: Sequence[str]) -> list[str]:
    """Draw the choice of a theme and of indicators, and give the indicators."""
    theme = theme_asked()
    offered = [indicator.id for indicator in comparable(package, territories, theme)]
    every = [indicator.id for indicator in comparable(package, territories)]
    asked, notices = indicators_asked(every, package)
    link_notices(notices)
    chosen = asked or opening(package, territories, theme)
    with_data = {package.indicators[name].theme for name in every}
    themes = [_ANY, *(one.value for one in Theme if one in with_data)]
    options = list(dict.fromkeys([*chosen, *offered]))
    st.session_state[_THEME] = theme.value if theme and theme.value in themes else _ANY
    st.session_state[_INDICATORS] = chosen
    left, right = st.columns([1, 2], gap="medium")
    with left:
        st.selectbox(
            _("Thème"),
            themes,
            format_func={name: _theme_name(name) for name in themes}.__getitem__,
            key=_THEME,
            on_change=lambda: write_theme(str(st.session_state[_THEME])),
        )
    with right:
        st.multiselect(
            _("Indicateurs"),
            options,
            format_func={name: text(package.indicators[name].title) for name in options}.__getitem__,
            key=_INDICATORS,
            wrap=True,
            max_selections=MOST_INDICATORS,
            on_change=lambda: write_list(Name.INDICATORS, list(st.session_state[_INDICATORS])),
        )
    return chosen


def choose_view() -> View:
    """Draw the parts of the page, and give the one that the address asks for."""
    asked = view_asked()
    st.session_state[_VIEW] = asked
    st.segmented_control(
        _("Partie de la page"),
        list(View),
        format_func={
            View.FIGURES: _("Chiffres"),
            View.AGES: _("Âges"),
            View.CHANGE: _("Évolution"),
            View.INSIDE: _("À l'intérieur"),
            View.CLUSTERS: _("Regroupements"),
        }.__getitem__,
        key=_VIEW,
        required=True,
        label_visibility="collapsed",
        on_change=_choose_view,
    )
    return asked


def _theme_name(theme: str) -> str:
    return text(THEME_NAMES[Theme(theme)]) if theme else _("Un peu de tout")


def _choose_view() -> None:
    view = View(st.session_state[_VIEW])
    write(Name.VIEW, "" if view is View.FIGURES else view.value)


def _name_and_level(package: Package, territory: str) -> str:
    level = short_level_name(Level(package.territories.at[territory, "level"]))
    return f"{territory_name(package, territory)} · {level}"
