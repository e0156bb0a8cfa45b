"""One figure for several territories: sums divided, never an average of rates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dashboard import data
from dashboard.i18n import _
from geodata.aggregate import FEWEST_COVERED
from geodata.differences import Estimate
from geodata.model import ErrorKind, Indicator, Level
from geodata.package import Package
from geodata.uncertainty import grade, proportion_moe

_FACTORS: Final = (100.0, 10_000.0)
"""Scales in use, besides the one that an indicator declares."""

_PARTS: Final = ("numerator", "denominator", "n_cells", "coverage")
_RELATIVE: Final = 0.02
"""Published rates are rounded: their parts give them back within so much."""


@dataclass(frozen=True)
class Pooled:
    """A figure with its error, or why there is none.

    Attributes
    ----------
    value, moe_95
        In the indicator's unit; ``moe_95`` is null where the error is not published.
    grade
        As in ``observations``; null without a value.
    coverage
        Share of the people whose territory has a value, 0 to 1.
    why
        Why there is no value, in two or three words; empty where there is one.
    members, with_value
        Number of territories, and of those that have a value.
    """

    value: float | None
    moe_95: float | None
    grade: str | None
    coverage: float | None
    why: str
    members: int
    with_value: int

    @property
    def estimate(self) -> Estimate:
        """The figure as :func:`geodata.differences.difference` takes it."""
        return Estimate(self.value, self.moe_95)


def pooled(package: Package, territories: Sequence[str], indicator_id: str, period: str) -> Pooled:
    """Pool the figures of territories that do not overlap.

    A sum of parts is given only where every member's own figure is that division of its parts, so that
    a rate published without its parts, a median or an index is « n. d. ». Counts are not pooled either:
    the count of a group says nothing to one of its like.
    """
    indicator = package.indicators[indicator_id]
    rows = pd.DataFrame([_shown(package, one, indicator_id, period) for one in territories]).astype(float)
    rows.index = pd.Index(territories)
    known = rows[rows["value"].notna()]
    nothing = Pooled(None, None, None, None, _("n. d."), len(rows), len(known))
    people = package.territories.loc[rows.index, "pop_2021"].astype(float).fillna(0.0)
    covered = _covered(known, people)
    scale = _scale(known, indicator)
    if scale is None or covered < FEWEST_COVERED:
        return nothing
    sums = known[["numerator", "denominator", "n_cells"]].sum()
    value = scale * sums["numerator"] / sums["denominator"]
    moe = _moe(sums, indicator, scale)
    return Pooled(
        float(value),
        moe,
        _grade(value, moe, indicator, covered, float(people.sum())),
        covered,
        "",
        len(rows),
        len(known),
    )


def _shown(package: Package, territory: str, indicator_id: str, period: str) -> dict[str, object]:
    """Give the parts of a territory's figure, its value null where it is hidden or withdrawn."""
    level = Level(package.territories.at[territory, "level"])
    value = data.figures_of(package, level, indicator_id, period).values.loc[territory]
    row = package.value_of(territory, indicator_id, period)
    parts = {name: math.nan if row is None else row[name] for name in _PARTS}
    return {**parts, "value": value}


def _scale(known: pd.DataFrame, indicator: Indicator) -> float | None:
    """Find the factor by which each member's value is its numerator over its denominator."""
    if known.empty or known[["numerator", "denominator"]].isna().any(axis=None):
        return None
    if not known["denominator"].gt(0).all():
        return None
    ratio = known["numerator"] / known["denominator"]
    step = 10.0**-indicator.unit.decimals
    for scale in (indicator.scale, *_FACTORS):
        if np.allclose(scale * ratio, known["value"], rtol=_RELATIVE, atol=step):
            return scale
    return None


def _covered(known: pd.DataFrame, people: pd.Series) -> float:
    total = float(people.sum())
    if total <= 0:
        return 0.0
    inside = people[known.index] * known["coverage"].fillna(1.0)
    return min(float(inside.sum()) / total, 1.0)


def _moe(sums: pd.Series, indicator: Indicator, scale: float) -> float | None:
    if indicator.error_kind is ErrorKind.UNPUBLISHED:
        return None
    if indicator.error_kind is ErrorKind.NONE:
        return 0.0
    one = pd.DataFrame([sums])
    cells = one["n_cells"].clip(lower=1)
    moe = proportion_moe(one["numerator"], one["denominator"], cells, indicator.sample_fraction)
    return float(scale * moe.iloc[0])


def _grade(value: float, moe: float | None, indicator: Indicator, covered: float, people: float) -> str:
    given = grade(
        pd.Series([value]),
        pd.Series([np.nan if moe is None else moe]),
        indicator.error_kind,
        pd.Series([covered]),
        pd.Series([people]),
    )
    return str(given.iloc[0])
