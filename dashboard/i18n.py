"""Words on the screen, in the language of the reader.

The French wording is the key (msgid); ``locales/en`` holds the English one. The catalogue is read from its
``.po`` file, so that no build step can leave a stale binary behind.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from geodata.text import Language, Text

DOMAIN: Final = "proximite"
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")
DEFAULT_LANGUAGE: Final[Language] = "fr"
LANGUAGE_NAMES: Final[dict[Language, str]] = {"fr": "Français", "en": "English"}

_language: ContextVar[Language] = ContextVar("language", default=DEFAULT_LANGUAGE)
_BEFORE: Final = re.compile(r" (?=[:;?!»%$](?:\s|$|[).,]))")
_AFTER: Final = re.compile(r"« ")


def current_language() -> Language:
    """Give the language of the page being drawn."""
    return _language.get()


def set_language(language: Language) -> None:
    """Choose the language of everything that this script run draws."""
    _language.set(language)


@contextmanager
def in_language(language: Language) -> Iterator[None]:
    """Draw a part in a given language, then come back to the former one."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def _(message: str) -> str:
    """Give a sentence of the interface in the current language."""
    return _typeset(_translations(current_language()).gettext(message))


def ngettext(singular: str, plural: str, n: int) -> str:
    """Give the singular or the plural of a sentence; French counts zero as singular."""
    language = current_language()
    if language == "fr":
        return _typeset(singular if abs(n) < 2 else plural)
    return _typeset(_translations(language).ngettext(singular, plural, n))


def text(words: Text) -> str:
    """Give a text of the domain in the current language."""
    return _typeset(words.in_language(current_language()))


def english_catalogue() -> Catalog:
    """Read the English catalogue."""
    path = Path(__file__).parent / "locales" / "en" / "LC_MESSAGES" / f"{DOMAIN}.po"
    return read_po(io.BytesIO(path.read_bytes()), locale="en")


@cache
def _translations(language: Language) -> gettext.NullTranslations:
    if language == "fr":
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, english_catalogue())
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _typeset(sentence: str) -> str:
    """Keep French punctuation with its word: « », and the marks that follow a blank, never start a line."""
    if current_language() != "fr":
        return sentence
    return _AFTER.sub("«\u00a0", _BEFORE.sub("\u00a0", sentence))
