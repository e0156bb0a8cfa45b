"""Listings fetched from an address: public hosts only, pages followed on their own host, bounded."""

import json
from pathlib import Path
from typing import Any

import pytest

from etl.http import Http
from etl.listings import remote
from etl.listings.importer import import_listing
from etl.listings.remote import fetch_listing, is_address
from geodata.errors import AddressError, FetchError, ListingError, ProximiteError
from tests.etl.services.server import Asked, Reply, quick_http, serving

BASE = "https://listing.example"


def _json(content: Any) -> Reply:
    return Reply(body=json.dumps(content).encode(), headers={"Content-Type": "application/json"})


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("https://a.ca/x.csv", True), ("HTTP://a.ca", True), ("ftp://a.ca/x", True),
        ("file:///etc/passwd", True),
        ("file:/etc/passwd", True), ("data:text/csv,a", True), ("listing.csv", False), ("./a:b.csv", False),
        ("C:\\listes\\a.csv", False),
    ],
)  # fmt: skip
def test_what_is_an_address(text: str, yes: bool) -> None:
    assert is_address(text) is yes


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://example.org/a.csv", "http://127.0.0.1:9/a.csv", "http://localhost/a.csv",
        "http://10.1.2.3/a.csv", "http://[::1]/a.csv", "http://169.254.169.254/latest/meta-data/",
        "http://192.168.0.1/a.csv", "http://2130706433/", "http://[::ffff:10.0.0.1]/", "data:text/csv,a",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(AddressError) as caught:
        import_listing(url, tmp_path / "out", http=Http(guard=True, retries=0))
    assert caught.value.sentence("fr") != caught.value.sentence("en")
    assert list(tmp_path.iterdir()) == []


def test_a_redirect_to_a_private_address_is_refused(tmp_path: Path) -> None:
    away = Reply(status=302, headers={"Location": "http://169.254.169.254/latest/"})
    with serving({("GET", "/listing.example/a.csv"): away}) as service:
        http = Http(relay=service.url, guard=True, retries=0, pause_seconds=0)
        with pytest.raises(ProximiteError):
            fetch_listing(f"{BASE}/a.csv", tmp_path / "f", http)
        assert len(service.requests) == 1


def test_a_file_is_known_by_its_content(tmp_path: Path) -> None:
    reply = Reply(body=b"Nom,Ville\nLe Pont,Laval\n", headers={"Content-Type": "text/plain"})
    with serving({("GET", "/listing.example/export"): reply}) as service:
        report = import_listing(f"{BASE}/export?format=csv", tmp_path / "out", http=quick_http(service))
    assert (report.format, report.loaded) == ("table", 1)


def test_every_page_of_an_api_is_read(tmp_path: Path) -> None:
    def page(asked: Asked) -> Reply:
        number = int(asked.one("page", "1"))
        contents = [{"id": f"s{number}{i}", "name": f"Repas {number}{i}"} for i in range(2)]
        return _json({"contents": contents, "page_number": number, "total_pages": 3, "size": 2})

    with serving({("GET", "/listing.example/services"): page}) as service:
        report = import_listing(f"{BASE}/services", tmp_path / "out", http=quick_http(service))
        assert [asked.one("page") for asked in service.requests] == ["", "2", "3"]
    assert (report.format, report.read, report.loaded) == ("hsds_json", 6, 6)


def test_pages_stay_on_their_host(tmp_path: Path) -> None:
    first = {"contents": [{"id": "s1", "name": "Repas"}], "next": "https://elsewhere.example/services"}
    with (
        serving({("GET", "/listing.example/services"): _json(first)}) as service,
        pytest.raises(ListingError, match="hôte"),
    ):
        fetch_listing(f"{BASE}/services", tmp_path / "f", quick_http(service))


def test_pages_that_never_end_are_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def page(asked: Asked) -> Reply:
        number = int(asked.one("page", "1"))
        return _json({"contents": [{"id": f"s{number}", "name": "Repas"}], "next": f"?page={number + 1}"})

    monkeypatch.setattr(remote, "MOST_PAGES", 5)
    with (
        serving({("GET", "/listing.example/services"): page}) as service,
        pytest.raises(ListingError, match="finissent pas"),
    ):
        fetch_listing(f"{BASE}/services", tmp_path / "f", quick_http(service))


def test_an_answer_of_overpass(tmp_path: Path) -> None:
    content = {
        "version": 0.6,
        "elements": [
            {"type": "node", "id": 1, "lat": 45.51, "lon": -73.57,
             "tags": {"name": "Le Pont", "amenity": "community_centre"}},
        ],
    }  # fmt: skip
    with serving({("GET", "/listing.example/api/interpreter"): _json(content)}) as service:
        report = import_listing(f"{BASE}/api/interpreter", tmp_path / "out", http=quick_http(service))
    assert (report.format, report.loaded, report.placed["rooftop"]) == ("osm", 1, 1)


def test_a_web_page_in_place_of_data(tmp_path: Path) -> None:
    reply = Reply(body=b"<!doctype html><html>Non</html>", headers={"Content-Type": "text/html"})
    with serving({("GET", "/listing.example/a.csv"): reply}) as service, pytest.raises(FetchError):
        import_listing(f"{BASE}/a.csv", tmp_path / "out", http=quick_http(service))
    assert not (tmp_path / "out").exists()
