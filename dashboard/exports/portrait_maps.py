"""The two maps of a portrait: the territory among its neighbours, and what is inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboard import data
from dashboard.components.labels import map_title, territory_name
from dashboard.i18n import _, text
from dashboard.maps.still import still_map
from dashboard.narration.facts import Say, fact_of
from dashboard.narration.inside import spread_inside
from dashboard.state import Selection
from geodata.model import Level
from geodata.package import Package

AROUND: Final = 0.45
"""Room shown on each side of the territory, as a share of its size."""

CLOSE: Final = 0.05
SMALL: Final = (360, 400)
LARGE: Final = (900, 700)
"""Pixels, width then height."""

FIRST_INSIDE: Final = "cimd_situational_vulnerability"
MOST_AREAS: Final = 1_500
"""Above so many areas, half the width of a page shows none of them."""

_OF_QUEBEC: Final = (Level.MRC, Level.RSS, Level.CLSC)
"""Québec has no neighbours in these data: its map shows the first of these levels that there is."""


@dataclass(frozen=True)
class PortraitMap:
    """A map and the words that stand for it.

    Attributes
    ----------
    svg
        For a page or a paper, which give its title and its sources beside it.
    selection, pad
        What it shows, and the room around the territory as a share of its size.
    """

    svg: str
    title: str
    said: str
    selection: Selection
    pad: float


def maps_of(package: Package, territory: str, *, patterned: bool) -> list[PortraitMap]:
    """Draw the maps that a territory has, in the current language; none where it has no shape.

    Textures keep classes apart on a paper printed in black; on a screen they would only darken the colours.
    The first shows its neighbours by the first indicator of the level that has a figure here; the second
    its dissemination areas, where there are enough of them to tell anything.
    """
    found = []
    around, inside = poster_selection(package, territory), _inside(package, territory)
    if around is not None:
        found.append(_map(package, around, territory, map_title(package, around), AROUND, patterned))
    if inside is not None:
        title = _("À l'intérieur : {title}, {period}").format(
            title=text(package.indicators[inside.indicator].title), period=inside.period
        )
        found.append(_map(package, inside, territory, title, CLOSE, patterned))
    return found


def picture_of(package: Package, territory: str, drawn: PortraitMap) -> str:
    """Draw a map of the page again, large and with its title and its source, as SVG text."""
    return _still(
        package, drawn.selection, territory, drawn.title, drawn.pad, LARGE, alone=True, patterned=False
    )


def poster_selection(package: Package, territory: str) -> Selection | None:
    """Give what a map of the territory among its neighbours shows; null where it has no shape or figure."""
    row = package.territories.loc[territory]
    if row.geometry is None or row.geometry.is_empty:
        return None
    level = Level(row["level"])
    offer = data.offer(package)
    shown = next((one for one in _OF_QUEBEC if one in offer.levels), level)
    drawn = shown if level is Level.PROVINCE else level
    for name in dict.fromkeys([offer.first_indicator(drawn), *offer.indicators_at(drawn)]):
        fact = fact_of(package, territory, name)
        if fact is not None and fact.say is Say.VALUE and not fact.is_count:
            return Selection(drawn, name, fact.period)
    return None


def _inside(package: Package, territory: str) -> Selection | None:
    shown = [each.indicator for each in spread_inside(package, territory) if each.areas <= MOST_AREAS]
    chosen = next((each for each in shown if each.id == FIRST_INSIDE), shown[0] if shown else None)
    return None if chosen is None else Selection(Level.DA, chosen.id, chosen.periods[0])


def _map(
    package: Package, selection: Selection, territory: str, title: str, pad: float, patterned: bool
) -> PortraitMap:
    svg = _still(package, selection, territory, "", pad, SMALL, alone=False, patterned=patterned)
    said = svg[svg.index("<desc>") + len("<desc>") : svg.index("</desc>")]
    return PortraitMap(svg, title, f"{territory_name(package, territory)}. {said}", selection, pad)


def _still(
    package: Package,
    selection: Selection,
    territory: str,
    title: str,
    pad: float,
    size: tuple[int, int],
    *,
    alone: bool,
    patterned: bool,
) -> str:
    shown = data.figures_of(package, selection.level, selection.indicator, selection.period)
    return still_map(
        package,
        selection.level,
        shown.values,
        indicator=package.indicators[selection.indicator],
        title=title,
        focus=(territory,),
        extent=(territory,),
        width_px=size[0],
        height_px=size[1],
        patterned=patterned,
        hidden=shown.frame["hidden"],
        notes=alone,
        pad=pad,
        legend_under=not alone,
    )
