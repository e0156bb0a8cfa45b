"""A strip of dots: where one value stands among its level."""

from __future__ import annotations

import base64
from html import escape
from typing import Final

import numpy as np
import pandas as pd

WIDTH: Final = 320
HEIGHT: Final = 44
MARGIN: Final = 10
STEP: Final = 4
"""Dots are set on columns so many pixels apart; a column is darker where more territories stand."""

TRIMMED_SHARE: Final = 0.01
"""Share cut at each end of a large level, so that one extreme does not flatten the strip."""

LARGE: Final = 200
_GREY: Final = "#5b6670"
_OWN: Final = "#14557b"


def strip_svg(values: pd.Series, own: float, reference: float | None = None) -> str:
    """Draw the values of a level as dots, with one of them set out.

    Parameters
    ----------
    values
        Values of the level; nulls are left out.
    own
        The value to set out.
    reference
        Québec's value, drawn as a thin line.
    """
    present = values.dropna().to_numpy(dtype=float)
    low, high = _ends(present, own)
    columns, counts = np.unique(_column(present, low, high), return_counts=True)
    shade = 0.25 + 0.65 * np.sqrt(counts / counts.max())
    middle = HEIGHT / 2
    dots = "".join(
        f'<circle cx="{_x(c)}" cy="{middle}" r="3.5" fill="{_GREY}" fill-opacity="{s:.2f}"/>'
        for c, s in zip(columns, shade, strict=True)
    )
    line = ""
    if reference is not None:
        x = _x(int(_column(np.array([reference]), low, high)[0]))
        line = f'<line x1="{x}" x2="{x}" y1="6" y2="{HEIGHT - 6}" stroke="{_GREY}" stroke-width="1.5"/>'
    x = _x(int(_column(np.array([own]), low, high)[0]))
    mark = f'<circle cx="{x}" cy="{middle}" r="8" fill="{_OWN}" stroke="#fff" stroke-width="2.5"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}">{dots}{line}{mark}</svg>'
    )


def strip_image(values: pd.Series, own: float, title: str, reference: float | None = None) -> str:
    """Give the strip as an image whose alternative text says it in words."""
    drawn = base64.b64encode(strip_svg(values, own, reference).encode()).decode()
    return f'<img class="px-strip" alt="{escape(title)}" src="data:image/svg+xml;base64,{drawn}">'


def _ends(present: np.ndarray, own: float) -> tuple[float, float]:
    if len(present) > LARGE:
        low, high = np.quantile(present, [TRIMMED_SHARE, 1 - TRIMMED_SHARE])
    else:
        low, high = present.min(), present.max()
    return min(float(low), own), max(float(high), own)


def _column(values: np.ndarray, low: float, high: float) -> np.ndarray:
    last = (WIDTH - 2 * MARGIN) // STEP
    if high <= low:
        return np.full(len(values), last // 2)
    return np.rint(np.clip((values - low) / (high - low), 0, 1) * last).astype(int)


def _x(column: int) -> int:
    return MARGIN + int(column) * STEP
