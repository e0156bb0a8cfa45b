"""The dashboard's script: language, package, then the page that is asked for."""

from __future__ import annotations

import streamlit as st

from dashboard import data
from dashboard.components.notices import calm_page
from dashboard.components.style import apply_style, page_title
from dashboard.i18n import _, set_language
from dashboard.state import read_language
from dashboard.views import carte
from geodata.errors import ProximiteError


def main() -> None:
    """Draw one run of the dashboard."""
    set_language(read_language(st.query_params.to_dict()))
    st.set_page_config(page_title=page_title(), layout="wide", initial_sidebar_state="collapsed")
    pages = [st.Page(_carte, title=_("Carte"), url_path="carte", default=True)]
    page = st.navigation(pages, position="hidden")
    apply_style()
    page.run()


def _carte() -> None:
    try:
        carte.page(data.opened())
    except ProximiteError as problem:
        calm_page(problem)


if __name__ == "__main__":
    main()
