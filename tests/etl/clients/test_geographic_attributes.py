"""Blocks of the attribute file summed into areas, and the boundaries that must name the same areas."""

import geopandas as gpd
import pandas as pd
import pytest

from etl.clients.boundaries import AREAS as AREA_BOUNDARIES
from etl.clients.boundaries import TRACTS, fetch_boundaries, read_boundaries, require_same_codes
from etl.clients.geographic_attributes import areas_of, hierarchy, read_blocks
from etl.fetch import Store
from etl.live import FetchContext
from geodata.errors import CellError, ColumnError, CrsError, FetchError, JoinError, SourceFileError
from tests.etl.clients.statcan_files import boundary_zip, gaf_lines, gaf_zip
from tests.etl.services.server import busy, file_reply, json_reply, quick_http, serving

CENSUS = "/www12.statcan.gc.ca/census-recensement/2021/geo/"
DA_ZIP = f"{CENSUS}sip-pis/boundary-limites/files-fichiers/lda_000b21a_e.zip"
SERVICE = "/geo.statcan.gc.ca/geo_wa/rest/services/2021/Cartographic_boundary_files/MapServer/12/query"
DA_ROWS = [
    {"DAUID": "24660046", "LANDAREA": 0.0305, "PRUID": "24"},
    {"DAUID": "24660044", "LANDAREA": 0.0111, "PRUID": "24"},
    {"DAUID": "24010018", "LANDAREA": 37.5, "PRUID": "24"},
]


def blocks_of(tmp_path, content: bytes) -> pd.DataFrame:
    path = tmp_path / "2021_92-151_X.zip"
    path.write_bytes(content)
    return read_blocks(path)


def test_only_the_blocks_of_quebec_are_read(tmp_path):
    blocks = blocks_of(tmp_path, gaf_zip())
    assert len(blocks) == 5
    assert blocks["DBUID"].tolist()[:2] == ["24660046001", "24660046002"]
    assert blocks["people"].sum() == 300 + 126 + 377 + 464
    assert blocks.loc[4, "people"] != blocks.loc[4, "people"], "not counted is no zero"


def test_areas_are_the_sums_of_their_blocks(tmp_path):
    areas = areas_of(blocks_of(tmp_path, gaf_zip())).set_index("DAUID")
    assert areas.index.tolist() == ["24010018", "24660044", "24660046", "24670285"]
    one = areas.loc["24660046"]
    assert (one["people"], one["dwellings"], one["occupied"]) == (426, 180, 165)
    assert one["land_km2"] == pytest.approx(0.0305)
    assert (one["CSDUID"], one["CSDNAME"], one["CTUID"]) == ("2466023", "Montréal", "4620582.02")
    assert (one["longitude"], one["latitude"]) == (-73.6001, 45.5601)
    assert areas.loc["24010018", "CTUID"] == "9924.00", "outside every tract"
    assert areas.loc["24670285", "people"] == 0, "the municipality tells that it was not counted"


