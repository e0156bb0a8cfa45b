"""What portals serve, brought to declared columns: encodings, headers, numbers, layers."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from etl.clients.portal_files import as_code, as_number, read_csv, read_geojson, read_layer, take, write
from geodata.errors import CellError, ColumnError, SourceFileError


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_reads_the_same_in_each_encoding(tmp_path, encoding, separator):
    path = tmp_path / "a"
    rows = [["CODE", "Municipalité"], ["01023", " Les Îles "], ["66023", " "]]
    path.write_bytes("".join(separator.join(row) + "\n" for row in rows).encode(encoding))
    frame = read_csv(path, "mun.csv")
    assert frame["CODE"].tolist() == ["01023", "66023"]
    assert frame["Municipalité"].tolist()[0] == "Les Îles"
    assert frame["Municipalité"].isna().tolist() == [False, True]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2,3,4\n5\n1,2,3,4,5,6\n", b"a,b\n1,\x00\n"])
def test_what_is_no_table_is_one_clear_error(tmp_path, content):
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(SourceFileError, match=r"mun\.csv"):
        read_csv(path, "mun.csv")


def test_columns_are_found_whatever_their_case_and_accents():
    frame = pd.DataFrame({"NOM_FRANCAIS": ["a"], "Code Postal": ["b"], "courriel": ["c@d.ca"]})
    wanted = {"Nom français": (), "CP": ("code_postal",), "Étage": ()}
    taken = take(frame, wanted, "lieux.csv", optional=("Étage",))
    assert taken.columns.tolist() == ["Nom français", "CP", "Étage"]
    assert taken.iloc[0].tolist()[:2] == ["a", "b"]
    with pytest.raises(ColumnError, match=r"« Étage » manque ; trouvé : NOM_FRANCAIS, Code Postal, courriel"):
        take(frame, wanted, "lieux.csv")


@given(st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 3)))
def test_numbers_read_with_a_comma_and_with_spaces(number):
    written = pd.Series([f"{number:.3f}".replace(".", ","), f"{number:,.3f}".replace(",", "\u202f"), " "])
    read = as_number(written)
    assert read[:2].tolist() == pytest.approx([number, number], abs=1e-6)
    assert pd.isna(read[2])


def test_a_word_among_numbers_is_named_with_its_row():
    with pytest.raises(CellError, match=r"« beaucoup ».*ligne/row 3, colonne/column « PLACES »"):
        as_number(pd.Series(["1", "beaucoup"], name="PLACES"))


def test_codes_lose_the_tail_of_a_number():
    codes = as_code(pd.Series([24660046.0, None, " 0611 "], dtype=object))
    assert codes.tolist() == ["24660046", None, "0611"]


def test_one_layer_of_a_geopackage_is_read_in_degrees(tmp_path):
    layer = gpd.GeoDataFrame(
        {"MRS_CO_MRC": ["66"]}, geometry=[box(300_000, 200_000, 301_000, 201_000)], crs=6623
    )
    for name in ("mrc_s", "regio_s"):
        layer.to_file(tmp_path / "SDA.gpkg", layer=name, driver="GPKG")
    read = read_layer(tmp_path, r"mrc_s(_\w+)?")
    assert read.crs.to_epsg() == 4326
    assert read.to_crs(6623).area.iloc[0] == pytest.approx(1e6, rel=1e-6)
    with pytest.raises(SourceFileError, match=r"0 couches.*mrc_s, regio_s"):
        read_layer(tmp_path, "munic_s")


def test_a_polygon_that_crosses_itself_is_mended(tmp_path):
    tie = Polygon([(-73, 45), (-72, 46), (-72, 45), (-73, 46)])
    path = tmp_path / "a"
    path.write_bytes(gpd.GeoDataFrame({"a": [1]}, geometry=[tie], crs=4326).to_json().encode())
    assert read_geojson(path, "a.geojson").geometry.is_valid.all()


@pytest.mark.parametrize(
    "content", [b"{}", b'{"type": "FeatureCollection", "features": []}', b"<html>", b"{"]
)
def test_a_file_without_a_shape_is_one_clear_error(tmp_path, content):
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(SourceFileError):
        read_geojson(path, "a.geojson")


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_a_declared_file_is_written_whole(tmp_path, name):
    write(pd.DataFrame({"a": ["1"]}), tmp_path / "source" / name)
    assert [p.name for p in (tmp_path / "source").iterdir()] == [name]
