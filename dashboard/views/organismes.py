"""The page of organisations, which answers: are our listings complete and up to date."""

from __future__ import annotations

from dashboard import upkeep
from dashboard.components.header import plain_header
from dashboard.components.notices import package_notice
from dashboard.components.organismes.bring_in import bring_in
from dashboard.components.organismes.corrections import reports
from dashboard.components.organismes.duplicates import duplicates
from dashboard.components.organismes.link import Part
from dashboard.components.organismes.listings import listings
from dashboard.components.organismes.parts import choose_part
from dashboard.components.organismes.places import places
from dashboard.components.share import share_page
from dashboard.data import Opened
from dashboard.navigation import Place, page_heading


def page(opened: Opened) -> None:
    """Draw the page."""
    package, home = opened.package, upkeep.home()
    plain_header(Place.ORGANISATIONS)
    package_notice(opened.problem)
    page_heading(Place.ORGANISATIONS)
    drawn = {
        Part.PLACES: places,
        Part.BRING_IN: bring_in,
        Part.LISTINGS: listings,
        Part.DUPLICATES: duplicates,
        Part.CORRECTIONS: reports,
    }
    drawn[choose_part()](package, home)
    share_page(package, "organisations")
