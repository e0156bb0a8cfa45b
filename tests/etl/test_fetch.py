"""What was fetched goes on, is kept by its hash, and its record survives."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.fetch import LockEntry, Retrieved, SourcesLock, Store, write_atomically
from etl.http import Http, Kind
from etl.live import FetchContext
from geodata.errors import FetchError, OutputError, SourceFileError
from tests.etl.services.server import Asked, Reply, Service, busy, file_reply, html_reply, quick_http, serving

URL = "https://data.example/file.csv"
ROUTE = ("GET", "/data.example/file.csv")
BODY = b"id,name\n" + b"".join(b"%d,Centre %d\n" % (n, n) for n in range(20_000))
NEWER = BODY.replace(b"Centre", b"Clinic")


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as running:
        yield running


def _get(http: Http, target: Path) -> bytes:
    http.download(URL, target, expect=Kind.CSV)
    assert list(target.parent.iterdir()) == [target]
    return target.read_bytes()


def test_a_download_goes_on_from_where_it_was_cut(service: Service, tmp_path: Path) -> None:
    service.routes[ROUTE] = file_reply(BODY, "text/csv", cuts=[100_000, 50_000])
    told: list[tuple[int, int | None]] = []
    received = quick_http(service).download(
        URL, tmp_path / "file.csv", expect=Kind.CSV, progress=lambda done, all_: told.append((done, all_))
    )
    assert (tmp_path / "file.csv").read_bytes() == BODY
    assert (received.sha256, received.bytes, received.etag) == (sha256(BODY).hexdigest(), len(BODY), '"one"')
    assert [asked.headers.get("range") for asked in service.requests] == [
        None,
        "bytes=100000-",
        "bytes=150000-",
    ]
    assert {asked.headers.get("if-range") for asked in service.requests[1:]} == {'"one"'}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (len(BODY), len(BODY))


def test_a_download_goes_on_another_day(service: Service, tmp_path: Path) -> None:
    service.routes[ROUTE] = file_reply(BODY, "text/csv", etag=None, cuts=[100_000])
    with pytest.raises(FetchError, match="coupée"):
        quick_http(service, retries=0).download(URL, tmp_path / "file.csv", expect=Kind.CSV)
    assert not (tmp_path / "file.csv").exists()
    assert _get(quick_http(service), tmp_path / "file.csv") == BODY
    assert service.requests[-1].headers["if-range"] == "Tue, 22 Oct 2024 12:30:00 GMT"


def _cut_then(service: Service, then: Reply) -> None:
    first = file_reply(BODY, "text/csv", cuts=[100_000])
    whole = file_reply(NEWER, "text/csv", etag='"two"', last_modified=None)
    turns = [first, lambda _: then, whole]
    service.routes[ROUTE] = lambda asked: (turns.pop(0) if len(turns) > 1 else turns[0])(asked)


PART = Reply(206, NEWER[100_000:], "text/csv")
SPAN = f"bytes 100000-{len(BODY) - 1}/{len(BODY)}"


@pytest.mark.parametrize(
    "then",
    [
        Reply(200, NEWER, "text/csv", {"ETag": '"two"'}),
        replace(PART, headers={"ETag": '"two"', "Content-Range": SPAN}),
        replace(PART, headers={"Last-Modified": "Wed, 23 Oct 2024 12:30:00 GMT", "Content-Range": SPAN}),
        replace(PART, headers={"ETag": '"one"', "Content-Range": SPAN.replace("100000-", "0-")}),
        replace(PART, headers={"ETag": '"one"', "Content-Range": SPAN + "9"}),
        replace(PART, headers={"ETag": '"one"', "Content-Range": "bytes of a file"}),
        replace(PART, headers={"ETag": '"one"'}),
        Reply(416, headers={"Content-Range": "bytes */5"}),
        Reply(412),
    ],
)
def test_a_file_that_changed_meanwhile_is_taken_anew(service: Service, tmp_path: Path, then: Reply) -> None:
    _cut_then(service, then)
    assert _get(quick_http(service), tmp_path / "file.csv") == NEWER


def test_what_was_received_without_a_mark_is_not_trusted(service: Service, tmp_path: Path) -> None:
    service.routes[ROUTE] = file_reply(BODY, "text/csv", etag='W/"weak"', last_modified=None, cuts=[100_000])
    assert _get(quick_http(service), tmp_path / "file.csv") == BODY
    assert [asked.headers.get("range") for asked in service.requests] == [None, None]


@pytest.mark.parametrize("notes", [b"", b"[]", b'{"asked": 1}', b"\xff", b"null"])
def test_spoiled_notes_start_the_download_again(service: Service, tmp_path: Path, notes: bytes) -> None:
    (tmp_path / "file.csv.part").write_bytes(b"something else")
    (tmp_path / "file.csv.part.json").write_bytes(notes)
    service.routes[ROUTE] = file_reply(BODY, "text/csv")
    assert _get(quick_http(service), tmp_path / "file.csv") == BODY


@pytest.mark.parametrize(
    "reply",
    [html_reply(), Reply(200, b"", "text/csv"), Reply(200, BODY, "text/csv"), Reply(200, BODY, chunked=True)],
)
def test_a_refused_download_leaves_nothing_and_spoils_nothing(
    service: Service, tmp_path: Path, reply: Reply
) -> None:
    service.routes[ROUTE] = reply
    (tmp_path / "file.csv").write_bytes(b"good")
    with pytest.raises(FetchError):
        quick_http(service).download(URL, tmp_path / "file.csv", expect=Kind.CSV, most_bytes=90_000)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"good"]


def test_a_folder_that_cannot_be_written_is_told(service: Service, tmp_path: Path) -> None:
    service.routes[ROUTE] = file_reply(BODY, "text/csv")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="ne peut être écrit"):
        quick_http(service).download(URL, tmp_path / "file" / "x.csv", expect=Kind.CSV)
    with pytest.raises(OutputError):
        Store(tmp_path / "file").fetch(quick_http(service), URL, name="x", expect=Kind.CSV)


def _fetch(service: Service, store: Store, **more: float) -> tuple[Path, Retrieved]:
    return store.fetch(quick_http(service), URL, name="x", expect=Kind.CSV, **more)  # type: ignore[arg-type]


def test_a_file_is_kept_by_its_hash_and_asked_for_only_if_it_changed(
    service: Service, tmp_path: Path
) -> None:
    service.routes[ROUTE] = file_reply(BODY, "text/csv")
    store = Store(tmp_path)
    path, retrieved = _fetch(service, store)
    digest = sha256(BODY).hexdigest()
    assert path == tmp_path / "cache" / digest[:2] / digest
    assert path.read_bytes() == BODY
    assert (retrieved.url, retrieved.via, retrieved.bytes) == (URL, service.url, len(BODY))
    assert _fetch(service, store) == (path, retrieved)
    assert service.requests[1].headers["if-none-match"] == '"one"'
    assert service.requests[1].headers["if-modified-since"] == "Tue, 22 Oct 2024 12:30:00 GMT"
    service.routes[ROUTE] = file_reply(NEWER, "text/csv", etag='"two"', last_modified=None)
    newer, _ = _fetch(service, store)
    assert (newer.read_bytes(), path.read_bytes()) == (NEWER, BODY)


def test_a_fresh_copy_is_given_without_a_request(service: Service, tmp_path: Path) -> None:
    service.routes[ROUTE] = file_reply(BODY, "text/csv")
    first = _fetch(service, Store(tmp_path))
    assert _fetch(service, Store(tmp_path), fresh_seconds=3600) == first
    assert len(service.requests) == 1


@pytest.mark.parametrize("spoil", [b"", BODY[:-1], BODY.replace(b"7", b"8")])
def test_a_damaged_copy_is_received_anew(service: Service, tmp_path: Path, spoil: bytes) -> None:
    service.routes[ROUTE] = file_reply(BODY, "text/csv")
    path, _ = _fetch(service, Store(tmp_path))
    path.write_bytes(spoil)
    again, _ = _fetch(service, Store(tmp_path), fresh_seconds=3600)
    assert again.read_bytes() == BODY
    assert "if-none-match" not in service.requests[1].headers


@pytest.mark.parametrize("index", [b"", b"{}", b'{"retrieved": {"name": 1}, "etag": null}', b"[[[", b"null"])
def test_a_damaged_index_is_made_again(service: Service, tmp_path: Path, index: bytes) -> None:
    service.routes[ROUTE] = file_reply(BODY, "text/csv")
    _fetch(service, Store(tmp_path))
    (file,) = (tmp_path / "cache" / "index").iterdir()
    file.write_bytes(index)
    assert _fetch(service, Store(tmp_path))[0].read_bytes() == BODY


def test_a_failed_fetch_raises_and_keeps_what_was_there(service: Service, tmp_path: Path) -> None:
    service.routes[ROUTE] = file_reply(BODY, "text/csv")
    path, _ = _fetch(service, Store(tmp_path))
    for failure in (busy(503), html_reply()):
        service.routes[ROUTE] = failure
        with pytest.raises(FetchError):
            _fetch(service, Store(tmp_path))
    assert path.read_bytes() == BODY


def test_two_at_once_receive_a_file_once(service: Service, tmp_path: Path) -> None:
    service.routes[ROUTE] = file_reply(BODY, "text/csv")
    results: list[Path] = []
    workers = [
        threading.Thread(target=lambda: results.append(_fetch(service, Store(tmp_path))[0])) for _ in range(6)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (len(results), len(set(results))) == (6, 1)
    assert sum("if-none-match" not in asked.headers for asked in service.requests) == 1
    assert list((tmp_path / "cache" / "partial").iterdir()) == []


def test_the_answer_to_a_question_is_kept_too(service: Service, tmp_path: Path) -> None:
    service.routes[("POST", "/data.example/q")] = Reply(200, b'{"elements": []}', "application/json")
    answer = quick_http(service).post("https://data.example/q", data={"data": "…"}, expect=Kind.JSON)
    for _ in range(2):
        path, retrieved = Store(tmp_path).keep(answer, name="places", via=service.url)
        assert path.read_bytes() == b'{"elements": []}'
        assert retrieved.sha256 == path.name


def test_a_context_fetches_and_says_how_far_it_is(service: Service, tmp_path: Path) -> None:
    service.routes[ROUTE] = file_reply(BODY, "text/csv")
    said: list[tuple[str, int, int]] = []
    context = FetchContext(quick_http(service), Store(tmp_path), tmp_path, lambda *words: said.append(words))
    path, retrieved = context.file(URL, name="places.csv", expect=Kind.CSV)
    assert (path.read_bytes(), retrieved.name) == (BODY, "places.csv")
    assert said[-1] == ("places.csv", len(BODY), len(BODY))


retrieved_files = st.builds(
    Retrieved,
    name=st.text(max_size=20),
    url=st.text(max_size=40),
    sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
    bytes=st.integers(0, 2**40),
    last_modified=st.none() | st.text(max_size=25),
    retrieved_at=st.text(max_size=25),
    via=st.text(max_size=25),
)
entries = st.builds(
    LockEntry,
    files=st.lists(retrieved_files, max_size=3).map(tuple),
    verified_live=st.none() | st.dates().map(str),
    verdict=st.none() | st.sampled_from(["ok", "attention", "refus"]),
    accepted_reason=st.none() | st.text(),
)


@given(st.dictionaries(st.text(min_size=1, max_size=20), entries, max_size=4))
def test_the_lock_survives_there_and_back(
    tmp_path_factory: pytest.TempPathFactory, sources: dict[str, LockEntry]
) -> None:
    home = tmp_path_factory.mktemp("home")
    SourcesLock(sources).write(home)
    assert SourcesLock.read(home).entries == sources
    assert [path.name for path in home.iterdir()] == ["sources.lock"]


def test_the_lock_of_a_new_folder_is_empty(tmp_path: Path) -> None:
    assert SourcesLock.read(tmp_path / "absent") == SourcesLock()


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"null", b'{"version": 2, "sources": {}}', b'{"version": 1, "sources": {"a": 1}}', b"\xff"],
)
def test_a_damaged_lock_is_refused_with_a_way_out(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "sources.lock").write_bytes(content)
    with pytest.raises(SourceFileError, match="renommez"):
        SourcesLock.read(tmp_path)


def test_several_refreshes_change_the_lock_one_after_the_other(tmp_path: Path) -> None:
    def change(source: str) -> None:
        for _ in range(5):
            SourcesLock.update(
                tmp_path, source, lambda entry: replace(entry, verdict=(entry.verdict or "") + "x")
            )

    workers = [threading.Thread(target=change, args=(f"source_{n}",)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    document = json.loads((tmp_path / "sources.lock").read_bytes())
    assert {name: entry["verdict"] for name, entry in document["sources"].items()} == {
        f"source_{n}": "xxxxx" for n in range(4)
    }


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"good")

    def full(self: Path, other: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="No space left"):
        write_atomically(target, b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"good"]


def test_the_local_service_answers_what_no_route_names_with_a_404(service: Service) -> None:
    service.routes[("GET", "/data.example/*")] = lambda asked: Reply(200, asked.path.encode(), "text/plain")
    assert quick_http(service).get("https://data.example/a/b", expect=Kind.TEXT).text == "/data.example/a/b"
    with pytest.raises(FetchError, match="Rien n'est publié"):
        quick_http(service).get("https://other.example/", expect=Kind.TEXT)
    assert [type(asked) for asked in service.requests] == [Asked, Asked]
