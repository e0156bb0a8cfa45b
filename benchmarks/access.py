"""Time and memory of straight-line costs and E2SFCA together, beside PySAL's ``access`` on the same pairs.

``python -m benchmarks.access [--km 15] [--repeats 3] [--no-large]`` measures all dissemination areas of the
embedded package against 5,000 of its real places of service, then 498,000 origins **drawn by chance** around
those areas, which stand for no place (as many as there are census blocks in Canada), against the same sites.
A kilometre as the crow flies counts as one minute, without detour, so that the cut-off is in kilometres; the
steps are at one, two and three thirds of it. « Together » starts from coordinates; « measure » starts from
costs held in memory, or computed again where they are too many. PySAL is given the same pairs as a table
that is already made: it runs on the areas only, as the table of the larger case would not fit in memory.
Peak memory is that of the process until then, the package included.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

import numpy as np
import pandas as pd
from access import fca, weights

from geodata.access.costs import Mode, TravelCosts
from geodata.access.measures import enhanced_two_step_fca
from geodata.access.points import Points
from geodata.access.straight_line import Pace, straight_line
from geodata.access.thresholds import MILIEU_NAMES
from geodata.model import Level
from geodata.package import EMBEDDED, open_package

SITES, LARGE = 5_000, 498_000
JITTER_DEGREES = (0.004, 0.003)
A_KILOMETRE_A_MINUTE = Pace(
    detour=dict.fromkeys(MILIEU_NAMES, 1.0), drive_kmh=dict.fromkeys(MILIEU_NAMES, 60.0)
)

T = TypeVar("T")


@dataclass(frozen=True)
class Case:
    """People and places of service."""

    name: str
    origins: Points
    sites: Points
    demand: pd.Series

    @property
    def supply(self) -> pd.Series:
        """One of each."""
        return pd.Series(1.0, index=self.sites.ids)

    def costs(self, km: float) -> TravelCosts:
        """Give the pairs within so many kilometres, without computing them yet."""
        return straight_line(
            self.origins, self.sites, mode=Mode.DRIVE, cutoff_minutes=km, pace=A_KILOMETRE_A_MINUTE
        )

    def measure(self, costs: TravelCosts, km: float) -> pd.Series:
        return enhanced_two_step_fca(costs, self.demand, self.supply, steps(km))


def steps(km: float) -> dict[float, float]:
    """Give the decay of the formulas, over thirds of the cut-off."""
    return {km / 3: 1.0, 2 * km / 3: 0.68, km: 0.22}


def real() -> Case:
    """Take every dissemination area and the first 5,000 located places of service."""
    package = open_package(EMBEDDED)
    areas = package.level(Level.DA)
    places = package.locations.dropna(subset=["longitude", "latitude"]).set_index("id")[:SITES]
    people = areas["pop_2021"].fillna(0).astype(float)
    return Case("real areas", Points.from_frame(areas), Points.from_frame(places), people)


def generated(like: Case, seed: int = 7) -> Case:
    """Draw as many origins as there are census blocks in Canada, around real areas and in any order."""
    chance = np.random.default_rng(seed)
    at = chance.integers(0, len(like.origins), LARGE)
    east, north = JITTER_DEGREES
    origins = Points(
        pd.RangeIndex(LARGE),
        like.origins.longitude[at] + chance.normal(0, east, LARGE),
        like.origins.latitude[at] + chance.normal(0, north, LARGE),
    )
    people = pd.Series(chance.integers(0, 60, LARGE).astype(float))
    return Case("generated", origins, like.sites, people)


def seconds(call: Callable[[], T], repeats: int) -> tuple[float, T]:
    """Give the median time of a call, and what it gave."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        answer = call()
        times.append(time.perf_counter() - start)
    return median(times), answer


def peak_gb() -> float:
    """Give the most memory that the process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def ours(case: Case, km: float, repeats: int) -> pd.Series:
    """Print a line of the table; give the measure."""
    together, found = seconds(lambda: case.measure(case.costs(km), km), repeats)
    held = case.costs(km).kept()
    alone, _ = seconds(lambda: case.measure(held, km), repeats)
    pairs = sum(len(block.site) for block in held.blocks())
    print(
        f"| {case.name} | {len(case.origins):,} × {len(case.sites):,} | {pairs:,} | {together:.2f} "
        f"| {alone:.2f} | {peak_gb():.2f} |"
    )
    return found


def beside_pysal(case: Case, km: float, repeats: int, found: pd.Series) -> None:
    """Print how long PySAL takes on the same pairs, and by how much its result differs."""
    held = case.costs(km).kept()
    mine, _ = seconds(lambda: case.measure(held, km), repeats)
    table = held.frame().set_axis(["origin", "dest", "cost", "km"], axis=1)
    decay = weights.step_fn(steps(km))
    theirs, other = seconds(
        lambda: fca.two_stage_fca(
            case.demand.rename("demand").to_frame(),
            case.supply.rename("supply").to_frame(),
            table,
            max_cost=km,
            demand_index=True,
            weight_fn=decay,
        ),
        1,
    )
    finite = np.isfinite(other)  # PySAL divides by the demand of a site that nobody reaches
    apart = (found.reindex(other.index) / other - 1)[finite].abs().max()
    print(
        f"\nSame pairs, costs given: {mine:.2f} s here, {theirs:.1f} s with PySAL access "
        f"({theirs / mine:.0f} times); largest relative difference {apart:.1e}, "
        f"{int((~finite).sum())} origins left aside where PySAL has no finite number."
    )


def main() -> None:
    """Print one line a case."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--km", type=float, default=15.0)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--no-large", action="store_true")
    arguments = parser.parse_args()
    case = real()
    print("| Origins | Origins × sites | Pairs in reach | Together, s | Measure, s | Peak memory, GB |")
    print("|---|---:|---:|---:|---:|---:|")
    found = ours(case, arguments.km, arguments.repeats)
    if not arguments.no_large:
        ours(generated(case), arguments.km, 1)
    beside_pysal(case, arguments.km, arguments.repeats, found)


if __name__ == "__main__":
    main()
