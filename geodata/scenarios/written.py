"""Numbers in the sentences that a file or a terminal shows."""

from __future__ import annotations

from geodata.text import Language


def plain(number: float, language: Language, decimals: int = 0) -> str:
    """Write a number with the separators of a language, for a sentence outside of a page."""
    written = f"{number:,.{decimals}f}"
    return written if language == "en" else written.replace(",", "\u00a0").replace(".", ",")


def short(number: float, language: Language) -> str:
    """Write a number with as few digits as it has: ``2``, ``0,25``."""
    written = f"{number:g}"
    return written if language == "en" else written.replace(".", ",")
