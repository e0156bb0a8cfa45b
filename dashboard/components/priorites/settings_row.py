"""Where, and on which scale: the level, the scale, how many territories « the first ones » are."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from dashboard.components.labels import level_name
from dashboard.components.priorites import place
from dashboard.i18n import _
from dashboard.priorities import choices, words
from dashboard.priorities.draft import Draft
from dashboard.priorities.link import MOST_TOP
from geodata.composite import Scale
from geodata.model import Level
from geodata.package import Package

_LEVEL: Final = "priorities_level"
_SCALE: Final = "priorities_scale"
_TOP: Final = "priorities_top"


def settings_row(package: Package, draft: Draft) -> None:
    """Draw the choices that hold for the whole page."""
    grid = draft.grid
    where, how, many = st.columns([2, 3, 1], gap="small")
    with where:
        levels = choices.levels(package)
        place.hold(_LEVEL, grid.level if grid.level in levels else None)
        st.selectbox(
            _("Niveau"),
            levels,
            format_func={level: level_name(level) for level in levels}.__getitem__,
            key=_LEVEL,
            placeholder=_("aucun"),
            on_change=_choose_level,
            args=(package,),
        )
    with how:
        place.hold(_SCALE, grid.scale)
        st.selectbox(
            _("Échelle commune"),
            list(Scale),
            format_func=words.scale_names().__getitem__,
            key=_SCALE,
            on_change=_choose_scale,
            args=(package,),
        )
    with many:
        place.hold(_TOP, grid.top)
        st.number_input(
            _("Nombre de premiers territoires"),
            min_value=1,
            max_value=MOST_TOP,
            step=1,
            key=_TOP,
            on_change=_choose_top,
            args=(package,),
        )


def _choose_level(package: Package) -> None:
    asked = st.session_state[_LEVEL]
    if asked is not None:
        level = Level(asked)
        place.change(package, lambda d: replace(d, grid=replace(d.grid, level=level), territory=None))


def _choose_scale(package: Package) -> None:
    scale = Scale(st.session_state[_SCALE])
    place.change(package, lambda d: replace(d, grid=replace(d.grid, scale=scale)))


def _choose_top(package: Package) -> None:
    top = int(st.session_state[_TOP] or 1)
    place.change(package, lambda d: replace(d, grid=replace(d.grid, top=top)))
