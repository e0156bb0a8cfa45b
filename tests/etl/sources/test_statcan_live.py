"""Sources of Statistics Canada, and GeoNames, fetched from a local service and read through the door."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest

from etl.clients import borrowed
from etl.clients.cimd import CANNOT_BE_TOLD
from etl.clients.open_database import odhf_places
from etl.door import read_file
from etl.fetch import Store
from etl.live import FetchContext, LiveFiles
from etl.registry import SOURCES_FOLDER, declaration_of
from etl.tables import Tables
from geodata.errors import FetchError, JoinError, SourceFileError, SourceNotFoundError
from tests.etl.clients import test_cimd as cimd
from tests.etl.clients import test_open_database as databases
from tests.etl.clients.census_service import census_profile
from tests.etl.clients.profile_service import CODE_LIST_PATH
from tests.etl.clients.statcan_files import boundary_zip, gaf_lines, gaf_zip, zipped
from tests.etl.services.server import (
    Asked,
    Reply,
    Service,
    file_reply,
    html_reply,
    json_reply,
    quick_http,
    serving,
)

CENSUS = "/www12.statcan.gc.ca/census-recensement/2021/geo/"
GAF = ("GET", f"{CENSUS}aip-pia/attribute-attribs/files-fichiers/2021_92-151_X.zip")
LIMITS = f"{CENSUS}sip-pis/boundary-limites/files-fichiers/"
MAPS = "/geo.statcan.gc.ca/geo_wa/rest/services/2021/Cartographic_boundary_files/MapServer/"
PUBLICATIONS = "/www150.statcan.gc.ca/n1/"
CIMD = ("GET", f"{PUBLICATIONS}pub/45-20-0001/2023001/csv/qc_scores_quintiles_csv-eng.zip")
GEONAMES = ("GET", "/download.geonames.org/export/zip/CA_full.csv.zip")


@pytest.fixture
def service() -> Iterator[Service]:
    with serving({GAF: archive(gaf_zip())}) as running:
        yield running


def archive(content: bytes, last_modified: str | None = "Tue, 22 Oct 2024 12:30:00 GMT"):
    etag = f'"{sha256(content).hexdigest()[:12]}"'
    return file_reply(content, "application/zip", etag=etag, last_modified=last_modified)


def fetch(service: Service, home: Path, source: str) -> LiveFiles:
    client = importlib.import_module(f"etl.sources.{source}.live")
    http = quick_http(service, retries=2)
    return client.fetch(FetchContext(http, Store(home), home / "new", lambda *_: None))


def declared(home: Path, source: str) -> dict[str, pd.DataFrame]:
    return {f.name: read_file(f, home / "new") for f in declaration_of(source).files}


def transformed(home: Path, source: str) -> Tables:
    return declaration_of(source).transform()(declared(home, source))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "new").mkdir()
    return tmp_path


def areas_archive(codes=("24660046", "24660044")) -> bytes:
    rows = [{"DAUID": code, "LANDAREA": 0.01, "PRUID": "24"} for code in (*codes, "24010018")]
    return boundary_zip("lda_000b21a_e", rows)


def test_areas_have_people_points_codes_and_polygons(service, home):
    service.routes["GET", f"{LIMITS}lda_000b21a_e.zip"] = archive(areas_archive())
    given = fetch(service, home, "statcan_da_2021")
    tables = transformed(home, "statcan_da_2021")
    people = tables.people.set_index("cell_id")["people"]
    assert people.to_dict() == {"da:24660046": 426, "da:24660044": 377, "da:24010018": 464, "da:24670285": 0}
    of_area = tables.codes[tables.codes["da_id"] == "da:24660046"]["territory_id"]
    assert set(of_area) == {
        "municipality:2466023", "ct:4620582.02", "mrc:66", "rss:06", "rts:065", "rls:0652", "clsc:06523",
    }  # fmt: skip
    assert "ct:9924.00" not in set(tables.codes["territory_id"])
    assert len(tables.area_polygons) == 2
    milieu = tables.territories.set_index("territory_id")["milieu"]
    # An agglomeration, but these areas alone hold too few people for a city.
    assert (milieu["da:24660046"], milieu["da:24010018"]) == ("periurban", "remote")
    assert [r.name for r in given.retrieved] == ["geographic_attributes", "dauid_boundaries"]
    assert "paquet fourni" in given.notes[-1].fr


def test_the_codes_of_an_area_are_those_of_the_extract(service, home, raw_of):
    service.routes["GET", f"{LIMITS}lda_000b21a_e.zip"] = archive(areas_archive())
    fetch(service, home, "statcan_da_2021")
    points = declared(home, "statcan_da_2021")["points"].set_index("DAUID")
    extract = raw_of("statcan_da_2021")["points"].set_index("DAUID")
    columns = ["CSDUID", "CLSC_code", "RLS_code", "RTS_code", "RSS_code", "MRC_code"]
    assert points[columns].equals(extract.loc[points.index, columns])


def test_areas_and_boundaries_that_differ_are_refused(service, home):
    service.routes["GET", f"{LIMITS}lda_000b21a_e.zip"] = archive(areas_archive(("24660046",)))
    with pytest.raises(JoinError, match="24660044"):
        fetch(service, home, "statcan_da_2021")
    service.routes[GAF] = archive(gaf_zip([line.replace("24660044", "24669999") for line in gaf_lines()]))
    with pytest.raises(JoinError, match="territoire de CLSC"):
        fetch(service, home, "statcan_da_2021")
    assert not list((home / "new").rglob("*.parquet")), "nothing is half-written"


def test_tracts_have_a_shape_and_the_people_of_their_areas(service, home):
    rows = [
        {"CTUID": tract, "CTNAME": tract[3:], "DGUID": f"2021S0507{tract}", "LANDAREA": 0.5, "PRUID": "24"}
        for tract in ("4620582.01", "4620582.02", "4620832.00")
    ]
    service.routes["GET", f"{LIMITS}lct_000b21a_e.zip"] = archive(boundary_zip("lct_000b21a_e", rows))
    fetch(service, home, "statcan_ct_2021")
    tracts = declared(home, "statcan_ct_2021")["tracts"].set_index("CTUID")
    assert tracts["pop_2021"].to_dict() == {"4620582.01": 377, "4620582.02": 426, "4620832.00": 0}
    assert len(transformed(home, "statcan_ct_2021").territories) == 3


def test_divisions_are_those_that_the_profile_publishes(service, home):
    people = {"2401": "464", "2466": "803", "2467": ""}
    figures = {code: {"population": (n, "", "" if n else "1")} for code, n in people.items()}
    figures["2467"] = {"population": ("0", "", "")}
    service.routes |= census_profile("statcan_cd_2021", figures)
    fetch(service, home, "statcan_cd_2021")
    divisions = declared(home, "statcan_cd_2021")["divisions"].set_index("CDUID")["Population"]
    assert divisions.to_dict() == {"2401": 464, "2466": 803, "2467": 0}
    (note,) = transformed(home, "statcan_cd_2021").notes
    assert note.en == "3 census divisions, 1267 people; 0 differ from the sum of their dissemination areas"


def municipalities(asked: Asked) -> Reply:
    if asked.one("returnCountOnly"):
        return json_reply({"count": 2})
    features = []
    for number, (code, name, kind) in enumerate(
        (("2466023", "Montréal", "V"), ("2467802", "Kahnawake", "IRI"))
    ):
        ring = [
            [-73.6 + number, 45.5],
            [-73.5 + number, 45.5],
            [-73.5 + number, 45.6],
            [-73.6 + number, 45.5],
        ]
        properties = {"CSDUID": code, "CSDNAME": name, "CSDTYPE": kind, "LANDAREA": 1, "PRUID": "24"}
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": properties, "geometry": shape})
    return json_reply({"type": "FeatureCollection", "features": features})


MONTREAL = {
    "population": ("1762949", "", ""),
    "population_2016": ("1704694", "", ""),
    "dwellings": ("878542", "", ""),
    "occupied": ("816338", "", ""),
    "land_area": ("364.74", "", ""),
    "after_tax_income": ("69000", "", ""),
    "indigenous": ("16315", "1", ""),
}


def test_municipalities_have_their_figures_and_a_gap_is_no_zero(service, home):
    service.routes |= census_profile("statcan_csd_2021", {"2466023": MONTREAL, "2467802": {}})
    service.routes["GET", f"{MAPS}9/query"] = municipalities
    given = fetch(service, home, "statcan_csd_2021")
    census = declared(home, "statcan_csd_2021")["census"].set_index("CSDUID")
    row = census.loc["2466023"]
    assert row["Population percentage change, 2016 to 2021 (%)"] == 3.4
    assert row["Aggregate after-tax income of households"] == 69_000 * 816_338
    assert row["Indigenous identity (%)"] == 1
    assert census.loc["2467802"].isna().all()
    territories = transformed(home, "statcan_csd_2021").territories.set_index("territory_id")
    assert territories["status"].to_dict() == {
        "municipality:2466023": "ok",
        "municipality:2467802": "no_data",
    }
    assert territories.loc["municipality:2467802", "governance"] == "first_nation"
    assert "moyenne publiée" in given.notes[0].fr
    assert any("MapServer/9" in r.url for r in given.retrieved)


def test_a_profile_that_bears_other_numbers_is_refused(service, home):
    routes = census_profile("statcan_csd_2021", {"2466023": MONTREAL, "2467802": {}})
    listed = routes["GET", CODE_LIST_PATH].body.replace(b">Population, 2021<", b">Population, 2026<")
    routes["GET", CODE_LIST_PATH] = Reply(200, listed, "application/vnd.sdmx.structure+xml;version=2.1")
    service.routes |= routes
    service.routes["GET", f"{MAPS}9/query"] = municipalities
    with pytest.raises(SourceFileError, match="Population, 2021"):
        fetch(service, home, "statcan_csd_2021")


def cimd_archive(tmp_path: Path, made: tuple[int, int, int]) -> bytes:
    return cimd.copy(tmp_path, made=made).read_bytes()


def test_the_corrected_index_is_taken(service, home):
    service.routes[CIMD] = archive(cimd_archive(home, (2024, 10, 22)))
    given = fetch(service, home, "statcan_cimd_2021")
    scores = declared(home, "statcan_cimd_2021")["scores"].set_index("DAUID")
    assert scores.loc["24660046", "Residential instability Scores"] == 1.25
    cells = transformed(home, "statcan_cimd_2021").cells
    assert cells["status"].eq("no_data").sum() == 2  # a mean and a share, of one area and dimension
    assert CANNOT_BE_TOLD not in given.notes
    assert "fichier régional" in given.notes[-1].fr


def test_an_older_index_is_refused_and_writes_nothing(service, home):
    service.routes[CIMD] = archive(cimd_archive(home, (2023, 11, 8)), "Fri, 10 Nov 2023 13:30:00 GMT")
    with pytest.raises(SourceFileError, match="avant la correction"):
        fetch(service, home, "statcan_cimd_2021")
    assert not list((home / "new").rglob("*.parquet"))


def test_an_index_without_a_date_is_flagged(service, home):
    service.routes[CIMD] = archive(cimd_archive(home, (1980, 1, 1)), None)
    assert CANNOT_BE_TOLD in fetch(service, home, "statcan_cimd_2021").notes


GEONAMES_ROWS = (
    ("CA", "H1V 1K2", "Montréal", "Quebec", "QC", "", "", "", "", "45.5482", "-73.5415", "6"),
    ("CA", "G0A 0A1", "Wendake", "Quebec", "QC", "", "", "", "", "46.8569", "-71.3516", "6"),
    ("CA", "G0A 0A1", "Wendake (bis)", "Quebec", "QC", "", "", "", "", "46.85", "-71.35", "6"),
    ("CA", "H2X", "Montréal", "Quebec", "QC", "", "", "", "", "45.51", "-73.57", "6"),
    ("CA", "K1A 0A1", "Ottawa", "Ontario", "ON", "", "", "", "", "45.4", "-75.7", "6"),
)


def geonames(rows=GEONAMES_ROWS) -> bytes:
    table = "".join("\t".join(row) + "\n" for row in rows)
    return zipped({"CA_full.txt": table.encode(), "readme.txt": b"x"}, (2026, 9, 1))


@pytest.fixture
def lent(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a mirror that holds the outlines which two sources borrow: squares around Montréal and Québec."""
    mirror = home / "mirror"
    squares = gpd.GeoSeries.from_wkt(
        ["POLYGON((-74 45,-73 45,-73 46,-74 46,-74 45))", "POLYGON((-72 46,-71 46,-71 47,-72 47,-72 46))"],
        crs=4326,
    )
    for path, column, codes in (
        ("qc_mrc/mrc_104_digital.parquet", "MRC_code", ["66", "23"]),
        ("statcan_csd_2021/csd_2021_simplified.parquet", "CSDUID", ["2466023", "2423057"]),
    ):
        (mirror / path).parent.mkdir(parents=True)
        gpd.GeoDataFrame({column: codes}, geometry=squares).to_parquet(mirror / path)
    monkeypatch.setattr(borrowed, "settings", lambda: SimpleNamespace(mirror=mirror))
    return mirror


