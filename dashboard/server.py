"""The web application: Streamlit's own, with the shapes, the fixed files and a calm page around it."""

from __future__ import annotations

import gzip
import hashlib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import parse_qs

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.starlette import App

from dashboard.i18n import DEFAULT_LANGUAGE, LANGUAGES
from dashboard.maps import assets, drawn
from dashboard.maps.palette import ACCENT
from dashboard.maps.places import MOST_KEPT, published
from geodata.errors import ProximiteError
from geodata.package import GEOMETRY_FOLDER, Package
from geodata.text import Language, Text

SCRIPT: Final = Path(__file__).with_name("app.py")
PAGE_TITLE: Final = "Proximité"
FOREVER: Final = "public, max-age=31536000, immutable"
LANGUAGE_KEY: Final = "lang"

_UNEXPECTED: Final = Text(
    "Cette page n'a pas pu être préparée. Rechargez-la ; si cela se répète, signalez-le à la personne qui "
    "tient cette installation : le détail est dans son journal.",
    "This page could not be prepared. Reload it; if it happens again, tell the person who runs this "
    "installation: the details are in its log.",
)
_NOT_FOUND: Final = "Cette adresse ne mène à rien ici. / Nothing is found at this address.\n"

_log = logging.getLogger("proximite")


def build_app(
    current_package: Callable[[], Package],
    *,
    script: Path | None = None,
    base_path: str = "",
    basemap_origin: str = "",
) -> App:
    """Build the application that serves the dashboard.

    Parameters
    ----------
    current_package
        Gives the package to serve now; called at each request for shapes, so that a refreshed package
        is served without a restart.
    script
        The Streamlit script.
    base_path
        Path under which the dashboard is mounted, empty at the root.
    basemap_origin
        Origin of the tiles that the operator chose, such as ``https://tiles.example.org``; the only
        other site that the page may then ask.
    """
    return App(
        script or SCRIPT,
        routes=own_routes(current_package, base_path),
        middleware=own_middleware(basemap_origin),
        on_script_error=show_calm_message,
    )


def own_routes(current_package: Callable[[], Package], base_path: str = "") -> list[Route]:
    """Give the addresses that Streamlit does not have: shapes, places, fixed files of the map."""
    base = f"/{base_path.strip('/')}" if base_path.strip("/") else ""

    def geometry(request: Request) -> Response:
        return _geometry(request, current_package)

    return [
        Route(f"{base}{assets.GEOMETRY_PREFIX}/{{name}}", geometry),
        Route(f"{base}{assets.PLACES_PREFIX}/{{name}}", _places),
        Route(f"{base}{assets.ASSETS_PREFIX}/{{version}}/{{name:path}}", _asset),
    ]


def own_middleware(basemap_origin: str = "") -> list[Middleware]:
    """Give what every answer passes through."""
    return [Middleware(SecurityHeaders, basemap_origin=basemap_origin), Middleware(PageLanguage)]


def run_config(port: int = 8501, host: str = "127.0.0.1", base_path: str = "") -> dict[str, Any]:
    """Give the Streamlit options for ``App.run``: nothing is measured, nothing is shown but the page."""
    return {
        "server.port": port,
        "server.address": host,
        "server.baseUrlPath": base_path.strip("/"),
        "server.headless": True,
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": False,
        "logger.hideWelcomeMessage": True,
        "client.showErrorDetails": "none",
        "client.toolbarMode": "minimal",
        "theme.base": "light",
        "theme.primaryColor": ACCENT,
        "theme.textColor": "#101418",
        "theme.linkColor": ACCENT,
        "theme.backgroundColor": "#ffffff",
        "theme.secondaryBackgroundColor": "#f2f4f6",
    }


def show_calm_message(failure: Exception) -> bool:
    """Show one sentence in both languages in place of a traceback, which goes to the log."""
    if isinstance(failure, ProximiteError):
        _log.error("%s", failure.bilingual())
        message = Text(failure.sentence("fr"), failure.sentence("en"))
    else:
        _log.error("a page failed", exc_info=failure)
        message = _UNEXPECTED
    st.warning(f"{message.fr}\n\n{message.en}")
    return True


