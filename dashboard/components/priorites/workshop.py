"""The whole table: what is chosen on one side, what comes of it on the other, drawn again at each move."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from dashboard.components.html import line, show, tag
from dashboard.components.html import words as plain
from dashboard.components.notices import link_notices
from dashboard.components.priorites import cached, place
from dashboard.components.priorites.aside import aside
from dashboard.components.priorites.bars import bars
from dashboard.components.priorites.choose import choose
from dashboard.components.priorites.keep import heading, keep
from dashboard.components.priorites.kept import kept, what_opening_said
from dashboard.components.priorites.official import official
from dashboard.components.priorites.ranking import every_territory, ranking
from dashboard.components.priorites.result_map import result_map, title_of
from dashboard.components.priorites.settings_row import settings_row
from dashboard.components.priorites.start import example_notice, how_to_begin, start_again, still_needed
from dashboard.components.priorites.steady import steady
from dashboard.components.priorites.weigh import weigh
from dashboard.i18n import _, set_language
from dashboard.priorities import rows
from dashboard.priorities.reading import Needed, Reading
from dashboard.state import read_language
from geodata.grids import Grid, Outcome, against
from geodata.package import Package

_LAST: Final = "priorities_last_good"


@st.fragment
def workshop(package: Package) -> None:
    """Draw everything under the heading; only this part is drawn again when a weight moves."""
    set_language(read_language(st.query_params.to_dict()))
    reading = place.read(package)
    # Containers keep each part at its place whatever comes above: nothing is drawn twice for a moment.
    with st.container():
        link_notices(reading.notices)
        what_opening_said()
        example_notice(reading)
    settings_row(package, reading.draft)
    grid = _shown(package, reading)
    found = cached.outcome_of(package, grid) if grid is not None else None
    left, right = st.columns([2, 1], gap="medium")
    with left:
        with st.container():
            how_to_begin(package, reading)
            still_needed(reading, grid)
        with st.container():
            if grid is not None and found is not None:
                _result(package, reading, grid, found)
            else:
                choose(package, reading)
    with right:
        with st.container():
            if grid is not None:
                choose(package, reading)
        weigh(package, reading)
        start_again(package, reading)
    with st.container():
        if grid is not None and found is not None:
            bars(package, reading, grid, found)
            steady(package, grid, found)
            official(package, reading, grid, found)
            aside(package, found)
    _keep(package, reading, grid, found)


def _shown(package: Package, reading: Reading) -> Grid | None:
    """Give the grid whose result is shown: this one or, with all weights at zero, the last that had any."""
    if reading.needed is Needed.NOTHING:
        st.session_state[_LAST] = reading.usable
        return reading.usable
    last = st.session_state.get(_LAST)
    if reading.needed is not Needed.WEIGHTS or not isinstance(last, Grid):
        return None
    # Another package may lack what the last grid names.
    here = last.level is reading.usable.level and not against(last, package)[1]
    return replace(last, name=reading.usable.name) if here else None


def _result(package: Package, reading: Reading, grid: Grid, found: Outcome) -> None:
    show(
        tag("h2", plain(title_of(grid)), css="px-section"),
        line(_("Poids : {weights}").format(weights=rows.weights_line(package, grid)), css="px-small"),
    )
    result_map(package, grid, found, reading.territory)
    ranking(package, reading, grid, found)
    every_territory(partial(rows.sheet, package, grid, found), title_of(grid))


def _keep(package: Package, reading: Reading, grid: Grid | None, found: Outcome | None) -> None:
    heading()
    left, right = st.columns(2, gap="medium")
    with left:
        if grid is not None and found is not None and reading.needed is Needed.NOTHING:
            keep(package, reading, found)
        else:
            show(line(_("Une grille se garde et se partage dès qu'elle a un résultat.")))
    with right:
        kept(package)
