"""Starting the dashboard when something is in the way, and the watch that guards every other test."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from geodata.package import EMBEDDED, MANIFEST, SCHEMA_VERSION
from tests.e2e.serving import PROGRAM, Dashboard, running
from tests.e2e.visit import Visit


def _refused(*arguments: str) -> list[str]:
    """Run a command that must stop at once; give the lines that it says."""
    result = subprocess.run(
        [PROGRAM, *arguments], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL
    )
    assert result.returncode == 1, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr.strip().splitlines()


def test_a_port_in_use_is_said_in_one_sentence_a_language() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        lines = _refused("run", "--port", port)
    assert len(lines) == 2
    assert all(port in line for line in lines)


def test_a_folder_that_is_no_package_is_refused_when_named(tmp_path: Path) -> None:
    lines = _refused("run", "--package", str(tmp_path))
    assert len(lines) == 2
    assert all(str(tmp_path) in line for line in lines)


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dashboard, Path]]:
    """A dashboard started on a folder without a manifest, and that folder."""
    base = tmp_path_factory.mktemp("damaged")
    folder = base / "package"
    folder.mkdir()
    with running(base, PROXIMITE_PACKAGE=str(folder)) as dashboard:
        yield dashboard, folder


@pytest.mark.parametrize("damage", ["absent", "not JSON", "another version"])
def test_a_broken_package_leaves_the_embedded_one_on_the_page(
    browser: Browser, damaged: tuple[Dashboard, Path], damage: str
) -> None:
    dashboard, folder = damaged
    (folder / MANIFEST).unlink(missing_ok=True)
    if damage == "not JSON":
        (folder / MANIFEST).write_text("<html>", "utf-8")
    elif damage == "another version":
        manifest = json.loads((EMBEDDED / MANIFEST).read_text("utf-8"))
        (folder / MANIFEST).write_text(json.dumps(manifest | {"schema_version": SCHEMA_VERSION + 1}), "utf-8")
    with Visit(browser, dashboard) as seen:
        seen.open()
        notice = seen.page.get_by_role("status").filter(has_text="n'ont pas pu être lues")
        expect(notice).to_contain_text(re.compile("proximite build"))


def test_a_package_that_breaks_while_it_is_served_gives_way_to_the_embedded_one(
    browser: Browser, tmp_path: Path
) -> None:
    folder = shutil.copytree(EMBEDDED, tmp_path / "package")
    with (
        running(tmp_path, "--package", str(folder)) as dashboard,
        Visit(browser, dashboard) as seen,
    ):
        seen.open()
        shutil.rmtree(folder)
        seen.open(niveau="mrc")
        expect(seen.page.get_by_role("status").filter(has_text="n'ont pas pu être lues")).to_be_visible()


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        ("<img src='http://127.0.0.2:9/pixel.png'>", "someone else"),
        ("<script>console.error('no')</script>", "errors"),
        ("<script>throw new Error('no')</script>", "errors"),
        ("<p>Traceback (most recent call last)</p>", "Traceback"),
    ],
)
def test_the_watch_itself_can_fail(
    browser: Browser, dashboard: Dashboard, content: str, trouble: str
) -> None:
    seen = Visit(browser, dashboard).__enter__()
    seen.page.goto(f"{dashboard.url}/_stcore/health")
    seen.page.set_content(content)
    with pytest.raises(AssertionError, match=trouble):
        seen.__exit__(None, None, None)
