"""The map page, which answers: where are the needs and the services near us."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import address, data
from dashboard.components.card import card
from dashboard.components.filters import filters
from dashboard.components.header import header
from dashboard.components.map_panel import map_panel
from dashboard.components.notices import link_notices, package_notice
from dashboard.components.print_map import print_map
from dashboard.components.provenance import provenance
from dashboard.components.share import share
from dashboard.components.table import map_downloads, table, table_switch
from dashboard.data import Opened


def page(opened: Opened) -> None:
    """Draw the page."""
    package = opened.package
    offer = data.offer(package)
    reading = address.read(offer)
    selection = reading.selection
    header(package, selection, offer)
    package_notice(opened.problem)
    link_notices(reading.notices)
    filters(package, selection, offer)
    left, right = st.columns([2, 1], gap="medium")
    with left:
        map_panel(package, selection, partial(address.choose_territory, offer=offer))
    with right:
        card(package, selection)
    with st.container(key="foot", horizontal=True, vertical_alignment="center", gap="medium"):
        table_switch(selection, offer)
        map_downloads(package, selection)
        print_map(package, selection)
        share(selection, offer)
    table(package, selection)
    if selection.indicator:
        provenance(package, package.indicators[selection.indicator])
