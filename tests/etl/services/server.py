"""A small local service: a test gives its routes, asks it through a relay, and reads what was asked.

    with serving({("GET", "/host.example/data.csv"): file_reply(b"a,b\\n1,2\\n", "text/csv")}) as service:
        http = quick_http(service)                # Http(relay=service.url) that never waits
        http.get("https://host.example/data.csv", expect=Kind.CSV)
        assert service.requests[0].headers["user-agent"].startswith("Proximite/")

A route is keyed by method and path without query; a path that ends in ``*`` takes all that begin so.
Its handler is a ``Reply``, a list of them (given in turn, the last one again and again), or a function
of the ``Asked`` request that gives one. Header names of ``Asked`` are in lower case.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from etl.http import Http
from etl.retrying import Clock

ONE_DAY = "Tue, 22 Oct 2024 12:30:00 GMT"


@dataclass(frozen=True)
class Asked:
    """One request, as it came."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    def one(self, name: str, default: str = "") -> str:
        """Give one value of the query."""
        return self.query.get(name, [default])[0]

    @property
    def form(self) -> dict[str, list[str]]:
        """Give the body of a POSTed form."""
        return parse_qs(self.body.decode())


@dataclass(frozen=True)
class Reply:
    """What to answer.

    ``cut_after`` closes the connection after so many bytes of the body; ``claimed_length`` lies about it;
    ``chunk_bytes`` sends it in pieces, ``pause_seconds`` apart; ``chunked`` sends no length.
    ``head_pause_seconds`` holds back the headers. Pauses end when the service closes.
    """

    status: int = 200
    body: bytes = b""
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    claimed_length: int | None = None
    chunk_bytes: int | None = None
    pause_seconds: float = 0
    head_pause_seconds: float = 0
    chunked: bool = False


Handler = Reply | Sequence[Reply] | Callable[[Asked], Reply]
Routes = dict[tuple[str, str], Handler]


