import csv
import io
from collections import Counter
from dataclasses import replace

import pytest

from etl.clients import sdmx
from etl.fetch import Store
from geodata.errors import FetchError, SelectionError, SourceFileError
from tests.etl.clients.profile_service import (
    CODE_LIST_PATH,
    DATA_PATH,
    SDMX_HEADER,
    Node,
    code_list,
    code_list_reply,
    nodes,
    pins,
    sdmx_reply,
    some_figures,
)
from tests.etl.services.server import Reply, busy, html_reply, quick_http, serving

DAS = tuple(f"2021S05122466{number:04d}" for number in range(1, 201))


def _routes(**more):
    return {("GET", CODE_LIST_PATH): code_list_reply(), ("GET", DATA_PATH): sdmx_reply(**more)}


def _fetch(service, home, dguids, **more):
    return sdmx.fetch_profile(quick_http(service), Store(home), dguids, pins(), **more)


def test_every_area_and_characteristic_is_given_once(tmp_path):
    with serving(_routes()) as service:
        profile = _fetch(service, tmp_path, DAS[:3])
    assert len(profile.rows) == 3 * len(pins())
    row = next(row for row in profile.rows if row[2] == DAS[1] and row[3] == "persons")
    count, _ = some_figures(DAS[1], "persons")
    assert row == (
        "da", "24660002", DAS[1], "persons", float(count), None, "", "", "00000", 3.1, 4.6,
    )  # fmt: skip
    assert profile.absent == ()


def test_requests_are_bounded_and_ask_for_the_total_gender_only(tmp_path):
    with serving(_routes()) as service:
        told = []
        profile = _fetch(service, tmp_path, DAS, say=lambda *step: told.append(step))
        asked = [request.path for request in service.requests if "/data/" in request.path]
    assert len(asked) == 3
    assert [step[1:] for step in told] == [(0, 3), (1, 3), (2, 3)]
    areas = Counter(area for path in asked for area in path.split(".")[-4].split("+"))
    assert areas == Counter(DAS)
    assert max(map(len, asked)) <= sdmx.MOST_URL_LETTERS
    assert all(path.endswith(".1+4") and path.split(".")[-3] == "1" for path in asked)
    assert len({row[2] for row in profile.rows}) == 200


def test_levels_are_asked_of_their_own_dataflow(tmp_path):
    dguids = ["2021A000224", "2021A00032466", "2021A00052466023", "2021S05074620001.00", DAS[0]]
    with serving(_routes()) as service:
        profile = _fetch(service, tmp_path, dguids)
        flows = {request.path.split("STC_CP,")[1].split("/")[0] for request in service.requests[1:]}
        tract = next(request.path for request in service.requests if "DF_CT" in request.path)
    assert flows == {"DF_PR", "DF_CD", "DF_CSD", "DF_CT", "DF_DA"}
    # The dot parts the key of a request; a tract is asked with an underscore and written with its dot.
    assert "2021S05074620001_00" in tract
    assert {(row[0], row[1]) for row in profile.rows} == {
        ("province", "24"), ("cd", "2466"), ("municipality", "2466023"), ("ct", "4620001.00"),
        ("da", "24660001"),
    }  # fmt: skip


def test_a_suppressed_cell_is_never_a_zero(tmp_path):
    cells = {
        "persons": ("", "x"), "families": ("0", "F"), "condition_total": ("120", "E"), "core_need": ("0", ""),
        "labour_force": ("", "..."), "immigrant_total": ("", ".."), "diploma_none": ("35", "r"),
    }  # fmt: skip
    with serving(_routes(figures=lambda _, key: cells.get(key, ("10", "")))) as service:
        rows = {row[3]: row for row in _fetch(service, tmp_path, DAS[:1]).rows}
    assert {key: (rows[key][4], rows[key][6], rows[key][7]) for key in cells} == {
        "persons": (None, "6", "x"),
        "families": (None, "4", "F"),
        "condition_total": (120.0, "3", "E"),
        "core_need": (0.0, "", ""),
        "labour_force": (None, "2", "..."),
        "immigrant_total": (None, "1", ".."),
        "diploma_none": (35.0, "5", "r"),
    }


def test_an_area_without_an_answer_is_reported(tmp_path):
    with serving(_routes(absent=DAS[1:2])) as service:
        profile = _fetch(service, tmp_path, DAS[:3])
    assert profile.absent == (DAS[1],)
    assert {row[2] for row in profile.rows} == {DAS[0], DAS[2]}


def test_a_stopped_fetch_goes_on_where_it_was(tmp_path):
    answer = sdmx_reply()
    state = {"broken": True}

    def sometimes(asked):
        if state["broken"] and DAS[80] in asked.path:
            return Reply(404, b"{}", "application/json")
        return answer(asked)

    with serving({("GET", CODE_LIST_PATH): code_list_reply(), ("GET", DATA_PATH): sometimes}) as service:
        with pytest.raises(FetchError):
            _fetch(service, tmp_path, DAS[:160])
        state["broken"] = False
        profile = _fetch(service, tmp_path, DAS[:160])
        first = [request for request in service.requests if DAS[0] in request.path]
    assert len(first) == 1
    assert len(profile.rows) == 160 * len(pins())


def test_a_busy_service_is_asked_again(tmp_path):
    answer = sdmx_reply()
    turns = iter([busy(429, "1"), busy(503)])
    routes = _routes() | {("GET", DATA_PATH): lambda asked: next(turns, None) or answer(asked)}
    with serving(routes) as service:
        assert len(_fetch(service, tmp_path, DAS[:1]).rows) == len(pins())


