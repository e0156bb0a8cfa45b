"""Small pieces of sentences that the parts of a comparison share."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.i18n import _


def named(name: str, said: str) -> str:
    """Set what is said of something after its name, with the colon of the language."""
    return _("{name} : {list}").format(name=name, list=said)


def one_after_the_other(parts: Iterable[str]) -> str:
    """Join clauses by semicolons."""
    return _(" ; ").join(parts)
