"""The client of every service, against a local one that behaves as badly as they do."""

from __future__ import annotations

import gzip
import io
import socket
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import responses

from etl import http as http_module
from etl.http import Http, Kind
from etl.refusals import ContentError, StatusError
from etl.retrying import Clock, asked_wait_seconds
from etl.settings import Settings
from geodata.errors import FetchError
from tests.etl.services.server import (
    QuickClock,
    Reply,
    Service,
    busy,
    file_reply,
    html_reply,
    json_reply,
    quick_http,
    serving,
)

FILE = "https://data.example/file"
ROUTE = ("GET", "/data.example/file")
CSV = b"id,name\n" + b"".join(b"%d,Centre %d\n" % (n, n) for n in range(20_000))


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as running:
        yield running


def test_a_small_answer_says_what_it_is_and_when(service: Service) -> None:
    service.routes[ROUTE] = Reply(
        200, b"a\n\xc3\xa9\n", "text/csv", {"Last-Modified": "Tue, 22 Oct 2024 08:30:00 GMT"}
    )
    answer = quick_http(service).get(FILE, params={"q": "a b"}, expect=Kind.CSV)
    assert (answer.text, answer.status, answer.url) == ("a\né\n", 200, f"{FILE}?q=a+b")
    assert answer.last_modified == "2024-10-22T08:30:00+00:00"
    assert datetime.fromisoformat(answer.retrieved_at).tzinfo == UTC
    assert service.requests[0].query == {"q": ["a b"]}


def test_a_publisher_can_tell_who_asks(service: Service) -> None:
    service.routes[ROUTE] = json_reply({})
    quick_http(service, contact="donnees@exemple.org\r\nX-Bad: 1").json(FILE)
    assert service.requests[0].headers["user-agent"] == "Proximite/0.1.0 (donnees@exemple.orgX-Bad: 1)"
    assert "x-bad" not in service.requests[0].headers


def test_a_question_is_posted_and_may_be_asked_again(service: Service) -> None:
    service.routes[("POST", "/data.example/file")] = [busy(504), json_reply({"elements": []})]
    answer = quick_http(service).post(FILE, data={"data": "[out:json];"}, expect=Kind.JSON)
    assert answer.json() == {"elements": []}
    assert [asked.form["data"] for asked in service.requests] == [["[out:json];"]] * 2


def test_without_a_relay_the_host_itself_is_asked() -> None:
    with responses.RequestsMock() as mock:
        mock.get(f"{FILE}?a=1", json={"ok": True}, status=404)
        with pytest.raises(StatusError) as refused:
            Http(pause_seconds=0).json(FILE, params={"a": 1})
    assert refused.value.status == 404


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_failure_is_asked_again_later_each_time(service: Service, status: int) -> None:
    service.routes[ROUTE] = [busy(status), busy(status), busy(status), json_reply({"ok": 1})]
    clock = QuickClock()
    assert quick_http(service, clock=clock, pause_seconds=0).json(FILE) == {"ok": 1}
    assert len(clock.waits) == 3
    assert all(0.5 * 2**n <= wait <= 0.75 * 2**n for n, wait in enumerate(clock.waits))


def test_a_service_that_stays_out_of_order_is_left_after_five_attempts(service: Service) -> None:
    service.routes[ROUTE] = busy(503)
    with pytest.raises(StatusError, match="en panne"):
        quick_http(service).json(FILE)
    assert len(service.requests) == 5


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_lasting_failure_is_not_asked_again(service: Service, status: int) -> None:
    service.routes[ROUTE] = busy(status)
    with pytest.raises(StatusError) as refused:
        quick_http(service).json(FILE)
    assert (refused.value.status, len(service.requests)) == (status, 1)


def test_the_wait_that_a_service_asks_is_respected(service: Service) -> None:
    service.routes[ROUTE] = [busy(429, "7"), json_reply({})]
    clock = QuickClock()
    quick_http(service, clock=clock, pause_seconds=0).json(FILE)
    assert clock.waits == [7]


