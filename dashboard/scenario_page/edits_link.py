"""The changes of a scenario as the address bar holds them: short codes, read from any hand.

Changes are joined by commas: ``a~longitude~latitude~capacity~name`` opens a place,
``m~site~longitude~latitude`` moves one, ``f~site`` closes one, and ``c~site~capacity`` changes what one
offers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from dashboard.priorities.link import unread
from geodata.scenarios.edits import LONGEST_ID, LONGEST_NAME, Add, Close, Edit, Move, Resize, require_sound
from geodata.scenarios.errors import ScenarioError
from geodata.text import Text

LONGEST: Final = 1500
"""Characters that the changes may take in an address; a longer scenario travels as a file."""

_FIELD: Final = "~"
_PART: Final = ","
_ADD, _MOVE, _CLOSE, _RESIZE = "a", "m", "f", "c"
_DIGITS: Final = ".10g"
_ESCAPED: Final = (("%", "%25"), (_FIELD, "%7E"), (_PART, "%2C"))


def to_code(edits: Sequence[Edit]) -> str | None:
    """Write changes; null where a link cannot hold them all, to the last digit."""
    code = _PART.join(_code(edit) for edit in edits)
    if len(code) > LONGEST or from_code(code) != (tuple(edits), ()):
        return None
    return code


def from_code(code: str) -> tuple[tuple[Edit, ...], tuple[Text, ...]]:
    """Read changes; never raises.

    Returns
    -------
    tuple
        The changes that could be read, and a calm sentence for each that was left aside, never twice.
    """
    edits: list[Edit] = []
    notices: list[Text] = []
    for piece in (piece for piece in code[: 4 * LONGEST].split(_PART) if piece):
        edit = _edit(piece)
        if edit is None:
            notices.append(unread(piece))
            continue
        try:
            require_sound([*edits, edit])
        except ScenarioError as problem:
            notices.append(Text(problem.sentence("fr"), problem.sentence("en")))
        else:
            edits.append(edit)
    return tuple(edits), tuple(dict.fromkeys(notices))


def _code(edit: Edit) -> str:
    if isinstance(edit, Add):
        fields = [_ADD, _number(edit.longitude), _number(edit.latitude), _optional(edit.capacity)]
        return _FIELD.join([*fields, _escaped(edit.name)])
    if isinstance(edit, Move):
        fields = [_MOVE, _escaped(edit.site_id), _number(edit.longitude), _number(edit.latitude)]
        return _FIELD.join(fields)
    if isinstance(edit, Close):
        return _FIELD.join([_CLOSE, _escaped(edit.site_id)])
    return _FIELD.join([_RESIZE, _escaped(edit.site_id), _number(edit.capacity)])


def _edit(piece: str) -> Edit | None:
    kind, *fields = piece.split(_FIELD)
    try:
        if kind == _ADD:
            longitude, latitude, capacity, name = fields
            known = _read(capacity) if capacity else None
            return Add(unquote(name)[:LONGEST_NAME], _read(longitude), _read(latitude), known)
        site = unquote(fields[0])[:LONGEST_ID]
        if not site:
            return None
        if kind == _MOVE:
            return Move(site, _read(fields[1]), _read(fields[2]))
        if kind == _RESIZE:
            return Resize(site, _read(fields[1]))
        return Close(site) if kind == _CLOSE and len(fields) == 1 else None
    except (ValueError, IndexError):
        return None


def _read(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise ValueError(written)
    return number


def _number(value: float) -> str:
    return format(value, _DIGITS)


def _optional(value: float | None) -> str:
    return "" if value is None else _number(value)


def _escaped(words: str) -> str:
    for plain, coded in _ESCAPED:
        words = words.replace(plain, coded)
    return words
