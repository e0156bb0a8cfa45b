"""What may enter a grid at a level, theme by theme, and what may not, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from dashboard import format as fmt
from dashboard.i18n import _, ngettext, text
from geodata.grids import may_enter
from geodata.model import GRADE_NAMES, GRADE_SHAPES, Direction, Grade, Indicator, Level, Theme
from geodata.package import Package
from geodata.text import Text

FEWEST_TERRITORIES: Final = 5
"""Under this number of territories, a level has no priorities to set."""

OFFICIAL_THEMES: Final = (Theme.DEPRIVATION, Theme.COMMUNITY)
"""Themes of the indices that a public body publishes whole."""


@dataclass(frozen=True)
class Apart:
    """An indicator that does not enter of itself.

    Attributes
    ----------
    reason
        Why.
    open
        Whether the table may still take it, by saying itself which way a need goes.
    """

    indicator: Indicator
    reason: Text
    open: bool


def levels(package: Package) -> list[Level]:
    """List the levels at which priorities can be set."""
    count = package.territories["level"].value_counts()
    return [level for level in Level if count.get(level.value, 0) >= FEWEST_TERRITORIES]


def choosable(package: Package, level: Level) -> dict[Theme, list[Indicator]]:
    """Give the indicators that may enter, by theme, in the domain's order."""
    present = [i for i in _present(package, level) if may_enter(i) is None]
    grouped = {theme: [i for i in present if i.theme is theme] for theme in Theme}
    return {theme: found for theme, found in grouped.items() if found}


def apart(package: Package, level: Level) -> list[Apart]:
    """Give the indicators that do not enter of themselves, with the reason."""
    reasons = [(i, may_enter(i)) for i in _present(package, level)]
    return [
        Apart(i, reason, may_enter(i, Direction.HIGHER_IS_NEED) is None) for i, reason in reasons if reason
    ]


def official(package: Package, level: Level) -> list[Indicator]:
    """Give the indices of public bodies that exist at a level and say which way conditions are harder."""
    return [
        i
        for i in _present(package, level)
        if i.theme in OFFICIAL_THEMES and i.direction is not Direction.DESCRIPTIVE
    ]


def certainty(frame: pd.DataFrame) -> str:
    """Say how many territories have a figure, and how far these can be leaned upon.

    Parameters
    ----------
    frame
        The ``frame`` of ``dashboard.figures.Figures``.
    """
    present = int(frame["value"].notna().sum())
    counted = frame.loc[frame["value"].notna(), "grade"].value_counts()
    grades = [
        f"{fmt.number(int(counted[grade.value]))} {GRADE_SHAPES[grade]} {text(GRADE_NAMES[grade])}"
        for grade in Grade
        if counted.get(grade.value, 0)
    ]
    said = ngettext("{n} territoire a un chiffre", "{n} territoires ont un chiffre", present).format(
        n=fmt.number(present)
    )
    return _("{counted} : {grades}.").format(counted=said, grades=", ".join(grades)) if grades else f"{said}."


def _present(package: Package, level: Level) -> list[Indicator]:
    return [i for i in package.indicators.values() if level in i.levels]
