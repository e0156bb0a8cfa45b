"""Take the pictures of the README from the running dashboard: ``python -m tests.e2e.screenshots``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.e2e.browser import ARGUMENTS, find_or_install
from tests.e2e.serving import running
from tests.e2e.visit import PHONE, WIDE, Visit

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "img"
PICTURES = {"carte-1366.png": WIDE, "carte-390.png": PHONE}
SHOWN = {"niveau": "clsc", "territoire": "clsc:06533"}
"""Hochelaga-Maisonneuve: a card with a figure, its place and its services."""

TABLES = "table-mtl:table-de-quartier-hochelaga-maisonneuve,table-mtl:table-de-quartier-de-montreal-nord"
PAGES = {
    "portrait-1366.png": ("portrait", {"territoire": "mrc:85"}),
    "comparer-1366.png": ("comparer", {"territoires": TABLES, "theme": "deprivation"}),
    "priorites-1366.png": (
        "priorites",
        {"niveau": "mrc", "grille": "no_diploma_pct~40,living_alone_pct~30,one_parent_families_pct~30"},
    ),
}
"""The pages that a table prepares a meeting with."""


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        executable = find_or_install(playwright)
        if executable is None:
            sys.exit("Chromium est introuvable · Chromium is not to be found")
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        with running(Path(folder)) as dashboard:
            for name, size in PICTURES.items():
                with Visit(browser, dashboard, size) as visit:
                    visit.open(**SHOWN)
                    visit.page.screenshot(path=FOLDER / name)
                    print(FOLDER / name)
            for name, (page, query) in PAGES.items():
                with Visit(browser, dashboard, WIDE) as visit:
                    visit.open_page(page, **query)
                    visit.page.wait_for_load_state("networkidle")
                    visit.page.screenshot(path=FOLDER / name)
                    print(FOLDER / name)
        browser.close()


if __name__ == "__main__":
    main()
