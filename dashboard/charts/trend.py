"""A value from one period to the next, a panel a territory, the others in pale behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import pandas as pd

from dashboard.charts.theme import ACCENT, INK, PALE, shortened, titled

_COLUMNS: Final = 2
_PANEL_PX: Final = 130
_HEIGHT_PX: Final = 92


@dataclass(frozen=True)
class Line:
    """One territory in the chart: its values by period, null where there is none, and as printed."""

    name: str
    values: Sequence[float | None]
    printed: Sequence[str]


def trend(lines: Sequence[Line], periods: Sequence[str], *, title: str, projected: Sequence[str] = ()) -> Any:
    """Draw a panel a territory, on one scale.

    Parameters
    ----------
    lines
        One a territory, with a value a period.
    periods
        In order of time.
    projected
        Those of them that are projections: their points are hollow.

    Returns
    -------
    altair.ConcatChart
        Two panels a row.
    """
    frame = pd.concat([_rows(at, line, periods, projected) for at, line in enumerate(lines)])
    known = frame["value"].dropna()
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    room = 0.18 * (high - low) or 1.0
    scale = alt.Scale(domain=[low - room, high + 1.6 * room], zero=False, nice=False)
    panels = [_panel(frame, at, line.name, periods, scale) for at, line in enumerate(lines)]
    return titled(alt.concat(*panels, columns=_COLUMNS, spacing=14), title)


def _rows(at: int, line: Line, periods: Sequence[str], projected: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "at": at,
            "period": list(periods),
            "value": list(line.values),
            "printed": list(line.printed),
            "projected": [period in projected for period in periods],
        }
    ).astype({"value": float})


def _panel(frame: pd.DataFrame, at: int, name: str, periods: Sequence[str], scale: alt.Scale) -> Any:
    x = alt.X("period:O", sort=list(periods), axis=alt.Axis(title=None, labelAngle=0, grid=False))
    y = alt.Y("value:Q", scale=scale, axis=alt.Axis(title=None, tickCount=3, labels=False, ticks=False))
    own = frame[(frame["at"] == at) & frame["value"].notna()]
    behind = alt.Chart(frame[(frame["at"] != at) & frame["value"].notna()])
    line = alt.Chart(own).mark_line(color=ACCENT, strokeWidth=2.5).encode(x=x, y=y)
    fill = alt.condition("datum.projected", alt.value("#ffffff"), alt.value(ACCENT))
    points = alt.Chart(own).mark_point(size=55, color=ACCENT, strokeWidth=2, opacity=1)
    text = alt.Chart(own).mark_text(dy=-11, fontSize=11, color=INK)
    layered = alt.layer(
        behind.mark_line(color=PALE, strokeWidth=1).encode(x=x, y=y, detail="at:N"),
        line,
        points.encode(x=x, y=y, fill=fill),
        text.encode(x=x, y=y, text="printed:N"),
    )
    heading = alt.TitleParams(shortened(name, 22), fontSize=11.5, fontWeight="normal", anchor="start")
    return layered.properties(width=_PANEL_PX, height=_HEIGHT_PX, title=heading)
