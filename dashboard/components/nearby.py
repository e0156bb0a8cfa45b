"""The services of a territory: how many, which are near, and when the list was checked."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.components.html import line, show, tag, words
from dashboard.i18n import _, ngettext, text
from dashboard.neighbourhood import Nearby
from geodata.model import SERVICE_NAMES, ServiceCategory
from geodata.package import Package
from geodata.staleness import AGE_SHAPES, Age


def services_block(package: Package, territory: str) -> None:
    """Draw the counts by category, and the nearest places on demand."""
    found = data.nearby_services(package, territory)
    if not found:
        return
    items = [tag("li", *category_line(category)) for category in found]
    show(tag("section", tag("h3", words(_("Services de proximité"))), tag("ul", *items), css="px-card"))
    listed = [category for category in found if len(category.nearest)]
    if listed:
        with st.expander(_("Les plus proches du centre du territoire")):
            show(
                tag("section", *(_nearest(category) for category in listed), _straight_line(), css="px-card")
            )


def category_line(found: Nearby) -> list[str]:
    """Give a category with its count, its rate and the date of its list."""
    name = words(text(SERVICE_NAMES[found.category]))
    if found.count is None:
        return [name, words(_(" : aucune donnée sur ces lieux ici"))]
    pieces = [name, words(_(" : ")), tag("strong", words(fmt.number(found.count)))]
    if found.only and found.category is ServiceCategory.CLSC:
        only = ngettext(
            ", dont {n} qui n'est que CLSC", ", dont {n} qui ne sont que CLSC", found.only
        ).format(n=fmt.number(found.only))
        pieces.append(words(only))
    if found.count and found.per_10000 is not None:
        rate = _(", soit {rate} pour 10 000 personnes").format(rate=fmt.number(found.per_10000, 1))
        pieces.append(words(rate))
    if found.dates:
        listed = _(" (liste : {date})").format(date=fmt.date(found.dates[-1]))
        pieces.append(tag("span", words(listed), css="px-small"))
    stale = found.ages[Age.STALE]
    if found.count and stale:
        said = ngettext(", dont {n} fiche périmée", ", dont {n} fiches périmées", stale)
        shape = tag("span", AGE_SHAPES[Age.STALE], aria_hidden="true")
        pieces += [" ", shape, tag("span", words(said.format(n=fmt.number(stale))), css="px-small")]
    return pieces


def _nearest(found: Nearby) -> str:
    items = "".join(_place(row) for _index, row in found.nearest.iterrows())
    return tag("div", tag("h3", words(text(SERVICE_NAMES[found.category]))), tag("ul", items))


def _place(row: pd.Series) -> str:
    return tag("li", words(place_words(row)))


def place_words(row: pd.Series) -> str:
    """Name a place of ``Nearby.nearest``, with its town and its distance."""
    where = [str(row["city"])] if row["city"] else []
    where.append(fmt.kilometres(float(row["km"])))
    if not row["inside"]:
        where.append(_("hors du territoire"))
    return f"{row['name']} ({', '.join(where)})"


def _straight_line() -> str:
    return line(
        _("Distances en ligne droite depuis le centre du territoire, non par la route."), css="px-small"
    )
