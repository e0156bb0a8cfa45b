"""The table of the A3 sheet: as many territories as the column has room for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from dashboard import format as fmt
from dashboard.certainty import grade_in_text
from dashboard.components.html import line, tag, words
from dashboard.components.labels import level_in_sentence, territory_name
from dashboard.figures import Figures, province_of, row_of, status_in_short, status_in_words
from dashboard.i18n import _, ngettext
from dashboard.maps.still_text import wrapped
from dashboard.maps.surroundings import nearest
from geodata.model import Indicator
from geodata.package import Package

MOST_ROWS: Final = 12
FEWEST_ROWS: Final = 3
TYPE_MM: Final = 3.4
LINE_MM: Final = 4.4
NAME_MM: Final = 56.0
VALUE_MM: Final = 28.0
AROUND_A_ROW_MM: Final = 2.0


def figures_table(
    package: Package, shown: Figures, indicator: Indicator, focus: Sequence[str], room_mm: float
) -> str:
    """Give some territories with their value, its margin and its grade; none beside one kept back.

    Parameters
    ----------
    focus
        The chosen territories; the table is of the first one and those around, or of the most peopled.
    room_mm
        Height that the rows may take.
    """
    kept = [each for each in focus if each in shown.frame.index and bool(shown.row(each)["hidden"])]
    if kept:
        # Beside a value that is kept back, those of its neighbours and parents would tell it.
        return line(status_in_words(shown.row(kept[0])))
    candidates = _candidates(package, shown, focus)
    heights = [_height_mm(package, each, shown.row(each), indicator) for each in candidates]
    fitting = sum(total <= room_mm for total in pd.Series(heights, dtype=float).cumsum())
    listed = candidates[: max(fitting, FEWEST_ROWS)]
    rows = [_row(package, each, shown.row(each), indicator, own=each in focus) for each in listed]
    province = province_of(package)
    whole = row_of(package, province, indicator.id, shown.period) if province else None
    if province and whole is not None and province not in listed:
        rows.append(_row(package, province, whole, indicator, own=False))
    headings = (_("Territoire"), _("Valeur"), _("Fiabilité"))
    head = tag("tr", *(tag("th", words(heading), scope="col") for heading in headings))
    caption = tag("caption", words(_caption(package, shown, focus, len(listed))))
    body = tag("table", caption, tag("thead", head), tag("tbody", *rows))
    return tag("h2", words(_("Les chiffres"))) + body


def _candidates(package: Package, shown: Figures, focus: Sequence[str]) -> list[str]:
    if not focus:
        people = shown.frame["people"].sort_values(ascending=False, kind="stable")
        return [str(each) for each in people.dropna().index[:MOST_ROWS]]
    near = nearest(package, focus[0], shown.level, MOST_ROWS)
    own = [each for each in focus if each in shown.frame.index]
    return list(dict.fromkeys([*own, *near]))[:MOST_ROWS]


def _caption(package: Package, shown: Figures, focus: Sequence[str], count: int) -> str:
    level = level_in_sentence(shown.level)
    if focus:
        name = territory_name(package, focus[0])
        return _("{name} et les territoires les plus proches (niveau : {level})").format(
            name=name, level=level
        )
    return ngettext(
        "{n} territoire, le plus peuplé (niveau : {level})",
        "Les {n} territoires les plus peuplés, sans classement (niveau : {level})",
        count,
    ).format(n=count, level=level)


def _height_mm(package: Package, territory: str, row: pd.Series, indicator: Indicator) -> float:
    name = wrapped(territory_name(package, territory), NAME_MM, TYPE_MM)
    value = [""] if pd.notna(row["value"]) else wrapped(_value(row, indicator), VALUE_MM, TYPE_MM)
    return AROUND_A_ROW_MM + LINE_MM * max(len(name), len(value))


def _value(row: pd.Series, indicator: Indicator) -> str:
    if pd.isna(row["value"]):
        return status_in_short(row)
    margin = fmt.margin(row["moe_95"], indicator.unit) if row["moe_95"] > 0 else ""
    return f"{fmt.with_unit(row['value'], indicator.unit)} {margin}".strip()


def _row(package: Package, territory: str, row: pd.Series, indicator: Indicator, *, own: bool) -> str:
    known = pd.notna(row["value"])
    name = tag("th", words(territory_name(package, territory)), scope="row")
    value = tag("td", words(_value(row, indicator)), css="n" if known else "")
    grade = tag("td", words(grade_in_text(row["grade"]) if known else ""))
    return tag("tr", name, value, grade, css="own" if own else "")
