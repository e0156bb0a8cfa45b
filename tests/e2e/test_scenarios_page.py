"""A table adds a point of service on the map, reads who gains, closes another one, and keeps its scenario."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.e2e.accessibility import violations
from tests.e2e.serving import Dashboard
from tests.e2e.visit import PHONE, Visit

MATAPEDIA = "mrc:07"


def test_a_point_is_added_on_the_map_and_the_scenario_is_kept(
    browser: Browser, own_dashboard: Dashboard, axe: str
) -> None:
    with Visit(browser, own_dashboard) as seen:
        seen.open_page("scenarios", territoire=MATAPEDIA)
        seen.settled()
        pane = seen.frame.locator(".leaflet-container")
        box = pane.bounding_box()
        assert box is not None
        pane.click(position={"x": 0.3 * box["width"], "y": 0.7 * box["height"]})
        expect(seen.main).to_contain_text("Ouvrir : Nouveau point A")
        assert seen.query["changements"].startswith("a~-67.")
        seen.settled()
        expect(seen.frame.locator(".proximite-pin-added")).to_have_attribute(
            "aria-label", "Ouvrir\u00a0: Nouveau point A"
        )
        expect(seen.page.locator(".px-answer")).to_contain_text("ont un trajet plus court")
        assert violations(seen.page, axe) == []
        seen.page.get_by_label("Nom du scénario").fill("Un point au sud")
        seen.page.get_by_label("Nom du scénario").press("Enter")
        seen.page.get_by_role("button", name="Garder sur cet ordinateur").click()
        expect(seen.main).to_contain_text("Le scénario «\u00a0Un point au sud\u00a0» est gardé.")
        changes = seen.query["changements"]

    with Visit(browser, own_dashboard, PHONE) as seen:
        seen.open_page("scenarios", territoire=MATAPEDIA, changements=f"{changes},f~m02:51226900")
        seen.settled()
        expect(seen.main).to_contain_text("Ce scénario ne justifie pas une fermeture.")
        expect(seen.main).to_contain_text("Qui perd")
        assert seen.overflow_px() <= 0
        assert violations(seen.page, axe) == []
