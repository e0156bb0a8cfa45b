"""Run chunks in this process, or in several of this machine.

Workers are plain processes fed through pipes rather than a ``multiprocessing`` pool: under Streamlit, a
forked child may inherit a held lock, and a spawned one would run the page again.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from geodata.networks.solving import Chunk, ChunkResult, Payload, solve_chunk
from geodata.networks.worker import SIZE_BYTES, write_payload

_SMALL: Final = 60_000_000
"""Links times sources under which starting processes takes longer than the search."""

_LONGEST_WAIT_SECONDS: Final = 5.0


def in_process(payload: Payload, chunks: Sequence[Chunk]) -> Iterator[ChunkResult]:
    """Solve each chunk here, one after the other."""
    for chunk in chunks:
        yield solve_chunk(payload, chunk)


def in_pool(payload: Payload, chunks: Sequence[Chunk]) -> Iterator[ChunkResult]:
    """Solve the chunks in as many processes as this one may use; here if they are few.

    What a process that dies leaves undone is solved here.
    """
    count = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1, len(chunks))
    work = len(payload.indices) * sum(chunk.last - chunk.first for chunk in chunks)
    if count < 2 or work < _SMALL:
        yield from in_process(payload, chunks)
    else:
        yield from in_processes(payload, chunks, count)


def in_processes(payload: Payload, chunks: Sequence[Chunk], count: int) -> Iterator[ChunkResult]:
    """Solve the chunks in ``count`` other processes.

    The chunks of one that dies, or that cannot be started, are solved here at the end.
    """
    left = deque(chunks)
    given: queue.SimpleQueue[ChunkResult | None] = queue.SimpleQueue()
    done: set[int] = set()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="proximite-")))
        try:
            write_payload(payload, folder)
            workers = [stack.enter_context(_worker(folder)) for _ in range(count)]
        except OSError:
            workers = []
        for worker in workers:
            threading.Thread(target=_feed, args=(worker, left, given), daemon=True).start()
        working = len(workers)
        while working:
            result = given.get()
            if result is None:
                working -= 1
            else:
                done.add(result.number)
                yield result
    yield from in_process(payload, [chunk for chunk in chunks if chunk.number not in done])


@contextmanager
def _worker(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process, and end it whatever happens."""
    command = [sys.executable, "-m", "geodata.networks.worker", str(folder)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = subprocess.Popen(  # noqa: S603 - this interpreter and our own module
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=_LONGEST_WAIT_SECONDS)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):  # what a dead process did not read is lost with it
                    stream.close()


def _feed(
    worker: subprocess.Popen[bytes],
    left: deque[Chunk],
    given: queue.SimpleQueue[ChunkResult | None],
) -> None:
    """Order chunks from one process until none is left; null tells that it works no more."""
    try:
        while worker.stdin is not None and worker.stdout is not None:
            chunk = left.popleft()
            worker.stdin.write(f"{chunk.number} {chunk.first} {chunk.last}\n".encode())
            worker.stdin.flush()
            size = int.from_bytes(_exactly(worker.stdout, SIZE_BYTES), "big")
            result: ChunkResult = pickle.loads(_exactly(worker.stdout, size))  # noqa: S301 - our own process
            given.put(result)
    except (IndexError, OSError, ValueError, EOFError, pickle.UnpicklingError):
        pass
    finally:
        given.put(None)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content
