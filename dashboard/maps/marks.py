"""The shape and the colour of a place on the map, by what it offers; the shape alone tells them apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from geodata.model import ServiceCategory
from geodata.staleness import Age


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
    ServiceCategory.YOUTH: Mark("#0b4f7a", "M11 1l10 7.5-4 11.5H5L1 8.5z"),
}


INK: Final = "#343c44"
_ROUND: Final = "M11 1a10 10 0 1 1 0 20 10 10 0 0 1 0-20z"
_EDGE: Final = f'<path d="{_ROUND}" fill="#fff" stroke="{INK}" stroke-width="2"'
_INKED: Final[dict[Age, str]] = {
    Age.FRESH: f'<path d="{_ROUND}" fill="{INK}"/>',
    Age.AGEING: f'{_EDGE}/><path d="M11 1v20a10 10 0 0 1 0-20z" fill="{INK}"/>',
    Age.STALE: f"{_EDGE}/>",
    Age.UNDATED: f'{_EDGE} stroke-dasharray="3 2.5"/>',
}
"""How much of a mark is inked tells its age; ``static/places.js`` draws every mark so."""


def mark_image(category: ServiceCategory) -> str:
    """Draw a mark as a ``data:`` address, since a page may hold an image where it may not hold SVG."""
    mark = MARKS[category]
    return _image(f'<path d="{mark.path}" fill="{mark.colour}"/>')


def age_image(age: Age) -> str:
    """Draw the ink of an age, on a disc that stands for any mark."""
    return _image(_INKED[age])


def approximate_image() -> str:
    """Draw the ring of a place whose point is only near it."""
    return _image(
        f'<circle cx="11" cy="11" r="11" fill="none" stroke="{INK}" stroke-width="1.5"'
        f' stroke-dasharray="2 2.5"/><circle cx="11" cy="11" r="5" fill="{INK}"/>'
    )


def _image(drawn: str) -> str:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1.5 -1.5 25 25">{drawn}</svg>'
    return f"data:image/svg+xml,{quote(svg)}"
