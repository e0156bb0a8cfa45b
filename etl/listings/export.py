"""Write a listing, or a selection of a package, as HSDS 3.0: JSON or a tabular package.

What HSDS cannot hold is written aside (see ``convention``), so that an import gives back exactly what was
exported. To know what that is, the export is written once, read by the reader of imports, compared with the
listing, and written again with what the reading lost.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import pandas as pd

from etl.listings.canonical import (
    Listing,
    Row,
    at_places,
    of_entries,
    of_folder,
    of_kind,
    of_package,
    require_known,
    without_confidential,
)
from etl.listings.convention import COLUMNS, hsds_uuid
from etl.listings.hsds_csv import write_tables
from etl.listings.hsds_json import read_hsds_json
from etl.listings.hsds_records import Records, Restored
from etl.listings.hsds_tables import read_hsds_tables
from etl.places import locate
from etl.settings import settings
from etl.shown import shown, shown_listing
from geodata.errors import ListingError, OutputError
from geodata.model import LICENCES
from geodata.package import EMBEDDED, MANIFEST, Package, open_package
from geodata.taxonomy import CATEGORIES
from geodata.text import Text

JSON_FILE: Final = "services.json"


class Format(StrEnum):
    """How an export is written."""

    JSON = "hsds-json"
    CSV = "hsds-csv"


@dataclass(frozen=True)
class ExportReport:
    """What was written.

    Attributes
    ----------
    out
        The folder.
    files
        Names in it.
    rows
        Number of organisations, locations, services and links.
    licences
        Licences of the rows.
    """

    out: Path
    files: tuple[str, ...]
    rows: Mapping[str, int]
    licences: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Write the form that ``--json`` prints."""
        return {
            "ok": True,
            "out": str(self.out),
            "files": list(self.files),
            "rows": dict(self.rows),
            "licences": list(self.licences),
        }


def export_hsds(
    source: Listing | Path | Package,
    out: Path,
    format: str = Format.JSON,
    *,
    territory: str = "",
    category: str = "",
    licensed: bool = False,
    package: Package | None = None,
) -> ExportReport:
    """Write a listing in a new folder.

    Parameters
    ----------
    source
        A listing in memory, the folder of an imported one, or an open package.
    out
        Folder to make.
    format
        ``hsds-json`` (one file, ``services.json``) or ``hsds-csv`` (tables and ``datapackage.json``).
    territory
        Identifier of a territory: only places inside it.
    category
        Identifier of the taxonomy: only services of this category.
    licensed
        The table says that it has the right to pass on rows whose licence is not declared.
    package
        Where territories are taken from, for a listing.

    Raises
    ------
    SelectionError
        If the territory or the category does not exist.
    ListingError
        If the licence does not let the listing be passed on, or the folder holds none.
    OutputError
        If the folder exists, or cannot be written.
    """
    listing = without_confidential(_select(_read(source, licensed), source, territory, category, package))
    _require_licence(listing, licensed)
    if format not in list(Format):
        raise ListingError(
            Text(f"« {format} » n'est pas un format d'export", f"“{format}” is no export format"),
            where="--format",
            hint=Text("choisissez hsds-json ou hsds-csv", "choose hsds-json or hsds-csv"),
        )
    with_restored = _write_twice if format == Format.JSON else _write_tables_twice
    files = _in_place(out, lambda folder: with_restored(folder, listing))
    rows = {name: len(table) for name, table in listing.tables().items()}
    return ExportReport(out, tuple(files), rows, listing.licences)


def export_folder(
    folder: Path,
    out: Path,
    format: str = Format.JSON,
    *,
    territory: str = "",
    category: str = "",
    licensed: bool = False,
) -> ExportReport:
    """Write what a folder holds, an imported listing or a data package; see ``export_hsds``."""
    if (folder / MANIFEST).is_file():
        opened = shown(open_package(folder))
        return export_hsds(opened, out, format, territory=territory, category=category, licensed=licensed)
    package = open_package(EMBEDDED) if territory or settings().hidden_communities else None
    return export_hsds(
        folder, out, format, territory=territory, category=category, licensed=licensed, package=package
    )


def _read(source: Listing | Path | Package, licensed: bool) -> Listing:
    if isinstance(source, Listing):
        return source
    return of_package(source, undeclared=licensed) if isinstance(source, Package) else of_folder(source)


