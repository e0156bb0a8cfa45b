"""Fixed files of the map (Leaflet and ours), and the addresses under which we serve them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

ASSETS_PREFIX: Final = "/assets"
GEOMETRY_PREFIX: Final = "/geometry"
PLACES_PREFIX: Final = "/places"

SCRIPTS: Final = (
    "leaflet/leaflet.js",
    "topojson.js",
    "shapes.js",
    "labels.js",
    "places.js",
    "draw.js",
    "point.js",
    "map.js",
)
"""In the order in which the frame loads them."""

STYLES: Final = ("leaflet/leaflet.css", "map.css")
SERVED_SUFFIXES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}

_FOLDERS: Final = {"leaflet": Path(str(resources.files("js_lib_leaflet"))) / "static" / "js_lib_leaflet"}
_OWN: Final = Path(__file__).resolve().parents[1] / "static"


@cache
def served() -> dict[str, Path]:
    """Give every file that may be served, by its path under ``/assets/<version>/``.

    A request can only name a key of this table: no path of a request ever reaches the disk.
    """
    files = {path.relative_to(_OWN).as_posix(): path for path in sorted(_OWN.rglob("*"))}
    for name, folder in _FOLDERS.items():
        files |= {f"{name}/{path.relative_to(folder).as_posix()}": path for path in sorted(folder.rglob("*"))}
    return {
        name: path for name, path in files.items() if path.suffix in SERVED_SUFFIXES and "-src" not in name
    }


@cache
def version() -> str:
    """Hash the content of what is served: an address never shows two contents."""
    digest = hashlib.sha256()
    for name, path in served().items():
        digest.update(f"{name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def address(name: str, base: str = "") -> str:
    """Give the address of one file; ``base`` is the path under which the dashboard is mounted."""
    return f"{mounted(base)}{ASSETS_PREFIX}/{version()}/{name}"


def geometry_address(name: str, base: str = "") -> str:
    """Give the address of a layer of shapes, whose name already holds its hash."""
    return f"{mounted(base)}{GEOMETRY_PREFIX}/{name}"


def places_address(name: str, base: str = "") -> str:
    """Give the address of a set of places, named by its hash."""
    return f"{mounted(base)}{PLACES_PREFIX}/{name}"


def mounted(base: str) -> str:
    """Give the path under which the dashboard is mounted: empty, or with a slash before and none after."""
    stripped = base.strip("/")
    return f"/{stripped}" if stripped else ""
