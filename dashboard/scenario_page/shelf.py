"""The scenarios that a table keeps on this machine: one file each, replaced whole, never erased."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from geodata.errors import ProximiteError, SelectionError
from geodata.folders import unwritable
from geodata.scenarios.files import Saved, from_json
from geodata.text import Text, slug

FOLDER: Final = "scenarios"
ASIDE: Final = "retires"
"""Inside the folder: what was taken away or replaced, ready to come back."""

_SUFFIX: Final = ".json"
_LONGEST: Final = 60
_HINT: Final = Text(
    "téléchargez le fichier du scénario, rien d'autre n'a changé",
    "download the file of the scenario, nothing else has changed",
)


@dataclass(frozen=True)
class Kept:
    """A scenario on disk.

    Attributes
    ----------
    path
        Its file.
    saved
        What it holds; null where the file cannot be read.
    problem
        Why it cannot be read.
    """

    path: Path
    saved: Saved | None
    problem: ProximiteError | None = None

    @property
    def name(self) -> str:
        """What the table called it; the name of its file where nobody can tell."""
        return self.saved.scenario.name if self.saved else self.path.stem


def kept(home: Path) -> list[Kept]:
    """List the scenarios, by name; a damaged file is listed with what is wrong with it."""
    return sorted(_read_all(home / FOLDER), key=lambda one: slug(one.name))


def taken_away(home: Path) -> list[Kept]:
    """List what was taken away or replaced, the latest first."""
    return sorted(_read_all(home / FOLDER / ASIDE), key=lambda one: one.path.name, reverse=True)


def keep(home: Path, name: str, written: str) -> Path:
    """Keep a scenario under its name; an earlier one of the same name goes among those taken away.

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
    path = home / FOLDER / f"{slug(name)[:_LONGEST].strip('-') or 'scenario'}{_SUFFIX}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            _write(_free_aside(path), path.read_text("utf-8"))
        _write(path, written)
    except OSError as failure:
        raise unwritable(path.parent, failure, _HINT) from failure
    return path


def take_away(one: Kept) -> None:
    """Move a scenario among those taken away, from where it can come back.

    Raises
    ------
    OutputError
        If the disk refuses; the scenario is still there.
    SelectionError
        If someone else took it away already.
    """
    try:
        one.path.rename(_free_aside(one.path))
    except FileNotFoundError as failure:
        raise _gone(one.path) from failure
    except OSError as failure:
        raise unwritable(one.path.parent, failure, _HINT) from failure


def bring_back(home: Path, one: Kept) -> Path:
    """Bring back a scenario that was taken away; one that took its name since goes in its place.

    Raises
    ------
    OutputError
        If the disk refuses.
    SelectionError
        If someone else brought it back already.
    """
    written = read(one.path)
    path = keep(home, one.name, written)
    one.path.unlink(missing_ok=True)
    return path


def read(path: Path) -> str:
    """Give a whole file.

    Raises
    ------
    SelectionError
        If it is no longer there, or is not text.
    """
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as failure:
        raise _gone(path) from failure


def _read_all(folder: Path) -> Iterator[Kept]:
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        try:
            yield Kept(path, from_json(path.read_text("utf-8")))
        except ProximiteError as problem:
            yield Kept(path, None, problem)
        except (OSError, UnicodeDecodeError):
            yield Kept(path, None, unreadable(path.name))


def _write(path: Path, written: str) -> None:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        beside.write_text(written, "utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _free_aside(path: Path) -> Path:
    folder = path.parent / ASIDE
    folder.mkdir(exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    return folder / f"{stamp}-{path.name}"


def _gone(path: Path) -> SelectionError:
    return SelectionError(
        Text("Ce scénario n'est plus là", "This scenario is no longer there"),
        where=path.name,
        hint=Text("rechargez la page", "reload the page"),
    )


def unreadable(name: str) -> SelectionError:
    """Say that a file holds no scenario that can be read."""
    return SelectionError(
        Text("Ce fichier de scénario est illisible", "This scenario file cannot be read"),
        where=name,
        hint=Text("reprenez-en une copie, ou retirez-le", "take a copy of it, or take it away"),
    )
