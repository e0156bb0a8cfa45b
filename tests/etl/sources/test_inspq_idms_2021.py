"""The deprivation index: people counted by fifth, never a fifth averaged, a zero never a fifth."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from etl.door import read_file
from etl.registry import declaration_of
from etl.sources.inspq_idms_2021.live import fetch, table
from etl.sources.inspq_idms_2021.transform import transform
from geodata.errors import CellError, ColumnError, FetchError, SourceFileError
from geodata.model import Aggregation, ErrorKind, Level
from tests.etl.clients.portal import (
    QUEBEC_API,
    context,
    file_route,
    record_reply,
    records,
    resource,
    shapefile_zip,
)
from tests.etl.services.server import Routes, serving

SOURCE = "inspq_idms_2021"
REFERENCES = ("", "RSS", "RTS", "RLS", "CLSC")
FILES = "https://www.donneesquebec.ca/recherche/dataset/d/resource/r/download/"


def row(
    area: str, clsc: str, fraction: float, people: int, material: int, social: int, label: str, **own: int
):
    """Write one row of the publisher's table; fifths are the same in every reference unless said."""
    fifths = {f"QuintMat{r}": material for r in REFERENCES} | {f"QuintSoc{r}": social for r in REFERENCES}
    codes = {"AD": area, "RSS": clsc[:2], "RTS": clsc[:3], "RLS": clsc[:4], "CLSC": clsc}
    return {**codes, "FRAC_CLSC": fraction, "ADPOP2021": people, **fifths, "ComRSS": label, **own}


# 1,000 people: 100 in an area split between two CLSCs, 100 in an area without an index.
ROWS = pd.DataFrame(
    [
        row("24660001", "06111", 0.4, 100, 5, 1, "C4"),
        row("24660001", "06121", 0.6, 100, 5, 1, "C4", QuintMatCLSC=3),
        row("24660002", "06111", 1.0, 300, 2, 4, "C2"),
        row("24660003", "06121", 1.0, 100, 0, 0, ""),
        row("24010001", "11211", 1.0, 500, 4, 5, "C5"),
    ]
)
AREAS = pd.DataFrame(
    {
        "ADIDU": ["24660001", "24660002", "24660003", "24010001"],
        "QuintMatRS": [5, 2, 0, 4],
        "QuintSocRS": [1, 4, 0, 5],
        "NOTEMAT": [0.1, -0.1, None, 0.05],
        "NOTESOC": [0.0, 0.1, None, 0.2],
    }
)


@pytest.fixture(scope="module")
def tables():
    return transform({"table": ROWS, "areas": AREAS})


@pytest.fixture(scope="module")
def shares(tables):
    return tables.observations.set_index(["indicator_id", "territory_id"]).sort_index()


def test_people_are_counted_by_the_fifth_of_their_area(shares):
    quebec = shares.loc[("idms_material_q4_q5_quebec_pct", "province:24")]
    # (100 in fifth 5 + 500 in fifth 4) of the 900 people whose area has an index.
    assert quebec["value"] == pytest.approx(100 * 600 / 900)
    assert (quebec["numerator"], quebec["denominator"], quebec["coverage"]) == (600, 900, 0.9)
    social = shares.loc[("idms_social_q4_q5_quebec_pct", "rss:06")]
    assert social["value"] == pytest.approx(100 * 300 / 400)


def test_a_split_area_counts_in_each_clsc_by_its_fraction(shares):
    first = shares.loc[("idms_material_q4_q5_quebec_pct", "clsc:06111")]
    assert (first["numerator"], first["denominator"]) == pytest.approx((40, 340))
    within = shares.loc[("idms_material_q4_q5_clsc_pct", "clsc:06111")]
    assert within["value"] == pytest.approx(100 * 40 / 340)


def test_under_70_per_cent_of_people_no_share_is_given(shares):
    second = shares.loc[("idms_material_q4_q5_quebec_pct", "clsc:06121")]
    assert second["coverage"] == pytest.approx(60 / 160)
    assert second["status"] == "no_data"
    assert pd.isna(second["value"])


def test_people_without_an_index_are_a_share_of_their_own(shares):
    assert shares.loc[("idms_unclassified_pct", "province:24"), "value"] == pytest.approx(10.0)
    assert shares.loc[("idms_unclassified_pct", "clsc:06121"), "value"] == pytest.approx(100 * 100 / 160)


