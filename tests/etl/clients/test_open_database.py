"""Open databases of facilities and of proximity, in the shapes that were recorded."""

import json

import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer

from etl.clients.open_database import (
    ODCAF_COLUMNS,
    ODHF_V1_COLUMNS,
    PLACE_COLUMNS,
    odhf_places,
    read_odcaf,
    read_odhf_v1,
    read_odhf_v2,
)
from etl.clients.proximity_measures import SERVICES, areas_of, column, read_blocks
from etl.sources.statcan_proximity_2021.transform import transform
from geodata.errors import CellError, ColumnError, CrsError, SourceFileError
from tests.etl.clients.statcan_files import zipped

ODHF_ROWS = (
    "7001,CLSC de Hochelaga,clsc,Ambulatory health care services,Province of Québec,..,4201,rue Ontario E,"
    'H1V 1K2,montréal,qc,"4201, rue Ontario Est",Montréal,2466023,24,45.5482,-73.5415',
    "7002,Hôpital sans point,hôpital,Hospitals,Province of Québec,..,..,..,G0A 1A0,..,qc,..,..,..,24,..,..",
    "7003,Hospital of Ontario,hospital,Hospitals,Province of Ontario,..,1,main,K1A 0A1,ottawa,on,1 main,"
    "Ottawa,3506008,35,45.4,-75.7",
)


def put(tmp_path, content: bytes):
    path = tmp_path / "archive.zip"
    path.write_bytes(content)
    return path


def odhf_v1(rows=ODHF_ROWS, header=ODHF_V1_COLUMNS, encoding="latin-1") -> bytes:
    table = "\r\n".join((",".join(header), *rows)) + "\r\n"
    return zipped({"ODHF_v1.1/odhf_v1.1.csv": table.encode(encoding), "ODHF_v1.1/ODHF_metadata.pdf": b"%PDF"})


def test_version_1_keeps_quebec_and_two_dots_are_no_value(tmp_path):
    table = read_odhf_v1(put(tmp_path, odhf_v1()))
    assert tuple(table.columns) == ODHF_V1_COLUMNS
    assert table["index"].tolist() == ["7001", "7002"]
    assert table.loc[0, "CSDname"] == "Montréal"
    assert table.loc[0, "latitude"] == 45.5482
    assert table.loc[1, ["city", "CSDuid", "source_format_str_address"]].isna().all()
    assert np.isnan(table.loc[1, "latitude"])


def test_a_table_of_two_encodings_is_read_with_its_accents(tmp_path):
    mixed = odhf_v1(encoding="utf-8")
    stray = (
        "7004,Maison de l\x92aîné,chsld,Hospitals,x,..,1,r,H1V 1K2,laval,qc,1 r,Laval,2465005,24,45.6,-73.7"
    )
    lines = [*ODHF_ROWS[:1], stray]
    content = (",".join(ODHF_V1_COLUMNS) + "\r\n").encode() + b"\r\n".join(
        (lines[0].encode("utf-8"), stray.encode("latin-1"))
    )
    table = read_odhf_v1(put(tmp_path, zipped({"odhf_v1.1.csv": content})))
    assert table["facility_name"].tolist() == ["CLSC de Hochelaga", "Maison de l’aîné"]
    assert table.loc[0, "CSDname"] == "Montréal"
    assert len(read_odhf_v1(put(tmp_path, mixed))) == 2


def test_a_column_that_is_gone_is_named(tmp_path):
    header = [name.replace("odhf_facility_type", "type") for name in ODHF_V1_COLUMNS]
    with pytest.raises(ColumnError, match="odhf_facility_type"):
        read_odhf_v1(put(tmp_path, odhf_v1(header=header)))


def test_culture_is_read_likewise(tmp_path):
    rows = (
        "51,Bibliothèque de Verdun,municipale,library or archives,montréal,..,5955,bannantyne,H4H 1H6,"
        'montréal,qc,"5955, Bannantyne",Montréal,2466023,24,45.46,-73.57',
        "52,Elsewhere,,museum,x,..,1,a,..,halifax,ns,1 a,Halifax,1209034,12,44.6,-63.5",
    )
    table = "\r\n".join((",".join(ODCAF_COLUMNS), *rows)).encode("utf-8") + b"\r\n"
    facilities = read_odcaf(put(tmp_path, zipped({"ODCAF_V1.0/ODCAF_v1.0.csv": table})))
    assert tuple(facilities.columns) == ODCAF_COLUMNS
    assert facilities["Facility_Name"].tolist() == ["Bibliothèque de Verdun"]
    assert facilities.loc[0, "Source_Format_Address"] == "5955, Bannantyne"


