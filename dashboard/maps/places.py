"""Sets of places to lay over a map, fetched once by the browser under the name of their content."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from threading import Lock
from typing import Final, Self

from dashboard.maps.marks import MARKS
from geodata.model import GeocodeQuality, ServiceCategory
from geodata.staleness import Age

MOST_KEPT: Final = 64
"""Published sets kept in memory; a set is published again each time that it is drawn."""

APPROXIMATE: Final = frozenset({GeocodeQuality.POSTAL_CODE.value, GeocodeQuality.MUNICIPALITY.value})
"""Places that are not where their mark is, but near it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place as the map shows it.

    Parameters
    ----------
    name
        Its own name, never translated.
    lon, lat
        Degrees.
    quality
        A value of ``GeocodeQuality``: how the place came by its coordinates.
    date
        Date of the source, as it is printed.
    detail
        What is offered there, in the reader's language.
    age
        A value of ``geodata.staleness.Age``: how long ago someone vouched for it.
    id
        Identifier of the place, by which an error is reported.
    """

    name: str
    lon: float
    lat: float
    quality: str
    date: str
    detail: str = ""
    age: str = Age.UNDATED.value
    id: str = ""


@dataclass(frozen=True, slots=True)
class PlaceSet:
    """The places of one category, as bytes.

    Attributes
    ----------
    category
        Chooses the mark.
    title
        Name of the category in the reader's language.
    name
        ``<hash>.json``.
    content
        UTF-8 JSON.
    count
        Number of places.
    ages
        Number of places of each age.
    approximate
        Number of places set at the middle of a postal code or of a municipality.
    """

    category: ServiceCategory
    title: str
    name: str
    content: bytes
    count: int
    ages: Mapping[Age, int]
    approximate: int

    @classmethod
    def of(cls, category: str, title: str, places: Iterable[Place]) -> Self:
        """Write places down; build it once a package, category and language, and keep it.

        Parameters
        ----------
        category
            A value of ``ServiceCategory``; chooses the mark.
        title
            Name of the category in the reader's language.
        places
            Places with coordinates.
        """
        given = list(places)
        rows = [
            [p.name, round(p.lon, 5), round(p.lat, 5), p.quality, p.date, p.detail, p.age, p.id]
            for p in given
        ]
        kind = ServiceCategory(category)
        written = json.dumps(
            {"category": kind.value, "title": title, "mark": asdict(MARKS[kind]), "places": rows},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        content = written.encode()
        name = f"{hashlib.sha256(content).hexdigest()[:16]}.json"
        ages = Counter(Age(p.age) for p in given)
        return cls(kind, title, name, content, len(rows), ages, sum(p.quality in APPROXIMATE for p in given))


_published: OrderedDict[str, bytes] = OrderedDict()
_lock = Lock()


def publish(places: PlaceSet) -> str:
    """Make a set available to the route that serves it, and give its name."""
    with _lock:
        _published[places.name] = places.content
        _published.move_to_end(places.name)
        while len(_published) > MOST_KEPT:
            _published.popitem(last=False)
    return places.name


def published(name: str) -> bytes | None:
    """Give the content of a published set, or null."""
    with _lock:
        return _published.get(name)
