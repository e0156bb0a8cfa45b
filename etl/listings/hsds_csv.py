"""HSDS 3.0 records as a tabular package: one CSV file a kind of object, and their description."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import uuid5

from etl.listings.convention import GUARD_PROPERTY, GUARD_VALUE, NAMESPACE, guard, hsds_uuid
from etl.listings.hsds_shape import scalars_of, shapes
from geodata.model import LICENCES

DESCRIPTION: Final = "datapackage.json"

_FILES: Final = {
    "organization": "organizations", "program": "programs", "service": "services", "attribute": "attributes",
    "service_at_location": "service_at_location", "location": "locations", "phone": "phones",
    "address": "addresses", "schedule": "schedules", "funding": "funding", "service_area": "service_areas",
    "required_document": "required_documents", "language": "languages", "accessibility": "accessibility",
    "taxonomy_term": "taxonomy_terms", "cost_option": "cost_options",
    "organization_identifier": "organization_identifiers", "taxonomy": "taxonomies",
}  # fmt: skip
_PROPOSED: Final = ("attribute", "restore")
"""The term of the attributes that give columns back: a CSV attribute must name one."""


class Tables:
    """Rows of each kind of object, each once.

    An object that two others hold (a phone that a listing writes twice) has a row for each, since a row
    points to one owner.
    """

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in _FILES}

    def add(self, name: str, record: Mapping[str, Any], owner: Mapping[str, str] | None = None) -> str:
        """Take one record and all that it holds, and give the identifier of its row."""
        shape = shapes()[name]
        row: dict[str, Any] = {c: record[c] for c in scalars_of(name) if c in record}
        row |= {column: key for column, key in (owner or {}).items() if column in scalars_of(name)}
        if name == "attribute":
            row.setdefault("taxonomy_term_id", self._term(record.get("taxonomy_term")))
        for column, inside in shape.get("ones", {}).items():
            held = record.get(column)
            if isinstance(held, Mapping) and inside != "taxonomy_term":
                key = self.add(inside, held, {"organization_id": str(row.get("organization_id", ""))})
                if f"{column}_id" in scalars_of(name):
                    row[f"{column}_id"] = key
        identifier = self._place(name, row)
        for column, inside in shape.get("lists", {}).items():
            for item in record.get(column, ()):
                self.add(inside, item, _owner_columns(name, identifier))
        return identifier

    def _place(self, name: str, row: dict[str, Any]) -> str:
        """Put a row in its table; one that differs from the row of its identifier takes another."""
        key = str(row["id"])
        if self.rows[name].get(key, row) != row and name not in ("organization", "location", "service"):
            key = str(uuid5(NAMESPACE, json.dumps(row, sort_keys=True, ensure_ascii=False)))
            row = {**row, "id": key}
        self.rows[name].setdefault(key, row)
        return key

    def _term(self, term: object) -> str:
        if isinstance(term, Mapping):
            return self.add("taxonomy_term", term)
        scheme, word = _PROPOSED
        key = hsds_uuid("taxonomy_term", f"{scheme}/{word}")
        said = {"id": key, "code": word, "name": word, "description": "import(export(x)) = x"}
        return self.add("taxonomy_term", said)


def _owner_columns(name: str, identifier: str) -> dict[str, str]:
    return {f"{name}_id": identifier, "link_id": identifier, "link_entity": name}


def write_tables(folder: Path, records: Iterable[tuple[str, Mapping[str, Any]]], title: str,
                 licences: Iterable[str]) -> list[str]:  # fmt: skip
    """Write records as a tabular package.

    Texts that a spreadsheet would run as formulas begin with an apostrophe, which the description declares
    and an import takes away.

    Parameters
    ----------
    folder
        Exists.
    records
        Kind of object and record.
    title, licences
        For the description.

    Returns
    -------
    list of str
        Names of the files.
    """
    tables = Tables()
    for name, record in records:
        tables.add(name, record)
    resources = []
    for name, rows in tables.rows.items():
        if not rows and name not in ("organization", "service", "location", "service_at_location"):
            continue
        file = f"{_FILES[name]}.csv"
        columns = scalars_of(name)
        with (folder / file).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\r\n")
            writer.writerow(columns)
            writer.writerows([_cell(row.get(column)) for column in columns] for row in rows.values())
        resources.append(_resource(name, file, columns))
    description = {
        "name": "human_services_data",
        "title": title,
        "profile": "tabular-data-package",
        "version": "3.0.0",
        GUARD_PROPERTY: GUARD_VALUE,
        "licenses": [_licence(licence) for licence in licences],
        "resources": resources,
    }
    (folder / DESCRIPTION).write_text(json.dumps(description, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return [DESCRIPTION, *(str(resource["path"]) for resource in resources)]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return guard(value) if isinstance(value, str) else repr(value)


def _resource(name: str, file: str, columns: list[str]) -> dict[str, Any]:
    numbers = set(shapes()[name].get("number", ()))
    fields = [{"name": c, "type": "number" if c in numbers else "string"} for c in columns]
    return {
        "name": name,
        "path": file,
        "format": "csv",
        "mediatype": "text/csv",
        "profile": "tabular-data-resource",
        "schema": {"primaryKey": "id", "fields": fields},
    }


def _licence(name: str) -> dict[str, str]:
    known = LICENCES.get(name)
    return {"name": name, "path": known.url, "title": known.title.fr} if known else {"name": name}
