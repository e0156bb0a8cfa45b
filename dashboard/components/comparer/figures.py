"""The figures of the territories, side by side: text, table, dot plots and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Final

import streamlit as st

from dashboard.charts.dotplot import Dot, dotplot
from dashboard.charts.theme import themed, together
from dashboard.comparing.cells import COUNT_UNITS, Row, compared
from dashboard.comparing.pooling import Pooled
from dashboard.comparing.sheets import figures_sheet
from dashboard.comparing.words import named, names_of, one_after_the_other
from dashboard.comparison import Reference, called, value_of
from dashboard.components import html
from dashboard.components.against import reference_line
from dashboard.components.comparer.look import heading, pictures, side_by_side
from dashboard.components.comparer.maps import maps
from dashboard.components.comparer.printed import cell_html, figure_html, figure_words, row_heading
from dashboard.components.comparer.story import story
from dashboard.components.downloads import downloads
from dashboard.components.html import line, show, words
from dashboard.components.picture import picture
from dashboard.exports.pictures import svg_of_chart
from dashboard.i18n import _, current_language, text
from geodata.model import Indicator
from geodata.package import Package

_KEPT: Final = 256

Names = Mapping[str, str]
"""What each territory is called here, none like another."""


def figures(
    package: Package, territories: Sequence[str], indicators: Sequence[str], reference: Reference
) -> None:
    """Draw the part « Chiffres »."""
    rows = compared(package, territories, indicators, reference)
    if not rows:
        show(line(_("Aucun indicateur n'existe pour ces territoires.")))
        return
    names = names_of(package, [*territories, *reference.territories])
    reference = called(reference, names)
    said = story(package, territories, indicators)
    heading(_("Le tableau"))
    show(_table(territories, rows, reference, names))
    show(line(_how_to_read(package, reference), css="px-small"))
    if len(reference.territories) > 1:
        with st.expander(_("Les chiffres de chacun des territoires semblables")):
            show(_members(package, rows, reference, names))
    downloads(
        partial(figures_sheet, package, territories, indicators, reference, said),
        _("comparaison"),
        "comparison",
        picture=partial(_one_picture, tuple(rows), reference, names),
        shapes=True,
    )
    heading(_("Les points et leurs intervalles"))
    show(line(_legend(reference), css="px-small"))
    pictures((_dots(row, reference, names), "") for row in rows)
    maps(package, territories, [row.indicator for row in rows])


def _table(territories: Sequence[str], rows: Sequence[Row], reference: Reference, names: Names) -> str:
    apart = reference.territories[0] not in territories or len(reference.territories) > 1
    headings = [
        _("Indicateur"),
        *(names[one] for one in territories),
        *([reference.name] if apart else []),
    ]
    cells = [
        [
            row_heading(row, text(row.indicator.title)),
            *(cell_html(cell, row.indicator) for cell in row.cells),
            *([figure_html(row.reference, row.indicator)] if apart else []),
        ]
        for row in rows
    ]
    caption = _("Chaque chiffre, sa marge d'erreur, sa fiabilité, et sa différence avec : {name}").format(
        name=reference.name
    )
    return side_by_side(html.table(caption, headings, cells), len(headings) - 1)


def _members(package: Package, rows: Sequence[Row], reference: Reference, names: Names) -> str:
    """Write the figures of each member of a group: what the group's own figure sums up."""
    printed = [
        [
            words(names[member]),
            *(
                words(figure_words(value_of(package, member, row.indicator.id, row.period), row.indicator))
                for row in rows
            ),
        ]
        for member in reference.territories
    ]
    headings = [_("Territoire"), *(text(row.indicator.title) for row in rows)]
    return html.table(reference.name, headings, printed)


def _how_to_read(package: Package, reference: Reference) -> str:
    return _(
        "Comparé à {reference}. « Plus élevé » ou « moins élevé » : la différence dépasse l'erreur, elle a "
        "moins d'une chance sur vingt de venir du hasard de l'arrondi ou de l'échantillon. « Se compare » : "
        "elle ne la dépasse pas. Les différences sont calculées avant d'arrondir : elles peuvent s'éloigner "
        "un peu de celles des chiffres affichés. « n. d. » : le chiffre d'un groupe se calcule là où ses "
        "parties sont publiées, jamais comme une moyenne de taux."
    ).format(reference=reference_line(package, reference))


def _legend(reference: Reference) -> str:
    return _(
        "Point plein : erreur publiée, la barre est l'intervalle à 95 %. Point creux : incertitude non "
        "publiée. Ligne pointillée : {name}."
    ).format(name=reference.name)


def _dots(row: Row, reference: Reference, names: Names) -> str:
    """Draw one indicator; the alternative text gives every figure that the drawing shows."""
    shown = [(names[cell.territory], cell.figure) for cell in row.cells]
    said = [named(name, figure_words(figure, row.indicator)) for name, figure in shown]
    alt = f"{text(row.indicator.title)}, {row.period}. {one_after_the_other(said)}"
    return picture(_drawn(*_chart_facts(row, reference, names), current_language()), alt)


ChartFacts = tuple[tuple[Dot, ...], str, tuple[str, float] | None]


def _chart_facts(row: Row, reference: Reference, names: Names) -> ChartFacts:
    dots = tuple(
        Dot(
            names[cell.territory],
            cell.figure.value,
            cell.figure.moe_95,
            _beside_name(cell.figure, row.indicator),
        )
        for cell in row.cells
    )
    counted = row.indicator.unit.id in COUNT_UNITS or row.reference.value is None
    beside = None if counted else (reference.name, float(row.reference.value or 0.0))
    return dots, f"{text(row.indicator.title)}, {row.period}", beside


def _beside_name(figure: Pooled, indicator: Indicator) -> str:
    """Print a figure in the room that a chart has: of why there is none, the first words."""
    return figure.why.partition(", ")[0] if figure.value is None else figure_words(figure, indicator)


@lru_cache(maxsize=_KEPT)
def _drawn(dots: tuple[Dot, ...], title: str, reference: tuple[str, float] | None, language: str) -> str:
    """Draw a chart once; ``language`` tells apart the numbers of its scale."""
    return svg_of_chart(themed(dotplot(dots, title=title, reference=reference)))


def _one_picture(rows: tuple[Row, ...], reference: Reference, names: Names) -> str:
    """Draw every indicator in one picture, to be taken away."""
    charts = []
    for row in rows:
        dots, title, beside = _chart_facts(row, reference, names)
        charts.append(dotplot(dots, title=title, reference=beside))
    return svg_of_chart(themed(together(charts)))
