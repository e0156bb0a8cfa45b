import asyncio
import gzip
import hashlib
import json
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from streamlit import config
from streamlit.testing.v1 import AppTest
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_assets_routes

from dashboard import server
from dashboard.maps import Place, PlaceSet, assets
from dashboard.maps.marks import MARKS
from dashboard.maps.places import MOST_KEPT, publish, published
from geodata.errors import PackageError
from geodata.model import ServiceCategory
from geodata.package import Package
from geodata.text import Text

CONTENT = json.dumps({"type": "Topology", "filler": "é" * 5000}).encode()
NAME = f"clsc.{hashlib.sha256(CONTENT).hexdigest()[:12]}.topojson"


@dataclass(frozen=True)
class Answer:
    status_code: int
    headers: Headers
    raw: bytes

    @property
    def content(self):
        return gzip.decompress(self.raw) if self.headers.get("content-encoding") == "gzip" else self.raw

    @property
    def text(self):
        return self.content.decode()

    def json(self):
        return json.loads(self.content)


class Client:
    """Ask an ASGI application without a socket."""

    def __init__(self, app):
        self.app = app

    def get(self, address, headers=None):
        path, _, query = address.partition("?")
        sent = {"accept-encoding": "gzip", **{k.lower(): v for k, v in (headers or {}).items()}}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(k.encode(), v.encode()) for k, v in sent.items()],
            "server": ("localhost", 80),
        }
        messages = []

        asked = []

        async def receive():
            if asked:
                await asyncio.Event().wait()  # The reader stays until the answer is whole.
            asked.append(True)
            return {"type": "http.request", "body": b""}

        async def send(message):
            messages.append(message)

        asyncio.run(self.app(scope, receive, send))
        body = b"".join(message.get("body", b"") for message in messages[1:])
        return Answer(messages[0]["status"], Headers(raw=messages[0]["headers"]), body)


@pytest.fixture
def served_package(tmp_path):
    folder = tmp_path / "pkg"
    (folder / "geometry").mkdir(parents=True)
    (folder / "geometry" / NAME).write_bytes(CONTENT)
    (folder / "geometry" / "other.topojson").write_bytes(b"not in the manifest")
    (folder / "secret.json").write_text("secret")
    return Package(folder, {"geometry": {"clsc": NAME}, "content_sha256": "0" * 64})


def client_of(current, base="", origin=""):
    routes = [*server.own_routes(current, base), *create_streamlit_static_assets_routes(base_url="")]
    return Client(Starlette(routes=routes, middleware=server.own_middleware(origin)))


@pytest.fixture
def client(served_package):
    return client_of(lambda: served_package)


