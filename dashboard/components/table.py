"""The map's figures as a table: sortable, downloadable, and the way in for those who do not see the map."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import address, data
from dashboard import format as fmt
from dashboard.components.downloads import downloads
from dashboard.components.labels import map_title
from dashboard.components.table_frame import decimals_of, table_frame
from dashboard.exports.map_sheet import picture_of_map, sheet_of_map, stem_of_map
from dashboard.figures import Figures
from dashboard.i18n import _
from dashboard.state import Offer, Selection
from geodata.model import Indicator
from geodata.package import Package

HEIGHT: Final = 460
MOST_PRINTED: Final = 2_000
"""Above so many rows the browser prints the numbers, in its own language: preparing them takes seconds."""

_OPEN: Final = "open_table"


def table_switch(selection: Selection, offer: Offer) -> None:
    """Draw the switch that opens the table."""
    st.session_state[_OPEN] = selection.table
    st.toggle(_("Voir le tableau"), key=_OPEN, on_change=_open, args=(offer,))


def map_downloads(package: Package, selection: Selection) -> None:
    """Draw the button that gives the figures of the map, whether the table is open or not."""
    if not selection.indicator:
        return

    def figures() -> Figures:
        return data.figures_of(package, selection.level, selection.indicator, selection.period)

    downloads(
        lambda: sheet_of_map(package, selection, figures()),
        stem_of_map(selection),
        "map",
        (lambda: picture_of_map(package, selection, figures()))
        if package.geometry_file(selection.level)
        else None,
        shapes=True,
        label=_("Télécharger les chiffres et la carte"),
    )


def table(package: Package, selection: Selection) -> None:
    """Draw the table where it is open."""
    if not selection.table or not selection.indicator:
        return
    indicator = package.indicators[selection.indicator]
    figures = data.figures_of(package, selection.level, selection.indicator, selection.period)
    frame = table_frame(package, figures, indicator)
    small = len(frame) <= MOST_PRINTED
    st.dataframe(
        _printed(frame, indicator) if small else frame,
        hide_index=True,
        height=HEIGHT,
        placeholder=_("voir la note"),
        # A format here would win over the printed numbers.
        column_config=None if small else _by_browser(frame, indicator),
        alt=map_title(package, selection),
    )


def _printed(frame: pd.DataFrame, indicator: Indicator) -> Styler:
    """Print numbers as everywhere on the page; sorting stays numeric."""
    decimals = decimals_of(frame, indicator)
    printers = {name: partial(_print, decimals=count) for name, count in decimals.items()}
    return frame.style.format(printers)  # type: ignore[arg-type]


def _by_browser(frame: pd.DataFrame, indicator: Indicator) -> dict[str, ColumnConfig]:
    """Let the browser print the numbers; the step is what fixes their number of decimals."""
    return {
        name: st.column_config.NumberColumn(format="localized", step=1 / 10**count if count else 1)
        for name, count in decimals_of(frame, indicator).items()
    }


def _print(value: float, decimals: int) -> str:
    return "" if fmt.is_missing(value) else fmt.number(value, decimals)


def _open(offer: Offer) -> None:
    wanted = bool(st.session_state[_OPEN])
    address.change(offer, lambda selection: replace(selection, table=wanted))
