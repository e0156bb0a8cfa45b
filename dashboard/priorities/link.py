"""A draft as the address bar holds it: short codes, read from any hand, written whole.

``grille=id~weight~period~+`` joins the indicators by commas. The period is left out where it is the first
of the indicator; the sign says a direction that is the table's own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from dashboard.priorities.draft import (
    STRONGEST,
    WHOLE,
    Draft,
    answer_of,
    answered,
    empty,
    pairs_of,
)
from geodata.composite import Scale
from geodata.grids import MOST_PARTS, Grid, GridPart, Weighing
from geodata.model import Direction, Level
from geodata.package import Package
from geodata.text import Text

OPENING_TOP: Final = 10
MOST_TOP: Final = 100
LONGEST_NAME: Final = 80
LONGEST_NOTES: Final = 600
ID_LENGTH: Final = 8
LONGEST_QUOTE: Final = 40

_FIELD: Final = "~"
_PART: Final = ","
_SIGNS: Final = {"+": Direction.HIGHER_IS_NEED, "-": Direction.LOWER_IS_NEED}
_YES: Final = "1"
_IDENTIFIER: Final = re.compile(r"[a-z0-9_]{1,80}")
_PERIOD: Final = re.compile(r"[0-9-]{4,9}")

_Word = TypeVar("_Word", bound=StrEnum)


class Here(StrEnum):
    """Names in the address bar, beside those that every page shares."""

    LEVEL = "niveau"
    GRID = "grille"
    SCALE = "echelle"
    WEIGHING = "ponderation"
    ANSWERS = "paires"
    TOP = "premiers"
    NAME = "nom"
    AUTHORS = "par"
    DATE = "le"
    NOTES = "notes"
    TERRITORY = "territoire"
    OFFICIAL = "officiel"
    EXAMPLE = "exemple"
    PACKAGE = "paquet"


_SCALES: Final = {"z": Scale.Z_SCORE, "centiles": Scale.PERCENTILE}
_WEIGHINGS: Final = {
    "curseurs": Weighing.SLIDERS,
    "points": Weighing.POINTS,
    "paires": Weighing.PAIRWISE,
}


def to_query(draft: Draft, package: Package) -> dict[str, str]:
    """Write a draft; what is as the page opens is left out.

    Parameters
    ----------
    draft
        What was chosen.
    package
        Says which period of an indicator comes first, and its own direction.
    """
    grid = draft.grid
    scale = next(word for word, scale in _SCALES.items() if scale is grid.scale)
    weighing = next(word for word, way in _WEIGHINGS.items() if way is grid.weighing)
    pairs = {
        Here.LEVEL: grid.level.value,
        Here.GRID: _PART.join(_code(part, package) for part in grid.parts),
        Here.SCALE: "" if grid.scale is Scale.Z_SCORE else scale,
        Here.WEIGHING: "" if grid.weighing is Weighing.SLIDERS else weighing,
        Here.ANSWERS: _answers_code(grid),
        Here.TOP: "" if grid.top == OPENING_TOP else str(grid.top),
        Here.NAME: grid.name,
        Here.AUTHORS: grid.authors,
        Here.DATE: grid.date,
        Here.NOTES: grid.notes,
        Here.TERRITORY: draft.territory or "",
        Here.OFFICIAL: draft.official or "",
        Here.EXAMPLE: _YES if draft.example else "",
        Here.PACKAGE: "" if grid.package_id == package.id else grid.package_id,
    }
    return {name.value: value for name, value in pairs.items() if value}


def from_query(query: Mapping[str, str], package: Package, opening: Level) -> tuple[Draft, tuple[Text, ...]]:
    """Read a draft from an address; never raises.

    Returns
    -------
    tuple
        A draft, which may still name indicators that these data do not hold, and one calm sentence for
        each thing of the address that could not be read.
    """
    notices: list[Text] = []
    draft = empty(_level(query, package, opening, notices), package)
    made_with = query.get(Here.PACKAGE, "")
    same = not made_with or made_with[:ID_LENGTH] == package.id[:ID_LENGTH]
    grid = replace(
        draft.grid,
        parts=_parts(query.get(Here.GRID, ""), package, notices),
        scale=_word(query, Here.SCALE, _SCALES, Scale.Z_SCORE, notices),
        weighing=_word(query, Here.WEIGHING, _WEIGHINGS, Weighing.SLIDERS, notices),
        top=_top(query.get(Here.TOP, ""), notices),
        name=_line(query, Here.NAME, LONGEST_NAME),
        authors=_line(query, Here.AUTHORS, LONGEST_NAME),
        date=_date(_line(query, Here.DATE, LONGEST_QUOTE), notices),
        notes=_line(query, Here.NOTES, LONGEST_NOTES),
        package_id=package.id if same else made_with[:LONGEST_QUOTE],
    )
    grid = _with_answers(grid, query.get(Here.ANSWERS, ""), notices)
    official, territory = query.get(Here.OFFICIAL) or None, query.get(Here.TERRITORY) or None
    example = query.get(Here.EXAMPLE) == _YES
    read = replace(draft, grid=grid, territory=territory, official=official, example=example)
    return read, tuple(notices)


def _code(part: GridPart, package: Package) -> str:
    known = package.indicators.get(part.indicator_id)
    first = bool(known and known.periods[0] == part.period)
    own = bool(known and known.direction is part.direction)
    sign = "" if own else next((s for s, direction in _SIGNS.items() if direction is part.direction), "")
    fields = [
        part.indicator_id,
        f"{part.weight:.12g}",
        "" if first else part.period,
        sign,
    ]
    return _FIELD.join(fields).rstrip(_FIELD)


def _parts(code: str, package: Package, notices: list[Text]) -> tuple[GridPart, ...]:
    found: dict[str, GridPart] = {}
    for piece in code.split(_PART):
        if not piece:
            continue
        part = _part(piece, package)
        if part is None:
            notices.append(unread(piece))
        else:
            found.setdefault(part.indicator_id, part)
    if len(found) > MOST_PARTS:
        notices.append(
            Text(
                f"Le lien nomme {len(found)} indicateurs ; les {MOST_PARTS} premiers sont gardés.",
                f"The link names {len(found)} indicators; the first {MOST_PARTS} are kept.",
            )
        )
    return tuple(found.values())[:MOST_PARTS]


def _part(piece: str, package: Package) -> GridPart | None:
    name, weight, period, sign, *rest = (*piece.split(_FIELD), "", "", "")
    if any(rest) or not _IDENTIFIER.fullmatch(name) or (sign and sign not in _SIGNS):
        return None
    if period and not _PERIOD.fullmatch(period):
        return None
    known = package.indicators.get(name)
    number = _number(weight)
    if number is None:
        return None
    own = known.direction if known else Direction.DESCRIPTIVE
    first = known.periods[0] if known else ""
    return GridPart(name, period or first, number, _SIGNS.get(sign, own))


def _number(written: str) -> float | None:
    try:
        number = float(written or 0)
    except ValueError:
        return None
    return number if math.isfinite(number) and 0 <= number <= WHOLE else None


def _answers_code(grid: Grid) -> str:
    answers = [answer_of(grid, one, other) for one, other in pairs_of(grid)]
    return ".".join(map(str, answers)) if grid.weighing is Weighing.PAIRWISE and any(answers) else ""


def _with_answers(grid: Grid, code: str, notices: list[Text]) -> Grid:
    """Set the comparisons of the link; without any, two by two means that all count as much."""
    if grid.weighing is not Weighing.PAIRWISE or not grid.parts:
        return grid
    pairs = pairs_of(grid)
    written = code.split(".") if code else ["0"] * len(pairs)
    allowed = {str(answer) for answer in range(-STRONGEST, STRONGEST + 1)}
    if len(written) != len(pairs) or not allowed.issuperset(written):
        notices.append(
            Text(
                "Les comparaisons deux à deux du lien sont illisibles ; elles reviennent à « autant ».",
                "The comparisons of the link cannot be read; they are back to “as much”.",
            )
        )
        written = ["0"] * len(pairs)
    for (one, other), answer in zip(pairs, written, strict=True):
        grid = answered(grid, one, other, int(answer))
    return grid


def _level(query: Mapping[str, str], package: Package, opening: Level, notices: list[Text]) -> Level:
    asked = query.get(Here.LEVEL, "")
    if asked in {level.value for level in Level} and (package.territories["level"] == asked).any():
        return Level(asked)
    if asked:
        notices.append(unread(asked))
    return opening


def _word(
    query: Mapping[str, str], name: Here, known: Mapping[str, _Word], otherwise: _Word, notices: list[Text]
) -> _Word:
    asked = query.get(name, "")
    if asked and asked not in known:
        notices.append(unread(asked))
    return known.get(asked, otherwise)


def _top(asked: str, notices: list[Text]) -> int:
    if len(asked) <= len(str(MOST_TOP)) and asked.isdecimal() and 1 <= int(asked) <= MOST_TOP:
        return int(asked)
    if asked:
        notices.append(unread(asked))
    return OPENING_TOP


def _date(asked: str, notices: list[Text]) -> str:
    try:
        return date.fromisoformat(asked).isoformat() if asked else ""
    except ValueError:
        notices.append(unread(asked))
        return ""


def _line(query: Mapping[str, str], name: Here, longest: int) -> str:
    printable = "".join(c if c.isprintable() else " " for c in query.get(name, ""))
    return " ".join(printable.split())[:longest]


def unread(piece: str) -> Text:
    """Say that a piece of the link is left aside."""
    short = piece if len(piece) <= LONGEST_QUOTE else piece[:LONGEST_QUOTE] + "…"
    return Text(
        f"Un morceau du lien est illisible : « {short} ». Il est laissé de côté, le reste est gardé.",
        f"A piece of the link cannot be read: “{short}”. It is left aside, the rest is kept.",
    )
