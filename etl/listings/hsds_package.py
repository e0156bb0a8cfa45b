"""The tables of an HSDS package: a folder, its ``datapackage.json``, a ZIP of both, or one JSON of tables."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from etl.clients.archives import open_archive
from etl.listings.convention import GUARD_PROPERTY, GUARD_VALUE, unguard
from etl.listings.hsds_common import text_of
from etl.listings.hsds_names import ADDRESS_TYPES, KNOWN, TABLES
from etl.listings.model import Origin, Problem
from etl.listings.streams import open_rows
from geodata.errors import ListingError, SourceFileError
from geodata.text import Text

MOST_TABLES: Final = 200
MOST_ROWS: Final = 5_000_000
_MOST_JSON: Final = 64 << 20
_OF_HSDS_3: Final = frozenset(
    {"service_at_location", "service_at_locations", "attributes", "taxonomy_terms", "schedules"}
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its filled cells by lower-case column, and as it came."""

    origin: Origin
    cells: dict[str, str]
    raw: dict[str, Any]
    problems: list[Problem]

    @property
    def broken(self) -> bool:
        """Whether the row itself cannot be read."""
        return any(found.severity == "quarantine" for found in self.problems)


@dataclass(frozen=True, slots=True)
class TableFile:
    """One table of a package; ``table`` is its HSDS 3 name, empty if it is of no known one."""

    table: str
    file: str
    address_type: str
    path: Path | None
    delimiter: str | None
    guarded: bool
    items: tuple[dict[str, Any], ...] = ()

    def rows(self) -> Iterator[Row]:
        """Read the rows, from the first, each time."""
        for count, row in enumerate(self._from_csv() if self.path else self._from_items()):
            if count >= MOST_ROWS:
                raise _too_many(self.file)
            yield row

    def _from_csv(self) -> Iterator[Row]:
        if self.path is None or not self.path.stat().st_size:
            return
        table = open_rows(self.path, delimiter=self.delimiter, name=self.file)
        names = [name.casefold() for name in table.header]
        pending = table.problems
        for number, cells, problems in table:
            if self.guarded:
                cells = [unguard(cell) for cell in cells]
            filled = {name: cell for name, cell in zip(names, cells, strict=False) if cell}
            yield Row(Origin(self.file, number), filled, table.raw(cells), [*pending, *problems])
            pending = []

    def _from_items(self) -> Iterator[Row]:
        for number, item in enumerate(self.items, 1):
            filled = {key.casefold(): text for key, value in item.items() if (text := text_of(value))}
            yield Row(Origin(self.file, number), filled, item, [])


@dataclass(frozen=True, slots=True)
class HsdsPackage:
    """The tables of a package, and whether it is of HSDS 3, which requires UUID."""

    tables: tuple[TableFile, ...]
    version_3: bool

    def of(self, table: str) -> list[TableFile]:
        """Give the files of one table."""
        return [file for file in self.tables if file.table == table]


@contextmanager
def open_hsds(path: Path) -> Iterator[HsdsPackage]:
    """Find the tables of a package.

    Parameters
    ----------
    path
        Folder, ``datapackage.json``, ZIP archive, or JSON object of tables.

    Raises
    ------
    ListingError
        If there is no organisation nor service table, or a path goes out of the folder.
    """
    if path.is_dir() or path.name == "datapackage.json":
        yield _in_folder(path if path.is_dir() else path.parent, path.name)
    elif path.suffix.casefold() == ".zip" or path.open("rb").read(2) == b"PK":
        with tempfile.TemporaryDirectory(prefix="proximite-") as folder:
            _unzip(path, Path(folder))
            yield _in_folder(Path(folder), path.name)
    else:
        yield _in_json(path)


def _unzip(path: Path, folder: Path) -> None:
    try:
        with open_archive(path, most_members=MOST_TABLES) as archive:
            wanted = tuple(m for m in archive.members if m.suffix in (".csv", ".tsv", ".txt", ".json"))
            archive.extract(wanted, folder)
    except SourceFileError as error:
        raise ListingError(
            error.what,
            where=error.where,
            hint=Text(
                "reprendre l’archive, ou la décompresser soi-même", "take the archive again, or unzip it"
            ),
        ) from error


