"""What counts for us: the indicators, by theme, each with what it says and how sure it is."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.catalogue import direction_words, error_words
from dashboard.components.html import line, show, tag, words
from dashboard.components.priorites import place
from dashboard.i18n import _, ngettext, text
from dashboard.priorities import choices
from dashboard.priorities.draft import Draft, chosen, part_of, with_part, without
from dashboard.priorities.reading import Reading
from geodata.grids import FEWEST_PARTS, MOST_PARTS, Grid
from geodata.model import THEME_NAMES, Direction, Indicator
from geodata.package import Package
from geodata.text import Text

_TICK: Final = "priorities_tick_"
_DIRECTION: Final = "priorities_direction_"
_OPEN: Final = "priorities_choosing"


def choose(package: Package, reading: Reading) -> None:
    """Draw the list of indicators, those that describe apart."""
    grid = reading.draft.grid
    show(tag("h2", words(_("Ce qui compte pour nous")), css="px-section"), line(_count(grid)))
    # As it was when the page opened: a list that shuts at the third tick would keep one from a fourth.
    begun = st.session_state.setdefault(_OPEN, len(reading.usable.parts) < FEWEST_PARTS)
    with st.expander(_("Choisir les indicateurs"), expanded=begun):
        for theme, indicators in choices.choosable(package, grid.level).items():
            show(tag("h3", words(text(THEME_NAMES[theme]))))
            for indicator in indicators:
                _tick(package, grid, indicator)
        _apart(package, grid)
    if reading.unused:
        st.button(
            ngettext(
                "Retirer l'indicateur mis de côté", "Retirer les indicateurs mis de côté", len(reading.unused)
            ),
            key="priorities_drop_unused",
            on_click=place.change,
            args=(package, partial(_drop, names=reading.unused)),
        )


def _count(grid: Grid) -> str:
    n = len(grid.parts)
    if not n:
        return _("Rien n'est choisi d'avance : de {low} à {high} indicateurs, à votre choix.").format(
            low=fmt.number(FEWEST_PARTS), high=fmt.number(MOST_PARTS)
        )
    said = ngettext("{n} indicateur choisi", "{n} indicateurs choisis", n).format(n=fmt.number(n))
    if n >= MOST_PARTS:
        return _("{said} : c'est le plus que la page permet. Retirez-en un pour en ajouter un autre.").format(
            said=said
        )
    if n < FEWEST_PARTS:
        return _("{said} ; il en faut au moins {low}.").format(said=said, low=fmt.number(FEWEST_PARTS))
    return f"{said}."


def _tick(package: Package, grid: Grid, indicator: Indicator) -> None:
    here = indicator.id in chosen(grid)
    key = f"{_TICK}{indicator.id}"
    place.hold(key, here)
    st.checkbox(
        _label(indicator),
        key=key,
        disabled=not here and len(grid.parts) >= MOST_PARTS,
        on_change=_ticked,
        args=(package, indicator, key),
    )
    recalled = package.recall_of(indicator.id)
    figures = data.figures_of(package, grid.level, indicator.id, indicator.periods[0])
    sure = f"{choices.certainty(figures.frame)} {error_words(indicator)}"
    withdrawn = _("Retiré : {reason}").format(reason=text(recalled)) if recalled is not None else ""
    way = tag("strong", words(direction_words(indicator)))
    said = tag("p", words(text(indicator.definition)), " ", way, " ", words(sure), css="px-small")
    show(said, line(withdrawn, css="px-small"))


def _label(indicator: Indicator) -> str:
    return f"{text(indicator.title)} ({indicator.periods[0]})"


def _ticked(package: Package, indicator: Indicator, key: str) -> None:
    if st.session_state[key]:
        place.change(package, lambda d: replace(d, grid=with_part(d.grid, part_of(indicator))))
    else:
        place.change(package, partial(_drop, names=(indicator.id,)))


def _drop(draft: Draft, names: tuple[str, ...]) -> Draft:
    return replace(draft, grid=without(draft.grid, names))


def _apart(package: Package, grid: Grid) -> None:
    """Draw the indicators that describe: some the table may give a direction, some never enter."""
    found = choices.apart(package, grid.level)
    if not found:
        return
    show(
        tag("h3", words(_("Ce qui décrit, et n'est pas un besoin"))),
        line(
            _(
                "Ces indicateurs n'entrent pas d'eux-mêmes dans une grille. Pour certains, la table peut "
                "dire elle-même dans quel sens ils demandent de l'attention."
            ),
            css="px-small",
        ),
    )
    by_reason: dict[Text, list[str]] = {}
    for one in found:
        by_reason.setdefault(one.reason, []).append(text(one.indicator.title))
    items = [
        tag("li", tag("strong", words(", ".join(titles))), words(_(" : ") + text(reason)))
        for reason, titles in by_reason.items()
    ]
    show(tag("ul", *items, css="px-small"))
    names = {
        Direction.HIGHER_IS_NEED: _("Pour nous, plus c'est élevé, plus il faut d'attention"),
        Direction.LOWER_IS_NEED: _("Pour nous, plus c'est bas, plus il faut d'attention"),
    }
    opened = {one.indicator.id: one.indicator for one in found if one.open}
    for direction, label in names.items() if opened else ():
        _directed(package, grid, opened, direction, label)


def _directed(
    package: Package, grid: Grid, opened: dict[str, Indicator], direction: Direction, label: str
) -> None:
    """Draw the list of those to which the table gives one direction; taking one elsewhere moves it."""
    key = f"{_DIRECTION}{direction.value}"
    said = [p.indicator_id for p in grid.parts if p.indicator_id in opened and p.direction is direction]
    place.hold(key, said)
    st.multiselect(
        label,
        list(opened),
        format_func={name: _label(each) for name, each in opened.items()}.__getitem__,
        key=key,
        placeholder=_("aucun"),
        on_change=_direct,
        args=(package, opened, direction, key),
    )


def _direct(package: Package, opened: dict[str, Indicator], direction: Direction, key: str) -> None:
    asked: list[str] = st.session_state[key]

    def enter(draft: Draft) -> Draft:
        given = {p.indicator_id: p for p in draft.grid.parts}
        gone = [n for n, p in given.items() if n in opened and p.direction is direction and n not in asked]
        grid = without(draft.grid, gone)
        for name in asked:
            part = given.get(name)
            new = replace(part, direction=direction) if part else part_of(opened[name], direction)
            grid = with_part(grid, new)
        return replace(draft, grid=grid)

    place.change(package, enter)
