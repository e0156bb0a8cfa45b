"""Every figure of the catalogue for a custom territory, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geodata.aggregate import carry_up, to_values
from geodata.custom.recipes import PARTS, Recipe, Why, recipe_for, why_not
from geodata.custom.units import WholeUnits
from geodata.model import Indicator, Level, Status, Theme
from geodata.package import Package

FEWEST_PEOPLE_FOR_INCOME: Final = 250
FEWEST_HOUSEHOLDS_FOR_INCOME: Final = 40
"""Under either, Statistics Canada publishes no income of an area."""

HOUSEHOLDS: Final = "one_person_households_pct"
"""Its denominator is the number of households of an area."""

_COLUMNS: Final = [
    "indicator_id", "period", "value", *PARTS, "n_cells", "coverage", "source_id", "status", "fit",
]  # fmt: skip
_REASONS: Final = {Status.NO_DATA.value: Why.NOT_COVERED, Status.NOT_APPLICABLE.value: Why.NOT_MEANT}


@dataclass(frozen=True)
class Carried:
    """Figures without their error, and why others are absent.

    Attributes
    ----------
    rows
        Columns of ``observations`` up to ``status``, one row an indicator and period, and ``fit``: how
        nearly what was summed is the territory, by its people, 0 to 1; the coverage counts it in.
    why
        Reason by indicator, where a period has no figure.
    """

    rows: pd.DataFrame
    why: dict[str, Why]


def carried(
    territory_id: str, members: pd.DataFrame, units: WholeUnits, package: Package, people: float
) -> Carried:
    """Carry every figure to a custom territory that the package lets carry.

    Parameters
    ----------
    territory_id
        Identifier of the territory.
    members
        ``da_id, fraction``.
    units
        Published territories that it holds whole.
    package
        Of the areas.
    people
        2021 population inside.

    Notes
    -----
    Sums, ratios, means by population and shares of the highest fifth are carried from dissemination areas
    as the package itself does; the fifth is that of Québec. A share whose parts are published by area is a
    ratio of their sums. What exists only for larger territories is summed over those that are whole. A
    median or a score is taken from a published territory only where both are one and the same.
    """
    cells = members.rename(columns={"da_id": "cell_id"})[["cell_id", "fraction"]]
    recipes: list[Recipe] = []
    same: list[pd.DataFrame] = []
    why: dict[str, Why] = {}
    for indicator, period in _asked(package):
        found = recipe_for(indicator, period, cells, units, package)
        if isinstance(found, Recipe):
            recipes.append(found)
        elif found is not None:
            same.append(_named(found, indicator, period))
        elif indicator.id not in why:
            why[indicator.id] = why_not(indicator, package)
    summed = _summed(recipes, package.territories["pop_2021"].astype(float))
    rows = pd.concat([*summed, *same], ignore_index=True)[_COLUMNS]
    absent = rows[rows["status"].isin(list(_REASONS))]
    why |= {str(i): _REASONS[s] for i, s in zip(absent["indicator_id"], absent["status"], strict=True)}
    return _withheld(Carried(rows.assign(territory_id=territory_id), why), package, people)


def _asked(package: Package) -> Iterator[tuple[Indicator, str]]:
    """Go through the catalogue but for places and density, which are counted apart."""
    for indicator in package.indicators.values():
        counted_apart = indicator.theme is Theme.SERVICES and indicator.base_level is Level.DA
        if counted_apart or indicator.unit.id == "per_km2":
            continue
        for period in indicator.periods:
            yield indicator, period


def _named(rows: pd.DataFrame, indicator: Indicator, period: str) -> pd.DataFrame:
    found = rows.assign(coverage=rows["coverage"] * rows["fit"])
    return found.assign(indicator_id=indicator.id, period=period, source_id=indicator.source_id)


def _summed(recipes: list[Recipe], people: pd.Series) -> list[pd.DataFrame]:
    """Sum all recipes at once: each is a territory of its own, and so are its cells."""
    if not recipes:
        return []
    keyed = {f"{n}": recipe for n, recipe in enumerate(recipes)}
    members = pd.concat([_keyed(r.members, key).assign(territory_id=key) for key, r in keyed.items()])
    parts = pd.concat([_keyed(r.parts, key) for key, r in keyed.items()])
    weights = members["cell_id"].str.split(" ", n=1).str[1].map(people)
    sums = carry_up(parts, members, pd.Series(weights.to_numpy(), members["cell_id"].to_numpy()))
    fit = pd.Series({key: recipe.fit for key, recipe in keyed.items()})
    sums["coverage"] *= fit.reindex(sums.index)
    ways = dict.fromkeys((r.how, r.scale) for r in recipes)
    values = pd.concat(
        to_values(sums.loc[[key for key, r in keyed.items() if (r.how, r.scale) == way]], *way)
        for way in ways
    )
    facts = [(r.indicator.id, r.period, r.indicator.source_id) for r in recipes]
    named = pd.DataFrame(facts, columns=["indicator_id", "period", "source_id"], index=list(keyed))
    return [named.join(values).assign(fit=fit)]


def _keyed(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    return frame.assign(cell_id=f"{key} " + frame["cell_id"].astype(str))


def _withheld(found: Carried, package: Package, people: float) -> Carried:
    """Keep back the incomes of very few people, as Statistics Canada does."""
    households = found.rows.loc[found.rows["indicator_id"].eq(HOUSEHOLDS), ["denominator", "coverage"]]
    few = people < FEWEST_PEOPLE_FOR_INCOME
    if not households.empty and households["coverage"].iloc[0] > 0:
        number = households["denominator"].iloc[0] / households["coverage"].iloc[0]
        few = few or number < FEWEST_HOUSEHOLDS_FOR_INCOME
    if not few:
        return found
    incomes = {i.id for i in package.indicators.values() if i.theme is Theme.INCOME}
    kept_back = found.rows["indicator_id"].isin(incomes) & found.rows["value"].notna()
    rows = found.rows.copy()
    rows.loc[kept_back, ["value", *PARTS]] = np.nan
    rows.loc[kept_back, "status"] = Status.SUPPRESSED.value
    hidden = dict.fromkeys(rows.loc[kept_back, "indicator_id"], Why.FEW_PEOPLE)
    return Carried(rows, {**found.why, **hidden})
