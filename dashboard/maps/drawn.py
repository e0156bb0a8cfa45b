"""Shapes that no package holds (a table's own territories), kept for the browser while this process runs."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

import geopandas as gpd

from geodata.overlay import write_shapes

MOST_KEPT: Final = 400
"""Files; the oldest go first, and are written again when they are drawn again."""

_NAME: Final = re.compile(r"custom\.[0-9a-f]{12}\.topojson")


@cache
def folder() -> Path:
    """Give the folder of this process, which goes away with it."""
    made = Path(tempfile.mkdtemp(prefix="proximite-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def publish(layer: gpd.GeoDataFrame) -> Path:
    """Make a layer available to the route that serves shapes.

    Parameters
    ----------
    layer
        ``territory_id, name_fr, name_en`` and geometry, EPSG:4326.
    """
    kept = sorted(folder().glob("*.topojson"), key=lambda path: path.stat().st_mtime)
    for old in kept[: max(0, len(kept) - MOST_KEPT)]:
        old.unlink(missing_ok=True)
    return write_shapes(layer, folder())


def file_of(name: str) -> Path | None:
    """Give a published layer by its name, which only such a layer can have; null for any other."""
    path = folder() / name
    return path if _NAME.fullmatch(name) and path.is_file() else None
