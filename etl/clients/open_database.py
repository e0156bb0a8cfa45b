"""Statistics Canada's open databases of facilities: health care (ODHF, two versions) and culture (ODCAF)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from etl.clients.archives import open_archive
from etl.clients.portal_files import write
from etl.clients.text_tables import read_rows
from etl.http import Kind
from etl.live import FetchContext, LiveFiles
from etl.registry import declaration_of
from geodata.crs import DISPLAY_CRS
from geodata.errors import CrsError, SourceFileError
from geodata.text import Text

ODHF_V1_URL: Final = "https://www150.statcan.gc.ca/n1/en/pub/13-26-0001/2020001/ODHF_v1.1.zip"
ODHF_V2_URL: Final = "https://www150.statcan.gc.ca/n1/pub/13-26-0001/2020001/zip/odhf_v2_geojson.zip"
ODCAF_URL: Final = "https://www150.statcan.gc.ca/n1/en/pub/21-26-0001/2020001/ODCAF_V1.0.zip"

ODHF_V1_COLUMNS: Final = (
    "index", "facility_name", "source_facility_type", "odhf_facility_type", "provider", "unit", "street_no",
    "street_name", "postal_code", "city", "province", "source_format_str_address", "CSDname", "CSDuid",
    "Pruid", "latitude", "longitude",
)  # fmt: skip
ODCAF_COLUMNS: Final = (
    "Index", "Facility_Name", "Source_Facility_Type", "ODCAF_Facility_Type", "Provider", "Unit", "Street_No",
    "Street_Name", "Postal_Code", "City", "Prov_Terr", "Source_Format_Address", "CSD_Name", "CSDUID", "PRUID",
    "Latitude", "Longitude",
)  # fmt: skip
ODHF_V2_COLUMNS: Final = (
    "id", "name", "type", "source_type", "provider", "address", "city", "postal_code", "prov_terr", "csdname",
    "csduid", "longitude", "latitude",
)  # fmt: skip
"""Ours; those that the publisher does not write stay empty, but for the name, the type and the point."""

_V2_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "unique_id", "index"),
    "name": ("name", "facility_name"),
    "type": ("type", "facility_type", "odhf_facility_type"),
    "source_type": ("source_type", "source_facility_type", "sub_type"),
    "provider": ("provider", "data_provider"),
    "address": ("address", "full_addr", "full_address", "source_format_str_address"),
    "city": ("city", "municipality"),
    "postal_code": ("postal_code", "postalcode"),
    "prov_terr": ("prov_terr", "province", "prov", "province_code"),
    "csdname": ("csdname", "csd_name"),
    "csduid": ("csduid",),
}
_V2_REQUIRED: Final = ("name", "type", "prov_terr")
_QUEBEC: Final = frozenset({"qc", "quebec", "québec", "24"})
_MOST_BYTES: Final = 300_000_000
_MOST_FEATURES: Final = 500_000
_EPSG: Final = re.compile(r"EPSG:+(?:[\d.]*:)?(\d+)", re.IGNORECASE)
_ALLOWED_CRS: Final = (3347, DISPLAY_CRS)
_TAKE_AGAIN: Final = Text(
    "reprenez le fichier chez Statistique Canada ; les dernières bonnes données restent en place",
    "take the file from Statistics Canada again; the last good data stay in place",
)

PLACE_COLUMNS: Final = (
    "id", "name", "kind", "address", "city", "postal_code", "longitude", "latitude",
)  # fmt: skip
"""What both versions say of a facility."""


def read_odhf_v1(path: Path) -> pd.DataFrame:
    """Read the Québec rows of ODHF 1.1 (August 2020) from its archive.

    Returns
    -------
    pandas.DataFrame
        ``ODHF_V1_COLUMNS``, all text but ``latitude`` and ``longitude`` (EPSG:4326); null where the publisher
        writes ``..``.

    Raises
    ------
    SourceFileError
        If the archive or its table is not what Statistics Canada documents.
    """
    return _read_table(path, "odhf", ODHF_V1_COLUMNS, "province", ("latitude", "longitude"))


def read_odcaf(path: Path) -> pd.DataFrame:
    """Read the Québec rows of ODCAF 1.0 (October 2020) from its archive.

    Returns
    -------
    pandas.DataFrame
        ``ODCAF_COLUMNS``, all text but ``Latitude`` and ``Longitude`` (EPSG:4326); null where the publisher
        writes ``..``.

    Raises
    ------
    SourceFileError
        If the archive or its table is not what Statistics Canada documents.
    """
    return _read_table(path, "odcaf", ODCAF_COLUMNS, "Prov_Terr", ("Latitude", "Longitude"))


def _read_table(
    path: Path, stem: str, columns: tuple[str, ...], province: str, numbers: tuple[str, ...]
) -> pd.DataFrame:
    with open_archive(path, most_bytes=_MOST_BYTES) as archive:
        member = archive.one(".csv", lambda m: m.file_name.casefold().startswith(stem))
        with archive.open(member) as stream:
            table = read_rows(
                stream,
                {name: name for name in columns},
                where=f"{path.name}, {member.file_name}",
                keep=lambda rows: rows[province].str.strip().str.casefold().isin(_QUEBEC),
                numbers=numbers,
            )
    return pd.DataFrame(
        {name: table[name] if name in numbers else table[name].replace("..", None) for name in columns}
    )


def read_odhf_v2(path: Path) -> pd.DataFrame:
    """Read the Québec facilities of ODHF 2 from its GeoJSON archive.

    The publisher writes coordinates in metres (EPSG:3347), against the usage of GeoJSON; a file in degrees
    is read too.

    Returns
    -------
    pandas.DataFrame
        ``ODHF_V2_COLUMNS``: text, but for the point in EPSG:4326, null where a facility has none.

    Raises
    ------
    SourceFileError, CrsError
        If it is not a collection of points, lacks a name, a type or a province, or is in another system.
    """
    with open_archive(path, most_bytes=_MOST_BYTES) as archive:
        member = (
            archive.one(".geojson")
            if any(m.suffix == ".geojson" for m in archive.members)
            else (archive.one(".json"))
        )
        content = archive.read(member, _MOST_BYTES)
    try:
        collection = json.loads(content)
        features = collection["features"]
        rows = [feature["properties"] for feature in features]
        points = [_point(feature.get("geometry")) for feature in features]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as failure:
        raise _refused(path, "Le GeoJSON est illisible", "The GeoJSON is unreadable") from failure
    if not features or len(features) > _MOST_FEATURES or not all(isinstance(row, dict) for row in rows):
        raise _refused(path, "Le GeoJSON n'a pas de lieux", "The GeoJSON has no places")
    table = _v2_table(rows, path)
    longitude, latitude = _degrees(points, _declared_crs(collection, path), path)
    table["longitude"], table["latitude"] = longitude, latitude
    in_quebec = table["prov_terr"].fillna("").str.casefold().isin(_QUEBEC)
    kept = table.loc[in_quebec, list(ODHF_V2_COLUMNS)].reset_index(drop=True)
    if kept.empty:
        raise _refused(path, "Aucun établissement du Québec", "No facility of Québec")
    return kept


def _v2_table(rows: list[dict[str, Any]], path: Path) -> pd.DataFrame:
    names = {str(name).casefold(): name for name in rows[0]}
    columns: dict[str, list[str | None]] = {}
    for ours, published in _V2_NAMES.items():
        found = next((names[name] for name in published if name in names), None)
        if found is None and ours in _V2_REQUIRED:
            raise _refused(path, f"Le champ « {ours} » manque", f"Field “{ours}” is missing")
        columns[ours] = [_word(row.get(found)) if found else None for row in rows]
    if not any(columns["id"]):
        columns["id"] = [str(position) for position in range(len(rows))]
    return pd.DataFrame(columns, dtype=object)


def _word(value: object) -> str | None:
    word = "" if value is None else str(value).strip()
    return None if word in ("", "..") else word


def _point(geometry: object) -> tuple[float, float]:
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return math.nan, math.nan
    x, y = (float(number) for number in geometry["coordinates"][:2])
    return (x, y) if math.isfinite(x) and math.isfinite(y) else (math.nan, math.nan)


def _declared_crs(collection: dict[str, Any], path: Path) -> int:
    declared = collection.get("crs")
    name = str((declared.get("properties") or {}).get("name", "")) if isinstance(declared, dict) else ""
    found = _EPSG.search(name)
    epsg = int(found[1]) if found else DISPLAY_CRS
    if epsg not in _ALLOWED_CRS:
        raise CrsError(
            Text(
                f"Le système de coordonnées est EPSG:{epsg}, EPSG:3347 ou EPSG:4326 est attendu",
                f"The coordinate system is EPSG:{epsg}, EPSG:3347 or EPSG:4326 is expected",
            ),
            where=path.name,
            hint=_TAKE_AGAIN,
        )
    return epsg


def _degrees(points: list[tuple[float, float]], epsg: int, path: Path) -> tuple[list[float], list[float]]:
    drawn = gpd.GeoSeries(gpd.points_from_xy(*zip(*points, strict=True)), crs=epsg)
    if epsg == DISPLAY_CRS and (drawn.x.abs().gt(180) | drawn.y.abs().gt(90)).any():
        raise CrsError(
            Text(
                "Les coordonnées ne sont pas des degrés et le fichier ne dit pas leur système",
                "The coordinates are not degrees and the file does not say their system",
            ),
            where=path.name,
            hint=_TAKE_AGAIN,
        )
    located = drawn.to_crs(DISPLAY_CRS)
    return located.x.round(6).tolist(), located.y.round(6).tolist()


def odhf_places(facilities: pd.DataFrame) -> pd.DataFrame:
    """Give the facilities of either version in one shape, to be compared with other lists of places.

    They are not counted among the places of a package: the ministry's own list has the same buildings, and
    is current.

    Parameters
    ----------
    facilities
        From :func:`read_odhf_v1` or :func:`read_odhf_v2`.

    Returns
    -------
    pandas.DataFrame
        ``PLACE_COLUMNS``; ``id`` is ``odhf1:…`` or ``odhf2:…``, ``kind`` the publisher's type; words are
        empty and coordinates null where the publisher writes nothing.
    """
    if "odhf_facility_type" in facilities.columns:
        names = ("index", "facility_name", "odhf_facility_type", "source_format_str_address", "city")
        prefix = "odhf1:"
    else:
        names = ("id", "name", "type", "address", "city")
        prefix = "odhf2:"
    source = dict(zip(("id", "name", "kind", "address", "city"), names, strict=True))
    places = pd.DataFrame({ours: facilities[theirs] for ours, theirs in source.items()})
    places["id"] = prefix + places["id"].astype(str)
    places["postal_code"] = facilities["postal_code"].astype("string").str.upper().astype(object)
    words = ["name", "kind", "address", "city", "postal_code"]
    places[words] = places[words].astype(object).where(places[words].notna(), "")
    places["longitude"] = facilities["longitude"].astype(float)
    places["latitude"] = facilities["latitude"].astype(float)
    return places[list(PLACE_COLUMNS)].reset_index(drop=True)


def _refused(path: Path, fr: str, en: str) -> SourceFileError:
    return SourceFileError(Text(fr, en), where=path.name, hint=_TAKE_AGAIN)


def fetch_odhf(
    context: FetchContext, source_id: str, url: str, read: Callable[[Path], pd.DataFrame]
) -> LiveFiles:
    """Fetch one version of the ODHF and write the one file that its source declares.

    Raises
    ------
    FetchError
        If the archive cannot be received.
    SourceFileError
        If it is not as documented.
    """
    (declared,) = declaration_of(source_id).files
    path, retrieved = context.file(url, name=url.rsplit("/", 1)[-1], expect=Kind.ZIP)
    write(read(path), context.folder / declared.path)
    return LiveFiles((retrieved,))