def test_postal_codes_of_quebec_are_kept_once_each(service, home, lent):
    service.routes[GEONAMES] = archive(geonames())
    given = fetch(service, home, "geonames_postal")
    codes = declared(home, "geonames_postal")["codes"].set_index("code")
    assert codes.index.tolist() == ["G0A 0A1", "H1V 1K2"]
    assert (codes.loc["G0A 0A1", "latitude"], codes.loc["G0A 0A1", "longitude"]) == (46.8569, -71.3516)
    assert given.vintage == "2026-09"
    assert len(transformed(home, "geonames_postal").postal_codes) == 2


def test_a_borrowed_file_that_nobody_has_is_told(service, home, monkeypatch):
    monkeypatch.setattr(borrowed, "settings", lambda: SimpleNamespace(mirror=None))
    context = FetchContext(quick_http(service), Store(home), home / "new", lambda *_: None)
    with pytest.raises(SourceNotFoundError, match="isc_cwb_2021"):
        borrowed.borrow(context, "isc_cwb_2021", "isc_cwb_2021/cwb2021_csd_qc.parquet")


def test_without_a_mirror_a_file_is_borrowed_from_the_client_of_its_owner(service, home, monkeypatch):
    monkeypatch.setattr(borrowed, "settings", lambda: SimpleNamespace(mirror=None))
    rows = [{"CTUID": "4620582.01", "CTNAME": "0582.01", "DGUID": "x", "LANDAREA": 0.5, "PRUID": "24"}]
    service.routes["GET", f"{LIMITS}lct_000b21a_e.zip"] = archive(boundary_zip("lct_000b21a_e", rows))
    header, ontario, _, _, montreal, *_ = gaf_lines()
    service.routes[GAF] = archive(gaf_zip([header, ontario, montreal]))
    context = FetchContext(quick_http(service), Store(home), home / "new", lambda *_: None)
    retrieved = borrowed.borrow(context, "statcan_ct_2021", "statcan_ct_2021/ct_2021.parquet")
    assert (home / "new/statcan_ct_2021/ct_2021.parquet").is_file()
    assert len(retrieved) == 2
    assert borrowed.borrow(context, "statcan_ct_2021", "statcan_ct_2021/ct_2021.parquet") == ()


