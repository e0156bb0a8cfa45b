"""Before and after in tables: by group, by milieu, by territory; and everything to take away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.components.downloads import downloads
from dashboard.components.html import line, show, table, tag, words
from dashboard.components.labels import level_name
from dashboard.components.scenarios import cached
from dashboard.exports.sheet import Sheet
from dashboard.i18n import _, ngettext
from dashboard.scenario_page import sheets
from dashboard.scenario_page.words import is_counted
from geodata.model import Level
from geodata.package import Package
from geodata.scenarios.change import Change
from geodata.scenarios.scenario import Scenario

_LEVEL: Final = "scenario_level"
_LEVELS: Final = (
    Level.MUNICIPALITY,
    Level.MRC,
    Level.CLSC,
    Level.ARRONDISSEMENT,
    Level.TABLE,
    Level.QUARTIER,
)
_MOST_ROWS: Final = 25
_MOST_LOSING: Final = 8


def figures(package: Package, scenario: Scenario, change: Change) -> None:
    """Draw the tables of a change."""
    show(tag("h2", words(_("Pour qui, et où")), css="px-section"))
    _table(_("Par groupe"), _("Groupe"), sheets.group_rows(change))
    _table(_("Par milieu"), _("Milieu"), sheets.milieu_rows(change))
    _by_territory(package, scenario, change)
    show(*(line(said, css="px-small") for said in sheets.limits(change)))
    with st.container(horizontal=True, gap="small"):
        downloads(
            partial(_groups, package, change), _("scenario-groupes"), "scenario-groups",
            label=_("Télécharger les groupes"),
        )  # fmt: skip
        downloads(
            partial(sheets.area_sheet, _("Ce qui change, par aire"), package, change),
            _("scenario-carte"),
            "scenario-areas",
            shapes=True,
            label=_("Télécharger la carte"),
        )


def who_loses(package: Package, change: Change) -> None:
    """Name first, where a place closes, the municipalities of those who lose."""
    if not change.closes or not is_counted(change):
        return
    found = sheets.who_loses(package, change)
    if not found:
        show(line(_("Personne n'a de trajet plus long dans ce territoire, selon ces calculs.")))
        return
    rows = [
        (words(name), words(fmt.number(lost)), words(fmt.number(farther)))
        for name, lost, farther in found[:_MOST_LOSING]
    ]
    headings = (_("Municipalité"), _("Perdent un lieu assez près"), _("Ont un trajet plus long"))
    show(tag("h2", words(_("Qui perd")), css="px-section"), table(_("Qui perd, et où"), headings, rows))
    if len(found) > len(rows):
        count = ngettext("et {n} autre municipalité", "et {n} autres municipalités", len(found) - len(rows))
        show(line(count.format(n=fmt.number(len(found) - len(rows))), css="px-small"))


def _groups(package: Package, change: Change) -> Sheet:
    rows = [*sheets.group_rows(change), *sheets.milieu_rows(change)]
    return sheets.people_sheet(
        _("Avant et après, par groupe et par milieu"), _("Groupe"), rows, package, change
    )


def _by_territory(package: Package, scenario: Scenario, change: Change) -> None:
    present = set(data.offer(package).levels)
    levels = [level for level in _LEVELS if level in present]
    if not levels:
        return
    level = st.selectbox(_("Par territoire"), levels, format_func=level_name, key=_LEVEL)
    found = cached.by_territory(package, scenario, level)
    rows = sheets.territory_rows(package, found, losses_first=change.closes)
    if not rows:
        show(line(_("Rien ne change dans les territoires de ce niveau.")))
        return
    _table(_("Territoires où quelque chose change"), level_name(level), rows[:_MOST_ROWS])
    if len(rows) > _MOST_ROWS:
        show(
            line(
                _("{n} territoires en tout ; la suite est dans le fichier.").format(n=fmt.number(len(rows))),
                css="px-small",
            )
        )
    title = _("Avant et après, par territoire")
    downloads(
        partial(sheets.people_sheet, title, level_name(level), rows, package, change),
        _("scenario-territoires"),
        "scenario-territories",
        label=_("Télécharger les territoires"),
    )


def _table(caption: str, first: str, rows: Sequence[Sequence[object]]) -> None:
    headings = sheets.headings(first)
    show(table(caption, headings, [_printed(row) for row in rows]))


def _printed(row: Sequence[object]) -> list[str]:
    name, *counts, minutes = row
    return [words(str(name)), *(words(fmt.number(float(str(n)))) for n in counts), words(_minutes(minutes))]


def _minutes(minutes: object) -> str:
    if minutes is None:
        return "—"
    change = float(fmt.rounded(float(str(minutes)), 1))
    return f"+{fmt.number(change, 1)}" if change > 0 else fmt.number(change, 1)
