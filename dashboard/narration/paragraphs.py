"""A paragraph of automatic text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.narration.grammar import capital, tidy


@dataclass(frozen=True)
class Paragraph:
    """A few sentences about one subject.

    Attributes
    ----------
    key
        Stable, so that a text changed by hand finds its place again.
    text
        In the language of the page; ends with a period.
    """

    key: str
    text: str


def paragraph(key: str, sentences: Iterable[str]) -> list[Paragraph]:
    """Join sentences into a paragraph; none where there is nothing to say."""
    said = [capital(closed) for closed in map(tidy, sentences) if closed]
    return [Paragraph(key, " ".join(said))] if said else []
