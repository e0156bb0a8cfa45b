"""What is known of one figure, and how much of it may be said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

import pandas as pd

from dashboard import data
from dashboard import format as fmt
from dashboard.certainty import estimate_of
from dashboard.comparing.pooling import Pooled
from dashboard.comparison import Reference, value_of_reference
from dashboard.figures import RECALLED, Fifth, Figures, fifth_in_words, fifth_of
from dashboard.i18n import _, text
from geodata.differences import Difference, Verdict, difference
from geodata.errors import SelectionError
from geodata.model import ErrorKind, Grade, Indicator, Level, Theme
from geodata.package import Package

_TWIN: Final = "_top_fifth_pct"
_SAID_ELSEWHERE: Final = ("population_2016",)
"""Figures that another one already holds: the change of the population."""

_COUNTS: Final = ("people", "dwellings", "places")
"""Units that grow with the territory: a small one and a large one are not compared by them."""


class Say(StrEnum):
    """What may be said of a figure."""

    VALUE = "value"
    UNCERTAIN = "uncertain"
    HIDDEN = "hidden"
    RECALLED = "recalled"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Fact:
    """One figure of one territory, beside what it is compared with.

    Attributes
    ----------
    row
        As in ``Figures.frame``.
    reference, gap
        Null for a count, and where the figure is not shown: beside it, others would tell it.
    figures
        Those of its level.
    """

    indicator: Indicator
    period: str
    row: pd.Series
    reference: Pooled | None
    gap: Difference | None
    figures: Figures

    @cached_property
    def fifth(self) -> Fifth | None:
        """Where it stands among its level; null where it may not be placed."""
        name = str(self.row.name)
        if self.figures.level is Level.CUSTOM or self.is_count or not self.row["placed"]:
            return None
        return fifth_of(self.figures.placed, name)

    @property
    def count(self) -> int:
        """Territories of the level among which it may be placed."""
        return int(self.figures.placed.notna().sum())

    @property
    def say(self) -> Say:
        """What may be said of it."""
        if self.row["hidden"]:
            return Say.HIDDEN
        if self.row["status"] == RECALLED:
            return Say.RECALLED
        if pd.isna(self.row["value"]):
            return Say.NOTHING
        return Say.UNCERTAIN if self.row["grade"] == Grade.DO_NOT_USE.value else Say.VALUE

    @property
    def unpublished(self) -> bool:
        """Whether nobody published how uncertain it is."""
        return bool(self.row["error_kind"] == ErrorKind.UNPUBLISHED.value)

    @property
    def is_count(self) -> bool:
        """Whether it grows with the territory."""
        return self.indicator.unit.id in _COUNTS

    @property
    def title(self) -> str:
        """Its title, without a colon of its own, so that one may follow."""
        return text(self.indicator.title).replace(f"{fmt.NBSP}: ", ", ").replace(": ", ", ")

    @property
    def value(self) -> str:
        """The figure as printed everywhere, with its unit."""
        return fmt.with_unit(self.row["value"], self.indicator.unit)

    @property
    def reference_value(self) -> str:
        """The figure that it is compared with, as printed; empty where there is none."""
        if self.reference is None or self.reference.value is None:
            return ""
        return fmt.with_unit(self.reference.value, self.indicator.unit)

    @property
    def fifth_words(self) -> str:
        """Where it stands among its level; empty where that may not be said."""
        if self.fifth is None or self.fifth is Fifth.SHARED:
            return ""
        return _("{fifth} des {count} territoires du même niveau").format(
            fifth=fifth_in_words(self.fifth), count=fmt.number(self.count)
        )


def fact_of(
    package: Package,
    territory: str,
    indicator_id: str,
    period: str | None = None,
    reference: Reference | None = None,
) -> Fact | None:
    """Give what is known of a figure; null where the indicator or the period is not at this level."""
    indicator = package.indicators.get(indicator_id)
    level = Level(package.territories.at[territory, "level"])
    if indicator is None or level not in indicator.levels:
        return None
    chosen = period or indicator.periods[0]
    try:
        figures = data.figures_of(package, level, indicator_id, chosen)
    except SelectionError:
        return None
    row = figures.row(territory)
    grows = indicator.unit.id in _COUNTS
    other = None if grows else _reference(package, territory, reference, indicator_id, chosen, row)
    return Fact(
        indicator,
        chosen,
        row,
        other,
        difference(estimate_of(row), other.estimate) if other is not None else None,
        figures,
    )


def _reference(
    package: Package,
    territory: str,
    reference: Reference | None,
    indicator_id: str,
    period: str,
    row: pd.Series,
) -> Pooled | None:
    if reference is None or pd.isna(row["value"]) or territory in reference.territories:
        return None
    return value_of_reference(package, reference, indicator_id, period)


def facts_of(
    package: Package, territory: str, themes: tuple[Theme, ...], reference: Reference | None = None
) -> list[Fact]:
    """Give every figure of some themes at the territory's level: counts first, then as in the catalogue."""
    level = Level(package.territories.at[territory, "level"])
    shown = [
        indicator
        for theme in themes
        for indicator in package.indicators.values()
        if indicator.theme is theme
        and level in indicator.levels
        and indicator.id not in _SAID_ELSEWHERE
        and not _has_twin(package, indicator, level)
    ]
    found = (fact_of(package, territory, indicator.id, None, reference) for indicator in shown)
    return sorted((fact for fact in found if fact is not None), key=lambda fact: not fact.is_count)


def _has_twin(package: Package, indicator: Indicator, level: Level) -> bool:
    """Say whether a score is also given as a share of people, which more readers understand."""
    twin = package.indicators.get(indicator.id + _TWIN)
    return twin is not None and level in twin.levels


def compared(fact: Fact, with_what: str, to_what: str) -> str:
    """Say how a figure compares, and no more than the errors allow; empty where there is nothing.

    Where the error of either is not published, nothing is called higher or lower: see ``beside``.

    Parameters
    ----------
    with_what, to_what
        The reference inside a sentence, alone and after « à ».
    """
    if not fact.reference_value or fact.gap is None or fact.say is not Say.VALUE:
        return ""
    if fact.gap.verdict is Verdict.UNKNOWN:
        return ""
    facts = {"reference": with_what, "to_reference": to_what, "value": fact.reference_value}
    same_print = fact.reference_value == fact.value
    if fact.gap.verdict is Verdict.WITHIN_ERROR or same_print:
        return _("ce qui se compare {to_reference} ({value})").format(**facts)
    if (fact.gap.value or 0.0) > 0:
        return _("un niveau plus élevé que pour {reference} ({value})").format(**facts)
    return _("un niveau moins élevé que pour {reference} ({value})").format(**facts)


def beside(fact: Fact, with_what: str) -> str:
    """Give a figure, with that of the reference in brackets where neither can be called higher."""
    if not fact.reference_value or fact.gap is None or fact.gap.verdict is not Verdict.UNKNOWN:
        return fact.value
    return _("{value} (pour {reference} : {other})").format(
        value=fact.value, reference=with_what, other=fact.reference_value
    )
