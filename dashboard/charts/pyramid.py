"""Ages of a territory, women on one side and men on the other, with a projection as an outline."""

from __future__ import annotations

from typing import Any, Final, Literal

import altair as alt
import pandas as pd

from dashboard.charts.theme import ACCENT, INK, LIGHT, WIDTH, titled
from geodata.ages import AGE_GROUPS

_ROW_PX: Final = 12


def pyramid(shares: pd.DataFrame, *, title: str, axis: str, women: str, men: str, widest: float) -> Any:
    """Draw an age pyramid.

    Parameters
    ----------
    shares
        Rows ``age_group, sex, now, later``: percentages of the whole population of each year.
    title, axis, women, men
        Words above, under the scale, and over each side.
    widest
        Percentage at which the scale ends, common to the pyramids of a page.

    Returns
    -------
    altair.LayerChart
        Bars for the estimate, outlines for the projection.
    """
    side = shares["sex"].map({"f": -1.0, "m": 1.0})
    frame = shares.assign(
        now=shares["now"] * side, later=shares["later"] * side, age=shares["age_group"].map(group_words)
    )
    x = alt.X(
        "now:Q",
        scale=alt.Scale(domain=[-widest, widest], nice=False),
        axis=alt.Axis(title=axis, tickCount=5, labelExpr="abs(datum.value)"),
    )
    ages = alt.Y(
        "age:N", sort=[group_words(group) for group in reversed(AGE_GROUPS)], axis=alt.Axis(title=None)
    )
    base = alt.Chart(frame)
    layers: list[Any] = [
        base.mark_bar(height=_ROW_PX - 3).encode(
            x=x,
            y=ages,
            color=alt.Color("sex:N", scale=alt.Scale(domain=["f", "m"], range=[ACCENT, LIGHT]), legend=None),
        ),
        base.mark_bar(height=_ROW_PX - 1, filled=False, stroke=INK, strokeWidth=1.1).encode(
            x=alt.X("later:Q"), y=ages
        ),
        _side(women, -widest, "left"),
        _side(men, widest, "right"),
    ]
    size = {"width": WIDTH - 60, "height": _ROW_PX * len(AGE_GROUPS)}
    return titled(alt.layer(*layers).properties(**size), title)


def group_words(group: str) -> str:
    """Print an age group: « 0–4 », « 90+ »."""
    return group.replace("-", "–")


def _side(words: str, at: float, align: Literal["left", "right"]) -> Any:
    place = pd.DataFrame({"x": [at], "words": [words]})
    text = alt.Chart(place).mark_text(align=align, fontSize=11, color=INK, baseline="bottom")
    return text.encode(x="x:Q", y=alt.value(-4), text="words:N")
