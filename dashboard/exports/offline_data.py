"""What the map of an offline portrait holds: shapes, classes, printed values, places with their dates."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any, Final

import pandas as pd

from dashboard import data
from dashboard import format as fmt
from dashboard.certainty import grade_in_text
from dashboard.components.labels import level_in_sentence, level_name, map_title, territory_name
from dashboard.components.provenance import source_line
from dashboard.figures import PARENTS, status_in_short
from dashboard.i18n import _, current_language, text
from dashboard.maps import MapView, palette
from dashboard.maps.assets import geometry_address
from dashboard.maps.surroundings import nearest
from dashboard.maps.view import paint_order
from dashboard.state import Selection
from geodata import topology
from geodata.model import Direction, Grade, Indicator, Level, ServiceCategory, Theme
from geodata.package import Package

MOST_AROUND: Final = 40
MOST_INSIDE: Final = 4_000
"""More areas than this would make the file heavier than three megabytes; a region is then read by its own."""

MOST_INDICATORS: Final = 8
LEAST_INSIDE: Final = 0.05
"""An area of which so little lies inside only has borders that do not match."""

PLACES_REACH: Final = 0.25
"""Places are shown so far around the territory, as a share of its size."""

MEMBERSHIP_YEAR: Final = 2021
GRADES: Final = tuple(Grade)
NO_GRADE: Final = -1
_POSITIONS: Final[dict[object, int]] = {grade.value: at for at, grade in enumerate(GRADES)}
_COUNTS: Final = frozenset({"people", "dwellings", "places"})
_TWIN: Final = "_top_fifth_pct"
_QUANTIZATION: Final = 60_000


@dataclass(frozen=True)
class View:
    """Some territories of one level, to be drawn together."""

    title: str
    level: Level
    territories: tuple[str, ...]
    outline: tuple[str, ...]


def map_data(package: Package, territory: str) -> dict[str, Any]:
    """Gather everything that the map shows, in the current language, ready for JSON.

    Returns
    -------
    dict
        ``files`` (shapes and places by the address under which the map asks for them), ``views``,
        ``grades``, ``words``, ``chosen``, ``language``, ``services`` (address, title and printed count).
    """
    files: dict[str, Any] = {}
    views = [_view(package, territory, view, files) for view in views_of(package, territory)]
    services = _services(package, territory, files)
    words = {
        "choose": _("Choisir…"),
        "touch": _("Touchez la carte ou choisissez un territoire dans la liste pour voir ses chiffres."),
    }
    if views:
        words = {**views[0]["indicators"][0]["order"]["words"], **words}
    for one in chain.from_iterable(view["indicators"] for view in views):
        del one["order"]["words"]
    return {
        "language": current_language(),
        "chosen": territory,
        "files": files,
        "views": views,
        "services": services,
        "grades": [grade_in_text(grade.value) for grade in GRADES],
        "words": words,
    }


def views_of(package: Package, territory: str) -> list[View]:
    """Choose what the map can show: the territory among its neighbours, then its areas."""
    level = Level(package.territories.at[territory, "level"])
    around = _level_around(package, level)
    found = []
    if around is not None:
        near = nearest(package, territory, around, MOST_AROUND)
        outline = _parents(package, near, around) if around is level else (territory,)
        found.append(View(_around_title(package, territory, around, level), around, near, outline))
    inside = _inside(package, territory)
    if inside:
        found.append(View(_("Aires de diffusion de ce territoire"), Level.DA, inside, (territory,)))
    return [view for view in found if chosen_indicators(package, view)]


def _around_title(package: Package, territory: str, around: Level, level: Level) -> str:
    if around is not level:
        return level_name(around)
    return _("{name} et les environs (niveau : {level})").format(
        name=territory_name(package, territory), level=level_in_sentence(around)
    )


def _level_around(package: Package, level: Level) -> Level | None:
    """Give the level of the neighbours: one's own, except where it does not cover Québec."""
    first = {Level.CUSTOM: Level.CLSC, Level.PROVINCE: Level.REGION, Level.DA: Level.CLSC}.get(level, level)
    present = set(package.territories["level"])
    candidates = (first, Level.CLSC, Level.MRC, Level.MUNICIPALITY)
    return next((one for one in candidates if one.value in present and package.geometry_file(one)), None)


def _parents(package: Package, territories: Iterable[str], level: Level) -> tuple[str, ...]:
    """Give the wider territories, of the nearest kind, that hold some territories."""
    column = next(iter(PARENTS.get(level, ())), None)
    if column is None:
        return ()
    parents = package.territories.loc[list(territories), column].dropna().unique()
    return tuple(str(parent) for parent in parents if parent in package.territories.index)


def _inside(package: Package, territory: str) -> tuple[str, ...]:
    """Give the dissemination areas of a territory, unless there are too many for one file."""
    rows = package.membership
    own = rows[(rows["territory_id"] == territory) & (rows["census_year"] == MEMBERSHIP_YEAR)]
    areas = own.loc[own["fraction"] >= LEAST_INSIDE, "da_id"]
    known = areas[areas.isin(package.territories.index)]
    return tuple(sorted(known)) if 1 < len(known) <= MOST_INSIDE else ()


