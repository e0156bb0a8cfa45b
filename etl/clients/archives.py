"""Read a ZIP archive that a service sent, without trusting anything that it says of itself."""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Final

from geodata.errors import SourceFileError
from geodata.text import Text

MOST_MEMBERS: Final = 2_000
MOST_BYTES: Final = 4_000_000_000
"""Most bytes that an archive may hold once inflated; the largest that we read holds about 2 GB."""
MOST_RATIO: Final = 200
"""Most times that a member may grow; a table of figures grows 5 to 30 times, a bomb 1,000 times."""
_SMALL_BYTES: Final = 10_000_000
"""Below this size a large ratio harms nobody: a column of blanks compresses well."""
_CHUNK_BYTES: Final = 1 << 20
_ENCRYPTED: Final = 0x1
_DRIVE: Final = re.compile(r"^[A-Za-z]:")
_NO_DATE: Final = (1980, 1, 1)
"""What a member bears when its maker wrote no date."""
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError,
    struct.error, OverflowError, MemoryError,
)  # fmt: skip

_TAKE_AGAIN: Final = Text(
    "reprenez l'archive chez son éditeur ; les dernières bonnes données restent en place",
    "take the archive from its publisher again; the last good data stay in place",
)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive.

    Attributes
    ----------
    name
        Path inside the archive, with ``/``.
    bytes
        Size once inflated, as the archive declares it; reading more or less is an error.
    modified
        Date that the archive gives the file, in the time of its maker; null where there is none.
    """

    name: str
    bytes: int
    modified: datetime | None

    @property
    def file_name(self) -> str:
        """Last part of the path."""
        return PurePosixPath(self.name).name

    @property
    def suffix(self) -> str:
        """Extension in lower case, with its dot."""
        return PurePosixPath(self.name).suffix.lower()


class Archive:
    """A checked archive; made by :func:`open_archive`."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, members: tuple[Member, ...]) -> None:
        self.path, self.members, self._archive = path, members, archive

    def one(self, suffix: str, wanted: Callable[[Member], bool] = lambda _member: True) -> Member:
        """Give the one member of that extension (with its dot, in lower case) that ``wanted`` keeps.

        Raises
        ------
        SourceFileError
            If there is none, or more than one.
        """
        found = [member for member in self.members if member.suffix == suffix and wanted(member)]
        if len(found) == 1:
            return found[0]
        names = ", ".join(member.file_name for member in (found or self.members)[:8])
        raise _refused(
            self.path,
            f"L'archive a {len(found)} fichiers {suffix} qui conviennent au lieu d'un ({names})",
            f"The archive has {len(found)} fitting {suffix} files in place of one ({names})",
        )

    @contextmanager
    def open(self, member: Member) -> Iterator[IO[bytes]]:
        """Open a member for reading, as a stream that inflates as it is read and checks itself at its end.

        Raises
        ------
        SourceFileError
            At any moment of the reading: cut, corrupt, or not of its declared size.
        """
        try:
            raw = self._archive.open(member.name)
        except _BROKEN as failure:
            raise _corrupt(self.path, member) from failure
        with io.BufferedReader(_Checked(raw, self.path, member), _CHUNK_BYTES) as stream:
            yield stream

    def read(self, member: Member, most_bytes: int) -> bytes:
        """Read a small member whole.

        Raises
        ------
        SourceFileError
            If it is larger than ``most_bytes``, or broken.
        """
        if member.bytes > most_bytes:
            raise _too_large(self.path, member, most_bytes)
        with self.open(member) as stream:
            return stream.read()

    def extract(self, members: tuple[Member, ...], folder: Path) -> tuple[Path, ...]:
        """Write members side by side into a folder, under their last name only.

        Parameters
        ----------
        folder
            An empty folder of the caller's; nothing is written outside it.

        Raises
        ------
        SourceFileError
            If two members have the same last name, or one is broken.
        """
        written: list[Path] = []
        for member in members:
            target = folder / member.file_name
            if target in written:
                raise _twice(self.path, member.file_name)
            written.append(target)
            with self.open(member) as stream, target.open("xb") as copy:
                while chunk := stream.read(_CHUNK_BYTES):
                    copy.write(chunk)
        return tuple(written)


class _Checked(io.RawIOBase):
    """The bytes of a member; whatever breaks is one sentence, and a false size is an error."""

    def __init__(self, raw: IO[bytes], path: Path, member: Member) -> None:
        self._raw, self._path, self._member, self._seen = raw, path, member, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            chunk = self._raw.read(len(buffer))
        except _BROKEN as failure:
            raise _corrupt(self._path, self._member) from failure
        self._seen += len(chunk)
        if not chunk and self._seen != self._member.bytes:
            raise _corrupt(self._path, self._member)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._raw.close()
        super().close()


