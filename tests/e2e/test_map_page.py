"""What a person does on the map page, in a real browser."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from geodata.model import Level
from geodata.package import Package
from tests.e2e.visit import MAP_FRAME, PHONE, Visit

Opener = Callable[..., Visit]

LIVING_CONDITIONS = {
    "fr": "Ces chiffres décrivent des conditions de vie, pas des personnes.",
    "en": "These figures describe living conditions, not people.",
}
VIEW = "document.querySelector('.leaflet-proxy, .leaflet-map-pane').style.transform"
COLOURS = """(canvas) => {
    const {width, height} = canvas;
    const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
    const seen = new Map();
    for (let i = 0; i < pixels.length; i += 4)
        if (pixels[i + 3] === 255) {
            const colour = pixels.slice(i, i + 3).join(',');
            seen.set(colour, (seen.get(colour) || 0) + 1);
        }
    return [...seen.values()].filter(count => count > 50).length;
}"""


def _spoken(text: str) -> str:
    """Make every kind of blank one plain space, as a reader does."""
    return re.sub(r"\s+", " ", text)


def _other_indicator(package: Package, level: Level, shown: str) -> str:
    """Give the title of an indicator of a level which is not the one shown."""
    titles = [i.title.fr for i in package.indicators.values() if level in i.levels]
    return next(title for title in titles if title not in shown)


def test_a_first_visit_shows_a_map_a_legend_and_what_to_do(visit: Opener) -> None:
    seen = visit()
    expect(seen.page.locator("html")).to_have_attribute("lang", "fr")
    expect(seen.page).to_have_title(re.compile("Proximité"))
    expect(seen.page.get_by_role("heading", level=1)).to_contain_text("par territoire de CLSC")
    assert seen.canvas.evaluate(COLOURS) >= 5, "the map has fewer colours than classes"
    legend = seen.page.get_by_role("region", name="Légende")
    assert legend.get_by_role("listitem").count() >= 3
    expect(legend).to_contain_text(re.compile(r"\d+ territoires?"))
    assert LIVING_CONDITIONS["fr"] in _spoken(seen.main.inner_text())
    expect(seen.card).to_contain_text("Choisissez un territoire")


def test_choosing_a_level_changes_the_map_and_the_link(visit: Opener) -> None:
    seen = visit()
    seen.page.get_by_role("radio", name="MRC").click()
    expect(seen.page.get_by_role("heading", level=1)).to_contain_text("par MRC")
    expect(seen.page).to_have_url(re.compile(r"niveau=mrc"))
    seen.settled()
    assert seen.canvas.evaluate(COLOURS) >= 5


def test_the_finest_level_is_drawn(visit: Opener) -> None:
    seen = visit(niveau="da")
    expect(seen.page.get_by_role("button", name="Aire de diffusion")).to_be_visible()
    assert seen.canvas.evaluate(COLOURS) >= 3


def test_choosing_an_indicator_repaints_the_same_map_in_place(
    visit: Opener, embedded_package: Package
) -> None:
    seen = visit(niveau="mrc")
    title = seen.page.get_by_role("heading", level=1)
    other = _other_indicator(embedded_package, Level.MRC, title.inner_text())
    seen.frame.get_by_role("button", name="Zoom avant").click()
    expect(seen.frame.locator(".leaflet-zoom-anim")).to_have_count(0)
    seen.in_frame("{ window.sameFrame = true; }")
    view = seen.in_frame(VIEW)
    painted = seen.in_frame("document.documentElement.dataset.painted")
    seen.choose("Indicateur", other)
    expect(title).to_contain_text(other)
    expect(seen.frame.locator(f"html[data-painted='{painted}']")).to_have_count(0)
    assert seen.in_frame("window.sameFrame") is True, "the map was mounted again"
    assert seen.in_frame(VIEW) == view, "the view moved"
    assert "indicateur" in seen.query


def test_services_are_drawn_over_the_map(visit: Opener) -> None:
    seen = visit(niveau="arrondissement")
    expect(seen.frame.locator(".proximite-place")).to_have_count(0)
    seen.page.get_by_role("button", name="Services et classes").click()
    seen.page.get_by_role("button", name="Points de service CLSC").click()
    expect(seen.page).to_have_url(re.compile("services=clsc"))
    expect(seen.frame.locator(".proximite-place").first).to_be_visible()


@pytest.mark.parametrize(
    "searched",
    [
        (
            ("H1W 2C4", "Hochelaga-Maisonneuve", Level.CLSC),
            ("MRC de Joliette", "Joliette", Level.MRC),
            ("NDG", "Notre-Dame-de-Grâce", None),
        ),
        (
            ("h1w2c4", "Hochelaga-Maisonneuve", Level.CLSC),
            ("cote des neiges", "Côte-des-Neiges", None),
            ("Hochelaga", "Hochelaga-Maisonneuve", None),
        ),
    ],
    ids=["signs", "letters"],
)
def test_searching_opens_the_card_of_a_territory(
    visit: Opener, embedded_package: Package, searched: tuple[tuple[str, str, Level | None], ...]
) -> None:
    # One search after the other, each to another territory than the one before.
    seen = visit()
    for words, name, level in searched:
        seen.search(words).filter(has_text=name).first.click()
        expect(seen.card.get_by_role("heading", level=2)).to_contain_text(name)
        seen.settled()
        expect(seen.page).to_have_url(re.compile("territoire="))
        row = embedded_package.territories.loc[seen.query["territoire"]]
        assert name in row["name_fr"], words
        assert level is None or row["level"] == level, words
        expect(seen.page.get_by_role("searchbox")).to_have_value("")


def test_what_is_typed_never_reaches_the_address(visit: Opener) -> None:
    seen = visit()
    seen.search("H1W 2C4")
    assert "H1W" not in unquote(seen.page.url)


def test_a_click_on_the_map_selects(visit: Opener) -> None:
    seen = visit(niveau="region")
    box = seen.page.locator(MAP_FRAME).bounding_box()
    assert box is not None
    seen.page.mouse.click(box["x"] + box["width"] * 0.45, box["y"] + box["height"] * 0.6)
    expect(seen.page).to_have_url(re.compile("territoire=region"))
    expect(seen.card).not_to_contain_text("Choisissez un territoire")


def test_a_link_opens_the_same_page(visit: Opener, embedded_package: Package) -> None:
    territory = str(embedded_package.level(Level.MRC).index[0])
    name = embedded_package.territories.at[territory, "name_fr"]
    first = visit(niveau="mrc", territoire=territory, services="library", classes="naturelles", tableau="1")
    expect(first.card.get_by_role("heading", level=2)).to_have_text(name)
    second = visit(**first.query)
    for page in (first.page, second.page):
        expect(page.get_by_role("radio", name="MRC")).to_be_checked()
        expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    assert _spoken(second.card.inner_text()) == _spoken(first.card.inner_text())
    assert second.query == first.query


def test_english_is_one_click_away_and_complete(visit: Opener) -> None:
    seen = visit(niveau="mrc")
    seen.page.get_by_role("radio", name="English").click()
    expect(seen.page.get_by_role("heading", level=1)).to_contain_text("by RCM (MRC)")
    expect(seen.page.locator("html")).to_have_attribute("lang", "en")
    expect(seen.frame.get_by_role("button", name="Zoom in")).to_be_visible()
    said = _spoken(seen.main.inner_text())
    assert LIVING_CONDITIONS["en"] in said
    assert LIVING_CONDITIONS["fr"] not in said
    assert seen.query["lang"] == "en"


@pytest.mark.parametrize(
    "query",
    [
        {"niveau": "planete"},
        {"niveau": "mrc", "indicateur": "rien", "territoire": "mrc:zzz", "services": "x.y", "classes": "?"},
        {"territoire": "<script>alert(1)</script>", "lang": "klingon", "tableau": "non"},
    ],
    ids=["level", "everything", "hostile"],
)
def test_a_link_that_makes_no_sense_opens_a_calm_page(visit: Opener, query: dict[str, str]) -> None:
    seen = visit(**query)
    expect(seen.page.get_by_role("heading", level=1)).to_be_visible()
    expect(seen.page.get_by_role("status").filter(has_text=re.compile(".")).first).to_be_visible()


def test_on_a_phone_the_map_comes_then_the_card(visit: Opener, embedded_package: Package) -> None:
    territory = str(embedded_package.level(Level.CLSC).index[0])
    seen = visit(size=PHONE, niveau="clsc", territoire=territory)
    assert seen.overflow_px() <= 0
    frame = seen.page.locator(MAP_FRAME).bounding_box()
    card = seen.card.bounding_box()
    assert frame is not None
    assert card is not None
    assert card["y"] >= frame["y"] + frame["height"]
    assert frame["width"] >= 0.9 * PHONE[0]


def _focused(page: Page) -> str:
    return str(
        page.evaluate(
            """() => { const e = document.activeElement;
            return [e.tagName, e.type || '', e.getAttribute('role') || '', e.getAttribute('aria-label') || '',
                    e.dataset.testid || '', (e.innerText || '').slice(0, 60)].join('|'); }"""
        )
    )


def test_everything_can_be_reached_from_the_keyboard(visit: Opener) -> None:
    seen = visit(tableau="1")
    expect(seen.page.get_by_role("button", name="Télécharger les chiffres")).to_be_visible()
    seen.page.locator("body").focus()
    reached = []
    for _step in range(60):
        seen.page.keyboard.press("Tab")
        reached.append(_focused(seen.page))
    wanted = {
        "the search": "|search|",
        "the levels": "radio",
        "the indicators": "Indicateur",
        "the services": "Services et classes",
        "the map": "IFRAME",
        "the table": "stDataFrame|CANVAS|dataframe|grid",
        "the file": "Télécharger les chiffres",
        "the link": "Copier le lien",
    }
    missed = [what for what, mark in wanted.items() if not any(re.search(mark, one) for one in reached)]
    assert missed == [], reached


def test_the_file_holds_the_figures_of_the_screen(visit: Opener, embedded_package: Package) -> None:
    territory = str(embedded_package.level(Level.MRC).index[0])
    seen = visit(niveau="mrc", territoire=territory, indicateur="population", tableau="1")
    printed = re.search(r"\d[\d\s]*", seen.page.locator(".px-value").first.inner_text())
    assert printed is not None
    seen.page.get_by_role("button", name="Télécharger les chiffres").click()
    with seen.page.expect_download() as waiting:
        seen.page.get_by_role("button", name="CSV", exact=True).click()
    raw = Path(waiting.value.path()).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    (row,) = [row for row in rows if row and row[0] == territory]
    assert re.sub(r"\s", "", printed[0]) in [re.sub(r"\s", "", cell) for cell in row]
    assert any("icence" in cell for row in rows for cell in row)
