"""Which need is set beside access: one indicator, or the table's own score, both from the address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import streamlit as st

from dashboard import reach
from dashboard.access.link import GRID, Asked
from dashboard.components.priorites.cached import outcome_of
from dashboard.i18n import _, text
from dashboard.link_words import ignored
from dashboard.priorities import reading
from dashboard.priorities.draft import Draft
from dashboard.priorities.link import Here, to_query
from dashboard.priorities.reading import Needed
from dashboard.priorities.shelf import KeptGrid
from geodata.access.gap import Gap, gap_of
from geodata.access.needs import Need, need_of_grid, need_of_indicator
from geodata.access.reasons import Reason, reasons
from geodata.grids import Grid
from geodata.inputs import is_held
from geodata.model import Direction, Level, Theme
from geodata.package import Package
from geodata.text import Text

PROPOSED: Final = ("low_income_lim_at_pct", "cimd_situational_vulnerability_top_fifth_pct")
"""The first of these that the level has is what the page proposes until the table chooses."""

_OF_GRIDS: Final = (Here.GRID, Here.SCALE, Here.WEIGHING, Here.ANSWERS, Here.TOP, Here.NAME)
_KEPT: Final = 24


@dataclass(frozen=True)
class Chosen:
    """What the address asks to take as a need.

    Attributes
    ----------
    indicator
        Its identifier; empty where a grid is asked for, or where nothing can be.
    grid
        The table's own; null for an indicator.
    notices
        What was left aside.
    """

    indicator: str
    grid: Grid | None
    notices: tuple[Text, ...] = ()

    @property
    def is_possible(self) -> bool:
        """Whether there is something to set beside access."""
        return bool(self.indicator or self.grid)


def offered(package: Package, level: Level) -> list[str]:
    """List the indicators that say a need at a level: those whose direction the catalogue gives."""
    return [
        name
        for name, indicator in package.indicators.items()
        if is_held(package, level, name)
        and indicator.direction is not Direction.DESCRIPTIVE
        and indicator.theme is not Theme.SERVICES
        and package.recall_of(name) is None
    ]


def chosen(package: Package, asked: Asked, query: dict[str, str]) -> Chosen:
    """Read which need the address asks for; never raises."""
    possible = offered(package, asked.level)
    proposed = next((name for name in (*PROPOSED, *possible) if name in possible), "")
    if asked.need == GRID:
        read = reading.read({**query, Here.LEVEL: asked.level.value}, package, asked.level)
        if read.needed is Needed.NOTHING:
            return Chosen("", read.usable, read.notices)
        return Chosen(proposed, None, (*read.notices, _no_grid()))
    if asked.need in possible:
        return Chosen(asked.need, None)
    if not asked.need:
        return Chosen(proposed, None)
    if asked.need in package.indicators:
        title = package.indicators[asked.need].title
        return Chosen(proposed, None, (_not_here(title),))
    return Chosen(proposed, None, (ignored(Text("Le besoin", "The need"), asked.need),))


def query_of(kept: KeptGrid, package: Package) -> dict[str, str]:
    """Write a kept grid as the address of this page holds it; empty where its file cannot be read."""
    if kept.content is None:
        return {}
    whole = to_query(Draft(kept.content), package)
    return {name.value: whole.get(name.value, "") for name in (*_OF_GRIDS, Here.LEVEL)}


def without_grid() -> dict[str, str]:
    """Give what leaves the address where an indicator replaces a grid."""
    return {name.value: "" for name in _OF_GRIDS}


def title_of(package: Package, need: Chosen) -> str:
    """Name a need."""
    if need.grid is not None:
        if need.grid.name:
            return _("{name} (grille de la table)").format(name=need.grid.name)
        return _("Score de la table")
    return text(package.indicators[need.indicator].title)


def gap(package: Package, asked: Asked, need: Chosen) -> Gap:
    """Set a need beside the access asked for.

    Raises
    ------
    ProximiteError
        If one of the two cannot be computed at that level.
    """
    return _gap(package.id, _key(asked, need), date.today().isoformat(), asked, need, package)


def reasons_of(package: Package, asked: Asked, need: Chosen, territory: str) -> tuple[Reason, ...]:
    """Give the reasons of the gap of one territory.

    Raises
    ------
    ProximiteError
        As for ``gap``.
    """
    key = f"{_key(asked, need)} {territory}"
    return _reasons(package.id, key, date.today().isoformat(), asked, need, territory, package)


def _key(asked: Asked, need: Chosen) -> str:
    return f"{asked.level} {asked.question!r} {need.indicator} {need.grid!r}"


@st.cache_resource(max_entries=8 * _KEPT, show_spinner=False)
def _reasons(
    package_id: str, key: str, day: str, _asked: Asked, _need: Chosen, territory: str, _package: Package
) -> tuple[Reason, ...]:
    return reasons(_package, gap(_package, _asked, _need), territory, today=date.fromisoformat(day))


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _gap(package_id: str, key: str, day: str, _asked: Asked, _need: Chosen, _package: Package) -> Gap:
    found = _need_of(_package, _asked.level, _need)
    measured = reach.measured(_package, _asked.question)
    return gap_of(_package, _asked.level, found, measured, today=date.fromisoformat(day))


def _need_of(package: Package, level: Level, need: Chosen) -> Need:
    if need.grid is not None:
        found = outcome_of(package, need.grid)
        # What is kept of a grid's figures has no name: two grids alike but for it share them.
        named = replace(found.grid, name=need.grid.name or _("Score de la table"))
        return need_of_grid(replace(found, grid=named))
    return need_of_indicator(package, level, need.indicator)


def _not_here(title: Text) -> Text:
    return Text(
        f"« {title.fr} » n'est pas un besoin connu à ce niveau ; la page en prend un autre.",
        f"“{title.en}” is no need known at this level; the page takes another.",
    )


def _no_grid() -> Text:
    return Text(
        "La grille du lien ne s'applique pas à ce niveau ; la page prend un indicateur.",
        "The grid of the link does not apply at this level; the page takes an indicator.",
    )
