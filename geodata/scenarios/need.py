"""Need as a percentile of people, by area: what multiplies people when the tool proposes a place."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geodata.aggregate import FEWEST_COVERED
from geodata.choices import Grid
from geodata.composite import Scale, composite, standardise
from geodata.errors import SelectionError
from geodata.inputs import GridPart, prepare
from geodata.model import Direction, Level
from geodata.package import Package
from geodata.scenarios.errors import ScenarioError
from geodata.scenarios.scenario import IndicatorNeed
from geodata.scenarios.scope import CENSUS_YEAR, municipal
from geodata.text import Text

_FINEST_FIRST = (
    Level.DA, Level.CT, Level.QUARTIER, Level.MUNICIPALITY, Level.ARRONDISSEMENT, Level.CLSC, Level.RLS,
    Level.MRC, Level.RTS, Level.RSS, Level.REGION,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Need:
    """Need by area.

    Attributes
    ----------
    percentile
        0 to 100 by ``da_id``; null where not known, and for communities, which enter no score.
    level
        The level at which it was read.
    coverage
        Share of the people looked at, communities apart, whose need is known, 0 to 1.
    """

    percentile: pd.Series
    level: Level
    coverage: float


def need_of(package: Package, need: IndicatorNeed | Grid, people: pd.Series) -> Need:
    """Give the need of each dissemination area as a percentile among the people of Québec.

    A grid is read at its own level; an indicator at the finest level where it is known for 70 % of the
    people looked at. An area of a wider territory takes its percentile, by the share of the area in each.
    Percentiles are of people: 80 says that four people of five live where need is lower
    (``geodata.composite.standardise``).

    Parameters
    ----------
    need
        An indicator whose direction says what need is, or a complete grid.
    people
        Those looked at, by ``da_id``.

    Raises
    ------
    SelectionError
        If the package does not hold the indicator, or it says nothing of needs.
    ScenarioError
        If it is not known for these people at any level.
    """
    if isinstance(need, Grid):
        return _covering(package, need.level, _grid_score(package, need), people)
    found = (
        _covering(package, level, _indicator_score(package, level, need), people)
        for level in _levels(package, need.indicator_id)
    )
    enough = next((one for one in found if one.coverage >= FEWEST_COVERED), None)
    if enough is None:
        raise ScenarioError(
            Text(
                "Cet indicateur n'est connu que pour trop peu de gens de ce territoire",
                "This indicator is known for too few people of this territory",
            ),
            where=need.indicator_id,
            hint=Text("choisissez-en un autre, ou ne pondérez pas", "choose another one, or do not weigh"),
        )
    return enough


def _covering(package: Package, level: Level, score: pd.Series, people: pd.Series) -> Need:
    percentile = _by_area(package, level, score)
    percentile = percentile.where(municipal(package, percentile.index))
    compared = people[municipal(package, people.index)]
    known = compared.where(percentile.reindex(compared.index).notna(), 0.0).sum()
    whole = compared.sum()
    return Need(percentile, level, float(known / whole) if whole > 0 else 0.0)


def _levels(package: Package, indicator_id: str) -> list[Level]:
    indicator = package.indicators.get(indicator_id)
    levels = [level for level in _FINEST_FIRST if indicator is not None and level in indicator.levels]
    if not levels:
        raise SelectionError(
            Text("Cet indicateur n'est pas dans ces données", "This indicator is not in these data"),
            where=indicator_id,
            hint=Text("choisissez-en un autre", "choose another one"),
        )
    return levels


def _indicator_score(package: Package, level: Level, need: IndicatorNeed) -> pd.Series:
    indicator = package.indicators[need.indicator_id]
    part = GridPart(indicator.id, need.period or indicator.periods[0], 1.0, indicator.direction)
    inputs = prepare(package, level, (part,))
    directions = {indicator.id: indicator.direction}
    return standardise(inputs.values, inputs.population, directions, Scale.PERCENTILE)[indicator.id]


def _grid_score(package: Package, grid: Grid) -> pd.Series:
    inputs = prepare(package, grid.level, grid.parts, include_communities=grid.include_communities)
    directions = {part.indicator_id: part.direction for part in grid.parts}
    standard = standardise(inputs.values, inputs.population, directions, grid.scale)
    score = composite(standard, grid.weights).score.rename("need").to_frame()
    upwards = {"need": Direction.HIGHER_IS_NEED}
    return standardise(score, inputs.population, upwards, Scale.PERCENTILE)["need"]


def _by_area(package: Package, level: Level, score: pd.Series) -> pd.Series:
    areas = package.level(Level.DA).index
    if level is Level.DA:
        return score.reindex(areas).rename("need")
    links = package.membership
    rows = links[links["census_year"].eq(CENSUS_YEAR) & links["territory_id"].isin(score.index)]
    rows = rows.assign(score=rows["territory_id"].map(score)).dropna(subset=["score"])
    weighed = (rows["score"] * rows["fraction"]).groupby(rows["da_id"]).sum()
    share = rows["fraction"].groupby(rows["da_id"]).sum()
    return (weighed / share).reindex(areas).rename("need")