def odhf_v2(places, crs: str | None = "urn:ogc:def:crs:EPSG::3347", **more) -> bytes:
    to_metres = Transformer.from_crs(4326, 3347, always_xy=True)
    features = []
    for name, province, point in places:
        at = point if crs is None or point is None else to_metres.transform(*point)
        properties = {
            "id": name[:3],
            "name": name,
            "type": "Hospital",
            "prov_terr": province,
            "csdname": "..",
        }
        geometry = None if at is None else {"type": "Point", "coordinates": list(at)}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    collection = {"type": "FeatureCollection", "features": features, **more}
    if crs:
        collection["crs"] = {"type": "name", "properties": {"name": crs}}
    return zipped({"odhf_v2.geojson": json.dumps(collection, ensure_ascii=False).encode()})


PLACES = (
    ("Hôpital Santa Cabrini", "QC", (-73.57, 45.58)),
    ("Centre sans point", "QC", None),
    ("Hospital of Ottawa", "ON", (-75.7, 45.4)),
)


@pytest.mark.parametrize("crs", ["urn:ogc:def:crs:EPSG::3347", "EPSG:3347", None])
def test_version_2_is_brought_from_metres_to_degrees(tmp_path, crs):
    table = read_odhf_v2(put(tmp_path, odhf_v2(PLACES, crs)))
    assert table["name"].tolist() == ["Hôpital Santa Cabrini", "Centre sans point"]
    assert (table.loc[0, "longitude"], table.loc[0, "latitude"]) == pytest.approx((-73.57, 45.58), abs=1e-6)
    assert np.isnan(table.loc[1, "longitude"])
    assert table["csdname"].isna().all(), "two dots are no value"
    assert table["address"].isna().all(), "what is not published stays empty"


def test_metres_that_do_not_say_so_and_other_systems_are_refused(tmp_path):
    with pytest.raises(CrsError, match="ne sont pas des degrés"):
        read_odhf_v2(put(tmp_path, odhf_v2((("Ici", "QC", (7_600_000.0, 1_200_000.0)),), None)))
    with pytest.raises(CrsError, match="EPSG:32188"):
        read_odhf_v2(put(tmp_path, odhf_v2(PLACES, "urn:ogc:def:crs:EPSG::32188")))


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b'{"features": []}',
        b'{"features": [4]}',
        b'{"features": [{"properties": null}]}',
        b"[" * 5000,
    ],
)
def test_a_geojson_that_is_none_is_refused(tmp_path, content):
    with pytest.raises(SourceFileError):
        read_odhf_v2(put(tmp_path, zipped({"odhf_v2.geojson": content})))


def test_a_facility_needs_a_name_a_type_and_a_province(tmp_path):
    content = json.dumps({"features": [{"properties": {"name": "a", "type": "b"}, "geometry": None}]})
    with pytest.raises(SourceFileError, match="prov_terr"):
        read_odhf_v2(put(tmp_path, zipped({"odhf_v2.geojson": content.encode()})))


def test_both_versions_are_places_of_one_shape(tmp_path):
    first = odhf_places(read_odhf_v1(put(tmp_path, odhf_v1())))
    second = odhf_places(read_odhf_v2(put(tmp_path, odhf_v2(PLACES))))
    for places in (first, second):
        assert tuple(places.columns) == PLACE_COLUMNS
        assert places["id"].is_unique
        assert places[["name", "kind", "address", "city", "postal_code"]].map(type).eq(str).all(axis=None)
    assert first.iloc[0].to_dict() == {
        "id": "odhf1:7001", "name": "CLSC de Hochelaga", "kind": "Ambulatory health care services",
        "address": "4201, rue Ontario Est", "city": "montréal", "postal_code": "H1V 1K2",
        "longitude": -73.5415, "latitude": 45.5482,
    }  # fmt: skip
    assert second["id"].tolist() == ["odhf2:Hôp", "odhf2:Cen"]


