"""Draw a map, and say which territory was clicked."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import streamlit as st
import streamlit_folium
from streamlit import runtime

from dashboard import projector
from dashboard.i18n import DEFAULT_LANGUAGE, _, text
from dashboard.maps import assets
from dashboard.maps.palette import HIDDEN_LINE, NO_DATA_LINE
from dashboard.maps.places import PlaceSet, publish
from dashboard.maps.proximite_map import Painted, ProximiteMap
from geodata import topology
from geodata.model import GeocodeQuality, Level
from geodata.staleness import AGE_NAMES
from geodata.text import Language

SEEN_SUFFIX: Final = "_last_click"
UNNAMED_LEVELS: Final = frozenset({Level.CT, Level.DA})
"""Levels that a number designates: written on the map, it would only hide it."""


class PinKind(StrEnum):
    """What a pin stands for; the sign on it says so without a colour."""

    ADDED = "added"
    MOVED = "moved"
    CLOSED = "closed"
    RESIZED = "resized"
    KEPT = "kept"


@dataclass(frozen=True)
class Pin:
    """A place that the page itself puts on its map.

    Attributes
    ----------
    longitude, latitude
        Degrees.
    sign
        One or two characters drawn on it.
    name
        What it is, in the language of the page; read aloud.
    kind
        Chooses its form and colour.
    """

    longitude: float
    latitude: float
    sign: str
    name: str
    kind: PinKind


@dataclass(frozen=True)
class MapView:
    """Everything that a map shows.

    Attributes
    ----------
    level
        The level drawn.
    title
        What the map shows, read aloud in place of it: indicator, level, year.
    geometry_name
        File of the level's shapes in the package's ``geometry`` folder.
    classes
        One byte a shape in the order of ``drawing_order``: class, 254 not shown, 255 no data.
    palette, labels
        Colour and formatted range of each class.
    outline_name
        File of a coarser level, whose borders and names are drawn over; null for none.
    selected
        Identifier of the territory outlined.
    bounds
        West, south, east, north in degrees of the first view; where most territories are, if null.
    places
        Sets of places laid over.
    language
        Language of names; sentences follow the current one.
    height
        Pixels.
    key
        Tells several maps of a page apart.
    basemap_url, basemap_attribution
        Tile address chosen by the operator; none by default. It may fail without touching the rest.
    drawing
        Number of the outline being drawn on the map, which another number begins anew; 0 draws none.
    pointing
        Number of the place that a touch of the map gives, which another number asks anew; 0 asks for none.
    pins
        Places that the page puts on the map, over all others.
    marked
        Classes that are hatched over their colour, to be told apart without it.
    """

    level: Level
    title: str
    geometry_name: str
    classes: bytes
    palette: tuple[str, ...]
    labels: tuple[str, ...]
    outline_name: str | None = None
    selected: str | None = None
    bounds: tuple[float, float, float, float] | None = None
    places: tuple[PlaceSet, ...] = ()
    language: Language = "fr"
    height: int = 560
    key: str = "map"
    basemap_url: str = ""
    basemap_attribution: str = ""
    drawing: int = 0
    pointing: int = 0
    pins: tuple[Pin, ...] = ()
    marked: tuple[int, ...] = ()


@lru_cache(maxsize=32)
def drawing_order(path: Path) -> tuple[str, ...]:
    """Give the identifiers of a layer's shapes in the order of its file, whose name holds its hash."""
    return tuple(topology.ids(path.read_bytes()))


def draw(
    map_view: MapView,
    on_select: Callable[[str], None] | None = None,
    on_shape: Callable[[dict[str, Any]], None] | None = None,
    on_place: Callable[[float, float], None] | None = None,
) -> str | None:
    """Draw the map at this place of the page.

    Parameters
    ----------
    map_view
        What to show. Another indicator, selection, language or level repaints the map in place.
    on_select
        Called with a clicked territory before the page is run again, so that it is run only once.
    on_shape
        Called likewise with an outline that was drawn, as a GeoJSON geometry.
    on_place
        Called likewise with the longitude and latitude of a place that was pointed at, in degrees.

    Returns
    -------
    str or None
        The territory clicked since the last call, when ``on_select`` did not take it.
    """
    base = str(st.get_option("server.baseUrlPath") or "")
    seen = map_view.key + SEEN_SUFFIX

    def take() -> None:
        territory = _new_click(st.session_state.get(map_view.key), seen)
        if territory is not None and on_select is not None:
            on_select(territory)
        shape = _new_answer(st.session_state.get(map_view.key), "shape", dict, seen)
        if shape is not None and on_shape is not None:
            on_shape(shape)
        place = _new_answer(st.session_state.get(map_view.key), "place", list, seen)
        if place is not None and on_place is not None and _is_place(place):
            on_place(float(place[0]), float(place[1]))

    _make_component_known()
    answer = streamlit_folium.st_folium(
        ProximiteMap(base),
        key=map_view.key,
        height=map_view.height,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=[Painted(paint_order(map_view, base) | {"large": projector.is_on()})],
        on_change=take if any((on_select, on_shape, on_place)) else None,
    )
    return _new_click(answer, seen)