def test_a_wait_of_an_hour_is_told_and_not_waited(service: Service) -> None:
    service.routes[ROUTE] = [busy(429, "3600"), json_reply({})]
    clock = QuickClock()
    with pytest.raises(StatusError) as refused:
        quick_http(service, clock=clock).json(FILE)
    assert "in 60 min" in refused.value.sentence("en")
    assert (clock.waits, len(service.requests)) == ([], 1)


def test_a_wait_is_read_as_seconds_or_as_a_date() -> None:
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 55 < (asked_wait_seconds(in_a_minute) or 0) <= 60
    assert [asked_wait_seconds(header) for header in (None, "", "soon", "0", "12", "-5")] == [
        None, None, None, 0, 12, None,
    ]  # fmt: skip


def test_two_requests_to_one_host_are_apart_and_to_two_hosts_are_not(service: Service) -> None:
    service.routes = {("GET", "/one.example/x"): json_reply({}), ("GET", "/two.example/x"): json_reply({})}
    clock = QuickClock()
    http = quick_http(service, clock=clock, pause_seconds=50)
    http.json("https://one.example/x")
    http.json("https://two.example/x")
    assert clock.waits == []
    http.json("https://one.example/x")
    assert clock.waits == [pytest.approx(50, abs=5)]


def test_a_web_page_answered_with_a_200_is_refused(service: Service) -> None:
    for page in (html_reply(), Reply(200, html_reply().body, "text/csv"), Reply(200, b"a,b\n", "text/html")):
        service.routes[ROUTE] = page
        with pytest.raises(ContentError, match="page Web"):
            quick_http(service).get(FILE, expect=Kind.CSV)


@pytest.mark.parametrize("body", [b'{"a": ', b"[" * 200_000, b"[1" + b"0" * 5000 + b"]", b"{\xff}"])
def test_json_that_is_not_is_refused(service: Service, body: bytes) -> None:
    service.routes[ROUTE] = Reply(200, body, "application/json")
    with pytest.raises(FetchError, match="JSON lisible"):
        quick_http(service).json(FILE)


def test_a_body_is_capped_as_announced_and_as_received(service: Service) -> None:
    for reply in (Reply(200, CSV, "text/csv"), Reply(200, CSV, "text/csv", chunked=True, chunk_bytes=9000)):
        service.routes[ROUTE] = reply
        with pytest.raises(ContentError, match="dépasse"):
            quick_http(service).get(FILE, expect=Kind.CSV, most_bytes=100_000)
        assert len(quick_http(service).get(FILE, expect=Kind.CSV, most_bytes=len(CSV)).content) == len(CSV)


def test_a_compressed_answer_is_read_and_counted_as_it_is_inflated(service: Service) -> None:
    service.routes[ROUTE] = Reply(200, gzip.compress(CSV), "text/csv", {"Content-Encoding": "gzip"})
    assert quick_http(service).get(FILE, expect=Kind.CSV).content == CSV
    bomb = gzip.compress(b"a,b\n" + b"0" * 50_000_000)
    service.routes[ROUTE] = Reply(200, bomb, "text/csv", {"Content-Encoding": "gzip"})
    assert len(bomb) < 60_000
    with pytest.raises(ContentError, match="dépasse"):
        quick_http(service).get(FILE, expect=Kind.CSV, most_bytes=1_000_000)


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
def test_a_compressed_answer_that_is_broken_is_refused(service: Service, encoding: str) -> None:
    service.routes[ROUTE] = Reply(200, gzip.compress(CSV)[:-20], "text/csv", {"Content-Encoding": encoding})
    with pytest.raises(ContentError, match="compressée"):
        quick_http(service).get(FILE, expect=Kind.CSV)


def test_a_silent_service_is_left(service: Service) -> None:
    service.routes[ROUTE] = Reply(200, b"{}", "application/json", head_pause_seconds=60)
    with pytest.raises(FetchError, match="répondu à temps"):
        quick_http(service, timeout=(1, 0.1), retries=1).json(FILE)


