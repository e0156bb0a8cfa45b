"""A browser and a running dashboard for every test of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.conftest import absent
from tests.e2e.accessibility import axe_script
from tests.e2e.browser import ARGUMENTS, find_or_install
from tests.e2e.serving import Dashboard, shared
from tests.e2e.visit import READY_MS, WIDE, Visit

Opener = Callable[..., Visit]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=READY_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    executable = find_or_install(playwright)
    if executable is None:
        absent("skipped: no Chromium and no way to install it")
    chromium = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script that looks for barriers in a page."""
    try:
        return axe_script()
    except ModuleNotFoundError:
        absent("skipped: axe is not installed (make lock, then make test)")
        raise


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all the processes of a run see."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def dashboard(common: Path) -> Iterator[Dashboard]:
    """A dashboard for all the tests of a run, whose data folder none writes to."""
    with shared(common / "dashboard") as started:
        yield started
        assert "Traceback" not in started.log.read_text("utf-8", "replace")


@pytest.fixture(scope="session")
def own_dashboard(common: Path) -> Iterator[Dashboard]:
    """A dashboard whose data folder tests write to, each file to a part that no other one reads."""
    with shared(common / "own") as started:
        yield started
        assert "Traceback" not in started.log.read_text("utf-8", "replace")


@pytest.fixture
def visit(browser: Browser, dashboard: Dashboard) -> Iterator[Opener]:
    """Open pages; each is checked for strangers, errors and traces when the test ends."""
    with ExitStack() as open_visits:

        def start(size: tuple[int, int] = WIDE, language: str = "fr", **query: str) -> Visit:
            return open_visits.enter_context(Visit(browser, dashboard, size, language)).open(**query)

        yield start
