"""Around one service: from where it is reached, who has it for nearest, and who has no other."""

from __future__ import annotations

from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard import reach
from dashboard.access import around as found_around
from dashboard.access.around import COLOURS, RING_COLOURS, Around, kinds_in_words, painted
from dashboard.access.link import Asked, Name
from dashboard.access.sentences import about, near_enough
from dashboard.components.acces.maps import HEIGHT
from dashboard.components.acces.reach_part import how
from dashboard.components.acces.sheets import sheet_on_demand
from dashboard.components.downloads import downloads
from dashboard.components.html import line, show, table, tag, words
from dashboard.exports.sheet import Column, Sheet, rounded, sources_of
from dashboard.i18n import _, current_language, ngettext, text
from dashboard.links import write
from dashboard.maps import MapView, draw, drawing_order, drawn, legend_html
from dashboard.maps.view import Pin, PinKind
from dashboard.settings import settings
from geodata.access.groups import GROUPS
from geodata.model import Level
from geodata.package import Package

_KEY: Final = "access_site"
_NONE: Final = ""


def around_part(package: Package, asked: Asked) -> None:
    """Draw the part of the page."""
    places = found_around.places(package, asked.question.kind)
    chosen = asked.site if asked.site in places.index else None
    if asked.site and chosen is None:
        show(line(_("Le lieu du lien n'offre pas ce service ; choisissez-en un autre."), css="px-lead"))
    if places.empty:
        show(line(_("Pas de données : aucun lieu de ce service n'est situé."), css="px-answer"))
        return
    _choose(places, chosen)
    with st.spinner(_("Calcul des temps de déplacement…"), show_time=True):
        measured = reach.measured(package, asked.question)
        found = found_around.around(package, asked.question, chosen) if chosen else None
    if found is not None:
        _draw(package, asked, found)
        downloads(partial(_areas_sheet, package, found), found.name, "access-around", shapes=True)
    else:
        show(
            line(
                _("Choisissez un lieu pour voir qui le rejoint, et qui n'en a pas d'autre."), css="px-answer"
            )
        )
    _every_place(package, asked)
    said = (near_enough(asked.question), *how(measured))
    show(tag("ul", *(tag("li", words(one)) for one in said), css="px-examples px-how"))


def _choose(places: pd.DataFrame, chosen: str | None) -> None:
    names = dict(
        zip(places.index, places["name"] + places["city"].map(lambda c: f" · {c}" if c else ""), strict=True)
    )
    st.session_state[_KEY] = chosen or _NONE
    st.selectbox(
        _("Lieu"),
        [_NONE, *places.index],
        format_func=lambda site: str(names.get(site, _("Chercher un lieu…"))),
        key=_KEY,
        on_change=lambda: write(Name.SITE, str(st.session_state[_KEY])),
    )


def _draw(package: Package, asked: Asked, found: Around) -> None:
    served = found.served
    nearest = float(served.areas.loc[served.areas["nearest"], "people"].sum())
    show(line(_lead(found), css="px-answer"), line(_more(nearest, served.alone_for), css="px-lead"))
    title = _("Autour de {name}").format(name=found.name)
    show(tag("h2", words(title), css="px-section"))
    if found.kind.empty:
        show(line(_("Personne ne vit assez près, ni n'a ce lieu pour plus proche : il n'y a pas de carte.")))
        return
    left, right = st.columns([2, 1], gap="medium")
    with left:
        _map(package, found, title)
    with right:
        show(legend_html(painted(found), [_capital(said) for said in kinds_in_words()], COLOURS))
        show(_rings_legend(found))
        show(_groups(found))


def _lead(found: Around) -> str:
    people = found.served.shared_by
    return ngettext(
        "{name} : environ {n} personne a ce lieu assez près.",
        "{name} : environ {n} personnes ont ce lieu assez près.",
        round(people),
    ).format(name=found.name, n=about(people))


def _more(nearest: float, alone: float) -> str:
    said = ngettext(
        "C'est le lieu le plus proche d'environ {n} personne",
        "C'est le lieu le plus proche d'environ {n} personnes",
        round(nearest),
    ).format(n=about(nearest))
    if alone < 1:
        return _("{said} ; chacun en a un autre assez près.").format(said=said)
    return ngettext(
        "{said} ; {alone} n'en a pas d'autre assez près.",
        "{said} ; {alone} n'en ont pas d'autre assez près.",
        round(alone),
    ).format(said=said, alone=about(alone))


