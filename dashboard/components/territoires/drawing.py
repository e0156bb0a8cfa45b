"""Draw an outline on the map: one touch a corner."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st
from shapely.errors import ShapelyError
from shapely.geometry import shape

from dashboard.components.html import line, show
from dashboard.components.labels import level_name, territory_name
from dashboard.components.organismes.messages import refused
from dashboard.components.territoires.link import Draft, Way, drawing_number, set_draft
from dashboard.i18n import _, current_language
from dashboard.maps import MapView, draw, drawing_order
from dashboard.maps.outlines import OUTLINES
from geodata.custom import TerritoryError
from geodata.custom.shapes import refused_empty, sound
from geodata.model import Level
from geodata.package import Package

HEIGHT: Final = 520
_GROUND = "drawing_ground"
_NEAR = "drawing_near"
_PROBLEM = "drawing_problem"
_GROUNDS: Final = (Level.MUNICIPALITY, Level.QUARTIER, Level.CT, Level.CLSC, Level.MRC, Level.DA)
_PLAIN: Final = "#f6f7f8"


def drawing(package: Package) -> None:
    """Draw the map to draw on, and take the outline that comes back."""
    show(line(_("Tracez le contour de votre territoire sur la carte, coin après coin, puis terminez.")))
    grounds = [level for level in _GROUNDS if package.geometry_file(level)] if _drawn(package) else []
    if not grounds:
        show(line(_("Ces données n'ont aucune carte sur laquelle dessiner.")))
        return
    with st.container(horizontal=True, key="drawing_choices"):
        near = st.selectbox(
            _("Aller à"),
            ["", *_places(package)],
            format_func=lambda name: territory_name(package, name) if name else _("tout le Québec"),
            key=_NEAR,
        )
        ground = st.selectbox(
            _("Limites montrées"), grounds, format_func=lambda level: level_name(Level(level)), key=_GROUND
        )
    path = package.geometry_file(ground)
    if path is None:
        return
    outline = package.geometry_file(OUTLINES[ground]) if ground in OUTLINES else None
    draw(
        MapView(
            level=ground,
            title=_("Carte pour tracer un territoire"),
            geometry_name=path.name,
            outline_name=outline.name if outline else None,
            classes=bytes(len(drawing_order(path))),
            palette=(_PLAIN,),
            labels=(_("limites"),),
            bounds=_bounds(package, near),
            language=current_language(),
            height=HEIGHT,
            key="territory_map",
            drawing=drawing_number(),
        ),
        on_shape=_take,
    )
    problem: TerritoryError | None = st.session_state.get(_PROBLEM)
    if problem is not None:
        refused(problem)


def _drawn(package: Package) -> bool:
    return bool(package.manifest["geometry"])


def _places(package: Package) -> list[str]:
    present = set(package.territories["level"])
    wanted = [
        level for level in (Level.MUNICIPALITY, Level.ARRONDISSEMENT, Level.MRC) if level.value in present
    ]
    return [str(name) for level in wanted for name in package.level(level).sort_values("name_fr").index]


def _bounds(package: Package, near: str) -> tuple[float, float, float, float] | None:
    if not near or package.territories.geometry[near] is None:
        return None
    west, south, east, north = package.territories.geometry[near].bounds
    return west, south, east, north


def _take(geometry: dict[str, Any]) -> None:
    """Take an outline; it comes from a browser, and may be anything."""
    st.session_state.pop(_PROBLEM, None)
    try:
        found = sound(_read(geometry))
        set_draft(Draft(Way.DRAW, shape=found.shape, remarks=found.remarks))
    except TerritoryError as problem:
        set_draft(None)
        st.session_state[_PROBLEM] = problem


def _read(geometry: dict[str, Any]) -> Any:
    try:
        return shape(geometry)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, ShapelyError) as failure:
        raise refused_empty("") from failure
