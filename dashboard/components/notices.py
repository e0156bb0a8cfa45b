"""Calm messages: what was left aside, what is wrong, what to do."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.components.html import line, show, tag, words
from dashboard.i18n import _, current_language, text
from geodata.errors import ProximiteError
from geodata.text import Text


def link_notices(notices: Iterable[Text]) -> None:
    """Name, one line each, what a link asked for and these data do not hold."""
    lines = [line(text(notice)) for notice in notices]
    if lines:
        show(tag("div", *lines, css="px-notice", role="status"))


def package_notice(problem: ProximiteError | None) -> None:
    """Say that the configured data could not be read and that others are shown."""
    if problem is None:
        return
    show(
        tag(
            "div",
            line(
                _(
                    "Les données demandées n'ont pas pu être lues ; "
                    "voici celles qui viennent avec le programme."
                )
            ),
            line(problem.sentence(current_language()), css="px-small"),
            css="px-notice",
            role="status",
        )
    )


def calm_page(problem: ProximiteError) -> None:
    """Fill the page with one sentence and what to do next; no traceback."""
    show(
        tag(
            "div",
            tag("h1", words(_("La carte ne peut pas s'ouvrir"))),
            line(problem.sentence(current_language())),
            line(
                _("Rien n'est perdu : les données et vos liens restent tels qu'ils étaient."), css="px-small"
            ),
            css="px-calm",
            role="alert",
        )
    )
