"""Read every source, join, check and write one data package."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from etl import checks as package_checks
from etl.assembly import Read, assemble
from etl.corrected import corrected
from etl.door import PUBLISHED_COLUMNS, read_file
from etl.geometry import draw_levels, generalise_levels
from etl.ground import updated
from etl.kept import assemble_over, catalogue
from etl.listings.review import decisions
from etl.measured import Measures, measure_file, measures_of, profile_table
from etl.registry import Declaration, declarations
from etl.tables import Tables
from geodata.errors import JoinError, ProximiteError, SourceFileError
from geodata.model import Indicator, Level
from geodata.package import PROFILES, Package, file_sha256
from geodata.schemas import validate
from geodata.text import Text
from geodata.writing import require_writable, write_package

Progress = Callable[[str, int, int], None]
"""Called with a stage or source name, the number of steps done and the number of all steps."""

_STAGES: Final = 6
"""Steps of a build after the sources are read."""


@dataclass
class SourceReport:
    """What one source gave."""

    id: str
    rows: dict[str, int]
    sha256: dict[str, str]
    notes: list[Text] = field(default_factory=list)


@dataclass(frozen=True)
class SourceRead:
    """One source read: its declaration, what its transform gave, and its files in a few numbers.

    Attributes
    ----------
    frames
        The files themselves, for comparing them with the former ones; empty once that is done.
    """

    declaration: Declaration
    tables: Tables
    report: SourceReport
    measures: Measures
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)


@dataclass
class BuildReport:
    """What a build did."""

    package: Package
    sources: list[SourceReport]
    rows: dict[str, int]
    checks: list[package_checks.CheckResult]

    def as_dict(self) -> dict[str, Any]:
        """Write the form that ``--json`` prints."""
        return {
            "ok": all(check.passed for check in self.checks),
            "package": str(self.package.path),
            "content_sha256": self.package.manifest["content_sha256"],
            "sources": [
                {"id": s.id, "rows": s.rows, "sha256": s.sha256, "notes": [n.as_dict() for n in s.notes]}
                for s in self.sources
            ],
            "rows": self.rows,
            "checks": [check.as_dict() for check in self.checks],
        }


def build(roots: Path | Sequence[Path], destination: Path, progress: Progress | None = None) -> BuildReport:
    """Build a package from folders of source files and put it in place if every check passes.

    Parameters
    ----------
    roots
        One folder or several, each with one sub-folder a source, laid out as ``source.toml`` declares. A
        source is read wholly from the first folder that holds all its files; an optional source that is
        in none is left out.
    destination
        Package folder; replaced in one move, untouched on any failure.
    progress
        Told of each step.

    Raises
    ------
    ProximiteError
        One sentence; nothing is half-written.
    """
    folders = [roots] if isinstance(roots, Path) else list(roots)
    require_writable(destination)
    found = [(declaration, root_of(declaration, folders)) for declaration in declarations()]
    wanted = [(d, root) for d, root in found if root is not None or not d.optional]
    say = progress or (lambda _name, _done, _all: None)
    read = []
    for done, (declaration, root) in enumerate(wanted):
        say(declaration.id, done, len(wanted) + _STAGES)
        read.append(read_source(declaration, root or folders[-1]))
    return build_from(read, destination, progress)


def root_of(declaration: Declaration, roots: Sequence[Path]) -> Path | None:
    """Give the first folder that holds every file of a source, or null."""
    return next((root for root in roots if all(file_of(f.path, root) for f in declaration.files)), None)


def file_of(path: str, root: Path) -> Path | None:
    """Give a declared file, or the zip that it lies in; null where there is neither."""
    plain = root / path
    return next((p for p in (plain, plain.with_name(f"{plain.name}.zip")) if p.is_file()), None)


def build_from(
    read: Sequence[SourceRead],
    destination: Path,
    progress: Progress | None = None,
    *,
    base: Package | None = None,
    kept: frozenset[str] = frozenset(),
    home: Path | None = None,
) -> BuildReport:
    """Build a package from sources already read, alone or over another package.

    Parameters
    ----------
    read
        Sources, in the order in which they count.
    destination, progress
        As in ``build``.
    base, kept
        The package whose rows of the sources ``kept`` are carried over; every source is read without it.
    home
        The data folder with what people decided of places; none where null.

    Raises
    ------
    ProximiteError
        One sentence; nothing is half-written.
    """
    before = len(read)
    say = progress or (lambda _name, _done, _all: None)
    steps = before + _STAGES
    pairs = [(source.declaration, _with_corrections(source, home)) for source in read]
    tables, notes, redrawn = _joined(pairs, base, kept, home, lambda name, at: say(name, before + at, steps))
    say("geometry", before + 4, steps)
    if base is None:
        tables["territories"] = generalise_levels(tables["territories"])
    geometry = _drawn(base, redrawn) | draw_levels(_of_levels(tables["territories"], redrawn))
    validated = {name: validate(name, frame) for name, frame in tables.items()}
    say("checks", before + 5, steps)
    results: list[package_checks.CheckResult] = []

    def accept(package: Package) -> None:
        results.extend(package_checks.check_package(package))
        package_checks.require_passed(results)

    package = write_package(
        destination,
        {**validated, Path(PROFILES).stem: profile_table(_measures(read, base, kept))},
        _catalogue(read) if base is None else list(catalogue(base, pairs, kept).values()),
        geometry,
        _manifest(read, notes, base, kept),
        accept,
        () if base is None else _unchanged(base, validated),
    )
    say("done", steps, steps)
    rows = {name: len(frame) for name, frame in validated.items()}
    return BuildReport(package, [source.report for source in read], rows, results)


def _joined(
    pairs: Read,
    base: Package | None,
    kept: frozenset[str],
    home: Path | None,
    say: Callable[[str, int], None],
) -> tuple[dict[str, pd.DataFrame], tuple[Text, ...], set[Level]]:
    """Join the sources, alone or over a package; give the tables, the notes and the levels to draw."""
    try:
        if base is None:
            return *assemble(pairs, say, decisions(home) if home else None), set(Level)
        territories, redrawn = updated(base, pairs)
        return *assemble_over(base, territories, pairs, kept, say, home), redrawn
    except (KeyError, ValueError, TypeError) as failure:
        if isinstance(failure, ProximiteError):
            raise
        raise _not_joining(failure) from failure


def _with_corrections(source: SourceRead, home: Path | None) -> Tables:
    places = source.tables.places
    if places is None:
        return source.tables
    approved = corrected(places, source.declaration.id, source.report.sha256, home)
    return replace(source.tables, places=approved)


def read_source(declaration: Declaration, root: Path) -> SourceRead:
    """Read, transform and measure one source.

    Raises
    ------
    SourceFileError
        If a file is not what its declaration says.
    """
    raw = {declared.name: read_file(declared, root) for declared in declaration.files}
    published = {name: frame.attrs.pop(PUBLISHED_COLUMNS) for name, frame in raw.items()}
    try:
        tables = declaration.transform()(raw)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as failure:
        if isinstance(failure, ProximiteError):
            raise
        raise _unexpected(declaration, root, failure) from failure
    # Identifiers of a list of places would name those whose address protects someone.
    keyed = tables.places is None and tables.withheld is None
    measures = {f.name: measure_file(f, raw[f.name], published[f.name], keyed) for f in declaration.files}
    rows = {name: len(frame) for name, frame in raw.items()}
    report = SourceReport(declaration.id, rows, hashes_of(declaration, root), list(tables.notes))
    return SourceRead(declaration, tables, report, measures, raw)


def hashes_of(declaration: Declaration, root: Path) -> dict[str, str]:
    """Give the SHA-256 of each file of a source, by its declared name."""
    paths = {f.name: file_of(f.path, root) for f in declaration.files}
    return {name: file_sha256(path) for name, path in paths.items() if path is not None}


def _unexpected(declaration: Declaration, root: Path, failure: Exception) -> SourceFileError:
    reason = f"{type(failure).__name__}: {failure}"
    return SourceFileError(
        Text(f"Le contenu n'a pas la forme attendue, {reason}", f"The content is not as expected, {reason}"),
        where=", ".join(str(root / declared.path) for declared in declaration.files),
        hint=Text(
            "reprenez ces fichiers chez leur éditeur ou mettez à jour leur déclaration",
            "take these files from their publisher again or update their declaration",
        ),
    )


def _not_joining(failure: Exception) -> JoinError:
    reason = f"{type(failure).__name__}: {failure}"
    return JoinError(
        Text(f"Les sources ne se joignent pas, {reason}", f"The sources do not join, {reason}"),
        where="proximite build",
        hint=Text(
            "comparez les identifiants des fichiers que vous avez changés",
            "compare the identifiers of the files that you have changed",
        ),
    )


def _unchanged(base: Package, tables: Mapping[str, pd.DataFrame]) -> list[Path]:
    """Give the large files of the base that would be written again just as they are."""
    former = {
        "territories": base.territories.reset_index(drop=True),
        "membership": base.membership,
        "postal_codes": base.postal_codes.reset_index(),
    }
    return [base.path / f"{name}.parquet" for name, table in former.items() if tables[name].equals(table)]


def _of_levels(territories: pd.DataFrame, levels: set[Level]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(territories[territories["level"].isin([level.value for level in levels])])


def _drawn(base: Package | None, redrawn: set[Level]) -> dict[str, bytes]:
    """Give the drawings of the base, but for the levels that are drawn again."""
    if base is None:
        return {}
    files = {level: base.geometry_file(level) for level in Level if level not in redrawn}
    return {level.value: file.read_bytes() for level, file in files.items() if file is not None}


def _measures(read: Sequence[SourceRead], base: Package | None, kept: frozenset[str]) -> dict[str, Measures]:
    former = {} if base is None else {k: v for k, v in measures_of(base).items() if k in kept}
    return former | {source.declaration.id: source.measures for source in read}


def _catalogue(read: Sequence[SourceRead]) -> list[Indicator]:
    return [indicator for source in read for indicator in source.declaration.indicators]


def _manifest(
    read: Sequence[SourceRead], notes: tuple[Text, ...], base: Package | None, kept: frozenset[str]
) -> dict[str, Any]:
    carried = [] if base is None else [s for s in base.manifest["sources"] if s["id"] in kept]
    sources = sorted([*carried, *map(_entry, read)], key=lambda entry: str(entry["id"]))
    return {
        "built_at": datetime.now(UTC).replace(microsecond=0).isoformat(),
        "sources": sources,
        "notes": [note.as_dict() for note in notes],
    }


def _entry(source: SourceRead) -> dict[str, Any]:
    entry = source.declaration.source.as_dict()
    report, path_of = source.report, {f.name: f.path for f in source.declaration.files}
    entry["files"] = [
        {"name": name, "path": path_of.get(name, ""), "sha256": digest, "rows": report.rows[name]}
        for name, digest in report.sha256.items()
    ]
    entry["area"] = list(source.declaration.listed or source.declaration.area)
    entry["notes"] = [note.as_dict() for note in report.notes]
    return entry
