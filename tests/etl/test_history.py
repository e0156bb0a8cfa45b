"""Whatever happens to a refresh, the data folder shows a whole package and tells its history."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from etl import history
from etl.cli import app
from etl.history import Event
from etl.refresh import refresh
from geodata.errors import HistoryError, PackageError
from geodata.package import open_package
from geodata.text import Text
from tests.etl.small import World, listing, make_world

_WRITES = ("replace", "rename", "mkdir", "open")
"""Methods of ``Path`` through which everything reaches the disk."""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return make_world(tmp_path, monkeypatch)


def publish(world: World, rows: int) -> Path:
    world.files["alpha"] = listing(rows)
    return refresh(["alpha"], home=world.home).package


def _refresh_killed_at(world: World, step: int) -> bool:
    """Refresh in a child process that dies at its n-th write; say whether it died."""
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    count = 0
    for name in _WRITES:
        original = getattr(Path, name)

        def counted(
            *args: object, _original: object = original, _name: str = name, **kwargs: object
        ) -> object:
            nonlocal count
            mode = str(args[1]) if len(args) > 1 else str(kwargs.get("mode", "r"))
            if _name != "open" or set(mode) & set("wax"):
                count += 1
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)
            return _original(*args, **kwargs)  # type: ignore[operator]

        setattr(Path, name, counted)
    try:
        refresh(["alpha"], home=world.home)
    finally:
        os._exit(0)


@pytest.mark.parametrize("parity", [0, 1])
def test_killed_at_any_write_a_good_package_stays(world: World, parity: int) -> None:
    first = publish(world, 40)
    former = open_package(first).manifest["content_sha256"]
    world.files["alpha"] = listing(41)
    died, step = True, 1 + parity
    seen = set()
    while died:
        died = _refresh_killed_at(world, step)
        package = open_package(history.current_path(world.home))
        history.require_whole(package)
        assert len(package.locations) in (40, 41)
        seen.add(package.manifest["content_sha256"] == former)
        step += 2
        if not died:
            break
        history.rollback(world.home, first.name)
    assert step > 10
    assert seen == {True, False}
    refresh(["alpha"], home=world.home)
    leftovers = [*(world.home / "packages").glob(".*"), *(world.home / "fetched").glob("*/.*")]
    assert leftovers == []
    assert len(open_package(history.current_path(world.home)).locations) == 41


def test_a_publication_that_was_not_written_down_is_written_later(world: World) -> None:
    publish(world, 40)
    second = publish(world, 41)
    lines = (world.home / "history.jsonl").read_text("utf-8").splitlines(keepends=True)
    (world.home / "history.jsonl").write_text(lines[0] + lines[1][:20], "utf-8")
    refresh(["alpha"], home=world.home)
    last = history.read_history(world.home)[-1]
    assert (last.event, last.package) == ("publish", second.name)
    assert last.summary is not None
    assert "interruption" in last.summary.fr


def test_rollback_goes_back_one_package_at_a_time_and_deletes_nothing(world: World) -> None:
    first, second, third = (publish(world, rows) for rows in (40, 41, 42))
    assert history.rollback(world.home, reason="doute", who="Ana").package == second.name
    assert history.rollback(world.home).package == first.name
    assert history.rollback(world.home).package == "embedded"
    assert history.current_path(world.home) == world.embedded
    with pytest.raises(HistoryError):
        history.rollback(world.home)
    assert history.rollback(world.home, to=third.name).package == third.name
    assert all(path.is_dir() for path in (first, second, third))
    events = history.read_history(world.home)
    assert [e.event for e in events] == ["publish"] * 3 + ["rollback"] * 4
    assert (events[3].reason, events[3].who, events[3].previous) == ("doute", "Ana", third.name)


def test_a_package_is_found_by_what_people_call_it(world: World) -> None:
    first, second = publish(world, 40), publish(world, 41)
    assert history.resolve(world.home, "current") == second
    assert history.resolve(world.home, "previous") == first
    assert history.resolve(world.home, "embedded") == world.embedded
    assert history.resolve(world.home, first.name) == first
    assert history.resolve(world.home, first.name.partition("-")[2]) == first
    assert history.resolve(world.home, str(first)) == first
    for wrong in ("nulle-part", "", "..", "2", "../../etc"):
        with pytest.raises(HistoryError, match="current, previous, embedded"):
            history.resolve(world.home, wrong)


def test_a_folder_of_elsewhere_cannot_become_current(world: World, tmp_path: Path) -> None:
    first = publish(world, 40)
    elsewhere = tmp_path / "elsewhere"
    first.rename(elsewhere)
    assert history.current_path(world.home) == world.embedded
    with pytest.raises(HistoryError, match="historique"):
        history.rollback(world.home, to=str(elsewhere))


def test_a_damaged_package_cannot_become_current(world: World) -> None:
    first, second = publish(world, 40), publish(world, 41)
    (first / "services.parquet").unlink()
    with pytest.raises(PackageError):
        history.rollback(world.home)
    assert history.current_path(world.home) == second


def test_the_last_ten_packages_are_kept_and_the_current_one_whatever_its_age(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_PACKAGES", 3)
    paths = [publish(world, rows) for rows in (40, 41, 42, 43)]
    assert history.package_names(world.home) == [path.name for path in paths[1:]]
    history.rollback(world.home, to=paths[1].name)
    made = publish(world, 44)
    assert history.current_path(world.home) == made
    assert len(history.package_names(world.home)) == 3


def test_a_pointer_that_says_nonsense_shows_the_embedded_package(world: World) -> None:
    publish(world, 40)
    for nonsense in (b"", b"../../etc\n", b"\xff\xfe", b"20260101T000000.000Z-00000000\n"):
        (world.home / "current").write_bytes(nonsense)
        assert history.current_path(world.home) == world.embedded


def test_lines_that_are_no_events_are_left_out(tmp_path: Path) -> None:
    event = Event("publish", "2026-01-01T00:00:00+00:00", "a", summary=Text("un", "one"), difference={"x": 1})
    history.record(tmp_path, event)
    with (tmp_path / "history.jsonl").open("ab") as stream:
        stream.write(b'[]\n{"event": 1\n\xff\n{}\n{"event": "publish", "at"')
    history.record(tmp_path, event)
    assert history.read_history(tmp_path) == [event, event]


def test_a_damaged_record_of_received_files_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "sources.lock").write_bytes(b"{bad")
    history.recover(tmp_path)
    assert not (tmp_path / "sources.lock").exists()
    assert (tmp_path / "sources.lock.damaged").read_bytes() == b"{bad"


def test_the_command_rolls_back_and_says_what_is_current(world: World) -> None:
    publish(world, 40)
    publish(world, 41)
    runner = CliRunner()
    result = runner.invoke(app, ["rollback", "--home", str(world.home), "--reason", "essai", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["reason"] == "essai"
    failed = runner.invoke(app, ["rollback", "--home", str(world.home), "--to", "rien", "--json"])
    assert failed.exit_code == 1
    assert json.loads(failed.stdout)["ok"] is False
