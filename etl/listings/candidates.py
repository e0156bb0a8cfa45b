"""Find the pairs of entries that are worth comparing: a key in common, never all with all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from math import cos, floor, isfinite, radians
from typing import Final

import pandas as pd

from etl.listings.addresses import civic, postal_code_of, town_key
from etl.listings.names import take_apart

_CELL_DEGREES: Final = 0.002
"""Side of a cell in latitude: 220 m."""

LARGEST_BLOCK: Final = 60
"""A key that more entries share tells nothing: a postal code of a tower, a word such as « centre »."""


def candidate_pairs(entries: pd.DataFrame, weights: Mapping[str, float]) -> list[tuple[int, int]]:
    """Pair entries that share a place, a phone, an address or rare words of their names.

    Parameters
    ----------
    entries
        See ``etl.listings.dedupe.find_duplicates``.
    weights
        Rarity of the words of names.

    Returns
    -------
    list of tuple of int
        Positions of the rows, the smaller first, each pair once.
    """
    blocks: dict[Hashable, list[int]] = defaultdict(list)
    for position, row in enumerate(entries.itertuples(index=False)):
        for key in set(_keys(row, weights)):
            blocks[key].append(position)
    pairs: set[tuple[int, int]] = set()
    for members in blocks.values():
        if 2 <= len(members) <= LARGEST_BLOCK:
            pairs.update((a, b) for i, a in enumerate(members) for b in members[i + 1 :])
    return sorted(pairs)


def _keys(row: object, weights: Mapping[str, float]) -> Iterator[Hashable]:
    name, town = str(row.name), town_key(str(row.city))  # type: ignore[attr-defined]
    postal = postal_code_of(str(row.postal_code))  # type: ignore[attr-defined]
    tokens = sorted(take_apart(name).tokens, key=lambda t: -weights.get(t, 1.0))
    yield ("name", *sorted(tokens))
    for area in {town, postal[:3]} - {""}:
        yield from (("word", area, token) for token in tokens[:2])
    if len(tokens) > 1:
        yield ("words", *sorted(tokens[:2]))
    if postal:
        yield ("postal", postal)
    address = civic(str(row.address))  # type: ignore[attr-defined]
    if address is not None:
        yield ("address", address.number, address.street)
    digits = digits_of(str(row.phone))  # type: ignore[attr-defined]
    if digits:
        yield ("phone", digits)
    yield from _cells(row.longitude, row.latitude)  # type: ignore[attr-defined]


def _cells(longitude: float, latitude: float) -> Iterator[Hashable]:
    """Give four overlapping cells, so that two points closer than half a cell always share one."""
    if not (isfinite(longitude) and isfinite(latitude)):
        return
    x, y = longitude * cos(radians(round(latitude))) / _CELL_DEGREES, latitude / _CELL_DEGREES
    for shift_x in (0.0, 0.5):
        for shift_y in (0.0, 0.5):
            yield ("cell", shift_x, shift_y, floor(x + shift_x), floor(y + shift_y))


def digits_of(phone: str) -> str:
    """Give the ten digits of a North American number, or an empty text.

    >>> digits_of("+1 (514) 555-0199 poste 12")
    '5145550199'
    """
    digits = "".join(c for c in phone if c.isdigit()).removeprefix("1")
    return digits[:10] if len(digits) >= 10 else ""
