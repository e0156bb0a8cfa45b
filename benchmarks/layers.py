"""The two layers that are measured: generated cells, and the municipalities of a package."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Polygon

from geodata.model import Level
from geodata.package import Package
from geodata.topology import encode

COLUMNS, ROWS = 137, 100
POINTS_A_SIDE = 5
WEST, SOUTH = -79.0, 45.0
WIDTH, HEIGHT = 0.14, 0.10
QUANTIZATION = 100_000
CELLS = COLUMNS * ROWS
GENERATED = "generated"
MUNICIPALITY = Level.MUNICIPALITY.value
LAYERS = (GENERATED, MUNICIPALITY)


def generated_cells(seed: int = 7) -> gpd.GeoDataFrame:
    """Make 13,700 cells that meet edge to edge, 20 points each: the number and weight of dissemination areas.

    They are drawn by chance and stand for no place.
    """
    chance = np.random.default_rng(seed)
    shape = (COLUMNS + 1, ROWS + 1)
    corner = np.stack(np.meshgrid(np.arange(shape[0]), np.arange(shape[1]), indexing="ij"), axis=-1).astype(
        float
    )
    corner += chance.uniform(-0.25, 0.25, corner.shape)
    along = np.arange(POINTS_A_SIDE) / POINTS_A_SIDE
    bump = chance.uniform(-0.06, 0.06, (2, *shape, POINTS_A_SIDE))
    bump[..., 0] = 0.0

    def side(axis: int, i: int, j: int) -> np.ndarray:
        start, end = corner[i, j], corner[i + (axis == 0), j + (axis == 1)]
        points = start + (end - start) * along[:, None]
        points[:, 1 - axis] += bump[axis, i, j]
        return np.vstack([points, end])

    cells = []
    for i in range(COLUMNS):
        for j in range(ROWS):
            around = [side(0, i, j), side(1, i + 1, j), side(0, i, j + 1)[::-1], side(1, i, j)[::-1]]
            ring = np.vstack([part[:-1] for part in around])
            cells.append(Polygon(ring * [WIDTH, HEIGHT] + [WEST, SOUTH]))
    names = [f"{i}" for i in range(CELLS)]
    return gpd.GeoDataFrame(
        {"territory_id": [f"da:{name}" for name in names], "name_fr": names, "name_en": names},
        geometry=cells,
        crs=4326,
    )


def layer(name: str, package: Package) -> gpd.GeoDataFrame:
    """Give the shapes of one of ``LAYERS``, in drawing order, indexed by identifier."""
    frame = (
        generated_cells() if name == GENERATED else package.level(Level.MUNICIPALITY).reset_index(drop=True)
    )
    return frame[["territory_id", "name_fr", "name_en", "geometry"]]


def values(index: pd.Index, turn: int) -> pd.Series:
    """Draw values by chance, other ones at each turn, on the index that a package would keep."""
    return pd.Series(np.random.default_rng(turn).gamma(3.0, 5.0, len(index)), index=index)


def write(folder: Path, package: Package) -> dict[str, str]:
    """Write both layers as the browser gets them; give their file names."""
    (folder / "geometry").mkdir(parents=True, exist_ok=True)
    names = {}
    for name in LAYERS:
        frame = layer(name, package)
        frame.to_parquet(folder / f"{name}.parquet")
        names[name] = f"{name}.topojson"
        quantization = {"quantization": QUANTIZATION} if name == GENERATED else {}
        (folder / "geometry" / names[name]).write_bytes(encode(frame, **quantization))
    return names


@cache
def shapes(folder: Path, name: str) -> gpd.GeoDataFrame:
    """Give a written layer; kept here, since a Streamlit script forgets everything between two runs."""
    return gpd.read_parquet(folder / f"{name}.parquet").set_index("territory_id", drop=False)


@cache
def as_geojson(folder: Path, name: str) -> dict[str, Any]:
    """Give a written layer as folium wants it."""
    bare = shapes(folder, name).reset_index(drop=True)[["territory_id", "geometry"]]
    content: dict[str, Any] = json.loads(bare.to_json())
    return content
