"""Put a finished folder in the place of another in one move, and never over what is not ours."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
from pathlib import Path
from typing import Final

from geodata.errors import OutputError
from geodata.text import Text

_RENAME_EXCHANGE: Final = 2
_AT_FDCWD: Final = -100


def put_in_place(made: Path, destination: Path) -> None:
    """Move a folder to its destination; what was there is left where ``made`` was, or deleted.

    On Linux the two are exchanged in one system call: whoever looks finds the former folder or the new one.

    Parameters
    ----------
    made
        The finished folder, on the same disk as its destination.
    destination
        Where it goes; it may exist.

    Raises
    ------
    OSError
        If the disk refuses; the former folder is then in its place.
    """
    if not destination.exists():
        made.rename(destination)
    elif not _exchange(made, destination):
        _swap_in_two_moves(made, destination)


def write_text(path: Path, content: str) -> None:
    """Write a file beside its place, then put it there: whoever looks finds the former or the new one.

    Raises
    ------
    OSError
        If the disk refuses; the former file is then in its place.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(content, "utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def refuse_foreign(destination: Path, mark: str, what: Text) -> None:
    """Raise unless a destination is absent, empty, or holds the file that marks our own folders.

    Raises
    ------
    OutputError
        Saying ``what`` is wrong with it.
    """
    if not destination.exists() and not destination.is_symlink():
        return
    if destination.is_dir() and ((destination / mark).is_file() or not any(destination.iterdir())):
        return
    raise OutputError(
        what,
        where=str(destination),
        hint=Text("choisissez un dossier vide ou nouveau", "choose an empty or a new folder"),
    )


def unwritable(path: Path, failure: OSError, hint: Text) -> OutputError:
    """Make the error for a disk or a folder that refuses to be written."""
    reason = failure.strerror or str(failure)
    return OutputError(
        Text(f"Écriture impossible, {reason}", f"Cannot write, {reason}"), where=str(path), hint=hint
    )


def _exchange(first: Path, second: Path) -> bool:
    """Swap two folders in one system call (Linux); say whether it was possible."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    done = renameat2(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    return int(done) == 0


def _swap_in_two_moves(made: Path, destination: Path) -> None:
    aside = destination.with_name(f".{destination.name}.previous")
    destination.rename(aside)
    try:
        made.rename(destination)
    except OSError:
        aside.rename(destination)
        raise
    shutil.rmtree(aside, ignore_errors=True)