def test_the_five_classes_make_the_whole(shares):
    for territory in ("rss:06", "rss:11", "clsc:06111"):
        parts = [shares.loc[(f"idms_class_c{n}_pct", territory), "value"] for n in range(1, 6)]
        assert sum(parts) == pytest.approx(100)
    assert shares.loc[("idms_class_c5_pct", "rss:11"), "value"] == 100


def test_the_fifth_of_an_area_is_the_published_one_or_none(shares):
    fifth = shares.loc["idms_material_fifth_quebec"]
    assert fifth.loc["da:24660001", "value"] == 5
    assert fifth.loc["da:24660003", "status"] == "no_data"
    # In two CLSCs with two fifths: none is its own.
    own = shares.loc["idms_material_fifth_clsc"]
    assert own.loc["da:24660001", "status"] == "no_data"
    assert own.loc["da:24660002", "value"] == 2
    assert shares.loc[("idms_class_rss", "da:24010001"), "value"] == 5


def test_cells_hold_people_and_never_a_fifth(tables):
    cells = tables.cells.set_index(["indicator_id", "cell_id"]).sort_index()
    split = cells.loc[("idms_material_q4_q5_clsc_pct", "da:24660001")]
    # Fifth 5 of one CLSC for 40 of its people, fifth 3 of the other for 60.
    assert (split["numerator"], split["denominator"]) == pytest.approx((40, 100))
    missing = cells.loc[("idms_material_q4_q5_quebec_pct", "da:24660003")]
    assert missing["status"] == "no_data"
    assert pd.isna(missing["numerator"])
    assert tables.cells.duplicated(["indicator_id", "cell_id", "period"]).sum() == 0


def test_everything_produced_is_declared_and_nothing_else(tables):
    declared = {i.id: i for i in declaration_of(SOURCE).indicators}
    produced = set(tables.cells["indicator_id"]) | set(tables.observations["indicator_id"])
    assert produced == set(declared)
    level = tables.observations["territory_id"].str.split(":").str[0]
    for indicator_id, found in level.groupby(tables.observations["indicator_id"]):
        assert set(found) <= {x.value for x in declared[indicator_id].levels}, indicator_id
    for indicator in declared.values():
        assert indicator.error_kind is ErrorKind.UNPUBLISHED
        assert indicator.hidden_governance
        if "_fifth_" in indicator.id or indicator.id == "idms_class_rss":
            assert (indicator.levels, indicator.aggregation) == ((Level.DA,), Aggregation.NONE)
        if "_q4_q5_" in indicator.id:
            assert indicator.expected_value == 40
            assert Level.DA not in indicator.levels


def test_the_notes_tell_what_was_found(tables):
    assert "4 aires, dont 1 partagées entre CLSC ; 1000 personnes, dont 100" in tables.notes[0].fr
    assert "0 cinquièmes diffèrent" in tables.notes[1].fr
    other = transform({"table": ROWS, "areas": AREAS.assign(QuintMatRS=[5, 3, 0, 4])})
    assert "1 cinquièmes diffèrent" in other.notes[1].fr


def test_fractions_that_do_not_make_a_whole_are_refused():
    short = ROWS.assign(FRAC_CLSC=[0.4, 0.5, 1, 1, 1])
    with pytest.raises(CellError, match=r"0\.900, non 1 .*24660001"):
        transform({"table": short, "areas": AREAS})


@settings(max_examples=8)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 900), st.floats(0, 1)), min_size=1, max_size=12))
def test_no_one_is_lost_between_clsc_and_quebec(drawn):
    rows = []
    for number, (fifth, people, part) in enumerate(drawn):
        area = f"2466{number:04d}"
        rows.append(row(area, "06111", part, people, fifth, fifth, f"C{fifth}" if fifth else ""))
        rows.append(row(area, "06121", 1 - part, people, fifth, fifth, f"C{fifth}" if fifth else ""))
    found = transform({"table": pd.DataFrame(rows), "areas": AREAS}).observations
    for name in ("idms_material_q4_q5_quebec_pct", "idms_unclassified_pct"):
        own = found[found["indicator_id"].eq(name)].set_index("territory_id")
        for column in ("numerator", "denominator"):
            parts = own.loc[["clsc:06111", "clsc:06121"], column].sum()
            assert parts == pytest.approx(own.loc["province:24", column], abs=1e-6)
            by_hand = sum(p for q, p, _ in drawn if (q > 0 if name.startswith("idms_m") else True))
            if column == "denominator":
                assert parts == pytest.approx(by_hand, abs=1e-6)


