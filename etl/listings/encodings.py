"""Encodings of text files that people make: found out, and never a reason to fail."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from pathlib import Path
from typing import Final, TextIO

from geodata.errors import ListingError
from geodata.text import Text

_SAMPLED_BYTES: Final = 64 << 20
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STRAY_BYTES: Final = re.compile("[\udc80-\udcff]+")


def detect_encoding(path: Path) -> str:
    """Find the encoding of a text file: by its mark, else UTF-8, else Windows-1252.

    A file in which valid UTF-8 sequences outnumber stray bytes is UTF-8 with a few wrong rows; the
    others are Windows-1252, which covers Latin-1. The first 64 MB decide.
    """
    facts = path.stat()
    return _encoding(path, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=64)
def _encoding(path: Path, _modified: int, _size: int) -> str:
    with path.open("rb") as stream:
        head = stream.read(4096)
        for mark, name in _BOMS:
            if head.startswith(mark):
                return name
        if head and head.count(0) > len(head) // 4:
            return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
        decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        valid = stray = read = 0
        chunk = head
        while chunk and read < _SAMPLED_BYTES:
            read += len(chunk)
            text = decoder.decode(chunk)
            if not text.isascii():
                # Each accent of valid UTF-8 is one character less than its bytes.
                valid += len(chunk) - len(text)
                stray += 0 if is_clean(text) else sum(map(len, _STRAY_BYTES.findall(text)))
            chunk = stream.read(1 << 20)
    return "utf-8" if valid >= stray else "cp1252"


def is_clean(text: str) -> bool:
    """Whether a text holds no lone surrogate."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def open_text(path: Path, encoding: str | None = None) -> TextIO:
    """Open a text file, never failing on a byte: a stray one is kept as a lone surrogate.

    ``repaired`` turns these into the characters that they stand for. Line ends are kept as they are.

    Raises
    ------
    ListingError
        If the encoding asked for does not exist.
    """
    name = encoding or detect_encoding(path)
    errors = "surrogateescape" if name.startswith("utf-8") else "replace"
    try:
        codecs.lookup(name)
    except LookupError as error:
        raise ListingError(
            Text(f"l’encodage « {name} » est inconnu", f"the encoding “{name}” is unknown"),
            where=path.name,
            hint=Text("essayer utf-8 ou cp1252", "try utf-8 or cp1252"),
        ) from error
    return path.open(encoding=name, errors=errors, newline="")


def repaired(text: str) -> tuple[str, bool]:
    """Give a text without lone surrogates, and whether it had any.

    A stray byte is read as Windows-1252, the usual second encoding of a mixed file.
    """
    if text.isascii() or is_clean(text):
        return text, False
    return _STRAY_BYTES.sub(_windows, text).encode("utf-8", "replace").decode("utf-8"), True


def _windows(match: re.Match[str]) -> str:
    return match.group().encode("utf-8", "surrogateescape").decode("cp1252", "replace")
