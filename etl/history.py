"""The data folder's packages: which one is current, how it came to be, and the way back."""

from __future__ import annotations

import json
import os
import re
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

import pyarrow.parquet as pq

from etl.fetch import LOCK_NAME, SourcesLock, write_atomically
from geodata import folders
from geodata.errors import HistoryError, OutputError, PackageSchemaError, SourceFileError
from geodata.package import EMBEDDED, MANIFEST, Package, file_sha256, open_package, unreadable
from geodata.schemas import SCHEMAS
from geodata.text import Text

CURRENT: Final = "current"
"""The pointer: a small file that holds the name of a folder of ``packages``, or ``embedded``."""

EMBEDDED_NAME: Final = "embedded"
HISTORY: Final = "history.jsonl"
PACKAGES: Final = "packages"
MOST_PACKAGES: Final = 10

_NAME: Final = re.compile(r"\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{8}(-\d+)?")
_PARTIAL: Final = ".building"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history.

    Attributes
    ----------
    event
        ``publish rollback accept refuse recall recall_undone``.
    at
        ISO time, UTC.
    package, previous
        Names of the package that is current after it, and before it.
    sources
        Those concerned.
    reason, who
        What a person wrote; empty where nobody did.
    summary
        What changed, in both languages.
    difference
        Counts of what changed from ``previous`` to ``package``.
    """

    event: str
    at: str
    package: str = ""
    previous: str = ""
    sources: tuple[str, ...] = ()
    reason: str = ""
    who: str = ""
    summary: Text | None = None
    difference: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Write the form that the file and ``--json`` hold."""
        raw = asdict(self)
        raw["sources"] = list(self.sources)
        raw["summary"] = self.summary.as_dict() if self.summary else None
        return raw

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Self:
        """Read the form that the file holds."""
        known = {name: raw[name] for name in cls.__dataclass_fields__ if name in raw}
        known["sources"] = tuple(known.get("sources", ()))
        summary = known.get("summary")
        known["summary"] = Text.from_mapping(summary) if summary else None
        return cls(**known)


def now() -> str:
    """Give the time as the history writes it."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def current_name(home: Path) -> str:
    """Give the name of the current package; ``embedded`` where none was published or it is gone."""
    try:
        name = (home / CURRENT).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return EMBEDDED_NAME
    there = _NAME.fullmatch(name) and (home / PACKAGES / name / MANIFEST).is_file()
    return name if there else EMBEDDED_NAME


def current_path(home: Path) -> Path:
    """Give the folder of the current package."""
    return path_of(home, current_name(home))


def path_of(home: Path, name: str) -> Path:
    """Give the folder of a package by its name in the history."""
    return EMBEDDED if name == EMBEDDED_NAME else home / PACKAGES / name


def package_names(home: Path) -> list[str]:
    """Give the packages that are there, oldest first."""
    folder = home / PACKAGES
    if not folder.is_dir():
        return []
    return sorted(p.name for p in folder.iterdir() if _NAME.fullmatch(p.name) and (p / MANIFEST).is_file())


def read_history(home: Path) -> list[Event]:
    """Read every event, oldest first; a line that was cut short by a crash is left out."""
    try:
        lines = (home / HISTORY).read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return []
    events = []
    for line in lines:
        try:
            events.append(Event.from_dict(json.loads(line)))
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
    return events


def record(home: Path, event: Event) -> None:
    """Add a line to the history.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    path = home / HISTORY
    try:
        home.mkdir(parents=True, exist_ok=True)
        cut = path.exists() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
        line = json.dumps(event.as_dict(), ensure_ascii=False)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(("\n" if cut else "") + line + "\n")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as failure:
        raise unwritable(path, failure) from failure


def building(home: Path) -> Path:
    """Give the folder in which the next package is made."""
    return home / PACKAGES / _PARTIAL


def publish(home: Path, made: Package, event: Event) -> Event:
    """Give a finished package its name, point at it, and write it in the history.

    The pointer moves in one step: whoever opens the data folder finds the former package or this one.

    Parameters
    ----------
    home
        The data folder.
    made
        The package in ``building(home)``.
    event
        What to write; its packages are filled in here.
    """
    previous = current_name(home)
    # To the millisecond: packages are in the order of their names.
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")[:-3] + "Z"
    name = base = f"{stamp}-{made.manifest['content_sha256'][:8]}"
    again = 2
    while (home / PACKAGES / name).exists():
        name, again = f"{base}-{again}", again + 1
    try:
        made.path.rename(home / PACKAGES / name)
    except OSError as failure:
        raise unwritable(home / PACKAGES / name, failure) from failure
    write_atomically(home / CURRENT, f"{name}\n".encode())
    written = Event.from_dict({**event.as_dict(), "package": name, "previous": previous})
    record(home, written)
    _prune(home)
    return written


def recover(home: Path) -> None:
    """Clean what a killed refresh left, and write in the history a publication that it did not write."""
    for leftover in (home / PACKAGES).glob(".*") if (home / PACKAGES).is_dir() else ():
        shutil.rmtree(leftover, ignore_errors=True)
    for leftover in (home / "fetched").glob("*/.*"):
        shutil.rmtree(leftover, ignore_errors=True)
    _set_aside_damaged_lock(home)
    moves = [event for event in read_history(home) if event.event in ("publish", "rollback")]
    shown = moves[-1].package if moves else EMBEDDED_NAME
    if current_name(home) != shown and (home / CURRENT).is_file():
        summary = Text(
            "publication reprise après une interruption", "publication taken up after an interruption"
        )
        record(home, Event("publish", now(), current_name(home), shown, summary=summary))


