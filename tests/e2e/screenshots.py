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
TALL = (1366, 1350)
"""Where the map is under the choices."""

GAP = {"vue": "besoin", "niveau": "mrc"}
SAINT_LEON = {
    "territoire": "mrc:07",
    "seuils": "15-15-15-15",
    "changements": "a~-67.5806~48.4015~~Saint-Léon-le-Grand",
}
PAGES = {
    "portrait-1366.png": ("portrait", {"territoire": "mrc:85"}, WIDE),
    "comparer-1366.png": ("comparer", {"territoires": TABLES, "theme": "deprivation"}, WIDE),
    "priorites-1366.png": (
        "priorites",
        {"niveau": "mrc", "grille": "no_diploma_pct~40,living_alone_pct~30,one_parent_families_pct~30"},
        WIDE,
    ),
    "acces-1366.png": ("acces", GAP, TALL),
    "acces-en-1366.png": ("acces", {**GAP, "lang": "en"}, TALL),
    "acces-390.png": ("acces", {}, PHONE),
    "scenarios-1366.png": ("scenarios", SAINT_LEON, TALL),
    "scenarios-en-1366.png": ("scenarios", {**SAINT_LEON, "lang": "en"}, TALL),
    "scenarios-390.png": ("scenarios", SAINT_LEON, PHONE),
}
"""The pages that a table prepares a meeting with."""

WITH_A_MAP = ("acces", "scenarios")


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
            for name, (page, query, size) in PAGES.items():
                with Visit(browser, dashboard, size) as visit:
                    visit.open_page(page, **query)
                    if page in WITH_A_MAP:
                        visit.settled()
                    visit.page.wait_for_load_state("networkidle")
                    visit.page.screenshot(path=FOLDER / name)
                    print(FOLDER / name)
        browser.close()


if __name__ == "__main__":
    main()
