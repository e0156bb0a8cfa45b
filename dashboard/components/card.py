"""The card of a territory: its figure, what it is worth, its services, where to turn."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.components import help_lines
from dashboard.components.html import line, show, tag, words
from dashboard.components.labels import level_in_sentence, place_line, territory_name
from dashboard.components.nearby import services_block
from dashboard.components.provenance import source_line
from dashboard.components.strip import strip_image
from dashboard.figures import (
    RECALLED,
    Fifth,
    Figures,
    fifth_in_words,
    fifth_of,
    figure_of,
    may_be_placed,
    parents_of,
    province_of,
    status_in_words,
)
from dashboard.i18n import _, text
from dashboard.state import Selection
from geodata.model import GRADE_NAMES, GRADE_SHAPES, ErrorKind, Governance, Grade, Indicator, Level
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
        pieces += _comparisons(package, selection, indicator)
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
        return [line(missing, css="px-value px-missing"), line(status_in_words(row))]
    printed = tag("span", words(fmt.with_unit(row["value"], indicator.unit)))
    return [tag("p", printed, " ", grade_badge(row["grade"]), css="px-value")]


def grade_badge(grade: object) -> str:
    """Give a grade as a shape and its word."""
    if grade not in {known.value for known in Grade}:
        return ""
    known = Grade(str(grade))
    shape = tag("span", GRADE_SHAPES[known], aria_hidden="true")
    return tag("span", shape, " ", words(text(GRADE_NAMES[known])), css="px-grade")


def _comparisons(package: Package, selection: Selection, indicator: Indicator) -> list[str]:
    """Give the values of Québec and of the nearest parents, each name once, then the known reference."""
    own = selection.territory or ""
    values: dict[str, str] = {}
    for other in (province_of(package), *parents_of(package, own)):
        if other is None or other == own or len(values) == MOST_COMPARED:
            continue
        name = territory_name(package, other)
        value = figure_of(package, other, indicator.id, selection.period)
        if value is not None and name not in values:
            values[name] = fmt.with_unit(value, indicator.unit)
    items = [tag("li", words(f"{name} "), tag("strong", words(value))) for name, value in values.items()]
    return [tag("ul", *items, css="px-compare") if items else "", *_reference(indicator)]


def _reference(indicator: Indicator) -> list[str]:
    if indicator.expected_value is None:
        return []
    if indicator.reference is not None:
        return [line(text(indicator.reference), css="px-small")]
    value = fmt.with_unit(indicator.expected_value, indicator.unit)
    return [line(_("Valeur de référence : {value}").format(value=value), css="px-small")]


def _place(package: Package, selection: Selection, figures: Figures, indicator: Indicator) -> list[str]:
    territory = selection.territory or ""
    row = figures.row(territory)
    if package.territories.at[territory, "governance"] != Governance.NONE.value:
        return [
            line(_("Les communautés qui se gouvernent ne sont pas rangées parmi les autres."), css="px-small")
        ]
    if not may_be_placed(row):
        return [line(_("Trop incertain pour être comparé aux autres territoires."), css="px-small")]
    fifth = fifth_of(figures.values, territory)
    if fifth is None:
        return []
    sentence = place_sentence(fifth, selection.level, int(figures.values.notna().sum()))
    province = province_of(package)
    reference = figure_of(package, province, indicator.id, selection.period) if province else None
    alt = _("{name} : {value}, {sentence}").format(
        name=territory_name(package, territory),
        value=fmt.with_unit(row["value"], indicator.unit),
        sentence=sentence,
    )
    return [strip_image(figures.values, float(row["value"]), alt, reference), line(_capital(sentence))]


def place_sentence(fifth: Fifth, level: Level, count: int) -> str:
    """Say where a value stands, and among how many territories that have one."""
    return _("{fifth} ({count} territoires avec un chiffre, niveau : {level})").format(
        fifth=fifth_in_words(fifth), count=fmt.number(count), level=level_in_sentence(level)
    )


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _worth(row: pd.Series, indicator: Indicator) -> list[str]:
    parts = []
    if pd.notna(row["coverage"]):
        parts.append(_("Couverture : {share} des personnes.").format(share=fmt.share(row["coverage"])))
    if row["error_kind"] == ErrorKind.UNPUBLISHED.value:
        parts.append(_("Incertitude non publiée."))
    elif pd.notna(row["moe_95"]) and row["moe_95"] > 0:
        printed = fmt.margin(row["moe_95"], indicator.unit)
        parts.append(_("Marge d'erreur : {margin}, 19 fois sur 20.").format(margin=printed))
    return [line(" ".join(parts))] if parts else []


def _governance(package: Package, territory: str) -> list[str]:
    kind = Governance(package.territories.at[territory, "governance"])
    if kind is Governance.NONE:
        return []
    notice = _(
        "Cette communauté se gouverne elle-même : ces données lui appartiennent "
        "(propriété, contrôle, accès, possession). Avant de s'en servir, parlez à {steward}."
    ).format(steward=help_lines.steward(kind))
    return [tag("div", line(notice), css="px-notice", role="note")]
