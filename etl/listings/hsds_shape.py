"""Keep of a record what HSDS 3.0 allows: its fields, by type, and the objects that it may hold."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, Final
from uuid import uuid5

from etl.listings.convention import NAMESPACE, is_uuid

_FILE: Final = Path(__file__).with_suffix(".toml")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_EMAIL: Final = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+")
_STAMP: Final = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"
    r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
)
_FORMS: Final = {"uri": _URI, "email": _EMAIL, "stamp": _STAMP}
_DEFAULTS: Final = {"status": "active", "location_type": "physical", "address_type": "physical"}
"""What HSDS obliges to say; a listing that does not say it gets it back unsaid."""


@cache
def shapes() -> dict[str, dict[str, Any]]:
    """Give the fields of each object, from ``hsds_shape.toml``."""
    return tomllib.loads(_FILE.read_text("utf-8"))


def scalars_of(name: str) -> list[str]:
    """Give the columns of an object as a table, its identifier first."""
    shape = shapes()[name]
    groups = (shape.get(kind, ()) for kind in ("id", "text", "uri", "email", "stamp", "number"))
    return ["id", *(column for group in groups for column in group), *shape.get("choices", ())]


def shaped(name: str, record: Mapping[str, Any], path: str) -> dict[str, Any] | None:
    """Give a record without what HSDS 3.0 does not allow, or null where nothing is left.

    Parameters
    ----------
    name
        Key of ``shapes()``.
    record
        Fields by their HSDS names.
    path
        Makes the identifier of a record that has no UUID: stable for the same place in the same listing.
    """
    shape = shapes()[name]
    found: dict[str, Any] = {}
    for kind in ("text", "uri", "email", "stamp", "id", "number"):
        for column in shape.get(kind, ()):
            value = _value(kind, record.get(column))
            if value is not None:
                found[column] = value
    for column, choices in shape.get("choices", {}).items():
        if record.get(column) in choices:
            found[column] = record[column]
    found |= _nested(shape, record, path)
    if not found:
        return None
    for column in shape.get("required", ()):
        found.setdefault(column, _DEFAULTS.get(column, ""))
    own = record.get("id")
    identifier = own if isinstance(own, str) and is_uuid(own) else str(uuid5(NAMESPACE, path))
    return {"id": identifier, **found}


def _nested(shape: Mapping[str, Any], record: Mapping[str, Any], path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column, inside in shape.get("lists", {}).items():
        items = record.get(column)
        if isinstance(items, list):
            kept = [
                item
                for at, raw in enumerate(items)
                if isinstance(raw, Mapping) and (item := shaped(inside, raw, f"{path}/{column}/{at}"))
            ]
            if kept:
                found[column] = kept
    for column, inside in shape.get("ones", {}).items():
        raw = record.get(column)
        if isinstance(raw, Mapping) and (one := shaped(inside, raw, f"{path}/{column}")):
            found[column] = one
    return found


def _value(kind: str, value: object) -> str | float | None:
    if kind == "number":
        return _number(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value)
    if not text:
        return None
    if kind == "id":
        return text if is_uuid(text) else None
    form = _FORMS.get(kind)
    return text if form is None or form.fullmatch(text) else None


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value) if isinstance(value, str | int | float) else float("nan")
    except (ValueError, OverflowError):
        return None
    if not isfinite(number):
        return None
    return int(number) if number.is_integer() else number
