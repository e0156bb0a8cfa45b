"""How people are spread along a value inside a few territories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from dashboard.charts.theme import ACCENT, GREY, INK, LIGHT, PALE, SIZE, WIDTH, shortened, titled
from geodata.spread import weighted_quantiles

_ROW_PX: Final = 74
_BINS: Final = 40
_BASE: Final = 0.22
_HIGHEST: Final = 0.42
_LETTERS: Final = 44
_NAME_AT: Final = 0.80
_ENDS: Final = (0.005, 0.995)
"""Shares of the people at the ends of the scale, so that one area does not flatten all the others."""


@dataclass(frozen=True)
class Spread:
    """One territory in the chart.

    Attributes
    ----------
    values, people
        Of its areas, lowest value first.
    tenths
        Values under which 10, 50 and 90 % of the people live; null with too few areas.
    note
        A few words at the right of the name.
    """

    name: str
    values: Sequence[float]
    people: Sequence[float]
    tenths: tuple[float, float, float] | None
    note: str


def spread_chart(spreads: Sequence[Spread], *, title: str, axis: str = "") -> Any:
    """Draw, a row a territory, how many people live at each value, with the 10–50–90 % marks.

    The heights of a row are shares of its own people; all rows have one scale of values.
    """
    domain = _domain(spreads)
    scale = alt.Scale(domain=list(domain), nice=False, zero=False, clamp=True)
    rows = {name: float(len(spreads) - 1 - at) for at, name in enumerate(range(len(spreads)))}
    x_axis = alt.Axis(title=axis or None, tickCount=5)
    bars = pd.concat([_bars(one, rows[at], domain) for at, one in enumerate(spreads)], ignore_index=True)
    marks = _marks(spreads, rows)
    names = pd.DataFrame(
        {
            "y": [rows[at] + _NAME_AT for at in range(len(spreads))],
            "name": [shortened(one.name, max(_LETTERS - len(one.note), 10)) for one in spreads],
            "note": [one.note for one in spreads],
        }
    )
    y = alt.Y("y:Q", scale=alt.Scale(domain=[0, len(spreads)]), axis=None)
    layers: list[Any] = [
        alt.Chart(bars).mark_rect(color=LIGHT, stroke="#ffffff", strokeWidth=0.4).encode(
            x=alt.X("low:Q", scale=scale, axis=x_axis), x2="high:Q", y=y, y2="top:Q"
        ),
        alt.Chart(bars).mark_rule(color=PALE, strokeWidth=0.8).encode(y=y),
        alt.Chart(marks).mark_rule(color=ACCENT, strokeWidth=4).encode(
            x=alt.X("tenth:Q", scale=scale), x2="ninetieth:Q", y=y
        ),
        alt.Chart(marks).mark_point(
            size=90, filled=True, fill="#ffffff", stroke=ACCENT, strokeWidth=2.5, opacity=1
        ).encode(x=alt.X("median:Q", scale=scale), y=y),
        alt.Chart(names).mark_text(align="left", color=INK, fontSize=SIZE).encode(
            x=alt.value(0), y=y, text="name:N"
        ),
        alt.Chart(names).mark_text(align="right", color=GREY, fontSize=SIZE - 1).encode(
            x=alt.value(WIDTH - 20), y=y, text="note:N"
        ),
    ]  # fmt: skip
    return titled(alt.layer(*layers).properties(width=WIDTH - 20, height=_ROW_PX * len(spreads)), title)


def _domain(spreads: Sequence[Spread]) -> tuple[float, float]:
    """Give the ends of the scale: 99 % of the people of every territory stand between them."""
    lows, highs = [], []
    for one in spreads:
        if not len(one.values):
            continue
        ends = weighted_quantiles(
            np.asarray(one.values, dtype=float), np.asarray(one.people, dtype=float), _ENDS
        )
        lows.append(ends[0])
        highs.append(ends[1])
    if not lows:
        return 0.0, 1.0
    low, high = float(min(lows)), float(max(highs))
    return (low - 0.5, high + 0.5) if high <= low else (low, high)


def _bars(one: Spread, row: float, domain: tuple[float, float]) -> pd.DataFrame:
    edges = np.linspace(*domain, _BINS + 1)
    clipped = np.clip(np.asarray(one.values, dtype=float), *domain)
    heights, _edges = np.histogram(clipped, bins=edges, weights=np.asarray(one.people, dtype=float))
    tallest = heights.max() if len(one.values) else 0.0
    scaled = heights / tallest * _HIGHEST if tallest > 0 else heights
    frame = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "top": row + _BASE + scaled})
    frame["y"] = row + _BASE
    kept = frame[scaled > 0]
    return kept if len(kept) else frame.iloc[:1]


def _marks(spreads: Sequence[Spread], rows: dict[int, float]) -> pd.DataFrame:
    known = [(rows[at] + 0.12, *one.tenths) for at, one in enumerate(spreads) if one.tenths]
    return pd.DataFrame(known, columns=["y", "tenth", "median", "ninetieth"])
