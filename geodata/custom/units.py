"""Published territories that a custom one holds whole: figures that cannot be cut are taken from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from geodata.model import Level
from geodata.package import Package

WHOLE: Final = 0.98
"""A territory is whole from this share of its people on: borders drawn twice never agree to the metre."""

EXACT: Final = 0.999
"""Under this fit, what published territories give is near the custom one, not its own."""

_TRACE: Final = 1e-6
"""Weight of an area where nobody lives."""

_CENSUS: Final = 2021
_EQUAL: Final = 1e-9


@dataclass(frozen=True)
class WholeUnits:
    """The published territories that lie whole in a custom one.

    Attributes
    ----------
    by_level
        Their identifiers, by level, where they make the whole custom territory within 2 % of its people.
    inside
        All those that are whole, whether or not they make all of it.
    shares
        ``da_id, territory_id, weight``: each area of the custom territory in the published territories
        around it, weighed by its people inside.
    fit
        By level of ``by_level``, how nearly those territories are the custom one: the people of both over
        the people of either.
    identical
        By level, the one territory that has the very same areas, by the same fractions.
    """

    by_level: dict[Level, tuple[str, ...]]
    inside: frozenset[str]
    shares: pd.DataFrame
    fit: dict[Level, float]
    identical: dict[Level, str]


def whole_units(rows: pd.DataFrame, package: Package) -> WholeUnits:
    """Find the published territories that a membership holds whole.

    Parameters
    ----------
    rows
        ``da_id, fraction`` of a custom territory.
    """
    table = package.membership
    current = table.loc[table["census_year"].eq(_CENSUS), ["da_id", "territory_id", "fraction"]]
    own = rows.set_index("da_id")["fraction"]
    people = package.level(Level.DA)["pop_2021"].astype(float).fillna(0.0) + _TRACE
    touching = current[current["da_id"].isin(own.index)]
    held = touching["da_id"].map(own)
    weight = touching["fraction"].where(touching["fraction"] < held, held) * touching["da_id"].map(people)
    inside = weight.groupby(touching["territory_id"]).sum()
    around = current[current["territory_id"].isin(inside.index)]
    total = (around["fraction"] * around["da_id"].map(people)).groupby(around["territory_id"]).sum()
    whole = inside.index[inside / total.reindex(inside.index) >= WHOLE]
    everyone = float((own * people.reindex(own.index)).sum())
    levels = package.territories["level"].reindex(whole)
    by_level = {
        Level(str(level)): tuple(str(unit) for unit in group)
        for level, group in whole.to_series().groupby(levels)
        if float(inside[group].sum()) >= WHOLE * everyone
    }
    fit = {
        level: float(inside[list(group)].sum()) / max(everyone, float(total[list(group)].sum()))
        for level, group in by_level.items()
    }
    areas = own[own >= WHOLE]
    total_of_areas = float(people.reindex(areas.index).sum())
    if total_of_areas >= WHOLE * everyone:
        by_level[Level.DA] = tuple(str(area) for area in areas.index)
        held_of_areas = float((areas * people.reindex(areas.index)).sum())
        fit[Level.DA] = held_of_areas / max(everyone, total_of_areas)
    shares = touching[["da_id", "territory_id"]].assign(weight=weight)
    same = _identical(own, around, levels)
    return WholeUnits(by_level, frozenset(str(unit) for unit in whole), shares, fit, same)


def _identical(own: pd.Series, around: pd.DataFrame, levels: pd.Series) -> dict[Level, str]:
    """Find the territories that have the areas of a custom one, no more and no fewer."""
    of_whole = around[around["territory_id"].isin(levels.index)]
    equal = (of_whole["fraction"] - of_whole["da_id"].map(own).astype(float)).abs().le(_EQUAL)
    all_equal = equal.groupby(of_whole["territory_id"]).agg(["all", "size"])
    found = all_equal.index[all_equal["all"] & all_equal["size"].eq(len(own))]
    same = {Level(str(levels[unit])): str(unit) for unit in found}
    if len(own) == 1 and own.iloc[0] > 1 - _EQUAL:
        same[Level.DA] = str(own.index[0])
    return same
