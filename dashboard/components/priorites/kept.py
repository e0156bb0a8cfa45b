"""The grids that were kept, and those that come in a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st

from dashboard import format as fmt
from dashboard import upkeep
from dashboard.components.html import line, show, table, tag
from dashboard.components.html import words as plain
from dashboard.components.labels import level_in_sentence
from dashboard.components.notices import link_notices
from dashboard.components.organismes.messages import refused
from dashboard.components.organismes.uploader import uploader
from dashboard.components.priorites import place
from dashboard.i18n import _, current_language, ngettext
from dashboard.priorities import bring, shelf
from dashboard.priorities.link import LONGEST_NAME
from dashboard.priorities.shelf import KeptGrid
from geodata.errors import ProximiteError
from geodata.package import Package
from geodata.text import Text, slug

_FILE: Final = "priorities_file"
_CHOSEN: Final = "priorities_kept"
_NEW_NAME: Final = "priorities_new_name"
_AWAY: Final = "priorities_away"
_SAID: Final = "priorities_said"
"""What opening a grid had to say, for the run that draws it."""


def kept(package: Package) -> None:
    """Draw the grids of this machine, then the box for a file."""
    if upkeep.allowed():
        show(tag("h3", plain(_("Grilles gardées sur cet ordinateur"))))
        _list(package, upkeep.home())
    _from_file(package)


def what_opening_said() -> None:
    """Say once what the last grid opened left aside."""
    link_notices(st.session_state.pop(_SAID, ()))


def _list(package: Package, home: Path) -> None:
    found = shelf.GRIDS.kept(home)
    if not found:
        show(line(_("Aucune grille gardée encore.")))
    else:
        by_file = {grid.path.name: grid for grid in found}
        show(table(_("Grilles gardées"), (_("Nom"), _("Table"), _("Date"), _("Niveau")), map(_row, found)))
        chosen = st.selectbox(
            _("Choisir une grille gardée"),
            list(by_file),
            format_func={name: grid.name for name, grid in by_file.items()}.__getitem__,
            key=_CHOSEN,
            index=None,
            placeholder=_("aucune"),
        )
        if chosen is not None:
            _one(package, home, by_file[chosen])
    _taken_away(home)


def _row(grid: KeptGrid) -> tuple[str, ...]:
    if grid.content is None:
        problem = grid.problem.sentence(current_language()) if grid.problem else ""
        return plain(grid.name) + line(problem, css="px-small"), "", "", ""
    held = grid.content
    count = ngettext("{n} indicateur", "{n} indicateurs", len(held.parts)).format(
        n=fmt.number(len(held.parts))
    )
    return (
        plain(held.name),
        plain(held.authors),
        plain(fmt.date(held.date)),
        plain(f"{level_in_sentence(held.level)}, {count}"),
    )


def _one(package: Package, home: Path, grid: KeptGrid) -> None:
    """Draw what can be done with a grid; opening it replaces the one on the page, whose link remains."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if grid.content is not None:
            st.button(
                _("Ouvrir"), key="priorities-open", type="primary", on_click=_open_kept, args=(package, grid)
            )
            name = st.text_input(
                _("Nouveau nom"), value=grid.name, key=f"{_NEW_NAME}-{grid.path.name}", max_chars=LONGEST_NAME
            )
            st.button(
                _("Renommer"),
                key="priorities-rename",
                disabled=not slug(name) or name.strip() == grid.name,
                on_click=_rename,
                args=(home, grid, name),
            )
        st.button(_("Retirer"), key="priorities-remove", on_click=_remove, args=(grid,))
    show(line(_("Une grille retirée ou remplacée peut être reprise plus bas."), css="px-small"))


def _taken_away(home: Path) -> None:
    found = {grid.path.name: grid for grid in shelf.GRIDS.taken_away(home)}
    if not found:
        return
    with st.expander(_("Grilles retirées ou remplacées")):
        chosen = st.selectbox(
            _("Choisir une grille retirée"),
            list(found),
            format_func={name: f"{grid.name} ({_when(name)})" for name, grid in found.items()}.__getitem__,
            key=_AWAY,
            index=None,
            placeholder=_("aucune"),
        )
        if chosen is not None:
            st.button(_("Reprendre"), key="priorities-back", on_click=_back, args=(home, found[chosen]))


def _when(name: str) -> str:
    return fmt.package(name).rpartition(" (")[0]


def _from_file(package: Package) -> None:
    given = uploader(_("Ouvrir un fichier de grille (JSON)"), _FILE, ["json"])
    if given is None:
        return
    try:
        written = given.getvalue().decode("utf-8")
        draft, _notices = bring.opened(written)
    except UnicodeDecodeError:
        refused(shelf.GRIDS.unreadable(given.name))
        return
    except ProximiteError as problem:
        refused(problem)
        return
    said = _("Ce fichier tient la grille « {name} », de {n} indicateurs.").format(
        name=draft.grid.name or _("sans nom"), n=fmt.number(len(draft.grid.parts))
    )
    show(line(said))
    st.button(
        _("Ouvrir cette grille"),
        key="priorities-open-file",
        type="primary",
        on_click=_open,
        args=(package, written),
    )


def _open(package: Package, written: str) -> None:
    draft, notices = bring.opened(written)
    place.write(draft, package)
    st.session_state[_SAID] = notices


def _open_kept(package: Package, grid: KeptGrid) -> None:
    if grid.content is not None:
        draft, notices = bring.draft_of(grid.content)
        place.write(draft, package)
        st.session_state[_SAID] = notices


def _rename(home: Path, grid: KeptGrid, name: str) -> None:
    _try(partial(shelf.rename, home, grid, name.strip()))


def _remove(grid: KeptGrid) -> None:
    _try(partial(shelf.GRIDS.take_away, grid))


def _back(home: Path, grid: KeptGrid) -> None:
    _try(partial(shelf.GRIDS.bring_back, home, grid))


def _try(work: Callable[[], object]) -> None:
    """Do something to the files; what refuses is said by the run that draws the page."""
    try:
        work()
    except ProximiteError as problem:
        st.session_state[_SAID] = (Text(problem.sentence("fr"), problem.sentence("en")),)
