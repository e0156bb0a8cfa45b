"""Find the sources and read what each declares about itself."""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from etl.tables import Raw, Tables
from geodata.errors import DeclarationError
from geodata.model import LICENCES, Indicator, ServiceCategory, Source
from geodata.text import Text

SOURCES_FOLDER: Final = Path(__file__).parent / "sources"

ColumnKind = Literal["code", "text", "number", "count", "flag", "any"]


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileDeclaration(_Declared):
    """One file of a source: where it lies in a mirror and what its columns hold."""

    name: str
    path: str
    sha256: str
    columns: dict[str, ColumnKind]
    patterns: dict[str, str] = {}
    key: list[str] = []
    required: list[str] = []
    crs: int | None = None
    geometry: Literal["polygon", "point"] = "polygon"


class CheckDeclaration(_Declared):
    """A published total that the package must meet, tied to one vintage of one file."""

    file: str
    kind: Literal[
        "value", "level_sum", "level_count", "place_count", "place_count_only", "withheld_sum", "row_count"
    ]
    expected: float
    tolerance: float = 0.0
    level: str | None = None
    territory: str | None = None
    indicator: str | None = None
    period: str | None = None
    category: ServiceCategory | None = None
    note: str = ""


@dataclass(frozen=True)
class Declaration:
    """Everything that ``source.toml`` says."""

    source: Source
    files: tuple[FileDeclaration, ...]
    indicators: tuple[Indicator, ...]
    checks: tuple[CheckDeclaration, ...]
    area: tuple[str, ...]

    @property
    def id(self) -> str:
        """Name of the source and of its folder."""
        return self.source.id

    def transform(self) -> Callable[[Raw], Tables]:
        """Load the pure function that turns the files into tables."""
        module = importlib.import_module(f"etl.sources.{self.id}.transform")
        function: Callable[[Raw], Tables] = module.transform
        return function


@cache
def declarations() -> tuple[Declaration, ...]:
    """Read every ``source.toml``, in alphabetical order.

    Raises
    ------
    DeclarationError
        If one is incomplete, or two declare the same indicator.
    """
    found = tuple(_read(path) for path in sorted(SOURCES_FOLDER.glob("*/source.toml")))
    seen: dict[str, str] = {}
    for declaration in found:
        for indicator in declaration.indicators:
            if indicator.id in seen:
                raise _wrong(declaration.id, f"{indicator.id} ({seen[indicator.id]})")
            seen[indicator.id] = declaration.id
    return found


def _read(path: Path) -> Declaration:
    folder = path.parent.name
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        if raw["id"] != folder:
            raise ValueError(f"id = {raw['id']}")
        files = tuple(FileDeclaration(**entry) for entry in raw["files"])
        return Declaration(
            source=_source(raw, files),
            files=files,
            indicators=tuple(_indicator(entry, raw) for entry in raw.get("indicators", ())),
            checks=tuple(CheckDeclaration(**entry) for entry in raw.get("checks", ())),
            area=tuple(raw.get("area", ())),
        )
    except (KeyError, ValueError, TypeError, ValidationError) as failure:
        raise _wrong(folder, f"{type(failure).__name__}: {failure}") from failure


def _source(raw: dict[str, Any], files: tuple[FileDeclaration, ...]) -> Source:
    if raw["licence"] not in LICENCES:
        raise ValueError(f"licence = {raw['licence']}")
    return Source(
        id=raw["id"],
        title=Text.from_mapping(raw["title"]),
        producer=Text.from_mapping(raw["producer"]),
        licence=raw["licence"],
        vintage=raw["vintage"],
        reference_date=raw["reference_date"],
        url=raw["url"],
        attribution=Text.from_mapping(raw["attribution"]),
        caveat=Text.from_mapping(raw["caveat"]),
        condition=raw["condition"],
        verified_live=raw.get("verified_live"),
        files=tuple({"name": f.name, "path": f.path, "sha256": f.sha256} for f in files),
    )


def _indicator(entry: dict[str, Any], raw: dict[str, Any]) -> Indicator:
    defaults = {"source_id": raw["id"], "vintage": raw["vintage"], "caveat": raw["caveat"]}
    return Indicator.from_dict({**defaults, **entry})


def _wrong(folder: str, what: str) -> DeclarationError:
    return DeclarationError(
        Text(f"Déclaration de source invalide, {what}", f"Invalid source declaration, {what}"),
        where=f"etl/sources/{folder}/source.toml",
        hint=Text("complétez le fichier TOML", "complete the TOML file"),
    )
