"""The page of access: the choices, then one part at a time."""

from __future__ import annotations

import streamlit as st

from dashboard.access import reading
from dashboard.access.link import View
from dashboard.components.acces.around_part import around_part
from dashboard.components.acces.choose import choose, choose_view
from dashboard.components.acces.gap_part import gap_part
from dashboard.components.acces.look import look, notice
from dashboard.components.acces.official_part import official_part
from dashboard.components.acces.reach_part import reach_part
from dashboard.components.html import line
from dashboard.components.notices import link_notices
from dashboard.components.share import share_page
from dashboard.i18n import _, current_language
from geodata.errors import ProximiteError
from geodata.package import Package

_PARTS = {
    View.REACH: reach_part,
    View.GAP: gap_part,
    View.AROUND: around_part,
    View.OFFICIAL: official_part,
}


def body(package: Package) -> None:
    """Draw the page; a question that cannot be answered is one sentence, and the choices stay."""
    look()
    asked, notices = reading.read(package)
    link_notices(notices)
    choose_view(asked)
    choose(package, asked, reading.levels_of(package), level=asked.view in {View.REACH, View.GAP})
    with st.container(key="access-answer"):
        try:
            _PARTS[asked.view](package, asked)
        except ProximiteError as problem:
            notice(
                line(problem.sentence(current_language())),
                line(_("Changez un choix ci-dessus."), css="px-small"),
            )
    share_page(package, "access")
