"""The shapes of census geographies: Statistics Canada's boundary archives, or its map service."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from etl.clients.arcgis import Query, fetch_features
from etl.clients.archives import Archive, Member, open_archive
from etl.fetch import Retrieved
from etl.http import Kind
from etl.live import FetchContext
from geodata.crs import DISPLAY_CRS
from geodata.errors import CrsError, FetchError, JoinError, SourceFileError
from geodata.text import Text

STATCAN_LAMBERT: Final = 3347
"""NAD83 / Statistics Canada Lambert, in metres: what the archives are in."""

_ARCHIVES: Final = (
    "https://www12.statcan.gc.ca/census-recensement/2021/geo/sip-pis/boundary-limites/files-fichiers/"
)
_SERVICE: Final = "https://geo.statcan.gc.ca/geo_wa/rest/services/2021/Cartographic_boundary_files/MapServer/"
_MOST_ARCHIVE_BYTES: Final = 800_000_000
_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NEEDED: Final = (".shp", ".shx", ".dbf", ".prj")
_TAKE_AGAIN: Final = Text(
    "reprenez l'archive des limites chez Statistique Canada",
    "take the boundary archive from Statistics Canada again",
)


@dataclass(frozen=True, slots=True)
class Geography:
    """One census geography of 2021 and where its cartographic boundaries are.

    The cartographic files (``b``) stop at the shores: they are made to be drawn.

    Attributes
    ----------
    id
        As the names of the archives write it: ``da_``, ``csd``.
    layer
        Number of the layer in the map service.
    key
        Field of the identifier, such as ``DAUID``.
    fields
        Other fields wanted.
    """

    id: str
    layer: int
    key: str
    fields: tuple[str, ...]

    @property
    def archive_url(self) -> str:
        """Address of the archive of all of Canada."""
        return f"{_ARCHIVES}l{self.id}000b21a_e.zip"

    @property
    def layer_url(self) -> str:
        """Address of the layer of the map service."""
        return f"{_SERVICE}{self.layer}"


DIVISIONS: Final = Geography("cd_", 4, "CDUID", ("CDNAME", "CDTYPE", "LANDAREA", "PRUID"))
MUNICIPALITIES: Final = Geography("csd", 9, "CSDUID", ("CSDNAME", "CSDTYPE", "LANDAREA", "PRUID"))
TRACTS: Final = Geography("ct_", 11, "CTUID", ("CTNAME", "DGUID", "LANDAREA", "PRUID"))
AREAS: Final = Geography("da_", 12, "DAUID", ("LANDAREA", "PRUID"))

_SERVED_INSTEAD: Final = Text(
    "Limites prises au service cartographique de Statistique Canada, l'archive ne répondant pas",
    "Boundaries taken from Statistics Canada's map service, as the archive did not answer",
)


def fetch_boundaries(
    context: FetchContext, geography: Geography, where: str, *, tolerance: float = 0.0
) -> tuple[gpd.GeoDataFrame, Retrieved, tuple[Text, ...]]:
    """Fetch boundaries from their archive, or from the map service where the archive fails.

    Parameters
    ----------
    context
        The fetch under way.
    geography, where
        What to fetch, and the SQL condition that both sources understand: ``PRUID = '24'``.
    tolerance
        Degrees within which the map service may simplify; the archive is given whole.

    Returns
    -------
    geopandas.GeoDataFrame
        Key, fields and polygons in EPSG:4326, in the order of the key.
    Retrieved
        What was downloaded.
    tuple of Text
        That the map service was used, if it was.

    Raises
    ------
    FetchError, SourceFileError
        If neither gives the boundaries; the sentence is that of the map service.
    """
    try:
        path, retrieved = context.file(
            geography.archive_url,
            name=f"{geography.key.lower()}_boundaries",
            expect=Kind.ZIP,
            most_bytes=_MOST_ARCHIVE_BYTES,
        )
        return read_boundaries(path, geography, where, context.folder), retrieved, ()
    except (FetchError, SourceFileError):
        shapes, retrieved = fetch_from_service(context, geography, where, tolerance=tolerance)
        return shapes, retrieved, (_SERVED_INSTEAD,)


def fetch_from_service(
    context: FetchContext, geography: Geography, where: str, *, tolerance: float = 0.0
) -> tuple[gpd.GeoDataFrame, Retrieved]:
    """Fetch boundaries from the map service, page by page; see :func:`fetch_boundaries`."""
    query = Query(
        layer_url=geography.layer_url,
        where=where,
        key=geography.key,
        fields=geography.fields,
        tolerance=tolerance,
    )
    return fetch_features(context.http, query, name=f"{geography.key.lower()}_boundaries", say=context.say)


def read_boundaries(path: Path, geography: Geography, where: str, work: Path) -> gpd.GeoDataFrame:
    """Read the shapefile of a boundary archive.

    Parameters
    ----------
    path
        The archive.
    geography, where
        As in :func:`fetch_boundaries`.
    work
        Folder on a disk with room: the shapefile is unpacked there for the time of the reading.

    Returns
    -------
    geopandas.GeoDataFrame
        Key, fields and valid polygons in EPSG:4326, in the order of the key.

    Raises
    ------
    SourceFileError
        If the archive holds no whole shapefile, or its fields are others.
    CrsError
        If it is not in EPSG:3347, as its own ``.prj`` says.
    JoinError
        If an identifier is there twice.
    """
    with open_archive(path) as archive, tempfile.TemporaryDirectory(dir=work, prefix=".limites-") as folder:
        extracted = archive.extract(_shapefile(archive), Path(folder))
        shapes = _read(next(p for p in extracted if p.suffix.lower() == ".shp"), geography, where)
    _require_lambert(shapes, path)
    twice = shapes[geography.key].duplicated()
    if twice.any():
        raise JoinError(
            Text("Une limite est donnée deux fois", "A boundary is given twice"),
            where=f"{path.name}, {geography.key} {shapes.loc[twice, geography.key].iloc[0]}",
            hint=_TAKE_AGAIN,
        )
    if shapes.empty:
        raise _refused(path, f"Aucune limite pour {where}", f"No boundary for {where}")
    drawn = shapes.set_geometry(shapes.geometry.make_valid(method="structure", keep_collapsed=False))
    ordered: gpd.GeoDataFrame = drawn.to_crs(DISPLAY_CRS).sort_values(geography.key, ignore_index=True)
    return ordered


def require_same_codes(found: pd.Series, expected: pd.Series, where: str) -> None:
    """Refuse boundaries that do not name the geographies of the attribute file, one for one.

    Raises
    ------
    JoinError
        With the first codes that one has and the other has not.
    """
    lost = sorted(set(expected) - set(found))
    new = sorted(set(found) - set(expected))
    if lost or new:
        named = ", ".join((lost + new)[:5])
        raise JoinError(
            Text(
                f"{len(lost)} codes n'ont pas de limite, {len(new)} limites ont un code inconnu ({named})",
                f"{len(lost)} codes have no boundary, {len(new)} boundaries have an unknown code ({named})",
            ),
            where=where,
            hint=Text("prenez les deux fichiers du même millésime", "take both files of the same vintage"),
        )


def _shapefile(archive: Archive) -> tuple[Member, ...]:
    stem = archive.one(".shp").file_name[: -len(".shp")].casefold()
    parts = tuple(
        m for m in archive.members if m.suffix in _PARTS and m.file_name.casefold() == stem + m.suffix
    )
    absent = [suffix for suffix in _NEEDED if suffix not in {m.suffix for m in parts}]
    if absent:
        raise _refused(
            archive.path,
            f"Le fichier de formes n'a pas sa partie {absent[0]}",
            f"The shapefile lacks its {absent[0]} part",
        )
    return parts


def _read(shapefile: Path, geography: Geography, where: str) -> gpd.GeoDataFrame:
    wanted = [geography.key, *geography.fields]
    try:
        shapes = gpd.read_file(shapefile, columns=wanted, where=where, engine="pyogrio")
    except (ValueError, RuntimeError, OSError) as failure:
        raise _refused(
            shapefile, "Le fichier de formes est illisible", "The shapefile is unreadable"
        ) from failure
    absent = [field for field in wanted if field not in shapes.columns]
    if absent:
        raise _refused(shapefile, f"Le champ « {absent[0]} » manque", f"Field “{absent[0]}” is missing")
    if shapes.geometry.isna().any() or shapes.geometry.is_empty.any():
        raise _refused(shapefile, "Une limite est vide", "A boundary is empty")
    return shapes[[*wanted, "geometry"]]


def _require_lambert(shapes: gpd.GeoDataFrame, path: Path) -> None:
    """Hold the parameters of the projection: the ``.prj`` of the archives bears no EPSG code."""
    expected, found = _projection(CRS.from_epsg(STATCAN_LAMBERT)), _projection(shapes.crs)
    for name, value in expected.items():
        if not np.isclose(found.get(name, np.nan), value, atol=1e-6):
            here = found.get(name, "?")
            raise CrsError(
                Text(
                    f"Les limites ne sont pas en EPSG:{STATCAN_LAMBERT} ({name} = {here})",
                    f"The boundaries are not in EPSG:{STATCAN_LAMBERT} ({name} = {here})",
                ),
                where=path.name,
                hint=_TAKE_AGAIN,
            )


def _projection(crs: CRS | None) -> dict[str, float]:
    operation = crs.coordinate_operation if crs is not None else None
    return {p.name: float(p.value) for p in operation.params} if operation is not None else {}


def _refused(path: Path, fr: str, en: str) -> SourceFileError:
    return SourceFileError(Text(fr, en), where=path.name, hint=_TAKE_AGAIN)
