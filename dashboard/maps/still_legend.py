"""The legend and the scale of a still map, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dashboard import format as fmt
from dashboard.i18n import _, ngettext
from dashboard.maps.classes import HIDDEN, NO_DATA, Classification
from dashboard.maps.still_fills import Fills
from dashboard.maps.still_frame import Frame
from dashboard.maps.still_text import wrapped, written

SIZE: Final = 11.0
LINE: Final = 15.0
_SWATCH: Final = (26.0, 15.0)
_AFTER_SWATCH: Final = 34.0
_BETWEEN: Final = 6.0
_SCALES_KM: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
_LONGEST_SCALE_PX: Final = 130.0


@dataclass(frozen=True)
class Row:
    """A line of the legend: its class code and its words."""

    code: int
    words: str


def rows_of(classification: Classification, labels: Sequence[str], hidden_note: str = "") -> list[Row]:
    """Give the lines: classes from the lowest, then without data, then not shown, with their numbers."""
    rows = [
        Row(code, _counted(label, count))
        for code, (label, count) in enumerate(zip(labels, classification.counts, strict=True))
    ]
    if classification.no_data:
        rows.append(Row(NO_DATA, _counted(_("Pas de données"), classification.no_data)))
    if classification.hidden:
        said = hidden_note or _("Valeur non montrée : elle appartient à la communauté")
        rows.append(Row(HIDDEN, _counted(said, classification.hidden)))
    return rows


def _counted(label: str, count: int) -> str:
    territories = ngettext("{n} territoire", "{n} territoires", count).format(n=fmt.number(count))
    # The number stays with its word when the line is cut.
    return f"{label} " + f"· {territories}".replace(" ", fmt.NBSP)


def legend(
    rows: Sequence[Row], fills: Fills, width: float, *, dotted: bool, columns: int = 1
) -> tuple[str, float]:
    """Draw the legend at the origin, in a column or in at most so many side by side.

    Returns
    -------
    tuple
        SVG, and the height taken in pixels.
    """
    per_column = -(-len(rows) // columns)
    columns = -(-len(rows) // per_column)
    each = width / columns
    drawn: list[str] = []
    deepest = 0.0
    for column in range(columns):
        down = 0.0
        for row in rows[column * per_column : (column + 1) * per_column]:
            piece, height = _row(row, fills, column * each, down, each - 8, dotted)
            drawn.append(piece)
            down += height + _BETWEEN
        deepest = max(deepest, down)
    return "".join(drawn), deepest


def _row(row: Row, fills: Fills, x: float, y: float, width: float, dotted: bool) -> tuple[str, float]:
    across, high = _SWATCH
    pieces = [
        f'<path d="M{x:.1f} {y:.1f}h{across:g}v{high:g}h-{across:g}z" fill="{fills.paints[row.code]}" '
        'stroke="#5b646c" stroke-width=".8"/>'
    ]
    after = _AFTER_SWATCH
    if dotted:
        middle = x + across + 12
        pieces.append(
            f'<circle cx="{middle:.1f}" cy="{y + high / 2:.1f}" r="{fills.radii[row.code]:.1f}" '
            f'fill="{fills.dots[row.code]}" stroke="#5b646c" stroke-width=".8"/>'
        )
        after += 18
    lines = wrapped(row.words, width - after, SIZE)
    pieces += [written(line, x + after, y + 11 + i * LINE, SIZE) for i, line in enumerate(lines)]
    return "".join(pieces), max(high, len(lines) * LINE)


def scale_bar(frame: Frame) -> str:
    """Draw how long a round number of kilometres is, in the lower right corner of the frame."""
    longest_km = min(_LONGEST_SCALE_PX, frame.width / 3) * frame.metres_per_px / 1000
    kilometres = max((known for known in _SCALES_KM if known <= longest_km), default=_SCALES_KM[0])
    length = kilometres * 1000 / frame.metres_per_px
    right, bottom = frame.x + frame.width - 12, frame.y + frame.height - 12
    left = right - length
    line = f"M{left:.1f} {bottom - 5:.1f}v5H{right:.1f}v-5"
    words = f"{fmt.number(kilometres, 1 if kilometres < 1 else 0)}{fmt.NBSP}km"
    return (
        f'<path d="{line}" fill="none" stroke="#fff" stroke-width="4"/>'
        f'<path d="{line}" fill="none" stroke="#101418" stroke-width="1.4"/>'
        + written(words, (left + right) / 2, bottom - 9, 10, anchor="middle", halo=True)
    )
