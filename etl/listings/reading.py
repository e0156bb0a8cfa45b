"""Choose the reader of a listing: by its content, or as a person says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from etl.listings.airs import read_airs
from etl.listings.detect import Format, detect
from etl.listings.guess import guess_mapping
from etl.listings.hsds_json import read_hsds_json
from etl.listings.hsds_tables import read_hsds_tables
from etl.listings.icarol import read_icarol
from etl.listings.mapping import Mapping
from etl.listings.model import Entry
from etl.listings.osm import read_osm
from etl.listings.table import read_table
from etl.settings import settings
from geodata.errors import ListingError
from geodata.text import Text

CHOICES: Final = ("auto", "hsds", "airs", "icarol", "table", "osm")


@dataclass(frozen=True, slots=True)
class Opened:
    """A listing about to be read.

    Attributes
    ----------
    format
        ``hsds_json``, ``hsds_tables``, ``airs``, ``icarol``, ``osm`` or ``table``.
    entries
        One a row; to be read once.
    mapping
        As applied, for a table; else null.
    """

    format: str
    entries: Iterator[Entry]
    mapping: Mapping | None = None


def open_listing(path: Path, format: str = "auto", mapping: Mapping | None = None) -> Opened:
    """Open a listing for reading.

    Parameters
    ----------
    path
        A file, an archive or a folder.
    format
        One of ``CHOICES``; a mapping says ``table``.
    mapping
        For a table; guessed where null.

    Raises
    ------
    ListingError
        If there is nothing there, the format is unknown, or the content is of none of them.
    """
    if format not in CHOICES:
        listed = ", ".join(CHOICES)
        raise ListingError(
            Text(f"Le format « {format} » est inconnu", f"Format “{format}” is unknown"),
            where=path.name,
            hint=Text(f"choisissez parmi {listed}", f"choose among {listed}"),
        )
    if not path.exists():
        raise ListingError(
            Text("Ce fichier n'existe pas", "This file does not exist"),
            where=str(path),
            hint=Text("vérifiez le chemin ou l'adresse", "check the path or the address"),
        )
    if mapping is not None and format == "auto":
        format = "table"
    return _open(path, _format(path, format), mapping)


def _format(path: Path, wanted: str) -> Format:
    if wanted == "table":
        return Format.TABLE
    if wanted in {"airs", "icarol", "osm"}:
        return Format(wanted)
    found = detect(path)
    if wanted == "hsds" and found not in {Format.HSDS_JSON, Format.HSDS_TABLES}:
        return Format.HSDS_TABLES if path.is_dir() else Format.HSDS_JSON
    return found


def _open(path: Path, found: Format, mapping: Mapping | None) -> Opened:
    if found in {Format.TABLE, Format.WORKBOOK}:
        applied = mapping or guess_mapping(path)
        return Opened("table", read_table(path, applied), applied)
    if found == Format.AIRS:
        return Opened(found.value, read_airs(path, xsd=settings().airs_xsd))
    readers = {
        Format.HSDS_JSON: read_hsds_json,
        Format.HSDS_TABLES: read_hsds_tables,
        Format.ICAROL: read_icarol,
        Format.OSM: read_osm,
    }
    return Opened(found.value, readers[found](path))
