"""The page of access in a browser: who reaches what, need beside access, and the surroundings of a place."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.e2e.accessibility import axe_script, violations
from tests.e2e.serving import Dashboard
from tests.e2e.visit import PHONE, WIDE, Visit

BARACHOIS = "m02:51216596"
GRID = "no_diploma_pct~50,living_alone_pct~30,one_parent_families_pct~20"


def test_who_reaches_what_and_where_something_is_missing(browser: Browser, dashboard: Dashboard) -> None:
    with Visit(browser, dashboard, WIDE, "en") as visit:
        page = visit.open_page("acces").page
        expect(visit.main).to_contain_text("CLSC point of service, Québec: out of 100 people, 86 have")
        expect(visit.main).to_contain_text("As the crow flies × 1.3")
        expect(visit.main).to_contain_text("What if the thresholds were different?")
        visit.settled()
        assert violations(page, axe_script()) == []
        page.get_by_role("radio", name="Need and access").click()
        expect(page.get_by_role("table").first).to_contain_text("A1")
        expect(visit.main).to_contain_text("Where need outweighs access, and why")
        visit.settled()
        assert visit.query["vue"] == "besoin"
        assert visit.query["lang"] == "en"
        assert violations(page, axe_script()) == []
        assert visit.overflow_px() == 0
    with Visit(browser, dashboard, PHONE) as visit:
        visit.open_page("acces", vue="besoin", besoin="grille", niveau="mrc", nom="Soir de mai", grille=GRID)
        expect(visit.main).to_contain_text("Besoin : Soir de mai (grille de la table).")
        expect(visit.main).to_contain_text("Essayer un point de service de plus")
        visit.open_page("acces", vue="autour", point=BARACHOIS)
        expect(visit.main).to_contain_text("personnes ont ce lieu assez près")
        expect(visit.main).to_contain_text("L'ont assez près")
        visit.settled()
        assert violations(visit.page, axe_script()) == []
        assert visit.overflow_px() == 0