def test_libraries_are_read_from_the_archive(service, home, lent):
    rows = (
        "51,Bibliothèque de Verdun,municipale,library or archives,montréal,..,5955,bannantyne,H4H 1H6,"
        'montréal,qc,"5955, Bannantyne",Montréal,2466023,24,45.46,-73.57',
    )
    table = "\r\n".join((",".join(databases.ODCAF_COLUMNS), *rows)).encode() + b"\r\n"
    url = f"{PUBLICATIONS}en/pub/21-26-0001/2020001/ODCAF_V1.0.zip"
    service.routes["GET", url] = archive(zipped({"ODCAF_V1.0/ODCAF_v1.0.csv": table}))
    fetch(service, home, "statcan_odcaf_v1_0")
    (place,) = transformed(home, "statcan_odcaf_v1_0").places.to_dict("records")
    assert (place["place_id"], place["municipality"]) == ("odcaf:51", "municipality:2466023")


def test_health_facilities_are_read_and_none_is_counted(service, home):
    service.routes["GET", f"{PUBLICATIONS}en/pub/13-26-0001/2020001/ODHF_v1.1.zip"] = archive(
        databases.odhf_v1()
    )
    service.routes["GET", f"{PUBLICATIONS}pub/13-26-0001/2020001/zip/odhf_v2_geojson.zip"] = archive(
        databases.odhf_v2(databases.PLACES)
    )
    for source in ("statcan_odhf_v1_1", "statcan_odhf_v2"):
        fetch(service, home, source)
        tables = transformed(home, source)
        assert tables.places is None
        assert tables.notes[0].en == "2 facilities read for comparison, 1 of them located; none is counted"


