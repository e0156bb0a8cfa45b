"""Ask OpenStreetMap for the community places of Québec, through Overpass.

The province is asked for by boxes, since one question for all of it would exceed what the service allows. A
box that is too much for the service is cut in four and asked again. Data are © OpenStreetMap contributors,
under the ODbL: credited, shared alike, and kept apart from everything else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from etl.http import Http, Kind
from etl.refusals import StatusError
from geodata.errors import FetchError
from geodata.text import Text

INTERPRETER: Final = "https://overpass-api.de/api/interpreter"
AREA: Final = "CA-QC"
"""ISO 3166-2 code of the area; a place across its border in a box is left out by the service itself."""

TAGS: Final[Mapping[str, tuple[str, ...]]] = {
    "amenity": (
        "childcare", "clinic", "community_centre", "food_bank", "food_sharing", "kindergarten", "library",
        "public_bookcase", "social_centre", "social_facility", "soup_kitchen", "toy_library",
    ),
    "office": ("association", "charity", "employment_agency", "foundation", "ngo"),
    "club": ("social", "youth", "elderly", "scout", "veterans"),
    "social_facility": (),
    "healthcare": ("clinic", "centre", "counselling", "rehabilitation"),
}  # fmt: skip
"""Keys and values that say a place where people gather or are helped; no value stands for any."""

_MOST_BYTES: Final = 64_000_000
_SECONDS: Final = 90
_MOST_CUTS: Final = 5
_TOO_MUCH: Final = frozenset({413, 504})
"""Statuses with which the service says that a question is too much for it, not that it is away."""

_FORGOTTEN: Final = frozenset({"user", "uid", "changeset", "version", "timestamp", "nodes", "members"})
"""What an element also says of the people who drew it, and of its shape: none of it is kept."""


@dataclass(frozen=True, slots=True)
class Box:
    """Bounds in degrees (EPSG:4326), and how often it was cut from a wider one."""

    south: float
    west: float
    north: float
    east: float
    cuts: int = 0

    def quarters(self) -> tuple[Box, ...]:
        """Cut in four; no place is between them."""
        middle, centre = (self.south + self.north) / 2, (self.west + self.east) / 2
        bands = ((self.south, middle), (middle, self.north))
        sides = ((self.west, centre), (centre, self.east))
        return tuple(Box(s, w, n, e, self.cuts + 1) for s, n in bands for w, e in sides)

    def __str__(self) -> str:
        """Write as Overpass does: south, west, north, east."""
        return f"{self.south:.5f},{self.west:.5f},{self.north:.5f},{self.east:.5f}"


QUEBEC_BOXES: Final = (
    Box(44.9, -74.5, 45.8, -73.3),
    Box(44.9, -73.3, 45.8, -70.2),
    Box(44.9, -79.8, 45.8, -74.5),
    Box(45.8, -79.8, 46.6, -73.3),
    Box(45.8, -73.3, 46.6, -69.8),
    Box(46.6, -79.8, 47.5, -72.0),
    Box(46.6, -72.0, 47.5, -61.0),
    Box(47.5, -79.8, 50.0, -57.0),
    Box(50.0, -79.8, 62.7, -57.0),
)
"""Boxes that together cover Québec, small where many people live."""


def question(box: Box, tags: Mapping[str, tuple[str, ...]] = TAGS, area: str = AREA) -> str:
    """Write the Overpass QL question for one box: nodes, ways and relations, each with one point."""
    bounds = f"(area.here)({box})"
    parts = [f'nwr["{key}"{_values(values)}]{bounds};' for key, values in tags.items()]
    lines = "\n  ".join(parts)
    return (
        f"[out:json][timeout:{_SECONDS}];\n"
        f'area["ISO3166-2"="{area}"]->.here;\n'
        f"(\n  {lines}\n);\n"
        "out center qt;"
    )


def _values(values: tuple[str, ...]) -> str:
    return f'~"^({"|".join(values)})$"' if values else ""


def elements(
    http: Http,
    boxes: Iterable[Box] = QUEBEC_BOXES,
    *,
    tags: Mapping[str, tuple[str, ...]] = TAGS,
    area: str = AREA,
    address: str = INTERPRETER,
    say: Callable[[str, int, int], None] = lambda _name, _done, _all: None,
) -> dict[str, Any]:
    """Ask for every box and put the answers together.

    Returns
    -------
    dict
        In the form of an Overpass answer: ``version, generator, osm3s, elements``; each element once, by
        type and number, with a point (``lat, lon`` or ``center``) and its tags. Elements without a tag or
        a point say nothing and are left out. ``osm3s.timestamp_osm_base`` is the oldest of the answers.

    Raises
    ------
    FetchError
        If the service does not answer, or a box stays too much for it after it was cut five times.
    """
    waiting = list(boxes)
    found: dict[tuple[str, int], dict[str, Any]] = {}
    dates: list[str] = []
    done = 0
    while waiting:
        box = waiting.pop(0)
        say(f"OpenStreetMap {box}", done, done + len(waiting) + 1)
        answer = _ask(http, address, question(box, tags, area), box)
        done += 1
        if answer is None:
            waiting = [*box.quarters(), *waiting]
            continue
        dates.append(str(answer.get("osm3s", {}).get("timestamp_osm_base", "")))
        for element in map(_kept, answer["elements"]):
            if element is not None:
                found[element["type"], element["id"]] = element
    return {
        "version": 0.6,
        "generator": "Overpass API",
        "osm3s": {
            "timestamp_osm_base": min(filter(None, dates), default=""),
            "copyright": "© OpenStreetMap contributors, ODbL 1.0",
        },
        "elements": [found[key] for key in sorted(found)],
    }


def _ask(http: Http, address: str, asked: str, box: Box) -> dict[str, Any] | None:
    """Give the answer for a box, or null if it must be cut."""
    try:
        answer = http.post(address, data={"data": asked}, expect=Kind.JSON, most_bytes=_MOST_BYTES).json()
    except StatusError as failure:
        if failure.status in _TOO_MUCH and box.cuts < _MOST_CUTS:
            return None
        raise
    if not isinstance(answer, dict) or not isinstance(answer.get("elements"), list):
        raise _unreadable(box)
    remark = str(answer.get("remark") or "")
    # A question that ran out of time or memory is answered with status 200, a remark and part of the places.
    if "error" not in remark.lower():
        return answer
    if box.cuts < _MOST_CUTS:
        return None
    raise _remarked(remark, box)


def _kept(element: object) -> dict[str, Any] | None:
    if not isinstance(element, dict) or element.get("type") not in ("node", "way", "relation"):
        return None
    if not isinstance(element.get("id"), int) or not element.get("tags"):
        return None
    if point(element) is None:
        return None
    return {key: value for key, value in element.items() if key not in _FORGOTTEN}


def point(element: Mapping[str, Any]) -> tuple[float, float] | None:
    """Give the longitude and latitude of an element: its own, or that of its centre."""
    at = element if "lat" in element else element.get("center") or {}
    try:
        longitude, latitude = float(at["lon"]), float(at["lat"])
    except (KeyError, TypeError, ValueError):
        return None
    return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else None


def save(answer: Mapping[str, Any], path: Path) -> None:
    """Write an answer in one move, in the form that an import of format ``osm`` reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(json.dumps(answer, ensure_ascii=False, separators=(",", ":")), "utf-8")
    beside.replace(path)


_LATER: Final = Text(
    "réessayez plus tard, ou demandez un territoire plus petit", "try again later, or ask for a smaller area"
)


def _unreadable(box: Box) -> FetchError:
    return FetchError(
        Text("La réponse d'Overpass n'a pas la forme attendue", "Overpass's answer is not as expected"),
        where=str(box),
        hint=_LATER,
    )


def _remarked(remark: str, box: Box) -> FetchError:
    return FetchError(
        Text(
            f"Overpass n'a pas pu tout donner, « {remark[:160]} »",
            f"Overpass could not give everything, “{remark[:160]}”",
        ),
        where=str(box),
        hint=_LATER,
    )
