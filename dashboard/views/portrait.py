"""The portrait, which answers: what must be known of this territory, and with what certainty."""

from __future__ import annotations

from dashboard.components.header import plain_header
from dashboard.components.notices import link_notices, package_notice
from dashboard.components.portrait.body import body
from dashboard.components.portrait.link import territory_asked
from dashboard.components.portrait.look import look
from dashboard.components.portrait.opening import choose, opening
from dashboard.data import Opened
from dashboard.navigation import Place, page_heading


def page(opened: Opened) -> None:
    """Draw the page."""
    package = opened.package
    plain_header(Place.PORTRAIT)
    package_notice(opened.problem)
    look()
    territory, notices = territory_asked(package)
    link_notices(notices)
    if territory is None:
        page_heading(Place.PORTRAIT)
        choose(package)
        opening(package)
    else:
        choose(package)
        body(package, territory)
