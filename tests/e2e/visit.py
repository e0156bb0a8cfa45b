"""One person's visit: a browser page that remembers every request, error and trace it saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    FrameLocator,
    Locator,
    Page,
    Request,
    expect,
)

from tests.e2e.serving import Dashboard

WIDE: Final = (1366, 768)
PHONE: Final = (390, 844)
READY_MS: Final = 30_000
MAP_FRAME: Final = "iframe[data-testid=stCustomComponentV1]"


@dataclass
class Visit:
    """A page of the dashboard in its own browser context.

    Attributes
    ----------
    strangers
        Addresses that were asked for outside the dashboard's own origin.
    errors
        Uncaught exceptions and error messages of the console.
    """

    browser: Browser
    dashboard: Dashboard
    size: tuple[int, int] = WIDE
    language: str = "fr"
    strangers: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        width, height = self.size
        locale = "fr-CA" if self.language == "fr" else "en-CA"
        self.context: BrowserContext = self.browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, has_touch=width < 600
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(READY_MS)
        self.context.on("request", self._note_request)
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.assert_calm()
        finally:
            self.context.close()

    def open(self, **query: str) -> Self:
        """Follow a link to the map page and wait until its map is drawn."""
        if self.language != "fr":
            query.setdefault("lang", self.language)
        self.page.goto(f"{self.dashboard.url}/?{urlencode(query)}")
        self.settled()
        return self

    def open_page(self, place: str, **query: str) -> Self:
        """Follow a link to a page that has no map, and wait until it is drawn."""
        if self.language != "fr":
            query.setdefault("lang", self.language)
        self.page.goto(f"{self.dashboard.url}/{place}?{urlencode(query)}")
        self.drawn()
        return self

    def drawn(self) -> None:
        """Wait until the script has run and the page says what it is."""
        expect(self.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        expect(self.page.get_by_role("heading", level=1).first).to_be_visible()

    def settled(self) -> None:
        """Wait until the script has run and the map has drawn what it was last told."""
        expect(self.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        expect(self.frame.locator("html[data-painted]")).to_be_attached()

    def choose(self, label: str, option: str) -> None:
        """Pick an option of a list by typing part of it, as one does with a long list."""
        box = self.page.get_by_role("combobox", name=label)
        box.click()
        box.fill(option)
        self.page.get_by_role("option", name=option).first.click()

    def search(self, words: str) -> Locator:
        """Type in the search box; give the list of what it finds."""
        self.page.get_by_role("searchbox").fill(words)
        found = self.page.locator(".st-key-results").get_by_role("button")
        expect(found.first).to_be_visible()
        return found

    @property
    def query(self) -> dict[str, str]:
        """What the address bar says now, one value a name."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.page.url).query).items()}

    @property
    def frame(self) -> FrameLocator:
        """The frame in which the map lives."""
        return self.page.frame_locator(MAP_FRAME)

    @property
    def canvas(self) -> Locator:
        """The drawn layer of the map."""
        return self.frame.locator(".leaflet-proximite-shapes-pane canvas")

    def in_frame(self, script: str) -> Any:
        """Run a script beside the map."""
        return self.frame.locator("html").evaluate(f"() => {script}")

    @property
    def card(self) -> Locator:
        """The card of the chosen territory."""
        return self.page.locator("section.px-card").first

    @property
    def main(self) -> Locator:
        """Everything that the page says."""
        return self.page.get_by_test_id("stMain")

    def overflow_px(self) -> int:
        """Give by how much the page is wider than the screen."""
        return int(
            self.page.evaluate(
                """() => Math.max(...[document.documentElement, document.body,
                    ...document.querySelectorAll('[data-testid=stMain]')]
                    .map(e => e.scrollWidth - e.clientWidth))"""
            )
        )

    def assert_calm(self) -> None:
        """Fail if anyone else was called, if the console complained, or if a trace is on the page."""
        assert not self.strangers, f"the page called someone else: {self.strangers}"
        assert not self.errors, f"the browser reported errors: {self.errors}"
        assert "Traceback" not in self.page.locator("body").inner_text(), "a Traceback is on the page"

    def _note_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        self.requests.append(request.url)
        if address.scheme in {"data", "blob", "about"}:
            return
        if address.netloc != urlsplit(self.dashboard.url).netloc:
            self.strangers.append(request.url)

    def _note_console(self, message: ConsoleMessage) -> None:
        # Below the root, Streamlit's own page first looks for its server beside itself.
        own_probe = "/_stcore/" in message.location.get("url", "") and "404" in message.text
        if message.type == "error" and not own_probe:
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")
