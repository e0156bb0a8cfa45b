"""What the page asks: which service, how people go, for whom, where, and within how many minutes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import streamlit as st

from dashboard import format as fmt
from dashboard import reach
from dashboard.access.link import (
    DEFAULT_GROUP,
    DEFAULT_KIND,
    Asked,
    Name,
    View,
    thresholds_code,
    with_minutes,
    word_of_mode,
)
from dashboard.access.words import engine_title, measure_title, mode_words
from dashboard.components.acces.network_help import network_help
from dashboard.components.html import line, show
from dashboard.components.labels import level_name
from dashboard.i18n import _, text
from dashboard.links import write
from geodata.access.points import Mode
from geodata.access.reach import Measure
from geodata.access.thresholds import LONGEST_MINUTES, MILIEU_NAMES, MILIEUS
from geodata.model import Level
from geodata.package import Package

_KEYS: Final = "access_{name}"


def choose_view(asked: Asked) -> None:
    """Draw the parts of the page."""
    key = _key(Name.VIEW)
    st.session_state[key] = asked.view
    st.segmented_control(
        _("Partie de la page"),
        list(View),
        format_func={
            View.REACH: _("Rejoindre"),
            View.GAP: _("Besoin et accès"),
            View.AROUND: _("Autour d'un service"),
            View.OFFICIAL: _("Territoires officiels"),
        }.__getitem__,
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=_write_choice,
        args=(Name.VIEW, View.REACH.value),
    )


def choose(package: Package, asked: Asked, levels: Iterable[Level], *, level: bool = True) -> None:
    """Draw the choices of the question, the first ones in sight and the others folded.

    Parameters
    ----------
    package
        Says which services and groups there are.
    asked
        What the address says.
    levels
        Those that can be chosen.
    level
        Whether this part of the page has a level to choose.
    """
    question = asked.question
    kinds = reach.kinds(package)
    with st.container(key="access-choices", horizontal=True, vertical_alignment="bottom", gap="small"):
        _list(
            _("Quel service"), Name.KIND, {k: text(t) for k, t in kinds.items()}, question.kind, DEFAULT_KIND
        )
        modes = {word_of_mode(mode): mode_words(mode) for mode in _modes(asked)}
        _list(_("Comment"), Name.MODE, modes, word_of_mode(question.mode), word_of_mode(Mode.DRIVE))
        groups = {name: text(title) for name, title in reach.groups(package).items()}
        _list(_("Pour qui"), Name.GROUP, groups, question.group, DEFAULT_GROUP)
        if level:
            offered = list(levels)
            names = {one.value: level_name(one) for one in offered}
            _list(_("Niveau"), Name.LEVEL, names, asked.level.value, offered[0].value)
    with st.expander(_("Façon de compter et seuils en minutes"), key="access-finer"):
        _finer(asked, measures=asked.view in {View.REACH, View.GAP})


def _modes(asked: Asked) -> list[Mode]:
    loaded = {mode for network in reach.networks() for mode in network.modes}
    return [
        mode for mode in Mode if mode is not Mode.TRANSIT or mode in loaded or asked.question.mode is mode
    ]


def _finer(asked: Asked, *, measures: bool) -> None:
    question = asked.question
    left, right = st.columns(2, gap="medium")
    with left:
        if measures:
            chosen = question.measure.value
            # A level of service by zone is not carried to the territories where a need is known.
            left_out = {Measure.BALANCED.value} - {chosen} if asked.view is View.GAP else set()
            titles = {m.value: measure_title(m) for m in Measure if m.value not in left_out}
            _list(_("Mesure"), Name.MEASURE, titles, chosen, Measure.SHARE_WITHIN.value)
    with right:
        engines = {"": engine_title(None)} if question.mode is not Mode.TRANSIT else {}
        engines |= {n.id: engine_title(n) for n in reach.networks() if question.mode in n.modes}
        _list(_("Temps de déplacement"), Name.NETWORK, engines, question.network_id, "")
    show(line(_("Assez près : minutes, selon le milieu où vivent les gens"), css="px-strong"))
    _minutes(asked)
    network_help(reach.networks())


def _minutes(asked: Asked) -> None:
    mode = asked.question.mode
    minutes = asked.question.thresholds.minutes(mode)
    with st.container(key="access-minutes", horizontal=True, gap="small"):
        for milieu in MILIEUS:
            key = f"access_minutes_{milieu}"
            st.session_state[key] = float(minutes[milieu])
            st.number_input(
                _("Milieu {milieu} (min)").format(milieu=text(MILIEU_NAMES[milieu])),
                min_value=1.0,
                max_value=LONGEST_MINUTES,
                step=5.0,
                format="%g",
                key=key,
                on_change=_write_minutes,
                args=(mode,),
            )
    code = thresholds_code(asked.question.thresholds, mode)
    if code and st.button(_("Revenir aux seuils proposés"), key="access_minutes_back", type="tertiary"):
        write(Name.THRESHOLDS, "")
        st.rerun()
    show(
        line(
            _(
                "Ces seuils sont une convention à discuter, pas une norme. Un milieu inconnu prend celui du "
                "milieu rural. {most} minutes au plus."
            ).format(most=fmt.number(LONGEST_MINUTES)),
            css="px-small",
        )
    )


def _write_minutes(mode: Mode) -> None:
    typed = {milieu: float(st.session_state[f"access_minutes_{milieu}"]) for milieu in MILIEUS}
    write(Name.THRESHOLDS, thresholds_code(with_minutes(mode, typed), mode))


def _list(label: str, name: Name, options: Mapping[str, str], chosen: str, opening: str) -> None:
    """Draw a list whose choice goes to the address, which the opening one leaves."""
    key = _key(name)
    st.session_state[key] = chosen
    st.selectbox(
        label,
        list(options),
        format_func=lambda value: options.get(value, value),
        key=key,
        on_change=_write_choice,
        args=(name, opening),
    )


def _write_choice(name: Name, opening: str) -> None:
    chosen = str(st.session_state[_key(name)])
    write(name, "" if chosen == opening else chosen)
    if name is Name.MODE:
        # Minutes and a network are of one mode: another one starts from what is proposed for it.
        write(Name.THRESHOLDS, "")
        write(Name.NETWORK, "")
    if name is Name.KIND:
        write(Name.SITE, "")


def _key(name: Name) -> str:
    return _KEYS.format(name=name.value)
