"""Read a list of codes, pasted or brought in a file: areas, tracts, municipalities, or any territory."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import pandas as pd

from geodata.custom.definition import MOST_MEMBERS, TerritoryError
from geodata.model import Level
from geodata.text import Text

MOST_BYTES: Final = 5_000_000
_SEPARATORS: Final = re.compile(r"[\s,;|\"']+")
_GEOGRAPHIC_ID: Final = re.compile(r"(?:2021|2016)[AS]\d{4}(24\d{5,6}|\d{7}\.\d{2})")
_CODE_LIKE: Final = re.compile(r"\d{5,}(\.\d+)?|[a-z][a-z-]*:\S+")
_LONGEST_QUOTE: Final = 30


@dataclass(frozen=True)
class CodeList:
    """What a list of codes names.

    Attributes
    ----------
    members
        Identifiers of the package, each once, in the order of the list.
    unknown
        Line number (from 1) and what stands there, for each code that the package does not hold.
    """

    members: tuple[str, ...]
    unknown: tuple[tuple[int, str], ...]


def decoded(content: bytes, where: str = "") -> str:
    """Read the text of a file, in the encodings of spreadsheets.

    Raises
    ------
    TerritoryError
        If it is too large or no text.
    """
    if len(content) > MOST_BYTES or (
        b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        raise TerritoryError(
            Text("Ce fichier n'est pas une liste de codes", "This file is not a list of codes"),
            where=where,
            hint=Text(
                "apportez un fichier texte ou CSV, un code par ligne",
                "bring a text or CSV file, one code a line",
            ),
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def read_codes(listed: str, territories: pd.DataFrame) -> CodeList:
    """Find the territories that a list names.

    Statistics Canada's codes are told by their form: 8 digits for an area (DAUID), 7 for a municipality
    (CSDUID), 7 and two decimals for a tract (CTUID); their long form (DGUID) and the package's own
    identifiers are read too. Names beside a code, and a first line of headings, are passed over.

    Parameters
    ----------
    listed
        Text with codes separated by line ends, blanks, commas or semicolons.
    territories
        Of a package, indexed by ``territory_id``.

    Raises
    ------
    TerritoryError
        If the list names no territory at all, or too many.
    """
    known = territories.index[territories["level"] != Level.CUSTOM.value]
    present = set(known)
    members: dict[str, None] = {}
    unknown: list[tuple[int, str]] = []
    for number, line in enumerate(listed.splitlines(), start=1):
        tokens = [token for token in _SEPARATORS.split(line) if token]
        found = [name for token in tokens if (name := _identifier(token, present))]
        members.update(dict.fromkeys(found))
        strangers = [t for t in tokens if _CODE_LIKE.fullmatch(t) and not _identifier(t, present)]
        if not found and not strangers and tokens and number > 1:
            strangers = [line.strip()]
        unknown += [(number, stranger[:_LONGEST_QUOTE]) for stranger in strangers]
    if not members or len(members) > MOST_MEMBERS:
        raise _refused(len(members), unknown)
    return CodeList(tuple(members), tuple(unknown))


def _identifier(token: str, present: set[str]) -> str:
    """Give the identifier that a code stands for, or an empty text."""
    if token in present:
        return token
    long_form = _GEOGRAPHIC_ID.fullmatch(token)
    code = long_form[1] if long_form else token
    whole = re.sub(r"\.0+$", "", code)
    tried = [f"da:{whole}", f"municipality:{whole}", f"ct:{code}"]
    if re.fullmatch(r"\d{7}(\.\d{1,2})?", code):
        # A spreadsheet drops the zeros that end a number.
        stem, _dot, decimals = code.partition(".")
        tried.append(f"ct:{stem}.{decimals:0<2}")
    return next((name for name in tried if name in present), "")


def _refused(count: int, unknown: list[tuple[int, str]]) -> TerritoryError:
    where = ", ".join(f"ligne/line {number}: {text}" for number, text in unknown[:3])
    if count:
        what = Text(f"Cette liste nomme {count} territoires", f"This list names {count} territories")
        hint = Text(
            f"restez sous {MOST_MEMBERS}, ou nommez des territoires plus grands",
            f"stay under {MOST_MEMBERS}, or name larger territories",
        )
    else:
        what = Text("Cette liste ne nomme aucun territoire connu", "This list names no known territory")
        hint = Text(
            "donnez des codes de 2021 : aires (8 chiffres), secteurs ou municipalités (7 chiffres)",
            "give 2021 codes: areas (8 digits), tracts or municipalities (7 digits)",
        )
    return TerritoryError(what, where=where, hint=hint)
