"""Write a data package: beside its destination first, then in place in one move."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from geodata.errors import OutputError, PackageError
from geodata.folders import put_in_place, refuse_foreign, unwritable
from geodata.model import Indicator
from geodata.package import (
    CATALOGUE,
    GEOMETRY_FOLDER,
    MANIFEST,
    SCHEMA_VERSION,
    Package,
    content_sha256,
    file_sha256,
    open_package,
)
from geodata.text import Text

_ENCODINGS: Final = {
    "postal_codes": {
        "code": "DELTA_BYTE_ARRAY",
        "longitude": "BYTE_STREAM_SPLIT",
        "latitude": "BYTE_STREAM_SPLIT",
        "da_id": "DELTA_BYTE_ARRAY",
    },
    "ages": {"people": "BYTE_STREAM_SPLIT"},
    "services": {"id": "DELTA_BYTE_ARRAY", "location_id": "DELTA_BYTE_ARRAY"},
    "locations": {
        "id": "DELTA_BYTE_ARRAY",
        "longitude": "BYTE_STREAM_SPLIT",
        "latitude": "BYTE_STREAM_SPLIT",
    },
    "territories": {"longitude": "BYTE_STREAM_SPLIT", "latitude": "BYTE_STREAM_SPLIT"},
}
"""Columns whose values rarely repeat but whose neighbours are alike: a dictionary would only add bytes."""

_FOREIGN: Final = Text(
    "La destination contient autre chose qu'un paquet", "The destination holds something else than a package"
)


def write_package(
    destination: Path,
    tables: Mapping[str, pd.DataFrame],
    indicators: list[Indicator],
    geometry: Mapping[str, bytes],
    manifest: Mapping[str, Any],
    accept: Callable[[Package], None] | None = None,
    unchanged: Iterable[Path] = (),
) -> Package:
    """Write a package beside its destination, then put it in place in one move.

    Parameters
    ----------
    destination
        The folder to create or to replace; whatever is there stays until the last step.
    tables
        Validated tables by file stem; ``territories`` is a GeoDataFrame in EPSG:4326.
    indicators
        The catalogue.
    geometry
        TopoJSON bytes by level.
    manifest
        Everything but the schema version, the geometry index and the hashes, which are added here.
    accept
        Called with the finished package before it is put in place; raising keeps the old one.
    unchanged
        Files of another package to copy instead of writing the table of the same name.

    Raises
    ------
    OutputError
        If the destination is not a package or cannot be written.
    """
    refuse_foreign(destination, MANIFEST, _FOREIGN)
    staging = _staging(destination)
    try:
        _make_folders(staging)
        names = _write_geometry(staging, geometry)
        copied = {path.name: path for path in unchanged}
        for name, frame in tables.items():
            path = staging / f"{name}.parquet"
            if path.name in copied:
                shutil.copyfile(copied[path.name], path)
            else:
                _write_table(path, frame)
        _write_json(staging / CATALOGUE, [indicator.as_dict() for indicator in indicators])
        _write_manifest(staging, {**manifest, "geometry": names})
        package = open_package(staging)
        if accept is not None:
            accept(package)
        if not _says_the_same(package, destination):
            put_in_place(staging, destination)
    except OSError as failure:
        if isinstance(failure, OutputError | PackageError):
            raise
        raise _unwritable(destination, failure) from failure
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return open_package(destination)


def require_writable(destination: Path) -> None:
    """Try the destination before any long work.

    Raises
    ------
    OutputError
        If it holds something else than a package, or its parent cannot be written.
    """
    refuse_foreign(destination, MANIFEST, _FOREIGN)
    trial = _staging(destination)
    try:
        _make_folders(trial)
    except OSError as failure:
        raise _unwritable(destination, failure) from failure
    finally:
        shutil.rmtree(trial, ignore_errors=True)


def _staging(destination: Path) -> Path:
    return destination.parent / f".{destination.name}.{secrets.token_hex(4)}.partial"


def _make_folders(staging: Path) -> None:
    (staging / GEOMETRY_FOLDER).mkdir(parents=True)


def _write_geometry(staging: Path, geometry: Mapping[str, bytes]) -> dict[str, str]:
    names = {}
    for level, content in sorted(geometry.items()):
        name = f"{level}.{sha256(content).hexdigest()[:12]}.topojson"
        (staging / GEOMETRY_FOLDER / name).write_bytes(content)
        names[level] = name
    return names


def _write_table(path: Path, frame: pd.DataFrame) -> None:
    options: dict[str, Any] = {"index": False, "compression": "zstd", "compression_level": 19}
    encodings = _ENCODINGS.get(path.stem)
    if encodings:
        repeated = [name for name in frame.columns if name not in encodings]
        options |= {"use_dictionary": repeated or False, "column_encoding": encodings}
    frame.to_parquet(path, **options)


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


def _write_manifest(staging: Path, manifest: Mapping[str, Any]) -> None:
    files = {
        path.relative_to(staging).as_posix(): file_sha256(path)
        for path in sorted(staging.rglob("*"))
        if path.is_file()
    }
    _write_json(
        staging / MANIFEST,
        {
            **manifest,
            "schema_version": SCHEMA_VERSION,
            "files": files,
            "content_sha256": content_sha256(files),
            "written_with": {
                "geopandas": gpd.__version__,
                "pandas": pd.__version__,
                "pyarrow": pa.__version__,
            },
        },
    )


def _says_the_same(package: Package, destination: Path) -> bool:
    """Whether the destination differs by its build time only: then it stays, byte for byte."""
    try:
        present = open_package(destination).manifest
    except PackageError:
        return False
    return {**present, "built_at": ""} == {**package.manifest, "built_at": ""} and all(
        (destination / name).is_file() and file_sha256(destination / name) == expected
        for name, expected in present["files"].items()
    )


def _unwritable(destination: Path, failure: OSError) -> OutputError:
    hint = Text(
        "choisissez un dossier où vous pouvez écrire ; le paquet précédent est intact",
        "choose a folder that you may write to; the previous package is untouched",
    )
    return unwritable(destination, failure, hint)
