"""Tell a protected place in a row that could not be read: its raw cells must not wait in quarantine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from etl.listings.headers import LOOSE, fields_of
from geodata.confidential import Protection, protection_of
from geodata.text import fold

_NAMES: Final = frozenset({"name", "organization", "service", "alternate_name", "categories"})
_PLACES: Final = {"postal_code": "postal_code", "city": "city"}
_YES: Final = frozenset({"oui", "yes", "true", "vrai", "1", "confidentiel", "confidential", "private"})
_DEEPEST: Final = 6
_MOST_CELLS: Final = 3_000
_LONGEST_NAME: Final = 300


def protection_of_row(raw: Mapping[str, Any]) -> tuple[Protection | None, dict[str, str]]:
    """Tell whether the cells of a row name a protected place, and where it is.

    Parameters
    ----------
    raw
        The row as it came, of any format.

    Returns
    -------
    tuple
        The protection or null, then ``postal_code`` and ``city`` as the row says them, for its region only.
    """
    names: list[str] = []
    where: dict[str, str] = {}
    declared = False
    for key, text in _cells(raw):
        fields = {name for name, score in fields_of(key[:80]).items() if score >= LOOSE}
        if fields & _NAMES or key == "…":
            names.append(text[:_LONGEST_NAME])
        if "confidential" in fields and fold(text) in _YES:
            declared = True
        for field, part in _PLACES.items():
            if field in fields and text:
                where.setdefault(part, text[:100])
    found = protection_of(names)
    return found or (Protection.PRIVATE_ADDRESS if declared else None), where


def _cells(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the texts of a row with their key, down to a bounded depth and number."""
    waiting: list[tuple[str, Any, int]] = [("", raw, 0)]
    given = 0
    while waiting and given < _MOST_CELLS:
        key, value, depth = waiting.pop()
        if isinstance(value, Mapping) and depth < _DEEPEST:
            waiting.extend((str(k), v, depth + 1) for k, v in value.items())
        elif isinstance(value, list) and depth < _DEEPEST:
            waiting.extend((key, v, depth + 1) for v in value[:_MOST_CELLS])
        elif isinstance(value, str | bool):
            given += 1
            yield key, str(value)
