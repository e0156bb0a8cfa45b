"""From degrees to the pixels of a still map: the frame, what lies in it, and the outlines as SVG paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Self

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.crs import DISPLAY_CRS, METRIC_CRS

GRAIN_PX: Final = 0.5
"""Corners fall on a grid of half pixels: what is finer cannot be seen, and neighbours keep one border."""

SPECK_PX: Final = 1.0
"""An island smaller than this in both directions is left out, unless it is all that its territory has."""

MARGIN_PX: Final = 3.0
"""Shapes are cut so far outside of the frame, where the mat hides the cut."""

FAR_APART_KM: Final = 650.0
NORTHERN_SHARE: Final = 0.10
"""Over the whole of Québec, the northernmost tenth may stay outside: it would make the rest too small."""

_POLYGON: Final = 3
_Shapes = NDArray[np.object_]
_Floats = NDArray[np.float64]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """A window on EPSG:6623 and where it is drawn.

    Attributes
    ----------
    west, north
        Upper left corner, metres.
    metres_per_px
        Ground metres a pixel.
    x, y, width, height
        The panel, pixels of the picture.
    """

    west: float
    north: float
    metres_per_px: float
    x: float
    y: float
    width: float
    height: float

    @classmethod
    def around(cls, bounds: Bounds, panel: Bounds, pad: float = 0.04, *, spare_above: bool = False) -> Self:
        """Fit metric bounds (west, south, east, north) into a panel (x, y, width, height).

        Room to spare is shared between above and under, or all left above.
        """
        west, south, east, north = bounds
        x, y, width, height = panel
        # A lone point has no size: show a kilometre around it.
        across = max((east - west) * (1 + 2 * pad), 1000.0)
        up = max((north - south) * (1 + 2 * pad), 1000.0)
        metres_per_px = max(across / width, up / height)
        low = south - up * pad if spare_above else (south + north) / 2 - metres_per_px * height / 2
        return cls(
            west=(west + east) / 2 - metres_per_px * width / 2,
            north=low + metres_per_px * height,
            metres_per_px=metres_per_px,
            x=x,
            y=y,
            width=width,
            height=height,
        )

    @property
    def bounds(self) -> Bounds:
        """What the frame shows, and a little more: west, south, east, north in metres."""
        more = MARGIN_PX * self.metres_per_px
        south = self.north - self.height * self.metres_per_px
        east = self.west + self.width * self.metres_per_px
        return self.west - more, south - more, east + more, self.north + more

    def pixels(self, xy: _Floats) -> _Floats:
        """Give the pixels of metric positions, ``(n, 2)``."""
        away = (xy - [self.west, self.north]) / self.metres_per_px
        return np.column_stack([self.x + away[:, 0], self.y - away[:, 1]])

    def holds(self, x: float, y: float) -> bool:
        """Say whether a pixel lies in the panel."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


def metric(frame: gpd.GeoDataFrame) -> _Shapes:
    """Give the shapes of a layer in EPSG:6623."""
    return np.asarray(frame.geometry.to_crs(METRIC_CRS), dtype=object)


def candidates(layer: gpd.GeoDataFrame, frame: Frame) -> gpd.GeoDataFrame:
    """Give the rows of a layer in degrees that may show in a frame, before anything is projected."""
    corners = gpd.GeoSeries([shapely.box(*frame.bounds).segmentize(20_000.0)], crs=METRIC_CRS)
    rows = layer.sindex.query(shapely.box(*corners.to_crs(DISPLAY_CRS).total_bounds))
    return layer.iloc[np.sort(rows)]


def opening(shapes: _Shapes) -> Bounds:
    """Give the bounds of a whole level; over Québec, without its northernmost tenth."""
    present = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    every = shapely.total_bounds(present)
    if every[3] - every[1] >= FAR_APART_KM * 1000 and len(present) > 1:
        norths = shapely.bounds(shapely.centroid(present))[:, 1]
        limit = np.quantile(norths, 1 - NORTHERN_SHARE)
        # The middles of the others, as on the page's map: a shape that reaches far north is cut by the frame.
        every = shapely.total_bounds(shapely.centroid(present[norths <= limit]))
    west, south, east, north = every.tolist()
    return west, south, east, north


