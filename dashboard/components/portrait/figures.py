"""The key figures of a portrait, its maps and what is inside the territory."""

from __future__ import annotations

import base64
from functools import partial
from html import escape

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components import html
from dashboard.components.downloads import downloads
from dashboard.components.html import line, show, tag, words
from dashboard.exports.map_sheet import sheet_of_map, stem_of_map
from dashboard.exports.portrait_content import Content
from dashboard.exports.portrait_html import figure_cells, figure_headings, inside_cells, inside_words, reading
from dashboard.exports.portrait_maps import PortraitMap, picture_of
from dashboard.exports.sheet import Column, Sheet
from dashboard.i18n import _
from geodata.package import Package


def key_figures(content: Content) -> None:
    """Draw the key figures by theme, and the button that gives them away."""
    headings = figure_headings(content)
    for section in content.sections:
        show(html.table(section.title, headings, [figure_cells(row, content) for row in section.rows]))
    if not content.sections:
        show(line(_("Aucun indicateur n'existe encore à ce niveau.")))
        return
    show(line(reading(content), css="px-small"))
    downloads(partial(sheet_of, content), f"portrait {content.territory}", "portrait")


def maps(package: Package, territory: str, drawn: list[PortraitMap]) -> None:
    """Draw the maps side by side, one below the other on a phone, and the buttons that give them away."""
    figures = [tag("figure", tag("figcaption", words(each.title)), _image(each)) for each in drawn]
    if figures:
        show(tag("div", *figures, css="px-maps"))
    labels = (_("Télécharger la première carte"), _("Télécharger la seconde carte"))
    with st.container(horizontal=True, key="portrait-maps"):
        for number, (each, label) in enumerate(zip(drawn, labels, strict=False)):
            downloads(
                partial(_sheet_of_map, package, each),
                stem_of_map(each.selection),
                f"portrait-map-{number}",
                picture=partial(picture_of, package, territory, each),
                shapes=True,
                label=label,
            )


def _sheet_of_map(package: Package, each: PortraitMap) -> Sheet:
    chosen = each.selection
    shown = data.figures_of(package, chosen.level, chosen.indicator, chosen.period)
    return sheet_of_map(package, chosen, shown)


def _image(each: PortraitMap) -> str:
    drawn = base64.b64encode(each.svg.encode()).decode()
    return f'<img alt="{escape(each.said)}" src="data:image/svg+xml;base64,{drawn}">'


def inside(content: Content) -> None:
    """Draw how people are spread over Québec's fifths, score by score."""
    if not content.inside:
        return
    caption, headings = inside_words()
    show(
        tag("h2", words(_("Écarts à l'intérieur du territoire")), css="px-section"),
        html.table(caption, headings, inside_cells(content.inside)),
    )


def sheet_of(content: Content) -> Sheet:
    """Give the key figures as a table for a spreadsheet: the same numbers, rounded as printed."""
    columns = (
        Column("theme", _("Thème")),
        Column("indicator", _("Indicateur")),
        Column("period", _("Période")),
        Column("printed", _("Valeur affichée")),
        Column("value", _("Valeur"), "number", 2),
        Column("moe_95", _("Marge d'erreur (±)"), "number", 2),
        Column("unit", _("Unité")),
        Column("grade", _("Fiabilité")),
        Column("reference", content.reference_name or _("Comparaison")),
        Column("gap", _("Écart")),
        Column("standing", _("Place parmi son niveau")),
        Column("note", _("Note")),
    )
    rows = [
        {
            "theme": section.title,
            "indicator": row.title,
            "period": row.period,
            "printed": row.value,
            "value": row.number,
            "moe_95": row.moe_95,
            "unit": row.unit,
            "grade": f"{row.shape} {row.why}".strip(),
            "reference": row.reference,
            "gap": row.gap,
            "standing": row.standing,
            "note": row.error,
        }
        for section in content.sections
        for row in section.rows
    ]
    frame = pd.DataFrame(rows, columns=[column.key for column in columns])
    frame = frame.astype({"value": float, "moe_95": float})
    title = _("Portrait : {name}").format(name=content.name)
    notes = (*(each for each in (content.notice,) if each), reading(content), content.version)
    return Sheet(title, columns, frame, notes, content.sources)
