"""The page of methods, which answers: how is it computed, and what not to conclude from it."""

from __future__ import annotations

from dashboard.components.header import plain_header
from dashboard.components.methodes.topics_list import topics_list
from dashboard.components.methodes.validity import validity
from dashboard.components.notices import package_notice
from dashboard.data import Opened, current_package
from dashboard.navigation import Place, page_heading


def page(opened: Opened) -> None:
    """Draw the page."""
    plain_header(Place.METHODS)
    package_notice(opened.problem)
    page_heading(Place.METHODS)
    topics_list()
    # The package as published: a table's own territories, laid over it, change no measure.
    validity(current_package())
