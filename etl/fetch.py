"""What was fetched, kept by its hash, and the lock that says where each file came from."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Final, Self

from filelock import FileLock

from etl.http import LARGE_BYTES, Answer, Http, Kind, Known, Progress
from etl.refusals import not_written
from geodata.errors import SourceFileError
from geodata.text import Text

LOCK_NAME: Final = "sources.lock"
_LOCK_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Retrieved:
    """One file of a publisher, as it was received.

    Attributes
    ----------
    name
        What it is for the source, such as ``boundaries.zip``.
    url
        The address that was asked.
    sha256, bytes
        Of the file.
    last_modified
        What the service says, ISO; null where it says nothing.
    retrieved_at
        When these bytes were received, ISO, UTC.
    via
        The relay that was asked for it; empty where the publisher's own host answered.
    """

    name: str
    url: str
    sha256: str
    bytes: int
    last_modified: str | None
    retrieved_at: str
    via: str = ""


@dataclass(frozen=True, slots=True)
class Store:
    """Files kept by their hash under ``home/cache``; several processes may use it at once.

    Parameters
    ----------
    home
        The data folder. ``cache/<aa>/<sha256>`` holds the bytes, ``cache/index`` what each address gave.
    """

    home: Path

    def fetch(
        self,
        http: Http,
        url: str,
        *,
        name: str,
        expect: Kind,
        most_bytes: int | None = None,
        fresh_seconds: float = 0,
        progress: Progress | None = None,
    ) -> tuple[Path, Retrieved]:
        """Give a file, received anew only if it changed since the last time or was damaged since.

        Parameters
        ----------
        http, url
            How and what to ask.
        name
            What the file is for the source.
        expect, most_bytes, progress
            As for :meth:`etl.http.Http.download`.
        fresh_seconds
            A copy received less than this ago is given without a request; lets a fetch of many
            small answers, killed half-way, go on from there.

        Returns
        -------
        tuple of Path and Retrieved
            The path is in the cache: read it, never write to it.

        Raises
        ------
        FetchError, AddressError, OutputError
            As for :meth:`etl.http.Http.download`; what was kept before stays.
        """
        key = sha256(f"{http.relay} {url}".encode()).hexdigest()
        with _alone(self._cache / "locks" / f"{key}.lock"):
            kept = self._kept(key)
            if kept and kept.age_seconds() < fresh_seconds:
                return self._given(kept, name)
            received = http.download_if_changed(
                url,
                self._cache / "partial" / key,
                known=Known(kept.etag, kept.retrieved.last_modified) if kept else None,
                expect=expect,
                most_bytes=most_bytes or LARGE_BYTES,
                progress=progress,
            )
            if received is not None:
                retrieved = Retrieved(
                    name, url, received.sha256, received.bytes, received.last_modified, received.retrieved_at,
                    http.relay,
                )  # fmt: skip
                kept = _Kept(retrieved, received.etag)
                self._take(received.path, kept, key)
            assert kept is not None  # noqa: S101  "unchanged" is only answered about what is kept
            return self._given(kept, name)

    def keep(self, answer: Answer, *, name: str, via: str = "") -> tuple[Path, Retrieved]:
        """Keep a body that was not received by :meth:`fetch`, such as the answer to a POST."""
        digest = sha256(answer.content).hexdigest()
        retrieved = Retrieved(
            name, answer.url, digest, len(answer.content), answer.last_modified, answer.retrieved_at, via
        )
        with _alone(self._cache / "locks" / f"{digest}.lock"):
            path = self.path(digest)
            if not _is_whole(path, digest):
                write_atomically(path, answer.content)
        return path, retrieved

    def path(self, digest: str) -> Path:
        """Give where the bytes of a hash are, or would be."""
        return self._cache / digest[:2] / digest

    @property
    def _cache(self) -> Path:
        return self.home / "cache"

    def _given(self, kept: _Kept, name: str) -> tuple[Path, Retrieved]:
        return self.path(kept.retrieved.sha256), replace(kept.retrieved, name=name)

    def _kept(self, key: str) -> _Kept | None:
        """Give what an address gave the last time, unless its bytes are damaged."""
        try:
            kept = _Kept.from_json((self._cache / "index" / f"{key}.json").read_bytes())
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return kept if _is_whole(self.path(kept.retrieved.sha256), kept.retrieved.sha256) else None

    def _take(self, received: Path, kept: _Kept, key: str) -> None:
        target = self.path(kept.retrieved.sha256)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            received.replace(target)
        except OSError as error:
            raise not_written(str(target), error) from error
        write_atomically(self._cache / "index" / f"{key}.json", kept.to_json())


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the index of the cache says of one address."""

    retrieved: Retrieved
    etag: str | None

    def age_seconds(self) -> float:
        """Give the time since the bytes were received."""
        return (datetime.now(UTC) - datetime.fromisoformat(self.retrieved.retrieved_at)).total_seconds()

    def to_json(self) -> bytes:
        """Write for the index."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read from the index."""
        document = json.loads(content)
        kept = cls(Retrieved(**document["retrieved"]), document["etag"])
        kept.age_seconds()
        return kept


