"""What must be said of a custom territory, as facts: the page finds the words and prints the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RemarkKind(StrEnum):
    """What a remark is about; ``count`` and ``share`` of the remark are as said here."""

    REPAIRED = "repaired"
    """The outline crossed itself: km² before (``count``) and after (``share``)."""
    NOT_AREAS = "not_areas"
    """Points or lines were left aside: how many."""
    SWAPPED = "swapped"
    """Latitude stood before longitude; they were put in order."""
    ASSUMED_DEGREES = "assumed_degrees"
    """The file names no coordinate system; degrees were read."""
    SIMPLIFIED = "simplified"
    """Vertices before (``count``) and after (``share``) a simplification to about a metre."""
    OVERLAPPING_SHAPES = "overlapping_shapes"
    """Merged shapes cover each other: km² counted once (``count``)."""
    CUT = "cut"
    """Areas cut by the outline (``count``) and the share of people that they hold."""
    SMALLER_THAN_AREAS = "smaller_than_areas"
    """The territory is smaller than the areas it lies in: mean share of them that is inside."""
    DROPPED = "dropped"
    """Areas touched by less than 2 %, left out (``count``)."""
    BY_POINT = "by_point"
    """Areas placed by one point (``count``) and the share of people that they hold."""
    BY_POSTAL_CODES = "by_postal_codes"
    """Areas shared by their postal codes (``count``) and the share of people that they hold."""
    UNCOUNTED = "uncounted"
    """Areas where the census counted nobody who can be told (``count``)."""
    TWICE = "twice"
    """Areas that the list names more than once (``count``), counted once."""
    OUTSIDE = "outside"
    """Share of the surface that is off Québec, or on water that its outline leaves out."""
    PUBLISHED_SHARES = "published_shares"
    """Areas cut by a published border (``count``) and the share of people that they hold."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to know before the figures are read."""

    kind: RemarkKind
    count: float = 0.0
    share: float = 0.0