def test_a_question_may_take_longer_than_usual(service: Service) -> None:
    service.routes[("POST", "/data.example/file")] = replace(json_reply({}), head_pause_seconds=0.3)
    asked = {"url": FILE, "data": "[out:json];", "expect": Kind.JSON}
    with pytest.raises(FetchError, match="répondu à temps"):
        quick_http(service, timeout=(1, 0.1), retries=0).post(**asked)  # type: ignore[arg-type]
    answer = quick_http(service, timeout=(1, 0.1), retries=0).post(**asked, wait_seconds=5)  # type: ignore[arg-type]
    assert answer.json() == {}


def test_the_client_of_the_settings_asks_through_their_relay(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        http_module, "settings", lambda: Settings(relay=service.url + "/", contact="moi@exemple.org")
    )
    service.routes[ROUTE] = json_reply({})
    assert Http.from_settings().json(FILE) == {}
    assert "moi@exemple.org" in service.requests[0].headers["user-agent"]


@contextmanager
def _dripping(line: bytes) -> Iterator[str]:
    """Serve headers that never end, quickly enough for no read to time out."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            joined, _ = listening.accept()
            with joined:
                try:
                    joined.sendall(b"HTTP/1.1 200 OK\r\n")
                    while not stop.wait(0.02):
                        joined.sendall(line)
                except OSError:
                    return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        stop.set()
        thread.join()


def test_headers_that_drip_without_end_are_cut() -> None:
    with _dripping(b"x") as url, pytest.raises(FetchError, match="répondu à temps"):
        Http(relay=url, timeout=(1, 0.3), retries=0).json(FILE)


class _HurriedClock(Clock):
    """A minute passes at each look."""

    def __init__(self) -> None:
        self.minutes = 0

    def now(self) -> float:
        """Give a later time."""
        self.minutes += 1
        return self.minutes * 60.0

    def sleep(self, seconds: float) -> None:
        """Pass at once."""


def test_a_body_that_drips_is_left(service: Service, tmp_path: Path) -> None:
    service.routes[ROUTE] = Reply(200, CSV, "text/csv", chunk_bytes=10, pause_seconds=0.001)
    http = quick_http(service, clock=_HurriedClock())
    with pytest.raises(FetchError, match="trop lentement"):
        http.get(FILE, expect=Kind.CSV)
    with pytest.raises(FetchError, match="trop lentement"):
        http.download(FILE, tmp_path / "file.csv", expect=Kind.CSV)
    assert not (tmp_path / "file.csv").exists()


@pytest.mark.parametrize(
    "broken",
    [
        Reply(200, CSV, "text/csv", cut_after=70_000),
        Reply(200, CSV, "text/csv", claimed_length=len(CSV) + 1000),
        Reply(200, CSV, "text/csv", cut_after=70_000, chunked=True),
        Reply(200, CSV, "text/csv", cut_after=0),
    ],
)
def test_an_answer_cut_short_is_asked_again_and_never_given(service: Service, broken: Reply) -> None:
    service.routes[ROUTE] = [broken, broken, Reply(200, CSV, "text/csv")]
    assert quick_http(service).get(FILE, expect=Kind.CSV).content == CSV
    service.routes[ROUTE] = broken
    with pytest.raises(FetchError, match="coupée"):
        quick_http(service, retries=1).get(FILE, expect=Kind.CSV)


def test_what_follows_the_announced_length_does_not_spoil_the_next_answer(service: Service) -> None:
    service.routes = {
        ROUTE: Reply(200, b'{"a": 1}HTTP/1.1 200 OK\r\n\r\n', "application/json", claimed_length=8),
        ("GET", "/data.example/next"): json_reply({"b": 2}),
    }
    http = quick_http(service)
    assert http.json(FILE) == {"a": 1}
    assert http.json("https://data.example/next") == {"b": 2}


def test_an_archive_has_its_end(service: Service, tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("a.csv", CSV)
    service.routes[ROUTE] = Reply(200, whole.getvalue()[:-30], "application/zip")
    with pytest.raises(ContentError, match="archive"):
        quick_http(service).download(FILE, tmp_path / "a.zip", expect=Kind.ZIP)
    assert list(tmp_path.iterdir()) == []
    service.routes[ROUTE] = file_reply(whole.getvalue(), "application/zip")
    assert quick_http(service).download(FILE, tmp_path / "a.zip", expect=Kind.ZIP).bytes == len(
        whole.getvalue()
    )
