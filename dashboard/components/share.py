"""A link that opens the page just as it is."""

from __future__ import annotations

import streamlit as st

from dashboard import address
from dashboard.components.html import line, show
from dashboard.i18n import _
from dashboard.state import Offer, Selection


def share(selection: Selection, offer: Offer) -> None:
    """Draw the button that shows the link, ready to be copied."""
    with st.popover(_("Partager cette carte"), key="share"):
        show(line(_("Ce lien ouvre la même carte, le même territoire et le même tableau.")))
        st.code(address.link(selection, offer), language=None, wrap_lines=True)
