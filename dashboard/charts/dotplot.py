"""Values of a few territories, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import pandas as pd

from dashboard.charts.theme import ACCENT, GREY, INK, PALE, SIZE, WIDTH, shortened, titled

_ROW_PX: Final = 44
_LETTERS: Final = 44
"""Of a name and of the words at its right, which share a line."""

_NAME_AT: Final = 0.45
"""The name stands in the upper part of its row, the point in the lower."""


_HALOS: Final[tuple[dict[str, Any], ...]] = ({"stroke": "#ffffff", "strokeWidth": 4}, {})
"""Words are drawn twice: a white outline first."""


@dataclass(frozen=True)
class Dot:
    """One territory in the chart.

    Attributes
    ----------
    value, moe_95
        In one unit; null where there is none. A null error draws a hollow mark.
    printed
        The value as it is written beside the name; why there is none otherwise.
    """

    name: str
    value: float | None
    moe_95: float | None
    printed: str


def dotplot(
    dots: Sequence[Dot], *, title: str, axis: str = "", reference: tuple[str, float] | None = None
) -> Any:
    """Draw a row a territory: its name, its value, a point and its 95 % interval.

    Parameters
    ----------
    dots
        In the order in which they are drawn, from top to bottom.
    title, axis
        Words above, and under the scale.
    reference
        Name and value of what they are compared with, as a dashed line; null where there is none.

    Returns
    -------
    altair.LayerChart
        A filled point has a published error (or is an exact count); a hollow one has none published.
    """
    frame = pd.DataFrame(
        {
            "row": [float(len(dots) - at) for at in range(len(dots))],
            "name": [shortened(dot.name, max(_LETTERS - len(dot.printed), 10)) for dot in dots],
            "value": [dot.value for dot in dots],
            "low": [_end(dot, -1) for dot in dots],
            "high": [_end(dot, 1) for dot in dots],
            "printed": [dot.printed for dot in dots],
            "published": [dot.moe_95 is not None for dot in dots],
        }
    ).astype({"value": float, "low": float, "high": float})
    frame["above"] = frame["row"] + _NAME_AT
    drawn = frame[frame["value"].notna()]
    scale = alt.Scale(domain=_domain(drawn, reference), nice=True, zero=False)
    x = alt.X("value:Q", scale=scale, axis=alt.Axis(title=axis or None, tickCount=5))
    y = alt.Y("row:Q", scale=alt.Scale(domain=[0.6, len(dots) + 1.0]), axis=None)
    base = alt.Chart(drawn)
    layers: list[Any] = [
        alt.Chart(frame).mark_rule(color=PALE, strokeWidth=0.7).encode(y=y),
        *_reference_line(reference, scale),
        base.mark_rule(color=ACCENT, strokeWidth=3, opacity=0.55).encode(
            x=alt.X("low:Q", scale=scale), x2="high:Q", y=y
        ),
        base.mark_point(size=90, strokeWidth=2, opacity=1, color=ACCENT).encode(
            x=x,
            y=y,
            fill=alt.condition("datum.published", alt.value(ACCENT), alt.value("#ffffff")),
        ),
        *_words(frame),
    ]
    return titled(alt.layer(*layers).properties(width=WIDTH - 20, height=_ROW_PX * len(dots) + 8), title)


def _end(dot: Dot, side: int) -> float | None:
    if dot.value is None or not dot.moe_95:
        return None
    return dot.value + side * dot.moe_95


def _domain(drawn: pd.DataFrame, reference: tuple[str, float] | None) -> list[float]:
    ends = [*drawn[["value", "low", "high"]].stack(), *([reference[1]] if reference else [])]
    if not ends:
        return [0.0, 1.0]
    low, high = min(ends), max(ends)
    room = 0.08 * (high - low) or max(abs(high), 1.0) * 0.05
    return [float(low - room), float(high + room)]


def _reference_line(reference: tuple[str, float] | None, scale: alt.Scale) -> list[Any]:
    if reference is None:
        return []
    line = alt.Chart(pd.DataFrame({"value": [reference[1]]}))
    return [
        line.mark_rule(color=INK, strokeDash=[4, 3], strokeWidth=1.2).encode(x=alt.X("value:Q", scale=scale))
    ]


def _words(frame: pd.DataFrame) -> list[Any]:
    """Write names and values, on a white halo where the reference line passes."""
    y = alt.Y("above:Q", axis=None)
    names = alt.Chart(frame)
    return [
        drawn
        for halo in _HALOS
        for drawn in (
            names.mark_text(align="left", color=INK, fontSize=SIZE, **halo).encode(
                x=alt.value(0), y=y, text="name:N"
            ),
            names.mark_text(align="right", color=GREY, fontSize=SIZE, **halo).encode(
                x=alt.value(WIDTH - 20), y=y, text="printed:N"
            ),
        )
    ]
