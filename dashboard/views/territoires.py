"""The page of territories, which answers: what is our territory, and what is in it."""

from __future__ import annotations

from dashboard.components.header import plain_header
from dashboard.components.notices import package_notice
from dashboard.components.share import share_page
from dashboard.components.territoires.bring import bring
from dashboard.components.territoires.drawing import drawing
from dashboard.components.territoires.keeping import keeping
from dashboard.components.territoires.kept import kept
from dashboard.components.territoires.link import Way, draft
from dashboard.components.territoires.pick import pick
from dashboard.components.territoires.ways import choose_way
from dashboard.data import Opened
from dashboard.navigation import Place, page_heading


def page(opened: Opened) -> None:
    """Draw the page."""
    plain_header(Place.TERRITORIES)
    package_notice(opened.problem)
    page_heading(Place.TERRITORIES)
    way = choose_way()
    if way is Way.KEPT:
        kept(opened)
    else:
        {Way.DRAW: drawing, Way.FILE: bring, Way.PICK: pick}[way](opened.package)
        found = draft(way)
        if found is not None:
            keeping(opened.package, found)
    share_page(opened.package, "territories")