@dataclass(frozen=True, slots=True)
class LockEntry:
    """What is known of the last data of one source.

    Attributes
    ----------
    files
        What was received of the publisher.
    verified_live
        ISO date of the last time that the publisher's own host gave data that passed; null if never.
    verdict
        ``ok``, ``attention`` or ``refus``.
    accepted_reason
        Why a person accepted data that were refused; null where nobody had to.
    """

    files: tuple[Retrieved, ...] = ()
    verified_live: str | None = None
    verdict: str | None = None
    accepted_reason: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give what the file holds."""
        return asdict(self)

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Read what the file holds."""
        files = tuple(Retrieved(**file) for file in document["files"])
        return cls(files, *(document[key] for key in ("verified_live", "verdict", "accepted_reason")))


@dataclass(frozen=True, slots=True)
class SourcesLock:
    """``home/sources.lock``: for each source, what was received, from where and when.

    Attributes
    ----------
    entries
        By source id.
    """

    entries: dict[str, LockEntry] = field(default_factory=dict)

    @classmethod
    def read(cls, home: Path) -> Self:
        """Read the lock of a data folder; empty where there is none yet.

        Raises
        ------
        SourceFileError
            If the file is damaged or of another version.
        """
        path = home / LOCK_NAME
        if not path.exists():
            return cls()
        try:
            document = json.loads(path.read_bytes())
            if document["version"] != _LOCK_VERSION:
                raise ValueError(document["version"])
            return cls({name: LockEntry.from_dict(entry) for name, entry in document["sources"].items()})
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise SourceFileError(
                Text(
                    "Le registre des fichiers reçus est illisible",
                    "The record of received files is unreadable",
                ),
                where=str(path),
                hint=Text(
                    "renommez ce fichier, puis lancez « proximite refresh » : il sera refait",
                    "rename this file, then run “proximite refresh”: it will be made again",
                ),
            ) from error

    def write(self, home: Path) -> None:
        """Write the whole lock in one move.

        Raises
        ------
        OutputError
            If the folder refuses.
        """
        sources = {name: entry.as_dict() for name, entry in sorted(self.entries.items())}
        document = {"version": _LOCK_VERSION, "sources": sources}
        content = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        write_atomically(home / LOCK_NAME, content.encode())

    @classmethod
    def update(cls, home: Path, source: str, change: Callable[[LockEntry], LockEntry]) -> Self:
        """Change the entry of one source, whoever else is changing another one.

        Parameters
        ----------
        home, source
            The data folder and the id.
        change
            Given the present entry, an empty one where there is none.
        """
        with _alone(home / f"{LOCK_NAME}.lock"):
            present = cls.read(home)
            changed = cls({**present.entries, source: change(present.entries.get(source, LockEntry()))})
            changed.write(home)
        return changed


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside, then put in place in one move.

    Raises
    ------
    OutputError
        If the disk is full or the folder refuses; what was there stays.
    """
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise not_written(str(path), error) from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other processes out; the system lets them in again if this one is killed."""
    lock = FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as error:
        raise not_written(str(path), error) from error
    try:
        yield
    finally:
        lock.release()


def _is_whole(path: Path, digest: str) -> bool:
    try:
        with path.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest() == digest
    except OSError:
        return False
