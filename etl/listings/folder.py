"""The folder of an imported listing: written beside, put in place whole, read back."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pandas as pd

from etl.listings.spool import FILES
from geodata.errors import ListingError, OutputError, ProximiteError
from geodata.folders import put_in_place, refuse_foreign, unwritable
from geodata.text import Text

LISTING: Final = "listing.json"
PROBLEMS: Final = "problems.csv"
QUARANTINE: Final = "quarantine.jsonl"
QUARANTINE_TABLE: Final = "quarantine.csv"
WITHHELD: Final = "withheld.parquet"
MAPPING: Final = "mapping.toml"
SCHEMA_VERSION: Final = 1
_FOREIGN: Final = Text(
    "La destination contient autre chose qu'une liste importée",
    "The destination holds something else than an imported listing",
)


@contextmanager
def staging(out: Path) -> Iterator[Path]:
    """Give a folder to write a listing in, and put it in the place of ``out`` at the end.

    Whatever is at ``out`` stays until then; a failure or Ctrl+C leaves it as it was and nothing beside.

    Raises
    ------
    OutputError
        If ``out`` holds something else than a listing, or cannot be written.
    """
    refuse_foreign_folder(out)
    folder = out.parent / f".{out.name}.{os.getpid()}.{secrets.token_hex(4)}.partial"
    try:
        folder.mkdir(parents=True, mode=0o700)
        _sweep(out, folder)
        yield folder
        folder.chmod(0o755)
        put_in_place(folder, out)
    except OSError as failure:
        # Some of our own errors are also the builtin that they resemble.
        if isinstance(failure, ProximiteError):
            raise
        raise _unwritable(out, failure) from failure
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def refuse_foreign_folder(out: Path) -> None:
    """Raise where a folder holds something else than a listing.

    Raises
    ------
    OutputError
        Naming the folder.
    """
    refuse_foreign(out, LISTING, _FOREIGN)


def _sweep(out: Path, mine: Path) -> None:
    """Take away what an import that was killed left beside ``out``."""
    for left in out.parent.glob(f".{out.name}.*.partial"):
        owner = left.name.split(".")[-3]
        if left != mine and not (owner.isdigit() and _is_alive(int(owner))):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _unwritable(out: Path, failure: OSError) -> OutputError:
    hint = Text(
        "choisissez un dossier où vous pouvez écrire ; ce qui s'y trouvait est intact",
        "choose a folder that you may write to; what it held is untouched",
    )
    return unwritable(out, failure, hint)


def write_facts(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write ``listing.json``."""
    text = json.dumps({"schema_version": SCHEMA_VERSION, **facts}, ensure_ascii=False, indent=1)
    (folder / LISTING).write_text(text + "\n", "utf-8")


def read_facts(folder: Path) -> dict[str, Any]:
    """Read ``listing.json``.

    Raises
    ------
    ListingError
        If the folder holds no readable listing.
    """
    try:
        facts = json.loads((folder / LISTING).read_text("utf-8"))
        if facts["schema_version"] != SCHEMA_VERSION:
            raise ValueError(f"schema_version {facts['schema_version']}")
    except (OSError, ValueError, KeyError, TypeError) as failure:
        raise ListingError(
            Text("Ce dossier n'est pas une liste importée", "This folder is no imported listing"),
            where=str(folder),
            hint=Text(
                "donnez le dossier écrit par « proximite import … --out DOSSIER »",
                "give the folder written by “proximite import … --out FOLDER”",
            ),
        ) from failure
    return dict(facts)


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the four tables of a listing.

    Returns
    -------
    dict of DataFrame
        ``organizations``, ``services``, ``locations``, ``links``; ``extra``, ``languages``, ``terms`` and
        ``categories`` are JSON texts, coordinates are degrees (EPSG:4326).

    Raises
    ------
    ListingError
        If one is absent or unreadable.
    """
    try:
        return {name: pd.read_parquet(folder / file) for name, file in FILES.items()}
    except (OSError, ValueError) as failure:
        raise ListingError(
            Text(
                "Une table de la liste manque ou est illisible",
                "A table of the listing is missing or unreadable",
            ),
            where=str(folder),
            hint=Text("importez la liste de nouveau", "import the listing again"),
        ) from failure
