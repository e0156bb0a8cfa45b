"""Imported listings on disk: those that take part in the package, and those set aside."""

from __future__ import annotations

import csv
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from etl.listings.as_source import FOLDER
from etl.listings.convention import unguard
from etl.listings.folder import LISTING, PROBLEMS, QUARANTINE_TABLE, WITHHELD, read_facts
from geodata.errors import ListingError, OutputError
from geodata.model import LICENCES, Licence
from geodata.text import Text, slug

ASIDE: Final = "listings-aside"
_INCOMING: Final = "incoming"
_KEPT_SECONDS: Final = 24 * 3600
LONGEST_NAME: Final = 60


@dataclass(frozen=True)
class Listing:
    """An imported listing.

    Attributes
    ----------
    folder
        Where it is.
    included
        Whether it takes part in the package at the next assembly.
    facts
        Its ``listing.json``.
    """

    folder: Path
    included: bool
    facts: dict[str, Any]

    @property
    def name(self) -> str:
        """What its folder is called, by which a link restores it."""
        return self.folder.name

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.facts.get("name") or self.name)

    @property
    def licence(self) -> Licence:
        """Under which terms it may be given on."""
        return LICENCES.get(str(self.facts.get("licence")), LICENCES["undeclared"])


def listings(home: Path) -> list[Listing]:
    """Give every imported listing, the latest import first; one that is damaged is passed over."""
    found = [*_in(home / FOLDER, True), *_in(home / ASIDE, False)]
    return sorted(found, key=lambda listing: str(listing.facts.get("imported_at")), reverse=True)


def _in(folder: Path, included: bool) -> Iterator[Listing]:
    for path in sorted(folder.glob(f"*/{LISTING}")):
        if path.parent.name.startswith("."):
            continue
        try:
            yield Listing(path.parent, included, read_facts(path.parent))
        except ListingError:
            continue


def free_folder(home: Path, title: str) -> Path:
    """Choose a folder for a new listing: after its name, and no other's."""
    base = slug(title)[:LONGEST_NAME] or "liste"
    taken = {path.name for kind in (FOLDER, ASIDE) for path in (home / kind).glob("*")}
    names = [base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))]
    return home / ASIDE / next(name for name in names if name not in taken)


def include(home: Path, listing: Listing, included: bool) -> None:
    """Put a listing among those of the package, or set it aside; it takes effect at the next assembly.

    Raises
    ------
    OutputError
        If the data folder cannot be written.
    """
    target = home / (FOLDER if included else ASIDE) / listing.name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        listing.folder.rename(target)
    except OSError as failure:
        raise unwritable(target, failure) from failure


def incoming(home: Path, name: str) -> Path:
    """Give a new place for a file that arrives; those left for a day go away.

    Raises
    ------
    OutputError
        If the data folder cannot be written.
    """
    root = home / _INCOMING
    folder = root / secrets.token_hex(8)
    try:
        for old in root.glob("*"):
            if time.time() - old.stat().st_mtime > _KEPT_SECONDS:
                shutil.rmtree(old, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
    except OSError as failure:
        raise unwritable(folder, failure) from failure
    return folder / safe_name(name)


def safe_name(name: str) -> str:
    """Keep of a file's name what may name a file anywhere, its ending included."""
    path = Path(name.replace("\\", "/"))
    ending = "".join(c for c in path.suffix.lower() if c.isalnum() or c == ".")[:12]
    return f"{slug(path.stem)[:LONGEST_NAME] or 'liste'}{ending}"


def unwritable(path: Path, failure: OSError) -> OutputError:
    """Say that the data folder cannot be written."""
    reason = failure.strerror or type(failure).__name__
    return OutputError(
        Text(f"Écriture impossible, {reason}", f"Cannot write, {reason}"),
        where=path.name,
        hint=Text(
            "prévenez la personne qui tient cette installation ; rien n'est perdu",
            "tell the person who runs this installation; nothing is lost",
        ),
    )


def problems(listing: Listing) -> Iterator[dict[str, str]]:
    """Read the problems of a listing, one a row, by the columns of ``problems.csv``."""
    with (listing.folder / PROBLEMS).open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            yield {name: unguard(cell) for name, cell in row.items()}


def quarantine_table(listing: Listing) -> bytes:
    """Give the rows that wait, as a table to fix in a spreadsheet."""
    return (listing.folder / QUARANTINE_TABLE).read_bytes()


def withheld_by_region(listing: Listing) -> dict[str, int]:
    """Count the places kept out because their address protects someone, by health region."""
    path = listing.folder / WITHHELD
    if not path.is_file():
        return {}
    frame = pd.read_parquet(path)
    return {str(region): int(n) for region, n in frame.groupby("region")["count"].sum().items()}
