"""The full census profile, on figures generated for the tests: no file of it is in the mirror."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point

from etl import observations as figures
from etl.clients.bulk_profile import read_profile
from etl.clients.profile_table import COLUMNS, write_rows
from etl.door import read_file
from etl.fetch import Store
from etl.live import FetchContext
from etl.registry import declaration_of, declarations
from etl.sources.statcan_profile_2021 import live
from etl.sources.statcan_profile_2021.transform import SHARES, transform
from geodata.errors import FetchError, SourceFileError
from geodata.model import Aggregation, Direction, ErrorKind, Level
from tests.etl.clients.profile_service import (
    BULK_PATH,
    CODE_LIST_PATH,
    DATA_PATH,
    bulk_lines,
    bulk_zip,
    code_list_reply,
    nodes,
    pins,
    sdmx_reply,
)
from tests.etl.services.server import Reply, file_reply, html_reply, quick_http, serving

SOURCE = "statcan_profile_2021"
QUEBEC = "2021A000224"
DAS = tuple(f"2021S05122466000{number}" for number in (1, 2, 3, 4))
IDS = tuple(f"da:2466000{number}" for number in (1, 2, 3, 4))


def _long(tmp_path, cells, quality=None, dguids=DAS):
    """Write a generated bulk file, read it as the source does, and validate it as its declaration asks."""

    def of(dguid, key):
        return cells.get((dguid, key), cells.get(key, ("100" if key in WHOLES else "20", "")))

    path = bulk_zip(tmp_path / "bulk.zip", bulk_lines(dguids, of, quality))
    declared = declaration_of(SOURCE).files[0]
    write_rows(read_profile(path, pins()), tmp_path / declared.path)
    return {"profile": read_file(declared, tmp_path)}


WHOLES = {of for _, of in SHARES.values()}


def _cells(tables, indicator_id):
    rows = tables.cells[tables.cells["indicator_id"] == indicator_id]
    return rows.set_index("cell_id")


def test_a_share_is_its_parts_over_its_whole(tmp_path):
    given_cells = {
        "families": ("250", ""), "families_one_parent": ("45", ""),
        "commute_walked": ("10", ""), "commute_bicycle": ("5", ""), "commute_mode_total": ("120", ""),
    }  # fmt: skip
    tables = transform(_long(tmp_path, given_cells))
    families = _cells(tables, "profile_one_parent_families_pct").loc[IDS[0]]
    assert (families["numerator"], families["denominator"], families["status"]) == (45, 250, "ok")
    active = _cells(tables, "profile_commute_active_pct").loc[IDS[0]]
    assert (active["numerator"], active["denominator"]) == (15, 120)
    assert set(tables.cells["indicator_id"]) == set(SHARES)
    assert tables.cells.groupby("indicator_id").size().eq(4).all()


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        (("", "x"), "suppressed"),
        (("0", "x"), "suppressed"),
        (("30", "F"), "suppressed"),
        (("", "..."), "not_applicable"),
        (("", ".."), "no_data"),
        (("", ""), "no_data"),
        (("0", ""), "ok"),
        (("30", "E"), "ok"),
        (("30", "r"), "ok"),
    ],
)
def test_a_symbol_says_why_there_is_no_value_and_is_never_a_zero(tmp_path, cell, status):
    tables = transform(_long(tmp_path, {(DAS[0], "core_need"): cell}))
    row = _cells(tables, "profile_core_housing_need_pct").loc[IDS[0]]
    assert row["status"] == status
    assert pd.isna(row["numerator"]) == (status != "ok")
    assert _cells(tables, "profile_core_housing_need_pct").loc[IDS[1], "status"] == "ok"


def test_the_gravest_part_of_a_share_speaks(tmp_path):
    given_cells = {
        "commute_walked": ("", "..."),
        "commute_bicycle": ("", "x"),
        "commute_mode_total": ("", ".."),
    }
    row = _cells(transform(_long(tmp_path, given_cells)), "profile_commute_active_pct").loc[IDS[0]]
    assert row["status"] == "suppressed"


@pytest.mark.parametrize(
    ("flag", "indicator_id", "status", "quality"),
    [
        ("00000", "profile_living_alone_pct", "ok", 0),
        ("03010", "profile_living_alone_pct", "ok", 3),
        ("03010", "profile_unemployment_pct", "ok", 1),
        ("00900", "profile_low_income_lim_at_pct", "suppressed", 0),
        ("00900", "profile_living_alone_pct", "ok", 0),
        ("00009", "profile_low_income_lim_at_pct", "ok", 0),
        ("00009", "profile_shelter_30_pct", "suppressed", 0),
        ("00009", "profile_major_repairs_pct", "ok", 0),
        ("00090", "profile_unemployment_pct", "suppressed", 9),
        ("00090", "profile_living_alone_pct", "ok", 0),
        ("09000", "profile_living_alone_pct", "suppressed", 9),
    ],
)
def test_each_digit_speaks_of_its_own_questions(tmp_path, flag, indicator_id, status, quality):
    row = _cells(transform(_long(tmp_path, {}, {DAS[0]: flag})), indicator_id).loc[IDS[0]]
    assert (row["status"], row["quality"]) == (status, quality)


def test_a_community_that_was_not_counted_has_no_data(tmp_path):
    nothing = {(DAS[0], key): ("", "x") for key in pins()}
    tables = transform(_long(tmp_path, nothing, {DAS[0]: "19999"}))
    assert set(tables.cells.loc[tables.cells["cell_id"] == IDS[0], "status"]) == {"no_data"}


def test_use_with_caution_lowers_the_quality(tmp_path):
    tables = transform(_long(tmp_path, {(DAS[0], "immigrant_recent"): ("15", "E")}))
    quality = _cells(tables, "profile_recent_immigrants_pct")["quality"]
    assert quality.to_dict() == {IDS[0]: 2, IDS[1]: 0, IDS[2]: 0, IDS[3]: 0}


def test_a_share_stays_a_share_however_its_parts_were_rounded(tmp_path):
    pairs = {f"2466{some:02d}{of:02d}": (5 * some, 5 * of) for some in range(13) for of in range(13)}
    given_cells = {}
    for code, (some, of) in pairs.items():
        given_cells[f"2021S0512{code}", "persons_alone"] = (str(some), "")
        given_cells[f"2021S0512{code}", "persons"] = (str(of), "")
    tables = transform(_long(tmp_path, given_cells, dguids=[f"2021S0512{code}" for code in pairs]))
    found = _cells(tables, "profile_living_alone_pct")
    for code, (some, of) in pairs.items():
        row = found.loc[f"da:{code}"]
        assert (row["numerator"], row["denominator"]) == (min(some, of), of)


def test_a_file_without_a_characteristic_is_refused(tmp_path):
    raw = _long(tmp_path, {})
    cut = {"profile": raw["profile"][raw["profile"]["characteristic"] != "core_need"]}
    with pytest.raises(SourceFileError, match="core_need"):
        transform(cut)


def test_the_areas_are_held_against_the_published_province(tmp_path):
    # Four areas of 20 of 100 make 20 %; the province is published at 22 %.
    dguids = (QUEBEC, *DAS)
    raw = _long(
        tmp_path, {(QUEBEC, "persons"): ("400", ""), (QUEBEC, "persons_alone"): ("88", "")}, dguids=dguids
    )
    texts = [note.fr for note in transform(raw).notes]
    assert texts[0].startswith("4 aires de diffusion ; 0,0 % des parts supprimées")
    assert texts[1].endswith("au plus 2,00 point d'écart (profile_living_alone_pct)")


def _ground():
    """Four areas, a municipality of the first three and an MRC of all; in the last nobody was counted."""
    ids = [*IDS, "municipality:2466023", "mrc:66"]
    levels = ["da"] * 4 + ["municipality", "mrc"]
    territories = gpd.GeoDataFrame(
        {"territory_id": ids, "level": levels, "mrc_id": None, "region_id": None},
        geometry=[Point(-73, 45)] * 6,
        crs=4326,
    )
    pairs = [(a, "municipality:2466023") for a in IDS[:3]] + [(a, "mrc:66") for a in IDS]
    membership = pd.DataFrame(pairs, columns=["da_id", "territory_id"]).assign(fraction=1.0, census_year=2021)
    return territories, membership, pd.Series([500.0, 400.0, 100.0, float("nan")], index=list(IDS))


def _figures(tables, people_of_territory):
    territories, membership, people = _ground()
    indicators = {i.id: i for i in declaration_of(SOURCE).indicators}
    rows = figures.from_cells(tables.cells, indicators, territories, membership, people)
    return figures.with_error_and_grade(rows, indicators, people_of_territory)


PEOPLE = pd.Series(
    {**dict(zip(IDS, (500, 400, 100, None), strict=True)), "municipality:2466023": 1000, "mrc:66": 1000}
)


def test_the_whole_chain_by_hand(tmp_path):
    given_cells = {
        (DAS[0], "diploma_none"): ("60", ""), (DAS[0], "diploma_total"): ("400", ""),
        (DAS[1], "diploma_none"): ("90", ""), (DAS[1], "diploma_total"): ("300", ""),
        (DAS[2], "diploma_none"): ("", "x"), (DAS[2], "diploma_total"): ("80", ""),
        (DAS[3], "diploma_none"): ("", "x"), (DAS[3], "diploma_total"): ("", "x"),
    }  # fmt: skip
    quality = {DAS[0]: "00000", DAS[1]: "00030", DAS[2]: "00000", DAS[3]: "19999"}
    rows = _figures(transform(_long(tmp_path, given_cells, quality)), PEOPLE)
    found = rows[rows["indicator_id"] == "profile_no_diploma_pct"].set_index("territory_id")
    assert found.loc[IDS[0], "value"] == pytest.approx(15.0)
    assert found.loc[IDS[1], "value"] == pytest.approx(30.0)
    assert found.loc[list(IDS[2:]), "status"].to_list() == ["suppressed", "no_data"]
    assert found.loc[list(IDS[2:]), ["value", "moe_95"]].isna().all(axis=None)
    assert found.loc[IDS[2], "grade"] == "ne pas utiliser"
    assert pd.isna(found.loc[IDS[3], "grade"])
    # Summed, never averaged: (60 + 90) of (400 + 300), over 900 of the 1,000 people.
    for territory in ("municipality:2466023", "mrc:66"):
        row = found.loc[territory]
        assert row["value"] == pytest.approx(100 * 150 / 700)
        assert (row["numerator"], row["denominator"], row["n_cells"]) == (150, 700, 2)
        assert row["coverage"] == pytest.approx(0.9)
    share = 150 / 700
    spread = (4 * 2 * (1 + share**2) / 700**2 + 3 * share * (1 - share) / 700) ** 0.5
    assert found.loc["mrc:66", "moe_95"] == pytest.approx(196 * spread, rel=1e-3)
    # CV of 12 % and 9 %: the second is kept from "solide" by its non-response of 30 % alone.
    assert found.loc[IDS[0], "grade"] == "prudence"
    assert found.loc[IDS[1], "grade"] == "prudence"
    assert found["error_kind"].eq("sampling").all()


def test_a_quality_flag_of_two_asks_for_caution_and_a_territory_takes_the_mean_of_its_areas(tmp_path):
    large = {"persons": ("2000", ""), "persons_alone": ("600", "")}
    flags = {DAS[0]: "02000", DAS[1]: "01000", DAS[2]: "00000"}
    rows = _figures(transform(_long(tmp_path, large, flags)), PEOPLE.mask(PEOPLE < 250, 250))
    found = rows[rows["indicator_id"] == "profile_living_alone_pct"].set_index("territory_id")
    assert found.loc[list(IDS[:3]), "grade"].to_list() == ["prudence", "solide", "solide"]
    # (500 × 2 + 400 × 1 + 100 × 0) / 1,000 = 1.4, below the caution of 1.5.
    assert found.loc["municipality:2466023", "grade"] == "solide"
    flags[DAS[2]] = "03000"
    rows = _figures(transform(_long(tmp_path, large, flags)), PEOPLE.mask(PEOPLE < 250, 250))
    found = rows[rows["indicator_id"] == "profile_living_alone_pct"].set_index("territory_id")
    # 1.7: as if the publisher had flagged the territory 2.
    assert found.loc["municipality:2466023", "grade"] == "prudence"


def test_every_indicator_is_declared_and_told_from_the_partial_ones():
    declared = declaration_of(SOURCE)
    assert {i.id for i in declared.indicators} == set(SHARES)
    assert declared.optional
    titles = [(i.title.fr, i.title.en) for d in declarations() for i in d.indicators]
    for own in declared.indicators:
        assert sum(own.title.fr == fr for fr, _ in titles) == 1
        assert sum(own.title.en == en for _, en in titles) == 1
        assert own.aggregation is Aggregation.RATIO
        assert {Level.DA, Level.CT, Level.CLSC, Level.PROVINCE} <= set(own.levels)


def test_the_error_of_each_indicator_follows_its_form():
    for indicator in declaration_of(SOURCE).indicators:
        long_form = pins()[SHARES[indicator.id][1]].form == "long"
        assert (indicator.sample_fraction == 0.25) == long_form
        assert indicator.error_kind is (ErrorKind.SAMPLING if long_form else ErrorKind.ROUNDING)


def test_what_describes_a_population_is_never_a_need():
    by_id = {i.id: i for i in declaration_of(SOURCE).indicators}
    for indicator_id in by_id:
        if any(word in indicator_id for word in ("language", "tongue", "knows", "immigrant", "moved")):
            assert by_id[indicator_id].direction is Direction.DESCRIPTIVE


DGUIDS = (QUEBEC, "2021A00032466", "2021A00052466023", *DAS)


def _service(tmp_path, **routes):
    bulk = bulk_zip(tmp_path / "bulk.zip", bulk_lines(DGUIDS)).read_bytes()
    return {
        ("GET", BULK_PATH): file_reply(bulk, "application/zip"),
        ("GET", CODE_LIST_PATH): code_list_reply(),
        ("GET", DATA_PATH): sdmx_reply(),
    } | {("GET", path): handler for path, handler in routes.items()}


def _fetched(service, tmp_path, fetch=live.fetch):
    told = []
    context = FetchContext(
        quick_http(service), Store(tmp_path / "home"), tmp_path / "fetched", lambda *step: told.append(step)
    )
    return fetch(context), tmp_path / "fetched", told


def test_fetching_writes_the_declared_file(tmp_path):
    with serving(_service(tmp_path)) as service:
        files, folder, told = _fetched(service, tmp_path)
        asked = [request for request in service.requests if request.path == BULK_PATH]
    frame = read_file(declaration_of(SOURCE).files[0], folder)
    assert tuple(frame.columns) == COLUMNS
    assert len(frame) == len(DGUIDS) * len(pins())
    assert (
        files.notes[0].fr == f"{len(pins())} comptes du Québec égaux dans le fichier et dans le service web"
    )
    assert [file.name for file in files.retrieved] == ["98-401-X2021006.zip"]
    assert asked[0].query == {"Lang": ["E"], "FILETYPE": ["CSV"], "GEONO": ["006_Quebec"]}
    assert told[-1]
    assert len(transform({"profile": frame}).cells) == len(DAS) * len(SHARES)


def test_the_file_stands_when_the_web_service_disagrees_or_is_away(tmp_path):
    other = sdmx_reply(lambda dguid, key: ("35", "") if key == "core_need" else ("100", ""))
    gone = Reply(404, b"{}", "application/json")
    silent = sdmx_reply(absent=[QUEBEC])
    for case, (handler, said) in enumerate([
        (other, "diffèrent du service web"), (gone, "Non confronté au service web"), (silent, "ne dit rien"),
    ]):  # fmt: skip
        with serving(_service(tmp_path, **{DATA_PATH: handler})) as service:
            files, folder, _ = _fetched(service, tmp_path / str(case))
        assert said in files.notes[0].fr
        assert (folder / declaration_of(SOURCE).files[0].path).is_file()


def test_a_list_that_changed_on_the_web_service_is_said(tmp_path):
    shorter = [node for node in nodes("sdmx") if node.key != "commute_car"]
    with serving(_service(tmp_path, **{CODE_LIST_PATH: code_list_reply(shorter)})) as service:
        files, _, _ = _fetched(service, tmp_path)
    assert "2604 « Car, truck or van » n'y est plus" in files.notes[0].fr


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda _: html_reply(), FetchError),
        (lambda good: Reply(200, good[: len(good) // 2], "application/zip"), FetchError),
        (lambda good: Reply(200, good.replace(b"Geo_starting_row", b"Geo_stopping_row"), "application/zip"),
         SourceFileError),
    ],
    ids=["web page", "cut archive", "two tables"],
)  # fmt: skip
def test_a_bad_file_leaves_nothing(tmp_path, change, error):
    good = bulk_zip(tmp_path / "bulk.zip", bulk_lines(DGUIDS)).read_bytes()
    with serving(_service(tmp_path, **{BULK_PATH: change(good)})) as service, pytest.raises(error):
        _fetched(service, tmp_path)
    assert not list((tmp_path / "fetched").rglob("*.*"))


def test_a_chosen_territory_comes_from_the_web_service(tmp_path):
    routes = _service(tmp_path, **{DATA_PATH: sdmx_reply(absent=DAS[3:])})
    with serving(routes) as service:
        files, folder, _ = _fetched(service, tmp_path, lambda context: live.fetch_territory(context, DAS))
        assert not service.asked(BULK_PATH)
    frame = read_file(declaration_of(SOURCE).files[0], folder)
    assert set(frame["dguid"]) == set(DAS[:3])
    assert files.notes[0].en == f"1 territories asked without an answer, such as {DAS[3]}"
