"""Find the sources and read what each declares about itself."""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from etl.tables import Raw, Tables
from geodata.errors import DeclarationError, SelectionError
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


class NoteDeclaration(_Declared):
    """A remark in both languages."""

    fr: str
    en: str

    @property
    def text(self) -> Text:
        """The remark as a text of the domain."""
        return Text(self.fr, self.en)


class LiveDeclaration(_Declared):
    """The service that a source can be fetched from.

    Attributes
    ----------
    note
        What a person should know before asking for it.
    title, attribution, caveat, condition, area
        What is true of the publisher's own file where it is not of the copy that the source declares.
    """

    service: Literal["ckan", "sdmx", "zip", "arcgis", "overpass", "bulk"]
    url: str
    note: NoteDeclaration | None = None
    title: NoteDeclaration | None = None
    attribution: NoteDeclaration | None = None
    caveat: NoteDeclaration | None = None
    condition: str | None = None
    area: list[str] | None = None


class DriftDeclaration(_Declared):
    """How far new files may lie from the last accepted ones, in percent unless said otherwise.

    Attributes
    ----------
    rows_attention_pct, rows_refusal_pct
        Change of the number of rows, up or down.
    total_attention_pct, total_refusal_pct
        Change of the total of a numeric column, over the sum of its former absolute values.
    missing_attention_points, missing_refusal_points
        Rise or fall of the share of empty cells of a column, in percentage points.
    ids_attention_pct, ids_refusal_pct
        Share of former identifiers that are gone, and of new ones.
    moved_metres, moved_attention_pct, moved_refusal_pct
        Distance from which a site has moved, and the share of sites that moved.
    renamed_attention_pct, renamed_refusal_pct
        Share of sites that bear another name.
    shift_attention, shift_refusal
        Population stability index of a numeric column over the former tenths.
    """

    rows_attention_pct: float = 2.0
    rows_refusal_pct: float = 10.0
    total_attention_pct: float = 2.0
    total_refusal_pct: float = 10.0
    missing_attention_points: float = 1.0
    missing_refusal_points: float = 10.0
    ids_attention_pct: float = 2.0
    ids_refusal_pct: float = 10.0
    moved_metres: float = 100.0
    moved_attention_pct: float = 1.0
    moved_refusal_pct: float = 5.0
    renamed_attention_pct: float = 2.0
    renamed_refusal_pct: float = 20.0
    shift_attention: float = 0.10
    shift_refusal: float = 0.25


@dataclass(frozen=True)
class Declaration:
    """Everything that ``source.toml`` says.

    ``area`` lists the territories in which the layer of its places is counted whole; ``listed``, where its
    own kinds are, if that is wider: schools everywhere, their layer only where childcare is known too.
    """

    source: Source
    files: tuple[FileDeclaration, ...]
    indicators: tuple[Indicator, ...]
    checks: tuple[CheckDeclaration, ...]
    area: tuple[str, ...]
    listed: tuple[str, ...] = ()
    optional: bool = False
    live: LiveDeclaration | None = None
    drift: DriftDeclaration = field(default_factory=DriftDeclaration)

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


def declaration_of(source_id: str) -> Declaration:
    """Give the declaration of one source.

    Raises
    ------
    SelectionError
        If there is no such source; the known names are listed.
    """
    by_id = {declaration.id: declaration for declaration in declarations()}
    if source_id not in by_id:
        near = get_close_matches(source_id, by_id, n=1)
        hint = f" « {near[0]} » ?" if near else ""
        hint_en = f" “{near[0]}”?" if near else ""
        known = ", ".join(by_id)
        raise SelectionError(
            Text(f"Aucune source ne porte ce nom{hint}", f"No source has this name{hint_en}"),
            where=source_id,
            hint=Text(f"choisissez parmi {known}", f"choose among {known}"),
        )
    return by_id[source_id]


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
            listed=tuple(raw.get("listed", ())),
            optional=_flag(raw.get("optional", False)),
            live=LiveDeclaration(**raw["live"]) if "live" in raw else None,
            drift=DriftDeclaration(**raw.get("drift", {})),
        )
    except (KeyError, ValueError, TypeError, ValidationError) as failure:
        raise _wrong(folder, f"{type(failure).__name__}: {failure}") from failure


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"optional = {value}")
    return value


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