@dataclass
class Service:
    """A running service. Routes may be changed while it runs."""

    url: str
    routes: Routes
    requests: list[Asked] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    _turns: dict[tuple[str, str], int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def asked(self, path: str) -> list[Asked]:
        """Give the requests for one path."""
        return [request for request in self.requests if request.path == path]

    def reply_to(self, request: Asked) -> Reply:
        """Find the handler of a request and what it answers."""
        key = self._key(request)
        with self._lock:
            self.requests.append(request)
            turn = self._turns.get(key, 0) if key else 0
            if key:
                self._turns[key] = turn + 1
        if key is None:
            return json_reply({"error": f"no route {request.method} {request.path}"}, status=404)
        handler = self.routes[key]
        if isinstance(handler, Reply):
            return handler
        return handler(request) if callable(handler) else handler[min(turn, len(handler) - 1)]

    def _key(self, request: Asked) -> tuple[str, str] | None:
        exact = (request.method, request.path)
        if exact in self.routes:
            return exact
        prefixes = [
            key for key in self.routes
            if key[0] == request.method and key[1].endswith("*") and request.path.startswith(key[1][:-1])
        ]  # fmt: skip
        return max(prefixes, key=lambda key: len(key[1]), default=None)


class QuickClock(Clock):
    """Waits pass at once, and are counted."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def now(self) -> float:
        """Give the true time and the waits that were not waited."""
        return super().now() + sum(self.waits)

    def sleep(self, seconds: float) -> None:
        """Count."""
        self.waits.append(seconds)


def quick_http(service: Service, **settings: Any) -> Http:
    """Give a client of the service whose pauses and retries take no time."""
    return Http(**{"relay": service.url, "clock": QuickClock(), "timeout": (5, 5), **settings})


def json_reply(value: object, *, status: int = 200, **more: Any) -> Reply:
    """Answer in JSON, as CKAN, ArcGIS and Overpass do."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Reply(status, body, "application/json;charset=utf-8", **more)


def html_reply(status: int = 200, title: str = "Maintenance") -> Reply:
    """Answer by a web page, as a portal in trouble does, even with a 200."""
    page = f"<!DOCTYPE html>\n<html lang='fr'><head><title>{title}</title></head><body></body></html>"
    return Reply(status, page.encode(), "text/html; charset=utf-8")


def redirect(to: str, status: int = 302) -> Reply:
    """Send elsewhere; ``to`` is the publisher's own address, as through a transparent relay."""
    return Reply(status, b"", "text/html", {"Location": to})


def busy(status: int = 503, retry_after: str | None = None) -> Reply:
    """Answer that the service is busy."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Reply(status, b"busy", "text/plain", headers)


def file_reply(
    body: bytes,
    content_type: str = "application/octet-stream",
    *,
    etag: str | None = '"one"',
    last_modified: str | None = ONE_DAY,
    cuts: Sequence[int] = (),
) -> Callable[[Asked], Reply]:
    """Serve a file as a good server does: ETag, Last-Modified, ranges and conditional requests.

    ``cuts`` breaks the first answers after so many bytes each.
    """
    breaks = list(cuts)

    def handler(request: Asked) -> Reply:
        headers = {"Accept-Ranges": "bytes"}
        headers |= {"ETag": etag} if etag else {}
        headers |= {"Last-Modified": last_modified} if last_modified else {}
        if _unchanged(request, etag, last_modified):
            return Reply(304, headers=headers)
        cut = breaks.pop(0) if breaks else None
        start = _start(request, etag, last_modified)
        if start is None:
            return Reply(200, body, content_type, headers, cut_after=cut)
        if start >= len(body):
            return Reply(416, headers={**headers, "Content-Range": f"bytes */{len(body)}"})
        headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        return Reply(206, body[start:], content_type, headers, cut_after=cut)

    return handler


@contextmanager
def serving(routes: Routes | None = None) -> Iterator[Service]:
    """Run a service on a free local port until the block ends."""
    server = _Server(("127.0.0.1", 0), _Handler)
    service = Service(f"http://127.0.0.1:{server.server_port}", routes if routes is not None else {})
    server.service = service  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that left."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qs(parts.query, keep_blank_values=True)
        service: Service = self.server.service  # type: ignore[attr-defined]
        reply = service.reply_to(Asked(self.command, parts.path, query, headers, body))
        self._send(reply, service.closing)

    do_GET = do_POST = do_HEAD = _answer  # noqa: N815

    def _send(self, reply: Reply, closing: threading.Event) -> None:
        closing.wait(reply.head_pause_seconds)
        self.send_response(reply.status)
        if reply.content_type is not None:
            self.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif reply.status != 304:
            length = len(reply.body) if reply.claimed_length is None else reply.claimed_length
            self.send_header("Content-Length", str(length))
        self.end_headers()
        body = reply.body if reply.cut_after is None else reply.body[: reply.cut_after]
        step = reply.chunk_bytes or len(body) or 1
        for start in range(0, len(body), step):
            self._piece(body[start : start + step], chunked=reply.chunked)
            if reply.pause_seconds and closing.wait(reply.pause_seconds):
                break
        if reply.cut_after is not None or reply.claimed_length is not None:
            self.close_connection = True
        elif reply.chunked:
            self.wfile.write(b"0\r\n\r\n")

    def _piece(self, piece: bytes, *, chunked: bool) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _unchanged(request: Asked, etag: str | None, last_modified: str | None) -> bool:
    if "if-none-match" in request.headers:
        return etag is not None and request.headers["if-none-match"] == etag
    since = request.headers.get("if-modified-since")
    if since is None or last_modified is None:
        return False
    return parsedate_to_datetime(since) >= parsedate_to_datetime(last_modified)


def _start(request: Asked, etag: str | None, last_modified: str | None) -> int | None:
    """Give where the answer starts, or null for the whole file."""
    asked = request.headers.get("range")
    if asked is None or request.headers.get("if-range") not in {None, etag, last_modified}:
        return None
    return int(asked.removeprefix("bytes=").split("-")[0])
