"""Words in both official languages of the product."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, Self

Language = Literal["fr", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text in French and in English; both are required.

    Parameters
    ----------
    fr, en
        The two wordings, stripped of outer blanks.

    Raises
    ------
    ValueError
        If one of the two is empty: a page never falls back to the other language.
    """

    fr: str
    en: str

    def __post_init__(self) -> None:
        if not self.fr.strip() or not self.en.strip():
            raise ValueError(f"both languages are required: {self.fr!r} / {self.en!r}")

    def in_language(self, language: Language) -> str:
        """Give the wording of one language."""
        return self.fr if language == "fr" else self.en

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, str]) -> Self:
        """Read ``{"fr": …, "en": …}``, as TOML and JSON files hold it."""
        return cls(mapping["fr"].strip(), mapping["en"].strip())

    def as_dict(self) -> dict[str, str]:
        """Write ``{"fr": …, "en": …}``."""
        return {"fr": self.fr, "en": self.en}


def same_in_both(name: str) -> Text:
    """Wrap a proper noun that has no translation."""
    return Text(name, name)


class _Folding(dict[int, str]):
    """What each character becomes; found once, then looked up by ``str.translate``."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kept = character if character.isalnum() else " "
        self[code] = "" if unicodedata.combining(character) else kept
        return self[code]


_FOLDING: Final = _Folding()


def fold(text: str) -> str:
    """Reduce a name to what a search compares: no accent, no hyphen, no case.

    >>> fold("Côte-des-Neiges–Notre-Dame")
    'cote des neiges notre dame'
    """
    return _fold_short(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    return " ".join(text.translate(_FOLDING).lower().split())


_SHORT: Final = 120
_fold_short: Final = lru_cache(maxsize=16_384)(_fold)
"""The name of a place is compared many times in a row."""


def slug(text: str) -> str:
    """Turn a name into an identifier part: ``fold`` with hyphens.

    >>> slug("Ville-Émard/Côte Saint-Paul")
    'ville-emard-cote-saint-paul'
    """
    return fold(text).replace(" ", "-")
