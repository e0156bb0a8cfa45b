"""« Changer un lieu »: one that is listed moves, closes, or offers more or less."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import Final

import streamlit as st

from dashboard.components.html import line, show
from dashboard.components.scenarios import cached, place
from dashboard.components.scenarios.add_tool import attempt, find_spot
from dashboard.i18n import _, text
from dashboard.scenario_page.spots import Spot
from geodata.access.sites import Sites
from geodata.package import Package
from geodata.scenarios.change import CLOSURE_SENTENCE
from geodata.scenarios.edits import Add, Close, Edit, Move, Resize
from geodata.scenarios.scenario import Scenario

_SITE: Final = "scenario_site"
_ACT: Final = "scenario_act"
_CAPACITY: Final = "scenario_capacity"


class Act(StrEnum):
    """What may happen to a listed place."""

    MOVE = "move"
    CLOSE = "close"
    RESIZE = "resize"


def change_tool(package: Package, scenario: Scenario, sites: Sites) -> None:
    """Draw the list of places, and what may be done with the one chosen."""
    names = cached.nearest_first(package, scenario, sites)
    if not names:
        show(line(_("Aucun lieu de ce service n'est situé dans ces données.")))
        return
    if st.session_state.get(_SITE) not in names:
        st.session_state.pop(_SITE, None)
    chosen = st.selectbox(
        _("Quel lieu ?"),
        list(names),
        format_func=lambda site: names.get(site, site),
        index=None,
        key=_SITE,
        placeholder=_("Écrivez un nom"),
    )
    if chosen is None:
        return
    act = st.segmented_control(
        _("Que lui arriverait-il ?"),
        list(Act),
        format_func={
            Act.MOVE: _("Il déménage"),
            Act.CLOSE: _("Il ferme"),
            Act.RESIZE: _("Il change de capacité"),
        }.__getitem__,
        key=_ACT,
        default=Act.MOVE,
        required=True,
    )
    if act == Act.MOVE:
        show(line(_("Touchez la carte là où il irait, ou cherchez un endroit par son nom.")))
        find_spot(package, scenario, "move", partial(move, package, chosen))
    elif act == Act.CLOSE:
        show(line(text(CLOSURE_SENTENCE) + ". " + _("La page dira d'abord qui perdrait.")))
        st.button(
            _("Voir ce que changerait sa fermeture"),
            key="scenario-close",
            on_click=_take,
            args=(package, Close(chosen)),
        )
    else:
        _resize(package, sites, chosen)


def moving(sites: Sites) -> str | None:
    """Give the place that a touch of the map moves; null where it adds one."""
    chosen = st.session_state.get(_SITE)
    acts = st.session_state.get(_ACT, Act.MOVE) == Act.MOVE
    return str(chosen) if acts and chosen in sites.points.ids else None


def move(package: Package, site: str, spot: Spot) -> None:
    """Move a listed place."""
    _take(package, Move(site, spot.longitude, spot.latitude))


def _resize(package: Package, sites: Sites, site: str) -> None:
    show(line(text(sites.said), css="px-small"))
    capacity = st.number_input(
        _("Nouvelle capacité"),
        min_value=0.1,
        max_value=1e6,
        value=float(sites.supply[site]),
        step=1.0,
        format="%g",
        key=f"{_CAPACITY}_{site}",
    )
    st.button(
        _("Changer sa capacité"),
        key="scenario-resize",
        on_click=_take,
        args=(package, Resize(site, float(capacity))),
    )


def _take(package: Package, new: Move | Close | Resize) -> None:
    """Take a change; a place has one at most, the last one."""
    others = tuple(e for e in place.read(package).scenario.edits if not _is_of(e, new.site_id))
    attempt(package, (*others, new), new)


def _is_of(edit: Edit, site: str) -> bool:
    return not isinstance(edit, Add) and edit.site_id == site
