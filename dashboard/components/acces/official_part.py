"""Official territories of CLSC beside lived access: whose nearest place is in another territory."""

from __future__ import annotations

from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard import reach
from dashboard.access import sentences
from dashboard.access.link import Asked
from dashboard.access.pictures import picture_of_values
from dashboard.access.sentences import about, out_of_hundred
from dashboard.access.whole import where_known
from dashboard.components.acces.look import heading
from dashboard.components.acces.maps import value_legend, value_map
from dashboard.components.acces.reach_part import how
from dashboard.components.acces.sheets import sheet_on_demand
from dashboard.components.acces.territory import choose_territory, take
from dashboard.components.downloads import downloads
from dashboard.components.html import line, show, table, tag, words
from dashboard.components.labels import level_name, territory_name
from dashboard.exports.sheet import Column, Sheet, rounded, sources_of
from dashboard.i18n import _, text
from dashboard.priorities.rows import names_of, parents_of
from geodata.access.official import Overlap
from geodata.model import UNITS, Level
from geodata.package import Package

MOST_FLOWS: Final = 12


def official_part(package: Package, asked: Asked) -> None:
    """Draw the part of the page."""
    if package.level(Level.CLSC).empty:
        show(line(_("Ces données n'ont pas de territoires de CLSC."), css="px-lead"))
        return
    with st.spinner(_("Calcul des temps de déplacement…"), show_time=True):
        found = reach.overlap(package, asked.question)
        measured = reach.measured(package, asked.question)
    service = text(measured.sites.title)
    _lead(found, service)
    partly = sentences.partly(float(where_known(package, measured)["coverage"]))
    show(*(line(said, css="px-lead") for said in (sentences.few_listed(measured.sites), partly) if said))
    title = _(
        "Personnes dont le lieu le plus proche est dans un autre territoire de CLSC : {service}"
    ).format(service=service)
    show(tag("h2", words(title), css="px-section"))
    shares = found.by_territory["share_pct"]
    left, right = st.columns([2, 1], gap="medium")
    with left:
        around = reach.bounds(asked.question)
        value_map(package, Level.CLSC, shares, UNITS["percent"], title, asked.territory, take, around)
    with right:
        choose_territory(package, Level.CLSC, shares.index, asked.territory)
        show(value_legend(shares, UNITS["percent"]))
    notes = (_about(), *how(measured))
    make = partial(_sheet, package, found, title, notes)
    picture = partial(picture_of_values, package, Level.CLSC, shares, UNITS["percent"], title)
    drawn = picture if package.geometry_file(Level.CLSC) else None
    downloads(make, title, "access-official", drawn, shapes=True)
    sheet_on_demand(make, "access-official-table")
    _flows(package, asked, found)
    show(tag("ul", *(tag("li", words(said)) for said in notes), css="px-examples px-how"))


def _lead(found: Overlap, service: str) -> None:
    if fmt.is_missing(found.share_pct):
        show(line(_("Pas de données : personne n'a de lieu à portée."), css="px-answer"))
        return
    said = _(
        "{service} : pour {n} personnes sur 100, le lieu le plus proche est dans un autre territoire de CLSC "
        "que le leur."
    ).format(service=service, n=out_of_hundred(found.share_pct / 100))
    more = _("Environ {n} personnes ; {beyond} autres sont hors de portée de tout lieu.").format(
        n=about(found.elsewhere), beyond=about(found.out_of_reach)
    )
    show(line(said, css="px-answer"), line(more, css="px-lead"))


def _about() -> str:
    return _(
        "Le plus proche en temps n'est pas forcément celui où les gens vont, ni celui dont ils relèvent : le "
        "territoire officiel dit qui répond d'eux."
    )


def _sheet(package: Package, found: Overlap, title: str, notes: tuple[str, ...]) -> Sheet:
    index = found.by_territory.index
    frame = pd.DataFrame(
        {
            "territory_id": index,
            "name": names_of(package, index),
            "where": parents_of(package, index),
            "share_pct": rounded(found.by_territory["share_pct"], 1),
            "elsewhere": rounded(found.by_territory["elsewhere"], 0),
            "people": rounded(found.by_territory["people"], 0),
            "out_of_reach": rounded(found.by_territory["out_of_reach"], 0),
            "places": found.by_territory["places"].astype(float),
        },
        index=index,
    ).sort_values("name", kind="stable")
    columns = (
        Column("territory_id", _("Identifiant")),
        Column("name", level_name(Level.CLSC)),
        Column("where", _("Où")),
        Column("share_pct", _("Plus proche ailleurs (%)"), "number", 1),
        Column("elsewhere", _("Personnes, plus proche ailleurs"), "number"),
        Column("people", _("Personnes"), "number"),
        Column("out_of_reach", _("Personnes hors de portée"), "number"),
        Column("places", _("Lieux dans le territoire"), "number"),
    )
    geometry = package.level(Level.CLSC).geometry.loc[frame.index]
    return Sheet(title, columns, frame, notes, sources_of(package), geometry)


def _flows(package: Package, asked: Asked, found: Overlap) -> None:
    """List the widest flows from a territory to another; those of the one touched on the map, if any."""
    flows = found.flows[found.flows["from_id"].ne(found.flows["to_id"])]
    own = asked.territory if asked.territory in found.by_territory.index else None
    if own:
        flows = flows[flows["from_id"].eq(own) | flows["to_id"].eq(own)]
        heading(_("D'un territoire à l'autre : {name}").format(name=territory_name(package, own)))
    else:
        heading(_("D'un territoire à l'autre"))
    if flows.empty:
        show(line(_("Le lieu le plus proche est toujours dans le même territoire.")))
        return
    cells = [
        (
            words(territory_name(package, start)),
            words(territory_name(package, end) if end else _("hors de tout territoire")),
            words(fmt.number(people)),
        )
        for start, end, people in flows.head(MOST_FLOWS).itertuples(index=False)
    ]
    headings = (_("De (où les gens vivent)"), _("Vers (où est leur lieu le plus proche)"), _("Personnes"))
    show(table(_("Passages d'un territoire à l'autre, les plus grands d'abord"), headings, cells))
