"""A table draws its own territory, keeps it, and finds it on the map."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.e2e.accessibility import violations
from tests.e2e.serving import Dashboard
from tests.e2e.visit import Visit

CORNERS = [(0.35, 0.25), (0.6, 0.25), (0.6, 0.5), (0.35, 0.5)]


def test_a_territory_is_drawn_kept_and_shown_on_the_map(
    browser: Browser, own_dashboard: Dashboard, axe: str
) -> None:
    with Visit(browser, own_dashboard) as seen:
        seen.open_page("territoires", maniere="dessiner")
        seen.settled()
        seen.choose("Aller à", "Joliette")
        expect(seen.page.get_by_text("tout le Québec")).to_have_count(0)
        seen.settled()
        pane = seen.frame.locator(".leaflet-container")
        box = pane.bounding_box()
        assert box is not None
        for number, (x, y) in enumerate(CORNERS, start=1):
            pane.click(position={"x": x * box["width"], "y": y * box["height"]})
            expect(seen.frame.locator(f"html[data-corners='{number}']")).to_be_attached()
        assert violations(seen.page, axe) == []
        seen.frame.get_by_role("button", name="Terminer").click()
        expect(seen.main).to_contain_text("recensées en 2021")
        assert violations(seen.page, axe) == []

        seen.page.get_by_label("Nom", exact=True).fill("Notre coin de Joliette")
        seen.page.get_by_role("button", name="Enregistrer").click()
        expect(seen.main).to_contain_text("Territoires gardés")
        assert seen.query["territoire"] == "custom:notre-coin-de-joliette"

        seen.page.get_by_role("region", name="Territoires gardés").get_by_role("link", name="Carte").click()
        expect(seen.card).to_contain_text("Notre coin de Joliette")
        seen.settled()
        assert seen.query["niveau"] == "custom"
