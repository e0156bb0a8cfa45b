"""A real cluster on this machine: the same numbers as one process, whatever dies on the way."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from distributed import LocalCluster

from etl.networks.cluster import ClusterError, DaskRunner
from etl.networks.kept_chunks import KeptChunks
from geodata.networks.packing import Packing
from geodata.networks.pool import in_process
from geodata.networks.searching import Found, chunks_of, search
from geodata.networks.solving import Chunk, ChunkResult, Payload

ROOT = Path(__file__).resolve().parents[3]
SIDE, SOURCES, TARGETS = 30, 96, 40
CHUNKS = 32


@pytest.fixture(scope="module")
def payload() -> Payload:
    """Draw a grid of one-way streets, all of a different length, with sources and targets on it."""
    chance = np.random.default_rng(5)
    nodes = SIDE * SIDE
    node = np.arange(nodes)
    right, below = node[node % SIDE < SIDE - 1], node[: nodes - SIDE]
    tail = np.concatenate([right, right + 1, below, below + SIDE])
    head = np.concatenate([right + 1, right, below + SIDE, below])
    packing = Packing.up_to(30.0)
    weights = packing.pack(chance.uniform(0.5, 3.0, len(tail)), np.full(len(tail), 100.0))
    order = np.argsort(tail, kind="stable")
    counts = np.append(np.bincount(tail, minlength=nodes), np.ones(SOURCES, int))
    starts = chance.integers(0, nodes, SOURCES)
    return Payload(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        np.append(head[order], starts).astype(np.int32),
        np.append(weights[order], packing.pack(np.ones(SOURCES), np.ones(SOURCES))),
        SOURCES,
        np.arange(TARGETS + 1),
        chance.integers(0, nodes, TARGETS).astype(np.int32),
        packing.pack(np.ones(TARGETS), np.ones(TARGETS)),
        *(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0)),
        packing,
    )


@pytest.fixture(scope="module")
def expected(payload: Payload) -> Found:
    assert len(chunks_of(payload)) == CHUNKS
    return search(payload, from_sites=False, run=in_process)


class Cluster:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, stack: ExitStack) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self._stack = stack
        self.scheduler = self._start("scheduler", "--port", self.address.rpartition(":")[2])
        assert self.scheduler.stderr is not None
        # Connecting before it listens would double the wait at each attempt.
        assert any(b"Scheduler at" in line for line in self.scheduler.stderr)

    def worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker", self.address, "--nthreads", "1", "--no-nanny", "--memory-limit", "0")

    def _start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", what, *arguments, "--host", "127.0.0.1", "--no-dashboard"],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stderr=subprocess.PIPE if what == "scheduler" else subprocess.DEVNULL,
        )
        self._stack.enter_context(process)
        self._stack.callback(process.kill)
        return process


@contextmanager
def cluster() -> Iterator[Cluster]:
    with ExitStack() as stack:
        yield Cluster(stack)


def then(run: Callable[..., Iterator[ChunkResult]], after: int, act: Callable[[], None]) -> object:
    """Give a runner that acts once so many results have come."""

    def watched(payload: Payload, chunks: Sequence[Chunk]) -> Iterator[ChunkResult]:
        for number, result in enumerate(run(payload, chunks), start=1):
            if number == after:
                act()
            yield result

    return watched


def same(one: Found, other: Found) -> bool:
    return len(one.incomplete) == len(other.incomplete) == 0 and all(
        np.array_equal(getattr(one.block, part), getattr(other.block, part))
        for part in ("indptr", "site", "minutes", "km")
    )


def test_two_workers_give_the_numbers_of_one_process_even_if_one_is_killed(
    payload: Payload, expected: Found
) -> None:
    with cluster() as made:
        first, second = made.worker(), made.worker()
        run = DaskRunner(made.address)
        assert same(search(payload, from_sites=False, run=run), expected)
        assert run.stopped is None

        def kill_one() -> None:
            first.kill()
            first.wait()

        assert same(search(payload, from_sites=False, run=then(run, 5, kill_one)), expected)
        assert run.stopped is None
        assert second.poll() is None


def test_a_scheduler_that_dies_leaves_what_was_solved_to_go_on_from(
    payload: Payload, expected: Found, tmp_path: Path
) -> None:
    with cluster() as made:
        made.worker()
        on_cluster = DaskRunner(made.address, patience_seconds=0.5)

        def kill_it() -> None:
            made.scheduler.kill()
            made.scheduler.wait()

        found = search(payload, from_sites=False, run=then(KeptChunks(on_cluster, tmp_path), 9, kill_it))
    assert on_cluster.stopped is not None
    assert "s'est arrêtée avant la fin" in on_cluster.stopped.sentence("fr")
    solved = len(list(tmp_path.glob("*/*.npz")))
    assert 9 <= solved < CHUNKS
    each = SOURCES // CHUNKS
    assert len(found.incomplete) == (CHUNKS - solved) * each
    known = np.setdiff1d(np.arange(SOURCES), found.incomplete)
    assert np.array_equal(found.block.counts[known], expected.block.counts[known])
    assert not found.block.counts[found.incomplete].any()

    here = KeptChunks(in_process, tmp_path)
    assert same(search(payload, from_sites=False, run=here), expected)
    assert here.taken_up == solved
    here.forget()
    assert not list(tmp_path.iterdir())


def test_no_scheduler_at_the_address_is_one_sentence(payload: Payload) -> None:
    for address in ("tcp://127.0.0.1:9", "nowhere", "tcp://"):
        with pytest.raises(ClusterError, match="Aucun ordonnanceur"):
            list(DaskRunner(address, connect_seconds=0.2)(payload, chunks_of(payload)))


def test_a_scheduler_without_a_worker_is_one_sentence(payload: Payload) -> None:
    with LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None) as empty:
        run = DaskRunner(empty.scheduler_address, connect_seconds=0.3)
        with pytest.raises(ClusterError, match="aucun ouvrier"):
            list(run(payload, chunks_of(payload)))


def test_kept_chunks_are_of_one_search_and_a_damaged_one_is_solved_again(
    payload: Payload, expected: Found, tmp_path: Path
) -> None:
    search(payload, from_sites=False, run=KeptChunks(in_process, tmp_path))
    other = KeptChunks(in_process, tmp_path)
    search(replace(payload, target_weight=payload.target_weight + 1.0), from_sites=False, run=other)
    assert other.taken_up == 0
    (folder,) = {path.parent for path in tmp_path.glob("*/*.npz")} - other._used
    damaged, empty, *_ = sorted(folder.iterdir())
    damaged.write_bytes(damaged.read_bytes()[:50])
    empty.write_bytes(b"")
    again = KeptChunks(in_process, tmp_path)
    assert same(search(payload, from_sites=False, run=again), expected)
    assert again.taken_up == CHUNKS - 2
