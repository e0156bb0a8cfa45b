"""How much each counts: sliders, points to share out, or comparisons two by two; the sum is always said."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from dashboard import format as fmt
from dashboard.components.html import line, show, tag
from dashboard.components.html import words as plain
from dashboard.components.priorites import place
from dashboard.i18n import _, ngettext
from dashboard.priorities import words
from dashboard.priorities.draft import (
    MOST_COMPARED,
    STRONGEST,
    WHOLE,
    Draft,
    answer_of,
    answered,
    chosen,
    compared,
    pairs_of,
    shares,
    weighed,
    weighed_by,
    with_equal_weights,
)
from dashboard.priorities.reading import Needed, Reading
from geodata.grids import Grid, Weighing
from geodata.package import Package

_WAY: Final = "priorities_way"
_WEIGHT: Final = "priorities_weight_"
_PAIR: Final = "priorities_pair_"


def weigh(package: Package, reading: Reading) -> None:
    """Draw the weights of the indicators that count here."""
    grid = reading.usable
    if not grid.parts:
        return
    show(tag("h2", plain(_("Combien chacun compte")), css="px-section"))
    _ways(package, grid)
    st.button(
        _("Commencer avec des poids égaux") if reading.needed is not Needed.NOTHING else _("Poids égaux"),
        key="priorities_equal",
        type="primary" if reading.needed is Needed.WEIGHTS else "secondary",
        on_click=place.change,
        args=(package, _equal),
    )
    show(line(_("Des poids égaux sont un choix comme un autre, pas une absence de choix."), css="px-small"))
    if grid.weighing is Weighing.PAIRWISE:
        _compare(package, grid)
    else:
        for position in range(len(grid.parts)):
            _weight(package, grid, position)
    show(_sum(package, grid))


def _ways(package: Package, grid: Grid) -> None:
    names = words.weighing_names()
    offered = [
        way
        for way in Weighing
        if way is not Weighing.PAIRWISE or len(grid.parts) <= MOST_COMPARED or way is grid.weighing
    ]
    place.hold(_WAY, grid.weighing)
    st.segmented_control(
        _("Façon de peser"),
        offered,
        format_func=names.__getitem__,
        key=_WAY,
        required=True,
        on_change=_choose_way,
        args=(package,),
    )
    if Weighing.PAIRWISE not in offered:
        said = _("Deux à deux : jusqu'à {n} indicateurs.").format(n=fmt.number(MOST_COMPARED))
        show(line(said, css="px-small"))


def _weight(package: Package, grid: Grid, position: int) -> None:
    part = grid.parts[position]
    key = f"{_WEIGHT}{grid.weighing.value}_{part.indicator_id}"
    label = f"{words.letter(position)} · {words.title_of(package, part.indicator_id)}"
    place.hold(key, round(part.weight))
    draw = st.number_input if grid.weighing is Weighing.POINTS else st.slider
    draw(
        label,
        min_value=0,
        max_value=WHOLE,
        step=1,
        key=key,
        on_change=_weighed,
        args=(package, part.indicator_id, key),
    )


def _compare(package: Package, grid: Grid) -> None:
    strengths = {
        0: _("autant"),
        1: _("un peu plus"),
        2: _("nettement plus"),
        3: _("bien plus"),
    }
    for one, other in pairs_of(grid):
        key = f"{_PAIR}{one}_{other}"
        first, second = chosen(grid).index(one), chosen(grid).index(other)
        a, b = words.letter(first), words.letter(second)
        names = {
            answer: f"{a if answer > 0 else b} {strengths[abs(answer)]}" if answer else strengths[0]
            for answer in range(STRONGEST, -STRONGEST - 1, -1)
        }
        place.hold(key, answer_of(grid, one, other))
        st.select_slider(
            _("{a} « {one} » ou {b} « {other} » ?").format(
                a=a, one=words.title_of(package, one), b=b, other=words.title_of(package, other)
            ),
            list(names),
            format_func=names.__getitem__,
            key=key,
            on_change=_answered,
            args=(package, one, other, key),
        )
    _consistency(package, grid)


def _consistency(package: Package, grid: Grid) -> None:
    found = compared(grid)
    ratio = fmt.number(found.consistency_ratio, 2)
    if found.consistent:
        show(
            line(
                _("Vos réponses s'accordent entre elles (cohérence {ratio}, sous 0,10).").format(ratio=ratio)
            )
        )
        return
    said = _("Vos réponses se contredisent en partie (cohérence {ratio}, au-dessus de 0,10).").format(
        ratio=ratio
    )
    hardest = found.hardest
    if hardest is not None:
        said += " " + _("À revoir d'abord : « {one} » et « {other} ».").format(
            one=words.title_of(package, hardest[0]), other=words.title_of(package, hardest[1])
        )
    show(tag("div", line(said), css="px-notice", role="status"))


def _sum(package: Package, grid: Grid) -> str:
    """Say the weights in percent, and their sum."""
    total = sum(part.weight for part in grid.parts)
    parts = shares(grid)
    items = [
        tag(
            "li",
            plain(f"{words.letter(n)} · {words.title_of(package, name)}{_(' : ')}"),
            tag("strong", plain(words.weight(share))),
        )
        for n, (name, share) in enumerate(parts.items())
    ]
    heading = tag("h3", plain(_("Poids, en pour cent")))
    listed = tag("ul", *items, css="px-weights")
    return tag("div", heading, listed, line(_sum_words(grid.weighing, total)), css="px-card")


def _sum_words(weighing: Weighing, total: float) -> str:
    if not total:
        return _("Somme : 0. Aucun indicateur n'a encore de poids.")
    if weighing is Weighing.PAIRWISE:
        return _("Somme : 100 %, d'après vos comparaisons.")
    points = round(total)
    said = ngettext("Somme : {n} point", "Somme : {n} points", points).format(n=fmt.number(points))
    if points == WHOLE:
        return _("{said} sur 100.").format(said=said)
    if weighing is Weighing.POINTS:
        left = abs(WHOLE - points)
        rest = (
            ngettext("il en reste {n} à donner", "il en reste {n} à donner", left)
            if points < WHOLE
            else ngettext("il y en a {n} de trop", "il y en a {n} de trop", left)
        ).format(n=fmt.number(left))
        return _("{said} sur 100, {rest} ; les poids sont ramenés à 100 %.").format(said=said, rest=rest)
    return _("{said}, ramenée à 100 %.").format(said=said)


def _choose_way(package: Package) -> None:
    way = Weighing(st.session_state[_WAY])
    place.change(package, lambda d: replace(d, grid=weighed_by(d.grid, way)))


def _equal(draft: Draft) -> Draft:
    return replace(draft, grid=with_equal_weights(draft.grid))


def _weighed(package: Package, indicator_id: str, key: str) -> None:
    weight = float(st.session_state[key] or 0)
    place.change(package, lambda d: replace(d, grid=weighed(d.grid, {indicator_id: weight})))


def _answered(package: Package, one: str, other: str, key: str) -> None:
    answer = int(st.session_state[key])
    place.change(package, partial(_with_answer, one=one, other=other, answer=answer))


def _with_answer(draft: Draft, one: str, other: str, answer: int) -> Draft:
    return replace(draft, grid=answered(draft.grid, one, other, answer))
