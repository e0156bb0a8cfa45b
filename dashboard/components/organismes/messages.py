"""What went wrong, in one calm sentence of the page's language."""

from __future__ import annotations

from dashboard.components.html import line, show, tag
from dashboard.i18n import _, current_language
from geodata.errors import ProximiteError


def refused(problem: ProximiteError | OSError) -> None:
    """Say what is wrong and what to do; nothing was changed."""
    if isinstance(problem, ProximiteError):
        said = problem.sentence(current_language())
    else:
        said = _("Le dossier de données ne peut pas être écrit ({reason}) ; rien n'a changé.").format(
            reason=problem.strerror or type(problem).__name__
        )
    show(tag("div", line(said), css="px-notice", role="alert"))


def done(sentence: str) -> None:
    """Say what was done."""
    show(tag("div", line(sentence), css="px-notice", role="status"))


def named(name: str, value: str) -> str:
    """Write a name and its value with the colon of the language."""
    return name + _(" : ") + value
