"""What a custom territory holds: its map, its people, its first figures, and what cannot be given."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import streamlit as st

from dashboard import format as fmt
from dashboard.certainty import grade_badge
from dashboard.components.html import line, show, table, tag, words
from dashboard.components.territoires.wording import absent, method_words, remark_words
from dashboard.i18n import _, current_language, ngettext, text
from dashboard.maps import MapView, draw, drawing_order, drawn
from geodata.custom import Part, Remark
from geodata.model import Indicator, Level, Status
from geodata.package import Package

HEIGHT: Final = 420
_WHOLE: Final = 0.999
_COLOURS: Final = ("#bcd7e8", "#5d9bc2")
_MOST_FIGURES: Final = 40
_RATE: Final = "per_10000"


def preview(package: Package, part: Part, remarks: tuple[Remark, ...] = ()) -> None:
    """Draw everything that is known of a territory.

    Parameters
    ----------
    package
        Of its areas.
    part
        The territory, computed.
    remarks
        What was done to its outline before.
    """
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _map(package, part)
    with right:
        _facts(part, remarks)
    _figures(package, part)
    _absent(package, part)


def _map(package: Package, part: Part) -> None:
    """Draw its areas, the whole ones and those that are partly inside, and its outline."""
    rows = part.membership.rows.set_index("da_id")["fraction"]
    areas = package.level(Level.DA).loc[rows.index, ["territory_id", "name_fr", "name_en", "geometry"]]
    path = drawn.publish(areas.reset_index(drop=True))
    outline = drawn.publish(_outline(part))
    order = drawing_order(path)
    whole = rows.reindex(list(order)).ge(_WHOLE).to_numpy()
    west, south, east, north = (float(edge) for edge in part.row.total_bounds)
    labels = (_("en partie dans le territoire"), _("entière dans le territoire"))
    draw(
        MapView(
            level=Level.DA,
            title=_("Aires de diffusion du territoire"),
            geometry_name=path.name,
            outline_name=outline.name,
            classes=np.where(whole, 1, 0).astype(np.uint8).tobytes(),
            palette=_COLOURS,
            labels=labels,
            bounds=(west, south, east, north),
            language=current_language(),
            height=HEIGHT,
            key="territory_preview",
        )
    )
    swatches = [
        tag("span", tag("span", "■", style=f"color:{colour}", aria_hidden="true"), f" {words(label)} ")
        for colour, label in zip(reversed(_COLOURS), reversed(labels), strict=True)
    ]
    show(tag("p", *swatches, css="px-small"))


def _outline(part: Part) -> gpd.GeoDataFrame:
    return part.row[["territory_id", "name_fr", "name_en", "geometry"]].reset_index(drop=True)


def _facts(part: Part, remarks: tuple[Remark, ...]) -> None:
    membership = part.membership
    count = len(membership.rows)
    people = ngettext(
        "{n} personne recensée en 2021", "{n} personnes recensées en 2021", round(membership.people)
    )
    areas = ngettext("{n} aire de diffusion", "{n} aires de diffusion", count)
    pieces = [
        line(people.format(n=fmt.number(membership.people)), css="px-value"),
        line(areas.format(n=fmt.number(count))),
        line(_("Méthode : {method}.").format(method=method_words(part))),
        line(
            _("Couverture : {share} des aires ont été recensées.").format(
                share=fmt.share(membership.coverage)
            )
        ),
    ]
    said = [remark_words(remark) for remark in (*remarks, *membership.remarks)]
    if said:
        pieces.append(tag("h3", words(_("À savoir avant de lire les chiffres"))))
        pieces.append(tag("ul", *(tag("li", words(sentence)) for sentence in said)))
    show(tag("section", *pieces, css="px-card"))


def _figures(package: Package, part: Part) -> None:
    known = part.observations[part.observations["status"].eq(Status.OK.value)]
    rows_of = {
        (str(i), str(p)): row
        for i, p, row in zip(known["indicator_id"], known["period"], known.to_dict("records"), strict=True)
    }
    by_name = {
        i: rows_of[i, facts.periods[0]]
        for i, facts in package.indicators.items()
        if (i, facts.periods[0]) in rows_of
    }
    hidden = str(part.row["governance"].iloc[0])
    shown = [
        package.indicators[name]
        for name in package.indicators
        if name in by_name and hidden not in package.indicators[name].hidden_governance
    ][:_MOST_FIGURES]
    rows = [_row(indicator, by_name[indicator.id]) for indicator in shown]
    headings = (_("Indicateur"), _("Valeur"), _("Marge d'erreur"), _("Certitude"))
    show(tag("h2", words(_("Premiers chiffres")), css="px-section"))
    show(table(_("Chiffres de ce territoire"), headings, rows))
    if any(indicator.unit.id == _RATE for indicator in shown):
        show(
            line(
                _(
                    "Les taux pour 10 000 personnes divisent par le recensement de 2021. Ceux des "
                    "territoires de santé publiés divisent par la population du ministère : ils peuvent "
                    "différer un peu."
                ),
                css="px-small",
            )
        )


def _row(indicator: Indicator, row: Mapping[Hashable, Any]) -> tuple[str, ...]:
    moe = float(row["moe_95"])
    margin = (
        _("non publiée") if fmt.is_missing(moe) else fmt.margin(moe, indicator.unit) if moe else _("exact")
    )
    return (
        words(f"{text(indicator.title)}, {indicator.periods[0]}"),
        words(fmt.with_unit(float(row["value"]), indicator.unit)),
        words(margin),
        grade_badge(row["grade"]),
    )


def _absent(package: Package, part: Part) -> None:
    reasons = [
        tag("div", tag("dt", words(reason)), tag("dd", words(", ".join(titles))))
        for reason, titles in absent(package, part.why)
    ]
    if reasons:
        summary = tag("summary", words(_("Ce qui ne peut pas être donné ici, et pourquoi")))
        show(tag("details", summary, tag("dl", *reasons, css="px-facts")))
