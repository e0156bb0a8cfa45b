"""A file on its way: what was received waits beside its destination and goes on from there."""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Final

from etl.answers import Download, Kind, http_from_iso, iso_from_http, now_iso
from etl.refusals import bad_status, cut_short, damaged_archive, not_written
from etl.retrying import PassingError

OF_A_PART: Final = frozenset({206, 304, 412, 416})
"""What a server answers to a request for a part of a file, or for a file only if it changed."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What must be known of the file to go on with it.

    Attributes
    ----------
    asked
        The address as it was asked: what was received of another one is of no use.
    url
        The address that answered, after redirects.
    etag, last_modified
        As answered; the second ISO.
    total
        Bytes of the whole file; null where not announced.
    """

    asked: str
    url: str
    etag: str | None
    last_modified: str | None
    total: int | None

    @property
    def validator(self) -> str | None:
        """Give what a server compares before it continues a file: strong ETag, else date."""
        if self.etag and not self.etag.startswith("W/"):
            return self.etag
        return http_from_iso(self.last_modified) if self.last_modified else None


@dataclass(frozen=True, slots=True)
class Partial:
    """The ``.part`` file beside a destination, and its notes.

    Only one process at a time may work at one destination; :class:`etl.fetch.Store` sees to it.

    Parameters
    ----------
    destination
        Where the file goes once it is whole.
    """

    destination: Path

    @property
    def part(self) -> Path:
        """Give the file that receives."""
        return self.destination.with_name(f"{self.destination.name}.part")

    @property
    def _notes_path(self) -> Path:
        return self.destination.with_name(f"{self.destination.name}.part.json")

    @property
    def received(self) -> int:
        """Give how much was received."""
        return self.part.stat().st_size if self.part.is_file() else 0

    def held(self, asked: str) -> Notes | None:
        """Give the notes of what was received of an address, if one can go on from it."""
        try:
            notes = Notes(**json.loads(self._notes_path.read_bytes()))
        except (OSError, ValueError, TypeError):
            return None
        usable = notes.asked == asked and notes.validator and self.received
        return notes if usable else None

    def receive(
        self, notes: Notes, pieces: Iterable[bytes], told: Callable[[int, int | None], None], *, go_on: bool
    ) -> None:
        """Write pieces after what was received, or from nothing.

        Raises
        ------
        OutputError
            If the disk is full or the folder refuses; what was received is then forgotten.
        """
        received = self.received if go_on else 0
        with self._on_disk():
            # Notes first, so that a killed download can go on.
            self.destination.parent.mkdir(parents=True, exist_ok=True)
            if not go_on:
                self.part.unlink(missing_ok=True)
                self._notes_path.write_text(json.dumps(asdict(notes)), "utf-8")
            stream = self.part.open("ab")
        with stream:
            for piece in pieces:
                with self._on_disk():
                    stream.write(piece)
                received += len(piece)
                told(received, notes.total)
            with self._on_disk():
                stream.flush()
                os.fsync(stream.fileno())

    @contextmanager
    def _on_disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            with suppress(OSError):
                self.discard()
            raise not_written(str(self.destination), error) from error

    def conditions(self, held: Notes) -> dict[str, str]:
        """Give the headers that ask for the rest of the very same file."""
        return {"Range": f"bytes={self.received}-", "If-Range": held.validator or ""}

    def notes_for(
        self, asked: str, url: str, status: int, headers: Mapping[str, str], held: Notes | None
    ) -> Notes:
        """Give the notes of what an answer brings: ``held`` itself where it goes on from what was received.

        Raises
        ------
        PassingError
            If the answer is of no use with what was received, which is then forgotten: ask for the whole.
        """
        if status == 206 and held and continues(headers, held, self.received):
            return held
        if status in OF_A_PART:
            self.discard()
            raise PassingError(bad_status(asked, status), 0)
        return notes_of(asked, url, headers)

    def discard(self) -> None:
        """Forget what was received."""
        self.part.unlink(missing_ok=True)
        self._notes_path.unlink(missing_ok=True)

    def check_whole(self, notes: Notes, expect: Kind) -> None:
        """Refuse to finish a file that lacks its end.

        Raises
        ------
        PassingError
            If it has not the announced length; what was received stays, to go on from.
        ContentError
            If it is an archive without its directory.
        """
        if notes.total is not None and self.received != notes.total:
            raise PassingError(cut_short(notes.url, self.received, notes.total))
        if expect in {Kind.ZIP, Kind.XLSX} and not zipfile.is_zipfile(self.part):
            raise damaged_archive(notes.url)

    def finish(self, notes: Notes) -> Download:
        """Put the whole file in place in one move."""
        with self._on_disk():
            with self.part.open("rb") as stream:
                sha256 = file_digest(stream, "sha256").hexdigest()
            size = self.received
            self.part.replace(self.destination)
            self._notes_path.unlink(missing_ok=True)
        return Download(
            path=self.destination, url=notes.url, sha256=sha256, bytes=size, etag=notes.etag,
            last_modified=notes.last_modified, retrieved_at=now_iso(),
        )  # fmt: skip


def continues(headers: Mapping[str, str], held: Notes, received: int) -> bool:
    """Tell whether a 206 answer is the rest of the very file that was begun.

    Parameters
    ----------
    headers
        Of the answer; some servers answer 206 to a changed file in spite of If-Range.
    held
        Notes of what was received.
    received
        Bytes received.
    """
    etag, modified = headers.get("ETag"), iso_from_http(headers.get("Last-Modified"))
    if (etag and held.etag and etag != held.etag) or (
        modified and held.last_modified and modified != held.last_modified
    ):
        return False
    span = re.fullmatch(
        r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", headers.get("Content-Range", "").strip()
    )
    if span is None or int(span[1]) != received or headers.get("Content-Encoding", "identity") != "identity":
        return False
    return span[3] == "*" or held.total is None or int(span[3]) == held.total


def notes_of(asked: str, url: str, headers: Mapping[str, str]) -> Notes:
    """Take the notes of a file that begins."""
    length = headers.get("Content-Length", "")
    # Ranges and lengths of a compressed answer count other bytes than those of the file.
    compressed = headers.get("Content-Encoding", "identity") != "identity"
    return Notes(
        asked=asked,
        url=url,
        etag=None if compressed else headers.get("ETag"),
        last_modified=iso_from_http(headers.get("Last-Modified")),
        total=int(length) if length.isascii() and length.isdigit() and not compressed else None,
    )
