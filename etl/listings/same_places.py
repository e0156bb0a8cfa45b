"""Group the entries that are one place under the one that stands for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Final

import pandas as pd

from etl.listings.dedupe import AUTOMATIC, Likeness, find_duplicates
from etl.listings.review import Decisions
from geodata.model import GeocodeQuality

_BEST_POINT: Final = [quality.value for quality in GeocodeQuality]


def same_places(rows: pd.DataFrame, decisions: Decisions | None = None) -> dict[str, str]:
    """Name, for each place that another source lists too, the one that stands for it.

    Only places of one layer are joined without asking: a school in a hospital bears its name and address.

    Parameters
    ----------
    rows
        Places of every source: ``Tables.places`` with ``source_id`` and ``geocode_quality``.
    decisions
        What people said; their word wins over the score.

    Returns
    -------
    dict of str to str
        Place to primary place; a place that is alone, or a primary, is not in it.
    """
    places = rows.drop_duplicates("place_id")
    entries = places.rename(columns={"place_id": "id", "source_id": "source"})
    layer = dict(zip(entries["id"], entries["category"], strict=True))
    pairs = [
        pair
        for pair in find_duplicates(entries, least=AUTOMATIC, across_sources=True)
        if layer[pair.left] == layer[pair.right]
    ]
    groups = cluster(pairs, dict(zip(entries["id"], entries["source"], strict=True)), decisions)
    ranks = _ranks(places)
    same = {}
    for group in groups:
        primary = min(group, key=ranks.__getitem__)
        same.update({member: primary for member in group if member != primary})
    return same


def _ranks(places: pd.DataFrame) -> dict[str, int]:
    """Rank places as primaries: the best point, then the latest date, then the identifier."""
    ordered = places.assign(point=places["geocode_quality"].map(_BEST_POINT.index)).sort_values(
        ["point", "assured_date", "place_id"], ascending=[True, False, True], kind="stable"
    )
    return {str(place): rank for rank, place in enumerate(ordered["place_id"])}


def cluster(
    pairs: Iterable[Likeness], source_of: Mapping[str, str], decisions: Decisions | None = None
) -> list[list[str]]:
    """Join pairs into groups, the likeliest first.

    Two groups are not joined if someone said that a place of one differs from a place of the other, nor,
    unless someone said that they are the same, if both hold a place of one source: a source lists a place
    once.

    Parameters
    ----------
    pairs
        Automatic pairs, the likeliest first.
    source_of
        Source of each entry.
    decisions
        What people said.

    Returns
    -------
    list of list of str
        Groups of two and more, each in alphabetical order.
    """
    said = decisions or Decisions({})
    group_of: dict[str, list[str]] = {}
    asked = [p for p, answer in said.answers.items() if answer == "same" and set(p) <= set(source_of)]
    for left, right in (*sorted(asked), *((p.left, p.right) for p in pairs)):
        one, other = group_of.get(left, [left]), group_of.get(right, [right])
        if one is other or not _may_join(one, other, source_of, said, (left, right) in asked):
            continue
        joined = one + other
        group_of.update(dict.fromkeys(joined, joined))
    return sorted(sorted(group) for group in {id(group): group for group in group_of.values()}.values())


def _may_join(
    one: Sequence[str], other: Sequence[str], source_of: Mapping[str, str], said: Decisions, asked: bool
) -> bool:
    if any(said.of(a, b) == "different" for a, b in product(one, other)):
        return False
    return asked or not {source_of[a] for a in one} & {source_of[b] for b in other}
