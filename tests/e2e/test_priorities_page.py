"""The page of priorities in a browser: choose, weigh with the keyboard, and find it again by its link."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.e2e.accessibility import axe_script, violations
from tests.e2e.serving import Dashboard
from tests.e2e.visit import PHONE, WIDE, Visit

GRID = "no_diploma_pct~50,living_alone_pct~30,one_parent_families_pct~20"


def test_a_table_sets_its_priorities_and_finds_them_again(browser: Browser, dashboard: Dashboard) -> None:
    with Visit(browser, dashboard, WIDE, "en") as visit:
        page = visit.open_page("priorites", niveau="mrc").page
        expect(visit.main).to_contain_text("Nothing is chosen beforehand")
        for title in ("People without a diploma", "People living alone", "One-parent families"):
            page.get_by_text(title, exact=False).first.click()
            visit.drawn()
            expect(page.get_by_role("checkbox", name=title)).to_be_checked()
        expect(visit.main).to_contain_text("All weights are zero")
        page.get_by_role("button", name="Start with equal weights").click()
        expect(visit.main).to_contain_text("Whom it points to")
        expect(visit.main).to_contain_text("33.3%")
        visit.settled()
        slider = page.get_by_role("slider", name="A · People without a diploma")
        slider.focus()
        for _press in range(3):
            slider.press("ArrowRight")
        expect(visit.main).to_contain_text("Sum: 153 points, brought to 100%.")
        expect(slider).to_have_value("53")
        visit.settled()
        assert visit.query["grille"].startswith("no_diploma_pct~53,")
        assert visit.query["lang"] == "en"
        assert violations(page, axe_script()) == []
        assert visit.overflow_px() == 0
    with Visit(browser, dashboard, PHONE) as visit:
        query = {"grille": GRID, "territoire": "mrc:981", "officiel": "cimd_economic_dependency"}
        visit.open_page("priorites", niveau="mrc", nom="Soir de mai", **query)
        expect(visit.main).to_contain_text("Soir de mai : score de la table")
        expect(visit.page.frame_locator("iframe").first.locator("html[data-painted]")).to_be_attached()
        expect(visit.main).to_contain_text("Minganie est parmi les 10 premiers territoires")
        expect(visit.main).to_contain_text("corrélation des rangs (Spearman)")
        assert violations(visit.page, axe_script()) == []
        assert visit.overflow_px() == 0