def _map(package: Package, found: Around, title: str) -> None:
    path = drawn.publish(found.layer)
    outline = package.geometry_file(Level.CLSC)
    minutes = tuple(found.rings[f"name_{current_language()}"])
    pin = Pin(found.longitude, found.latitude, "●", found.name, PinKind.KEPT)
    draw(
        MapView(
            level=Level.MUNICIPALITY,
            title=title,
            geometry_name=path.name,
            outline_name=outline.name if outline else None,
            classes=painted(found).in_order(drawing_order(path)),
            palette=(*COLOURS, *RING_COLOURS),
            labels=(*kinds_in_words(), *minutes),
            bounds=found.bounds,
            language=current_language(),
            height=HEIGHT,
            key="access-around-map",
            basemap_url=settings().basemap_url,
            basemap_attribution=settings().basemap_attribution,
            pins=(pin,),
        )
    )


def _rings_legend(found: Around) -> str:
    """Say what the pale grounds are."""
    if not len(found.rings):
        return line(_("Par le transport collectif, les contours ne sont pas dessinés."), css="px-small")
    names = found.rings[f"name_{current_language()}"]
    swatches = [
        tag("li", tag("span", "", css="px-nine-hatch", style=f"background:{colour}"), words(name))
        for colour, name in zip(RING_COLOURS, names, strict=False)
    ]
    said = _("D'où l'on rejoint ce lieu, selon le même calcul :")
    return line(said) + tag("ul", *reversed(swatches), css="px-nine-below")


def _groups(found: Around) -> str:
    cells = []
    for group, row in found.served.by_group.iterrows():
        title = text(row["title"])
        estimated = _(" (estimé)") if GROUPS[str(group)].estimated else ""
        cells.append(
            (words(title + estimated), words(_people(row["within"])), words(_people(row["nearest"])))
        )
    headings = (_("Groupe"), _("L'ont assez près"), _("L'ont pour plus proche"))
    return table(_("Personnes par groupe"), headings, cells)


def _people(number: float) -> str:
    return fmt.no_data() if fmt.is_missing(number) else about(number)


def _every_place(package: Package, asked: Asked) -> None:
    make = partial(_places_sheet, package, asked)
    sheet_on_demand(
        make, "access-places", _("Voir tous les lieux, et de combien de personnes chacun est le plus proche")
    )


def _places_sheet(package: Package, asked: Asked) -> Sheet:
    counted = found_around.busiest(package, asked.question)
    frame = pd.DataFrame(
        {
            "name": counted["name"],
            "city": counted["city"],
            "people": rounded(counted["people"], 0),
            "people_within": rounded(counted["people_within"], 0),
        }
    ).sort_values("name", kind="stable")
    columns = (
        Column("name", _("Lieu")),
        Column("city", _("Ville")),
        Column("people", _("Personnes dont c'est le plus proche"), "number"),
        Column("people_within", _("Personnes qui l'ont assez près"), "number"),
    )
    title = _("Lieux et personnes : {service}").format(
        service=text(reach.sites(package, asked.question.kind).title)
    )
    return Sheet(title, columns, frame, sources=sources_of(package))


def _areas_sheet(package: Package, found: Around) -> Sheet:
    """Give the areas of the map with their minutes, for a geographic program."""
    areas = found.served.areas.loc[found.kind.index]
    kinds = dict(enumerate(kinds_in_words()))
    frame = pd.DataFrame(
        {
            "da_id": areas.index,
            "minutes": rounded(areas["minutes"], 1),
            "people": rounded(areas["people"], 0),
            "kind": found.kind.map(kinds),
        },
        index=areas.index,
    )
    columns = (
        Column("da_id", _("Aire de diffusion")),
        Column("minutes", _("Temps (minutes)"), "number", 1),
        Column("people", _("Personnes"), "number"),
        Column("kind", _("Ce lieu est")),
    )
    geometry = package.level(Level.DA).geometry.loc[areas.index]
    return Sheet(found.name, columns, frame, sources=sources_of(package), geometry=geometry)


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