PMD_HEADER = "DBUID,DBPOP,DAUID,DAPOP,CSDUID,PRUID,lon,lat," + ",".join(
    f"in_db_{service},prox_idx_{service}" for service in SERVICES
)


def pmd(rows) -> bytes:
    """Write blocks: area, people, province, and the index of pharmacies; other services are like it."""
    lines = [PMD_HEADER]
    for number, (area, people, province, index) in enumerate(rows):
        measures = ",".join(f"0,{index}" for _ in SERVICES)
        lines.append(f'{area}{number:03d},"{people}",{area},0,2466023,{province},-73.5,45.5,{measures}')
    return zipped({"pmd-eng/PMD-en.csv": ("\n".join(lines) + "\n").encode()})


BLOCKS = (
    ("24660046", "300", "24", "0.5"),
    ("24660046", "100", "24", "0.1"),
    ("24660046", "100", "24", ""),  # no pharmacy within reach
    ("24660044", "1,200", "24", ".."),  # not available
    ("24660044", "300", "24", "0.2"),
    ("24010018", "464", "24", ""),
    ("35060001", "999", "35", "0.9"),
)


def test_a_blank_says_out_of_reach_and_two_dots_say_nothing(tmp_path):
    areas, notes = areas_of(read_blocks(put(tmp_path, pmd(BLOCKS))))
    table = areas.set_index("DAUID")[
        ["people", *(column("pharma", m) for m in ("people_known", "people_within"))]
    ]
    assert table.loc["24660046"].tolist() == [500, 500, 400]
    assert table.loc["24660044"].tolist() == [1500, 300, 300]
    assert table.loc["24010018"].tolist() == [464, 464, 0]
    assert areas.set_index("DAUID").loc["24660046", column("pharma", "index_people")] == pytest.approx(160)
    assert "35060001" not in set(areas["DAUID"])
    assert notes == ()


def test_shares_and_indices_are_those_of_people(tmp_path):
    areas, _ = areas_of(read_blocks(put(tmp_path, pmd(BLOCKS))))
    cells = transform({"areas": areas}).cells.set_index(["cell_id", "indicator_id"])
    within = cells.xs("proximity_pharmacy_within_pct", level=1)
    index = cells.xs("proximity_pharmacy_index", level=1)
    assert within.loc["da:24660046", ["numerator", "denominator"]].tolist() == [400, 500]
    # (300 × 0.5 + 100 × 0.1) / 400 people who have one within reach
    assert index.loc["da:24660046", "numerator"] / index.loc["da:24660046", "denominator"] == pytest.approx(
        0.4
    )
    # 300 people of 1,500 are known: too few to speak for the area; nothing is taken for zero.
    assert within.loc["da:24660044", "status"] == "no_data"
    assert pd.isna(within.loc["da:24660044", "numerator"])
    # Nobody has one within reach: the share is a true zero, the mean of nobody is not applicable.
    assert within.loc["da:24010018", ["numerator", "denominator", "status"]].tolist() == [0, 464, "ok"]
    assert index.loc["da:24010018", ["numerator", "denominator", "status"]].tolist() == [0, 0, "ok"]


def test_an_edition_that_writes_both_cases_alike_tells_nothing_of_blocks_without_index(tmp_path):
    rows = [(area, people, province, index or "..") for area, people, province, index in BLOCKS]
    areas, notes = areas_of(read_blocks(put(tmp_path, pmd(rows))))
    assert areas.set_index("DAUID").loc["24660046", column("lib", "people_known")] == 400
    assert areas.set_index("DAUID").loc["24010018", column("lib", "people_known")] == 0
    assert len(notes) == len(SERVICES)
    assert "hors de portée" in notes[0].fr


@pytest.mark.parametrize("index", ["1.2", "-0.1", "près"])
def test_an_index_out_of_its_bounds_is_refused(tmp_path, index):
    blocks = read_blocks(put(tmp_path, pmd([*BLOCKS, ("24660046", "9", "24", index)])))
    with pytest.raises(CellError, match=index):
        areas_of(blocks)