def _spoiled(change):
    """Answer a good table whose lines are then changed."""
    answer = sdmx_reply()

    def spoil(asked):
        lines = answer(asked).body.decode().split("\r\n")
        return Reply(200, "\r\n".join(change(lines)).encode(), "text/csv")

    return spoil


def _cell(column, value, row=1):
    def change(lines):
        cells = next(csv.reader([lines[row]]))
        cells[SDMX_HEADER.split(",").index(column)] = value
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow(cells)
        return [*lines[:row], out.getvalue(), *lines[row + 1 :]]

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [*lines[:-3], lines[-3][:20]], "coupée"),
        (lambda lines: lines[:40], "table incomplète"),
        (lambda lines: [*lines[:2], lines[1], *lines[2:]], "en double"),
        (lambda lines: [lines[0].replace("FLAG", "DRAPEAU"), *lines[1:]], "sans la colonne FLAG"),
        (lambda lines: ["", *lines], "sans la colonne"),
        (lambda lines: [lines[0], '2,"a', *lines[1:]], "mal formée"),
        (_cell("FLAG", "9"), "indicateur inconnu"),
        (_cell("FLAG", "x"), "indicateur inconnu"),
        (_cell("GEO_LEVEL", "4"), "autre niveau"),
        (_cell("ALT_GEO_CODE", "24660002"), "autre niveau ou code"),
        (_cell("REF_AREA", "2021S051235200002"), "autre territoire"),
        (_cell("GENDER", "2"), "autre genre"),
        (_cell("TIME_PERIOD", "2016"), "autre année"),
        (_cell("CHARACTERISTIC", "4321"), "caractéristique non demandée"),
        (_cell("STATISTIC", "2"), "caractéristique non demandée"),
        (_cell("OBS_VALUE", "douze"), "nombre illisible"),
        (_cell("OBS_VALUE", "-5"), "compte négatif"),
        (_cell("DATA_QUALITY_FLAG", ""), "nombre illisible"),
        (_cell("TNR_LF", "inf"), "nombre illisible"),
    ],
    ids=[
        "cut in a row", "cut between rows", "doubled", "column renamed", "no header", "quote open",
        "unknown flag", "symbol for a flag", "other level", "other code", "other area", "men", "2016",
        "other characteristic", "other statistic", "text", "negative", "no quality", "infinite",
    ],
)  # fmt: skip
def test_another_answer_than_asked_is_refused(tmp_path, change, said):
    routes = _routes() | {("GET", DATA_PATH): _spoiled(change)}
    with serving(routes) as service, pytest.raises(FetchError) as failure:
        _fetch(service, tmp_path, DAS[:2])
    assert said in failure.value.sentence("fr")
    assert "api.statcan.gc.ca" in failure.value.where


def test_a_broken_answer_that_was_kept_is_asked_again(tmp_path):
    answer, spoiled = sdmx_reply(), _spoiled(lambda lines: lines[:40])
    turns = iter([spoiled, spoiled])
    routes = _routes() | {("GET", DATA_PATH): lambda asked: next(turns, answer)(asked)}
    with serving(routes) as service:
        with pytest.raises(FetchError):
            _fetch(service, tmp_path, DAS[:2])
        assert len(_fetch(service, tmp_path, DAS[:2]).rows) == 2 * len(pins())


@pytest.mark.parametrize("path", [CODE_LIST_PATH, DATA_PATH], ids=["list", "data"])
def test_a_web_page_is_refused(tmp_path, path):
    with serving(_routes() | {("GET", path): html_reply()}) as service, pytest.raises(FetchError):
        _fetch(service, tmp_path, DAS[:1])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (code_list([]), "aucune caractéristique"),
        (code_list(nodes("sdmx"))[:-200], "coupé ou mal formé"),
        (code_list(nodes("sdmx"), doctype='<!DOCTYPE x [<!ENTITY e "boum">]>'), "DOCTYPE"),
        (
            code_list([Node("1", "a", 0, "2", ""), Node("2", "b", 1, "1", "")]),
            "hiérarchie sans fin ou rompue",
        ),
        (code_list([Node("1", "a", 0, "77", "")]), "hiérarchie sans fin ou rompue"),
    ],
    ids=["empty", "cut", "document type", "cycle", "orphan"],
)
def test_a_broken_code_list_is_refused(tmp_path, content, said):
    (tmp_path / "list.xml").write_bytes(content)
    with pytest.raises(FetchError) as failure:
        sdmx.read_code_list(tmp_path / "list.xml")
    assert said in failure.value.sentence("fr")


def test_external_entities_are_not_read(tmp_path):
    (tmp_path / "secret").write_text("secret", "utf-8")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    content = code_list(nodes("sdmx"), doctype=doctype).replace(b"Renter", b"&e;")
    (tmp_path / "list.xml").write_bytes(content)
    with pytest.raises(FetchError, match="DOCTYPE"):
        sdmx.read_code_list(tmp_path / "list.xml")


def test_nothing_is_asked_when_the_list_disagrees(tmp_path):
    renamed = [replace(node, label=node.label.replace("Mother", "First")) for node in nodes("sdmx")]
    with serving(_routes() | {("GET", CODE_LIST_PATH): code_list_reply(renamed)}) as service:
        with pytest.raises(SourceFileError, match="a changé"):
            _fetch(service, tmp_path, DAS[:1])
        assert [request.path for request in service.requests] == [CODE_LIST_PATH]


@pytest.mark.parametrize("dguids", [["2016S051224660001"], ["24660001"], [DAS[0], DAS[0]]])
def test_wrong_geographies_are_refused_before_anything_is_asked(dguids):
    with pytest.raises(SelectionError):
        sdmx.plan(dguids, {"1": "persons"})
