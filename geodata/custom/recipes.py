"""How each figure of the catalogue is made for a custom territory: of which parts, summed in which way."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from geodata.aggregate import as_ratio_parts
from geodata.custom.units import WholeUnits
from geodata.errors import SelectionError
from geodata.model import Aggregation, Indicator, Level, Status
from geodata.package import Package

PARTS: Final = ["numerator", "denominator"]
_TOP_FIFTH: Final = "_top_fifth_pct"
_ADDITIVE_UNITS: Final = frozenset({"people", "dwellings", "places"})
_TOLERANCE: Final = 0.1


class Why(StrEnum):
    """Why a figure cannot be given for a custom territory."""

    WHOLE_UNITS = "whole_units"
    """It exists only for whole territories of some level, and this one is not made of them."""
    NOT_ADDITIVE = "not_additive"
    """A median, a score or a rank: nobody can add it up."""
    FEW_PEOPLE = "few_people"
    """An income of fewer than 250 people or 40 households."""
    NOT_COVERED = "not_covered"
    """Its publisher gives it for under 70 % of the people."""
    NOT_LISTED = "not_listed"
    """No listing covers the whole of this territory."""
    NO_LAND = "no_land"
    """The land area is known only of whole published territories."""
    NOT_MEANT = "not_meant"
    """Nobody there is of those that the figure is about."""


@dataclass(frozen=True)
class Recipe:
    """A figure that can be summed.

    Attributes
    ----------
    indicator, period
        Which.
    how, scale
        Sum, or ratio of sums times ``scale``.
    parts
        ``cell_id, numerator, denominator`` of the areas or territories inside.
    members
        ``cell_id, fraction`` of all of them.
    fit
        How nearly these members are the custom territory, 0 to 1: the people of both over those of either.
    """

    indicator: Indicator
    period: str
    how: Aggregation
    scale: float
    parts: pd.DataFrame
    members: pd.DataFrame
    fit: float = 1.0


def recipe_for(
    indicator: Indicator, period: str, members: pd.DataFrame, units: WholeUnits, package: Package
) -> Recipe | pd.DataFrame | None:
    """Find how to make a figure.

    Parameters
    ----------
    members
        ``cell_id, fraction`` of the dissemination areas.
    units
        Published territories that lie whole inside.

    Returns
    -------
    Recipe or pandas.DataFrame or None
        A recipe; or the one row of the published territory that is the very same, with its ``fit``; or null
        where neither is.
    """
    same = _row_of_the_same(indicator, period, units, package)
    if same is not None:
        return same
    parts = _area_parts(indicator, period, package, members["cell_id"])
    if parts is not None:
        how = Aggregation.RATIO if indicator.aggregation is Aggregation.NONE else indicator.aggregation
        return Recipe(indicator, period, how, indicator.scale, parts, members)
    finest_first = sorted(indicator.levels, key=list(Level).index, reverse=True)
    # Within a thousandth the level of the figure comes first, then the finest; else the truest one.
    truest = sorted(
        dict.fromkeys((indicator.base_level, *finest_first)),
        key=lambda level: -round(units.fit.get(level, 1.0), 3),
    )
    for level in truest:
        rows = _values(package, level, indicator.id, period) if level in units.by_level else None
        if rows is None:
            continue
        own = rows.reindex(list(units.by_level[level]))
        if len(own) == 1 and isinstance(own["status"].iloc[0], str):
            return own.assign(fit=units.fit.get(level, 1.0))
        summed = _summed(indicator, rows)
        if summed is not None:
            inside = pd.DataFrame({"cell_id": own.index, "fraction": 1.0})
            fit = units.fit.get(level, 1.0)
            return Recipe(indicator, period, *summed, _as_parts(own), inside, fit)
    return None


def _row_of_the_same(
    indicator: Indicator, period: str, units: WholeUnits, package: Package
) -> pd.DataFrame | None:
    """Give the published row of the one territory that has the very same areas: nothing beats it.

    A sum of areas that are each rounded, or hidden, is further from the truth than what is published.
    """
    finest_first = sorted(units.identical, key=list(Level).index, reverse=True)
    # An area that is a whole tract or town is better known as one: more is published of them.
    ways = sorted(finest_first, key=lambda level: (level is Level.DA, level is not indicator.base_level))
    for level in ways:
        rows = _values(package, level, indicator.id, period)
        own = None if rows is None else rows.reindex([units.identical[level]])
        if own is not None and own["status"].iloc[0] == Status.OK.value:
            return own.assign(fit=1.0)
    return None


@dataclass(frozen=True)
class _Of:
    """A package known by its content: what is found in it once holds for all of its territories."""

    id: str
    package: Package = field(compare=False, hash=False)


def why_not(indicator: Indicator, package: Package) -> Why:
    """Tell why a figure has no recipe: it never adds up, or not in parts as small as these."""
    return _why_not(indicator.id, _Of(package.id, package))


@lru_cache(maxsize=256)
def _why_not(indicator_id: str, of: _Of) -> Why:
    indicator = of.package.indicators[indicator_id]
    if indicator.aggregation is not Aggregation.NONE:
        return Why.WHOLE_UNITS
    for level in indicator.levels:
        rows = _values(of.package, level, indicator.id, indicator.periods[0])
        if rows is not None and _summed(indicator, rows) is not None:
            return Why.WHOLE_UNITS
    return Why.NOT_ADDITIVE


def _area_parts(
    indicator: Indicator, period: str, package: Package, wanted: pd.Series
) -> pd.DataFrame | None:
    """Give what each area adds to a figure, or null where the figure is not made of areas."""
    if indicator.aggregation is Aggregation.TOP_FIFTH_SHARE:
        return _fifth_parts(indicator, period, package, wanted)
    rows = _values(package, Level.DA, indicator.id, period) if Level.DA in indicator.levels else None
    if rows is None:
        return None
    if indicator.aggregation is Aggregation.NONE and not rows["denominator"].gt(0).any():
        return None
    return _as_parts(rows.reindex(wanted))


def _as_parts(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[PARTS].rename_axis("cell_id").reset_index()


def _fifth_parts(
    indicator: Indicator, period: str, package: Package, wanted: pd.Series
) -> pd.DataFrame | None:
    parts = _fifths_of_quebec(indicator.id, period, _Of(package.id, package))
    return None if parts is None else _as_parts(parts.reindex(wanted))


@lru_cache(maxsize=32)
def _fifths_of_quebec(indicator_id: str, period: str, of: _Of) -> pd.DataFrame | None:
    """Cut the areas of all of Québec into fifths: the highest is that of the province."""
    score = of.package.indicators.get(indicator_id.removesuffix(_TOP_FIFTH))
    if score is None or Level.DA not in score.levels:
        return None
    rows = _values(of.package, Level.DA, score.id, period)
    if rows is None:
        return None
    scores = pd.DataFrame(
        {"cell_id": rows.index, "numerator": rows["value"], "denominator": np.nan, "status": rows["status"]}
    )
    people = of.package.level(Level.DA)["pop_2021"].astype(float)
    return as_ratio_parts(scores, people, Aggregation.TOP_FIFTH_SHARE).set_index("cell_id")[PARTS]


def _summed(indicator: Indicator, rows: pd.DataFrame) -> tuple[Aggregation, float] | None:
    """Tell how a figure adds up over whole territories: as declared, or as its published parts prove."""
    if indicator.aggregation is not Aggregation.NONE:
        return indicator.aggregation, indicator.scale
    known = rows[rows["value"].notna() & rows["numerator"].notna()]
    if known.empty:
        return None
    if known["denominator"].isna().all():
        counts = indicator.unit.id in _ADDITIVE_UNITS and known["numerator"].eq(known["value"]).all()
        return (Aggregation.SUM, 1.0) if counts else None
    ratio = known["numerator"] / known["denominator"].where(known["denominator"] > 0)
    for scale in (indicator.scale, 100.0):
        if (ratio * scale - known["value"]).abs().median() < _TOLERANCE:
            return Aggregation.RATIO, scale
    return None


def _values(package: Package, level: Level, indicator_id: str, period: str) -> pd.DataFrame | None:
    try:
        return package.values(level, indicator_id, period)
    except SelectionError:
        return None
