"""The pages of an HSDS API, followed one after the other on the same host."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from etl.listings.json_stream import CONTAINERS
from geodata.errors import ListingError
from geodata.text import Text

MOST_PAGES: Final = 10_000


def iterate_pages(
    get_json: Callable[[str], Any], url: str, *, most_pages: int = MOST_PAGES
) -> Iterator[list[Any]]:
    """Follow the pages of an API, giving the records of each.

    Parameters
    ----------
    get_json
        Asks an address and decodes its answer; the guard of the network is the caller's.
    url
        First page: an HSDS 3 list (``contents``, ``page_number``, ``total_pages``) or a page that names
        the next one (``next``, ``links.next``). An answer that is no page is given as one record.
    most_pages
        Pages after which the reading stops.

    Raises
    ------
    ListingError
        If a page sends to another host, comes back to a page already read, or there are too many.
    """
    seen: set[str] = set()
    following: str | None = url
    while following:
        if following in seen or len(seen) >= most_pages:
            raise _endless(following)
        seen.add(following)
        answer = get_json(following)
        records = records_of(answer)
        yield records
        after = _next_page(answer, following) if records else None
        if after and _host(after) != _host(url):
            raise _elsewhere(after)
        following = after


def records_of(answer: Any) -> list[Any]:
    """Give the records of one answer: those of its list, else the answer itself."""
    if isinstance(answer, list):
        return answer
    if isinstance(answer, dict):
        for name in CONTAINERS:
            if isinstance(answer.get(name), list):
                return list(answer[name])
        return [answer]
    return []


def _next_page(answer: Any, url: str) -> str | None:
    if not isinstance(answer, dict):
        return None
    links = answer.get("links") or answer.get("_links")
    named = (
        answer.get("next")
        or answer.get("next_page")
        or (links.get("next") if isinstance(links, dict) else None)
    )
    if isinstance(named, dict):
        named = named.get("href")
    if isinstance(named, str) and named.strip():
        return urljoin(url, named.strip())
    page, pages = (
        _number(answer, "page_number", "number", "page"),
        _number(answer, "total_pages", "totalPages"),
    )
    if page is None or pages is None or answer.get("last_page") is True or page >= pages:
        return None
    return _with_page(url, page + 1)


def _number(answer: Mapping[str, Any], *names: str) -> int | None:
    for name in names:
        value = answer.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def _with_page(url: str, page: int) -> str:
    parts = urlsplit(url)
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != "page"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("page", str(page))]), fragment=""))


def _host(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.casefold()


def _elsewhere(url: str) -> ListingError:
    return ListingError(
        Text("la page suivante est chez un autre hôte", "the next page is at another host"),
        where=url[:200],
        hint=Text(
            "importer cette adresse à part, si elle est bien voulue",
            "import that address apart, if it is wanted",
        ),
    )


def _endless(url: str) -> ListingError:
    return ListingError(
        Text("les pages ne finissent pas", "the pages do not end"),
        where=url[:200],
        hint=Text(
            "demander un export en un fichier à qui publie la liste",
            "ask the publisher for an export in one file",
        ),
    )
