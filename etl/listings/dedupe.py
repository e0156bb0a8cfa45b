"""Find the entries that are one place or organisation, and say why, figure by figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, isfinite, radians, sin, sqrt
from typing import Any, Final, Literal

import pandas as pd
from rapidfuzz import fuzz

from etl.listings.addresses import agree, civic, postal_code_of, town_key
from etl.listings.candidates import candidate_pairs, digits_of
from etl.listings.names import are_of_two_kinds, likeness, rarity, take_apart
from geodata.model import GeocodeQuality
from geodata.text import Text

AUTOMATIC: Final = 0.82
"""From this score on, two entries of different sources are taken as one without asking."""

REVIEW: Final = 0.62
"""From this score on, a person is asked; below, two entries are two places."""

WEIGHTS: Final = {"name": 0.55, "address": 0.20, "distance": 0.15, "phone": 0.10}
"""What each part may bring; a part that one of the two does not say is left out and the others share it."""

COLUMNS: Final = ("id", "source", "name", "address", "city", "postal_code", "phone",
                  "longitude", "latitude", "geocode_quality", "kinds")  # fmt: skip
"""``kinds`` holds lists of identifiers of ``geodata.taxonomy.CATEGORIES``, empty where nobody says."""

_OF_ONE_KIND: Final = frozenset({"school", "childcare", "library"})
"""What is one of these and what is not are two places, though in one building."""

_EARTH_M: Final = 6_371_008.8
_SAME_STREET: Final = 88.0
_FAR_M: Final = 1_500.0

Part = Literal["name", "address", "distance", "phone"]


class Cap(StrEnum):
    """A reason for which a score is held down, whatever the rest says."""

    NAMES_DIFFER = "names_differ"
    NUMBERS_DIFFER = "numbers_differ"
    KINDS_DIFFER = "kinds_differ"
    FAR_APART = "far_apart"
    MOVED = "moved"
    NO_PLACE = "no_place"


CAPS: Final[dict[Cap, float]] = {
    Cap.NAMES_DIFFER: 0.55,
    Cap.NUMBERS_DIFFER: 0.55,
    Cap.KINDS_DIFFER: 0.60,
    Cap.FAR_APART: 0.60,
    Cap.MOVED: 0.80,
    Cap.NO_PLACE: 0.80,
}
CAP_NAMES: Final[dict[Cap, Text]] = {
    Cap.NAMES_DIFFER: Text("les noms diffèrent trop", "the names differ too much"),
    Cap.NUMBERS_DIFFER: Text("les noms portent des numéros différents", "the names bear different numbers"),
    Cap.KINDS_DIFFER: Text(
        "les noms disent deux sortes de lieux", "the names say two different kinds of place"
    ),
    Cap.FAR_APART: Text("les lieux sont loin l'un de l'autre", "the places are far from each other"),
    Cap.MOVED: Text(
        "même nom, mais loin : déménagement ou autre succursale",
        "same name, but far: a move or another branch",
    ),
    Cap.NO_PLACE: Text(
        "rien ne dit que le lieu est le même, ou qu'il ne l'est pas",
        "nothing says that the place is the same, or that it is not",
    ),
}
_PART_NAMES: Final[dict[Part, Text]] = {
    "name": Text("Nom", "Name"),
    "address": Text("Adresse", "Address"),
    "distance": Text("Distance", "Distance"),
    "phone": Text("Téléphone", "Phone"),
}
_LEAST_NAME: Final = 0.55
_SAME_NAME: Final = 0.95


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far two entries are one.

    Attributes
    ----------
    left, right
        Identifiers of the entries.
    score
        From 0 to 1.
    parts
        Likeness of each part that both entries say, from 0 to 1.
    metres
        Distance between the two points; null where one has none.
    caps
        What held the score down.
    """

    left: str
    right: str
    score: float
    parts: Mapping[Part, float]
    metres: float | None
    caps: tuple[Cap, ...]

    @property
    def verdict(self) -> Literal["same", "review", "different"]:
        """What the score alone says."""
        if self.score >= AUTOMATIC:
            return "same"
        return "review" if self.score >= REVIEW else "different"

    def contributions(self) -> dict[Part, float]:
        """Give what each part brings to the score before any cap; they add up to it."""
        total = sum(WEIGHTS[part] for part in self.parts)
        return {part: WEIGHTS[part] / total * value for part, value in self.parts.items()}

    def explanation(self) -> Text:
        """Say in one line what the score is made of."""
        brought = self.contributions()
        fr = [f"{_PART_NAMES[p].fr} {_percent(self.parts[p], 'fr')} (+{_percent(v, 'fr')})"
              for p, v in brought.items()]  # fmt: skip
        en = [f"{_PART_NAMES[p].en} {_percent(self.parts[p], 'en')} (+{_percent(v, 'en')})"
              for p, v in brought.items()]  # fmt: skip
        if self.metres is not None:
            fr.append(f"{self.metres:.0f} m")
            en.append(f"{self.metres:.0f} m")
        fr += [CAP_NAMES[cap].fr for cap in self.caps]
        en += [CAP_NAMES[cap].en for cap in self.caps]
        return Text(
            f"{_percent(self.score, 'fr')}\u00a0: " + "\u00a0; ".join(fr),
            f"{_percent(self.score, 'en')}: " + "; ".join(en),
        )


def _percent(share: float, language: str) -> str:
    return f"{share * 100:.0f}" + ("\u00a0%" if language == "fr" else "%")