def test_shapes_are_packed_and_kept_for_ever(client):
    answer = client.get(f"/geometry/{NAME}", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.content == CONTENT
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(gzip.compress(CONTENT, 9, mtime=0))
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["vary"] == "Accept-Encoding"


def test_a_reader_without_gzip_gets_plain_shapes(client):
    answer = client.get(f"/geometry/{NAME}", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.content == CONTENT


def test_what_is_already_there_is_not_sent_again(client):
    etag = client.get(f"/geometry/{NAME}").headers["etag"]
    again = client.get(f"/geometry/{NAME}", headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize(
    "name",
    [
        "other.topojson",
        "secret.json",
        "nothing",
        "..%2Fsecret.json",
        "%2e%2e%2fsecret.json",
        f"..%2fgeometry%2f{NAME}",
    ],
)
def test_only_the_layers_of_the_manifest_are_served(client, name):
    answer = client.get(f"/geometry/{name}")
    assert b"secret" not in answer.content
    assert answer.status_code in {400, 404} or answer.headers["content-type"].startswith("text/html")


def test_an_unknown_layer_gets_a_calm_answer_that_is_not_kept(client):
    answer = client.get("/geometry/clsc.000000000000.topojson")
    assert answer.status_code == 404
    assert "Cette adresse" in answer.text
    assert "Nothing is found" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_refreshed_package_is_served_without_a_restart(tmp_path, served_package):
    current = [served_package]
    client = client_of(lambda: current[0])
    assert client.get(f"/geometry/{NAME}").status_code == 200
    newer = tmp_path / "newer"
    (newer / "geometry").mkdir(parents=True)
    (newer / "geometry" / "clsc.new.topojson").write_bytes(b'{"new":1}')
    current[0] = Package(newer, {"geometry": {"clsc": "clsc.new.topojson"}, "content_sha256": "1" * 64})
    assert client.get("/geometry/clsc.new.topojson").json() == {"new": 1}
    assert client.get(f"/geometry/{NAME}").status_code == 404


def test_a_broken_package_gives_a_calm_answer(caplog):
    def broken():
        raise PackageError(
            Text("Le paquet manque", "The package is missing"), hint=Text("refaites-le", "redo it")
        )

    answer = client_of(broken).get(f"/geometry/{NAME}")
    assert answer.status_code == 404
    assert "Traceback" not in answer.text
    assert "Le paquet manque" in caplog.text


def test_a_file_that_vanished_gives_a_calm_answer(client, served_package):
    (served_package.path / "geometry" / NAME).unlink()
    assert client.get(f"/geometry/{NAME}").status_code == 404


def test_the_dashboard_may_be_mounted_under_a_path(served_package):
    client = client_of(lambda: served_package, base="/outils/proximite/")
    assert client.get(assets.geometry_address(NAME, "outils/proximite")).content == CONTENT
    assert client.get(assets.address("map.js", "/outils/proximite/")).status_code == 200


@pytest.mark.parametrize("name", [*assets.SCRIPTS, *assets.STYLES, "leaflet/images/layers.png"])
def test_every_file_of_the_map_is_ours_to_serve(client, name):
    answer = client.get(assets.address(name))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"] == assets.SERVED_SUFFIXES[Path(name).suffix]


@pytest.mark.parametrize(
    "path", ["map.py", "../server.py", "..%2f..%2fserver.py", "leaflet/../../server.py", "/etc/passwd", ""]
)
def test_no_path_of_a_request_reaches_the_disk(client, path):
    answer = client.get(f"/assets/{assets.version()}/{path}")
    assert b"import " not in answer.content
    assert b"root:" not in answer.content


def test_an_address_of_a_former_version_is_answered_but_not_kept(client):
    answer = client.get("/assets/000000000000/map.js")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


def test_a_published_set_of_places_is_served(client):
    places = PlaceSet.of(
        "clsc", "Points de service", [Place("L'Été <b>", -73.5, 45.5, "rooftop", "2026", "CLSC seulement")]
    )
    assert client.get(f"/places/{places.name}").status_code == 404
    answer = client.get(f"/places/{publish(places)}")
    assert answer.json() == {
        "category": "clsc",
        "title": "Points de service",
        "mark": {"path": MARKS[ServiceCategory.CLSC].path, "colour": MARKS[ServiceCategory.CLSC].colour},
        "places": [["L'Été <b>", -73.5, 45.5, "rooftop", "2026", "CLSC seulement", "undated", ""]],
    }
    assert "immutable" in answer.headers["cache-control"]


def test_published_sets_do_not_pile_up():
    made = [PlaceSet.of("clsc", str(i), []) for i in range(MOST_KEPT + 1)]
    for places in made:
        publish(places)
    assert published(made[0].name) is None
    assert published(made[-1].name) == made[-1].content


@pytest.mark.parametrize(
    ("query", "language"),
    [("", "fr"), ("?lang=en", "en"), ("?lang=fr", "fr"), ("?lang=xx", "fr"), ("?lang=", "fr")],
)
def test_the_page_says_its_language_and_its_name(client, query, language):
    answer = client.get(f"/{query}", headers={"Accept": "text/html,*/*"})
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert "<title>Proximité</title>" in answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "etag" not in answer.headers


def test_a_page_asked_by_its_own_address_is_the_same(client):
    assert '<html lang="en"' in client.get("/carte?lang=en", headers={"Accept": "text/html"}).text


def test_the_page_is_whole_whatever_the_browser_kept(client):
    plain = client.get("/", headers={"Accept": "text/html"})
    conditional = {
        "Accept": "text/html",
        "If-None-Match": "*",
        "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT",
    }
    assert client.get("/", headers=conditional).content == plain.content


def test_the_browser_may_ask_no_other_site(client):
    policy = client.get("/", headers={"Accept": "text/html"}).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert not re.search(r"https?:|\*", policy)


def test_only_the_operators_basemap_is_allowed(served_package):
    client = client_of(lambda: served_package, origin="https://tuiles.example.org")
    policy = client.get("/", headers={"Accept": "text/html"}).headers["content-security-policy"]
    assert "img-src 'self' data: blob: https://tuiles.example.org;" in policy
    assert policy.count("https:") == 1


def test_every_option_is_one_that_streamlit_knows():
    options = server.run_config(port=8600, host="0.0.0.0", base_path="/carte/")  # noqa: S104
    assert set(options) <= set(config._config_options_template)
    assert options["browser.gatherUsageStats"] is False
    assert options["client.showErrorDetails"] == "none"
    assert options["server.baseUrlPath"] == "carte"


def test_the_application_knows_its_script(served_package):
    assert server.build_app(lambda: served_package).script_path.is_file()


def _failing_page():
    from dashboard.server import show_calm_message
    from geodata.errors import PortError
    from geodata.text import Text

    show_calm_message(ZeroDivisionError("secret detail"))
    show_calm_message(
        PortError(Text("Le port est pris", "The port is taken"), hint=Text("changez-le", "change it"))
    )


def test_a_failed_page_speaks_both_languages_and_hides_the_detail(caplog):
    with caplog.at_level(logging.ERROR, logger="proximite"):
        page = AppTest.from_function(_failing_page).run()
    unexpected, known = (warning.value for warning in page.warning)
    assert "Cette page n'a pas pu être préparée" in unexpected
    assert "This page could not be prepared" in unexpected
    assert "secret detail" not in unexpected
    assert known == "Le port est pris\u00a0: changez-le.\n\nThe port is taken: change it."
    assert "secret detail" in caplog.text
