"""The page of scenarios, which answers: what would one point of service more, elsewhere or less change."""

from __future__ import annotations

from dashboard.components.header import plain_header
from dashboard.components.notices import package_notice
from dashboard.components.scenarios.workshop import workshop
from dashboard.data import Opened
from dashboard.navigation import Place, page_heading


def page(opened: Opened) -> None:
    """Draw the page."""
    plain_header(Place.SCENARIOS)
    package_notice(opened.problem)
    page_heading(Place.SCENARIOS)
    workshop(opened.package)
