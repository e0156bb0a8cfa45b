"""Where an address leads: redirects, relays, names that turn out private, hosts that are gone."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from etl import connections
from etl.http import Http, Kind
from etl.refusals import UnreachableError
from geodata.errors import AddressError, FetchError
from tests.etl.services.server import (
    QuickClock,
    Reply,
    Service,
    json_reply,
    quick_http,
    redirect,
    serving,
)

FILE = "https://data.example/file"
ROUTE = ("GET", "/data.example/file")
CSV = b"id,name\n" + b"".join(b"%d,Centre %d\n" % (n, n) for n in range(20_000))


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as running:
        yield running


def test_a_redirect_is_followed_to_another_host(service: Service) -> None:
    service.routes = {
        ROUTE: redirect("https://other.example/a?b=1", 301),
        ("GET", "/other.example/a"): redirect("../c d"),
        ("GET", "/other.example/c%20d"): json_reply({"ok": 1}),
    }
    answer = quick_http(service).get(FILE, expect=Kind.JSON)
    assert answer.url == "https://other.example/c%20d"
    assert service.requests[1].query == {"b": ["1"]}


def test_the_body_of_a_redirect_is_not_read(service: Service) -> None:
    service.routes = {
        ROUTE: Reply(302, b"x" * 10_000, "text/html", {"Location": "/ok"}, chunk_bytes=1, pause_seconds=1),
        ("GET", "/data.example/ok"): json_reply({"ok": 1}),
    }
    assert quick_http(service).json(FILE) == {"ok": 1}


def test_a_relay_that_redirects_to_itself_is_understood(service: Service) -> None:
    service.routes = {
        ROUTE: redirect(f"{service.url}/data.example/new"),
        ("GET", "/data.example/new"): json_reply({"ok": 1}),
    }
    assert quick_http(service).get(FILE, expect=Kind.JSON).url == "https://data.example/new"


def test_redirects_without_end_are_left(service: Service) -> None:
    service.routes[ROUTE] = redirect(FILE)
    with pytest.raises(FetchError, match="renvoie sans fin"):
        quick_http(service).json(FILE)
    assert len(service.requests) == 6


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://data.example/x", "http://[bad/", "data:,x"])
def test_a_redirect_out_of_the_web_is_refused(service: Service, target: str) -> None:
    service.routes[ROUTE] = redirect(target)
    with pytest.raises(AddressError):
        quick_http(service).json(FILE)
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:8000/x", "http://169.254.169.254/latest/meta-data/", "http://localhost/", "http://[::1]/",
     "http://2130706433/", "http://0x7f.1/", "http://me:pw@data.example/", "//10.0.0.8/x"],
)  # fmt: skip
def test_a_guarded_client_follows_no_redirect_to_a_private_address(service: Service, target: str) -> None:
    service.routes[ROUTE] = redirect(target)
    with pytest.raises(AddressError):
        quick_http(service, guard=True).json(FILE)
    assert [asked.path for asked in service.requests] == ["/data.example/file"]


def test_a_guarded_client_does_not_take_the_word_of_a_relay(service: Service) -> None:
    service.routes = {
        ROUTE: redirect(f"{service.url}/data.example/new"),
        ("GET", "/data.example/new"): json_reply({}),
    }
    with pytest.raises(AddressError):
        quick_http(service, guard=True).json(FILE)


def _resolving_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Make every name lead to these addresses."""
    families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
    found = [
        (family, socket.SOCK_STREAM, 6, "", (address, 80))
        for family, address in zip(families, addresses, strict=True)
    ]
    monkeypatch.setattr(connections.socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["10.1.2.3"], ["8.8.8.8", "192.168.1.1"], ["::ffff:7f00:1"], ["fe80::1%2"]]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_guarded_client_joins_no_name_that_leads_to_a_private_address(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str], scheme: str
) -> None:
    _resolving_to(monkeypatch, *addresses)
    with pytest.raises(AddressError, match="réseau privé"):
        Http(guard=True, retries=0).json(f"{scheme}://rebound.example/x")


def test_a_guarded_client_checks_the_peer_that_it_joined(
    monkeypatch: pytest.MonkeyPatch, service: Service
) -> None:
    """Were the address checked not the one joined, the peer would tell, before anything is sent."""
    local = ("127.0.0.1", int(service.url.rpartition(":")[2]))
    monkeypatch.setattr(
        connections.socket,
        "getaddrinfo",
        lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", local)],
    )
    seen: list[str] = []

    def public_at_first(address: str) -> bool:
        seen.append(address)
        return len(seen) == 1

    monkeypatch.setattr(connections, "is_public", public_at_first)
    with pytest.raises(AddressError, match="réseau privé"):
        Http(guard=True, retries=0).json("http://rebound.example/x")
    assert (seen, service.requests) == (["127.0.0.1"] * 2, [])


def test_a_guarded_client_reads_a_public_host_and_uses_no_proxy(
    monkeypatch: pytest.MonkeyPatch, service: Service
) -> None:
    local = ("127.0.0.1", int(service.url.rpartition(":")[2]))
    monkeypatch.setattr(
        connections.socket,
        "getaddrinfo",
        lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", local)],
    )
    monkeypatch.setattr(connections, "is_public", lambda _: True)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    service.routes[("GET", "/x")] = json_reply({"ok": 1})
    assert Http(guard=True, retries=0).json("http://public.example/x") == {"ok": 1}
    assert service.requests[0].headers["host"] == "public.example"


def test_a_name_that_does_not_resolve_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(connections.socket, "getaddrinfo", unknown)
    for guard in (True, False):
        clock = QuickClock()
        with pytest.raises(UnreachableError, match="connexion à Internet"):
            Http(guard=guard, clock=clock).json("https://nowhere.example/x")
        assert clock.waits == []


def test_a_host_that_takes_no_connection_is_not_waited_for_twice() -> None:
    with serving() as gone:
        pass
    clock = QuickClock()
    http = quick_http(gone, clock=clock, pause_seconds=0)
    with pytest.raises(UnreachableError, match="relais"):
        http.json(FILE)
    assert len(clock.waits) == 4
    with pytest.raises(UnreachableError):
        http.json(FILE)
    assert len(clock.waits) == 4
