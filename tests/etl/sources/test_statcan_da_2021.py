"""Blocks written from the real extract give its areas back, one for one."""

import pandas as pd

from etl.clients.geographic_attributes import NO_TRACT, areas_of, hierarchy, read_blocks
from etl.sources.statcan_da_2021.live import codes_of, points_of
from tests.etl.clients.statcan_files import GAF_HEADER, gaf_zip

SOURCE = "statcan_da_2021"


def test_the_whole_province_comes_back_from_its_blocks(raw_of, embedded_package, tmp_path):
    extract = raw_of(SOURCE)["hierarchy"].set_index("da_id_21").sort_index()
    points = raw_of(SOURCE)["points"].set_index("DAUID").sort_index()
    path = tmp_path / "2021_92-151_X.zip"
    path.write_bytes(gaf_zip([GAF_HEADER, *_blocks(extract, points)]))
    areas = areas_of(read_blocks(path))
    codes = hierarchy(areas).set_index("da_id_21")
    assert codes["da_pop_21"].sum() == 8_501_833
    for column in ("da_pop_21", "csd_id_21", "sactype_21"):
        assert codes[column].eq(extract[column]).all(), column
    drawn = points_of(areas, codes_of(embedded_package.membership)).set_index("DAUID")
    for column in ("CSDUID", "CSDNAME", "CTUID", "CLSC_code", "RLS_code", "RTS_code", "RSS_code", "MRC_code"):
        assert drawn[column].eq(points[column]).all(), column


def test_the_countryside_of_an_agglomeration_is_not_urban(tables_of):
    tables = tables_of(SOURCE)
    areas = tables.territories.set_index("territory_id")
    people = tables.people.set_index("cell_id")["people"].reindex(areas.index)
    urban = areas["milieu"].eq("urban")
    assert people[urban & areas["municipality_id"].eq("municipality:2466023")].sum() > 0.99 * 1_762_949
    # Saint-Antoine-de-Tilly, in the metropolitan area of Québec: 30 people to the square kilometre.
    village = areas["municipality_id"].eq("municipality:2433095")
    assert set(areas.loc[village, "milieu"]) == {"periurban"}
    assert 0.70 < people[urban].sum() / people.sum() < 0.80


def _blocks(extract: pd.DataFrame, points: pd.DataFrame) -> list[str]:
    """Part each area into two blocks, as the attribute file lists them."""
    joined = points.join(extract[["da_pop_21", "sactype_21"]])
    lines = []
    for row in joined.itertuples():
        tract = "" if row.CTUID == NO_TRACT else row.CTUID
        codes = f'24,x,Quebec,{row.CSDUID[:4]},{row.CSDUID},"{row.CSDNAME}",V,{row.sactype_21},462,{tract}'
        first = int(row.da_pop_21) // 3
        for number, people in ((1, first), (2, int(row.da_pop_21) - first)):
            lines.append(
                f"{codes},{row.Index},{row.geometry.y},{row.geometry.x},{row.Index}00{number},{people},1,1,0.5,"
            )
    return lines