def cut(shapes: _Shapes, frame: Frame) -> _Shapes:
    """Cut polygons at the frame; what lies outside becomes empty."""
    inside = shapely.box(*frame.bounds)
    shapely.prepare(inside)
    across = ~shapely.covered_by(shapes, inside) & ~shapely.is_missing(shapes)
    result = shapes.copy()
    result[across] = shapely.clip_by_rect(shapes[across], *frame.bounds)
    return result


def paths(shapes: _Shapes, frame: Frame) -> list[str]:
    """Give the SVG path of each polygon shape, empty where nothing of it shows.

    Parameters
    ----------
    shapes
        EPSG:6623, cut at the frame; points and null shapes give an empty path.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    areal = shapely.get_type_id(parts) == _POLYGON
    rings, part_of_ring = shapely.get_rings(parts[areal], return_index=True)
    ring_owner = owner[areal][part_of_ring]
    xy, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    grid = np.rint(frame.pixels(xy) / GRAIN_PX).astype(np.int64)
    drawn = _ring_paths(grid, ring_of_point, len(rings))
    result = [""] * len(shapes)
    for at, path in zip(ring_owner.tolist(), drawn, strict=True):
        result[at] += path
    return [path or _speck(shape, frame) for path, shape in zip(result, shapes, strict=True)]


def _speck(shape: shapely.Geometry | None, frame: Frame) -> str:
    """Draw a territory too small to have a form as one pixel, since none is lost."""
    if not shapely.area(shape) > 0:
        return ""
    x, y = frame.pixels(shapely.get_coordinates(shapely.centroid(shape)))[0]
    return f"M{_half(round(x / GRAIN_PX) - 1)} {_half(round(y / GRAIN_PX) - 1)}h1v1h-1z"


def _ring_paths(grid: NDArray[np.int64], ring_of_point: NDArray[np.int64], count: int) -> list[str]:
    """Write each ring; one that has become a speck gives an empty text."""
    if not count:
        return []
    moves = np.diff(grid, axis=0, prepend=0)
    first = np.ones(len(grid), dtype=bool)
    first[1:] = np.diff(ring_of_point) > 0
    kept = first | moves.any(axis=1)
    kept &= ~_along(grid, kept, ring_of_point)
    points, ring = grid[kept], ring_of_point[kept]
    steps = np.diff(points, axis=0, prepend=0)
    bounds = np.searchsorted(ring, np.arange(count + 1))
    low = np.minimum.reduceat(points, bounds[:-1], axis=0)
    high = np.maximum.reduceat(points, bounds[:-1], axis=0)
    large = ((high - low) * GRAIN_PX >= SPECK_PX).any(axis=1) & (np.diff(bounds) > 3)
    starts, moved = points[bounds[:-1]].tolist(), steps.tolist()
    return [
        _ring(starts[i], moved[bounds[i] + 1 : bounds[i + 1] - 1]) if large[i] else "" for i in range(count)
    ]


def _along(
    grid: NDArray[np.int64], kept: NDArray[np.bool_], ring_of_point: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Say which points lie on the straight line between their neighbours."""
    at = np.flatnonzero(kept)
    result = np.zeros(len(grid), dtype=bool)
    if len(at) < 3:
        return result
    before, here, after = at[:-2], at[1:-1], at[2:]
    a, b = grid[here] - grid[before], grid[after] - grid[here]
    straight = (a[:, 0] * b[:, 1] == a[:, 1] * b[:, 0]) & ((a * b).sum(axis=1) > 0)
    same = (ring_of_point[before] == ring_of_point[here]) & (ring_of_point[after] == ring_of_point[here])
    result[here[straight & same]] = True
    return result


def _ring(start: Sequence[int], moves: list[list[int]]) -> str:
    x, y = start
    return f"M{_half(x)} {_half(y)}l{_joined(moves)}z"


def _joined(moves: list[list[int]]) -> str:
    """Write steps with no more separators than SVG asks for."""
    written: list[str] = []
    for move in moves:
        for step in move:
            number = _half(step)
            written.append(number if number[0] == "-" or not written else f" {number}")
    return "".join(written)


@cache
def _half(steps: int) -> str:
    """Write a number of half pixels: ``3`` is ``1.5``, ``-1`` is ``-.5``."""
    return f"{steps * GRAIN_PX:g}".replace("0.", ".", 1) if abs(steps) == 1 else f"{steps * GRAIN_PX:g}"
