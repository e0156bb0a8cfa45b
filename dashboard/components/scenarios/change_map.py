"""The map of what changes, with the places of before and after; a touch of it gives a place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

import streamlit as st

from dashboard import format as fmt
from dashboard.components.html import line, show, tag, words
from dashboard.i18n import _, current_language, ngettext
from dashboard.maps import MapView, PlaceSet, draw, drawing_order, drawn
from dashboard.maps.legend import SWATCH
from dashboard.maps.places import Place
from dashboard.scenario_page.listed import Listed
from dashboard.scenario_page.painted import OUTSIDE, UNKNOWN, Painted, kind_words
from dashboard.scenario_page.spots import where_people_live
from dashboard.settings import settings
from geodata.access.sites import Sites
from geodata.model import Level, ServiceCategory
from geodata.package import Package
from geodata.scenarios.scenario import Scenario
from geodata.taxonomy import CATEGORIES

HEIGHT: Final = 520
_MAP: Final = "scenario-map-{scope}"


def change_map(
    package: Package,
    scenario: Scenario,
    painted: Painted,
    sites: Sites,
    changes: list[Listed],
    title: str,
    on_place: Callable[[float, float], None] | None,
) -> None:
    """Draw the map and its legend.

    Parameters
    ----------
    painted
        Class of each area.
    sites
        The places of today.
    changes
        Those that are pinned.
    title
        What the map shows, read aloud in place of it.
    on_place
        Told of the longitude and latitude of a touch; null where a touch means nothing.
    """
    path = package.geometry_file(Level.DA)
    if path is None:
        show(line(_("Ces données n'ont pas de carte des aires ; voyez les tableaux.")))
        return
    draw(
        MapView(
            level=Level.DA,
            title=title,
            geometry_name=path.name,
            classes=painted.in_order(drawing_order(path)),
            palette=painted.colours,
            labels=painted.labels,
            outline_name=_outline(package, scenario.scope),
            bounds=_bounds(package, scenario.scope),
            places=(_places(sites),),
            language=current_language(),
            height=HEIGHT,
            # Another territory is another map, which opens on it.
            key=_MAP.format(scope=_word(scenario.scope)),
            basemap_url=settings().basemap_url,
            basemap_attribution=settings().basemap_attribution,
            pointing=1 if on_place else 0,
            pins=tuple(change.pin for change in changes if change.pin is not None),
            marked=painted.marked,
        ),
        on_place=on_place,
    )
    show(_legend(painted))


def _legend(painted: Painted) -> str:
    """Write the legend: what each colour says, and how many people live there."""
    pairs = zip(painted.kinds, painted.colours, painted.labels, strict=True)
    rows = [
        _row(colour, label, painted.people.get(kind, 0.0), marked=number in painted.marked)
        for number, (kind, colour, label) in enumerate(pairs)
        if kind != OUTSIDE and kind in painted.people
    ]
    if UNKNOWN in painted.by_area.to_numpy():
        rows.append(tag("li", words(kind_words(UNKNOWN))))
    about = _("Une couleur par aire de diffusion ; la taille d'une aire ne dit pas combien de gens y vivent.")
    return tag(
        "section",
        tag("ul", *rows, style="list-style:none;margin:0;padding:0"),
        line(about, css="px-small"),
        css="proximite-legend",
        aria_label=_("Légende"),
    )


def _row(colour: str, label: str, people: float, *, marked: bool) -> str:
    count = ngettext("{n} personne", "{n} personnes", round(people)).format(n=fmt.number(people))
    swatch = tag(
        "span",
        css="px-marked" if marked else "",
        style=f"{SWATCH};background-color:{colour}",
        aria_hidden="true",
    )
    return tag("li", swatch, words(f"{label} · {count}"))


@st.cache_resource(max_entries=16, show_spinner=False)
def _listed_places(kind: str, rows: tuple[tuple[str, float, float, str, str], ...], title: str) -> PlaceSet:
    category = CATEGORIES[kind].layer if kind in CATEGORIES else ServiceCategory(kind)
    return PlaceSet.of(
        category.value, title, [Place(n, x, y, quality, date) for n, x, y, quality, date in rows]
    )


def _places(sites: Sites) -> PlaceSet:
    title = sites.title.in_language(current_language())
    columns = sites.frame[["name", "geocode_quality", "assured_date"]].fillna("").astype(str)
    rows = tuple(
        (name, float(x), float(y), quality, fmt.date(date))
        for (name, quality, date), x, y in zip(
            columns.itertuples(index=False, name=None),
            sites.points.longitude,
            sites.points.latitude,
            strict=True,
        )
    )
    return _listed_places(sites.kind, rows, title)


def _outline(package: Package, scope: str | None) -> str | None:
    """Give the border of the territory, or those of the MRC for all of Québec."""
    if scope is None or package.territories.geometry[scope] is None:
        path = package.geometry_file(Level.MRC)
        return path.name if path else None
    row = package.territories.loc[[scope], ["name_fr", "name_en", "geometry"]]
    return drawn.publish(row.rename_axis("territory_id").reset_index()).name


def _bounds(package: Package, scope: str | None) -> tuple[float, float, float, float] | None:
    shape = package.territories.geometry[scope] if scope is not None else None
    if shape is None or shape.is_empty:
        return where_people_live(package)
    west, south, east, north = (float(edge) for edge in shape.bounds)
    return west, south, east, north


def _word(scope: str | None) -> str:
    return hashlib.sha256((scope or "").encode()).hexdigest()[:8]