def find_duplicates(
    entries: pd.DataFrame, *, least: float = REVIEW, across_sources: bool = False
) -> list[Likeness]:
    """Compare the entries that share a key and give the pairs that may be one, the likeliest first.

    Parameters
    ----------
    entries
        Columns ``COLUMNS``, identifiers unique; those that are absent are taken as empty. Coordinates in
        degrees.
    least
        Lowest score to give.
    across_sources
        Whether to compare only entries of different sources.
    """
    rows = complete(entries)
    weights = rarity(rows["name"])
    records = [dict(zip(COLUMNS, row, strict=True)) for row in rows.itertuples(index=False, name=None)]
    found = []
    for a, b in candidate_pairs(rows, weights):
        if across_sources and records[a]["source"] == records[b]["source"]:
            continue
        pair = compare(records[a], records[b], weights)
        if pair.score >= least:
            found.append(pair)
    return sorted(found, key=lambda pair: (-pair.score, pair.left, pair.right))


def compare(left: Mapping[str, Any], right: Mapping[str, Any], weights: Mapping[str, float]) -> Likeness:
    """Compare two entries.

    Parameters
    ----------
    left, right
        ``COLUMNS`` by name.
    weights
        Rarity of the words of names.
    """
    metres, rough = _metres(left, right)
    parts: dict[Part, float] = {"name": likeness(str(left["name"]), str(right["name"]), weights)}
    address = _address(left, right)
    if address is not None:
        parts["address"] = address
    if metres is not None:
        parts["distance"] = _nearness(metres, rough)
    phones = digits_of(str(left["phone"])), digits_of(str(right["phone"]))
    if all(phones):
        parts["phone"] = float(phones[0] == phones[1])
    total = sum(WEIGHTS[part] for part in parts)
    score = sum(WEIGHTS[part] / total * value for part, value in parts.items())
    caps = tuple(_caps(left, right, parts, metres, rough))
    held = min((CAPS[cap] for cap in caps), default=1.0)
    ids = str(left["id"]), str(right["id"])
    return Likeness(*ids, min(score, held), parts, metres, tuple(c for c in caps if CAPS[c] < score))


def complete(entries: pd.DataFrame) -> pd.DataFrame:
    """Give every column of ``COLUMNS`` to entries, empty where they have none, and number their rows."""
    rows = {}
    for column in COLUMNS:
        given = entries[column] if column in entries else pd.Series(index=entries.index, dtype=object)
        if column == "kinds":
            rows[column] = given.map(_as_set)
        elif column in ("longitude", "latitude"):
            rows[column] = given.astype(float)
        else:
            rows[column] = given.fillna("").astype(str)
    return pd.DataFrame(rows).reset_index(drop=True)


def _as_set(kinds: object) -> frozenset[str]:
    return frozenset() if kinds is None or isinstance(kinds, float) else frozenset(kinds)  # type: ignore[call-overload]


def _address(left: Mapping[str, Any], right: Mapping[str, Any]) -> float | None:
    """Compare civic addresses, or postal codes where one has no civic number; null where neither can be."""
    one, other = civic(str(left["address"])), civic(str(right["address"]))
    codes = postal_code_of(str(left["postal_code"])), postal_code_of(str(right["postal_code"]))
    if one is None or other is None:
        return None if not all(codes) else 0.6 * (codes[0] == codes[1])
    if not agree(one, other) or fuzz.ratio(one.street, other.street) < _SAME_STREET:
        return 0.0
    if one.number == other.number:
        towns = town_key(str(left["city"])), town_key(str(right["city"]))
        apart = all(codes) and codes[0][:3] != codes[1][:3] and all(towns) and towns[0] != towns[1]
        return 0.0 if apart else 1.0
    near = one.number.isdigit() and other.number.isdigit() and abs(int(one.number) - int(other.number)) <= 10
    return 0.5 if near else 0.15


def _metres(left: Mapping[str, Any], right: Mapping[str, Any]) -> tuple[float | None, bool]:
    """Give the distance, and whether one of the points is only that of a postal code or a municipality."""
    points = [(float(e["longitude"]), float(e["latitude"])) for e in (left, right)]
    if not all(isfinite(value) for point in points for value in point):
        return None, False
    qualities = {str(e["geocode_quality"]) for e in (left, right)}
    if GeocodeQuality.MUNICIPALITY.value in qualities:
        return None, True
    (lon1, lat1), (lon2, lat2) = ((radians(x), radians(y)) for x, y in points)
    chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_M * asin(min(1.0, sqrt(chord))), GeocodeQuality.POSTAL_CODE.value in qualities


def _nearness(metres: float, rough: bool) -> float:
    """Fall from 1 to 0 between 50 m and 600 m; a postal code's point is held to four times these."""
    scale = 4 if rough else 1
    return min(1.0, max(0.0, (600 * scale - metres) / (550 * scale)))


def _of_two_kinds(left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    one, other = left["kinds"], right["kinds"]
    return bool(one and other and not one & other and (one | other) & _OF_ONE_KIND)


def _caps(
    left: Mapping[str, Any],
    right: Mapping[str, Any],
    parts: Mapping[Part, float],
    metres: float | None,
    rough: bool,
) -> Iterable[Cap]:
    one, other = take_apart(str(left["name"])), take_apart(str(right["name"]))
    if parts["name"] < _LEAST_NAME:
        yield Cap.NAMES_DIFFER
    if one.numbers != other.numbers and one.numbers and other.numbers:
        yield Cap.NUMBERS_DIFFER
    if are_of_two_kinds(str(left["name"]), str(right["name"])) or _of_two_kinds(left, right):
        yield Cap.KINDS_DIFFER
    same_address = parts.get("address", 0.0) >= 0.6
    if metres is not None and metres > (4 if rough else 1) * _FAR_M and not same_address:
        yield Cap.FAR_APART if parts["name"] < _SAME_NAME else Cap.MOVED
    if "distance" not in parts and not same_address and not parts.get("phone"):
        yield Cap.NO_PLACE