def paint_order(map_view: MapView, base: str = "") -> dict[str, Any]:
    """Write what the browser needs to repaint: a few addresses, one byte a shape, and words."""
    order: dict[str, Any] = {
        "geometry": assets.geometry_address(map_view.geometry_name, base),
        "outline": assets.geometry_address(map_view.outline_name, base) if map_view.outline_name else None,
        "classes": base64.b64encode(map_view.classes).decode(),
        "palette": {"colours": map_view.palette, "noDataLine": NO_DATA_LINE, "hiddenLine": HIDDEN_LINE},
        "labels": map_view.labels,
        "selected": map_view.selected,
        "bounds": map_view.bounds,
        "places": [assets.places_address(publish(places), base) for places in map_view.places],
        "named": map_view.level not in UNNAMED_LEVELS,
        "language": map_view.language,
        "title": map_view.title,
        "words": {**_words(), "reportAddress": report_address(map_view.language, base)},
    }
    if map_view.marked:
        order["palette"]["marked"] = map_view.marked
    if map_view.drawing:
        order["draw"] = {"number": map_view.drawing, "words": _drawing_words()}
    if map_view.pointing:
        order["point"] = {"number": map_view.pointing, "words": _pointing_words()}
    if map_view.pins:
        order["pins"] = [(p.longitude, p.latitude, p.sign, p.name, p.kind.value) for p in map_view.pins]
    if map_view.basemap_url:
        order["basemap"] = {"url": map_view.basemap_url, "attribution": map_view.basemap_attribution}
    return order


def report_address(language: Language, base: str = "") -> str:
    """Give the address of the page of a place, to which its identifier is added."""
    mounted = assets.mounted(base)
    in_language = "" if language == DEFAULT_LANGUAGE else f"lang={language}&"
    return f"{mounted}/organismes?{in_language}lieu="


def _make_component_known() -> None:
    """Declare the frame to the running server: importing it within a page is the only other way."""
    if runtime.exists():
        runtime.get_instance().component_registry.register_component(streamlit_folium._component_func)


def _words() -> dict[str, Any]:
    approximate = _("Position approximative")
    by_code, by_municipality = _("code postal"), _("municipalité")
    return {
        "map": _("carte"),
        "zoomIn": _("Zoom avant"),
        "zoomOut": _("Zoom arrière"),
        "noData": _("Pas de données"),
        "hidden": _("Valeur non montrée"),
        "loading": _("Chargement des formes…"),
        "unavailable": _("Les formes n'ont pas pu être chargées. Rechargez la page ou voyez le tableau."),
        "sourceDate": _("Date de la source"),
        "colon": _(" : "),
        "report": _("Signaler une erreur"),
        "age": {age.value: text(name) for age, name in AGE_NAMES.items()},
        "quality": {
            GeocodeQuality.ROOFTOP.value: _("Position : celle de l'adresse"),
            GeocodeQuality.POSTAL_CODE.value: f"{approximate} ({by_code})",
            GeocodeQuality.MUNICIPALITY.value: f"{approximate} ({by_municipality})",
        },
    }


def _drawing_words() -> dict[str, str]:
    return {
        "toolbar": _("Tracer un contour"),
        "said": _("Touchez la carte à chaque coin. Coins : {n}"),
        "closed": _("Contour terminé. Il est décrit sous la carte."),
        "centre": _("Coin au centre"),
        "undo": _("Effacer un coin"),
        "finish": _("Terminer"),
        "clear": _("Recommencer"),
    }


def _pointing_words() -> dict[str, str]:
    return {
        "toolbar": _("Montrer un endroit"),
        "said": _("Touchez la carte à l'endroit voulu, ou amenez-y la croix."),
        "given": _("Endroit reçu. La page dit ce qu'il change."),
        "centre": _("Prendre l'endroit de la croix"),
    }


def _is_place(answer: list[Any]) -> bool:
    """Say whether an answer is two numbers of degrees; it comes from a browser, and may be anything."""
    return len(answer) == 2 and all(isinstance(n, int | float) and abs(n) <= 180 for n in answer)


def _new_click(answer: Any, seen: str) -> str | None:
    """Give the territory of a click that was not reported yet."""
    territory: str | None = _new_answer(answer, "territory", str, seen)
    return territory


def _new_answer(answer: Any, name: str, kind: type, seen: str) -> Any:
    """Report an answer once: the frame keeps its last one through every later run."""
    if not isinstance(answer, dict) or not isinstance(answer.get(name), kind):
        return None
    number = answer.get("n")
    if number is None or st.session_state.get(seen) == number:
        return None
    st.session_state[seen] = number
    return answer[name]
