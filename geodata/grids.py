"""A grid as a file that says and repeats everything, and a grid set against other data."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter, ValidationError

from geodata.choices import (
    FEWEST_PARTS,
    MOST_PARTS,
    Grid,
    GridError,
    Outcome,
    Weighing,
    outcome,
    require_complete,
)
from geodata.errors import ProximiteError
from geodata.grid_results import as_dict, inputs_from_dict
from geodata.inputs import GridPart, Inputs, is_held, may_enter, prepare
from geodata.model import Level
from geodata.package import Package
from geodata.text import Text

__all__ = [
    "FEWEST_PARTS",
    "FORMAT",
    "MOST_PARTS",
    "VERSION",
    "Grid",
    "GridError",
    "GridPart",
    "Inputs",
    "Outcome",
    "Weighing",
    "against",
    "from_json",
    "may_enter",
    "outcome",
    "prepare",
    "replay",
    "require_complete",
    "to_json",
]

FORMAT: Final = "proximite-grille"
VERSION: Final = 1
LONGEST: Final = 64_000_000
"""Characters of a file: more than 13,800 territories and 15 indicators take."""

_MARK: Final = "\ufeff"
"""What some editors write in front of a text."""

MOST_DRAWS: Final = 10_000
"""Draws that a file may ask for."""


def to_json(grid: Grid, results: Outcome | None = None) -> str:
    """Write a grid, with every figure that its page shows where there are results.

    Null is missing. With results the file also holds the data version, what each indicator is, all the
    figures and the seed, so that ``replay`` finds the same numbers again from the file alone.

    Raises
    ------
    GridError
        If the results come from other choices than the grid's.
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "grid": _GRID.dump_python(grid, mode="json"),
    }
    if results is None:
        return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1)
    if _choices(grid) != _choices(results.grid):
        raise GridError(
            Text("Ces chiffres ne sont pas ceux de cette grille", "These figures are not those of this grid"),
            where=grid.name,
            hint=Text("rechargez la page", "reload the page"),
        )
    content["grid"]["package_id"] = results.inputs.package_id
    content["results"] = as_dict(results)
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def from_json(text: str) -> Grid:
    """Read the grid of a file; its results are left alone.

    Raises
    ------
    GridError
        If it is not such a file, was written by another version, or its grid is wrong or incomplete.
    """
    text = text.removeprefix(_MARK)
    _require_readable(text)
    try:
        grid = _FILE.validate_json(text, strict=True).grid
    except ValidationError as failure:
        raise _wrong_field(failure) from failure
    require_complete(grid)
    return grid


def replay(text: str) -> Outcome:
    """Compute a page again from the figures of its file, without the data package.

    Raises
    ------
    GridError
        If the file cannot be read, or holds a grid without its figures.
    """
    grid = from_json(text)
    try:
        raw = json.loads(text.removeprefix(_MARK))["results"]
        run = _RUN.validate_python(raw["simulation"])
        inputs = inputs_from_dict(raw, grid)
        return outcome(grid, inputs, draws=run.draws, concentration=run.concentration, seed=run.seed)
    except ProximiteError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as failure:
        raise GridError(
            Text("Ce fichier n'a pas tous les chiffres de sa grille", "This file lacks figures of its grid"),
            hint=Text("exportez la grille de nouveau", "export the grid again"),
        ) from failure


@dataclass(frozen=True)
class _Header:
    format: str
    version: int


@dataclass(frozen=True)
class _File:
    grid: Grid


@dataclass(frozen=True)
class _Run:
    draws: Annotated[int, Field(ge=1, le=MOST_DRAWS)]
    concentration: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    seed: Annotated[int, Field(ge=0)]


_HEADER: Final = TypeAdapter(_Header)
_FILE: Final = TypeAdapter(_File)
_GRID: Final = TypeAdapter(Grid)
_RUN: Final = TypeAdapter(_Run)


def _require_readable(text: str) -> None:
    hint = Text("choisissez un fichier enregistré par cette page", "choose a file saved by this page")
    if len(text) > LONGEST:
        raise GridError(
            Text("Ce fichier est trop gros pour une grille", "This file is too large for a grid"), hint=hint
        )
    try:
        header = _HEADER.validate_json(text, strict=True)
    except (ValidationError, UnicodeError) as failure:
        raise GridError(
            Text("Ce fichier n'est pas une grille", "This file is not a grid"), hint=hint
        ) from failure
    if header.format != FORMAT:
        raise GridError(Text("Ce fichier n'est pas une grille", "This file is not a grid"), hint=hint)
    if header.version != VERSION:
        raise GridError(
            Text(
                f"Cette grille est de la version {header.version} du format, il faut la version {VERSION}",
                f"This grid has version {header.version} of the format, version {VERSION} is needed",
            ),
            hint=Text("ouvrez-la avec le programme qui l'a écrite", "open it with the program that wrote it"),
        )


