"""A figure from one period to the next, and whether the change exceeds its error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.comparing.indicators import known_for
from dashboard.comparing.pooling import Pooled
from dashboard.comparison import value_of
from geodata.differences import Difference, difference
from geodata.model import Indicator
from geodata.package import Package


@dataclass(frozen=True)
class Change:
    """One indicator of one territory over time.

    Attributes
    ----------
    figures
        One a period, the earliest first.
    difference
        The last figure less the first.
    """

    territory: str
    figures: tuple[Pooled, ...]
    difference: Difference


def timed(package: Package, territories: Sequence[str]) -> list[Indicator]:
    """List the indicators with several periods that at least one of the territories has."""
    return [
        indicator
        for indicator in package.indicators.values()
        if len(indicator.periods) > 1 and known_for(package, indicator, territories)
    ]


def in_time(indicator: Indicator) -> tuple[str, ...]:
    """Give the periods of an indicator, the earliest first."""
    return tuple(sorted(indicator.periods))


def projected(package: Package, indicator: Indicator) -> tuple[str, ...]:
    """Give the periods that lie after the data were assembled: what they hold is projected."""
    built = str(package.manifest["built_at"])[:4]
    return tuple(period for period in in_time(indicator) if period[:4] > built)


def changes(package: Package, territories: Sequence[str], indicator: Indicator) -> list[Change]:
    """Give the figures of each territory over time, in the order of the territories."""
    found = []
    for territory in territories:
        figures = tuple(value_of(package, territory, indicator.id, period) for period in in_time(indicator))
        gap = difference(figures[-1].estimate, figures[0].estimate)
        found.append(Change(territory, figures, gap))
    return found
