"""A package built once from the real mirror, and mirrors with one file spoiled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from etl.pipeline import BuildReport, build

Spoil = Callable[[str, Callable[[Path, Path], None]], Path]


@pytest.fixture(scope="session")
def built(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    """Give the report of one build of everything."""
    return build(mirror, tmp_path_factory.mktemp("build") / "package")


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
