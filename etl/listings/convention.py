"""What an export writes beyond HSDS, and an import undoes, so that a listing comes back as it left.

HSDS 3 requires UUID, has one form for each thing and no room for what a listing added. So an export:

- gives each entity the UUID of ``hsds_uuid``;
- adds to it, where the plain fields would not give a column back as it was, one attribute whose
  ``link_type`` is ``proximite:restore`` and whose ``value`` is a JSON object of these columns, such as
  ``{"id": "m02:51222234", "organization_id": "etab:01234"}``;
- adds its categories as attributes whose ``link_type`` is ``proximite:category``, for other readers;
- in CSV, writes an apostrophe before a text that a spreadsheet would run as a formula, and says so by
  ``"proximite:formula_guard": "apostrophe"`` in ``datapackage.json``.

A reader makes its entity from the plain fields, then calls ``restore(table, entity, attributes)``, which
rewrites these columns and gives the attributes that are not ours; only those go to ``terms`` and ``extra``.
A cell of a package that declares the guard goes through ``unguard`` first.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from etl.listings.model import LINK_COLUMNS, LOCATION_COLUMNS, ORGANIZATION_COLUMNS, SERVICE_COLUMNS

Table = Literal["organization", "location", "service", "service_at_location"]

NAMESPACE: Final = uuid.UUID("5b0a2f0e-6d2c-5d5c-9f5e-3f7c0c3a1d11")
PREFIX: Final = "proximite:"
RESTORE: Final = "proximite:restore"
CATEGORY: Final = "proximite:category"
GUARD_PROPERTY: Final = "proximite:formula_guard"
GUARD_VALUE: Final = "apostrophe"

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "organization": ORGANIZATION_COLUMNS,
    "location": LOCATION_COLUMNS,
    "service": SERVICE_COLUMNS,
    "service_at_location": LINK_COLUMNS,
}

_LISTS: Final = frozenset({"terms", "languages", "categories"})
_NUMBERS: Final = frozenset({"longitude", "latitude"})
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID in its canonical lower-case form."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def hsds_uuid(table: str, original: str) -> str:
    """Give the UUID under which an entity is exported: its own, or one made from its table and identifier."""
    return original if is_uuid(original) else str(uuid.uuid5(NAMESPACE, f"{table}/{original}"))


def restore_attribute(table: Table, exported_id: str, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Write the attribute that gives columns back to an entity.

    Parameters
    ----------
    table, exported_id
        The entity, by its UUID.
    columns
        Columns of ``COLUMNS[table]`` with their values.
    """
    return {
        "id": str(uuid.uuid5(NAMESPACE, f"{RESTORE}/{table}/{exported_id}")),
        "link_id": exported_id,
        "link_type": RESTORE,
        "link_entity": table,
        "value": json.dumps(dict(columns), ensure_ascii=False, sort_keys=True),
    }


def restore(
    table: Table, entity: dict[str, Any], attributes: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Give back to an entity, in place, the columns that its export kept aside.

    Parameters
    ----------
    table, entity
        What was read from the plain fields.
    attributes
        Its HSDS attributes; any that is not ours, damaged or of the wrong type is no error.

    Returns
    -------
    list of dict
        The attributes that are not ours.
    """
    others = []
    for attribute in attributes:
        kind = attribute.get("link_type")
        if kind == RESTORE:
            entity.update(_columns(table, attribute.get("value")))
        elif not _is_ours(kind):
            others.append(dict(attribute))
    return others


def without_ours(record: Mapping[str, Any]) -> dict[str, Any]:
    """Give an HSDS record without the attributes that an export of ours added to it."""
    attributes = record.get("attributes")
    if not isinstance(attributes, list):
        return dict(record)
    others = [a for a in attributes if not (isinstance(a, dict) and _is_ours(a.get("link_type")))]
    return {**record, "attributes": others}


def _is_ours(link_type: object) -> bool:
    return isinstance(link_type, str) and link_type.startswith(PREFIX)


def _columns(table: Table, value: object) -> dict[str, Any]:
    try:
        kept = json.loads(value, parse_constant=lambda _: None) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return {}
    if not isinstance(kept, dict):
        return {}
    return {name: kept[name] for name in COLUMNS[table] if name in kept and _is_of_type(name, kept[name])}


def _is_of_type(column: str, value: object) -> bool:
    if column in _NUMBERS:
        return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
    if column in _LISTS:
        return isinstance(value, list) and all(
            isinstance(v, dict if column == "terms" else str) for v in value
        )
    return isinstance(value, dict if column == "extra" else str)


def guard(text: str) -> str:
    """Write an apostrophe before a text that a spreadsheet would run.

    >>> guard("=1+1"), guard("'=1"), guard("l'été")
    ("'=1+1", "''=1", "l'été")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """Take away the apostrophe that ``guard`` wrote; any other text is left as it is.

    >>> unguard(guard("'=1"))
    "'=1"
    """
    return text[1:] if _GUARDED.match(text) else text
