"""Figures over time: what changed, and what may be said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Final

from dashboard import format as fmt
from dashboard.certainty import difference_words
from dashboard.charts.theme import themed, together
from dashboard.charts.trend import Line, trend
from dashboard.comparing.change import Change, changes, in_time, projected, timed
from dashboard.comparing.change_sheet import change_sheet
from dashboard.comparing.words import names_of
from dashboard.components import html
from dashboard.components.comparer.look import heading, pictures
from dashboard.components.comparer.printed import figure_html
from dashboard.components.downloads import downloads
from dashboard.components.html import line, show, words
from dashboard.components.picture import picture
from dashboard.exports.pictures import svg_of_chart
from dashboard.i18n import _, current_language, text
from geodata.model import Indicator
from geodata.package import Package

_KEPT: Final = 128


def change_part(package: Package, territories: Sequence[str]) -> None:
    """Draw the part « Évolution »."""
    heading(_("D'une période à l'autre"))
    offered = timed(package, territories)
    if not offered:
        show(
            line(
                _(
                    "Aucun indicateur n'a plusieurs périodes à ces niveaux. Les âges en ont aux niveaux de "
                    "santé, l'indice de défavorisation de l'INSPQ dans les tables de quartier et les "
                    "arrondissements de Montréal, le bien-être des communautés dans les municipalités."
                )
            )
        )
        return
    show(line(_caution()))
    found = {indicator.id: changes(package, territories, indicator) for indicator in offered}
    pictures((_chart(package, found[one.id], one), "") for one in offered)
    show(line(_legend(), css="px-small"))
    for at, indicator in enumerate(offered):
        show(_table(package, found[indicator.id], indicator), line(_silent(package, found[indicator.id])))
        # Indicators of one source follow one another and share their caveat: it is said once, after them.
        if at + 1 == len(offered) or offered[at + 1].caveat != indicator.caveat:
            show(line(text(indicator.caveat), css="px-small"))
    downloads(
        partial(change_sheet, package, tuple(territories)),
        _("évolution"),
        "change",
        picture=partial(_one_picture, package, offered, found),
    )


def _caution() -> str:
    return _(
        "Un écart entre deux périodes mêle le changement réel, l'erreur des deux chiffres et le redécoupage "
        "des limites d'un recensement à l'autre. Une part calculée par cinquièmes ou un score relatif dit "
        "une place parmi les autres : qu'il monte ou descende ne dit ni progrès ni recul."
    )


def _legend() -> str:
    return _("Une case par territoire, les autres en gris derrière. Point creux : projection.")


def _one_picture(
    package: Package, offered: Sequence[Indicator], found: Mapping[str, Sequence[Change]]
) -> str:
    charts = [
        trend(
            _lines(package, found[one.id], one),
            in_time(one),
            title=text(one.title),
            projected=projected(package, one),
        )
        for one in offered
    ]
    return svg_of_chart(themed(together(charts)))


def _chart(package: Package, found: Sequence[Change], indicator: Indicator) -> str:
    lines = _lines(package, found, indicator)
    title = text(indicator.title)
    alt = _("{title} par territoire et période. Les chiffres sont dans le tableau.").format(title=title)
    periods, ahead = in_time(indicator), projected(package, indicator)
    return picture(_drawn(lines, periods, ahead, title, current_language()), alt)


def _lines(package: Package, found: Sequence[Change], indicator: Indicator) -> tuple[Line, ...]:
    names = names_of(package, (one.territory for one in found))
    return tuple(
        Line(
            names[one.territory],
            tuple(figure.value for figure in one.figures),
            tuple(_printed(figure.value, indicator) for figure in one.figures),
        )
        for one in found
        if _says(one)
    )


def _says(change: Change) -> bool:
    """Whether there is a figure to show, or one that is kept back and must be said so."""
    missing = _("Pas de données")
    return any(figure.value is not None or figure.why != missing for figure in change.figures)


def _silent(package: Package, found: Sequence[Change]) -> str:
    names = names_of(package, (one.territory for one in found))
    silent = [names[one.territory] for one in found if not _says(one)]
    return _("Pas de données pour : {names}.").format(names=", ".join(silent)) if silent else ""


def _printed(value: float | None, indicator: Indicator) -> str:
    return "" if value is None else fmt.bare(value, indicator.unit)


@lru_cache(maxsize=_KEPT)
def _drawn(
    lines: tuple[Line, ...], periods: tuple[str, ...], ahead: tuple[str, ...], title: str, language: str
) -> str:
    """Draw a chart once; ``language`` tells apart the numbers that it prints."""
    return svg_of_chart(themed(trend(lines, periods, title=title, projected=ahead)))


def _table(package: Package, found: Sequence[Change], indicator: Indicator) -> str:
    periods, ahead = in_time(indicator), projected(package, indicator)
    headings = [
        _("Territoire"),
        *(_("{period} (projection)").format(period=one) if one in ahead else one for one in periods),
        _("De {first} à {last}").format(first=periods[0], last=periods[-1]),
    ]
    names = names_of(package, (one.territory for one in found))
    rows = [
        [
            words(names[one.territory]),
            *(figure_html(figure, indicator) for figure in one.figures),
            line(difference_words(one.difference, indicator.unit), css="px-gap"),
        ]
        for one in found
        if _says(one)
    ]
    return html.table(text(indicator.title), headings, rows)
