"""The portrait of one territory, from its first screen to its sources."""

from __future__ import annotations

import streamlit as st

from dashboard.components.against import against
from dashboard.components.html import line, show, tag, words
from dashboard.components.portrait.figures import inside, key_figures, maps
from dashboard.components.portrait.first_screen import first_screen, name, turn
from dashboard.components.portrait.kit import kit
from dashboard.components.portrait.own_words import own_words
from dashboard.exports.portrait_content import Content
from dashboard.i18n import _
from dashboard.portraits import content_of, portrait_maps
from geodata.package import Package


def body(package: Package, territory: str) -> None:
    """Draw the page of a territory; what it is compared with is chosen below the first screen."""
    with st.container(key="portrait"):
        first, ready, figures = st.container(), st.container(), st.container(key="figures")
        with figures:
            show(tag("h2", words(_("Chiffres clés")), css="px-section"))
            reference = against(package, territory)
            content = content_of(package, territory, reference)
            maps(package, territory, portrait_maps(package, territory, patterned=False))
            key_figures(content)
            inside(content)
        with first:
            name(content)
            first_screen(package, content)
        changes = own_words(content)
        with ready:
            kit(package, content, reference, changes)
            turn(package, content)
        _sources(content)


def _sources(content: Content) -> None:
    items = [tag("li", words(source)) for source in content.sources]
    show(
        tag("h2", words(_("Sources")), css="px-section"),
        tag("div", tag("ul", *items), line(content.version), css="px-source"),
    )
