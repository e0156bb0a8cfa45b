"""A refresh goes on in its own process, and a page that comes back finds how far it is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from etl import jobs
from etl.jobs import Job, job_status, run, start_refresh
from geodata.errors import BusyError
from tests.etl.small import World, listing, make_world


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return make_world(tmp_path, monkeypatch)


def order(home: Path, **more: object) -> None:
    whole = {"sources": [], "accept": {}, "mirror": None, "listings_only": False, "who": "", **more}
    home.mkdir(exist_ok=True)
    (home / "refresh.order.json").write_text(json.dumps(whole), "utf-8")


def test_without_a_refresh_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert job_status(tmp_path).state == "none"
    for damaged in (b"", b"[]", b'{"state": 1, "error": 3}', b"\xff"):
        (tmp_path / "refresh.json").write_bytes(damaged)
        assert not job_status(tmp_path).at_work


def test_a_job_ends_with_its_report(world: World) -> None:
    order(world.home)
    assert run(world.home) == 0
    job = job_status(world.home)
    assert job.state == "done"
    assert job.report is not None
    assert job.report["published"] is True
    assert job.done == job.all > 0
    assert job.finished_at >= job.started_at


def test_a_refused_source_is_told_and_can_be_accepted(world: World) -> None:
    order(world.home)
    run(world.home)
    world.files["alpha"] = listing(5)
    run(world.home)
    assert job_status(world.home).report["sources"][0]["state"] == "refused"  # type: ignore[index]
    order(world.home, accept={"alpha": "vrai ménage"}, who="Ana")
    run(world.home)
    assert job_status(world.home).report["published"] is True  # type: ignore[index]


def test_an_error_is_told_in_both_languages(world: World) -> None:
    order(world.home, sources=["gamma"])
    assert run(world.home) == 1
    error = job_status(world.home).error
    assert error is not None
    assert "gamma" in error.fr
    assert "No source" in error.en


def test_progress_is_read_while_it_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_BETWEEN_SECONDS", 0)
    seen: list[Job] = []
    write = jobs._write

    def watched(home: Path, job: Job) -> None:
        write(home, job)
        seen.append(job_status(home))

    monkeypatch.setattr(jobs, "_write", watched)
    order(world.home)
    run(world.home)
    assert {job.state for job in seen} == {"running", "done"}
    assert any(job.stage == "alpha · list.csv 50 %" for job in seen)
    shares = [job.done / job.all for job in seen if job.all]
    assert shares == sorted(shares)


def test_a_process_that_is_gone_is_told_as_interrupted(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    job = Job("running", "alpha", 1, 5, jobs.now(), pid=gone.pid, process_started=jobs._start_of(gone.pid))
    jobs._write(tmp_path, job)
    assert job_status(tmp_path).state == "running"
    with pytest.raises(BusyError):
        start_refresh(tmp_path)
    os.kill(gone.pid, signal.SIGKILL)
    gone.wait()
    told = job_status(tmp_path)
    assert told.state == "interrupted"
    assert told.error is not None
    assert "dernier bon paquet" in told.error.fr


def test_a_process_that_never_began_is_told_as_interrupted(tmp_path: Path) -> None:
    own = jobs._start_of(os.getpid())
    jobs._write(
        tmp_path,
        Job("starting", started_at="2020-01-01T00:00:00+00:00", pid=os.getpid(), process_started=own),
    )
    assert job_status(tmp_path).state == "interrupted"


def test_the_process_outlives_who_started_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real command, on a source that does not exist: it starts, tells its error and ends."""
    monkeypatch.chdir(tmp_path)
    started = start_refresh(tmp_path / "home", ["nulle_part"])
    assert started.at_work
    ended = threading.Event()
    for _ in range(600):
        if job_status(tmp_path / "home").state == "failed" or ended.wait(0.1):
            break
    job = job_status(tmp_path / "home")
    assert job.state == "failed", (tmp_path / "home" / "refresh.log").read_text("utf-8")
    assert job.error is not None
    assert "nulle_part" in job.error.fr
    assert not (tmp_path / "home" / "packages").exists()
