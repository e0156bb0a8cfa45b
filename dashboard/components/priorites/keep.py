"""Keep and share a grid: its name, its link, its files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final

import streamlit as st

from dashboard import upkeep
from dashboard.components.downloads import downloads
from dashboard.components.html import line, show, tag
from dashboard.components.html import words as plain
from dashboard.components.organismes.messages import done, refused
from dashboard.components.priorites import place
from dashboard.components.priorites.result_map import picture
from dashboard.components.share import share_page
from dashboard.i18n import _
from dashboard.priorities import rows, shelf
from dashboard.priorities.link import LONGEST_NAME, LONGEST_NOTES
from dashboard.priorities.reading import Reading
from geodata.errors import ProximiteError
from geodata.grids import Grid, Outcome, to_json
from geodata.package import Package
from geodata.text import slug

_NAME: Final = "priorities_name"
_AUTHORS: Final = "priorities_authors"
_DATE: Final = "priorities_date"
_NOTES: Final = "priorities_notes"
_STEM: Final = "priorites"


def keep(package: Package, reading: Reading, found: Outcome) -> None:
    """Draw what a table needs to find its grid again."""
    grid = reading.draft.grid
    sheet = partial(rows.sheet, package, reading.usable, found)
    _names(package, grid)
    show(
        line(
            _("Ce lien restaure toute la grille : indicateurs, poids, échelle, nom et date."), css="px-small"
        )
    )
    share_page(package, "priorities")
    stem = slug(grid.name) or _STEM
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            _("Fichier de la grille (JSON, tous les chiffres)"),
            data=partial(_file, reading.usable, found),
            file_name=f"{stem}.json",
            mime="application/json",
            on_click="ignore",
            key="priorities-json",
        )
        downloads(sheet, stem, "priorities", partial(picture, package, reading.usable, found), shapes=True)
    _save(reading, found)


def _names(package: Package, grid: Grid) -> None:
    fields: tuple[tuple[str, str, str, int], ...] = (
        (_NAME, _("Nom de la grille"), "name", LONGEST_NAME),
        (_AUTHORS, _("Qui l'a faite"), "authors", LONGEST_NAME),
    )
    for key, label, field, longest in fields:
        place.hold(key, getattr(grid, field))
        st.text_input(label, key=key, max_chars=longest, on_change=_set, args=(package, field, key))
    place.hold(_DATE, date.fromisoformat(grid.date) if grid.date else None)
    st.date_input(
        _("Date de la rencontre"),
        key=_DATE,
        format="YYYY-MM-DD",
        on_change=_set,
        args=(package, "date", _DATE),
    )
    place.hold(_NOTES, grid.notes)
    st.text_area(
        _("Pourquoi ces choix (facultatif)"),
        key=_NOTES,
        max_chars=LONGEST_NOTES,
        height=90,
        on_change=_set,
        args=(package, "notes", _NOTES),
    )


def _set(package: Package, field: str, key: str) -> None:
    typed: Any = st.session_state[key]
    value = typed.isoformat() if isinstance(typed, date) else str(typed or "")
    named: dict[str, Any] = {field: value}
    place.change(package, lambda d: replace(d, grid=replace(d.grid, **named), example=False))


def _save(reading: Reading, found: Outcome) -> None:
    if not upkeep.allowed():
        show(
            line(
                _(
                    "Ce serveur est ouvert à tous et ne garde aucune grille : copiez le lien ou téléchargez "
                    "le fichier."
                ),
                css="px-small",
            )
        )
        return
    grid = reading.draft.grid
    nameless = not slug(grid.name)
    if st.button(_("Garder sur cet ordinateur"), key="priorities-save", disabled=nameless):
        dated = grid if grid.date else replace(grid, date=date.today().isoformat())
        try:
            shelf.GRIDS.keep(upkeep.home(), dated.name, _whole(dated, reading, found))
        except ProximiteError as problem:
            refused(problem)
        else:
            done(_("La grille « {name} » est gardée.").format(name=grid.name))
    if nameless:
        show(line(_("Donnez un nom à la grille pour la garder."), css="px-small"))


def _whole(grid: Grid, reading: Reading, found: Outcome) -> str:
    """Write the grid with its figures; without them where these data lack some of its indicators."""
    return to_json(grid) if reading.unused else to_json(grid, found)


def _file(grid: Grid, found: Outcome) -> bytes:
    return to_json(grid, found).encode("utf-8")


def heading() -> None:
    """Draw the title of this part."""
    show(tag("h2", plain(_("Garder et partager")), css="px-section"))
