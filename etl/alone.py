"""One change of a data folder at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from etl.fetch import write_atomically
from etl.history import now, unwritable
from geodata.errors import BusyError
from geodata.text import Text

_LOCK: Final = "refresh.lock"
_HOLDER: Final = "refresh.holder.json"


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold a data folder; the system lets it go if the program is killed.

    Raises
    ------
    BusyError
        If another program holds it; says since when.
    OutputError
        If the folder cannot be written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(home / _LOCK)
        lock.acquire(timeout=0)
    except Timeout as failure:
        raise _busy(home) from failure
    except OSError as failure:
        raise unwritable(home, failure) from failure
    try:
        write_atomically(home / _HOLDER, json.dumps({"pid": os.getpid(), "since": now()}).encode())
        yield
    finally:
        lock.release()


def _busy(home: Path) -> BusyError:
    try:
        since = str(json.loads((home / _HOLDER).read_bytes())["since"])
    except (OSError, ValueError, KeyError, TypeError):
        since = "?"
    return BusyError(
        Text(
            f"Une autre actualisation est en cours depuis {since}",
            f"Another refresh has been at work since {since}",
        ),
        where=str(home),
        hint=Text("attendez sa fin, puis recommencez", "wait for it to end, then try again"),
    )
