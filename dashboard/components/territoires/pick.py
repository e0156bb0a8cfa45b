"""Choose published territories, by name or by pasted codes."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard.components.html import line, show
from dashboard.components.labels import level_name, territory_name
from dashboard.components.organismes.messages import refused
from dashboard.components.territoires.link import Draft, Way, set_draft
from dashboard.components.territoires.unknown import unknown_codes
from dashboard.i18n import _
from etl.territory_codes import MOST_BYTES, read_codes
from geodata.custom import TerritoryError
from geodata.model import Level
from geodata.package import Package

_LEVEL = "picked_level"
_CHOSEN = "picked_territories"
_PASTED = "picked_codes"
_FIRST: Final = (Level.QUARTIER, Level.TABLE, Level.MUNICIPALITY, Level.CT, Level.CLSC, Level.MRC)


def pick(package: Package) -> None:
    """Draw the lists, and make of what is chosen the territory being defined."""
    show(line(_("Réunissez des territoires publiés, de niveaux différents si vous voulez.")))
    chosen = _chosen(package)
    pasted = st.text_area(
        _("Ou collez des codes, un par ligne (aires, secteurs de recensement, municipalités)"),
        key=_PASTED,
        max_chars=MOST_BYTES,
        placeholder="24660001\n4620006.00\n2466023",
    )
    members = list(chosen)
    if pasted.strip():
        try:
            found = read_codes(pasted, package.territories)
            unknown_codes(found)
            members += [name for name in found.members if name not in members]
        except TerritoryError as problem:
            refused(problem)
    name = territory_name(package, members[0]) if len(members) == 1 else ""
    set_draft(Draft(Way.PICK, members=tuple(members), name=name) if members else None)


def _chosen(package: Package) -> list[str]:
    """Draw the list of one level; what was chosen at others stays chosen."""
    present = set(package.territories["level"])
    levels = [level for level in _FIRST if level.value in present]
    levels += [
        level
        for level in Level
        if level.value in present and level not in (*_FIRST, Level.PROVINCE, Level.CUSTOM, Level.DA)
    ]
    with st.container(horizontal=True, key="picking"):
        level = st.selectbox(_("Niveau"), levels, format_func=lambda one: level_name(Level(one)), key=_LEVEL)
        before: list[str] = [
            one for one in st.session_state.get(_CHOSEN, []) if one in package.territories.index
        ]
        of_level = [str(one) for one in package.level(level).sort_values("name_fr").index]
        return st.multiselect(
            _("Territoires à réunir"),
            list(dict.fromkeys([*before, *of_level])),
            format_func=lambda one: _option(package, one),
            key=_CHOSEN,
            placeholder=_("Écrivez un nom"),
        )


def _option(package: Package, territory: str) -> str:
    level = Level(package.territories.at[territory, "level"])
    return f"{territory_name(package, territory)} ({level_name(level)})"