def test_the_real_extract_of_health_facilities_is_read_as_places(raw_of, tables_of):
    places = odhf_places(raw_of("statcan_odhf_v1_1")["facilities"])
    assert len(places) == 1606
    assert places["id"].is_unique
    assert places["longitude"].notna().sum() == 1584
    assert tables_of("statcan_odhf_v1_1").places is None


def test_proximity_is_summed_by_area(service, home):
    service.routes["GET", f"{PUBLICATIONS}pub/17-26-0002/2023001/csv/pmd-eng.zip"] = archive(
        databases.pmd(databases.BLOCKS)
    )
    fetch(service, home, "statcan_proximity_2021")
    cells = transformed(home, "statcan_proximity_2021").cells
    declared_ids = {i.id for i in declaration_of("statcan_proximity_2021").indicators}
    assert set(cells["indicator_id"]) == declared_ids
    assert len(cells) == 3 * 14


def test_a_connection_that_is_cut_is_tried_again(service, home):
    content = gaf_zip()
    service.routes[GAF] = file_reply(content, "application/zip", cuts=(200, 100))
    service.routes["GET", f"{LIMITS}lda_000b21a_e.zip"] = archive(areas_archive())
    (attributes, _) = fetch(service, home, "statcan_da_2021").retrieved
    assert attributes.bytes == len(content)
    assert attributes.sha256 == sha256(content).hexdigest()
    assert len(service.asked(GAF[1])) == 3


