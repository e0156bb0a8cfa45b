"""A data package with custom territories laid over it: every table has their rows, nothing is rewritten."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from geodata.custom.definition import CustomTerritory
from geodata.custom.part import Part, indicators_with_figures, part_of
from geodata.folders import unwritable
from geodata.model import Indicator, Level
from geodata.package import Package
from geodata.text import Text
from geodata.topology import encode

_CENSUS: Final = 2021
_KEPT_OF_ID: Final = 8
"""The first characters of an identifier name the published data; links hold no more."""


@dataclass(frozen=True)
class OverlaidPackage(Package):
    """A package whose level ``custom`` holds the territories of a table.

    Attributes
    ----------
    base
        The package as it was built.
    parts
        The territories, in their order.
    drawn
        Folder that receives the shapes of the level, under a name that holds their hash.
    """

    base: Package = field(kw_only=True)
    parts: tuple[Part, ...] = field(kw_only=True)
    drawn: Path = field(kw_only=True)

    @property
    def id(self) -> str:
        """Begins as that of the base, so that a link made without these territories still fits."""
        said = "".join(part.definition.fingerprint for part in self.parts)
        return self.base.id[:_KEPT_OF_ID] + hashlib.sha256(said.encode()).hexdigest()[:_KEPT_OF_ID]

    @cached_property
    def territories(self) -> gpd.GeoDataFrame:
        """Those of the base, then the custom ones."""
        rows = self._by_level[Level.CUSTOM.value]
        return gpd.GeoDataFrame(pd.concat([self.base.territories, rows]), crs=self.base.territories.crs)

    @cached_property
    def observations(self) -> pd.DataFrame:
        """Those of the base, then the custom ones."""
        return pd.concat([self.base.observations, self._own_observations], ignore_index=True)

    @cached_property
    def membership(self) -> pd.DataFrame:
        """That of the base, then the areas of the custom territories."""
        own = [
            part.membership.rows.assign(territory_id=part.definition.id, census_year=_CENSUS)
            for part in self.parts
        ]
        columns = list(self.base.membership.columns)
        added = pd.concat(own)[columns].astype({"census_year": "int16"})
        return pd.concat([self.base.membership, added], ignore_index=True)

    @cached_property
    def access(self) -> pd.DataFrame:
        """That of the base, then the custom counts."""
        return pd.concat([self.base.access, *(part.access for part in self.parts)], ignore_index=True)

    @cached_property
    def location_territories(self) -> pd.DataFrame:
        """That of the base, then the places of each custom territory; these may overlap."""
        own = [part.location_territories for part in self.parts]
        return pd.concat([self.base.location_territories, *own], ignore_index=True)

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """The catalogue; an indicator is of the level ``custom`` where one of these territories has it."""
        given = frozenset[str]().union(*(indicators_with_figures(part) for part in self.parts))
        return {
            name: replace(indicator, levels=(*indicator.levels, Level.CUSTOM)) if name in given else indicator
            for name, indicator in self.base.indicators.items()
        }

    def part(self, territory_id: str) -> Part | None:
        """Give a custom territory, or null where there is none of that identifier."""
        return next((part for part in self.parts if part.definition.id == territory_id), None)

    def geometry_file(self, level: Level) -> Path | None:
        """Give the TopoJSON of a level; that of the custom one is written when first asked for."""
        if level is not Level.CUSTOM:
            return self.base.geometry_file(level)
        return write_shapes(self._by_level[Level.CUSTOM.value], self.drawn)

    @cached_property
    def _by_level(self) -> dict[str, gpd.GeoDataFrame]:
        rows = pd.concat([part.row for part in self.parts])[list(self.base.territories.columns)]
        own = gpd.GeoDataFrame(rows, crs=self.base.territories.crs)
        return {**self.base._by_level, Level.CUSTOM.value: own.rename_axis("territory_id")}

    @cached_property
    def _own_observations(self) -> pd.DataFrame:
        columns = list(self.base.observations.columns)
        return pd.concat([part.observations for part in self.parts], ignore_index=True)[columns]

    @cached_property
    def _by_indicator(self) -> dict[tuple[str, str], pd.DataFrame]:
        groups = self._own_observations.groupby(["indicator_id", "period"], sort=False)
        own = {(str(i), str(p)): frame.set_index("territory_id") for (i, p), frame in groups}
        base = self.base._by_indicator
        return {**base, **{key: pd.concat([base[key], frame]) for key, frame in own.items() if key in base}}


def with_territories(package: Package, customs: Sequence[CustomTerritory], drawn: Path) -> Package:
    """Lay custom territories over a package; the package itself where there is none.

    Parameters
    ----------
    package
        As it was built.
    customs
        Definitions, each with an identifier of its own.
    drawn
        Folder that receives the shapes of the level.

    Raises
    ------
    TerritoryError
        If one of them cannot be computed on this package.
    """
    return with_parts(package, [part_of(package, custom) for custom in customs], drawn)


def with_parts(package: Package, parts: Sequence[Part], drawn: Path) -> Package:
    """Lay territories that are computed already over their package."""
    if not parts:
        return package
    return OverlaidPackage(
        package.path, package.manifest, package.recalls, base=package, parts=tuple(parts), drawn=drawn
    )


def published(package: Package) -> Package:
    """Give the package as it was built, without the custom territories laid over it."""
    return package.base if isinstance(package, OverlaidPackage) else package


def write_shapes(layer: gpd.GeoDataFrame, folder: Path) -> Path:
    """Write a layer as the browser gets it, under a name that holds its hash; once for the same content.

    Parameters
    ----------
    layer
        ``territory_id, name_fr, name_en`` and geometry, EPSG:4326.
    folder
        Where; made if it is not there.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    content = encode(layer)
    name = f"{Level.CUSTOM.value}.{hashlib.sha256(content).hexdigest()[:12]}.topojson"
    path = folder / name
    if path.is_file():
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = folder / f".{name}.partial"
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as failure:
        hint = Text(
            "prévenez la personne qui tient cette installation", "tell the person who runs this installation"
        )
        raise unwritable(path, failure, hint) from failure
    return path
