"""The shape and the colour of a place on the map, by what it offers; the shape alone tells them apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from geodata.model import ServiceCategory


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark drawn in a square of 22 units.

    Parameters
    ----------
    colour
        At least 4.5 to 1 on white; it only repeats what the shape says.
    path
        SVG path.
    """

    colour: str
    path: str


MARKS: Final[dict[ServiceCategory, Mark]] = {
    ServiceCategory.CLSC: Mark("#7a2e00", "M8 1h6v7h7v6h-7v7H8v-7H1V8h7z"),
    ServiceCategory.HEALTH: Mark("#3f3f46", "M2 2h18v18H2z"),
    ServiceCategory.COMMUNITY: Mark("#5b2a86", "M11 1l10 19H1z"),
    ServiceCategory.LIBRARY: Mark("#1f5f3f", "M11 0l11 11-11 11L0 11z"),
}


def mark_image(category: ServiceCategory) -> str:
    """Draw a mark as a ``data:`` address, since a page may hold an image where it may not hold SVG."""
    mark = MARKS[category]
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1.5 -1.5 25 25">'
        f'<path d="{mark.path}" fill="{mark.colour}"/></svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"
