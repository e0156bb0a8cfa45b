"""The territories by range of ranks: the first ones, the one looked at, and all of them on demand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.components.html import line, show, table, tag
from dashboard.components.html import words as plain
from dashboard.components.labels import level_name
from dashboard.components.table import HEIGHT, MOST_PRINTED
from dashboard.exports.sheet import Sheet
from dashboard.i18n import _
from dashboard.priorities import rows, words
from dashboard.priorities.reading import Reading
from geodata.grids import Grid, Outcome
from geodata.package import Package

MOST_SHOWN: Final = 20
_ALL: Final = "priorities_all"


def ranking(package: Package, reading: Reading, grid: Grid, found: Outcome) -> None:
    """Draw the first territories and the one looked at, each with a range of ranks."""
    ordered = rows.ranked(found)
    show(tag("h2", plain(_("Qui cela désigne")), css="px-section"))
    if ordered.empty:
        show(line(_("Aucun territoire n'a tous ces chiffres : retirez un indicateur ou changez de niveau.")))
        return
    shown = ordered.head(min(found.stability.top, MOST_SHOWN))
    own = reading.territory
    if own in ordered.index and own not in shown.index:
        shown = pd.concat([shown, ordered.loc[[own]]])
    show(_table(package, grid, found, shown, len(ordered)))
    if found.stability.top > MOST_SHOWN:
        said = _("Les {n} premiers sont montrés ici ; tous sont dans le tableau entier.")
        show(line(said.format(n=fmt.number(MOST_SHOWN)), css="px-small"))
    show(
        line(words.how_drawn(found.stability, rows.unpublished_titles(package, found)), css="px-small"),
        line(words.scale_caption(grid.scale), css="px-small"),
    )


def every_territory(make: Callable[[], Sheet], title: str) -> None:
    """Draw, where it is asked for, the whole table that the files hold."""
    if not st.toggle(_("Voir tous les territoires"), key=_ALL):
        return
    sheet = make()
    titles = {column.key: column.title for column in sheet.columns}
    decimals = {c.title: c.decimals for c in sheet.columns if c.kind == "number"}
    frame = sheet.frame[list(titles)].rename(columns=titles)
    small = len(frame) <= MOST_PRINTED
    printed = frame.style.format({name: partial(_print, decimals=n) for name, n in decimals.items()})
    st.dataframe(
        printed if small else frame,
        hide_index=True,
        height=HEIGHT,
        placeholder=_("voir la note"),
        column_config=None
        if small
        else {name: st.column_config.NumberColumn(format="localized", step=1 / 10**n if n else 1)
              for name, n in decimals.items()},
        alt=title,
    )  # fmt: skip


def _table(package: Package, grid: Grid, found: Outcome, shown: pd.DataFrame, count: int) -> str:
    top = found.stability.top
    caption = _("Premiers territoires par score : {n}. Un rang est une étendue, jamais une place.").format(
        n=fmt.number(min(top, len(shown)))
    )
    headings = (
        level_name(grid.level),
        _("Rang"),
        _("Score de la table"),
        _("Parmi les premiers, autour de vos poids"),
        _("… tous poids possibles"),
    )
    names, where = rows.names_of(package, shown.index), rows.parents_of(package, shown.index)
    cells = [
        (
            plain(name) + line(parent, css="px-small"),
            plain(words.rank_range(row, count)),
            plain(words.score(row["score"], grid.scale)),
            plain(words.share_of_draws(row["top_share"])),
            plain(words.share_of_draws(row["top_share_any"])),
        )
        for name, parent, (_at, row) in zip(names, where, shown.iterrows(), strict=True)
    ]
    return table(caption, headings, cells)


def _print(value: float, decimals: int) -> str:
    return "" if fmt.is_missing(value) else fmt.number(value, decimals)
