"""A world of two sources, made by hand, in which a refresh takes a tenth of a second.

Everything is real (fetching, drift, history, pointer, package on disk) but the joining of Québec's sources:
``small_build`` stands in for it and writes the places of both sources and nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from etl.fetch import Retrieved
from etl.live import FetchContext, LiveFiles
from etl.measured import measures_of, profile_table
from etl.pipeline import BuildReport, SourceRead
from etl.registry import Declaration, FileDeclaration, LiveDeclaration
from etl.tables import Raw, Tables
from geodata.errors import FetchError
from geodata.model import Source
from geodata.package import Package, file_sha256
from geodata.schemas import SCHEMAS, validate
from geodata.text import Text
from geodata.writing import write_package

NAMES = ("alpha", "beta")
ROWS = 40
"""Rows of a source; at one in forty, a change is 2.5 %."""


def listing(rows: int = ROWS, *, first: int = 0, prefix: str = "Lieu", east: float = 0.0) -> str:
    """Write the CSV of a source: one place a row, 0.01 degree apart."""
    lines = [
        f"{i:03d},{prefix} {i},{-73 + i / 100 + east:.5f},46.00000,{i}" for i in range(first, first + rows)
    ]
    return "\n".join(["ID,NOM,LON,LAT,N", *lines]) + "\n"


def declaration(name: str, *, live: bool = True) -> Declaration:
    columns: dict[str, Any] = {"ID": "code", "NOM": "text", "LON": "number", "LAT": "number", "N": "count"}
    source = Source(
        id=name,
        title=Text(f"Liste {name}", f"List {name}"),
        producer=Text("Ville", "City"),
        licence="cc-by-4.0",
        vintage="2025",
        reference_date="2025-01-01",
        url="https://donnees.example/liste",
        attribution=Text("Ville, 2025.", "City, 2025."),
        caveat=Text("Essai.", "Test."),
        condition="original",
    )
    file = FileDeclaration(
        name="list", path=f"{name}/list.csv", sha256="", columns=columns, key=["ID"], required=["NOM"]
    )
    service = LiveDeclaration(service="ckan", url=f"https://{name}.example/list.csv") if live else None
    return Declaration(source, (file,), (), (), (), live=service)


def transform_of(name: str) -> Callable[[Raw], Tables]:
    def transform(raw: Raw) -> Tables:
        rows = raw["list"]
        return Tables(
            places=pd.DataFrame(
                {
                    "place_id": f"{name}:" + rows["ID"],
                    "name": rows["NOM"],
                    "longitude": rows["LON"],
                    "latitude": rows["LAT"],
                }
            )
        )

    return transform


def small_build(
    read: Sequence[SourceRead],
    destination: Path,
    progress: Any = None,
    *,
    base: Package | None = None,
    kept: frozenset[str] = frozenset(),
    home: Path | None = None,
) -> BuildReport:
    """Stand in for ``build_from``."""
    for stage in ("territories", "checks"):
        if progress:
            progress(stage, 0, 7)
    parts = [_locations(source) for source in read]
    measured = {source.declaration.id: source.measures for source in read}
    entries = []
    for source in read:
        files = [{"name": n, "path": "", "sha256": h, "rows": source.report.rows[n]}
                 for n, h in source.report.sha256.items()]  # fmt: skip
        entries.append({**source.declaration.source.as_dict(), "files": files, "notes": []})
    if base is not None:
        parts.append(base.locations[base.locations["source_id"].isin(kept)])
        measured |= {name: m for name, m in measures_of(base).items() if name in kept}
        entries += [entry for entry in base.manifest["sources"] if entry["id"] in kept]
    locations = pd.concat(parts).sort_values("id", ignore_index=True)
    if locations["name"].str.contains("IMPOSSIBLE").any():
        raise FetchError(Text("Impossible", "Impossible"), hint=Text("corrigez", "correct"))
    tables = {**empty_tables(), "locations": locations, "profiles": profile_table(measured)}
    manifest = {"built_at": "2026-01-01T00:00:00+00:00", "sources": sorted(entries, key=lambda e: e["id"])}
    package = write_package(destination, tables, [], {}, manifest)
    return BuildReport(package, [source.report for source in read], {"locations": len(locations)}, [])


def _locations(source: SourceRead) -> pd.DataFrame:
    places = source.tables.places
    assert places is not None
    columns = {"address": "", "city": "", "postal_code": "", "geocode_quality": "rooftop", "same_as": "",
               "source_id": source.declaration.id, "assured_date": "2025-01-01"}  # fmt: skip
    table = places.rename(columns={"place_id": "id"}).assign(**columns)
    return validate("locations", table[list(SCHEMAS["locations"].columns)])


def empty_tables() -> dict[str, pd.DataFrame]:
    tables = {}
    for name, schema in SCHEMAS.items():
        frame = pd.DataFrame({column: [] for column in schema.columns})
        tables[name] = frame.astype({c: str(d.dtype) for c, d in schema.columns.items() if d.dtype})
    frame = tables["territories"]
    tables["territories"] = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([], crs=4326))
    return tables


@dataclass
class World:
    """The two sources as their services give them now, and the data folder."""

    home: Path
    embedded: Path
    files: dict[str, str | Exception] = field(default_factory=dict)
    https: bool = True
    live: bool = True
    read: int = 0

    def declarations(self) -> tuple[Declaration, ...]:
        return tuple(declaration(name, live=self.live) for name in NAMES)

    def fetch(self, name: str) -> Callable[[FetchContext], LiveFiles]:
        def fetch(context: FetchContext) -> LiveFiles:
            content = self.files[name]
            context.say("list.csv", 1, 2)
            if isinstance(content, Exception):
                raise content
            path = context.folder / name / "list.csv"
            path.parent.mkdir(parents=True)
            path.write_text(content, "utf-8")
            self.read += 1
            scheme = "https" if self.https else "http"
            url = f"{scheme}://{name}.example/list.csv"
            got = Retrieved(
                "list.csv", url, file_sha256(path), len(content), None, "2026-01-02T00:00:00+00:00"
            )
            return LiveFiles((got,), "2026-01", "2026-01-01")

        return fetch

    def mirror(self, folder: Path) -> Path:
        """Lay the files out as a mirror does."""
        for name, content in self.files.items():
            (folder / name).mkdir(parents=True, exist_ok=True)
            (folder / name / "list.csv").write_text(str(content), "utf-8")
        return folder


def make_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Put a small world in the place of the real sources, with a package that comes with the program."""
    world = World(tmp_path / "home", tmp_path / "embedded", {name: listing() for name in NAMES})
    for name in NAMES:
        for part, functions in (
            ("transform", {"transform": transform_of(name)}),
            ("live", {"fetch": world.fetch(name)}),
        ):
            module = ModuleType(f"etl.sources.{name}.{part}")
            vars(module).update(functions)
            monkeypatch.setitem(sys.modules, module.__name__, module)
    for module_name in ("registry", "refresh", "status"):
        monkeypatch.setattr(f"etl.{module_name}.declarations", world.declarations)
    monkeypatch.setattr("etl.refresh.build_from", small_build)
    for module_name in ("refresh", "history"):
        monkeypatch.setattr(f"etl.{module_name}.EMBEDDED", world.embedded)
    small_build([], world.embedded, base=_nothing(tmp_path))
    return world


def _nothing(tmp_path: Path) -> Package:
    tables = {**empty_tables(), "profiles": profile_table({})}
    return write_package(tmp_path / "nothing", tables, [], {}, {"built_at": "", "sources": []})