def chosen_indicators(package: Package, view: View) -> list[Indicator]:
    """Choose a few indicators, of as many themes as there are, that say something of these territories.

    Counts grow with a territory and do not compare; a score is left to the share of people that it gives.
    """
    by_theme = [
        sorted(
            (
                one
                for one in package.indicators.values()
                if one.theme is theme and _speaks(package, view, one)
            ),
            key=lambda one: one.direction is Direction.DESCRIPTIVE,
        )
        for theme in Theme
        if theme is not Theme.SERVICES
    ]
    in_turn = chain.from_iterable(zip_longest(*by_theme))
    return [one for one in in_turn if one is not None][:MOST_INDICATORS]


def _speaks(package: Package, view: View, indicator: Indicator) -> bool:
    twin = package.indicators.get(indicator.id + _TWIN)
    told_by_twin = twin is not None and view.level in twin.levels
    if view.level not in indicator.levels or indicator.unit.id in _COUNTS or told_by_twin:
        return False
    shown = data.figures_of(package, view.level, indicator.id, indicator.periods[0])
    return bool(shown.values.reindex(list(view.territories)).notna().any())


def _view(package: Package, territory: str, view: View, files: dict[str, Any]) -> dict[str, Any]:
    shapes = package.territories.loc[list(view.territories)]
    geometry = f"{view.level.value}.topojson"
    files[geometry_address(geometry)] = json.loads(topology.encode(shapes, _QUANTIZATION))
    outline = ""
    if view.outline:
        outline = f"{view.level.value}.outline.topojson"
        borders = package.territories.loc[list(view.outline)]
        files[geometry_address(outline)] = json.loads(topology.encode(borders, _QUANTIZATION))
    return {
        "title": view.title,
        "ids": list(view.territories),
        "names": [territory_name(package, each) for each in view.territories],
        "indicators": [
            _indicator(package, territory, view, indicator, geometry, outline)
            for indicator in chosen_indicators(package, view)
        ],
    }


def _indicator(
    package: Package, territory: str, view: View, indicator: Indicator, geometry: str, outline: str
) -> dict[str, Any]:
    """Give one indicator: how it is painted, and what is printed of each territory."""
    selection = Selection(view.level, indicator.id, indicator.periods[0])
    classed = data.classified(package, selection)
    labels = tuple(fmt.interval(low, high, indicator.unit) for low, high in classed.bounds)
    drawn = MapView(
        level=view.level,
        title=map_title(package, selection),
        geometry_name=geometry,
        outline_name=outline or None,
        classes=classed.in_order(view.territories),
        palette=palette(classed.k, indicator.direction),
        labels=labels,
        selected=territory,
        bounds=_reach(package, territory),
        language=current_language(),
    )
    shown = data.figures_of(package, view.level, indicator.id, selection.period)
    rows = shown.frame.loc[list(view.territories)]
    source = package.sources.get(indicator.source_id)
    note = [text(indicator.definition), text(indicator.caveat)]
    return {
        "title": f"{text(indicator.title)}, {selection.period}",
        "note": " ".join([*note, source_line(source, indicator) if source else ""]).strip(),
        "order": paint_order(drawn),
        "values": [
            status_in_short(shown.row(str(each)))
            if fmt.is_missing(value)
            else fmt.with_unit(value, indicator.unit)
            for each, value in rows["value"].items()
        ],
        "margins": _margins(rows["moe_95"], indicator),
        "grades": [_POSITIONS.get(grade, NO_GRADE) for grade in rows["grade"].where(rows["value"].notna())],
        "hidden": bool(rows["hidden"].any()),
    }


def _margins(moes: pd.Series, indicator: Indicator) -> list[str]:
    """Print the margins; an empty list where nobody published any."""
    if not (moes > 0).any():
        return []
    return [fmt.margin(moe, indicator.unit) if moe > 0 else "" for moe in moes]


def _services(package: Package, territory: str, files: dict[str, Any]) -> list[dict[str, Any]]:
    """Keep the places in and around the territory, with the date of each; the file can report none."""
    west, south, east, north = _reach(package, territory)
    found = []
    for category in ServiceCategory:
        every = data.place_set(package, category, current_language())
        content = json.loads(every.content)
        content["places"] = [
            [*place[:-1], ""]
            for place in content["places"]
            if west <= place[1] <= east and south <= place[2] <= north
        ]
        if content["places"]:
            address = f"places.{category.value}"
            files[address] = content
            count = fmt.number(len(content["places"]))
            found.append({"address": address, "title": every.title, "printed": count})
    return found


def _reach(package: Package, territory: str) -> tuple[float, float, float, float]:
    """Give the box of the territory in degrees, and somewhat around."""
    west, south, east, north = package.territories.loc[[territory]].total_bounds.tolist()
    more_x, more_y = PLACES_REACH * (east - west), PLACES_REACH * (north - south)
    return west - more_x, south - more_y, east + more_x, north + more_y