def _wrong_field(failure: ValidationError) -> GridError:
    """Name the first field that is wrong; its value is not repeated, it may be anything."""
    where = ".".join(str(step) for step in failure.errors(include_input=False)[0]["loc"])
    return GridError(
        Text(
            "Un champ de cette grille est absent ou n'est pas valable",
            "A field of this grid is absent or not valid",
        ),
        where=where,
        hint=Text("corrigez-le, ou exportez la grille de nouveau", "correct it, or export the grid again"),
    )


def _choices(grid: Grid) -> tuple[object, ...]:
    """Give what decides of the figures."""
    return grid.level, grid.scale, grid.parts, grid.include_communities, grid.top


def against(grid: Grid, package: Package) -> tuple[Grid, tuple[Text, ...]]:
    """Set aside what a package does not hold of a grid, with a sentence for each thing.

    The weights of the others stay as given; their shares come back to 100 % in use. The result may have
    too few indicators to be applied: it then serves to choose others.

    Returns
    -------
    tuple
        The grid that can be used, and the sentences, whole with their final period.
    """
    notices: list[Text] = []
    if grid.package_id and grid.package_id != package.id:
        notices.append(
            Text(
                "Cette grille a été faite avec une autre version des données ; les chiffres ont pu changer.",
                "This grid was made with another version of the data; figures may have changed.",
            )
        )
    if grid.level.value not in set(package.territories["level"]):
        notices.append(
            Text(
                f"Ces données n'ont pas le niveau « {grid.level.value} » de la grille.",
                f"These data do not have the level “{grid.level.value}” of the grid.",
            )
        )
        return replace(grid, parts=()), tuple(notices)
    checked = [_part_against(part, grid.level, package) for part in grid.parts]
    notices += [notice for _, notice in checked if notice is not None]
    parts = tuple(part for part, _ in checked if part is not None)
    if len(parts) < len(grid.parts):
        notices.append(_remainder(parts))
    return replace(grid, parts=parts), tuple(notices)


def _part_against(part: GridPart, level: Level, package: Package) -> tuple[GridPart | None, Text | None]:
    """Give the usable part, or null, and what there is to say of it."""
    indicator = package.indicators.get(part.indicator_id)
    if indicator is None:
        return None, Text(
            f"« {part.indicator_id} » n'est plus dans ces données ; cet indicateur est mis de côté.",
            f"“{part.indicator_id}” is no longer in these data; this indicator is set aside.",
        )
    title = indicator.title
    if not is_held(package, level, part.indicator_id):
        return None, Text(
            f"« {title.fr} » n'existe pas à ce niveau ; cet indicateur est mis de côté.",
            f"“{title.en}” does not exist at this level; this indicator is set aside.",
        )
    recall = package.recall_of(part.indicator_id)
    if recall is not None:
        return None, Text(
            f"« {title.fr} » est mis de côté, sa source a été retirée : {recall.fr.rstrip('.')}.",
            f"“{title.en}” is set aside, its source was withdrawn: {recall.en.rstrip('.')}.",
        )
    if part.period in indicator.periods:
        return _direction_against(part, package)
    first = indicator.periods[0]
    used, refused = _direction_against(replace(part, period=first), package)
    return used, refused or Text(
        f"« {title.fr} » n'a plus l'année {part.period} ; {first} la remplace.",
        f"“{title.en}” no longer has the year {part.period}; {first} takes its place.",
    )


def _direction_against(part: GridPart, package: Package) -> tuple[GridPart | None, Text | None]:
    indicator = package.indicators[part.indicator_id]
    reason = may_enter(indicator, part.direction, override=part.override)
    if reason is None:
        return part, None
    return None, Text(
        f"« {indicator.title.fr} » est mis de côté : {reason.fr}.",
        f"“{indicator.title.en}” is set aside: {reason.en}.",
    )


def _remainder(parts: tuple[GridPart, ...]) -> Text:
    if len(parts) < FEWEST_PARTS:
        return Text(
            f"Il reste trop peu d'indicateurs : il en faut au moins {FEWEST_PARTS}, ajoutez-en.",
            f"Too few indicators are left: at least {FEWEST_PARTS} are needed, add some.",
        )
    return Text(
        "Le poids des indicateurs mis de côté est réparti entre les autres, en proportion.",
        "The weight of the indicators set aside is shared among the others, in proportion.",
    )
