"""The data package: a read-only folder of GeoParquet and JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from geodata.ages import no_ages
from geodata.errors import PackageError, PackageSchemaError, SelectionError
from geodata.model import Indicator, Level, Source
from geodata.text import Text

SCHEMA_VERSION: Final = 2
MANIFEST: Final = "manifest.json"
CATALOGUE: Final = "indicators.json"
GEOMETRY_FOLDER: Final = "geometry"
PROFILES: Final = "profiles.parquet"
"""What the files of each source held, in a few numbers; kept to compare the next ones with."""

_REQUIRED_KEYS: Final = frozenset({"sources", "files", "geometry", "content_sha256", "built_at"})

EMBEDDED: Final = Path(__file__).parent / "embedded"
"""The package that comes with the program."""


@dataclass(frozen=True, slots=True)
class Recall:
    """A source that was withdrawn: its figures are neither ranked nor classed.

    Parameters
    ----------
    source_id
        The source.
    reason
        Why, in words for everyone.
    since
        ISO date.
    """

    source_id: str
    reason: Text
    since: str


@dataclass(frozen=True)
class Package:
    """A data package opened for reading; tables load when first asked for.

    Attributes
    ----------
    path
        The folder.
    manifest
        Schema version, build time, sources, checks and file hashes.
    recalls
        Sources withdrawn since it was built, by source; it is read with them and not built again.
    """

    path: Path
    manifest: dict[str, Any]
    recalls: Mapping[str, Recall] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Hash of the content and of what was recalled; two packages that read the same have the same id."""
        content = str(self.manifest["content_sha256"])
        if self.recalls:
            said = "".join(f"{source}\n{self.recalls[source]}\n" for source in sorted(self.recalls))
            content = hashlib.sha256(f"{content}\n{said}".encode()).hexdigest()
        return content[:16]

    def recall_of(self, indicator_id: str) -> Text | None:
        """Give the reason for which an indicator's source was withdrawn, or null."""
        indicator = self.indicators.get(indicator_id)
        recall = self.recalls.get(indicator.source_id) if indicator else None
        return recall.reason if recall else None

    @cached_property
    def territories(self) -> gpd.GeoDataFrame:
        """One row a territory, indexed by ``territory_id``; EPSG:4326, generalised for display."""
        frame = gpd.read_parquet(self._file("territories.parquet"))
        return frame.set_index("territory_id", drop=False)

    @cached_property
    def observations(self) -> pd.DataFrame:
        """One row a territory, indicator and period."""
        return self._table("observations")

    @cached_property
    def membership(self) -> pd.DataFrame:
        """Share of each dissemination area inside each territory, 0 to 1."""
        return self._table("membership")

    @cached_property
    def organizations(self) -> pd.DataFrame:
        """Establishments and community organisations."""
        return self._table("organizations")

    @cached_property
    def services(self) -> pd.DataFrame:
        """What is offered, where and by whom."""
        return self._table("services")

    @cached_property
    def locations(self) -> pd.DataFrame:
        """Places with address and coordinates, in degrees."""
        return self._table("locations")

    @cached_property
    def location_territories(self) -> pd.DataFrame:
        """The one territory of each level that each place is in."""
        return self._table("location_territories")

    @cached_property
    def access(self) -> pd.DataFrame:
        """Counts and rates of places by territory and category."""
        return self._table("access")

    @cached_property
    def postal_codes(self) -> pd.DataFrame:
        """Postal codes with coordinates and their dissemination area, indexed by code."""
        return self._table("postal_codes").set_index("code")

    @cached_property
    def ages(self) -> pd.DataFrame:
        """People by health territory, period, sex and age group; empty in a package older than this table."""
        return self._table("ages") if "ages.parquet" in self.manifest["files"] else no_ages()

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """The catalogue, in its declared order."""
        raw = json.loads(self._file(CATALOGUE).read_text("utf-8"))
        return {entry["id"]: Indicator.from_dict(entry) for entry in raw}

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every source that a figure of this package comes from."""
        return {raw["id"]: Source.from_dict(raw) for raw in self.manifest["sources"]}

    @cached_property
    def _by_level(self) -> dict[str, gpd.GeoDataFrame]:
        return dict(list(self.territories.groupby("level", sort=False)))

    @cached_property
    def _by_indicator(self) -> dict[tuple[str, str], pd.DataFrame]:
        groups = self.observations.groupby(["indicator_id", "period"], sort=False, observed=True)
        return {(str(i), str(p)): frame.set_index("territory_id") for (i, p), frame in groups}

    def level(self, level: Level) -> gpd.GeoDataFrame:
        """Give the territories of one level, in identifier order."""
        if level.value not in self._by_level:
            raise _unknown(level.value, sorted(self._by_level))
        return self._by_level[level.value]

    def values(self, level: Level, indicator_id: str, period: str | None = None) -> pd.DataFrame:
        """Give one indicator at one level, aligned to ``level(level)``.

        Parameters
        ----------
        level
            The layer.
        indicator_id
            A key of ``indicators``.
        period
            One of its periods; the first where none is given.

        Returns
        -------
        pandas.DataFrame
            Columns of ``observations``, indexed by ``territory_id``; a territory without a row has a
            null value and a null status.

        Raises
        ------
        SelectionError
            If the package does not hold that indicator or period.
        """
        indicator = self.indicators.get(indicator_id)
        if indicator is None:
            raise _unknown(indicator_id, list(self.indicators))
        chosen = period or indicator.periods[0]
        if (indicator_id, chosen) not in self._by_indicator:
            raise _unknown(f"{indicator_id} {chosen}", list(indicator.periods))
        return self._by_indicator[indicator_id, chosen].reindex(self.level(level).index)

    def value_of(self, territory_id: str, indicator_id: str, period: str | None = None) -> pd.Series | None:
        """Give one observation, or null where the package has no row for it."""
        indicator = self.indicators.get(indicator_id)
        if indicator is None:
            raise _unknown(indicator_id, list(self.indicators))
        frame = self._by_indicator.get((indicator_id, period or indicator.periods[0]))
        if frame is None or territory_id not in frame.index:
            return None
        row: pd.Series = frame.loc[[territory_id]].iloc[0]
        return row

    def geometry_file(self, level: Level) -> Path | None:
        """Give the TopoJSON of a level, or null where none of its territories has a shape."""
        name = self.manifest["geometry"].get(level.value)
        return self._file(f"{GEOMETRY_FOLDER}/{name}") if name else None

    def _table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self._file(f"{name}.parquet"))

    def _file(self, name: str) -> Path:
        path = self.path / name
        if not path.is_file():
            raise PackageError(
                Text("Un fichier du paquet de données manque", "A file of the data package is missing"),
                where=str(path),
                hint=Text("refaites le paquet avec « proximite build »", "run “proximite build” again"),
            )
        return path


def open_package(path: Path, recalls: Mapping[str, Recall] | None = None) -> Package:
    """Open a data package for reading.

    Parameters
    ----------
    path
        The folder.
    recalls
        Sources withdrawn since it was built, by source.

    Raises
    ------
    PackageError
        If the folder holds no readable manifest.
    PackageSchemaError
        If it was written with another version of the schema.
    """
    hint = Text("refaites le paquet avec « proximite build »", "run “proximite build” again")
    try:
        manifest = json.loads((path / MANIFEST).read_text("utf-8"))
        version = manifest["schema_version"]
        if version == SCHEMA_VERSION and not manifest.keys() >= _REQUIRED_KEYS:
            raise KeyError(", ".join(sorted(_REQUIRED_KEYS - manifest.keys())))
    except (OSError, ValueError, KeyError, TypeError) as failure:
        raise PackageError(
            Text(
                "Ce dossier n'est pas un paquet de données lisible", "This folder is no readable data package"
            ),
            where=str(path / MANIFEST),
            hint=hint,
        ) from failure
    if version != SCHEMA_VERSION:
        raise PackageSchemaError(
            Text(
                f"Le paquet est de la version {version} du schéma, la version {SCHEMA_VERSION} est attendue",
                f"The package has schema version {version}, version {SCHEMA_VERSION} is expected",
            ),
            where=str(path / MANIFEST),
            hint=hint,
        )
    return Package(path, manifest, recalls or {})


def unreadable(path: Path) -> PackageError:
    """Say that a file of a package is damaged."""
    return PackageError(
        Text("Un fichier du paquet de données est illisible", "A file of the data package cannot be read"),
        where=str(path),
        hint=Text("refaites le paquet avec « proximite build »", "run “proximite build” again"),
    )


def file_sha256(path: Path) -> str:
    """Give the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def content_sha256(files: Mapping[str, str]) -> str:
    """Give one hash for all the files of a package, whatever their order."""
    lines = "".join(f"{name} {files[name]}\n" for name in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()


def _unknown(name: str, known: list[str]) -> SelectionError:
    listed = ", ".join(known[:12])
    return SelectionError(
        Text(f"« {name} » n'existe pas dans ce paquet", f"“{name}” is not in this package"),
        where="",
        hint=Text(f"choisissez parmi {listed}", f"choose among {listed}"),
    )
