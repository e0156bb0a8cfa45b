"""Time and memory of travel costs along streets, beside pandana on the same nodes and minutes.

``python -m benchmarks.network [--layer PARQUET] [--cutoff 60]`` first draws a provincial grid of a million
arcs, **by chance** (speeds) and denser where dissemination areas are; it stands for no road. The
dissemination areas of the embedded package are its origins and 2,000 places beside some of them its sites.
pandana is left out there: the hierarchy that it prepares takes many minutes on a grid. Then, with
``--layer`` (Ville de Québec's ``vdq_voie_publique.parquet``), come the real streets, the areas within them
and the schools. Places are put at their nearest node for both programs, so that their numbers must agree: the
last columns give the largest difference, in minutes, of the time to the nearest site (pandana keeps whole
thousandths of a minute an arc), and how many origins only one of the two finds out of reach. pandana
answers the nearest site only; ours gives every pair with its minutes and kilometres. Memory is the peak of
this process; each of its workers holds about 0.15 GB more.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from etl.networks.road_layer import read_layer
from geodata.access.costs import TravelCosts
from geodata.access.facts import Mode
from geodata.access.points import Points
from geodata.crs import METRIC_CRS
from geodata.model import Level
from geodata.networks.building import graph_from_segments
from geodata.networks.graph import RoadGraph
from geodata.networks.routing import network_costs
from geodata.networks.snapping import snap
from geodata.package import EMBEDDED, Package, open_package

SIDE = 500
SITES = 2_000
EVEN = 0.1
"""Share of the grid's spacing that ignores where people are, so that the North has streets too."""

Answer = TypeVar("Answer")


def provincial(package: Package, seed: int = 1) -> gpd.GeoDataFrame:
    """Draw a grid of 250,000 nodes over the province, both ways, with speeds drawn by chance."""
    areas = Points.from_frame(package.level(Level.DA))
    share = np.linspace(0, 1, SIDE)
    x, y = (
        (1 - EVEN) * np.quantile(axis, share) + EVEN * np.linspace(axis.min(), axis.max(), SIDE)
        for axis in (areas.x_m, areas.y_m)
    )
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    place = np.column_stack([axis.ravel() for axis in np.meshgrid(x, y)])
    start = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    end = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    lines = shapely.linestrings(np.stack([place[start], place[end]], axis=1))
    kmh = np.random.default_rng(seed).choice([30.0, 50.0, 70.0, 90.0], len(start))
    ways = {"drive_kmh": kmh, "forward": True, "backward": True, "walk": True, "drive": True}
    return gpd.GeoDataFrame(ways, geometry=lines, crs=METRIC_CRS)


def at_nodes(graph: RoadGraph, points: Points) -> tuple[Points, pd.Series]:
    """Move places that are on the network to their nearest node; gives the nodes too."""
    found = snap(graph, points, Mode.DRIVE)
    node = found.loc[found["usable"] & found["main"], "node"]
    return Points(node.index, graph.longitude[node], graph.latitude[node]), node


def timed(call: Callable[[], Answer]) -> tuple[float, Answer]:
    """Give the seconds of a call, and what it gave."""
    start = time.perf_counter()
    answer = call()
    return time.perf_counter() - start, answer


def nearest_minutes(costs: TravelCosts) -> pd.Series:
    """Give the time to the nearest site by origin; NaN out of reach."""
    return costs.frame().groupby("origin_id")["minutes"].min().reindex(costs.origins)


def pandana_nearest(
    graph: RoadGraph, origins: pd.Series, sites: pd.Series, cutoff: float
) -> tuple[float, float, pd.Series]:
    """Answer with pandana: seconds to prepare its network, seconds of the nearest site, and the minutes."""
    import pandana

    arcs = graph.arcs(Mode.DRIVE)
    with redirect_stdout(StringIO()):
        prepare, network = timed(
            lambda: pandana.Network(
                pd.Series(graph.x_m),
                pd.Series(graph.y_m),
                pd.Series(arcs.tail),
                pd.Series(arcs.head),
                pd.DataFrame({"minutes": arcs.minutes}),
                twoway=False,
            )
        )
    network.precompute(0)

    def answer() -> pd.Series:
        network.set_pois("sites", cutoff, 1, pd.Series(graph.x_m[sites]), pd.Series(graph.y_m[sites]))
        return network.nearest_pois(cutoff, "sites", num_pois=1)[1]

    took, by_node = timed(answer)
    minutes = by_node.loc[origins.to_numpy()].set_axis(origins.index)
    return prepare, took, minutes.where(minutes < cutoff)


def report(
    name: str, graph: RoadGraph, built: float, origins: Points, sites: Points, cutoff: float, *, beside: bool
) -> str:
    """Give the line of one network, with pandana beside it or not."""
    from_here, origin_node = at_nodes(graph, origins)
    to_there, site_node = at_nodes(graph, sites)
    took, costs = timed(
        lambda: network_costs(graph, from_here, to_there, mode=Mode.DRIVE, cutoff_minutes=cutoff)
    )
    pairs = sum(len(block.site) for block in costs.blocks())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    line = (
        f"| {name} | {len(graph.x_m):,} / {len(graph.arcs(Mode.DRIVE).tail):,} | {len(from_here):,} × "
        f"{len(to_there):,} | {built:.1f} | {took:.1f} | {pairs:,} | {peak:.1f} "
    )
    if not beside:
        return f"{line}| — | — | — |"
    prepare, theirs, other = pandana_nearest(graph, origin_node, site_node, cutoff)
    mine = nearest_minutes(costs)
    apart = (mine - other).abs().max()
    disagree = int((mine.isna() != other.isna()).sum())
    return f"{line}| {prepare:.1f} + {theirs:.1f} | {apart:.1e} | {disagree} |"


def within(graph: RoadGraph, frame: pd.DataFrame) -> Points:
    """Keep the places within the bounds of a network."""
    west, south, east, north = graph.facts.bounds
    inside = frame["longitude"].between(west, east) & frame["latitude"].between(south, north)
    return Points.from_frame(frame[inside])


def main() -> None:
    """Print one line a network."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--layer", type=Path)
    parser.add_argument("--cutoff", type=float, default=60.0)
    arguments = parser.parse_args()
    package = open_package(EMBEDDED)
    areas = package.level(Level.DA)[["longitude", "latitude"]]
    print(
        "| Network | Nodes / arcs | Origins × sites | Build, s | All costs, s | Pairs | Peak, GB "
        "| pandana: prepare + nearest, s | Difference, min | Disagree |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    built, (graph, _) = timed(lambda: graph_from_segments(provincial(package), name="grid"))
    near = areas.sample(SITES, random_state=1).add([0.004, 0.0])
    origins, sites = Points.from_frame(areas), Points.from_frame(near)
    print(report("grid (generated)", graph, built, origins, sites, arguments.cutoff, beside=False))
    if arguments.layer:
        built, (graph, _) = timed(lambda: read_layer(arguments.layer, name="layer"))
        schools = package.services[package.services["kind"] == "school"].drop_duplicates("location_id")
        places = package.locations.set_index("id").loc[schools["location_id"]]
        origins, sites = within(graph, areas), within(graph, places)
        name = arguments.layer.stem
        print(report(name, graph, built, origins, sites, arguments.cutoff, beside=True))


if __name__ == "__main__":
    main()
