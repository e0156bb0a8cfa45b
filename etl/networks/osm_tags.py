"""What OpenStreetMap tags say of a way: who may use it, which way, and how fast."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Tags = Mapping[str, str]

DRIVEN: Final[Mapping[str, float]] = {
    "motorway": 100.0, "motorway_link": 60.0, "trunk": 90.0, "trunk_link": 60.0, "primary": 70.0,
    "primary_link": 50.0, "secondary": 70.0, "secondary_link": 50.0, "tertiary": 60.0, "tertiary_link": 50.0,
    "unclassified": 50.0, "residential": 40.0, "road": 40.0, "living_street": 20.0, "service": 20.0,
}  # fmt: skip
"""Classes open to cars, with the km/h taken where no limit is tagged: a convention of this tool, near the
limits that Québec's Highway Safety Code sets (100 on motorways, 90 on paved roads, 50 in towns)."""

WALKED: Final = frozenset(DRIVEN) - {"motorway", "motorway_link"} | {
    "footway", "pedestrian", "path", "steps", "cycleway", "bridleway", "track", "corridor", "platform",
}  # fmt: skip

ZONES: Final[Mapping[str, float]] = {
    "motorway": 100.0, "rural": 90.0, "trunk": 90.0, "urban": 50.0, "living_street": 20.0, "walk": 7.0,
}  # fmt: skip
"""``CA:QC:urban`` and the like: limits of the Highway Safety Code, art. 328."""

FERRY_KMH: Final = 15.0
NO_LIMIT_KMH: Final = 100.0
_KMH_A_MILE: Final = 1.609344
_CLOSED: Final = frozenset(
    {"no", "private", "agricultural", "forestry", "emergency", "military", "use_sidepath", "psv", "bus"}
)
_NUMBER: Final = re.compile(r"^(\d+(?:[.,]\d+)?)\s*(km/h|kmh|kph|mph)?$")
_ISO_DURATION: Final = re.compile(r"^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$")


@dataclass(frozen=True)
class Way:
    """One way of the file, as the graph needs it; ``minutes`` is a ferry's stated crossing."""

    walk: bool
    drive: bool
    forward: bool
    backward: bool
    kmh: float | None
    default_kmh: float
    minutes: float | None = None
    is_ferry: bool = False


def read_way(tags: Tags) -> Way | None:
    """Read the tags of a way; null if nobody may walk or drive on it."""
    if tags.get("route") == "ferry":
        return _ferry(tags)
    kind = tags.get("highway", "")
    drive = kind in DRIVEN and _allowed(tags, "motorcar", "motor_vehicle", "vehicle", "access")
    walk = kind in WALKED or (kind in DRIVEN and tags.get("foot") in {"yes", "designated"})
    walk = walk and _allowed(tags, "foot", "access") and not _motorroad(tags)
    if not (walk or drive):
        return None
    forward, backward = one_way(tags)
    return Way(walk, drive, forward, backward, limit_kmh(tags), DRIVEN.get(kind, FERRY_KMH))


def _ferry(tags: Tags) -> Way | None:
    """Read a ferry: it takes walkers unless it says no, and cars if it says so."""
    drive = any(tags.get(key) in {"yes", "designated", "permissive"} for key in ("motorcar", "motor_vehicle"))
    walk = _allowed(tags, "foot", "access")
    if not (walk or drive):
        return None
    minutes = duration_minutes(tags.get("duration", ""))
    return Way(walk, drive, True, True, None, FERRY_KMH, minutes, is_ferry=True)


def _allowed(tags: Tags, *keys: str) -> bool:
    """Let the most particular tag decide; untagged is open."""
    return next((tags[key] not in _CLOSED for key in keys if key in tags), True)


def _motorroad(tags: Tags) -> bool:
    return tags.get("motorroad") == "yes" and "foot" not in tags


def one_way(tags: Tags) -> tuple[bool, bool]:
    """Tell whether cars go along the drawing, and against it.

    Motorways, their ramps and roundabouts go one way unless tagged otherwise. Streets whose direction
    changes with the hour count as both ways.
    """
    tagged = tags.get("oneway", "")
    if tagged in {"-1", "reverse"}:
        return False, True
    if tagged in {"yes", "true", "1"}:
        return True, False
    implied = tags.get("junction") in {"roundabout", "circular"}
    implied |= tags.get("highway") in {"motorway", "motorway_link"}
    return (True, False) if implied and not tagged else (True, True)


def limit_kmh(tags: Tags) -> float | None:
    """Give the limit of a way, the lower one where its two directions differ; null where untagged.

    A number that cannot be a speed is given as it is, so that it is counted among the wrong ones.
    """
    both = [tags[key] for key in ("maxspeed:forward", "maxspeed:backward") if key in tags]
    found = [parsed_kmh(text) for text in ([tags["maxspeed"]] if "maxspeed" in tags else both)]
    return min((kmh for kmh in found if kmh is not None), default=None)


def parsed_kmh(text: str) -> float | None:
    """Read one value of ``maxspeed``.

    >>> parsed_kmh("30 mph"), parsed_kmh("CA:QC:urban"), parsed_kmh("70;50"), parsed_kmh("signals")
    (48.28032, 50.0, 50.0, None)
    """
    if ";" in text or "|" in text:
        found = [parsed_kmh(part) for part in re.split(r"[;|]", text)]
        return min((kmh for kmh in found if kmh is not None), default=None)
    folded = text.strip().lower()
    if folded == "none":
        return NO_LIMIT_KMH
    number = _NUMBER.match(folded)
    if number:
        return float(number[1].replace(",", ".")) * (_KMH_A_MILE if number[2] == "mph" else 1.0)
    zone = folded.rsplit(":", 1)[-1]
    if zone in ZONES:
        return ZONES[zone]
    try:
        return float(folded)
    except ValueError:
        return None


def duration_minutes(text: str) -> float | None:
    """Read ``duration``: ``mm``, ``hh:mm``, ``hh:mm:ss`` or ``PT1H20M``; null where it says nothing.

    >>> duration_minutes("01:20"), duration_minutes("15"), duration_minutes("PT1H20M")
    (80.0, 15.0, 80.0)
    """
    parts = text.strip().split(":")
    if all(part.isdigit() for part in parts) and len(parts) <= 3:
        hours, minutes, seconds = {1: ("0", parts[0], "0"), 2: (*parts, "0"), 3: tuple(parts)}[len(parts)]
        total = int(hours) * 60 + int(minutes) + int(seconds) / 60
        return total or None
    iso = _ISO_DURATION.match(text.strip().upper())
    if iso is None:
        return None
    hours_, minutes_, seconds_ = (int(part or 0) for part in iso.groups())
    return hours_ * 60 + minutes_ + seconds_ / 60 or None
