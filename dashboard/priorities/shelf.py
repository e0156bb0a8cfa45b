"""The grids that a table keeps on this machine: one file each, replaced whole, never erased."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from geodata.errors import OutputError, ProximiteError, SelectionError
from geodata.folders import unwritable
from geodata.grids import Grid, from_json
from geodata.text import Text, slug

FOLDER: Final = "grilles"
ASIDE: Final = "retirees"
"""Inside the folder: what was taken away or replaced, ready to come back."""

_SUFFIX: Final = ".json"
_LONGEST: Final = 60


@dataclass(frozen=True)
class Kept:
    """A grid on disk.

    Attributes
    ----------
    path
        Its file.
    grid
        What it holds; null where the file cannot be read.
    problem
        Why it cannot be read.
    """

    path: Path
    grid: Grid | None
    problem: ProximiteError | None = None

    @property
    def name(self) -> str:
        """What the table called it; the name of its file where nobody can tell."""
        return self.grid.name if self.grid else self.path.stem


def kept(home: Path) -> list[Kept]:
    """List the grids, by name; a damaged file is listed with what is wrong with it."""
    return sorted(_read_all(home / FOLDER), key=lambda grid: slug(grid.name))


def taken_away(home: Path) -> list[Kept]:
    """List what was taken away or replaced, the latest first."""
    return sorted(_read_all(home / FOLDER / ASIDE), key=lambda grid: grid.path.name, reverse=True)


def keep(home: Path, name: str, written: str) -> Path:
    """Keep a grid under its name; an earlier one of the same name goes among those taken away.

    Parameters
    ----------
    home
        The data folder.
    name
        What the table calls it.
    written
        The whole JSON file.

    Raises
    ------
    OutputError
        If the disk refuses; what was there is still there.
    """
    path = home / FOLDER / f"{_stem(name)}{_SUFFIX}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            _copy_aside(path)
        _write(path, written)
    except OSError as failure:
        raise unwritable(path.parent, failure, _HINT) from failure
    return path


def take_away(grid: Kept) -> None:
    """Move a grid among those taken away, from where it can come back.

    Raises
    ------
    OutputError
        If the disk refuses; the grid is still there.
    """
    try:
        grid.path.rename(_free_aside(grid.path))
    except FileNotFoundError as failure:
        raise _gone(grid) from failure
    except OSError as failure:
        raise unwritable(grid.path.parent, failure, _HINT) from failure


def bring_back(home: Path, grid: Kept) -> Path:
    """Bring back a grid that was taken away; one that took its name since goes in its place.

    Raises
    ------
    OutputError
        If the disk refuses.
    SelectionError
        If someone else brought it back already.
    """
    try:
        path = keep(home, grid.name, grid.path.read_text("utf-8"))
        grid.path.unlink()
    except FileNotFoundError as failure:
        raise _gone(grid) from failure
    except OutputError:
        raise
    except (OSError, UnicodeDecodeError) as failure:
        raise _gone(grid) from failure
    return path


def rename(home: Path, grid: Kept, name: str) -> Path:
    """Give a grid another name, its figures with it; the former file goes among those taken away.

    Raises
    ------
    OutputError
        If the disk refuses.
    SelectionError
        If someone else took it away.
    """
    try:
        content = json.loads(grid.path.read_text("utf-8"))
    except (OSError, ValueError) as failure:
        raise _gone(grid) from failure
    content["grid"]["name"] = name
    path = keep(home, name, json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1))
    if path != grid.path:
        take_away(grid)
    return path


_HINT: Final = Text(
    "téléchargez le fichier de la grille, rien d'autre n'a changé",
    "download the file of the grid, nothing else has changed",
)


def _read_all(folder: Path) -> Iterator[Kept]:
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        try:
            yield Kept(path, from_json(path.read_text("utf-8")))
        except ProximiteError as problem:
            yield Kept(path, None, problem)
        except (OSError, UnicodeDecodeError):
            yield Kept(path, None, unreadable(path))


def _write(path: Path, written: str) -> None:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        beside.write_text(written, "utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _copy_aside(path: Path) -> None:
    _write(_free_aside(path), path.read_text("utf-8"))


def _free_aside(path: Path) -> Path:
    folder = path.parent / ASIDE
    folder.mkdir(exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    return folder / f"{stamp}-{path.name}"


def _stem(name: str) -> str:
    return slug(name)[:_LONGEST].strip("-") or "grille"


def _gone(grid: Kept) -> SelectionError:
    return SelectionError(
        Text("Cette grille n'est plus là", "This grid is no longer there"),
        where=grid.path.name,
        hint=Text("rechargez la page", "reload the page"),
    )


def unreadable(path: Path) -> SelectionError:
    """Say that a file holds no grid that can be read."""
    return SelectionError(
        Text("Ce fichier de grille est illisible", "This grid file cannot be read"),
        where=path.name,
        hint=Text("reprenez-en une copie, ou retirez-la", "take a copy of it, or take it away"),
    )
