"""The data page, which answers: where do the figures come from, of when, and what changed."""

from __future__ import annotations

from dashboard import upkeep
from dashboard.components.donnees.catalogue import catalogue
from dashboard.components.donnees.checks import checks
from dashboard.components.donnees.history import history
from dashboard.components.donnees.refresh import refresh
from dashboard.components.donnees.sources import sources, summary
from dashboard.components.header import plain_header
from dashboard.components.notices import package_notice
from dashboard.components.share import share_page
from dashboard.data import Opened
from dashboard.navigation import Place, page_heading


def page(opened: Opened) -> None:
    """Draw the page."""
    package, home = opened.package, upkeep.home()
    statuses = upkeep.statuses(package, home)
    plain_header(Place.DATA)
    package_notice(opened.problem)
    page_heading(Place.DATA)
    summary(package, home)
    refresh(home, statuses)
    history(home)
    sources(package, statuses)
    checks(package)
    catalogue(package)
    share_page(package, "data")
