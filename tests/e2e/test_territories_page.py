"""A table draws its own territory, keeps it, and finds it on the map."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import absent
from tests.e2e.accessibility import axe_script, violations
from tests.e2e.serving import Dashboard, running
from tests.e2e.visit import Visit

CORNERS = [(0.35, 0.25), (0.6, 0.25), (0.6, 0.5), (0.35, 0.5)]


@pytest.fixture(scope="module")
def axe() -> str:
    try:
        return axe_script()
    except ModuleNotFoundError:
        absent("skipped: axe is not installed (make lock, then make test)")
        raise


@pytest.fixture(scope="module")
def own_dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A dashboard whose data folder this test writes to."""
    with running(tmp_path_factory.mktemp("territories")) as started:
        yield started
        assert "Traceback" not in started.log.read_text("utf-8", "replace")


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
