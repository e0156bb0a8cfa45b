"""The map of the page on a sheet to be hung on a wall."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard.exports.map_sheet import stem_of_map
from dashboard.exports.poster import poster_pdf
from dashboard.exports.weasy import pdf_problem
from dashboard.i18n import _, current_language, text
from dashboard.state import Selection
from geodata.package import Package
from geodata.text import Text, slug


def print_map(package: Package, selection: Selection) -> None:
    """Draw the button that makes the sheet when it is asked for; off, with the reason, where it cannot be."""
    if not selection.indicator or package.geometry_file(selection.level) is None:
        return
    problem = pdf_problem()
    focus = [selection.territory] if selection.territory else []
    level, indicator, period = selection.level, selection.indicator, selection.period
    st.download_button(
        _("Affiche A3 (PDF)"),
        data=partial(poster_pdf, package, level, indicator, period, focus, current_language()),
        file_name=f"{slug(stem_of_map(selection))}.pdf",
        mime="application/pdf",
        on_click="ignore",
        key="poster",
        disabled=problem is not None,
        help=text(Text(problem.sentence("fr"), problem.sentence("en"))) if problem else None,
    )
