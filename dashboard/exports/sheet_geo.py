"""A sheet on a map, for geographic software: GeoPackage, GeoParquet and GeoJSON, in EPSG:4326."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
from shapely import orient_polygons
from shapely.geometry import mapping

from dashboard.exports.sheet import Sheet
from geodata.crs import DISPLAY_CRS

MEMBER: Final = "proximite"
"""Where a file keeps the title, the headings, the notes and the sources, as one JSON object."""

LAYER: Final = "donnees"
NOTES_LAYER: Final = "notes_et_sources"
DEGREES_DECIMALS: Final = 6
"""A tenth of a metre: finer than any shape of the package."""


def geo_frame(sheet: Sheet) -> gpd.GeoDataFrame:
    """Give a sheet as a table of shapes, its columns under their keys.

    Numbers without decimals are whole, with missing ones; shapes that are missing stay so.

    Raises
    ------
    ValueError
        If the sheet is not on a map.
    """
    if sheet.geometry is None:
        raise ValueError(f"no geometry: {sheet.title}")
    columns = {
        c.key: _column(sheet.values(c), whole=not c.decimals, text=c.kind == "text") for c in sheet.columns
    }
    shapes = gpd.GeoSeries(sheet.geometry.array, crs=DISPLAY_CRS)
    return gpd.GeoDataFrame(columns, geometry=shapes)


def facts(sheet: Sheet) -> dict[str, Any]:
    """Give what goes with the figures in every file."""
    return {
        "title": sheet.title,
        "columns": {column.key: column.title for column in sheet.columns},
        "notes": list(sheet.notes),
        "sources": list(sheet.sources),
    }


def geojson_of_sheet(sheet: Sheet) -> bytes:
    """Write RFC 7946: degrees, outer rings counter-clockwise, a missing figure as ``null``."""
    frame = geo_frame(sheet)
    shapes = frame.geometry.map(_as_geojson)
    keys = [column.key for column in sheet.columns]
    rows = zip(*(sheet.values(column) for column in sheet.columns), strict=True)
    collection = {
        "type": "FeatureCollection",
        MEMBER: facts(sheet),
        "features": [
            {"type": "Feature", "properties": dict(zip(keys, row, strict=True)), "geometry": shape}
            for row, shape in zip(rows, shapes, strict=True)
        ],
    }
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def geoparquet_of_sheet(sheet: Sheet) -> bytes:
    """Write GeoParquet; notes and sources are in the file's own metadata."""
    made = io.BytesIO()
    geo_frame(sheet).to_parquet(made)
    made.seek(0)
    table = pq.read_table(made)
    known = {**(table.schema.metadata or {}), MEMBER.encode(): json.dumps(facts(sheet)).encode()}
    stream = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(known), stream, compression="zstd")
    return stream.getvalue()


def geopackage_of_sheet(sheet: Sheet) -> bytes:
    """Write a GeoPackage: a layer of figures, a table of notes and sources, and the same as metadata."""
    lines = [("titre", sheet.title)]
    lines += [(f"colonne {column.key}", column.title) for column in sheet.columns]
    lines += [("note", line) for line in sheet.notes] + [("source", line) for line in sheet.sources]
    said = pd.DataFrame(lines, columns=["quoi", "texte"])
    with tempfile.TemporaryDirectory(prefix="proximite-") as folder:
        path = Path(folder) / "donnees.gpkg"
        frame = geo_frame(sheet)
        frame.to_file(
            path,
            driver="GPKG",
            layer=LAYER,
            engine="pyogrio",
            promote_to_multi=_has_areas(frame),
            layer_options={"IDENTIFIER": sheet.title, "DESCRIPTION": " ".join(sheet.notes)},
            dataset_metadata={MEMBER: json.dumps(facts(sheet), ensure_ascii=False)},
        )
        gpd.GeoDataFrame(said, geometry=None).to_file(
            path, driver="GPKG", layer=NOTES_LAYER, engine="pyogrio"
        )
        return path.read_bytes()


def _column(values: list[object], *, whole: bool, text: bool) -> pd.Series:
    if text:
        return pd.Series(values, dtype="object")
    return pd.Series(values, dtype="Int64" if whole else "float64")


def _as_geojson(shape: Any) -> dict[str, Any] | None:
    if shape is None or shape.is_empty:
        return None
    turned = orient_polygons(shape)
    drawn = mapping(turned)
    return {"type": drawn["type"], "coordinates": _short(drawn["coordinates"])}


def _short(coordinates: Any) -> Any:
    if isinstance(coordinates, float):
        return round(coordinates, DEGREES_DECIMALS)
    return [_short(part) for part in coordinates]


def _has_areas(frame: gpd.GeoDataFrame) -> bool:
    return bool(frame.geometry.geom_type.isin(["Polygon", "MultiPolygon"]).all())
