"""The page of comparison in a browser: add a territory, read the table, find the same page by its link."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.e2e.accessibility import axe_script, violations
from tests.e2e.serving import Dashboard
from tests.e2e.visit import PHONE, WIDE, Visit


def test_territories_are_added_compared_and_found_again(browser: Browser, dashboard: Dashboard) -> None:
    axe = axe_script()
    with Visit(browser, dashboard, WIDE) as visit:
        visit.open_page("comparer", territoires="mrc:85")
        visit.page.get_by_role("searchbox").fill("pontiac")
        visit.page.locator(".st-key-compare_search-found").get_by_role("button").filter(
            has_text="MRC"
        ).click()
        table = visit.page.get_by_role("region", name="Chaque chiffre").get_by_role("table")
        expect(table.get_by_role("columnheader", name="Pontiac")).to_be_visible()
        expect(table).to_contain_text("plus élevé de")
        expect(visit.page.locator(".st-key-compare_search-found")).to_have_count(0)
        visit.drawn()
        assert visit.query["territoires"] == "mrc:85,mrc:84"
        expect(visit.page.locator("img.px-picture").first).to_be_visible()
        assert visit.overflow_px() == 0
        assert violations(visit.page, axe) == []
    with Visit(browser, dashboard, PHONE, "en") as visit:
        visit.open_page("comparer", territoires="clsc:10014,clsc:17012", vue="ages")
        expect(visit.main).to_contain_text("Ungava governs itself")
        expect(visit.page.get_by_role("img", name="Age pyramid: Ungava")).to_be_visible()
        assert visit.overflow_px() == 0
        assert violations(visit.page, axe) == []
