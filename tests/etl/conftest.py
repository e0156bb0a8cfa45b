"""A package built once from the real mirror, and mirrors with one file spoiled."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from etl.pipeline import BuildReport, build

Spoil = Callable[[str, Callable[[Path, Path], None]], Path]


@pytest.fixture(scope="session")
def built(mirror: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> BuildReport:
    """Give the report of one build of everything, made once for all the processes of a run."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    kept = shared / "built.pickle"
    with FileLock(shared / "built.lock"):
        if not kept.exists():
            kept.write_bytes(pickle.dumps(build(mirror, shared / "built")))
        report: BuildReport = pickle.loads(kept.read_bytes())  # noqa: S301 - written by this very run
    return report


@pytest.fixture
def spoil(mirror: Path, tmp_path: Path) -> Spoil:
    """Give a mirror like the real one but for one file, written by ``change(original, copy)``."""

    def make(file: str, change: Callable[[Path, Path], None]) -> Path:
        copy = tmp_path / "mirror"
        for folder in mirror.iterdir():
            if folder.is_dir():
                (copy / folder.name).mkdir(parents=True)
                for original in folder.iterdir():
                    (copy / folder.name / original.name).symlink_to(original)
        (copy / file).unlink()
        change(mirror / file, copy / file)
        return copy

    return make
