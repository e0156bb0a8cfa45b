"""The territory looked at closely: touched on the map, or chosen from a list."""

from __future__ import annotations

from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from dashboard.access.link import Name
from dashboard.components.labels import short_level_name
from dashboard.i18n import _
from dashboard.links import write, write_chosen
from dashboard.priorities.rows import names_of
from geodata.model import Level
from geodata.package import Package

MOST_LISTED: Final = 2_000
"""Above so many, a list is no way to find one."""

_KEY: Final = "access_territory"
_NONE: Final = ""

take = partial(write, Name.TERRITORY)
"""Look at a territory that was touched."""


def choose_territory(package: Package, level: Level, territories: pd.Index, chosen: str | None) -> None:
    """Draw the list of territories of a level, as another way in than the map."""
    if len(territories) > MOST_LISTED:
        return
    names = names_of(package, territories).sort_values(kind="stable")
    st.session_state[_KEY] = chosen if chosen in names.index else _NONE
    st.selectbox(
        short_level_name(level),
        [_NONE, *names.index],
        format_func=lambda name: str(names.get(name, _("Choisir, ou toucher la carte…"))),
        key=_KEY,
        on_change=write_chosen,
        args=(Name.TERRITORY, _KEY),
    )
