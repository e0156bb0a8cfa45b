"""Open what a person brings in a zip, without letting it fill the disk or leave its folder."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from geodata.custom.definition import TerritoryError
from geodata.text import Text

MOST_INFLATED_BYTES: Final = 200_000_000
MOST_MEMBERS: Final = 200
_CHUNK: Final = 1 << 20
_READ: Final = (".shp", ".gpkg", ".geojson", ".json", ".kml")
_WITH_SHAPES: Final = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})


@contextmanager
def opened(path: Path, where: str) -> Iterator[Path]:
    """Give the file to read: the one brought, or the one inside of a zip, for the time of the block.

    Raises
    ------
    TerritoryError
        If the zip is damaged, holds no or several files of shapes, or inflates beyond 200 MB.
    """
    with path.open("rb") as stream:
        zipped = stream.read(4) == b"PK\x03\x04"
    if not zipped:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="proximite-") as folder:
        try:
            yield _extracted(path, Path(folder), where)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as failure:
            raise _refused(
                Text("Cette archive est abîmée ou chiffrée", "This archive is damaged or encrypted"), where
            ) from failure


def _extracted(path: Path, folder: Path, where: str) -> Path:
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if _is_wanted(member)]
        main = [member for member in members if Path(member.filename).suffix.lower() in _READ]
        if len(main) != 1 or len(members) > MOST_MEMBERS:
            raise _refused(
                Text(
                    f"Cette archive a {len(main)} fichiers de formes, il en faut un seul",
                    f"This archive has {len(main)} files of shapes, exactly one is needed",
                ),
                where,
            )
        stem = Path(main[0].filename).stem
        ending = Path(main[0].filename).suffix.lower()
        left = MOST_INFLATED_BYTES
        for member in members:
            inside = Path(member.filename)
            if inside.stem == stem and (inside.suffix.lower() == ending or ending == ".shp"):
                left -= _copy(archive, member, folder / f"brought{inside.suffix.lower()}", left, where)
    return folder / f"brought{ending}"


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    name = Path(member.filename)
    hidden = name.name.startswith(".") or "__MACOSX" in name.parts
    # The ending first: is_dir() fails on an empty name, which has none.
    return name.suffix.lower() in {*_READ, *_WITH_SHAPES} and not hidden and not member.is_dir()


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, to: Path, left: int, where: str) -> int:
    """Inflate one member, counting what really comes out: what it says of its size may be a lie."""
    written = 0
    with archive.open(member) as source, to.open("wb") as target:
        while piece := source.read(_CHUNK):
            written += len(piece)
            if written > left:
                most = MOST_INFLATED_BYTES // 1_000_000
                raise _refused(
                    Text(
                        f"Cette archive gonfle au-delà de {most} Mo",
                        f"This archive inflates beyond {most} MB",
                    ),
                    where,
                )
            target.write(piece)
    return written


def _refused(what: Text, where: str) -> TerritoryError:
    return TerritoryError(
        what,
        where=where,
        hint=Text(
            "mettez dans le zip les seuls fichiers d'une couche (.shp, .shx, .dbf, .prj)",
            "put in the zip the files of one layer only (.shp, .shx, .dbf, .prj)",
        ),
    )
