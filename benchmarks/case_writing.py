"""The numbers of the case studies, put into their text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Final

from dashboard import format as fmt
from dashboard.i18n import in_language
from geodata.text import Language

TEMPLATE: Final = Path(__file__).with_name("case_studies.template.md")
ENGLISH: Final = "en"


class Number(float):
    """A number printed as the pages do: ``{q.share:1}`` in French, ``{q.share:en1}`` in English."""

    def __format__(self, spec: str) -> str:
        language: Language = "en" if spec.startswith(ENGLISH) else "fr"
        with in_language(language):
            return fmt.number(float(self), int(spec.removeprefix(ENGLISH) or 0))


def filled(template: str, **studies: Mapping[str, object]) -> str:
    """Put the figures of each study into the text.

    Raises
    ------
    AttributeError
        If the text names a figure that no study gives.
    """
    return template.format(**{name: SimpleNamespace(**_printable(known)) for name, known in studies.items()})


def table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Write a Markdown table: words to the left, numbers to the right."""
    rule = ["---", *["---:"] * (len(headings) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headings, tuple(rule), *rows))


def _printable(figures: Mapping[str, object]) -> dict[str, object]:
    return {
        name: Number(value) if isinstance(value, float | int) else value for name, value in figures.items()
    }
