"""TopoJSON, the form in which shapes travel to the browser once."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.crs import DISPLAY_CRS, require_crs
from geodata.errors import PackageError
from geodata.text import Text

OBJECT_NAME: Final = "territories"

_Ints = NDArray[np.int64]


def encode(frame: gpd.GeoDataFrame, quantization: int = 200_000) -> bytes:
    """Write a layer as quantised, delta-encoded TopoJSON, in row order.

    Parameters
    ----------
    frame
        Columns ``territory_id``, ``name_fr``, ``name_en`` and ``geometry`` (EPSG:4326): polygons,
        points, or null (written with a null type, so that the order of rows is kept).
    quantization
        Number of positions along the longer side of the layer: 200,000 steps across Québec are 10 m each.

    Returns
    -------
    bytes
        UTF-8 JSON; the same frame always gives the same bytes.

    Notes
    -----
    One arc a ring: sharing arcs between neighbours saves nothing once the file is compressed. A
    part smaller than one step is left out, unless it is all that its territory has. The English name
    is written where it differs from the French one.
    """
    require_crs(frame, DISPLAY_CRS, OBJECT_NAME)
    shapes = np.array(frame.geometry, dtype=object)
    origin, step = _grid(shapes, quantization)
    arcs: list[list[list[int]]] = []
    bodies = _bodies(shapes, origin, step, arcs)
    geometries = [
        {**body, "id": territory_id, "properties": {"fr": fr} if fr == en else {"fr": fr, "en": en}}
        for body, territory_id, fr, en in zip(
            bodies, frame["territory_id"], frame["name_fr"], frame["name_en"], strict=True
        )
    ]
    topology = {
        "type": "Topology",
        "transform": {"scale": step.tolist(), "translate": origin.tolist()},
        "objects": {OBJECT_NAME: {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": arcs,
    }
    return json.dumps(topology, ensure_ascii=False, separators=(",", ":")).encode()


def ids(content: bytes) -> list[str]:
    """Give the territory identifiers of an encoded layer, in the order in which it is drawn.

    Raises
    ------
    PackageError
        If the content is not a layer written by ``encode``.
    """
    try:
        geometries = json.loads(content)["objects"][OBJECT_NAME]["geometries"]
        return [str(geometry["id"]) for geometry in geometries]
    except (ValueError, KeyError, TypeError) as failure:
        raise PackageError(
            Text("Une couche de formes est illisible", "A layer of shapes is unreadable"),
            where=OBJECT_NAME,
            hint=Text("refaites le paquet avec « proximite build »", "run “proximite build” again"),
        ) from failure


def _grid(shapes: NDArray[np.object_], quantization: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the south-west corner and the size of a step in degrees, both ``(x, y)``."""
    if shapely.is_missing(shapes).all():
        return np.zeros(2), np.ones(2)
    west, south, east, north = shapely.total_bounds(shapes)
    span = max(east - west, north - south) or 1.0
    step = round(span / (quantization - 1), 12) or 1e-12
    return np.round([west, south], 6), np.array([step, step])


def _bodies(
    shapes: NDArray[np.object_],
    origin: NDArray[np.float64],
    step: NDArray[np.float64],
    arcs: list[list[list[int]]],
) -> list[dict[str, Any]]:
    """Give type and arcs (or coordinates) of each shape; fills ``arcs``."""
    bodies: list[dict[str, Any]] = [{"type": None} for _ in shapes]
    kinds = shapely.get_type_id(shapes)
    points = np.flatnonzero(kinds == 0)
    if len(points):
        steps = _quantise(shapely.get_coordinates(shapes[points]), origin, step)
        for row, position in zip(points.tolist(), steps.tolist(), strict=True):
            bodies[row] = {"type": "Point", "coordinates": position}
    areal = np.flatnonzero((kinds == 3) | (kinds == 6))
    for row, polygons in zip(areal.tolist(), _polygons(shapes[areal], origin, step, arcs), strict=True):
        single = len(polygons) == 1
        bodies[row] = {
            "type": "Polygon" if single else "MultiPolygon",
            "arcs": polygons[0] if single else polygons,
        }
    return bodies


def _polygons(
    shapes: NDArray[np.object_],
    origin: NDArray[np.float64],
    step: NDArray[np.float64],
    arcs: list[list[list[int]]],
) -> list[list[list[list[int]]]]:
    """Give, by shape, its polygons as lists of rings, each ring a list of one arc index."""
    parts, shape_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    encoded = _delta_rings(_quantise(xy, origin, step), ring_of_point, len(rings))
    first_ring = np.searchsorted(part_of_ring, np.arange(len(parts)))
    largest = _largest_part(parts, shape_of_part)
    result: list[list[list[list[int]]]] = [[] for _ in shapes]
    last_ring = np.append(first_ring[1:], len(rings))
    for part, shape in enumerate(shape_of_part.tolist()):
        ring_ids = range(first_ring[part], last_ring[part])
        outer = encoded[ring_ids[0]]
        if len(outer) < 4:
            if not largest[part]:
                continue
            outer = [outer[0], [1, 0], [0, 1], [-1, -1]]
        polygon = []
        for ring in [outer, *(encoded[i] for i in ring_ids[1:] if len(encoded[i]) >= 4)]:
            polygon.append([len(arcs)])
            arcs.append(ring)
        result[shape].append(polygon)
    return result


def _largest_part(parts: NDArray[np.object_], shape_of_part: _Ints) -> NDArray[np.bool_]:
    order = np.lexsort((np.arange(len(parts)), -shapely.area(parts), shape_of_part))
    first = np.ones(len(parts), dtype=bool)
    first[1:] = np.diff(shape_of_part[order]) > 0
    largest = np.zeros(len(parts), dtype=bool)
    largest[order[first]] = True
    return largest


def _quantise(xy: NDArray[np.float64], origin: NDArray[np.float64], step: NDArray[np.float64]) -> _Ints:
    return np.rint((xy - origin) / step).astype(np.int64)


def _delta_rings(points: _Ints, ring_of_point: _Ints, count: int) -> list[list[list[int]]]:
    """Drop points that repeat the one before, then write each ring as a start and its steps."""
    if not count:
        return []
    starts = np.ones(len(points), dtype=bool)
    starts[1:] = np.diff(ring_of_point) > 0
    moves = np.diff(points, axis=0, prepend=0)
    kept = starts | moves.any(axis=1)
    moves[starts] = points[starts]
    bounds = np.searchsorted(ring_of_point[kept], np.arange(count + 1)).tolist()
    pairs = moves[kept].tolist()
    return [pairs[start:end] for start, end in pairwise(bounds)]
