"""The page of comparison, which answers: how are our territories alike, and how do they differ."""

from __future__ import annotations

import streamlit as st

from dashboard.components.comparer.body import body
from dashboard.components.comparer.choose import choose_territories
from dashboard.components.comparer.link import View, territories_asked, view_asked
from dashboard.components.comparer.look import look
from dashboard.components.comparer.opening import opening
from dashboard.components.header import plain_header
from dashboard.components.notices import link_notices, package_notice
from dashboard.data import Opened
from dashboard.navigation import Place, page_heading


def page(opened: Opened) -> None:
    """Draw the page."""
    package = opened.package
    plain_header(Place.COMPARE)
    package_notice(opened.problem)
    page_heading(Place.COMPARE)
    look()
    territories, notices = territories_asked(package)
    link_notices(notices)
    choose_territories(package, territories)
    with st.container(key="comparison"):
        if territories or view_asked() is View.CLUSTERS:
            body(package, territories)
        else:
            opening(package)
