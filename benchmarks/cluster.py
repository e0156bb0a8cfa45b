"""From what size a Dask cluster pays: one process, the processes of this machine, and two Dask workers.

``python -m benchmarks.cluster`` draws a grid of one-way streets **by chance** (it stands for no place), puts
as many sources and targets on it as each line says, and times the same search three ways. The workers are
started before the clock; connecting to them and sending the graph is counted, as a command does it. The last
column says whether the three gave the same numbers, bit for bit.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import numpy as np

from etl.networks.cluster import DaskRunner
from geodata.networks.packing import Packing
from geodata.networks.pool import in_pool, in_process
from geodata.networks.searching import Found, search
from geodata.networks.solving import Payload, Runner

SIZES = ((50, 500), (200, 500), (500, 4_000), (2_000, 13_800))
"""A search starts from the smaller side: those are the sources, and what the time grows with."""

SIDE = 350
"""Streets along one side of the grid: 490,000 arcs."""

CUTOFF_MINUTES = 60.0


def drawn(sources: int, targets: int, seed: int = 11) -> Payload:
    """Draw a grid of streets of 0.2 to 1 minute, with sources and targets at its crossings."""
    chance = np.random.default_rng(seed)
    nodes = SIDE * SIDE
    node = np.arange(nodes)
    right, below = node[node % SIDE < SIDE - 1], node[: nodes - SIDE]
    tail = np.concatenate([right, right + 1, below, below + SIDE])
    head = np.concatenate([right + 1, right, below + SIDE, below])
    packing = Packing.up_to(CUTOFF_MINUTES)
    weights = packing.pack(chance.uniform(0.2, 1.0, len(tail)), np.full(len(tail), 300.0))
    order = np.argsort(tail, kind="stable")
    counts = np.append(np.bincount(tail, minlength=nodes), np.ones(sources, int))
    walks = [packing.pack(np.ones(size), np.full(size, 80.0)) for size in (sources, targets)]
    return Payload(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        np.append(head[order], chance.integers(0, nodes, sources)).astype(np.int32),
        np.append(weights[order], walks[0]),
        sources,
        np.arange(targets + 1),
        chance.integers(0, nodes, targets).astype(np.int32),
        walks[1],
        *(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0)),
        packing,
    )


def timed(payload: Payload, run: Runner, repeats: int) -> tuple[float, Found]:
    """Give the fewest seconds of a search, as other programs only add to them, and what it found."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        found = search(payload, from_sites=True, run=run)
        seconds.append(time.perf_counter() - start)
    return min(seconds), found


def same(answers: Sequence[Found]) -> bool:
    """Say whether searches found the same pairs at the same costs."""
    first, *others = (answer.block for answer in answers)
    return all(
        np.array_equal(first.site, other.site) and np.array_equal(first.minutes, other.minutes)
        for other in others
    )


def main() -> None:
    """Print one line a size."""
    from distributed import LocalCluster

    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    print("| Sources × targets | Pairs | One process, s | This machine's processes, s | Dask, s | Same |")
    print("|---:|---:|---:|---:|---:|---|")
    with LocalCluster(
        n_workers=arguments.workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        runs = (in_process, in_pool, DaskRunner(cluster.scheduler_address))
        for sources, targets in SIZES:
            payload = drawn(sources, targets)
            seconds, answers = zip(*(timed(payload, run, arguments.repeats) for run in runs), strict=True)
            pairs = len(answers[0].block.site)
            times = " | ".join(f"{second:.1f}" for second in seconds)
            print(f"| {sources:,} × {targets:,} | {pairs:,} | {times} | {'yes' if same(answers) else 'NO'} |")


if __name__ == "__main__":
    main()