def workbook(frame: pd.DataFrame, sheet: str = "Données") -> bytes:
    held = io.BytesIO()
    with pd.ExcelWriter(held, engine="openpyxl") as writer:
        pd.DataFrame({"À lire": ["0 = manquant"]}).to_excel(writer, sheet_name="Lisez-moi", index=False)
        frame.to_excel(writer, sheet_name=sheet, index=False)
    return held.getvalue()


def as_published() -> pd.DataFrame:
    """Write the table as the publisher's workbook does: codes as numbers, more columns than are read."""
    frame = ROWS.assign(**{c: ROWS[c].astype(int) for c in ("AD", "RSS", "RTS", "RLS", "CLSC")})
    return frame.assign(CentMat=50, Com3RSS="C1", NOTEMAT=0.1)


def routes_of(book: bytes, folder: Path, *, zipped: bool = False) -> Routes:
    layer = gpd.GeoDataFrame(
        AREAS, geometry=[box(x, 45, x + 0.1, 45.1) for x in (-73.6, -73.5, -73.4, -61.9)], crs=4269
    )
    shapes = f"{FILES}ad2021inddef.zip"
    name = "1. TableCorrespondancesCompleteQuebec2021_fr.xlsx"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(f"A-DonnéesIDMS_Qc2021_fr/{name}", book)
        archive.writestr("A-DonnéesIDMS_Qc2021_fr/2. Guide.xlsx", workbook(ROWS))
    address = f"{FILES}a-donneesidms_qc2021_fr.zip" if zipped else f"{FILES}tablecorrespondances2021_fr.xlsx"
    listed = [
        resource("Indice de défavorisation 2021 par AD", "SHP", shapes),
        resource("Indice de défavorisation 2021 par AD", "GeoJSON", f"{FILES}ad2021inddef.geojson"),
        resource("Table de correspondances complète", "ZIP" if zipped else "XLSX", address),
    ]
    routes = records(QUEBEC_API, {"indice-de-defavorisation-du-quebec-2021": record_reply(*listed)})
    routes |= file_route(shapes, shapefile_zip({"Ad_2021_IndDef": layer}, folder))
    return routes | file_route(address, held.getvalue() if zipped else book)


def fetched(routes: Routes, folder: Path) -> dict[str, pd.DataFrame]:
    with serving(routes) as service:
        work = context(service, folder)
        fetch(work)
    return {f.name: read_file(f, work.folder) for f in declaration_of(SOURCE).files}


@pytest.mark.parametrize("zipped", [False, True], ids=["workbook", "archive"])
def test_both_files_are_fetched_and_read_through_the_door(tmp_path, tables, zipped):
    raw = fetched(routes_of(workbook(as_published()), tmp_path, zipped=zipped), tmp_path)
    assert raw["table"]["CLSC"].tolist() == ROWS["CLSC"].tolist()
    assert raw["areas"]["ADIDU"].tolist() == AREAS["ADIDU"].tolist()
    again = transform(raw)
    pd.testing.assert_frame_equal(
        again.observations[["territory_id", "indicator_id", "value"]],
        tables.observations[["territory_id", "indicator_id", "value"]],
    )


def test_fractions_in_percent_are_brought_to_one():
    percent = ROWS.assign(FRAC_CLSC=ROWS["FRAC_CLSC"] * 100)
    assert table(percent, "table.xlsx")["FRAC_CLSC"].tolist() == ROWS["FRAC_CLSC"].tolist()


@pytest.mark.parametrize(
    ("book", "error", "says"),
    [
        (workbook(as_published(), sheet="Feuille 1"), SourceFileError, "« Données »"),
        (workbook(as_published().drop(columns="FRAC_CLSC")), ColumnError, "FRAC_CLSC"),
        (workbook(as_published().astype({"QuintMatRLS": str}).replace({"QuintMatRLS": {"2": "deux"}})),
         CellError, "« deux » n'est pas un nombre"),
        (b"PK\x03\x04 cut", (SourceFileError, FetchError), ""),
    ],
    ids=["no sheet", "no fraction", "a word", "cut"],
)  # fmt: skip
def test_a_wrong_workbook_is_one_clear_error(tmp_path, book, error, says):
    with pytest.raises(error) as failure:
        fetched(routes_of(book, tmp_path), tmp_path)
    assert says in failure.value.sentence("fr")


def test_the_source_waits_for_its_first_refresh():
    declared = declaration_of(SOURCE)
    assert declared.optional
    assert declared.source.verified_live is None
