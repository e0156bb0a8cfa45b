"""The table of a comparison: each figure of each territory, and its difference from the reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.comparing.pooling import Pooled
from dashboard.comparison import Reference, value_of, value_of_reference
from geodata.differences import Difference, difference
from geodata.model import Indicator
from geodata.package import Package

COUNT_UNITS: Final = frozenset({"people", "dwellings", "places"})
"""A count follows the size of a territory: its difference from another says nothing of either."""


@dataclass(frozen=True)
class Cell:
    """One figure of one territory.

    ``difference`` is the territory's figure less the reference's; null for the reference itself and for a
    count.
    """

    territory: str
    figure: Pooled
    difference: Difference | None


@dataclass(frozen=True)
class Row:
    """One indicator over every territory."""

    indicator: Indicator
    period: str
    cells: tuple[Cell, ...]
    reference: Pooled


def compared(
    package: Package, territories: Sequence[str], indicator_ids: Sequence[str], reference: Reference
) -> list[Row]:
    """Give the figures of some territories beside those of what they are compared with.

    Each indicator is taken at its first period, the latest that was observed.
    """
    return [_row(package, territories, package.indicators[name], reference) for name in indicator_ids]


def _row(package: Package, territories: Sequence[str], indicator: Indicator, reference: Reference) -> Row:
    period = indicator.periods[0]
    beside = value_of_reference(package, reference, indicator.id, period)
    cells = []
    for territory in territories:
        figure = value_of(package, territory, indicator.id, period)
        own = reference.territories == (territory,)
        apart = own or indicator.unit.id in COUNT_UNITS
        gap = None if apart else difference(figure.estimate, beside.estimate)
        cells.append(Cell(territory, figure, gap))
    return Row(indicator, period, tuple(cells), beside)
