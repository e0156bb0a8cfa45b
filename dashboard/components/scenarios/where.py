"""Whose people are looked at: a territory, or all of Québec."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from dashboard.components.find_territory import find_territory
from dashboard.components.html import line, show, tag, words
from dashboard.components.labels import place_line
from dashboard.components.scenarios import place
from dashboard.i18n import _
from geodata.model import Level
from geodata.package import Package

_SEARCH: Final = "scenario-territory"


def where(package: Package, scope: str | None) -> None:
    """Draw the territory that was chosen, or a search for one."""
    with st.container(key="scenario-where"):
        if scope is None:
            find_territory(
                package,
                _("Pour les gens de quel territoire ? (tout le Québec, si aucun n'est choisi)"),
                _SEARCH,
                partial(_choose, package),
                Level.MRC,
            )
            return
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            name = tag("strong", words(place.place_words(package, scope)))
            detail = tag("span", words(f" · {place_line(package, scope)}"), css="px-sub")
            show(tag("p", words(_("Pour les gens de ce territoire : ")), name, detail))
            st.button(
                _("Changer de territoire"),
                key="scenario-elsewhere",
                type="tertiary",
                on_click=_choose,
                args=(package, None),
            )
        show(line(_("Les lieux voisins, hors du territoire, comptent aussi."), css="px-small"))


def _choose(package: Package, territory: str | None) -> None:
    place.change(package, lambda scenario: replace(scenario, scope=territory))