def _in_folder(folder: Path, named: str) -> HsdsPackage:
    described = folder / "datapackage.json"
    if not described.is_file():
        nested = list(folder.glob("*/datapackage.json"))
        described = nested[0] if len(nested) == 1 else described
    facts = _described(described) if described.is_file() else {}
    home = described.parent if facts else folder
    guarded = facts.get(GUARD_PROPERTY) == GUARD_VALUE
    found: dict[Path, TableFile] = {}
    for resource in _resources(facts):
        for relative in _paths(resource):
            file = _inside(home, relative, described)
            if file is not None and file.is_file():
                found[file] = _table(
                    file, file.name, text_of(resource.get("name")), guarded, _delimiter(resource)
                )
            elif file is not None and (beside := home / file.name).is_file() and not beside.is_symlink():
                # A flattened archive: the tables stand beside the description.
                found[beside] = _table(beside, beside.name, text_of(resource.get("name")), guarded, None)
    for file in sorted([*home.glob("*.csv"), *home.glob("data/*.csv")])[:MOST_TABLES]:
        if (
            file.resolve() not in found
            and file not in found
            and not file.is_symlink()
            and _table_of(file.stem)
        ):
            found[file] = _table(file, file.name, "", guarded, None)
    return _package(list(found.values()), text_of(facts.get("version")), named)


def _in_json(path: Path) -> HsdsPackage:
    if path.stat().st_size > _MOST_JSON:
        raise _no_tables(path.name)
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise _no_tables(path.name) from error
    lists = content.items() if isinstance(content, dict) else ()
    tables = [
        TableFile(
            _table_of(Path(key).stem), key, _address(key), None, None, False, tuple(filter(_is_dict, value))
        )
        for key, value in lists
        if isinstance(value, list)
    ]
    return _package(tables, "", path.name)


def _is_dict(value: object) -> bool:
    return isinstance(value, dict)


def _package(tables: list[TableFile], version: str, named: str) -> HsdsPackage:
    held = {file.table for file in tables}
    if not held & {"organizations", "services", "locations"}:
        raise _no_tables(named)
    stems = {Path(file.file).stem.casefold() for file in tables}
    return HsdsPackage(tuple(tables), version.startswith("3") or bool(stems & _OF_HSDS_3))


def _table(file: Path, name: str, resource: str, guarded: bool, delimiter: str | None) -> TableFile:
    table = _table_of(file.stem) or _table_of(resource)
    return TableFile(table, name, _address(file.stem) or _address(resource), file, delimiter, guarded)


def _table_of(name: str) -> str:
    key = name.casefold().removesuffix(".csv")
    return TABLES.get(key, key if key in KNOWN else "")


def _address(name: str) -> str:
    return ADDRESS_TYPES.get(name.casefold().removesuffix(".csv"), "")


def _described(path: Path) -> dict[str, Any]:
    if path.stat().st_size > _MOST_JSON:
        raise _no_tables(path.name)
    try:
        facts = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ListingError(
            Text("la description du paquet ne se lit pas", "the description of the package cannot be read"),
            where=path.name,
            hint=Text("la corriger, ou la retirer du dossier", "fix it, or take it out of the folder"),
        ) from error
    return facts if isinstance(facts, dict) else {}


def _resources(facts: dict[str, Any]) -> list[dict[str, Any]]:
    resources = facts.get("resources")
    return [r for r in resources if isinstance(r, dict)][:MOST_TABLES] if isinstance(resources, list) else []


def _paths(resource: dict[str, Any]) -> list[str]:
    path = resource.get("path")
    return [p for p in (path if isinstance(path, list) else [path]) if isinstance(p, str) and p]


def _delimiter(resource: dict[str, Any]) -> str | None:
    dialect = resource.get("dialect")
    delimiter = dialect.get("delimiter") if isinstance(dialect, dict) else None
    return delimiter if isinstance(delimiter, str) and len(delimiter) == 1 else None


def _inside(home: Path, relative: str, described: Path) -> Path | None:
    """Give the file that a description names, refusing one that stands out of its folder."""
    try:
        file = (home / relative.replace("\\", "/")).resolve()
        inside = file.is_relative_to(home.resolve()) and "://" not in relative
    except (OSError, ValueError):
        inside = False
    if not inside:
        raise ListingError(
            Text(
                f"le paquet nomme un fichier hors de son dossier (« {relative[:80]} »)",
                f"the package names a file outside its folder (“{relative[:80]}”)",
            ),
            where=described.name,
            hint=Text(
                "placer les tables dans le dossier du paquet", "put the tables in the folder of the package"
            ),
        )
    return file


def _no_tables(where: str) -> ListingError:
    return ListingError(
        Text("aucune table HSDS ne s’y trouve", "no HSDS table is there"),
        where=where,
        hint=Text(
            "fournir organizations.csv, services.csv, locations.csv et les autres dans un dossier",
            "give organizations.csv, services.csv, locations.csv and the others in one folder",
        ),
    )


def _too_many(file: str) -> ListingError:
    return ListingError(
        Text(f"la table a plus de {MOST_ROWS} lignes", f"the table has more than {MOST_ROWS} rows"),
        where=file,
        hint=Text("couper la liste par région", "split the listing by region"),
    )