@pytest.mark.parametrize(
    ("source", "route"),
    [
        ("statcan_da_2021", GAF),
        ("statcan_ct_2021", GAF),
        ("statcan_cd_2021", GAF),
        ("statcan_csd_2021", ("GET", f"{MAPS}9/query")),
        ("statcan_cimd_2021", CIMD),
        ("geonames_postal", GEONAMES),
    ],
)
@pytest.mark.parametrize("reply", [html_reply(), Reply(404), Reply(200, b"PK\x03\x04cut", "application/zip")])
def test_a_service_in_trouble_is_one_sentence_and_writes_nothing(service, home, source, route, reply):
    service.routes[route] = reply
    with pytest.raises((FetchError, SourceFileError)) as caught:
        fetch(service, home, source)
    assert caught.value.sentence("fr").endswith(".")
    assert not [p for p in (home / "new").rglob("*") if p.is_file()]


@pytest.mark.parametrize(
    "source",
    [
        "statcan_da_2021", "statcan_ct_2021", "statcan_cd_2021", "statcan_csd_2021", "statcan_cimd_2021",
        "geonames_postal", "statcan_odcaf_v1_0", "statcan_odhf_v1_1", "statcan_odhf_v2",
        "statcan_proximity_2021",
    ],
)  # fmt: skip
def test_every_source_of_this_family_declares_its_service(source):
    live = declaration_of(source).live
    assert live is not None
    assert live.url.startswith("https://")
    assert (SOURCES_FOLDER / source / "live.py").is_file()
