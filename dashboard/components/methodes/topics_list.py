"""The topics of the page of methods, with a list of links to them."""

from __future__ import annotations

from dashboard.components.html import show, tag, words
from dashboard.i18n import _, text
from dashboard.methods.topics import TOPICS, Topic


def topics_list() -> None:
    """Draw the contents, then each topic: how, then what not to conclude."""
    links = (tag("li", tag("a", words(text(topic.title)), href=f"#{topic.anchor}")) for topic in TOPICS)
    show(tag("nav", tag("ul", *links), css="px-contents", aria_label=_("Sur cette page")))
    show(tag("div", *(_topic(topic) for topic in TOPICS), css="px-topics"))


def _topic(topic: Topic) -> str:
    heading = tag("h2", words(text(topic.title)), id=topic.anchor)
    paragraphs = (tag("p", words(text(paragraph))) for paragraph in topic.how)
    beware = tag("p", tag("strong", words(_("À ne pas en conclure. "))), words(text(topic.beware)))
    return tag("section", heading, *paragraphs, beware, css="px-topic")
