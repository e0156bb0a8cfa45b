"""A refresh that goes on when the page is closed: its own process, and a file that tells how far it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from etl.fetch import write_atomically
from etl.history import now
from etl.refresh import publish_listings, refresh
from geodata.errors import BusyError, ProximiteError
from geodata.text import Text

JOB: Final = "refresh.json"
_ORDER: Final = "refresh.order.json"
_BETWEEN_SECONDS: Final = 0.2
"""Least time between two writings of the progress file."""

_FIRST_SIGN_SECONDS: Final = 90
"""A process that has not written by then did not start."""

JobState = Literal["none", "starting", "running", "done", "failed", "interrupted"]


@dataclass(frozen=True)
class Job:
    """How far the last refresh is.

    Attributes
    ----------
    stage, done, all
        The step at work, the number of steps done and of all steps.
    pid, process_started
        Of the process at work; a process of the same number but another start is another one.
    report
        ``RefreshReport.as_dict()`` once it is done; null before.
    error
        What stopped it, in both languages; null otherwise.
    """

    state: JobState
    stage: str = ""
    done: int = 0
    all: int = 0
    started_at: str = ""
    finished_at: str = ""
    pid: int = 0
    process_started: str = ""
    report: dict[str, Any] | None = None
    error: Text | None = None

    @property
    def at_work(self) -> bool:
        """Whether a refresh goes on."""
        return self.state in ("starting", "running")

    def as_dict(self) -> dict[str, Any]:
        """Write the form that the file holds."""
        return {**asdict(self), "error": self.error.as_dict() if self.error else None}


def job_status(home: Path) -> Job:
    """Tell how far the last refresh is; a process that is gone is told as interrupted."""
    try:
        raw = json.loads((home / JOB).read_bytes())
        known = {f.name: raw[f.name] for f in fields(Job) if f.name in raw}
        known["error"] = Text.from_mapping(raw["error"]) if raw.get("error") else None
        job = Job(**known)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Job("none")
    if job.at_work and not (_is_alive(job) and _has_begun(job)):
        words = Text(
            "L'actualisation a été interrompue ; le dernier bon paquet reste en place",
            "The refresh was interrupted; the last good package stays in place",
        )
        return replace(job, state="interrupted", error=words)
    return job


def start_refresh(
    home: Path,
    sources: Sequence[str] = (),
    accept: Mapping[str, str] | None = None,
    *,
    mirror: Path | None = None,
    listings_only: bool = False,
    who: str = "",
) -> Job:
    """Start a refresh in a process of its own, and come back at once.

    Parameters
    ----------
    home, sources, accept, mirror, who
        As for ``etl.refresh.refresh``.
    listings_only
        Fetch nothing: take imported listings, decisions and corrections in.

    Raises
    ------
    BusyError
        If one is at work already.
    OutputError
        If the data folder cannot be written.
    """
    at_work = job_status(home)
    if at_work.at_work:
        raise BusyError(
            Text(
                f"Une actualisation est en cours depuis {at_work.started_at}",
                f"A refresh has been at work since {at_work.started_at}",
            ),
            where=str(home),
            hint=Text("attendez sa fin, puis recommencez", "wait for it to end, then try again"),
        )
    order = {
        "sources": list(sources),
        "accept": dict(accept or {}),
        "mirror": str(mirror) if mirror else None,
        "listings_only": listings_only,
        "who": who,
    }
    write_atomically(home / _ORDER, json.dumps(order, ensure_ascii=False).encode())
    job = Job("starting", started_at=now(), pid=os.getpid(), process_started=_start_of(os.getpid()))
    _write(home, job)
    # Its own session: closing the page, the terminal or the server does not stop it.
    with (home / "refresh.log").open("wb") as log:
        subprocess.Popen(  # noqa: S603 - our own module, with a folder as its only argument
            [sys.executable, "-m", "etl.jobs", str(home)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=Path(__file__).parents[1],
        )
    return job


def run(home: Path) -> int:
    """Do the refresh that was ordered, telling how far it is; gives the exit code."""
    order = json.loads((home / _ORDER).read_bytes())
    job = Job("running", started_at=now(), pid=os.getpid(), process_started=_start_of(os.getpid()))
    _write(home, job)
    teller = _Teller(home, job)
    try:
        if order["listings_only"]:
            report = publish_listings(home, progress=teller.tell, who=order["who"])
        else:
            report = refresh(
                order["sources"],
                home=home,
                mirror=Path(order["mirror"]) if order["mirror"] else None,
                accept=order["accept"],
                progress=teller.tell,
                who=order["who"],
            )
    except ProximiteError as failure:
        words = Text(failure.sentence("fr"), failure.sentence("en"))
    except Exception as failure:
        traceback.print_exc()
        reason = f"{type(failure).__name__}: {failure}"
        words = Text(f"Le programme s'est arrêté, {reason}", f"The program stopped, {reason}")
    else:
        _write(home, replace(teller.job, state="done", finished_at=now(), report=report.as_dict()))
        return 0
    _write(home, replace(teller.job, state="failed", finished_at=now(), error=words))
    return 1


class _Teller:
    """Writes the progress file, not more often than a person can read it."""

    def __init__(self, home: Path, job: Job) -> None:
        self.home, self.job, self._last = home, job, 0.0

    def tell(self, stage: str, done: int, every: int) -> None:
        self.job = replace(self.job, stage=stage, done=done, all=every)
        if time.monotonic() - self._last >= _BETWEEN_SECONDS:
            self._last = time.monotonic()
            _write(self.home, self.job)


def _write(home: Path, job: Job) -> None:
    write_atomically(home / JOB, json.dumps(job.as_dict(), ensure_ascii=False).encode())


def _has_begun(job: Job) -> bool:
    """Say whether a process that was started has given sign of life in time."""
    waited = datetime.fromisoformat(now()) - datetime.fromisoformat(job.started_at)
    return job.state == "running" or waited.total_seconds() < _FIRST_SIGN_SECONDS


def _is_alive(job: Job) -> bool:
    if job.pid <= 0:
        return False
    start = _start_of(job.pid)
    if start or job.process_started:
        return start == job.process_started
    try:
        os.kill(job.pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _start_of(pid: int) -> str:
    """Give when a process began, as Linux counts it; empty elsewhere, for a process gone or a zombie."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if facts[0] == "Z" else facts[19]


if __name__ == "__main__":
    raise SystemExit(run(Path(sys.argv[1])))
