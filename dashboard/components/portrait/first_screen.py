"""The first screen of a portrait: who lives here, what is near, what nobody has said yet."""

from __future__ import annotations

import streamlit as st

from dashboard.components.help_lines import where_to_turn
from dashboard.components.html import line, show, tag, words
from dashboard.components.nearby import services_block
from dashboard.exports.portrait_content import Content
from dashboard.i18n import _
from geodata.package import Package


def name(content: Content) -> None:
    """Draw the name of the territory, what it is and where; for a community, whom to ask first."""
    notice = tag("div", line(content.notice), css="px-notice", role="note") if content.notice else ""
    heading = tag("h1", words(content.name), css="px-portrait-name")
    show(tag("header", heading, line(content.place, css="px-sub"), notice))


def first_screen(package: Package, content: Content) -> None:
    """Draw the three sentences, the services, the voices and what the figures do not say."""
    sentences = [tag("li", words(sentence)) for sentence in content.first]
    show(
        tag("ul", *sentences, css="px-first"),
        line(_("Ces chiffres décrivent des conditions de vie, pas des personnes."), css="px-people"),
        tag("h2", words(_("Sur place")), css="px-section"),
    )
    left, right = st.columns(2, gap="large")
    with left:
        services_block(package, content.territory)
    with right:
        voices = [tag("h3", words(_("Ce que disent les gens"))), line(content.voices)]
        show(tag("section", *voices, *_unsaid(content), css="px-card"))


def turn(package: Package, content: Content) -> None:
    """Draw where to turn: who answers, who is in charge, who hears a complaint."""
    show(tag("section", *where_to_turn(package, content.territory), css="px-card px-turn"))


def _unsaid(content: Content) -> list[str]:
    said = next((each.text for each in content.paragraphs if each.key == "limits"), "")
    if not said:
        return []
    return [tag("h3", words(_("Ce que les chiffres ne disent pas"))), line(said)]
