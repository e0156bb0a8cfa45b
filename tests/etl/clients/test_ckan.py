"""The CKAN resolver, against a local portal."""

from __future__ import annotations

import csv

import pytest

from etl.clients import ckan
from geodata.errors import FetchError
from tests.etl.clients.portal import (
    DAY,
    QUEBEC_API,
    context,
    file_route,
    record_reply,
    records,
    resource,
)
from tests.etl.services.server import Asked, Reply, html_reply, json_reply, quick_http, serving

HOST = "https://www.donneesquebec.ca/recherche/dataset/d/resource/r/download"
CSV = b"CODE,NOM\n1,Ahuntsic\n"


def _record(*resources, **more):
    return records(QUEBEC_API, {"fiche": record_reply(*resources, **more)})


def _found(routes, slug="fiche"):
    with serving(routes) as service:
        return ckan.record(quick_http(service), ckan.QUEBEC, slug)


def test_a_record_is_asked_for_by_name_with_our_user_agent():
    with serving(_record(resource("Installations (CSV)", "CSV", f"{HOST}/installationscsv.csv"))) as service:
        found = ckan.record(quick_http(service), ckan.QUEBEC, "fiche")
        (asked,) = service.asked(f"{QUEBEC_API}package_show")
    assert asked.one("id") == "fiche"
    assert asked.headers["user-agent"].startswith("Proximite/")
    (only,) = found.resources
    assert (only.format, only.file_name, only.last_modified) == ("csv", "installationscsv.csv", DAY)
    assert found.page == "https://www.donneesquebec.ca/recherche/dataset/fiche"


def test_a_record_that_is_gone_is_said_so():
    with pytest.raises(FetchError, match=r"refuse de donner la fiche, « HTTP 404 ».*ancienne-fiche"):
        _found(_record(), slug="ancienne-fiche")


def test_success_false_with_a_200_gives_the_reason_of_the_portal():
    refusal = json_reply({"success": False, "error": {"message": "Accès refusé", "__type": "Authorization"}})
    with pytest.raises(FetchError, match="Accès refusé"):
        _found(records(QUEBEC_API, {"fiche": refusal}))


@pytest.mark.parametrize(
    "answer",
    [
        json_reply([]),
        json_reply({"success": True}),
        json_reply({"success": True, "result": {"resources": None}}),
        json_reply({"success": True, "result": "fiche"}),
        html_reply(),
        Reply(200, b'{"success": tr', "application/json"),
    ],
    ids=["list", "no result", "no resources", "text", "web page", "cut"],
)
def test_what_is_no_record_is_one_clear_error(answer):
    with pytest.raises(FetchError) as failure:
        _found(records(QUEBEC_API, {"fiche": answer}))
    assert failure.value.sentence("en").endswith(".")


def test_a_file_is_chosen_by_format_and_name():
    found = _found(
        _record(
            resource("Écoles publiques", "GeoJSON", f"{HOST}/pps_public_ecole.geojson"),
            resource("Écoles publiques", "CSV", f"{HOST}/pps_public_ecole.csv"),
            resource("Immeubles publics", "CSV", f"{HOST}/pps_public_immeuble.csv"),
            resource("Métadonnées", "PDF", f"{HOST}/ecoles-publiques.pdf"),
        )
    )
    assert ckan.choose(found, ("csv",), "^ecoles publiques$").file_name == "pps_public_ecole.csv"
    assert ckan.choose(found, ("geojson", "csv"), "ecoles publiques").format == "geojson"
    assert ckan.choose(found, ("csv",), r"pps_public_immeuble\.csv").name == "Immeubles publics"


def test_the_latest_of_several_years_is_taken():
    found = _found(
        _record(
            *(
                resource(f"Territoires de CLSC {year}", "SHP", f"{HOST}/territoires_clsc_{year}.zip")
                for year in (2017, 2026, 2023)
            )
        )
    )
    assert ckan.choose(found, ("shp",), r"clsc\D*(?P<year>20\d{2})").file_name.endswith("2026.zip")


def test_none_or_several_answers_name_what_was_found():
    found = _found(
        _record(
            resource("Lieux 2025", "CSV", f"{HOST}/a.csv"),
            resource("Lieux 2026", "CSV", f"{HOST}/b.csv"),
            resource("Guide", "PDF", f"{HOST}/guide.pdf"),
        )
    )
    with pytest.raises(FetchError, match=r"2 fichiers csv.*Lieux 2025 \[csv\], Lieux 2026 \[csv\]"):
        ckan.choose(found, ("csv",), "lieux")
    with pytest.raises(FetchError, match=r"Aucun fichier xlsx.*Lieux 2025.*Guide \[pdf\]"):
        ckan.choose(found, ("xlsx",), "lieux")
    assert ckan.choose(found, ("csv",), "lieux", prefer="2026").file_name == "b.csv"


