"""What became of each source the last time that it was asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from etl.fetch import LockEntry, SourcesLock, write_atomically
from etl.history import now
from etl.live import LiveFiles
from etl.taking import SourceOutcome

ATTEMPTS: Final = "attempts.json"


def read_attempts(home: Path) -> dict[str, dict[str, Any]]:
    """Give ``at, state, verdict, detail, drifts`` of the last attempt, by source."""
    try:
        read = json.loads((home / ATTEMPTS).read_bytes())
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def note_attempts(
    home: Path, outcomes: Iterable[SourceOutcome], live: Mapping[str, LiveFiles | None]
) -> None:
    """Write what became of the sources that were asked for, and the lock of the files received.

    Parameters
    ----------
    home
        The data folder.
    outcomes
        Of every source; those that were not asked for stay as they were.
    live
        What was fetched, by source.
    """
    noted = read_attempts(home)
    for outcome in outcomes:
        if outcome.state == "kept":
            continue
        noted[outcome.id] = {"at": now(), **outcome.as_dict()}
        files = live.get(outcome.id)
        if files is not None and outcome.state in ("fetched", "unchanged"):
            _lock(home, outcome, files)
    write_atomically(home / ATTEMPTS, (json.dumps(noted, ensure_ascii=False, indent=1) + "\n").encode())


def _lock(home: Path, outcome: SourceOutcome, files: LiveFiles) -> None:
    today = datetime.now(UTC).date().isoformat()

    def change(entry: LockEntry) -> LockEntry:
        fresh = outcome.state == "fetched"
        return replace(
            entry,
            files=files.retrieved,
            verified_live=today if outcome.live else entry.verified_live,
            verdict=outcome.verdict.value if fresh and outcome.verdict else entry.verdict or "ok",
            accepted_reason=outcome.accepted_reason if fresh else entry.accepted_reason,
        )

    SourcesLock.update(home, outcome.id, change)
