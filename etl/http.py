"""The only door to the network: bounded, patient, polite, and wary of what comes back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Self, TypeVar
from urllib.parse import SplitResult, urljoin

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError, ReadTimeoutError

from etl import refusals
from etl.addresses import check_address, malformed_address, private_address
from etl.answers import Answer, Download, Kind, Known, iso_from_http, now_iso
from etl.bodies import Limits, checked, pieces_of
from etl.connections import POOLS, PUBLIC_POOLS, Pools, PrivateHostError
from etl.partial import OF_A_PART, Partial
from etl.retrying import Clock, PassingError, check_status, tried
from etl.settings import settings

__all__ = ["Answer", "Clock", "Download", "Http", "Kind", "Known"]

T = TypeVar("T")
Progress = Callable[[int, int | None], None]
"""Told the bytes received, and those of the whole file where the service says."""

SMALL_BYTES: Final = 64_000_000
LARGE_BYTES: Final = 4_000_000_000
_SMALL_SECONDS: Final = 300.0
_LARGE_SECONDS: Final = 4 * 3600.0
_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class _Adapter(HTTPAdapter):
    """Requests over connections of our own."""

    def __init__(self, pools: Pools) -> None:
        self._pools = pools
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools


class _Session(requests.Session):
    """A session that never looks where an answer redirects to, nor reads the body of such an answer."""

    def resolve_redirects(self, *_: Any, **__: Any) -> Iterator[requests.Response]:
        return iter(())


class Http:
    """One client of every service.

    Parameters
    ----------
    relay
        ``https://host/path?q`` is asked as ``<relay>/host/path?q``; empty asks each host itself.
    contact
        Where a publisher can write to whoever runs this; part of the User-Agent.
    guard
        Whether the addresses come from a person: then only public ones are asked, at every redirect
        and at the connection itself, and no proxy of the environment is used. Through a relay, which
        connects for us, the check is that of the address as written.
    pause_seconds
        Least time between two requests to one host.
    retries
        Further attempts after one that failed for a passing reason.
    timeout
        Seconds to connect, and to wait for the next bytes.
    clock
        How time passes.
    """

    def __init__(
        self,
        *,
        relay: str = "",
        contact: str = "",
        guard: bool = False,
        pause_seconds: float = 0.5,
        retries: int = 4,
        timeout: tuple[float, float] = (10, 60),
        clock: Clock | None = None,
    ) -> None:
        self.relay, self.guard = relay.rstrip("/"), guard
        self._pause, self._attempts, self._timeout = pause_seconds, retries + 1, timeout
        self._clock = clock or Clock()
        self._last_asked: dict[str, float] = {}
        self._unreachable: set[str] = set()
        self._session = _session(contact, direct=guard or bool(self.relay), public=guard and not self.relay)

    @classmethod
    def from_settings(cls, *, guard: bool = False) -> Self:
        """Make the client that the operator's settings describe."""
        return cls(relay=settings().relay, contact=settings().contact, guard=guard)

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        expect: Kind,
        most_bytes: int = SMALL_BYTES,
    ) -> Answer:
        """Read a small body whole.

        Parameters
        ----------
        url, params
            The address and what is added to its query.
        expect
            What the caller can read; anything else is refused.
        most_bytes
            Cap of the decompressed body.

        Raises
        ------
        FetchError
            If the service does not answer, or not with that; a :class:`~etl.refusals.StatusError`
            has the status.
        AddressError
            If the address may not be asked.
        """
        full = _with_query(url, params)
        return self._tried(
            full, _SMALL_SECONDS, lambda ends: self._small("GET", full, None, expect, most_bytes, ends)
        )

    def json(
        self, url: str, *, params: Mapping[str, Any] | None = None, most_bytes: int = SMALL_BYTES
    ) -> Any:
        """Read a small JSON body; parameters and errors are those of :meth:`get`."""
        return self.get(url, params=params, expect=Kind.JSON, most_bytes=most_bytes).json()

    def post(
        self,
        url: str,
        *,
        data: Mapping[str, Any] | str | bytes,
        expect: Kind,
        most_bytes: int = SMALL_BYTES,
        wait_seconds: float | None = None,
    ) -> Answer:
        """Ask a question too long for an address; it must only read, since it may be asked again.

        Parameters and errors are those of :meth:`get`; ``wait_seconds`` is how long the service may
        think before its first bytes, where that is longer than usual.
        """
        full = _with_query(url)
        return self._tried(
            full,
            _SMALL_SECONDS,
            lambda ends: self._small("POST", full, data, expect, most_bytes, ends, wait_seconds),
        )

    def download(
        self,
        url: str,
        destination: Path,
        *,
        expect: Kind,
        most_bytes: int = LARGE_BYTES,
        progress: Progress | None = None,
    ) -> Download:
        """Receive a file on disk, going on from where an earlier attempt, even of another day, stopped.

        Parameters
        ----------
        url
            Its address.
        destination
            Where it goes in one move once it is whole; meanwhile ``<destination>.part`` receives it.
        expect, most_bytes
            As for :meth:`get`.
        progress
            Told the bytes received and, where known, those of the whole.

        Raises
        ------
        FetchError
            As for :meth:`get`.
        OutputError
            If the disk refuses.
        """
        received = self.download_if_changed(
            url, destination, known=None, expect=expect, most_bytes=most_bytes, progress=progress
        )
        if received is None:
            raise refusals.bad_status(url, 304)
        return received

    def download_if_changed(
        self,
        url: str,
        destination: Path,
        *,
        known: Known | None,
        expect: Kind,
        most_bytes: int = LARGE_BYTES,
        progress: Progress | None = None,
    ) -> Download | None:
        """Do as :meth:`download`, unless the service says that the file is still the one that is known."""
        full, partial = _with_query(url), Partial(destination)
        told = progress or (lambda _received, _total: None)
        return self._tried(
            full,
            _LARGE_SECONDS,
            lambda ends: self._receive(full, partial, known, expect, most_bytes, told, ends),
        )

    def _tried(self, url: str, most_seconds: float, attempt: Callable[[float], T]) -> T:
        host = self.relay or check_address(url, public=self.guard).netloc
        # One that could not be reached a moment ago is not waited for again.
        attempts = 1 if host in self._unreachable else self._attempts
        try:
            result = tried(attempt, self._clock, attempts, most_seconds)
        except refusals.UnreachableError:
            self._unreachable.add(host)
            raise
        self._unreachable.discard(host)
        return result

    def _small(
        self, method: str, url: str, data: Any, expect: Kind, most_bytes: int, ends: float,
        wait_seconds: float | None = None,
    ) -> Answer:  # fmt: skip
        headers = {"Accept-Encoding": "gzip"}
        with self._answered(method, url, headers, data, wait_seconds) as (response, address):
            content_type = response.headers.get("Content-Type", "")
            pieces = pieces_of(response.raw, address, Limits(most_bytes, ends), self._clock)
            body = b"".join(checked(pieces, address, expect, content_type))
            answered = {name.lower(): value for name, value in response.headers.items()}
            modified = iso_from_http(answered.get("last-modified"))
            return Answer(body, address, response.status_code, answered, modified, now_iso())

    def _receive(
        self, url: str, partial: Partial, known: Known | None, expect: Kind, most_bytes: int,
        told: Progress, ends: float,
    ) -> Download | None:  # fmt: skip
        """Receive what is missing of a file, or all of it where the service does not go on."""
        held = partial.held(url)
        asked = partial.conditions(held) if held else (known.headers() if known else {})
        asked = {"Accept-Encoding": "identity", **asked}
        with self._answered("GET", url, asked, also=OF_A_PART) as (response, address):
            headers = response.headers
            if response.status_code == 304 and known and not held:
                return None
            notes = partial.notes_for(url, address, response.status_code, headers, held)
            if (notes.total or 0) > most_bytes:
                partial.discard()
                raise refusals.too_large(address, most_bytes)
            start = partial.received if notes is held else 0
            pieces = pieces_of(response.raw, address, Limits(most_bytes, ends, start), self._clock)
            if notes is not held:
                pieces = checked(pieces, address, expect, headers.get("Content-Type", ""))
            try:
                partial.receive(notes, pieces, told, go_on=notes is held)
                partial.check_whole(notes, expect)
            except refusals.ContentError:
                partial.discard()
                raise
        return partial.finish(notes)

    @contextmanager
    def _answered(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        data: Any = None,
        wait_seconds: float | None = None,
        also: frozenset[int] = frozenset(),
    ) -> Iterator[tuple[requests.Response, str]]:
        """Ask, follow redirects by hand, each through the same door, and refuse what is no success."""
        address, timeout = url, (self._timeout[0], wait_seconds or self._timeout[1])
        for _ in range(_MOST_REDIRECTS + 1):
            parts = check_address(address, public=self.guard)
            self._wait_turn(parts.netloc)
            with (
                self._told(address),
                self._session.request(
                    method, self._route(parts), headers=dict(headers), data=data, timeout=timeout,
                    allow_redirects=False, stream=True,
                ) as response,
            ):  # fmt: skip
                target = self._session.get_redirect_target(response)
                if target is None or response.status_code not in _REDIRECTS:
                    if response.status_code not in also:
                        check_status(address, response.status_code, response.headers)
                    yield response, address
                    return
            if response.status_code in {301, 302, 303}:
                method, data = "GET", None
            address = self._unrelayed(_joined(address, target))
        raise refusals.too_many_redirects(url)

    @contextmanager
    def _told(self, url: str) -> Iterator[None]:
        """Say in a sentence what went wrong on the wire, and whether another attempt may do better."""
        try:
            yield
        except PrivateHostError:
            raise private_address(url) from None
        except requests.exceptions.SSLError as error:
            raise refusals.untrusted(url) from error
        except requests.ConnectTimeout as error:
            raise PassingError(refusals.no_connection(url, self.relay)) from error
        except (requests.Timeout, ReadTimeoutError) as error:
            raise PassingError(refusals.no_answer(url)) from error
        except requests.ConnectionError as error:
            reason = getattr(error.args[0] if error.args else None, "reason", None)
            if isinstance(reason, NameResolutionError):
                raise refusals.no_connection(url, self.relay) from error
            refused = isinstance(reason, NewConnectionError)
            told = refusals.no_connection(url, self.relay) if refused else refusals.cut_short(url)
            raise PassingError(told) from error
        except HTTPError as error:
            raise PassingError(refusals.cut_short(url)) from error
        except (requests.RequestException, UnicodeError) as error:
            raise malformed_address(url) from error

    def _route(self, parts: SplitResult) -> str:
        parts = parts._replace(fragment="")
        if not self.relay:
            return parts.geturl()
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.relay}/{parts.netloc}{parts.path or '/'}{query}"

    def _unrelayed(self, address: str) -> str:
        """Give the publisher's address where a relay redirects to itself; a guard does not trust that."""
        own = f"{self.relay}/"
        if self.relay and not self.guard and address.startswith(own):
            return f"https://{address.removeprefix(own)}"
        return address

    def _wait_turn(self, host: str) -> None:
        due = self._last_asked.get(host, -self._pause) + self._pause
        if (wait := due - self._clock.now()) > 0 and host in self._last_asked:
            self._clock.sleep(wait)
        self._last_asked[host] = self._clock.now()


def _session(contact: str, *, direct: bool, public: bool) -> requests.Session:
    """Make a session: ``direct`` uses no proxy of the environment, ``public`` joins public addresses only."""
    session = _Session()
    session.trust_env = not direct
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
    who = "".join(c for c in contact if c.isascii() and c.isprintable()).strip()
    session.headers["User-Agent"] = f"Proximite/{version('proximite')}" + (f" ({who})" if who else "")
    adapter = _Adapter(PUBLIC_POOLS if public else POOLS)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _joined(address: str, target: str) -> str:
    """Give the address that another one redirects to."""
    try:
        return _with_query(urljoin(address, target))
    except ValueError as error:
        raise malformed_address(target) from error


def _with_query(url: str, params: Mapping[str, Any] | None = None) -> str:
    """Write an address as it travels, with more in its query."""
    try:
        return requests.Request("GET", url, params=dict(params or {})).prepare().url or url
    except (requests.RequestException, UnicodeError) as error:
        raise malformed_address(url) from error