def test_a_file_comes_through_the_store_with_the_date_of_the_portal(tmp_path):
    url = f"{HOST}/lieux.csv"
    routes = _record(resource("Lieux", "CSV", url)) | file_route(url, CSV, "text/csv")
    with serving(routes) as service:
        work = context(service, tmp_path)
        found = ckan.record(work.http, ckan.QUEBEC, "fiche")
        path, origin = ckan.bring(work, found, found.resources[0])
        ckan.bring(work, found, found.resources[0])
        asked = service.asked("/www.donneesquebec.ca/recherche/dataset/d/resource/r/download/lieux.csv")
    assert path.read_bytes() == CSV
    assert (origin.last_modified, origin.url, origin.bytes) == (DAY, url, len(CSV))
    assert asked[1].headers["if-none-match"] == '"one"'
    assert ckan.date_of([origin]) == "2026-03-23"


def test_a_file_published_again_elsewhere_is_found(tmp_path):
    """Nothing here keeps an address: only the record is asked."""
    before, after = f"{HOST}/lieux-2025.csv", f"{HOST}/v2/lieux-2026.csv"
    replies = [
        record_reply(resource("Lieux d'intérêt", "CSV", before)),
        record_reply(resource("Lieux d'intérêt", "CSV", after)),
    ]
    routes = {("GET", f"{QUEBEC_API}package_show"): replies}
    routes |= file_route(before, CSV, "text/csv") | file_route(after, CSV + b"2,Verdun\n", "text/csv")
    with serving(routes) as service:
        work = context(service, tmp_path)
        sizes = []
        for _ in replies:
            found = ckan.record(work.http, ckan.QUEBEC, "fiche")
            chosen = ckan.choose(found, ("csv",), r"lieux d interet")
            sizes.append(ckan.bring(work, found, chosen)[0].stat().st_size)
    assert sizes == [len(CSV), len(CSV) + len(b"2,Verdun\n")]


def test_a_web_page_in_place_of_a_file_is_refused(tmp_path):
    url = f"{HOST}/lieux.csv"
    routes = _record(resource("Lieux", "CSV", url)) | {
        ("GET", "/www.donneesquebec.ca/recherche/dataset/d/resource/r/download/lieux.csv"): html_reply()
    }
    with serving(routes) as service:
        work = context(service, tmp_path)
        found = ckan.record(work.http, ckan.QUEBEC, "fiche")
        with pytest.raises(FetchError):
            ckan.bring(work, found, found.resources[0])
    assert list(work.folder.iterdir()) == []


def _search(total: int, page: int, *, lost: int = 0):
    rows = [{"_id": n, "CODE": str(n), "NOM": f"Lieu {n}", "VIDE": None} for n in range(1, total + 1)]

    def reply(asked: Asked) -> Reply:
        start = int(asked.one("offset"))
        given = rows[start : min(start + page, total - lost)]
        fields = [{"id": "_id"}, {"id": "CODE"}, {"id": "NOM"}, {"id": "VIDE"}]
        return json_reply({"success": True, "result": {"fields": fields, "records": given, "total": total}})

    return {("GET", f"{QUEBEC_API}datastore_search"): reply}


@pytest.mark.parametrize("url", ["", "https://www.donneesquebec.ca/recherche/datastore/dump/abc"])
def test_a_table_without_a_file_is_asked_for_by_pages(tmp_path, url):
    stored = resource("Lieux", "CSV", url, id="abc", datastore_active=True)
    with serving(_record(stored) | _search(25, 10)) as service:
        work = context(service, tmp_path)
        found = ckan.record(work.http, ckan.QUEBEC, "fiche")
        path, origin = ckan.bring(work, found, ckan.choose(found, ("csv",), "lieux"))
        asked = service.asked(f"{QUEBEC_API}datastore_search")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 25
    assert rows[-1] == {"CODE": "25", "NOM": "Lieu 25", "VIDE": ""}
    assert [request.one("offset") for request in asked] == ["0", "10", "20"]
    assert {request.one("sort") for request in asked} == {"_id"}
    assert origin.bytes == path.stat().st_size


def test_a_table_that_stops_before_its_end_is_refused(tmp_path):
    stored = resource("Lieux", "CSV", "", id="abc", datastore_active=True)
    with serving(_record(stored) | _search(25, 10, lost=5)) as service:
        work = context(service, tmp_path)
        found = ckan.record(work.http, ckan.QUEBEC, "fiche")
        with pytest.raises(FetchError, match="20 rangées sur 25"):
            ckan.bring(work, found, found.resources[0])


@pytest.mark.parametrize(
    ("written", "differs"),
    [
        ("cc-by", False),
        ("cc-by-4.0", False),
        ("CC-BY-4.0", False),
        ("Attribution (CC-BY 4.0)", False),
        ("cc-by-nc", True),
        ("CC BY-NC-SA 4.0", True),
        ("odc-odbl", True),
        ("", True),
    ],
)
def test_a_licence_that_is_not_the_declared_one_is_noted(written, differs):
    found = _found(_record(resource("Lieux", "CSV", f"{HOST}/lieux.csv"), licence=written))
    notes = ckan.licence_note(found, "cc-by-4.0")
    assert bool(notes) is differs
    if written and differs:
        assert written in notes[0].fr
