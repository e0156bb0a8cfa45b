"""A table's grid, what it chose with names and date, and the grid applied to figures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

import pandas as pd
from pydantic import Field

from geodata.composite import Composite, Scale, composite, standardise, standardise_error
from geodata.errors import ProximiteError
from geodata.inputs import GridPart, Inputs
from geodata.model import Level
from geodata.stability import CONCENTRATION, DRAWS, SEED, Stability, stability
from geodata.text import Text

FEWEST_PARTS: Final = 3
MOST_PARTS: Final = 15


class GridError(ProximiteError, ValueError):
    """A grid is incomplete, or its file cannot be read."""


class Weighing(StrEnum):
    """How a table gives its weights."""

    SLIDERS = "sliders"
    POINTS = "points"
    PAIRWISE = "pairwise"


@dataclass(frozen=True)
class Grid:
    """What a table chose.

    Attributes
    ----------
    date
        ISO date of the choice, or empty.
    parts
        3 to 15 indicators with their weights.
    comparisons
        Answers two by two, ``(one, other, times as important)``, where that is how it weighed.
    include_communities
        Whether First Nations and Inuit communities enter, at their own request.
    top
        Number of first places looked at.
    package_id
        The data that the table had before its eyes.
    """

    name: Annotated[str, Field(max_length=200)]
    authors: Annotated[str, Field(max_length=400)]
    date: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
    level: Level
    scale: Scale
    parts: tuple[GridPart, ...]
    weighing: Weighing = Weighing.SLIDERS
    comparisons: tuple[tuple[str, str, Annotated[float, Field(gt=0, allow_inf_nan=False)]], ...] = ()
    include_communities: bool = False
    top: Annotated[int, Field(ge=1, le=100_000)] = 10
    package_id: Annotated[str, Field(max_length=80)] = ""
    notes: Annotated[str, Field(max_length=4000)] = ""

    @property
    def weights(self) -> pd.Series:
        """The weights as given, by indicator."""
        return pd.Series({part.indicator_id: part.weight for part in self.parts}, dtype=float)


@dataclass(frozen=True, eq=False)
class Outcome:
    """A grid applied to figures: all that the page shows."""

    grid: Grid
    inputs: Inputs
    standard: pd.DataFrame
    composite: Composite
    stability: Stability


def require_complete(grid: Grid) -> None:
    """Check that a grid can be applied.

    Raises
    ------
    GridError
        If it has fewer than 3 or more than 15 indicators, one twice, or no weight at all.
    """
    names = [part.indicator_id for part in grid.parts]
    if not FEWEST_PARTS <= len(names) <= MOST_PARTS:
        raise GridError(
            Text(
                f"Une grille a de {FEWEST_PARTS} à {MOST_PARTS} indicateurs, celle-ci en a {len(names)}",
                f"A grid has {FEWEST_PARTS} to {MOST_PARTS} indicators, this one has {len(names)}",
            ),
            where=grid.name,
            hint=Text("ajoutez-en ou retirez-en", "add or remove some"),
        )
    if len(set(names)) < len(names):
        raise GridError(
            Text("Un indicateur y est deux fois", "One indicator is there twice"),
            where=next(name for name in names if names.count(name) > 1),
            hint=Text("gardez-en un seul", "keep only one"),
        )
    if not any(part.weight > 0 for part in grid.parts):
        raise GridError(
            Text("Tous les poids sont à zéro", "All weights are zero"),
            where=grid.name,
            hint=Text(
                "donnez du poids à au moins un indicateur", "give some weight to at least one indicator"
            ),
        )


def outcome(
    grid: Grid,
    inputs: Inputs,
    *,
    draws: int = DRAWS,
    concentration: float = CONCENTRATION,
    seed: int = SEED,
) -> Outcome:
    """Apply a grid to its figures.

    Parameters
    ----------
    grid
        Complete.
    inputs
        From ``prepare``, for the same indicators.
    draws, concentration, seed
        Of the simulation, see ``stability``.

    Raises
    ------
    GridError
        If the grid is not complete.
    SelectionError
        If figures and grid do not name the same indicators, or nobody lives there.
    """
    require_complete(grid)
    directions = {part.indicator_id: part.direction for part in grid.parts}
    standard = standardise(inputs.values, inputs.population, directions, grid.scale)
    error = standardise_error(inputs.values, inputs.standard_error, inputs.population, grid.scale)
    return Outcome(
        grid,
        inputs,
        standard,
        composite(standard, grid.weights),
        stability(
            standard,
            grid.weights,
            top=grid.top,
            standard_error=error,
            draws=draws,
            concentration=concentration,
            seed=seed,
        ),
    )
