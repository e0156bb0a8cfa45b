"""Fetch a listing from an address that a person gives: public http(s) hosts only, bounded, page by page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from etl.answers import Kind
from etl.http import Http
from etl.listings.pages import iterate_pages
from geodata.errors import ListingError
from geodata.text import Text

MOST_BYTES: Final = 500_000_000
MOST_PAGES: Final = 2_000
_MOST_PAGE_BYTES: Final = 20_000_000
_SCHEME: Final = re.compile(
    r"[a-z][a-z0-9+.-]+://|(?:file|ftp|http|https|data|javascript|jar|gopher):", re.IGNORECASE
)
_UNSAFE: Final = re.compile(r"[^\w.-]+")


def is_address(text: str) -> bool:
    """Whether a source is an address rather than a path; an address of any scheme, to be refused by name."""
    return _SCHEME.match(text) is not None


def fetch_listing(url: str, folder: Path, http: Http | None = None) -> Path:
    """Fetch a file, or every page of an API, into a folder.

    Parameters
    ----------
    url
        As a person gave it.
    folder
        Where to write; made if absent.
    http
        The client; by default one that refuses what is not a public http(s) host, after each redirect too.

    Returns
    -------
    Path
        The file; its type is told by its content.

    Raises
    ------
    AddressError
        If the address, or one that it leads to, is not public.
    FetchError
        If the host does not answer, answers a web page, or more than 500 MB.
    ListingError
        If the pages of an API leave their host or do not end.
    """
    client = http or Http.from_settings(guard=True)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / _name_of(url)
    client.download(url, target, expect=Kind.ANY, most_bytes=MOST_BYTES)
    first = _as_page(target)
    if first is None:
        return target
    return _other_pages(url, first, target, client)


def _name_of(url: str) -> str:
    name = PurePosixPath(unquote(urlsplit(url).path)).name
    return _UNSAFE.sub("_", name)[-100:].strip(".") or "listing"


def _as_page(path: Path) -> Any | None:
    """Give the JSON object of a small file that may be the first page of an API."""
    if path.stat().st_size > _MOST_PAGE_BYTES:
        return None
    content = path.read_bytes()
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return None
    try:
        page = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return page if isinstance(page, dict) else None


def _other_pages(url: str, first: Any, target: Path, client: Http) -> Path:
    """Write the records of all pages as one array; a single page is left as it came."""
    received = 0

    def ask(address: str) -> Any:
        nonlocal received
        if address == url:
            return first
        answer = client.get(address, expect=Kind.JSON, most_bytes=_MOST_PAGE_BYTES)
        received += len(answer.content)
        if received > MOST_BYTES:
            raise _too_much(url)
        return answer.json()

    pages = iterate_pages(ask, url, most_pages=MOST_PAGES)
    beginning = [next(pages, []), next(pages, None)]
    if beginning[1] is None:
        return target
    whole = target.with_name("pages.json")
    with whole.open("w", encoding="utf-8") as stream:
        for number, record in enumerate(_records(beginning, pages)):
            stream.write("[" if number == 0 else ",\n")
            json.dump(record, stream, ensure_ascii=False)
        stream.write("]\n")
    return whole


def _records(beginning: list[list[Any] | None], pages: Iterator[list[Any]]) -> Iterator[Any]:
    for page in beginning:
        yield from page or ()
    for page in pages:
        yield from page


def _too_much(url: str) -> ListingError:
    return ListingError(
        Text("les pages dépassent 500 Mo", "the pages exceed 500 MB"),
        where=url[:200],
        hint=Text(
            "demandez un export en un fichier à qui publie la liste",
            "ask the publisher for an export in one file",
        ),
    )
