"""The dashboard as a person starts it: a process, a port, a health address."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from filelock import FileLock

PROGRAM = str(Path(sys.executable).parent / "proximite")
START_SECONDS = 90
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Dashboard:
    """A running dashboard.

    Attributes
    ----------
    url
        Address of its first page, without a final slash.
    log
        File that receives both of its output streams.
    """

    url: str
    log: Path

    def address(self, **query: str) -> str:
        """Give the address of the first page with a query."""
        return f"{self.url}/?{'&'.join(f'{key}={value}' for key, value in query.items())}"


@contextmanager
def running(folder: Path, *arguments: str, **settings: str) -> Iterator[Dashboard]:
    """Run ``proximite run`` on a free port until the block ends.

    Parameters
    ----------
    folder
        Where the log goes.
    *arguments
        Further words of the command line.
    **settings
        Environment variables; those of this machine are left out.

    Raises
    ------
    AssertionError
        With the log, if the process stops or stays silent.
    """
    port = _free_port()
    dashboard = Dashboard(f"http://127.0.0.1:{port}", folder / "dashboard.log")
    command = [PROGRAM, "run", "--port", str(port), *arguments]
    ours = {"PROXIMITE_HOME": str(folder / "home"), **settings}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PROXIMITE_")} | ours
    with dashboard.log.open("wb") as stream:
        process = subprocess.Popen(
            command, stdout=stream, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=environment
        )
        try:
            _wait_until_healthy(process, dashboard)
            yield dashboard
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def shared(folder: Path) -> Iterator[Dashboard]:
    """Run one dashboard for all the processes that ask for the same folder, until the last one leaves.

    Who started it waits for the others at its own end; the system frees what a dead process held.
    """
    folder.mkdir(exist_ok=True)
    address, log = folder / "address", folder / "dashboard.log"
    with (folder / "users").open("wb") as users, ExitStack() as ours:
        fcntl.flock(users, fcntl.LOCK_SH)
        with FileLock(folder / "start.lock"):
            if not address.exists():
                address.write_text(ours.enter_context(running(folder)).url, "utf-8")
                ours.callback(address.unlink)
                ours.callback(_wait_for_others, users)
        yield Dashboard(address.read_text("utf-8"), log)


def _wait_for_others(users: IO[bytes]) -> None:
    fcntl.flock(users, fcntl.LOCK_UN)
    fcntl.flock(users, fcntl.LOCK_EX)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(process: subprocess.Popen[bytes], dashboard: Dashboard) -> None:
    for _ in range(int(START_SECONDS / POLL_SECONDS)):
        try:
            with urllib.request.urlopen(f"{dashboard.url}/_stcore/health", timeout=5) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        try:
            process.wait(timeout=POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(f"the dashboard did not start:\n{dashboard.log.read_text('utf-8', 'replace')}")
