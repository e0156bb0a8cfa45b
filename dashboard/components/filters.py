"""What the map shows: level, indicator, period, services, classes."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import address
from dashboard.components.labels import indicator_option, level_name, short_level_name
from dashboard.figures import parents_of
from dashboard.i18n import _, text
from dashboard.maps.classes import Method
from dashboard.state import FIRST_LEVELS, Offer, Selection
from geodata.model import SERVICE_NAMES, Level, ServiceCategory, Theme
from geodata.package import Package

_LEVEL = "choose_level"
_OTHER = "choose_other_level"
_INDICATOR = "choose_indicator"
_PERIOD = "choose_period"
_SERVICES = "choose_services"
_METHOD = "choose_classes"


def filters(package: Package, selection: Selection, offer: Offer) -> None:
    """Draw the row of filters; each says what is chosen."""
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        _levels(package, selection, offer)
        _indicators(package, selection, offer)
        _periods(package, selection, offer)
        _services_and_classes(selection, offer)


def _levels(package: Package, selection: Selection, offer: Offer) -> None:
    first = [level for level in FIRST_LEVELS if level in offer.levels]
    rest = [level for level in offer.levels if level not in first]
    st.session_state[_LEVEL] = selection.level if selection.level in first else None
    st.segmented_control(
        _("Niveau"),
        first,
        format_func={level: short_level_name(level) for level in first}.__getitem__,
        key=_LEVEL,
        required=selection.level in first,
        on_change=_choose_level,
        args=(package, offer, _LEVEL),
    )
    if rest:
        label = level_name(selection.level) if selection.level in rest else _("Autres niveaux")
        st.menu_button(
            label,
            rest,
            format_func={level: level_name(level) for level in rest}.__getitem__,
            key=_OTHER,
            type="primary" if selection.level in rest else "secondary",
            on_click=_choose_level,
            args=(package, offer, _OTHER),
        )


def _choose_level(package: Package, offer: Offer, key: str) -> None:
    chosen = st.session_state[key]
    if chosen is not None:
        level = Level(chosen)
        address.change(offer, lambda s: s.at_level(level, offer, _same_place(package, s.territory, level)))


def _same_place(package: Package, territory: str | None, level: Level) -> str | None:
    """Keep the place in sight when going to a coarser level: the parent of the chosen territory there."""
    if territory is None:
        return None
    parents = [territory, *parents_of(package, territory)]
    return next((p for p in parents if package.territories.at[p, "level"] == level.value), None)


def _indicators(package: Package, selection: Selection, offer: Offer) -> None:
    themes = list(Theme)
    present = [package.indicators[name] for name in offer.indicators_at(selection.level)]
    ordered = [i.id for i in sorted(present, key=lambda indicator: themes.index(indicator.theme))]
    if not ordered:
        return
    st.session_state[_INDICATOR] = selection.indicator
    st.selectbox(
        _("Indicateur"),
        ordered,
        format_func={name: indicator_option(package.indicators[name]) for name in ordered}.__getitem__,
        key=_INDICATOR,
        on_change=_choose_indicator,
        args=(offer,),
    )


def _choose_indicator(offer: Offer) -> None:
    chosen = st.session_state[_INDICATOR]
    if chosen is not None:
        address.change(offer, lambda selection: selection.about(chosen, offer))


def _periods(package: Package, selection: Selection, offer: Offer) -> None:
    periods = offer.indicators[selection.indicator][1] if selection.indicator else ()
    if len(periods) < 2:
        return
    st.session_state[_PERIOD] = selection.period
    st.segmented_control(
        _("Période"), periods, key=_PERIOD, required=True, on_change=_choose_period, args=(offer,)
    )


def _choose_period(offer: Offer) -> None:
    chosen = st.session_state[_PERIOD]
    address.change(offer, lambda selection: replace(selection, period=chosen))


def _services_and_classes(selection: Selection, offer: Offer) -> None:
    with st.popover(_services_label(selection), key="more"):
        st.session_state[_SERVICES] = [c for c in ServiceCategory if c in selection.services]
        st.pills(
            _("Services à placer sur la carte"),
            list(ServiceCategory),
            selection_mode="multi",
            format_func={category: text(SERVICE_NAMES[category]) for category in ServiceCategory}.__getitem__,
            key=_SERVICES,
            on_change=_choose_services,
            args=(offer,),
        )
        st.session_state[_METHOD] = selection.method
        st.radio(
            _("Découpage en classes"),
            list(Method),
            format_func=method_names().__getitem__,
            key=_METHOD,
            on_change=_choose_method,
            args=(offer,),
        )


def method_names() -> dict[Method, str]:
    """Give each class method in plain words."""
    return {
        Method.QUANTILES: _("Quantiles : autant de territoires dans chaque classe"),
        Method.NATURAL: _("Seuils naturels : les valeurs proches ensemble"),
        Method.FIXED: _("Classes fixes : seuils ronds, les mêmes d'une période à l'autre"),
    }


def _services_label(selection: Selection) -> str:
    chosen = len(selection.services)
    if not chosen:
        return _("Services et classes")
    if chosen == 1:
        return text(SERVICE_NAMES[next(iter(selection.services))])
    return _("{n} catégories de services").format(n=chosen)


def _choose_services(offer: Offer) -> None:
    chosen = frozenset(ServiceCategory(category) for category in st.session_state[_SERVICES])
    address.change(offer, lambda selection: replace(selection, services=chosen))


def _choose_method(offer: Offer) -> None:
    chosen = Method(st.session_state[_METHOD])
    address.change(offer, lambda selection: replace(selection, method=chosen))
