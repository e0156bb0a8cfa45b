"""The last comparison with Statistics Canada's proximity, kept for the page of methods."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from etl.proximity_file import read_proximity
from geodata.access.validity import Validity, compare
from geodata.errors import ProximiteError
from geodata.folders import unwritable, write_text
from geodata.package import Package, file_sha256
from geodata.text import Text

KEPT: Final = "validity.json"
"""In the data folder."""


@dataclass(frozen=True, slots=True)
class ValidityReport:
    """What a comparison found, and of what.

    Parameters
    ----------
    found
        By service.
    file, sha256
        Name and hash of the file compared with.
    day
        ISO date of the comparison.
    package_id
        The data package that it compared.
    blocks, left_out
        Blocks of Québec read, and rows left out.
    """

    found: tuple[Validity, ...]
    file: str
    sha256: str
    day: str
    package_id: str
    blocks: int
    left_out: int


def validate_proximity(path: Path, package: Package) -> ValidityReport:
    """Compare our proximity with that of a file of Statistics Canada's.

    Raises
    ------
    SourceFileError
        If the file cannot be used; see ``etl.proximity_file.read_proximity``.
    """
    read = read_proximity(path, package)
    found = compare(package, read.points, read.indices, read.areas)
    return ValidityReport(
        tuple(found),
        path.name,
        file_sha256(path),
        datetime.now(UTC).date().isoformat(),
        package.id,
        len(read.points),
        read.left_out,
    )


def keep(report: ValidityReport, home: Path) -> None:
    """Write a report beside the packages, whole or not at all.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    try:
        write_text(home / KEPT, json.dumps(asdict(report), ensure_ascii=False, indent=1))
    except OSError as failure:
        hint = Text("choisissez un autre dossier de données (--home)", "choose another data folder (--home)")
        raise unwritable(home / KEPT, failure, hint) from failure


def last_report(home: Path) -> ValidityReport | None:
    """Give the report that was kept; null where there is none or it cannot be read."""
    try:
        raw: dict[str, Any] = json.loads((home / KEPT).read_text("utf-8"))
        found = tuple(_validity(one) for one in raw.pop("found"))
        return ValidityReport(found=found, **raw)
    except (OSError, ValueError, TypeError, KeyError, ProximiteError):
        return None


def _validity(raw: dict[str, Any]) -> Validity:
    why = raw.pop("why_not")
    return Validity(**raw, why_not=Text.from_mapping(why) if why else None)
