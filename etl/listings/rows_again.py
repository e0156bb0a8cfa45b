"""Read quarantined rows again with the reader of their format, among what the listing already holds."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pandas as pd

from etl.listings.hsds_json import read_hsds_json
from etl.listings.hsds_tables import read_hsds_tables
from etl.listings.icarol import read_icarol
from etl.listings.mapping import Mapping as ColumnMapping
from etl.listings.model import Entry, Origin
from etl.listings.osm import read_osm
from etl.listings.problems import problem
from etl.listings.quarantine import Waiting
from etl.listings.table import read_table
from geodata.errors import ListingError
from geodata.text import Text

Again = tuple[Entry, bool]
"""An entry, and whether it only says again what is already loaded."""

_REST: Final = "…"
"""Under which a reader keeps the cells that belong to no column."""
_CONTEXT: Final = {
    "organizations": ("organizations.csv", ("id", "name")),
    "services": ("services.csv", ("id", "organization_id", "name")),
    "locations": ("locations.csv", ("id", "organization_id", "name")),
    "links": ("services_at_location.csv", ("id", "service_id", "location_id")),
}
_SAME_TABLE: Final = {
    "service_at_location.csv": "services_at_location.csv",
    "service_at_locations.csv": "services_at_location.csv",
}


def entries_again(
    listing_format: str,
    rows: Sequence[Waiting],
    tables: Mapping[str, pd.DataFrame],
    mapping: ColumnMapping | None,
    work: Path,
) -> Iterator[Again]:
    """Read waiting rows again.

    Parameters
    ----------
    listing_format
        As ``listing.json`` says.
    rows
        Waiting rows, fixed.
    tables
        What the listing already holds, so that a row that points to it is no orphan and an identifier
        that it has is not given twice.
    mapping
        For a table.
    work
        Folder to write in.

    Yields
    ------
    tuple
        Each waiting row once, at its own file and row; and loaded rows that the waiting ones complete.

    Raises
    ------
    ListingError
        If the format cannot be played row by row.
    """
    work.mkdir(parents=True, exist_ok=True)
    whole = [row for row in rows if not _still_broken(row)]
    for row in rows:
        if _still_broken(row):
            origin = Origin(row["file"], row["row"])
            yield Entry(origin, row["raw"], problems=[problem("bad_row", origin)]), False
    if whole:
        taken = {name: set(tables[name]["id"]) for name in ("organizations", "services", "locations")}
        for entry, known in _read(listing_format, whole, tables, mapping, work):
            if not known:
                _refuse_taken(entry, taken)
            yield entry, known


def _still_broken(row: Waiting) -> bool:
    """Whether a row still has cells of no column, or lacked some and nobody looked at it."""
    cut = any(found["kind"] in {"bad_row", "line_too_long"} for found in row["problems"])
    return bool(row["raw"].get(_REST)) or (cut and not row["changed"])


def _read(
    listing_format: str,
    rows: Sequence[Waiting],
    tables: Mapping[str, pd.DataFrame],
    mapping: ColumnMapping | None,
    work: Path,
) -> Iterator[Again]:
    if listing_format == "table" and mapping is not None:
        path = work / "rows.csv"
        _write(path, [row["raw"] for row in rows])
        options = replace(mapping.options, header_row=1, sheet=None, encoding="utf-8", delimiter=",")
        yield from _in_order(read_table(path, replace(mapping, options=options)), rows)
    elif listing_format == "hsds_tables":
        yield from _tables_again(rows, tables, work)
    elif listing_format == "icarol":
        path = work / "rows.csv"
        agencies = [
            {"ResourceAgencyNum": own, "PublicName": name, "TaxonomyLevelName": "Agency"}
            for own, name in zip(tables["organizations"]["id"], tables["organizations"]["name"], strict=True)
        ]
        _write(path, [*agencies, *(row["raw"] for row in rows)])
        entries = iter(read_icarol(path))
        for _ in agencies:
            next(entries)
        yield from _in_order(entries, rows)
    elif listing_format == "hsds_json":
        path = work / "rows.json"
        path.write_text(json.dumps([row["raw"] for row in rows], ensure_ascii=False), "utf-8")
        yield from _in_order(read_hsds_json(path), rows)
    elif listing_format == "osm":
        yield from _in_order(read_osm(_osm_file([row["raw"] for row in rows], work)), rows)
    else:
        raise _not_by_row(listing_format)


def _osm_file(raws: Sequence[Mapping[str, Any]], work: Path) -> Path:
    """Write elements, features or rows of tags, as the listing had them."""
    path = work / "rows.json"
    if all(isinstance(raw.get("tags"), dict) for raw in raws):
        path.write_text(json.dumps({"elements": raws}, ensure_ascii=False), "utf-8")
    elif all(raw.get("type") == "Feature" for raw in raws):
        content = {"type": "FeatureCollection", "features": raws}
        path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    else:
        path = work / "rows.csv"
        _write(path, raws)
    return path


def _in_order(entries: Iterable[Entry], rows: Sequence[Waiting]) -> Iterator[Again]:
    for entry, row in zip(entries, rows, strict=True):
        yield _at(entry, row), False


def _at(entry: Entry, row: Waiting) -> Entry:
    """Give an entry the place and the cells of the row that it is."""
    origin = Origin(row["file"], row["row"])
    problems = [replace(found, origin=origin) for found in entry.problems]
    return replace(entry, origin=origin, raw=row["raw"], problems=problems)


def _refuse_taken(entry: Entry, taken: Mapping[str, set[str]]) -> None:
    """Quarantine a row that gives an identifier already loaded; an organisation is kept once."""
    entry.organizations = [o for o in entry.organizations if o["id"] not in taken["organizations"]]
    for name in ("services", "locations"):
        for entity in getattr(entry, name):
            if entity["id"] in taken[name]:
                entry.problems.append(problem("duplicate_id", entry.origin, "id", entity["id"]))
                return
    if not entry.quarantined:
        for name in ("organizations", "services", "locations"):
            taken[name].update(entity["id"] for entity in getattr(entry, name))


def _tables_again(rows: Sequence[Waiting], tables: Mapping[str, pd.DataFrame], work: Path) -> Iterator[Again]:
    """Read rows of a package beside the identifiers that are loaded, as one small package."""
    by_file: dict[str, list[Waiting]] = defaultdict(list)
    for row in rows:
        name = PurePosixPath(row["file"]).name
        name = name if name.endswith(".csv") else f"{name.removesuffix('.json')}.csv"
        by_file[_SAME_TABLE.get(name, name)].append(row)
    context = {file: _rows_of(tables[table], columns) for table, (file, columns) in _CONTEXT.items()}
    for file in {*by_file, *context}:
        _write(work / file, [*context.get(file, []), *(row["raw"] for row in by_file.get(file, []))])
    for entry in read_hsds_tables(work):
        first = len(context.get(entry.origin.file, []))
        if entry.origin.row <= first:
            yield entry, True
        else:
            yield _at(entry, by_file[entry.origin.file][entry.origin.row - first - 1]), False


def _rows_of(frame: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, str]]:
    rows = frame[list(columns)].itertuples(index=False, name=None)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _write(path: Path, raws: Sequence[Mapping[str, Any]]) -> None:
    """Write rows as a CSV whose columns are all those that any row has."""
    names = [name for name in dict.fromkeys(name for raw in raws for name in raw) if name != _REST]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(names)
        for raw in raws:
            writer.writerow([_cell(raw.get(name)) for name in names])


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _not_by_row(listing_format: str) -> ListingError:
    return ListingError(
        Text(
            f"Les lignes du format {listing_format} ne se rejouent pas une à une",
            f"Rows of format {listing_format} are not played again one by one",
        ),
        where="quarantine.csv",
        hint=Text(
            "corrigez le fichier d'origine et importez-le de nouveau dans le même dossier",
            "fix the original file and import it again into the same folder",
        ),
    )
