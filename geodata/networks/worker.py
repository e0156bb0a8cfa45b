"""What another process does: read a search from files, and solve the chunks it is told.

``python -m geodata.networks.worker FOLDER`` reads one line a chunk (number, first, last), and writes each
result as a number of bytes and those bytes.
"""

from __future__ import annotations

import pickle
import sys
from dataclasses import fields
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from geodata.networks.packing import Packing
from geodata.networks.solving import Chunk, ChunkResult, Payload, solve_chunk

_NUMBERS: Final = "numbers.npy"
SIZE_BYTES: Final = 8


def write_payload(payload: Payload, folder: Path) -> None:
    """Put a search in files that several processes map in the same memory."""
    for part in fields(payload):
        value = getattr(payload, part.name)
        if isinstance(value, np.ndarray):
            np.save(folder / f"{part.name}.npy", value)
    packing = payload.packing
    numbers = [payload.sources, packing.cutoff_minutes, packing.minute_units, packing.metre_units]
    np.save(folder / _NUMBERS, np.array(numbers, dtype=np.float64))


def read_payload(folder: Path) -> Payload:
    """Map what ``write_payload`` wrote."""
    sources, *units = np.load(folder / _NUMBERS).tolist()
    names = [part.name for part in fields(Payload) if part.name not in {"sources", "packing"}]
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in names}
    return Payload(sources=int(sources), packing=Packing(*units), **arrays)


def write_result(stream: BinaryIO, result: ChunkResult) -> None:
    """Write a result: its size, then its bytes."""
    content = pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(len(content).to_bytes(SIZE_BYTES, "big"))
    stream.write(content)
    stream.flush()


def main(folder: Path, orders: BinaryIO, results: BinaryIO) -> None:
    """Solve chunks until there are no more orders."""
    payload = read_payload(folder)
    for line in orders:
        number, first, last = (int(part) for part in line.split())
        write_result(results, solve_chunk(payload, Chunk(number, first, last)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
