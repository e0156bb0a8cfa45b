"""Who can reach the service: the sentence, the map, the table, and how the picture moves with the minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard import reach
from dashboard.access import rows, sentences
from dashboard.access.link import Asked
from dashboard.access.pictures import picture_of_values
from dashboard.access.whole import where_known
from dashboard.access.words import as_printed, ranged, title_with_scale, unit_of
from dashboard.certainty import grade_badge
from dashboard.components.acces.maps import value_legend, value_map
from dashboard.components.acces.moves import moves
from dashboard.components.acces.sheets import sheet_on_demand
from dashboard.components.acces.territory import choose_territory, take
from dashboard.components.downloads import downloads
from dashboard.components.html import line, show, tag, words
from dashboard.components.labels import level_in_sentence, territory_name
from dashboard.figures import province_of
from dashboard.i18n import _, ngettext, text
from geodata.access.reach import Measure, Measured, Question
from geodata.access.territories import OUT_OF_REACH
from geodata.aggregate import FEWEST_COVERED
from geodata.model import Level, Unit
from geodata.package import Package


def reach_part(package: Package, asked: Asked) -> None:
    """Draw the part of the page."""
    question = asked.question
    level = Level.DA if question.measure is Measure.BALANCED else asked.level
    with st.spinner(_("Calcul des temps de déplacement…"), show_time=True):
        found = reach.measured(package, question)
        table = as_printed(reach.at_level(package, question, level), question.measure)
        opening(package, question)
    title = title_of(found, level)
    if question.measure is Measure.BALANCED:
        show(line(_("Cette mesure n'existe que par aire de diffusion ; la carte les montre.")))
    _map_and_card(package, asked, level, found, table, title)
    make = partial(rows.sheet, package, level, found, table, title, notes_of(found))
    with st.container(key="access-foot", horizontal=True, vertical_alignment="center", gap="medium"):
        unit = unit_of(question.measure)
        picture = partial(picture_of_values, package, level, table["value"], unit, title)
        drawn = picture if package.geometry_file(level) and level is not Level.DA else None
        downloads(make, title, "access", drawn, shapes=True)
    sheet_on_demand(make, "access-table")
    moves(package, asked, level)


def opening(package: Package, question: Question) -> None:
    """Say first, in big type, who has a place near enough in all of Québec, and how it was counted."""
    share = replace(question, measure=Measure.SHARE_WITHIN)
    found = reach.measured(package, share)
    row = where_known(package, found)
    where = _where(package, float(row["coverage"]))
    first, *more = sentences.answer(text(found.sites.title), share, row, where)
    about = [sentences.model_range(row), sentences.partly(float(row["coverage"]))]
    said = [*more, " ".join(one for one in about if one), sentences.near_enough(question)]
    few = sentences.few_listed(found.sites)
    show(
        line(first, css="px-answer"),
        line(few, css="px-lead") if few else "",
        *(line(one, css="px-lead" if at == 0 else "px-how") for at, one in enumerate(said)),
        tag("ul", *(tag("li", words(one)) for one in how(found)), css="px-examples px-how"),
    )


def _where(package: Package, coverage: float) -> str:
    """Name Québec where the figure holds for nearly all of it; else say that it holds for a part."""
    province = province_of(package)
    if province is None or coverage < FEWEST_COVERED:
        return _("là où ces lieux sont connus")
    return territory_name(package, province)


def how(found: Measured) -> list[str]:
    """Say how the minutes were counted, what that leaves out, who was counted, and what the listing is."""
    said = [
        text(found.facts.said),
        *(text(approximation) for approximation in found.facts.approximations),
        sentences.group_words(found.question.group),
        " ".join(sentences.about_listing(found.sites, date.today())),
    ]
    return [sentence for sentence in said if sentence]


def notes_of(found: Measured) -> tuple[str, ...]:
    """Give what must not be parted from the figures."""
    return (rows.how_measured(found), sentences.near_enough(found.question), *how(found))


def title_of(found: Measured, level: Level) -> str:
    """Say what the map shows."""
    return _("{measure} : {service}, par {level}").format(
        measure=title_with_scale(found.question.measure),
        service=text(found.sites.title),
        level=level_in_sentence(level),
    )


def _map_and_card(
    package: Package, asked: Asked, level: Level, found: Measured, table: pd.DataFrame, title: str
) -> None:
    show(tag("h2", words(title), css="px-section"), line(rows.how_measured(found), css="px-small"))
    unit = unit_of(found.question.measure)
    left, right = st.columns([2, 1], gap="medium")
    with left:
        around = reach.bounds(asked.question)
        value_map(package, level, table["value"], unit, title, asked.territory, take, around)
    with right:
        _card(package, asked, level, table, unit)
        show(value_legend(table["value"], unit), _beyond(table["status"]))


def _beyond(status: pd.Series) -> str:
    """Tell territories where places are known and out of reach from those of which nothing is known."""
    count = int(status.eq(OUT_OF_REACH).sum())
    if not count:
        return ""
    said = ngettext(
        "Hors de portée, compté avec « Pas de données » : {n} territoire.",
        "Hors de portée, comptés avec « Pas de données » : {n} territoires.",
        count,
    )
    return line(said.format(n=fmt.number(count)), css="px-small")


def _card(package: Package, asked: Asked, level: Level, table: pd.DataFrame, unit: Unit) -> None:
    """Say the figures of the territory that is looked at."""
    choose_territory(package, level, table.index, asked.territory)
    if asked.territory not in table.index:
        return
    row = table.loc[[asked.territory]].iloc[0]
    name = tag("h3", words(territory_name(package, str(asked.territory))))
    if fmt.is_missing(row["value"]):
        why = line(rows.status_words(row["status"]), css="px-value px-missing")
        show(tag("section", name, why, css="px-card"))
        return
    spread = ranged(row["low"], row["high"], unit)
    pieces = [
        name,
        tag("p", words(fmt.with_unit(row["value"], unit)), css="px-value"),
        grade_badge(row["grade"]),
        line(_("De {range} selon le modèle de déplacement.").format(range=spread)) if spread else "",
        line(_people_line(row)),
        line(_("Couverture : {share}.").format(share=fmt.share(row["coverage"])), css="px-small"),
    ]
    show(tag("section", *pieces, css="px-card"))


def _people_line(row: pd.Series) -> str:
    return _("{people} personnes, dont {beyond} sans lieu assez près et {out} hors de portée.").format(
        people=sentences.about(row["people"]),
        beyond=sentences.about(row["people"] - row["people_within"]),
        out=sentences.about(row["out_of_reach_people"]),
    )
