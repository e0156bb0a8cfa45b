"""The page of organisations in a browser: a report and its approval, an import, two widths."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.e2e.accessibility import violations
from tests.e2e.serving import Dashboard
from tests.e2e.visit import PHONE, Visit

LISTING = """Nom de l'organisme;Adresse;Ville;Code postal;Courriel;Type;Mise à jour
Cuisine du Sud;3550 rue Ontario Est;Montréal;H1W 2C3;info@cuisine.example;Cuisine;2026-03-01
;99 rue Sans Nom;Joliette;J6E 1A1;;Aide alimentaire;2026-01-15
"""


def test_an_error_reported_from_the_map_is_approved(
    browser: Browser, own_dashboard: Dashboard, axe: str
) -> None:
    with Visit(browser, own_dashboard) as seen:
        seen.open(niveau="clsc", services="library")
        marker = seen.frame.locator(".proximite-place:not(.proximite-cluster)").first
        marker.focus()
        marker.press("Enter")
        link = seen.frame.get_by_role("link", name="Signaler une erreur").first
        expect(link).to_be_visible()
        place = link.get_attribute("href") or ""
        assert place.startswith("/organismes?lieu=")

        seen.page.goto(own_dashboard.url + place)
        seen.drawn()
        seen.page.get_by_text("Ce lieu est fermé").click()
        seen.page.get_by_role("button", name="Signaler une erreur").click()
        expect(seen.main).to_contain_text("attend l'accord de la table")
        assert violations(seen.page, axe) == []

        seen.page.get_by_role("radio", name="Signalements").click()
        expect(seen.main).to_contain_text("1 signalement attend.")
        assert violations(seen.page, axe) == []
        seen.page.get_by_role("button", name="Approuver").click()
        expect(seen.page.get_by_role("button", name="Annuler l'approbation")).to_be_visible()


def test_a_listing_is_read_and_its_report_adds_up(
    browser: Browser, own_dashboard: Dashboard, axe: str, tmp_path: Path
) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(LISTING, "utf-8")
    with Visit(browser, own_dashboard) as seen:
        seen.open_page("organismes", vue="importer")
        seen.page.locator("input[type=file]").first.set_input_files(path)
        expect(seen.main).to_contain_text("Cuisine du Sud")
        assert violations(seen.page, axe) == []
        seen.page.get_by_role("button", name="Importer", exact=True).click()
        expect(seen.main).to_contain_text("Lignes lues\u00a0: 2. Chargées\u00a0: 1. En quarantaine\u00a0: 1.")
        assert seen.query["liste"] == "liste"
        expect(seen.main).to_contain_text("le nom est vide")
        assert violations(seen.page, axe) == []


def test_the_places_fit_a_phone_and_speak_english(
    browser: Browser, own_dashboard: Dashboard, axe: str
) -> None:
    with Visit(browser, own_dashboard, PHONE, "en") as seen:
        seen.open_page("organismes", niveau="rss", territoire="rss:06")
        expect(seen.main).to_contain_text("known places")
        assert seen.overflow_px() == 0
        assert violations(seen.page, axe) == []
        seen.page.get_by_role("link", name="Data", exact=True).click()
        seen.drawn()
        assert seen.query["lang"] == "en"
