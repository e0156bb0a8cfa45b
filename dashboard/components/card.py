"""The card of a territory: its figure, what it is worth, its services, where to turn."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.certainty import (
    difference_brief,
    error_words,
    estimate_of,
    grade_badge,
    grade_shape,
    sentence,
    standing_words,
    verdict_words,
    why_grade,
)
from dashboard.components import help_lines
from dashboard.components.html import line, show, tag, words
from dashboard.components.labels import place_line, territory_name
from dashboard.components.nearby import services_block
from dashboard.components.provenance import source_line
from dashboard.components.strip import strip_image
from dashboard.figures import (
    RECALLED,
    Figures,
    figure_of,
    parents_of,
    province_of,
    row_of,
    status_in_words,
)
from dashboard.i18n import _, text
from dashboard.state import Selection
from geodata.differences import Verdict, difference
from geodata.model import ErrorKind, Grade, Indicator
from geodata.package import Package

MOST_COMPARED: Final = 3


def card(package: Package, selection: Selection) -> None:
    """Draw the card of the chosen territory, or how to choose one."""
    if selection.territory is None:
        _opening_card(package, selection)
        return
    head = [tag("h2", words(territory_name(package, selection.territory)))]
    head.append(line(place_line(package, selection.territory), css="px-sub"))
    head += _governance(package, selection.territory)
    with st.container(key="card"):
        show(tag("section", *head, *_figure(package, selection), css="px-card"))
        services_block(package, selection.territory)
        show(
            tag(
                "section",
                tag("h3", words(_("Ce que disent les gens"))),
                line(_("Personne n'a encore parlé ici.")),
                *help_lines.where_to_turn(package, selection.territory),
                css="px-card",
            )
        )


def _opening_card(package: Package, selection: Selection) -> None:
    pieces = [
        tag("h2", words(_("Choisissez un territoire"))),
        line(_("Touchez la carte, ou écrivez le nom d'un quartier, d'une municipalité ou d'une MRC.")),
    ]
    province = province_of(package)
    indicator = package.indicators.get(selection.indicator)
    if province and indicator:
        value = figure_of(package, province, indicator.id, selection.period)
        if value is not None:
            pieces.append(line(_("Pour tout le Québec :"), css="px-small"))
            pieces.append(line(fmt.with_unit(value, indicator.unit), css="px-value"))
            pieces.append(line(text(indicator.title)))
    pieces.append(tag("h3", words(_("Lire la carte"))))
    pieces.append(line(_("Plus la couleur est foncée, plus la valeur est élevée. Hachuré : pas de données.")))
    show(tag("section", *pieces, *help_lines.numbers_to_call(None), css="px-card"))


def _figure(package: Package, selection: Selection) -> list[str]:
    indicator = package.indicators.get(selection.indicator)
    if indicator is None or selection.territory is None:
        return [line(_("Aucun indicateur n'existe encore à ce niveau."))]
    figures = data.figures_of(package, selection.level, selection.indicator, selection.period)
    row = figures.row(selection.territory)
    pieces = [tag("h3", words(f"{text(indicator.title)}, {selection.period}")), *_value(row, indicator)]
    if figures.recalled is not None:
        pieces.append(line(_("Raison : {reason}").format(reason=text(figures.recalled))))
    if not row["hidden"]:
        # Beside a value that is kept back, those of its neighbours and parents would tell it.
        pieces += _comparisons(package, selection, indicator, row)
    if pd.notna(row["value"]):
        pieces += _place(package, selection, figures, indicator)
        pieces += _worth(row, indicator)
    source = package.sources.get(indicator.source_id)
    if source is not None:
        pieces.append(line(source_line(source, indicator), css="px-small"))
    return pieces


def _value(row: pd.Series, indicator: Indicator) -> list[str]:
    if row["status"] == RECALLED:
        return [line(_("Retiré"), css="px-value px-missing"), line(status_in_words(row))]
    if pd.isna(row["value"]):
        missing = _("Non montré") if row["hidden"] else _("Pas de données")
        badge = grade_badge(row["grade"])
        return [tag("p", words(missing), " ", badge, css="px-value px-missing"), line(status_in_words(row))]
    printed = tag("span", words(fmt.with_unit(row["value"], indicator.unit)))
    return [tag("p", printed, " ", grade_badge(row["grade"]), css="px-value")]


def _comparisons(package: Package, selection: Selection, indicator: Indicator, own: pd.Series) -> list[str]:
    """Give the values of Québec and of the nearest parents, each name once, then the known reference.

    Each comes with its grade and with what its difference from the territory is worth.
    """
    territory = selection.territory or ""
    items: dict[str, str] = {}
    unknown = False
    for other in (province_of(package), *parents_of(package, territory)):
        if other is None or other == territory or len(items) == MOST_COMPARED:
            continue
        name = territory_name(package, other)
        row = row_of(package, other, indicator.id, selection.period)
        if row is not None and name not in items:
            found = difference(estimate_of(own), estimate_of(row))
            unknown |= found.verdict is Verdict.UNKNOWN
            said = difference_brief(found)
            items[name] = tag(
                "li",
                words(f"{name} "),
                tag("strong", words(fmt.with_unit(row["value"], indicator.unit))),
                " ",
                grade_shape(row["grade"]),
                words(f" ({said})" if said else ""),
            )
    listed = tag("ul", *items.values(), css="px-compare") if items else ""
    said = sentence(verdict_words(Verdict.UNKNOWN)) if unknown else ""
    return [listed, line(said, css="px-small"), *_reference(indicator)]


def _reference(indicator: Indicator) -> list[str]:
    if indicator.expected_value is None:
        return []
    if indicator.reference is not None:
        return [line(text(indicator.reference), css="px-small")]
    value = fmt.with_unit(indicator.expected_value, indicator.unit)
    return [line(_("Valeur de référence : {value}").format(value=value), css="px-small")]


def _place(package: Package, selection: Selection, figures: Figures, indicator: Indicator) -> list[str]:
    """Say where the figure stands, under the strip of its level where it may be set among the others."""
    territory = selection.territory or ""
    row = figures.row(territory)
    standing = standing_words(package, selection.level, indicator.id, selection.period, territory)
    if not row["placed"] or not standing:
        return [line(sentence(standing), css="px-small")]
    province = province_of(package)
    reference = figure_of(package, province, indicator.id, selection.period) if province else None
    alt = _("{name} : {value}, {sentence}").format(
        name=territory_name(package, territory),
        value=fmt.with_unit(row["value"], indicator.unit),
        sentence=standing,
    )
    strip = strip_image(figures.placed, float(row["value"]), alt, reference)
    return [strip, line(sentence(standing))]


def _worth(row: pd.Series, indicator: Indicator) -> list[str]:
    """Say what weakens the figure, its margin and its coverage, each once."""
    why = why_grade(row, indicator) if row["grade"] != Grade.SOLID.value else ""
    error = error_words(row, indicator) if row["error_kind"] != ErrorKind.UNPUBLISHED.value else ""
    covered = ""
    if pd.notna(row["coverage"]):
        covered = _("couverture : {share} des personnes").format(share=fmt.share(row["coverage"]))
    return [line(sentence(why, error, covered))]


def _governance(package: Package, territory: str) -> list[str]:
    notice = help_lines.community_notice(package, territory)
    return [tag("div", line(notice), css="px-notice", role="note")] if notice else []
