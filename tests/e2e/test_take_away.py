"""What leaves the page: its link, its figures, and its image on the wall of a room."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
from playwright.sync_api import expect

from dashboard import format as fmt
from geodata.model import Level
from geodata.package import Package
from tests.e2e.accessibility import axe_script, violations
from tests.e2e.visit import Visit

Opener = Callable[..., Visit]


def test_a_link_is_copied_a_workbook_taken_and_the_page_projected(
    visit: Opener, embedded_package: Package
) -> None:
    territory = str(embedded_package.level(Level.MRC).index[0])
    seen = visit(niveau="mrc", territoire=territory, indicateur="population")
    page = seen.page
    page.locator(".st-key-projector label").click()
    expect(page.locator("html")).to_have_css("font-size", "20px")
    seen.settled()
    assert seen.query["projection"] == "1"
    assert seen.overflow_px() == 0
    assert seen.in_frame("document.documentElement.className") == "proximite-large"

    seen.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy = page.get_by_role("button", name="Copier le lien")
    copy.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Lien copié")).to_be_visible()
    link = str(page.evaluate("() => navigator.clipboard.readText()"))
    assert "projection=1" in link
    assert territory.replace(":", "%3A") in link

    # Without https there is no clipboard: the link is copied from its own field, or left selected.
    page.evaluate("() => Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    copy.click()
    field = page.get_by_label("Lien vers cette page")
    expect(field).to_be_focused()
    assert field.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)") == link

    page.get_by_role("button", name="Télécharger les chiffres").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Excel (XLSX)").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    (row,) = [row for row in book.worksheets[0].iter_rows(values_only=True) if row[0] == territory]
    printed = page.locator(".px-value").first.inner_text().replace("\u202f", "\u00a0")
    assert any(isinstance(cell, int) and fmt.number(cell) in printed for cell in row), (row, printed)
    assert violations(page, axe_script()) == []

    page.keyboard.press("Escape")
    page.get_by_role("link", name="Données").click()
    seen.drawn()
    assert seen.query["projection"] == "1"
    expect(page.get_by_role("switch", name="Projecteur")).to_be_checked()
