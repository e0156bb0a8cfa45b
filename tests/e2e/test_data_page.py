"""The data page in a browser: where figures come from, and a refresh followed from start to rollback."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.accessibility import violations
from tests.e2e.serving import Dashboard, running
from tests.e2e.visit import PHONE, WIDE, Visit
from tests.etl.clients.portal import (
    FILES,
    QUEBEC_API,
    file_route,
    record_reply,
    records,
    resource,
)
from tests.etl.services.server import serving

REFRESH_MS = 120_000
SLUG = "fichiers-cartographiques-m02-des-installations-et-etablissements"
MOVED = "CENTRE DE RÉADAPTATION EN DÉPENDANCE HOCHELAGA"


@pytest.mark.parametrize(
    ("size", "language", "heading"), [(WIDE, "fr", "Les sources"), (PHONE, "en", "The sources")]
)
def test_the_page_is_whole_and_open_to_all(
    browser: Browser, dashboard: Dashboard, axe: str, size: tuple[int, int], language: str, heading: str
) -> None:
    with Visit(browser, dashboard, size, language) as visit:
        visit.open_page("donnees", source="msss_m02")
        expect(visit.page.get_by_role("heading", name=heading)).to_be_visible()
        expect(visit.page.locator("nav.px-pages a[aria-current=page]")).to_have_count(1)
        expect(visit.main).to_contain_text("CC BY 4.0")
        assert visit.overflow_px() == 0
        assert violations(visit.page, axe) == []


def test_the_links_lead_from_page_to_page_in_the_same_language(
    browser: Browser, dashboard: Dashboard
) -> None:
    with Visit(browser, dashboard, WIDE, "en") as visit:
        visit.open_page("donnees")
        visit.page.get_by_role("link", name="Map", exact=True).click()
        visit.settled()
        expect(visit.page.get_by_role("link", name="Data", exact=True)).to_be_visible()
        visit.page.get_by_role("link", name="Data", exact=True).click()
        expect(visit.page.get_by_role("heading", name="The sources")).to_be_visible()


def new_vintage(mirror: Path) -> dict[str, bytes]:
    """Write the two M02 files with one site moved by a tenth of a degree and the last one gone."""
    folder = mirror / "msss_m02"
    rows = list(csv.reader(io.StringIO((folder / "installationscsv.csv").read_text("utf-8-sig"))))
    name, latitude = rows[0].index("INSTAL_NOM"), rows[0].index("LATITUDE")
    moved = next(row for row in rows if row[name] == MOVED)
    moved[latitude] = f"{float(moved[latitude]) + 0.1:.6f}"
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(rows[:-1])
    return {
        "installationscsv.csv": written.getvalue().encode("utf-8-sig"),
        "etablissementscsv.csv": (folder / "etablissementscsv.csv").read_bytes(),
    }


@pytest.fixture
def refreshable(mirror: Path, tmp_path: Path) -> Iterator[Dashboard]:
    """A dashboard whose sources answer through a relay that knows the M02 files only."""
    files = new_vintage(mirror)
    listed = [resource(name, "CSV", f"{FILES}{name}") for name in files]
    routes = records(QUEBEC_API, {SLUG: record_reply(*listed)})
    for name, body in files.items():
        routes |= file_route(f"{FILES}{name}", body, "text/csv")
    with serving(routes) as service, running(tmp_path, PROXIMITE_RELAY=service.url) as started:
        yield started


def test_a_refresh_is_followed_compared_and_undone(browser: Browser, refreshable: Dashboard) -> None:
    with Visit(browser, refreshable) as visit:
        page = visit.open_page("donnees").page
        page.get_by_role("button", name="Actualiser").click()
        page.get_by_role("combobox", name="Sources à demander").click()
        page.get_by_role("option", name="Fichier M02").click()
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        launch = page.get_by_role("button", name="Lancer l'actualisation")
        if launch.is_visible():
            page.get_by_text("Chaque source est demandée").click()  # closes the list, not the box
        else:  # on a busy machine the choice may shut the box with the list; it is kept
            page.get_by_role("button", name="Actualiser").click()
        launch.click()
        expect(page.get_by_role("progressbar").first).to_be_visible()
        expect(visit.main).to_contain_text("Vous pouvez quitter cette page")
        expect(visit.main).to_contain_text("Un nouveau paquet est en place", timeout=REFRESH_MS)
        expect(visit.main).to_contain_text("1 lieu déplacé")
        page.locator("summary", has_text="Publié").first.click()  # in the history
        expect(visit.main).to_contain_text(f"{MOVED} : 11")  # a tenth of a degree of latitude is 11.1 km
        expect(visit.main).to_contain_text("actualisées ici")
        page.get_by_role("button", name="Revenir à une version antérieure").click()
        page.get_by_label("Pourquoi").fill("essai de retour")
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Revenir à cette version").click()
        expect(visit.main).to_contain_text("livrées avec le programme")
        expect(visit.main).to_contain_text("Retour à une version antérieure")
