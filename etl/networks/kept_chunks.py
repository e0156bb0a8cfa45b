"""Keep on disk each chunk that is solved, so that a second run goes on from there."""

from __future__ import annotations

import secrets
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np

from geodata.folders import unwritable
from geodata.networks.solving import Chunk, ChunkResult, Payload, Runner
from geodata.text import Text

_FORMAT: Final = b"chunks-1"


class KeptChunks:
    """A runner that first gives what another run of the same search solved, and keeps what it adds.

    Parameters
    ----------
    run
        Who solves what is not kept.
    folder
        Where; one sub-folder a search, named after a hash of its arrays.

    Attributes
    ----------
    taken_up
        Chunks that the last run found on disk.
    """

    def __init__(self, run: Runner, folder: Path) -> None:
        self.taken_up = 0
        self._run, self._folder = run, folder
        self._used: set[Path] = set()

    def __call__(self, payload: Payload, chunks: Sequence[Chunk]) -> Iterator[ChunkResult]:
        """Give results, those of the disk first.

        Raises
        ------
        OutputError
            If a result cannot be kept.
        """
        here = self._folder / _fingerprint(payload)
        self._used.add(here)
        left = []
        for chunk in chunks:
            found = _read(_path(here, chunk), chunk)
            if found is None:
                left.append(chunk)
            else:
                self.taken_up += 1
                yield found
        by_number = {chunk.number: chunk for chunk in left}
        for result in self._run(payload, left):
            _write(_path(here, by_number[result.number]), result)
            yield result

    def forget(self) -> None:
        """Delete what was kept of the searches that were run: their answer is written elsewhere."""
        for folder in self._used:
            shutil.rmtree(folder, ignore_errors=True)


def _fingerprint(payload: Payload) -> str:
    digest = sha256(_FORMAT)
    for part in fields(payload):
        value = getattr(payload, part.name)
        content = value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode()
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()[:24]


def _path(folder: Path, chunk: Chunk) -> Path:
    return folder / f"{chunk.first}-{chunk.last}.npz"


def _read(path: Path, chunk: Chunk) -> ChunkResult | None:
    """Read a chunk; one that is not there or is damaged is solved again."""
    try:
        with np.load(path, allow_pickle=False) as content:
            found = ChunkResult(chunk.number, content["indptr"], content["target"], content["packed"])
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    return found if len(found.indptr) == chunk.last - chunk.first + 1 else None


def _write(path: Path, result: ChunkResult) -> None:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as stream:
            np.savez(stream, indptr=result.indptr, target=result.target, packed=result.packed)
        beside.replace(path)
    except OSError as failure:
        beside.unlink(missing_ok=True)
        hint = Text(
            "libérez de la place ou choisissez un autre dossier (--home)",
            "free some space or choose another folder (--home)",
        )
        raise unwritable(path.parent, failure, hint) from failure
