"""What each area's colour says: what changes there or, before any change, how things stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dashboard.i18n import _
from dashboard.maps.classes import NO_DATA
from geodata.scenarios.change import Change

UNKNOWN: Final = "unknown"
OUTSIDE: Final = "outside"
"""Not a kind of change: areas whose people the scenario does not look at."""

LOSSES: Final = frozenset({"lost", "farther"})

_COLOURS: Final[Mapping[str, str]] = {
    "gained": "#0b4468",
    "closer": "#7fb2cf",
    "same": "#d3d9de",
    "farther": "#e08e3e",
    "lost": "#8f3f00",
    "out_of_reach": "#6b7680",
    "within": "#a9cbe0",
    "far": "#7d68ad",
    OUTSIDE: "#ffffff",
}
"""Blue for a gain, orange and a hatch for a loss: apart in grey and for every eye."""


@dataclass(frozen=True, eq=False)
class Painted:
    """The classes of a map.

    Attributes
    ----------
    kinds
        What each class is, in the order of the colours.
    by_area
        Kind by ``da_id``.
    people
        People of the question's group in each kind.
    """

    kinds: tuple[str, ...]
    by_area: pd.Series
    people: Mapping[str, float]

    @property
    def colours(self) -> tuple[str, ...]:
        """One colour a class."""
        return tuple(_COLOURS[kind] for kind in self.kinds)

    @property
    def labels(self) -> tuple[str, ...]:
        """One label a class, in the language of the page."""
        return tuple(kind_words(kind) for kind in self.kinds)

    @property
    def marked(self) -> tuple[int, ...]:
        """Classes that are hatched."""
        return tuple(n for n, kind in enumerate(self.kinds) if kind in LOSSES)

    def in_order(self, order: Sequence[str]) -> bytes:
        """Give one byte a shape, in the order in which shapes are drawn."""
        code = {kind: n for n, kind in enumerate(self.kinds)} | {UNKNOWN: NO_DATA}
        kinds = self.by_area.reindex(pd.Index(order)).fillna(OUTSIDE)
        return bytes(kinds.map(code).to_numpy(dtype=np.uint8))


def of_change(change: Change) -> Painted:
    """Class areas by what a scenario changes for them."""
    return _painted(
        change, change.areas["change"], ("lost", "farther", "gained", "closer", "same", "out_of_reach")
    )


def of_today(change: Change) -> Painted:
    """Class areas by how things stand, where nothing changes."""
    areas = change.areas
    kinds = np.select(
        [areas["change"].eq(UNKNOWN), areas["within_before"], areas["minutes_before"].isna()],
        [UNKNOWN, "within", "out_of_reach"],
        "far",
    )
    return _painted(
        change, pd.Series(kinds, index=areas.index, dtype=object), ("within", "far", "out_of_reach")
    )


def _painted(change: Change, by_area: pd.Series, kinds: tuple[str, ...]) -> Painted:
    people = change.areas["people"].groupby(by_area).sum()
    return Painted((*kinds, OUTSIDE), by_area, {str(kind): float(n) for kind, n in people.items()})


def kind_words(kind: str) -> str:
    """Say what happens in an area."""
    return {
        "gained": _("Gagne un lieu assez près"),
        "closer": _("Trajet plus court"),
        "same": _("Rien ne change"),
        "farther": _("Trajet plus long"),
        "lost": _("Perd un lieu assez près"),
        "out_of_reach": _("Hors de portée, avant comme après"),
        "within": _("Un lieu assez près aujourd'hui"),
        "far": _("Le plus proche est plus loin"),
        UNKNOWN: _("Pas de données"),
        OUTSIDE: _("Hors du territoire regardé"),
    }[kind]
