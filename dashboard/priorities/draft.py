"""What the table has chosen so far: a grid that may be incomplete, changed one step at a time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from geodata.composite import Scale
from geodata.grids import MOST_PARTS, Grid, GridPart, Weighing
from geodata.model import Direction, Indicator, Level
from geodata.package import Package
from geodata.weights import PairwiseWeights, from_pairwise

WHOLE: Final = 100
"""Points that a table has to share out; also the far end of a slider."""

MOST_COMPARED: Final = 7
"""Above so many indicators, comparing them two by two asks for too many answers."""

STRONGEST: Final = 3
RATIOS: Final = (1.0, 3.0, 5.0, 7.0)
"""How many times one counts as the other: as much, somewhat more, clearly more, far more (Saaty, 1977)."""


@dataclass(frozen=True)
class Draft:
    """Everything that decides what the page shows.

    Attributes
    ----------
    grid
        What was chosen, complete or not; it may name indicators that these data do not hold, which count
        for nothing here and are never thrown away without a word.
    territory
        The one looked at closely.
    official
        The official index set beside the score.
    example
        Whether it is the example that the page offers, and says to be one.
    """

    grid: Grid
    territory: str | None = None
    official: str | None = None
    example: bool = False


def empty(level: Level, package: Package) -> Draft:
    """Give the draft of someone who comes without a link: nothing is chosen."""
    return Draft(Grid("", "", "", level, Scale.Z_SCORE, (), package_id=package.id))


def part_of(indicator: Indicator, direction: Direction | None = None) -> GridPart:
    """Make a part that counts for nothing until the table gives it a weight."""
    return GridPart(indicator.id, indicator.periods[0], 0.0, direction or indicator.direction)


def chosen(grid: Grid) -> list[str]:
    """List the indicators, in the order of choice."""
    return [part.indicator_id for part in grid.parts]


def with_part(grid: Grid, part: GridPart) -> Grid:
    """Add an indicator, or say something else of one that is there; a full grid stays as it is."""
    if part.indicator_id in chosen(grid):
        parts = (part if p.indicator_id == part.indicator_id else p for p in grid.parts)
        return replace(grid, parts=tuple(parts))
    if len(grid.parts) >= MOST_PARTS:
        return grid
    return _recompared(replace(grid, parts=(*grid.parts, part)))


def without(grid: Grid, names: Iterable[str]) -> Grid:
    """Take indicators away, with the comparisons that name them."""
    gone = set(names)
    return _recompared(
        replace(
            grid,
            parts=tuple(part for part in grid.parts if part.indicator_id not in gone),
            comparisons=tuple(c for c in grid.comparisons if gone.isdisjoint(c[:2])),
        )
    )


def weighed(grid: Grid, weights: Mapping[str, float]) -> Grid:
    """Change some weights; the others stay."""
    parts = (replace(p, weight=float(weights.get(p.indicator_id, p.weight))) for p in grid.parts)
    return replace(grid, parts=tuple(parts))


def with_equal_weights(grid: Grid) -> Grid:
    """Give every indicator the same weight, and « as much » to every comparison."""
    if grid.weighing is Weighing.POINTS:
        return weighed(grid, points_of(dict.fromkeys(chosen(grid), 1.0)))
    even = replace(weighed(grid, dict.fromkeys(chosen(grid), WHOLE / 2)), comparisons=())
    return _recompared(even)


def weighed_by(grid: Grid, weighing: Weighing) -> Grid:
    """Change the way of weighing.

    Sliders and points keep the weights, to the nearest point in a hundred. Two by two, the answers say
    the weights: without any answer yet, all count as much.
    """
    if weighing is grid.weighing:
        return grid
    changed = replace(grid, weighing=weighing)
    if weighing is Weighing.PAIRWISE:
        return _recompared(changed)
    if weighing is Weighing.POINTS or grid.weighing is Weighing.PAIRWISE:
        return weighed(changed, points_of({p.indicator_id: p.weight for p in grid.parts}))
    return changed


def answer_of(grid: Grid, one: str, other: str) -> int:
    """Give the answer to a comparison, -3 to 3, positive where the first one counts more."""
    for a, b, times in grid.comparisons:
        if {a, b} == {one, other}:
            ratio = times if a == one else 1 / times
            strength = min(range(len(RATIOS)), key=lambda n: abs(math.log(max(ratio, 1 / ratio) / RATIOS[n])))
            return strength if ratio >= 1 else -strength
    return 0


def answered(grid: Grid, one: str, other: str, answer: int) -> Grid:
    """Keep an answer to one comparison, and the weights that follow from all of them."""
    ratio = RATIOS[abs(answer)] if answer >= 0 else 1 / RATIOS[-answer]
    others = (c for c in grid.comparisons if {c[0], c[1]} != {one, other})
    return _recompared(replace(grid, comparisons=(*others, (one, other, ratio))))


def pairs_of(grid: Grid) -> list[tuple[str, str]]:
    """List the comparisons to make, in the order of choice."""
    return list(combinations(chosen(grid), 2))


def compared(grid: Grid) -> PairwiseWeights:
    """Give the weights that the comparisons say, and how well they hold together."""
    return from_pairwise({(a, b): times for a, b, times in grid.comparisons}, chosen(grid))


def _recompared(grid: Grid) -> Grid:
    """Set the weights after the comparisons, where that is how the table weighs."""
    if grid.weighing is not Weighing.PAIRWISE or not grid.parts:
        return grid
    return weighed(grid, {str(name): WHOLE * share for name, share in compared(grid).weights.items()})


def points_of(weights: Mapping[str, float]) -> dict[str, float]:
    """Share a hundred whole points after some weights, by largest remainder; all zero stays all zero.

    >>> points_of({"a": 1, "b": 1, "c": 1})
    {'a': 34.0, 'b': 33.0, 'c': 33.0}
    """
    total = sum(weights.values())
    if total <= 0:
        return dict.fromkeys(weights, 0.0)
    exact = {name: WHOLE * weight / total for name, weight in weights.items()}
    floors = {name: math.floor(value + 1e-9) for name, value in exact.items()}
    left = WHOLE - sum(floors.values())
    first = {*sorted(exact, key=lambda name: floors[name] - exact[name])[:left]}
    return {name: float(floor + (name in first)) for name, floor in floors.items()}


def shares(grid: Grid) -> dict[str, float]:
    """Give the weights brought to a sum of one; all zero where none is given."""
    total = sum(part.weight for part in grid.parts)
    return {part.indicator_id: part.weight / total if total else 0.0 for part in grid.parts}
