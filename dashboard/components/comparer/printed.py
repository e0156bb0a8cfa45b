"""A compared figure as it is printed: value, margin, grade, and its difference from the reference."""

from __future__ import annotations

from dashboard import format as fmt
from dashboard.certainty import difference_words, gap_words, grade_badge
from dashboard.comparing.cells import Cell, Row
from dashboard.comparing.pooling import Pooled
from dashboard.components.html import line, tag, words
from dashboard.i18n import _
from geodata.differences import Difference, Verdict
from geodata.model import ErrorKind, Indicator, Unit


def cell_html(cell: Cell, indicator: Indicator) -> str:
    """Write a cell of the table of figures."""
    figure = figure_html(cell.figure, indicator)
    gap = gap_in_words(cell.difference, indicator.unit) if cell.difference else ""
    return figure + line(gap, css="px-gap")


def figure_html(figure: Pooled, indicator: Indicator) -> str:
    """Write a figure with its margin and its grade, or why there is none."""
    if figure.value is None:
        return line(figure.why, css="px-small")
    value = tag("strong", words(fmt.with_unit(figure.value, indicator.unit)))
    margin = fmt.margin(figure.moe_95, indicator.unit) if figure.moe_95 else ""
    shown = tag("p", value, f" {words(margin)}" if margin else "")
    return shown + tag("p", grade_badge(figure.grade))


def gap_in_words(gap: Difference, unit: Unit) -> str:
    """Say a difference; where no error is published, only which way it goes (the row says the rest)."""
    if gap.value is None:
        return ""
    if gap.verdict is not Verdict.UNKNOWN:
        return difference_words(gap, unit)
    if fmt.rounded(gap.value, unit.decimals) == 0:
        return _("à peu près autant")
    if gap.value > 0:
        return _("{gap} de plus").format(gap=gap_words(gap.value, unit))
    return _("{gap} de moins").format(gap=gap_words(gap.value, unit))


def row_heading(row: Row, title: str) -> str:
    """Write the heading of a row: the indicator, its period, and that no error is published."""
    said = tag("p", tag("strong", words(title))) + line(row.period, css="px-small")
    if row.indicator.error_kind is ErrorKind.UNPUBLISHED:
        said += line(
            _("Incertitude non publiée : on ne peut pas dire si une différence dépasse l'erreur."),
            css="px-small",
        )
    return said


def figure_words(figure: Pooled, indicator: Indicator) -> str:
    """Print a figure and its margin on one line, in plain text."""
    if figure.value is None:
        return figure.why
    printed = fmt.with_unit(figure.value, indicator.unit)
    return f"{printed} ({fmt.margin(figure.moe_95, indicator.unit)})" if figure.moe_95 else printed
