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
from dashboard.components.labels import map_title
from dashboard.components.table_frame import decimals_of, table_frame
from dashboard.exports.table_csv import csv_bytes, file_name
from dashboard.i18n import _, current_language, in_language
from dashboard.state import Offer, Selection
from geodata.model import Indicator
from geodata.package import Package
from geodata.text import Language

HEIGHT: Final = 460
MOST_PRINTED: Final = 2_000
"""Above so many rows the browser prints the numbers, in its own language: preparing them takes seconds."""

_OPEN: Final = "open_table"


def table_switch(selection: Selection, offer: Offer) -> None:
    """Draw the switch that opens the table."""
    st.session_state[_OPEN] = selection.table
    st.toggle(_("Voir le tableau"), key=_OPEN, on_change=_open, args=(offer,))


def table(package: Package, selection: Selection) -> None:
    """Draw the table and its file where it is open."""
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
    language = current_language()
    st.download_button(
        _("Télécharger le tableau (CSV)"),
        data=lambda: _file(package, selection, language),
        file_name=file_name(selection),
        mime="text/csv",
        on_click="ignore",
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


def _file(package: Package, selection: Selection, language: Language) -> bytes:
    """Write the file when it is asked for, which happens outside of the page's own run."""
    figures = data.figures_of(package, selection.level, selection.indicator, selection.period)
    with in_language(language):
        return csv_bytes(package, selection, figures)


def _open(offer: Offer) -> None:
    wanted = bool(st.session_state[_OPEN])
    address.change(offer, lambda selection: replace(selection, table=wanted))
