"""What makes a score: one bar an indicator for a territory, stacked bars for several.

A table moves a weight and both charts are drawn again at once: the form of a chart, which Altair takes a
tenth of a second to write, is written once and only its rows change.
"""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, Literal

import altair as alt
import pandas as pd

from dashboard.charts.theme import GREY, INK, WIDTH, shortened, themed
from dashboard.format import number
from dashboard.i18n import current_language
from geodata.text import Language

UP: Final = "#14557b"
DOWN: Final = "#c58a2c"
"""Towards more needs and towards fewer: blue and ochre, apart in grey print and for every eye."""

FILLS: Final = (
    "#14557b", "#e6b65c", "#7d68ad", "#a9cfe2", "#6b5a2e", "#d9cfec", "#3c8dbc", "#f2dfb4",
)  # fmt: skip
"""Neighbours differ in lightness; the letter in each segment, not its colour, is what names it."""

Width = int | Literal["container"]
Spec = dict[str, Any]

ROW: Final = 26
_TALL: Final = 18
_AXIS: Final = 52
_LETTER_SHARE: Final = 0.045
"""Share of the width under which a segment has no room for its letter."""

_DARKEST: Final = 0.45
_NAME_WIDTH: Final = 180
_ROWS: Final = "rows"


def territory_bars(parts: pd.DataFrame, axis: str, words: str, width: Width = WIDTH) -> Spec:
    """Draw one bar an indicator, from zero towards more or fewer needs.

    Parameters
    ----------
    parts
        In the order of drawing: ``name`` (letter and title), ``contribution`` (null where there is none),
        ``printed`` (the number as the page prints it).
    axis
        What the bars measure.
    words
        What the chart shows, for those who do not see it.
    width
        Pixels, or the width of the page's column.

    Returns
    -------
    dict
        Vega-Lite, its data inside.
    """
    known = parts.dropna(subset=["contribution"])
    rows = [
        {"name": name, "short": shortened(name), "contribution": value, "printed": printed, "way": value >= 0}
        for name, value, printed in known[["name", "contribution", "printed"]].itertuples(index=False)
    ]
    return _filled(_bars_form(len(rows), axis, width, current_language()), rows, words)


def stacked_bars(
    contributions: pd.DataFrame, names: pd.Series, axis: str, words: str, decimals: int, width: Width = WIDTH
) -> Spec:
    """Draw the contributions of several territories end to end, each segment with its letter.

    Parameters
    ----------
    contributions
        Territory × letter, in the order of drawing; rows with a null are left out.
    names
        Name of each territory, each its own.
    axis, words, width
        As in ``territory_bars``.
    decimals
        Of a contribution, as the page prints it.
    """
    known = contributions.dropna()
    rows = _segments(known, names, decimals)
    letters = tuple(str(letter) for letter in contributions.columns)
    return _filled(_stacked_form(letters, len(known), axis, width, current_language()), rows, words)


def _filled(form: Spec, rows: list[Spec], words: str) -> Spec:
    # A copy, since whoever draws it may write into it.
    return {**deepcopy(form), "datasets": {_ROWS: rows}, "description": words}


@lru_cache(maxsize=64)
def _bars_form(count: int, axis: str, width: Width, language: Language) -> Spec:
    base = alt.Chart(alt.NamedData(name=_ROWS)).encode(
        y=alt.Y("short:N", sort=None, title=None, axis=_names()),
        x=alt.X("contribution:Q", title=axis, axis=_numbers(language), scale=alt.Scale(padding=34)),
    )
    fill = alt.Color("way:N", scale=alt.Scale(domain=[True, False], range=[UP, DOWN]), legend=None)
    bars = base.mark_bar(height=_TALL).encode(color=fill, tooltip=["name:N", "printed:N"])
    right = base.transform_filter("datum.way").mark_text(align="left", dx=4, color=INK)
    left = base.transform_filter("!datum.way").mark_text(align="right", dx=-4, color=INK)
    numbers = [side.encode(text="printed:N") for side in (right, left)]
    return _form(alt.layer(bars, *numbers, _zero()), count, width)


@lru_cache(maxsize=64)
def _stacked_form(letters: tuple[str, ...], count: int, axis: str, width: Width, language: Language) -> Spec:
    base = alt.Chart(alt.NamedData(name=_ROWS)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=_names())
    )
    fills = [FILLS[n % len(FILLS)] for n in range(len(letters))]
    colour = alt.Color("letter:N", scale=alt.Scale(domain=list(letters), range=fills), legend=None)
    bars = base.mark_bar(height=_TALL, stroke="#ffffff", strokeWidth=1).encode(
        x=alt.X("start:Q", title=axis, axis=_numbers(language)),
        x2="end:Q",
        color=colour,
        tooltip=["name:N", "letter:N", "printed:N"],
    )
    ink = alt.condition("datum.dark", alt.value("#ffffff"), alt.value(INK))
    written = (
        base.transform_filter("datum.wide")
        .mark_text(fontSize=11, fontWeight="bold")
        .encode(x="middle:Q", text="letter:N", color=ink)
    )
    return _form(alt.layer(bars, written, _zero()), count, width)


def _form(drawn: Any, count: int, width: Width) -> Spec:
    """Write the chart; one that fits its column holds its axis within its height."""
    height = ROW * max(1, count) + (_AXIS if width == "container" else 0)
    form: Spec = themed(drawn.properties(width=width, height=height)).to_dict()
    return form


def _names() -> alt.Axis:
    return alt.Axis(labelLimit=_NAME_WIDTH, labelColor=INK, ticks=False, domain=False, labelPadding=6)


def _numbers(language: Language) -> alt.Axis:
    """Give a scale whose numbers have the decimal mark of the language."""
    mark = "," if language == "fr" else "."
    return alt.Axis(tickCount=5, labelExpr=f"replace(datum.label, '.', '{mark}')")


def _zero() -> Any:
    origin = alt.Chart(alt.InlineData(values=[{"x": 0}]))
    return origin.mark_rule(color=GREY, strokeWidth=1.5, aria=False).encode(x="x:Q")


def _segments(contributions: pd.DataFrame, names: pd.Series, decimals: int) -> list[Spec]:
    """Set the positive parts end to end from zero to the right, the negative ones to the left."""
    values = contributions.to_numpy(dtype=float)
    reach = max(
        float((values.clip(min=0).sum(axis=1) - values.clip(max=0).sum(axis=1)).max(initial=0.0)), 1e-9
    )
    letters = [str(letter) for letter in contributions.columns]
    named = {str(territory): str(name) for territory, name in names.items()}
    rows: list[Spec] = []
    for territory, row in zip(contributions.index, values.tolist(), strict=True):
        for side in (1, -1):
            held = [n for n, value in enumerate(row) if (value >= 0) is (side > 0)]
            ends = [0.0]
            for n in held:
                ends.append(ends[-1] + row[n])
            rows += [
                {
                    "name": named[str(territory)],
                    "letter": letters[n],
                    "contribution": row[n],
                    "printed": number(row[n], decimals),
                    "start": low,
                    "end": high,
                    "middle": (low + high) / 2,
                    "wide": abs(row[n]) / reach > _LETTER_SHARE,
                    "dark": _lightness(FILLS[n % len(FILLS)]) < _DARKEST,
                }
                for n, (low, high) in zip(held, pairwise(ends), strict=True)
            ]
    return rows


def _lightness(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