def test_the_declared_columns_are_written(tmp_path):
    written = hierarchy(areas_of(blocks_of(tmp_path, gaf_zip()))).set_index("da_id_21")
    row = written.loc["24010018"]
    assert row.to_dict() == {
        "da_pop_21": 464, "pr_id_21": "24", "cd_id_21": "2401", "csd_id_21": "2401042",
        "csd_name_21": "Grosse-Île", "sactype_21": "7", "cma_id_21": "999", "ct_id_21": "9924.00",
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
def test_accents_are_right_in_either_encoding(tmp_path, encoding):
    areas = areas_of(blocks_of(tmp_path, gaf_zip(encoding=encoding)))
    assert set(areas["CSDNAME"]) == {"Montréal", "Grosse-Île", "Kahnawake"}
    assert "MÉ" in set(areas["CSDTYPE"])


def test_a_renamed_column_is_named(tmp_path):
    lines = gaf_lines()
    lines[0] = lines[0].replace("DBPOP2021_IDPOP2021", "POPULATION")
    with pytest.raises(ColumnError, match="DBPOP2021_IDPOP2021"):
        blocks_of(tmp_path, gaf_zip(lines))


def test_a_cell_that_is_no_number_is_named(tmp_path):
    lines = gaf_lines()
    lines[2] = lines[2].replace(",300,", ",beaucoup,")
    with pytest.raises(CellError, match="beaucoup"):
        blocks_of(tmp_path, gaf_zip(lines))


def test_a_short_row_an_empty_table_and_a_block_given_twice_are_refused(tmp_path):
    lines = gaf_lines()
    with pytest.raises(SourceFileError, match="mal formée"):
        blocks_of(tmp_path, gaf_zip([*lines[:-1], lines[-1][:40]]))
    with pytest.raises(SourceFileError):
        blocks_of(tmp_path, gaf_zip(lines[:2]))
    with pytest.raises(JoinError, match="deux fois"):
        blocks_of(tmp_path, gaf_zip([*lines, lines[-1]]))


def test_blocks_of_one_area_must_agree(tmp_path):
    lines = gaf_lines()
    lines[3] = lines[3].replace("2466023", "2466032")
    with pytest.raises(JoinError, match="CSDUID"):
        areas_of(blocks_of(tmp_path, gaf_zip(lines)))


def boundaries_of(
    tmp_path, content: bytes, where="PRUID = '24'", geography=AREA_BOUNDARIES
) -> gpd.GeoDataFrame:
    path = tmp_path / "limits.zip"
    path.write_bytes(content)
    return read_boundaries(path, geography, where, tmp_path)


def test_boundaries_are_filtered_and_brought_to_degrees(tmp_path):
    shapes = boundaries_of(tmp_path, boundary_zip("lda_000b21a_e", DA_ROWS), "DAUID LIKE '2466%'")
    assert shapes["DAUID"].tolist() == ["24660044", "24660046"]
    assert shapes.crs.to_epsg() == 4326
    west, south, east, north = shapes.geometry.iloc[1].bounds
    assert (west, south) == pytest.approx((-73.6001, 45.5601), abs=1e-6)
    assert (east, north) == pytest.approx((-73.5981, 45.5621), abs=1e-6)
    assert not list(tmp_path.glob(".limites-*")), "what was unpacked is gone"


def test_another_system_is_refused(tmp_path):
    with pytest.raises(CrsError, match="3347"):
        boundaries_of(tmp_path, boundary_zip("lda_000b21a_e", DA_ROWS, epsg=4326))
    with pytest.raises(CrsError, match="3347"):
        boundaries_of(tmp_path, boundary_zip("lda_000b21a_e", DA_ROWS, epsg=6623))


def test_a_shapefile_without_a_part_a_field_or_a_row_is_refused(tmp_path):
    with pytest.raises(SourceFileError, match=r"\.prj"):
        boundaries_of(tmp_path, boundary_zip("l", DA_ROWS, parts=(".shp", ".shx", ".dbf")))
    with pytest.raises(SourceFileError, match="CTUID"):
        boundaries_of(tmp_path, boundary_zip("l", DA_ROWS), geography=TRACTS)
    with pytest.raises(SourceFileError, match="Aucune limite"):
        boundaries_of(tmp_path, boundary_zip("l", DA_ROWS), "PRUID = '35'")
    with pytest.raises(JoinError, match="deux fois"):
        boundaries_of(tmp_path, boundary_zip("l", [*DA_ROWS, DA_ROWS[0]]))


def test_codes_must_be_the_same_on_both_sides():
    require_same_codes(pd.Series(["a", "b"]), pd.Series(["b", "a"]), "here")
    with pytest.raises(JoinError, match=r"1 codes n'ont pas de limite, 2 limites .*\(c, d, e\)"):
        require_same_codes(pd.Series(["a", "d", "e"]), pd.Series(["a", "c"]), "here")


def test_the_map_service_stands_in_for_an_archive_that_does_not_come(tmp_path):
    def answer(asked):
        if asked.one("returnCountOnly"):
            return json_reply({"count": 1})
        properties = {"DAUID": "24660046", "LANDAREA": 0.03, "PRUID": "24"}
        ring = [[-73.6, 45.5], [-73.5, 45.5], [-73.5, 45.6], [-73.6, 45.5]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        return json_reply({"features": [{"type": "Feature", "properties": properties, "geometry": shape}]})

    with serving({("GET", DA_ZIP): busy(503), ("GET", SERVICE): answer}) as service:
        context = FetchContext(quick_http(service, retries=1), Store(tmp_path), tmp_path, lambda *_: None)
        shapes, retrieved, notes = fetch_boundaries(context, AREA_BOUNDARIES, "PRUID = '24'")
        service.routes["GET", SERVICE] = busy(503)
        with pytest.raises(FetchError):
            fetch_boundaries(context, AREA_BOUNDARIES, "PRUID = '24'")
        service.routes["GET", DA_ZIP] = file_reply(boundary_zip("lda_000b21a_e", DA_ROWS), "application/zip")
        archived, _, no_notes = fetch_boundaries(context, AREA_BOUNDARIES, "PRUID = '24'")
    assert shapes["DAUID"].tolist() == ["24660046"]
    assert "MapServer/12" in retrieved.url
    assert "service cartographique" in notes[0].fr
    assert len(archived) == 3
    assert no_notes == ()