@contextmanager
def open_archive(
    path: Path,
    *,
    most_bytes: int = MOST_BYTES,
    most_members: int = MOST_MEMBERS,
    most_ratio: int = MOST_RATIO,
) -> Iterator[Archive]:
    """Open an archive after having read its list of members with suspicion.

    An archive inside the archive is a member like another: nothing here opens it.

    Parameters
    ----------
    path
        The file.
    most_bytes
        Most bytes that all members may hold once inflated.
    most_members
        Most members.
    most_ratio
        Most times that a member of more than 10 MB may grow.

    Raises
    ------
    SourceFileError
        If it is no ZIP archive, is cut or corrupt; if a member is encrypted, a link, absolute, climbs out
        of its folder, bears the name of another or shares its bytes; if it would grow beyond the limits.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as failure:
        raise _refused(
            path, "L'archive ZIP est coupée ou corrompue", "The ZIP archive is cut or corrupt"
        ) from failure
    with archive:
        # Not is_dir(), which fails on the name that a null byte at its head leaves empty.
        listed = [info for info in archive.infolist() if not info.filename.endswith("/")]
        _check_sizes(path, listed, most_bytes, most_members, most_ratio)
        for info in archive.infolist():
            _check_name(path, info)
            _check_nature(path, info)
        _check_apart(path, listed)
        yield Archive(path, archive, tuple(_member(info) for info in listed))


def _check_sizes(
    path: Path, listed: list[zipfile.ZipInfo], most_bytes: int, most_members: int, most_ratio: int
) -> None:
    if not listed:
        raise _refused(path, "L'archive est vide", "The archive is empty")
    if len(listed) > most_members:
        raise _refused(
            path,
            f"L'archive a {len(listed)} fichiers, au plus {most_members} sont permis",
            f"The archive has {len(listed)} files, at most {most_members} are allowed",
        )
    total = sum(info.file_size for info in listed)
    if total > most_bytes:
        raise _refused(
            path,
            f"L'archive ferait {_megabytes(total)} Mo une fois ouverte, au plus {_megabytes(most_bytes)}"
            " sont permis",
            f"The archive would be {_megabytes(total)} MB once open, at most {_megabytes(most_bytes)}"
            " are allowed",
        )
    for info in listed:
        if info.file_size > _SMALL_BYTES and info.file_size > most_ratio * max(info.compress_size, 1):
            raise _refused(
                path,
                f"« {_shown(info.filename)} » grossirait plus de {most_ratio} fois : une bombe ZIP",
                f"“{_shown(info.filename)}” would grow more than {most_ratio} times: a ZIP bomb",
            )


def _check_name(path: Path, info: zipfile.ZipInfo) -> None:
    # zipfile cuts a name at a null byte and turns the separators of the machine: the original decides.
    for name in (info.orig_filename, info.filename):
        parts = name.replace("\\", "/").split("/")
        outside = name.startswith(("/", "\\")) or _DRIVE.match(name) or ".." in parts
        if outside or not name or "\x00" in name:
            raise _refused(
                path,
                f"L'archive veut écrire hors de son dossier (« {_shown(name)} »)",
                f"The archive wants to write outside its folder (“{_shown(name)}”)",
            )


def _check_nature(path: Path, info: zipfile.ZipInfo) -> None:
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(
            path,
            f"« {_shown(info.filename)} » est un lien et non un fichier",
            f"“{_shown(info.filename)}” is a link and not a file",
        )
    if info.flag_bits & _ENCRYPTED:
        raise _refused(
            path,
            f"« {_shown(info.filename)} » est chiffré",
            f"“{_shown(info.filename)}” is encrypted",
        )


def _check_apart(path: Path, listed: list[zipfile.ZipInfo]) -> None:
    """Refuse two members of one name, and members that overlap, as the densest bombs do."""
    names: set[str] = set()
    for info in listed:
        # Folded: two names that differ by case only are one file on some machines.
        name = os.path.normpath(info.filename.replace("\\", "/")).casefold()
        if name in names:
            raise _twice(path, info.filename)
        names.add(name)
    end = 0
    for info in sorted(listed, key=lambda i: i.header_offset):
        if info.header_offset < end:
            raise _refused(
                path,
                f"« {_shown(info.filename)} » partage ses octets avec un autre fichier : une bombe ZIP",
                f"“{_shown(info.filename)}” shares its bytes with another file: a ZIP bomb",
            )
        end = info.header_offset + info.compress_size


def _member(info: zipfile.ZipInfo) -> Member:
    modified = None
    if info.date_time[:3] != _NO_DATE:
        try:
            modified = datetime(*info.date_time)  # the format has no time zone
        except ValueError:
            modified = None
    return Member(info.filename, info.file_size, modified)


def _megabytes(size: int) -> int:
    return max(1, round(size / 1_000_000))


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:80]


def _twice(path: Path, name: str) -> SourceFileError:
    return _refused(
        path,
        f"L'archive a deux fichiers du nom de « {_shown(name)} »",
        f"The archive has two files named “{_shown(name)}”",
    )


def _too_large(path: Path, member: Member, most_bytes: int) -> SourceFileError:
    return _refused(
        path,
        f"« {_shown(member.name)} » fait {_megabytes(member.bytes)} Mo, au plus {_megabytes(most_bytes)}"
        " sont permis",
        f"“{_shown(member.name)}” is {_megabytes(member.bytes)} MB, at most {_megabytes(most_bytes)}"
        " are allowed",
    )


def _corrupt(path: Path, member: Member) -> SourceFileError:
    return _refused(
        path,
        f"« {_shown(member.name)} » est coupé ou corrompu dans l'archive",
        f"“{_shown(member.name)}” is cut or corrupt in the archive",
    )


def _refused(path: Path, fr: str, en: str) -> SourceFileError:
    return SourceFileError(Text(fr, en), where=path.name, hint=_TAKE_AGAIN)
