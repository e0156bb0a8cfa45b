"""Pairs of places that may be one: to examine, joined without asking, decided; no widget."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from etl.listings.dedupe import AUTOMATIC, REVIEW, Likeness, find_duplicates
from etl.listings.review import Answer, decisions
from geodata.package import Package

__all__ = ["AUTOMATIC", "REVIEW", "Pair", "Queues", "Side", "queues"]


@dataclass(frozen=True)
class Side:
    """One of the two entries."""

    id: str
    name: str
    address: str
    city: str
    postal_code: str
    source: str
    assured_date: str


@dataclass(frozen=True)
class Pair:
    """Two entries.

    Attributes
    ----------
    likeness
        What the comparison says; null for a decided pair that no longer resembles.
    answer
        What a person said, if anyone did.
    joined
        Whether the package counts them as one place.
    """

    left: Side
    right: Side
    likeness: Likeness | None
    answer: Answer | None
    joined: bool

    @property
    def key(self) -> str:
        """What tells the pair apart on the page."""
        return f"{self.left.id}|{self.right.id}"


@dataclass(frozen=True)
class Queues:
    """The pairs, by what is to be done of them."""

    waiting: list[Pair]
    joined: list[Pair]
    decided: list[Pair]


def queues(package: Package, home: Path) -> Queues:
    """Sort the pairs of a package by what a person said of them."""
    said = decisions(home).answers
    alike = {_in_order(one.left, one.right): one for one in _alike(package.id, package)}
    rows = package.locations.set_index("id", drop=False)
    other = rows["same_as"] if "same_as" in rows else pd.Series("", index=rows.index)
    stands_for = other.where(other != "", rows["id"])
    together = [_in_order(str(one), str(primary)) for one, primary in other[other != ""].items()]
    made = [
        Pair(
            _side(rows, left),
            _side(rows, right),
            alike.get((left, right)),
            said.get((left, right)),
            bool(stands_for[left] == stands_for[right]),
        )
        for left, right in dict.fromkeys([*alike, *together, *said])
        if left in rows.index and right in rows.index
    ]
    return Queues(
        [pair for pair in made if pair.answer is None and not pair.joined],
        [pair for pair in made if pair.answer is None and pair.joined],
        [pair for pair in made if pair.answer is not None],
    )


def _in_order(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


@st.cache_resource(max_entries=2, show_spinner=False)
def _alike(package_id: str, _package: Package) -> list[Likeness]:
    entries = _package.locations.rename(columns={"source_id": "source"})
    kinds = _package.services.groupby("location_id")["kind" if "kind" in _package.services else "category"]
    listed = kinds.agg(lambda found: sorted(set(found)))
    known = entries["id"].map(listed)
    entries = entries.assign(kinds=known.where(known.notna(), None))
    return find_duplicates(entries, least=REVIEW, across_sources=True)


def _side(rows: pd.DataFrame, identifier: str) -> Side:
    row = rows.loc[identifier]
    columns = ("id", "name", "address", "city", "postal_code", "source_id", "assured_date")
    return Side(*(str(row[column] or "") for column in columns))
