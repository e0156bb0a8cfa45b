"""Run a prepared search in chunks, and put what comes back in rows by origin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geodata.access.blocks import Block
from geodata.networks.errors import TooManyPairsError
from geodata.networks.packing import Packing
from geodata.networks.solving import Chunk, ChunkResult, Payload, Runner
from geodata.text import Text

Progress = Callable[[int, int], None]
"""Called with the sources done and their number; raising stops the search."""

MOST_PAIRS: Final = 50_000_000
"""At 12 bytes a pair as they come and 20 once in order, under 2 GB."""

_CHUNK_BYTES: Final = 64_000_000
_MOST_SOURCES: Final = 64
_FEWEST_CHUNKS: Final = 32


@dataclass(frozen=True, eq=False)
class Found:
    """Costs in rows by origin, and what could not be computed.

    Attributes
    ----------
    block
        All origins, in order.
    incomplete
        int64: positions of the origins of which some costs are missing.
    """

    block: Block
    incomplete: NDArray[np.int64]


def chunks_of(payload: Payload) -> list[Chunk]:
    """Cut the sources in chunks that each hold in a few dozen megabytes."""
    bytes_each = 8 * (len(payload.indptr) + len(payload.target_node) + 3 * len(payload.target_first))
    size = max(1, min(_MOST_SOURCES, payload.sources // _FEWEST_CHUNKS, _CHUNK_BYTES // bytes_each))
    return [
        Chunk(number, first, min(first + size, payload.sources))
        for number, first in enumerate(range(0, payload.sources, size))
    ]


def search(payload: Payload, *, from_sites: bool, run: Runner, progress: Progress | None = None) -> Found:
    """Solve every chunk and gather the costs by origin.

    Parameters
    ----------
    payload
        The search as prepared.
    from_sites
        Whether its sources are the sites.
    run
        Where chunks are solved. What it does not give back is told as incomplete: the origins of the
        missing chunks, or every origin if the missing chunks were of sites.
    progress
        Told how many sources are done.

    Raises
    ------
    TooManyPairsError
        As soon as the pairs found would not hold in memory.
    """
    chunks = {chunk.number: chunk for chunk in chunks_of(payload)}
    results: dict[int, ChunkResult] = {}
    pairs = done = 0
    for result in run(payload, list(chunks.values())):
        if result.number in results:
            continue
        results[result.number] = result
        pairs += len(result.packed)
        if pairs > MOST_PAIRS:
            raise _too_many()
        done += chunks[result.number].last - chunks[result.number].first
        if progress is not None:
            progress(done, payload.sources)
    targets = len(payload.target_first) - 1
    missing = [chunk for number, chunk in chunks.items() if number not in results]
    if from_sites:
        incomplete = np.arange(targets if missing else 0)
    else:
        incomplete = np.concatenate(
            [np.empty(0, dtype=np.int64), *(np.arange(chunk.first, chunk.last) for chunk in missing)]
        )
    rows = _in_rows(list(chunks.values()), results, targets)
    return Found(_block(rows.T.tocsr() if from_sites else rows, payload.packing), incomplete)


def _in_rows(chunks: list[Chunk], results: dict[int, ChunkResult], targets: int) -> sparse.csr_array:
    """Put the chunks one after the other, by source; each result is let go once copied."""
    counts = [
        np.diff(results[chunk.number].indptr)
        if chunk.number in results
        else np.zeros(chunk.last - chunk.first, dtype=np.int64)
        for chunk in chunks
    ]
    indptr = np.concatenate([[0], *counts]).cumsum()
    target = np.empty(indptr[-1], dtype=np.int32)
    packed = np.empty(indptr[-1])
    for chunk in chunks:
        result = results.pop(chunk.number, None)
        if result is not None:
            here = slice(indptr[chunk.first], indptr[chunk.last])
            target[here], packed[here] = result.target, result.packed
    sources = len(indptr) - 1
    return sparse.csr_array((packed, target, indptr.astype(np.int32)), shape=(sources, targets))


def _block(rows: sparse.csr_array, packing: Packing) -> Block:
    indptr, site = rows.indptr.astype(np.int64), rows.indices.astype(np.int32)
    return Block(0, indptr, site, packing.minutes(rows.data), packing.km(rows.data))


def _too_many() -> TooManyPairsError:
    return TooManyPairsError(
        Text(
            f"Plus de {MOST_PAIRS // 1_000_000} millions de trajets sont à portée, la mémoire n'y suffit pas",
            f"More than {MOST_PAIRS // 1_000_000} million trips are in reach, memory would not hold them",
        ),
        hint=Text(
            "réduisez le temps maximal ou le nombre de lieux, ou calculez par région",
            "shorten the longest time or the list of places, or compute by region",
        ),
    )
