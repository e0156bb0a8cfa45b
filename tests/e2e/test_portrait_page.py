"""The portrait in a browser: found by its name, corrected, then printed with the table's words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from tests.e2e.accessibility import axe_script, violations
from tests.e2e.serving import Dashboard
from tests.e2e.visit import PHONE, WIDE, Visit

FILE_MS = 60_000


@pytest.mark.parametrize(("size", "language"), [(WIDE, "fr"), (PHONE, "en")], ids=["wide", "phone"])
def test_a_portrait_is_found_corrected_and_printed(
    browser: Browser, dashboard: Dashboard, tmp_path: Path, size: tuple[int, int], language: str
) -> None:
    own, mark, title, print_it = {
        "fr": ("Nos mots à nous.", "Texte modifié par la table.", "Qui vit ici", "Portrait à imprimer (PDF)"),
        "en": ("Our own words.", "Text changed by the table.", "Who lives here", "Portrait to print (PDF)"),
    }[language]
    with Visit(browser, dashboard, size, language) as visit:
        visit.open_page("portrait")
        visit.page.get_by_role("searchbox").fill("Témiscamingue")
        visit.page.locator(".st-key-portrait-search-found").get_by_role("button").first.click()
        expect(visit.page.get_by_role("heading", level=1)).to_contain_text("Témiscamingue")
        visit.drawn()
        assert "territoire" in visit.query
        assert visit.overflow_px() == 0
        assert violations(visit.page, axe_script()) == []
        box = visit.page.get_by_role("textbox", name=title)
        box.fill(own)
        box.press("Control+Enter")
        expect(visit.page.get_by_text(mark)).to_be_visible()
        with visit.page.expect_download(timeout=FILE_MS) as started:
            visit.page.get_by_role("button", name=print_it).click()
        kept = tmp_path / "portrait.pdf"
        started.value.save_as(kept)
        words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(kept.read_bytes())).pages)
        assert own in words
        assert mark in words
