"""The portrait in one file, opened from a disk with the network off."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, Request, expect

from dashboard.comparison import Against, reference_of
from dashboard.exports.offline import offline_html
from geodata.package import EMBEDDED, open_package
from tests.e2e.accessibility import axe_script, violations

TABLE = "table-mtl:cdc-cote-des-neiges"
INDICATOR = "Pauvreté (mesure du panier de consommation), 2021"


def test_it_opens_from_a_disk_and_answers_a_click_without_any_network(
    browser: Browser, tmp_path: Path
) -> None:
    package = open_package(EMBEDDED)
    file = tmp_path / "portrait.html"
    file.write_text(offline_html(package, TABLE, reference_of(package, TABLE, Against.QUEBEC), "fr"), "utf-8")
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True)
    try:
        page = context.new_page()
        asked: list[str] = []
        failures: list[str] = []
        page.on("request", lambda request: _note(asked, request))
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.on(
            "console", lambda said: failures.append(said.text) if said.type in {"error", "warning"} else None
        )
        page.goto(file.as_uri())
        _reads_by_keyboard(page)
        _reads_by_click(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert violations(page, axe_script()) == []
        assert asked == [file.as_uri()]
        assert failures == []
    finally:
        context.close()


def _note(asked: list[str], request: Request) -> None:
    if not request.url.startswith("data:"):
        asked.append(request.url)


def _reads_by_keyboard(page: Page) -> None:
    """The list of territories does what the map does."""
    expect(page.locator("html")).to_have_attribute("data-painted", "1")
    page.get_by_label("Indicateur").select_option(INDICATOR)
    page.get_by_label("Territoire", exact=True).select_option(TABLE)
    expect(page.locator("#chosen")).to_contain_text("17,1")
    expect(page.locator("#chosen")).to_contain_text("prudence")


def _reads_by_click(page: Page) -> None:
    """An area at the middle of the map is chosen by a click, and is another one than before."""
    page.get_by_label("Territoires montrés").select_option("Aires de diffusion de ce territoire")
    expect(page.locator("#chosen")).to_contain_text("Touchez la carte")
    page.locator("#map").click()
    expect(page.locator("#chosen h3")).to_contain_text("2466")
    expect(page.get_by_label("Territoire", exact=True)).not_to_have_value("")
