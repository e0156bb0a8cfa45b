"""Time a custom territory of about 500 dissemination areas: ours, and the pipeline that one would write.

Run with ``python -m benchmarks.custom_territory``. Both are measured in one process, on the package that
comes with the program, after it was read once. The naive way overlays every area and groups by indicator;
it gives ratios and means only, without coverage, error, grade, places nor reasons.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import geopandas as gpd
import pandas as pd
import shapely

from geodata.custom import CustomTerritory, part_of
from geodata.custom.definition import id_of, named
from geodata.model import Level
from geodata.package import EMBEDDED, Package, open_package

SHAPE = shapely.box(-73.62, 45.50, -73.55, 45.55)
TURNS = 7


def ours(package: Package) -> pd.Series:
    territory = CustomTerritory(id_of("Mesure"), named("Mesure"), shape=SHAPE)
    rows = part_of(package, territory).observations
    return rows.set_index(["indicator_id", "period"])["value"]


def naive(package: Package) -> pd.Series:
    """Cut every polygon of Québec by the outline, weigh the areas' figures, group."""
    areas = package.territories[package.territories["level"] == Level.DA.value].to_crs(6623)
    areas = areas[areas.geom_type != "Point"][["territory_id", "geometry"]].reset_index(drop=True)
    areas["whole"] = areas.area
    outline = gpd.GeoDataFrame(geometry=[shapely.segmentize(SHAPE, 0.02)], crs=4326).to_crs(6623)
    pieces = gpd.overlay(areas, outline, how="intersection", keep_geom_type=True)
    pieces["fraction"] = pieces.area / pieces["whole"]
    rows = package.observations.merge(pieces[["territory_id", "fraction"]], on="territory_id")
    weighed = rows.assign(n=rows["numerator"] * rows["fraction"], d=rows["denominator"] * rows["fraction"])
    sums = weighed.groupby(["indicator_id", "period"])[["n", "d"]].sum()
    return (sums["n"] / sums["d"].where(sums["d"] > 0)).fillna(sums["n"])


def timed(way: Callable[[Package], pd.Series], package: Package) -> list[float]:
    seconds = []
    for _ in range(TURNS):
        start = time.perf_counter()
        way(package)
        seconds.append(time.perf_counter() - start)
    return seconds


def main() -> None:
    package = open_package(EMBEDDED)
    found, expected = ours(package), naive(package)
    for name in ("population", "cimd_economic_dependency"):
        print(f"{name}: {found[name].iloc[0]:.4f} ours, {expected[name].iloc[0]:.4f} naive")
    for name, way in (("ours", ours), ("naive", naive)):
        seconds = timed(way, package)
        print(
            f"{name}: median {statistics.median(seconds):.3f} s, least {min(seconds):.3f} s ({TURNS} turns)"
        )
    print(f"figures: {found.notna().sum()} ours, {expected.notna().sum()} naive")


if __name__ == "__main__":
    main()
