"""A need to set beside access: one indicator of the catalogue, or the score of a table's grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from geodata.choices import Outcome
from geodata.composite import normalised, standardise_error
from geodata.inputs import GridPart, Inputs, prepare
from geodata.model import Direction, Level
from geodata.package import Package
from geodata.text import Text, same_in_both
from geodata.uncertainty import Z_95

_UNNAMED: Final = Text("Grille sans nom", "Unnamed grid")


@dataclass(frozen=True, eq=False)
class Need:
    """A need by territory.

    Attributes
    ----------
    level, title
        Where, and what it is called.
    score
        Higher is more need, by territory; null where it may not enter a rank.
    moe_95
        95 % half-width of ``score``; null where its error is not published.
    parts
        Territory × indicator: what each adds to the score; for one indicator, its value as published.
    inputs
        The figures it comes from, with the territories left out and why.
    is_grid
        Whether it is the score of a grid.
    """

    level: Level
    title: Text
    score: pd.Series
    moe_95: pd.Series
    parts: pd.DataFrame
    inputs: Inputs
    is_grid: bool

    @property
    def excluded(self) -> pd.DataFrame:
        """Territories left out: ``reason, kinds, indicators``, by ``territory_id``."""
        return self.inputs.excluded


def need_of_indicator(
    package: Package,
    level: Level,
    indicator_id: str,
    period: str = "",
    direction: Direction | None = None,
) -> Need:
    """Take one indicator as a need; its direction is the catalogue's, or the table's where it has none.

    Raises
    ------
    SelectionError
        If the package does not hold it at that level, or it describes and no direction is given.
    """
    indicator = package.indicators.get(indicator_id)
    chosen = direction or (indicator.direction if indicator else Direction.DESCRIPTIVE)
    when = period or (indicator.periods[0] if indicator else "")
    inputs = prepare(package, level, [GridPart(indicator_id, when, 1.0, chosen)])
    sign = -1.0 if chosen is Direction.LOWER_IS_NEED else 1.0
    values = inputs.values[indicator_id]
    return Need(
        level,
        inputs.indicators[0].title,
        (sign * values).rename("need"),
        inputs.moe_95[indicator_id].rename("moe_95"),
        inputs.values,
        inputs,
        is_grid=False,
    )


def need_of_grid(outcome: Outcome) -> Need:
    """Take the score of a grid as a need, with the error of its parts where all are published."""
    inputs, grid = outcome.inputs, outcome.grid
    error = standardise_error(inputs.values, inputs.standard_error, inputs.population, grid.scale)
    weights = normalised(grid.weights, inputs.values.columns)
    # A part of no weight whose error is not published leaves no doubt on the score.
    weighed = (error * weights).loc[:, weights > 0]
    moe = Z_95 * (weighed**2).sum(axis="columns", skipna=False) ** 0.5
    return Need(
        inputs.level,
        same_in_both(grid.name) if grid.name else _UNNAMED,
        outcome.composite.score.rename("need"),
        moe.rename("moe_95"),
        outcome.composite.contributions,
        inputs,
        is_grid=True,
    )
