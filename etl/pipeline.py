"""Read every source, join, check and write one data package."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from etl import checks as package_checks
from etl import observations as figures
from etl.door import read_file
from etl.geometry import draw_levels, generalise_levels
from etl.places import Places, build_places, rate_people
from etl.registry import Declaration, declarations
from etl.tables import Tables
from etl.territories import (
    area_shapes,
    build_membership,
    complete,
    gather_territories,
    require_columns_filled,
)
from geodata.errors import ConservationError, JoinError, ProximiteError, SourceFileError
from geodata.membership import nearest_area, points_within
from geodata.model import Indicator, Level
from geodata.package import Package, file_sha256
from geodata.schemas import validate
from geodata.text import Text
from geodata.writing import require_writable, write_package

Progress = Callable[[str, int, int], None]
"""Called with a stage or source name, the number of steps done and the number of all steps."""


@dataclass
class SourceReport:
    """What one source gave."""

    id: str
    rows: dict[str, int]
    sha256: dict[str, str]
    notes: list[Text] = field(default_factory=list)


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


def build(mirror: Path, destination: Path, progress: Progress | None = None) -> BuildReport:
    """Build a package from a mirror of the sources and put it in place if every check passes.

    Parameters
    ----------
    mirror
        Folder with one sub-folder a source, laid out as ``source.toml`` declares.
    destination
        Package folder; replaced in one move, untouched on any failure.
    progress
        Told of each step.

    Raises
    ------
    ProximiteError
        One sentence; nothing is half-written.
    """
    require_writable(destination)
    declared = declarations()
    steps = len(declared) + 6
    say = progress or (lambda _name, _done, _all: None)
    read: list[tuple[Declaration, Tables]] = []
    reports: list[SourceReport] = []
    for done, declaration in enumerate(declared):
        say(declaration.id, done, steps)
        tables, report = read_source(declaration, mirror)
        read.append((declaration, tables))
        reports.append(report)
    try:
        tables_of_package, notes = _assemble(read, lambda name, at: say(name, len(declared) + at, steps))
    except (KeyError, ValueError, TypeError) as failure:
        if isinstance(failure, ProximiteError):
            raise
        raise _not_joining(failure) from failure
    say("geometry", len(declared) + 4, steps)
    tables_of_package["territories"] = generalise_levels(tables_of_package["territories"])
    geometry = draw_levels(tables_of_package["territories"])
    validated = {name: validate(name, frame) for name, frame in tables_of_package.items()}
    say("checks", len(declared) + 5, steps)
    results: list[package_checks.CheckResult] = []

    def accept(package: Package) -> None:
        results.extend(package_checks.check_package(package))
        package_checks.require_passed(results)

    package = write_package(
        destination, validated, _catalogue(declared), geometry, _manifest(read, reports, notes), accept
    )
    say("done", steps, steps)
    return BuildReport(package, reports, {name: len(frame) for name, frame in validated.items()}, results)


def read_source(declaration: Declaration, mirror: Path) -> tuple[Tables, SourceReport]:
    """Read and transform one source."""
    raw = {declared.name: read_file(declared, mirror) for declared in declaration.files}
    try:
        tables = declaration.transform()(raw)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as failure:
        if isinstance(failure, ProximiteError):
            raise
        raise _unexpected(declaration, mirror, failure) from failure
    hashes = {}
    for declared in declaration.files:
        path = mirror / declared.path
        hashes[declared.name] = file_sha256(path if path.is_file() else path.with_name(f"{path.name}.zip"))
    rows = {name: len(frame) for name, frame in raw.items()}
    return tables, SourceReport(declaration.id, rows, hashes, list(tables.notes))


def _unexpected(declaration: Declaration, mirror: Path, failure: Exception) -> SourceFileError:
    reason = f"{type(failure).__name__}: {failure}"
    return SourceFileError(
        Text(f"Le contenu n'a pas la forme attendue, {reason}", f"The content is not as expected, {reason}"),
        where=", ".join(str(mirror / declared.path) for declared in declaration.files),
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


def _assemble(
    read: list[tuple[Declaration, Tables]], say: Callable[[str, int], None]
) -> tuple[dict[str, pd.DataFrame], tuple[Text, ...]]:
    by_id = [(declaration.id, tables) for declaration, tables in read]
    say("territories", 0)
    drawn = area_shapes(gather_territories(by_id), by_id)
    say("membership", 1)
    membership = build_membership(drawn, by_id)
    people = people_of_cells(by_id, drawn)
    territories = complete(drawn, membership, people)
    require_columns_filled(territories)
    say("places", 2)
    postal_codes = _postal_codes(by_id, territories)
    health = pd.concat([t.health_people for _, t in by_id if t.health_people is not None])
    health_people = health.set_index("territory_id")["people"].astype(float)
    places = build_places(read, territories, membership, postal_codes, health_people)
    say("observations", 3)
    observations = _observations(read, territories, membership, people, places, health_people)
    tables: dict[str, pd.DataFrame] = {
        "territories": territories,
        "membership": membership,
        "observations": observations,
        "organizations": places.organizations,
        "services": places.services,
        "locations": places.locations,
        "location_territories": places.location_territories,
        "access": places.access,
        "postal_codes": postal_codes,
    }
    return tables, places.notes


def people_of_cells(sources: list[tuple[str, Tables]], territories: gpd.GeoDataFrame) -> pd.Series:
    """Give the 2021 population of every cell, null in communities that were not counted.

    The areas of an uncounted reserve are written with a zero by their publisher; the municipality says
    that it is no zero.
    """
    stacked = pd.concat([t.people for _, t in sources if t.people is not None])
    people = stacked.set_index("cell_id")["people"].astype(float)
    uncounted = territories.loc[territories["status"].eq("no_data"), "territory_id"]
    in_uncounted = territories["municipality_id"].isin(uncounted) & territories["level"].eq(Level.DA.value)
    people[people.index.isin(territories.loc[in_uncounted, "territory_id"])] = np.nan
    return people


def _postal_codes(sources: list[tuple[str, Tables]], territories: gpd.GeoDataFrame) -> pd.DataFrame:
    codes = pd.concat([t.postal_codes for _, t in sources if t.postal_codes is not None], ignore_index=True)
    points = gpd.GeoDataFrame(
        {"code": codes["code"]}, geometry=gpd.points_from_xy(codes["longitude"], codes["latitude"], crs=4326)
    )
    areas = territories[territories["level"] == Level.DA.value].rename(columns={"territory_id": "da_id"})
    polygons = areas[areas.geom_type != "Point"].rename(columns={"da_id": "territory_id"})
    inside = points_within(points, polygons, "code").set_index("code")["territory_id"]
    near = nearest_area(points[~points["code"].isin(inside.index)], areas, "code").set_index("code")["da_id"]
    da_id = codes["code"].map(pd.concat([inside, near]))
    found = codes.assign(da_id=da_id)[["code", "longitude", "latitude", "da_id"]]
    return found.sort_values("code", ignore_index=True)


def _observations(
    read: list[tuple[Declaration, Tables]],
    territories: gpd.GeoDataFrame,
    membership: pd.DataFrame,
    people: pd.Series,
    places: Places,
    health_people: pd.Series,
) -> pd.DataFrame:
    indicators = {i.id: i for declaration, _ in read for i in declaration.indicators}
    cells = pd.concat([t.cells for _, t in read if t.cells is not None], ignore_index=True)
    uncounted = cells["indicator_id"].eq("population") & cells["cell_id"].map(people).isna()
    cells["numerator"] = cells["numerator"].mask(uncounted)
    cells["status"] = cells["status"].mask(uncounted, "no_data")
    level_of = territories.set_index("territory_id")["level"]
    census = territories.set_index("territory_id")["pop_2021"].astype(float)
    tables = [(declaration.id, t) for declaration, t in read]
    rows = [
        figures.from_cells(cells, indicators, territories, membership, people),
        *(figures.from_published(t.observations, s) for s, t in tables if t.observations is not None),
        figures.population_change([t for _, t in tables], membership, territories, "statcan_da_2016"),
        figures.density(territories, indicators["density"]),
        figures.from_access(places.access, indicators, rate_people(territories, health_people), level_of),
        figures.withheld(tables),
    ]
    stacked = pd.concat([frame for frame in rows if len(frame)], ignore_index=True)
    _require_conserved(stacked, people)
    _require_known(stacked, territories)
    return figures.with_error_and_grade(
        figures.with_every_territory(stacked, indicators, territories), indicators, census
    )


def _require_known(rows: pd.DataFrame, territories: gpd.GeoDataFrame) -> None:
    unknown = ~rows["territory_id"].isin(territories["territory_id"])
    if unknown.any():
        row = rows[unknown].iloc[0]
        raise JoinError(
            Text(
                f"« {row['territory_id']} » n'est le code d'aucun territoire",
                f"“{row['territory_id']}” is no territory's code",
            ),
            where=f"{row['source_id']}, {row['indicator_id']}",
            hint=Text(
                "accordez ce code à la liste des territoires de son niveau",
                "match this code to the list of territories of its level",
            ),
        )


def _require_conserved(rows: pd.DataFrame, people: pd.Series) -> None:
    """Assert that Québec's population is the sum of its areas', whatever was joined on the way."""
    total = people[people.index.str.startswith("da:")].sum()
    found = rows.loc[rows["indicator_id"].eq("population") & rows["territory_id"].eq("province:24"), "value"]
    if not np.isclose(found.sum(), total, rtol=1e-12):
        raise ConservationError(
            Text(
                f"{found.sum():.0f} personnes au lieu de {total:.0f}",
                f"{found.sum():.0f} people instead of {total:.0f}",
            ),
            where="province:24",
            hint=Text("vérifiez la table d'appartenance", "check the membership table"),
        )


def _catalogue(declared: tuple[Declaration, ...]) -> list[Indicator]:
    return [indicator for declaration in declared for indicator in declaration.indicators]


def _manifest(
    read: list[tuple[Declaration, Tables]], reports: list[SourceReport], notes: tuple[Text, ...]
) -> dict[str, Any]:
    sources = []
    for (declaration, _), report in zip(read, reports, strict=True):
        entry = declaration.source.as_dict()
        entry["files"] = [
            {"name": f.name, "path": f.path, "sha256": report.sha256[f.name], "rows": report.rows[f.name]}
            for f in declaration.files
        ]
        entry["notes"] = [note.as_dict() for note in report.notes]
        sources.append(entry)
    return {
        "built_at": datetime.now(UTC).replace(microsecond=0).isoformat(),
        "sources": sources,
        "notes": [note.as_dict() for note in notes],
    }
