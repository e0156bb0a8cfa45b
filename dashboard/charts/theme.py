"""What every chart has in common: type, ink, one accent colour, no decoration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt

FONT: Final = "DejaVu Sans, Verdana, sans-serif"
INK: Final = "#101418"
GREY: Final = "#5b6670"
PALE: Final = "#aab4bc"
ACCENT: Final = "#14557b"
LIGHT: Final = "#7fa6bd"
SIZE: Final = 12
WIDTH: Final = 340
"""Width of a chart that fits a phone; wider pages set several side by side."""

NAME_LENGTH: Final = 38
"""Letters of a name that fit above a row."""


def titled(chart: Any, title: str) -> Any:
    """Write a title above a chart; nothing where it is empty."""
    if not title:
        return chart
    return chart.properties(title=alt.TitleParams(folded(title), anchor="start", offset=8))


def together(charts: Sequence[Any], columns: int = 2) -> Any:
    """Set several charts in one picture, each with its own scales."""
    joined = alt.concat(*charts, columns=columns, spacing=28)
    return joined.resolve_scale(x="independent", y="independent", color="independent")


def themed(chart: Any) -> Any:
    """Give a finished chart the house's type and colours.

    Parameters
    ----------
    chart
        An Altair chart of any kind that is not inside another.
    """
    return (
        chart.configure(font=FONT, background="#ffffff", padding=6)
        .configure_view(stroke=None)
        .configure_title(fontSize=13, fontWeight=600, color=INK, subtitleColor=GREY)
        .configure_axis(
            labelFontSize=SIZE - 1, titleFontSize=SIZE - 1, labelColor=GREY, titleColor=GREY,
            titleFontWeight="normal", gridColor="#e3e7ea", domainColor=PALE, tickColor=PALE,
        )
    )  # fmt: skip


def folded(words: str, length: int = 46) -> list[str]:
    """Cut a title into lines that fit the width of a chart."""
    lines: list[str] = []
    for word in words.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= length:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def shortened(name: str, length: int = NAME_LENGTH) -> str:
    """Cut the middle of a name too long for its row: many start alike, and their end tells them apart."""
    if len(name) <= length:
        return name
    start = length // 2
    return f"{name[:start].rstrip()}…{name[start + 1 - length :].lstrip()}"
