"""The page of priorities, which answers: what counts for us, and whom does it point to."""

from __future__ import annotations

from dashboard.components.header import plain_header
from dashboard.components.notices import package_notice
from dashboard.components.priorites.workshop import workshop
from dashboard.data import Opened
from dashboard.navigation import Place, page_heading


def page(opened: Opened) -> None:
    """Draw the page."""
    plain_header(Place.PRIORITIES)
    package_notice(opened.problem)
    page_heading(Place.PRIORITIES)
    workshop(opened.package)