def _set_aside_damaged_lock(home: Path) -> None:
    """Keep an unreadable record of received files under another name: it must not stop every refresh."""
    try:
        SourcesLock.read(home)
    except SourceFileError:
        with suppress(OSError):
            (home / LOCK_NAME).replace(home / f"{LOCK_NAME}.damaged")


def resolve(home: Path, name: str) -> Path:
    """Find a package by what a person calls it.

    Parameters
    ----------
    home
        The data folder.
    name
        A folder, ``current``, ``previous``, ``embedded``, a name of the history or the start of its id.

    Raises
    ------
    HistoryError
        If nothing, or more than one package, answers to it.
    """
    if name == CURRENT:
        return current_path(home)
    if name == "previous":
        return path_of(home, previous_name(home))
    if name == EMBEDDED_NAME:
        return EMBEDDED
    names = package_names(home)
    found = [n for n in names if n == name] or [
        n for n in names if len(name) >= 4 and name in (n[: len(name)], n.partition("-")[2][: len(name)])
    ]
    if len(found) == 1:
        return home / PACKAGES / found[0]
    if (Path(name) / MANIFEST).is_file():
        return Path(name)
    known = ", ".join([CURRENT, "previous", EMBEDDED_NAME, *reversed(names)][:8])
    raise HistoryError(
        Text(
            "Plusieurs paquets répondent à ce nom" if found else "Aucun paquet ne répond à ce nom",
            "Several packages answer to this name" if found else "No package answers to this name",
        ),
        where=name,
        hint=Text(f"choisissez un dossier ou l'un de {known}", f"choose a folder or one of {known}"),
    )


def previous_name(home: Path) -> str:
    """Give the package made before the current one.

    Raises
    ------
    HistoryError
        If the current one is the package that comes with the program.
    """
    current = current_name(home)
    if current == EMBEDDED_NAME:
        raise HistoryError(
            Text(
                "Le paquet livré avec le programme n'a pas de prédécesseur",
                "The package that comes with the program has no predecessor",
            ),
            where=str(home),
            hint=Text("lancez d'abord « proximite refresh »", "run “proximite refresh” first"),
        )
    older = [name for name in package_names(home) if name < current]
    return older[-1] if older else EMBEDDED_NAME


def rollback(home: Path, to: str | None = None, reason: str = "", who: str = "") -> Event:
    """Point at an earlier package; nothing is deleted.

    Parameters
    ----------
    home
        The data folder.
    to
        As for ``resolve``; the package made before the current one where null.
    reason, who
        Written in the history.

    Raises
    ------
    HistoryError
        If there is no such package in this data folder.
    PackageError
        If it cannot be read.
    """
    previous = current_name(home)
    target = resolve(home, to) if to else path_of(home, previous_name(home))
    if target != EMBEDDED and target.parent != home / PACKAGES:
        raise HistoryError(
            Text("Ce paquet n'est pas dans l'historique", "This package is not in the history"),
            where=str(target),
            hint=Text("« proximite history » les nomme", "“proximite history” names them"),
        )
    require_whole(open_package(target))
    name = EMBEDDED_NAME if target == EMBEDDED else target.name
    write_atomically(home / CURRENT, f"{name}\n".encode())
    event = Event("rollback", now(), name, previous, reason=reason, who=who)
    record(home, event)
    return event


def require_whole(package: Package) -> None:
    """Raise unless every file of a package is as it was written, with the columns of this program.

    Raises
    ------
    PackageError
        Naming the first that is not.
    PackageSchemaError
        If a table lacks a column.
    """
    for name, expected in package.manifest["files"].items():
        path = package.path / name
        if not path.is_file() or file_sha256(path) != expected:
            raise unreadable(path)
    for name, schema in SCHEMAS.items():
        absent = set(schema.columns) - set(pq.read_schema(package.path / f"{name}.parquet").names)
        if absent:
            raise PackageSchemaError(
                Text("Une colonne manque à ce paquet", "This package lacks a column"),
                where=f"{package.path}, {name}.{min(absent)}",
                hint=Text(
                    "il vient d'une autre version du programme ; refaites-le avec « proximite build »",
                    "it comes from another version of the program; make it again with “proximite build”",
                ),
            )


def _prune(home: Path) -> None:
    """Delete the oldest packages beyond the number that is kept; never the current one."""
    names = [name for name in package_names(home) if name != current_name(home)]
    for name in names[: max(0, len(names) - (MOST_PACKAGES - 1))]:
        # Out of the history in one step: a package half deleted would be offered for a rollback.
        aside = home / PACKAGES / f".{name}"
        (home / PACKAGES / name).rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def unwritable(path: Path, failure: OSError) -> OutputError:
    """Say that the data folder refuses."""
    hint = Text(
        "libérez de la place ou choisissez un autre dossier ; le paquet courant est intact",
        "free some space or choose another folder; the current package is untouched",
    )
    return folders.unwritable(path, failure, hint)
