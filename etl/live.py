"""What a live client of a source is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from etl.fetch import Retrieved, Store
from etl.http import Http, Kind
from geodata.text import Text


@dataclass(frozen=True, slots=True)
class FetchContext:
    """What ``fetch(context)`` of a source works with.

    Parameters
    ----------
    http, store
        How to ask, and where what was downloaded is kept.
    folder
        Where to write the files that ``source.toml`` declares, each at its declared path.
    say
        Told ``(name, done, all)`` as the work goes on; ``all`` is 0 where it is not known.
    """

    http: Http
    store: Store
    folder: Path
    say: Callable[[str, int, int], None]

    def file(
        self, url: str, *, name: str, expect: Kind, most_bytes: int | None = None, fresh_seconds: float = 0
    ) -> tuple[Path, Retrieved]:
        """Fetch one file of the publisher through the store, and say how far it is.

        Parameters and errors are those of :meth:`etl.fetch.Store.fetch`.
        """
        return self.store.fetch(
            self.http,
            url,
            name=name,
            expect=expect,
            most_bytes=most_bytes,
            fresh_seconds=fresh_seconds,
            progress=lambda done, all_: self.say(name, done, all_ or 0),
        )


@dataclass(frozen=True, slots=True)
class LiveFiles:
    """What one fetch of a source brought.

    Parameters
    ----------
    retrieved
        The publisher's files, as they were downloaded.
    vintage, reference_date
        What the files themselves say of their date (ISO for the second); null leaves the declared ones.
    notes
        What a reader of the figures should know, such as a licence that changed.
    """

    retrieved: tuple[Retrieved, ...]
    vintage: str | None = None
    reference_date: str | None = None
    notes: tuple[Text, ...] = ()
