"""Time of one full answer to a moved weight, beside a loop of pandas over the same draws.

``python -m benchmarks.priorities [--draws 1000] [--repeats 5]`` standardises, scores and simulates around
the chosen weights and over all weights, with the error of the figures, on CLSC territories, MRCs and DAs
of the embedded package, then 13,806 territories of 15 indicators **drawn by chance** that stand for no
place (the package has fewer indicators at that level). Reading the figures is timed apart, as the page keeps
them. The last column is the largest difference between the two shares of draws among the first, which comes
from their different draws alone.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
import pandas as pd

from geodata.composite import Scale, composite, standardise, standardise_error
from geodata.grids import GridPart, prepare
from geodata.model import Direction, Level
from geodata.package import EMBEDDED, Package, open_package
from geodata.stability import CONCENTRATION, sensitivity, stability

TOP = 20
AREAS, MOST = 13_806, 15
FEWEST_HELD = 0.5
"""Share of the territories with a value; one city's index would leave the others without a score."""

AGES = ("age_0_17_pct", "age_65_plus_pct", "age_75_plus_pct", "age_85_plus_pct")
"""Descriptive: here the benchmark says « higher », as a table would have to."""


@dataclass(frozen=True)
class Case:
    """Figures to rank, in their units."""

    name: str
    values: pd.DataFrame
    error: pd.DataFrame
    people: pd.Series
    directions: dict[str, Direction]
    read_seconds: float


def real(package: Package, level: Level, more: Sequence[str] = ()) -> Case:
    """Take every indicator that reads as a need at a level, and ``more``, up to the most that a grid has."""
    chosen = [i for i in package.indicators.values() if level in i.levels]
    parts = [
        GridPart(i.id, i.periods[0], 1.0, i.direction)
        for i in chosen
        if i.direction is not Direction.DESCRIPTIVE
    ]
    parts += [
        GridPart(name, package.indicators[name].periods[0], 1.0, Direction.HIGHER_IS_NEED) for name in more
    ]
    parts = parts[:MOST]
    start = time.perf_counter()
    found = prepare(package, level, parts)
    took = time.perf_counter() - start
    kept = found.values.columns[found.values.notna().mean() >= FEWEST_HELD]
    directions = {part.indicator_id: part.direction for part in parts if part.indicator_id in kept}
    return Case(
        level.value, found.values[kept], found.standard_error[kept], found.population, directions, took
    )


def generated(seed: int = 7) -> Case:
    """Draw as many territories as there are dissemination areas, with every value and error."""
    chance = np.random.default_rng(seed)
    index = pd.Index([f"da:{i}" for i in range(AREAS)])
    columns = [f"i{j}" for j in range(MOST)]
    common = chance.normal(size=(AREAS, 1))
    values = pd.DataFrame(common + chance.normal(size=(AREAS, MOST)), index, columns)
    error = pd.DataFrame(chance.uniform(0.05, 0.4, (AREAS, MOST)), index, columns)
    people = pd.Series(chance.integers(0, 900, AREAS), index)
    return Case(
        "da (generated)", values, error, people, dict.fromkeys(columns, Direction.HIGHER_IS_NEED), 0.0
    )


def ours(case: Case, weights: pd.Series, draws: int) -> pd.Series:
    """Answer as the page does; gives the share of draws among the first."""
    standard = standardise(case.values, case.people, case.directions, Scale.Z_SCORE)
    error = standardise_error(case.values, case.error, case.people, Scale.Z_SCORE)
    composite(standard, weights)
    sensitivity(standard, weights, TOP)
    return stability(standard, weights, top=TOP, standard_error=error, draws=draws).frame["top_share"]


def naive(case: Case, weights: pd.Series, draws: int) -> pd.Series:
    """Answer with pandas alone: one table redrawn, summed and ranked for each draw."""
    chance = np.random.default_rng(1)
    columns = {}
    for name, direction in case.directions.items():
        column, people = case.values[name], case.people.fillna(0).where(case.values[name].notna(), 0)
        mean = (column * people).sum() / people.sum()
        sd = (((column - mean) ** 2 * people).sum() / people.sum()) ** 0.5
        sign = -1 if direction is Direction.LOWER_IS_NEED else 1
        columns[name] = (sign * (column - mean) / sd, case.error[name] / sd)
    standard = pd.DataFrame({name: z for name, (z, _) in columns.items()}).dropna()
    error = pd.DataFrame({name: e for name, (_, e) in columns.items()}).loc[standard.index].fillna(0.0)
    shares = []
    for alpha in (CONCENTRATION * weights / weights.sum(), np.ones(len(weights))):
        ranks = {}
        for i, drawn in enumerate(chance.dirichlet(alpha, draws)):
            moved = standard + error * chance.normal(size=standard.shape)
            ranks[i] = (moved * drawn).sum(axis=1).rank(ascending=False)
        table = pd.DataFrame(ranks)
        table.quantile([0.05, 0.95], axis=1)
        shares.append((table <= TOP).mean(axis=1))
    return shares[0]


def seconds(call: Callable[[], pd.Series], repeats: int) -> tuple[float, pd.Series]:
    """Give the median time of a call, and what it gave."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        answer = call()
        times.append(time.perf_counter() - start)
    return median(times), answer


def main() -> None:
    """Print one line a case."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    package = open_package(EMBEDDED)
    package.values(Level.MRC, "cimd_economic_dependency")  # so that reading the file is not counted
    print(
        "| Level | Territories × indicators | Ranked | Read, s | Answer, s | pandas, s | Ratio | Difference |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for case in (
        real(package, Level.CLSC, AGES),
        real(package, Level.MRC),
        real(package, Level.DA),
        generated(),
    ):
        weights = pd.Series(1.0, index=case.values.columns)
        mine, share = seconds(lambda case=case, w=weights: ours(case, w, arguments.draws), arguments.repeats)
        theirs, other = seconds(lambda case=case, w=weights: naive(case, w, arguments.draws), 1)
        apart = (share.dropna() - other).abs().max()
        ranked = int(share.notna().sum())
        print(
            f"| {case.name} | {case.values.shape[0]:,} × {case.values.shape[1]} | {ranked:,} "
            f"| {case.read_seconds:.3f} | {mine:.3f} | {theirs:.2f} | {theirs / mine:.0f} | {apart:.3f} |"
        )


if __name__ == "__main__":
    main()