@dataclass(frozen=True, slots=True)
class Body:
    """A content ready to be sent: as it is, packed, and named by its hash."""

    plain: bytes
    packed: bytes
    tag: str

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Pack a content once, for all its readers."""
        digest = hashlib.sha256(content).hexdigest()[:20]
        return cls(content, gzip.compress(content, 9, mtime=0), digest)


def _geometry(request: Request, current_package: Callable[[], Package]) -> Response:
    name = request.path_params["name"]
    try:
        package = current_package()
        known = name in package.manifest.get("geometry", {}).values()
        path = package.path / GEOMETRY_FOLDER / name if known else drawn.file_of(name)
        body = _body_of_file(path) if path else None
    except (ProximiteError, OSError):
        _log.exception("shapes cannot be read")
        body = None
    return _not_found() if body is None else _immutable(request, body, "application/json")


def _places(request: Request) -> Response:
    body = _body_of_places(request.path_params["name"])
    return _not_found() if body is None else _immutable(request, body, "application/json")


def _asset(request: Request) -> Response:
    path = assets.served().get(request.path_params["name"])
    if path is None:
        return _not_found()
    answer = _immutable(request, _body_of_file(path), assets.SERVED_SUFFIXES[path.suffix])
    if request.path_params["version"] != assets.version():
        # An old page asks for a former version: it gets this one, and must not keep it under that name.
        answer.headers["Cache-Control"] = "no-store"
    return answer


@lru_cache(maxsize=64)
def _body_of_file(path: Path) -> Body:
    """Read a file once: its name or its version holds the hash of its content."""
    return Body.of(path.read_bytes())


def _body_of_places(name: str) -> Body | None:
    content = published(name)
    return None if content is None else _body_of(content)


@lru_cache(maxsize=MOST_KEPT)
def _body_of(content: bytes) -> Body:
    return Body.of(content)


def _immutable(request: Request, body: Body, media_type: str) -> Response:
    zipped = "gzip" in request.headers.get("accept-encoding", "") and len(body.packed) < len(body.plain)
    etag = f'"{body.tag}{"-gz" if zipped else ""}"'
    headers = {"Cache-Control": FOREVER, "ETag": etag, "Vary": "Accept-Encoding"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if zipped:
        headers["Content-Encoding"] = "gzip"
    return Response(body.packed if zipped else body.plain, media_type=media_type, headers=headers)


def _not_found() -> Response:
    return PlainTextResponse(_NOT_FOUND, status_code=404, headers={"Cache-Control": "no-store"})


class SecurityHeaders:
    """Tell the browser to ask no other site, and to believe the declared types.

    Streamlit and streamlit-folium evaluate scripts, so the policy cannot forbid it; what it forbids is
    every address that is not ours.
    """

    def __init__(self, app: ASGIApp, basemap_origin: str = "") -> None:
        self.app = app
        images = f"'self' data: blob: {basemap_origin}".strip()
        self._policy = "; ".join(
            (
                "default-src 'self'",
                "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
                "style-src 'self' 'unsafe-inline'",
                f"img-src {images}",
                "font-src 'self' data:",
                "connect-src 'self'",
                "worker-src 'self' blob:",
                "object-src 'none'",
                "base-uri 'self'",
                "form-action 'self'",
            )
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to every answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Content-Security-Policy"] = self._policy
            await send(message)

        await self.app(scope, receive, send_with_headers)


class PageLanguage:
    """Write the language and the name of the dashboard into the page that the browser opens."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite the opening page; let everything else through as it is."""
        if scope["type"] != "http" or not _opens_page(scope):
            await self.app(scope, receive, send)
            return
        # Our page differs from the file on disk: a cached or packed copy of that file is no use.
        unwanted = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
        plain = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in unwanted]}
        start: Message | None = None
        body = b""

        async def collect(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if start is None or message.get("more_body"):
                return
            headers = MutableHeaders(scope=start)
            if headers.get("content-type", "").startswith("text/html"):
                body = in_language(body, _language_of(scope)) if scope["method"] == "GET" else body
                headers["Content-Length"] = str(len(body))
                for name in ("etag", "last-modified"):
                    if name in headers:
                        del headers[name]
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self.app(plain, receive, collect)


def in_language(page: bytes, language: Language) -> bytes:
    """Set the language and the title of an HTML page that declares both."""
    page = re.sub(rb"<html lang=\"[^\"]*\"", f'<html lang="{language}"'.encode(), page, count=1)
    return re.sub(rb"<title>[^<]*</title>", f"<title>{PAGE_TITLE}</title>".encode(), page, count=1)


def _opens_page(scope: Scope) -> bool:
    """Say whether a browser asks for a page, and not for one of its parts."""
    last = scope["path"].rsplit("/", 1)[-1]
    inner = "/component/" in scope["path"] or "/_stcore/" in scope["path"]
    accepts = Headers(scope=scope).get("accept", "")
    return scope["method"] in {"GET", "HEAD"} and "." not in last and not inner and "text/html" in accepts


def _language_of(scope: Scope) -> Language:
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get(LANGUAGE_KEY, [""])[0]
    return next((language for language in LANGUAGES if language == asked), DEFAULT_LANGUAGE)
