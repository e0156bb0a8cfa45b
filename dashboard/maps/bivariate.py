"""Two things on one map: nine classes whose light falls along both, and a legend with the people in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dashboard import format as fmt
from dashboard.components.html import tag, words
from dashboard.i18n import _, ngettext
from dashboard.maps.classes import HIDDEN, NO_DATA, Classification, Method
from dashboard.maps.palette import HIDDEN_LINE, NO_DATA_LINE

SIDE: Final = 3

COLOURS: Final = (
    "#f1f1f1", "#e2bca5", "#cb8a5d",
    "#a5bbd0", "#9d8a87", "#8a5a44",
    "#5589b0", "#5b5a6a", "#442f32",
)  # fmt: skip
"""By code. Need goes to blue, lack of access to orange; both darken, by 20 and 16 steps of CIE lightness, so
that no two of the nine have the same grey. Any two are 20 CIE76 units apart for every common vision."""

PRIORITY: Final = SIDE * SIDE - 1
"""Code of the highest need with the lowest access; it is hatched too."""

MARK_LINE: Final = "#ffffff"
_DARK: Final = frozenset({5, 7, 8})
"""Codes on which words are white."""

_STRIPES: Final = "repeating-linear-gradient(45deg,{ground} 0 4px,#ffffff 4px 5.5px)"


@dataclass(frozen=True, slots=True)
class Cell:
    """A class of the legend: how many people and territories it holds."""

    people: float
    territories: int


def code_of(need_class: int, access_class: int) -> int:
    """Give the code of a class.

    Parameters
    ----------
    need_class, access_class
        1 low, 2 middle, 3 high.

    >>> code_of(3, 1) == PRIORITY
    True
    """
    return SIDE * (need_class - 1) + (SIDE - access_class)


def letter(need_class: int, access_class: int) -> str:
    """Name a class without a colour: ``A1`` is the highest need with the lowest access.

    >>> letter(3, 1), letter(1, 3)
    ('A1', 'C3')
    """
    return f"{'CBA'[need_class - 1]}{access_class}"


def classes_in_words() -> tuple[str, ...]:
    """Say each class in words, in the order of the codes."""
    said = []
    for code in range(len(COLOURS)):
        need, access = code // SIDE + 1, SIDE - code % SIDE
        said.append(
            _("{letter} : {need}, {access}").format(
                letter=letter(need, access), need=need_words()[need - 1], access=access_words()[access - 1]
            )
        )
    return tuple(said)


def need_words() -> tuple[str, str, str]:
    """Name the thirds of need, the lowest first."""
    return _("besoin moins élevé"), _("besoin moyen"), _("besoin élevé")


def access_words() -> tuple[str, str, str]:
    """Name the thirds of access, the lowest first."""
    return _("accès plus faible"), _("accès moyen"), _("meilleur accès")


def painted(need_class: pd.Series, access_class: pd.Series, hidden: pd.Series) -> Classification:
    """Give the class of each territory, for the map and its picture.

    Parameters
    ----------
    need_class, access_class
        1 to 3 by territory; null where one of the two is not known.
    hidden
        True where nothing is shown on purpose.
    """
    known = (need_class.notna() & access_class.notna() & ~hidden).to_numpy(dtype=bool)
    need, access = need_class.fillna(1).astype(int), access_class.fillna(1).astype(int)
    codes = (SIDE * (need - 1) + (SIDE - access)).to_numpy()
    filled = np.where(known, codes, np.where(hidden.to_numpy(dtype=bool), HIDDEN, NO_DATA)).astype(np.uint8)
    return Classification(
        method=Method.FIXED,
        breaks=(),
        bounds=(),
        classes=filled,
        counts=tuple(int((filled == code).sum()) for code in range(len(COLOURS))),
        no_data=int((filled == NO_DATA).sum()),
        hidden=int((filled == HIDDEN).sum()),
        index=need_class.index,
    )


def legend(cells: Mapping[int, Cell], no_data: int, hidden: int, hidden_note: str) -> str:
    """Write the legend: a table of three by three, with the people of each class, read without a colour.

    Parameters
    ----------
    cells
        By code; a class that is not there holds nobody.
    no_data, hidden
        Numbers of territories without a class.
    hidden_note
        Why some are not shown.
    """
    head = tag(
        "tr",
        tag("td", ""),
        *(tag("th", words(_capital(access_words()[a])), scope="col") for a in range(SIDE)),
    )
    rows = [
        tag(
            "tr",
            tag("th", words(_capital(need_words()[need - 1])), scope="row"),
            *(_cell(need, access, cells) for access in range(1, SIDE + 1)),
        )
        for need in (3, 2, 1)
    ]
    caption = tag("caption", words(_("Légende : personnes et territoires de chaque classe")))
    below = [_outside(NO_DATA_LINE, 45, _("Pas de données"), no_data)] if no_data else []
    below += [_outside(HIDDEN_LINE, 135, hidden_note, hidden)] if hidden else []
    drawn = tag("table", caption, tag("thead", head), tag("tbody", *rows), css="px-nine")
    return tag(
        "section",
        tag("div", drawn, css="px-nine-frame", tabindex="0", role="region", aria_label=_("Légende")),
        tag("ul", *below, css="px-nine-below") if below else "",
        css="proximite-legend",
        aria_label=_("Légende"),
    )


def _cell(need: int, access: int, cells: Mapping[int, Cell]) -> str:
    code = code_of(need, access)
    held = cells.get(code, Cell(0.0, 0))
    ground = _STRIPES.format(ground=COLOURS[code]) if code == PRIORITY else COLOURS[code]
    ink = "#ffffff" if code in _DARK else "#101418"
    # The letter stands on plain ground: stripes would cross it.
    name = tag("span", words(letter(need, access)), style=f"background:{COLOURS[code]};color:{ink}")
    people = ngettext("{n} personne", "{n} personnes", round(held.people)).format(n=fmt.number(held.people))
    count = ngettext("{n} territoire", "{n} territoires", held.territories).format(
        n=fmt.number(held.territories)
    )
    swatch = tag("div", name, css="px-nine-swatch", style=f"background:{ground}")
    return tag("td", swatch, tag("div", words(people)), tag("div", words(count), css="px-small"))


def _outside(line: str, degrees: int, said: str, count: int) -> str:
    stripes = f"background:repeating-linear-gradient({degrees}deg,#ffffff 0 3px,{line} 3px 4.5px)"
    swatch = tag("span", "", css="px-nine-hatch", style=stripes, aria_hidden="true")
    territories = ngettext("{n} territoire", "{n} territoires", count).format(n=fmt.number(count))
    return tag("li", swatch, words(f"{said} · {territories}"))


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
