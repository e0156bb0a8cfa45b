"""The page of access, which answers: who can reach what, and where is something missing."""

from __future__ import annotations

from dashboard.components.acces.body import body
from dashboard.components.header import plain_header
from dashboard.components.notices import package_notice
from dashboard.data import Opened
from dashboard.navigation import Place, page_heading


def page(opened: Opened) -> None:
    """Draw the page."""
    plain_header(Place.ACCESS)
    package_notice(opened.problem)
    page_heading(Place.ACCESS)
    body(opened.package)
