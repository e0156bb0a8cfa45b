"""A sheet on the page: the same rows as the files, folded until somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboard import format as fmt
from dashboard.components.table import HEIGHT, MOST_PRINTED
from dashboard.exports.sheet import Sheet
from dashboard.i18n import _


def sheet_on_demand(make: Callable[[], Sheet], key: str, label: str = "") -> None:
    """Draw a switch and, where it is on, the whole table.

    Parameters
    ----------
    make
        Makes the table, only where it is asked for.
    key
        Tells this switch from the others of the page.
    label
        Words of the switch.
    """
    if not st.toggle(label or _("Voir le tableau"), key=key):
        return
    sheet = make()
    columns = [column for column in sheet.columns if column.key != "territory_id"]
    frame = sheet.frame[[column.key for column in columns]]
    frame = frame.rename(columns={column.key: column.title for column in columns})
    decimals = {column.title: column.decimals for column in columns if column.kind == "number"}
    small = len(frame) <= MOST_PRINTED
    st.dataframe(
        frame.style.format({name: partial(_print, decimals=n) for name, n in decimals.items()})
        if small
        else frame,
        hide_index=True,
        height=min(HEIGHT, 38 * (len(frame) + 1) + 2),
        placeholder=_("voir la note"),
        column_config=None
        if small
        else {name: st.column_config.NumberColumn(format="localized", step=1 / 10**n if n else 1)
              for name, n in decimals.items()},
        alt=sheet.title,
    )  # fmt: skip


def _print(value: float, decimals: int) -> str:
    return "" if fmt.is_missing(value) else fmt.number(value, decimals)
