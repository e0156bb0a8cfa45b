"""A grid that comes from a file, made into a draft that the page's own controls can hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dashboard.priorities.draft import RATIOS, WHOLE, Draft, weighed
from dashboard.priorities.link import LONGEST_NAME, LONGEST_NOTES, MOST_TOP
from geodata.grids import Grid, Weighing, from_json
from geodata.text import Text

_SAME: Final = 1e-9


def draft_of(grid: Grid) -> tuple[Draft, tuple[Text, ...]]:
    """Make a draft of a grid; proportions stay exact, whatever the units of its weights.

    Returns
    -------
    tuple
        The draft, and one sentence for each thing that the page writes otherwise than the file.
    """
    notices: list[Text] = []
    if grid.weighing is Weighing.PAIRWISE and not all(_known(times) for _a, _b, times in grid.comparisons):
        notices.append(
            Text(
                "Les comparaisons du fichier ont d'autres réponses que celles de la page : les poids sont "
                "gardés tels quels, en curseurs.",
                "The comparisons of the file have other answers than those of the page: the weights are kept "
                "as they are, on sliders.",
            )
        )
        grid = replace(grid, weighing=Weighing.SLIDERS, comparisons=())
    if grid.top > MOST_TOP:
        notices.append(
            Text(
                f"Le fichier regarde les {grid.top} premiers territoires ; la page en regarde {MOST_TOP}.",
                f"The file looks at the first {grid.top} territories; the page looks at {MOST_TOP}.",
            )
        )
    # Who people are is never a need here, whatever the file says: the page then gives the reason.
    parts = tuple(replace(part, override=False) for part in grid.parts)
    shortened = replace(
        grid,
        parts=parts,
        name=" ".join(grid.name.split())[:LONGEST_NAME],
        authors=" ".join(grid.authors.split())[:LONGEST_NAME],
        notes=" ".join(grid.notes.split())[:LONGEST_NOTES],
        top=min(grid.top, MOST_TOP),
    )
    return Draft(_in_points(shortened)), tuple(notices)


def opened(written: str) -> tuple[Draft, tuple[Text, ...]]:
    """Read a file.

    Raises
    ------
    GridError
        If it holds no grid.
    """
    return draft_of(from_json(written))


def _known(times: float) -> bool:
    return any(abs(max(times, 1 / times) - ratio) < _SAME for ratio in RATIOS)


def _in_points(grid: Grid) -> Grid:
    """Bring weights of other units to a sum of a hundred."""
    whole = all(part.weight <= WHOLE and part.weight == round(part.weight) for part in grid.parts)
    if whole or grid.weighing is Weighing.PAIRWISE:
        return grid
    total = sum(part.weight for part in grid.parts)
    return weighed(grid, {part.indicator_id: WHOLE * part.weight / total for part in grid.parts})