def _select(
    listing: Listing, source: object, territory: str, category: str, package: Package | None
) -> Listing:
    if category:
        require_known(category, CATEGORIES, "category")
        listing = of_kind(listing, category)
    if isinstance(source, Path) and package is not None and settings().hidden_communities:
        listing = shown_listing(listing, _located(listing, package), package)
    if territory:
        held = source if isinstance(source, Package) else package
        if held is None:
            raise ListingError(
                Text("Une liste n'a pas de territoires à elle", "A listing has no territories of its own"),
                where=territory,
                hint=Text("donnez le paquet qui les décrit", "give the package that describes them"),
            )
        require_known(territory, held.territories["territory_id"], "territory")
        listing = at_places(listing, _inside(listing, territory, held))
    return listing


def _inside(listing: Listing, territory: str, package: Package) -> set[str]:
    where = _located(listing, package)
    return set(where.loc[where["territory_id"] == territory, "location_id"])


def _located(listing: Listing, package: Package) -> pd.DataFrame:
    """Give ``location_id`` and ``territory_id`` of the places of a listing."""
    if {row["id"] for row in listing.locations} <= set(package.locations["id"]):
        return package.location_territories
    rows = pd.DataFrame(listing.locations, columns=COLUMNS["location"]).rename(columns={"id": "place_id"})
    rows["geocode_quality"] = rows["geocode_quality"].replace("", "none")
    shapes = pd.DataFrame(columns=["territory_id", "geometry"])
    territories = package.territories.reset_index(drop=True)
    return locate(rows.assign(source_id=""), territories, package.membership, shapes, [""])


def _require_licence(listing: Listing, licensed: bool) -> None:
    closed = [name for name in listing.licences if name not in LICENCES or not LICENCES[name].redistributable]
    if closed and not licensed:
        raise ListingError(
            Text(
                "La licence de cette liste n'est pas déclarée : rien ne dit qu'elle peut être transmise",
                "The licence of this listing is not declared: nothing says that it may be passed on",
            ),
            where=", ".join(closed),
            hint=Text(
                "importez-la de nouveau avec sa licence, ou dites que la table en a le droit (--licensed)",
                "import it again with its licence, or say that the table has the right to (--licensed)",
            ),
        )


def _in_place(out: Path, write: Callable[[Path], list[str]]) -> list[str]:
    """Write beside and move in one step: a failure leaves nothing."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise _unwritable(out, "il existe", "it exists")
    staged = out.parent / f".{out.name}.{secrets.token_hex(4)}.partial"
    try:
        staged.mkdir(parents=True)
        files = write(staged)
        if out.is_dir():
            out.rmdir()
        staged.rename(out)
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise _unwritable(out, reason, reason) from failure
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return files


def _unwritable(out: Path, fr: str, en: str) -> OutputError:
    return OutputError(
        Text(f"Écriture impossible, {fr}", f"Cannot write, {en}"),
        where=str(out),
        hint=Text("choisissez un dossier nouveau ou vide", "choose a new or an empty folder"),
    )


def _write_twice(folder: Path, listing: Listing) -> list[str]:
    path = folder / JSON_FILE
    _write_json(path, Records(listing, {}))
    lost = _lost(listing, of_entries(read_hsds_json(path)))
    if lost:
        _write_json(path, Records(listing, lost))
    return [JSON_FILE]


def _write_json(path: Path, records: Records) -> None:
    with path.open("w", encoding="utf-8") as stream:
        separator = "[\n"
        for record in (*records.standing_alone(), *records.services()):
            stream.write(separator + json.dumps(record, ensure_ascii=False))
            separator = ",\n"
        stream.write("\n]\n" if separator != "[\n" else "[]\n")


def _write_tables_twice(folder: Path, listing: Listing) -> list[str]:
    files = _write_csv(folder, listing, {})
    lost = _lost(listing, of_entries(read_hsds_tables(folder)))
    return _write_csv(folder, listing, lost) if lost else files


def _write_csv(folder: Path, listing: Listing, restored: Restored) -> list[str]:
    records = Records(listing, restored)
    return write_tables(folder, _in_tables(listing, records), listing.title, listing.licences)


def _in_tables(listing: Listing, records: Records) -> Iterator[tuple[str, Row]]:
    for row in listing.organizations:
        yield "organization", records.organization(row)
    for row in listing.locations:
        yield "location", records.location(row)
    for row in listing.services:
        yield "service", records.service(row)


def _lost(listing: Listing, again: Listing) -> Restored:
    """Give the columns that a reading of the export did not give back, by table and exported identifier."""
    lost: dict[tuple[str, str], dict[str, Any]] = {}
    read = again.tables()
    for table, rows in listing.tables().items():
        found = {row["id"]: row for row in read[table]}
        for row in rows:
            exported = hsds_uuid(table, row["id"])
            other = found.get(exported, {})
            differing = {column: value for column, value in row.items() if other.get(column) != value}
            if differing:
                lost[table, exported] = differing
    return lost
