"""The numbers of every file are those of the screen, and nothing leaves without its sources."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import altair as alt
import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from shapely.geometry import Point, Polygon, shape
from streamlit.testing.v1 import AppTest

from dashboard import format as fmt
from dashboard.components import downloads
from dashboard.exports.map_sheet import picture_of_map, sheet_of_map
from dashboard.exports.pictures import png_of_svg, svg_of_chart
from dashboard.exports.sheet import Column, Sheet, sheet_of_rows, sources_of
from dashboard.exports.sheet_csv import csv_of_sheet
from dashboard.exports.sheet_geo import geojson_of_sheet, geopackage_of_sheet, geoparquet_of_sheet
from dashboard.exports.sheet_xlsx import number_format, xlsx_of_sheet
from dashboard.figures import figures
from dashboard.i18n import LANGUAGES, in_language
from dashboard.navigation import Place
from dashboard.state import Selection
from geodata.model import Level
from geodata.package import EMBEDDED, Package, open_package
from geodata.text import Language

SHOWN = [
    (Level.CLSC, "age_65_plus_pct", "2021"),  # 18.25 and 22.5: halves
    (Level.CLSC, "age_65_plus_pct", "2031"),
    (Level.CLSC, "cimd_situational_vulnerability", "2021"),  # negative, zero, and one that is not shown
    (Level.MRC, "population", "2021"),  # thousands
]
PNG = b"\x89PNG\r\n\x1a\n"


def _sheet(package: Package, level: Level, indicator: str, period: str) -> tuple[Sheet, dict[str, str]]:
    """Give the sheet of a map, and each value as the page prints it."""
    found = figures(package, level, indicator, period)
    unit = package.indicators[indicator].unit
    printed = {t: "" if pd.isna(v) else fmt.bare(v, unit) for t, v in found.values.items()}
    return sheet_of_map(package, Selection(level, indicator, period), found), printed


def _as_printed(value: object, decimals: int) -> str:
    return "" if pd.isna(value) else fmt.number(float(value), decimals)  # type: ignore[arg-type]


def _read_csv(content: bytes, language: Language) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";" if language == "fr" else ","))


def test_a_file_says_what_is_known_of_the_error() -> None:
    package = open_package(EMBEDDED)
    with in_language("fr"):
        published, _printed = _sheet(package, Level.MRC, "no_diploma_pct", "2021")
        unpublished, _printed = _sheet(package, Level.MRC, "cimd_economic_dependency", "2021")
    assert "±\u00a0: marge d'erreur, 19 fois sur 20." in published.notes
    assert "Incertitude non publiée." in unpublished.notes


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("level", "indicator", "period"), SHOWN)
def test_every_format_holds_the_numbers_that_the_page_prints(
    tiny: Package, tmp_path: Path, language: Language, level: Level, indicator: str, period: str
) -> None:
    with in_language(language):
        sheet, printed = _sheet(tiny, level, indicator, period)
        value = next(column for column in sheet.columns if column.key == "value")
        at = [column.key for column in sheet.columns].index("value")
        rows = _read_csv(csv_of_sheet(sheet), language)[1 : len(printed) + 1]
        bare = str.maketrans({"\u00a0": "", "\u2212": "-"} | ({",": ""} if language == "en" else {}))
        assert {row[0]: row[at] for row in rows} == {t: p.translate(bare) for t, p in printed.items()}
        read = {
            "xlsx": _xlsx_values(xlsx_of_sheet(sheet), at),
            "gpkg": _frame_values(_gpkg(geopackage_of_sheet(sheet), tmp_path)),
            "parquet": _frame_values(gpd.read_parquet(io.BytesIO(geoparquet_of_sheet(sheet)))),
            "geojson": _geojson_values(geojson_of_sheet(sheet)),
        }
        for form, values in read.items():
            said = {t: _as_printed(v, value.decimals) for t, v in values.items()}
            assert said == printed, form
            for cell in values.values():
                assert pd.isna(cell) or float(cell) == float(fmt.rounded(cell, value.decimals)), form


def _xlsx_values(content: bytes, at: int) -> dict[str, object]:
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(min_row=2))
    return {row[0].value: row[at].value for row in rows}  # type: ignore[misc]


def _gpkg(content: bytes, folder: Path) -> gpd.GeoDataFrame:
    path = folder / "read.gpkg"
    path.write_bytes(content)
    return gpd.read_file(path, layer="donnees")


def _frame_values(frame: gpd.GeoDataFrame) -> dict[str, object]:
    return dict(zip(frame["territory_id"], frame["value"], strict=True))


def _geojson_values(content: bytes) -> dict[str, object]:
    features = json.loads(content)["features"]
    return {f["properties"]["territory_id"]: f["properties"]["value"] for f in features}


@given(
    value=st.floats(-1e9, 1e9) | st.integers(-(10**6), 10**6).map(lambda n: n / 8),
    decimals=st.integers(0, 3),
    language=st.sampled_from(LANGUAGES),
)
def test_any_number_is_written_as_it_is_printed(value: float, decimals: int, language: Language) -> None:
    sheet = sheet_of_rows("t", ["v"], [[value]], decimals={"v": decimals})
    with in_language(language):
        written = _read_csv(csv_of_sheet(sheet), language)[1][0]
        printed = fmt.number(value, decimals).replace("\u2212", "-").replace("\u00a0", "")
        assert written == (printed if language == "fr" else printed.replace(",", ""))
        assert fmt.number(sheet.values(sheet.columns[0])[0], decimals) == fmt.number(value, decimals)  # type: ignore[arg-type]


def test_a_missing_value_is_empty_and_its_row_says_why(tiny: Package) -> None:
    sheet, _printed = _sheet(tiny, Level.CLSC, "age_65_plus_pct", "2021")
    by_id = {values[0]: dict(zip([c.key for c in sheet.columns], values, strict=True))
             for values in zip(*(sheet.values(c) for c in sheet.columns), strict=True)}  # fmt: skip
    assert by_id["clsc:14012"]["value"] is None
    assert by_id["clsc:14012"]["note"] == "Retenu par le producteur"
    assert by_id["clsc:06021"]["note"] == ""


def test_a_value_that_is_not_shown_is_in_no_file(tiny: Package, tmp_path: Path) -> None:
    sheet, printed = _sheet(tiny, Level.CLSC, "cimd_situational_vulnerability", "2021")
    assert printed["clsc:18001"] == ""
    row = next(f for f in json.loads(geojson_of_sheet(sheet))["features"]
               if f["properties"]["territory_id"] == "clsc:18001")  # fmt: skip
    assert row["properties"]["value"] is None
    assert "communauté" in row["properties"]["note"]
    line = next(r for r in _read_csv(csv_of_sheet(sheet), "fr") if r[0] == "clsc:18001")
    assert "2,00" not in line


HOSTILE = ['=HYPERLINK("http://x")', "+1", "-1", "@a", "\t=1", "a\x00b"]


def test_no_text_runs_as_a_formula_in_a_spreadsheet() -> None:
    sheet = sheet_of_rows("=t", ["=h", "n"], [[w, -1.5] for w in HOSTILE], decimals={"n": 1}, notes=["=n"])
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of_sheet(sheet)))
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    texts = [str(cell.value) for cell in cells if cell.data_type == "s"]
    texts += [cell for row in _read_csv(csv_of_sheet(sheet), "fr")[:1] for cell in row]
    assert not [words for words in texts if words.startswith(("=", "+", "-", "@", "\t"))]
    assert [row[1].value for row in book.worksheets[0].iter_rows(min_row=2)] == [-1.5] * len(HOSTILE)


def test_a_workbook_has_numbers_with_formats_a_frozen_heading_and_its_sources(tiny: Package) -> None:
    sheet, _printed = _sheet(tiny, Level.CLSC, "age_65_plus_pct", "2021")
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of_sheet(sheet)))
    page, sources = book.worksheets
    assert page.freeze_panes == "A2"
    assert sources.title == "Sources"
    cell = next(page.iter_rows(min_row=2))[[c.key for c in sheet.columns].index("value")]
    assert (cell.data_type, cell.number_format) == ("n", number_format(1)) == ("n", "#,##0.0")
    said = "\n".join(str(row[0]) for row in sources.iter_rows(values_only=True))
    for words in (
        "Atelier, Source d'essai",
        "Millésime\u00a0: 2021",
        "Licence\u00a0: ",
        tiny.id,
        "Mise en garde.",
    ):
        assert words in said


def test_a_geojson_follows_rfc_7946(tiny: Package) -> None:
    ring = [(-73.0, 46.0), (-73.0, 46.1), (-72.9, 46.1), (-72.9, 46.0)]  # clockwise
    shapes = gpd.GeoSeries([Polygon(ring), Point(-73.1234567, 46.0), None], crs=4326)
    frame = pd.DataFrame({"id": ["a", "b", "c"], "n": [1.0, float("nan"), 3.0]})
    columns = (Column("id", "Identifiant"), Column("n", "Nombre", "number"))
    made = json.loads(geojson_of_sheet(Sheet("Essai", columns, frame, ("note",), ("source",), shapes)))
    assert "crs" not in made
    area, point, nothing = made["features"]
    assert shape(area["geometry"]).exterior.is_ccw
    assert point["geometry"] == {"type": "Point", "coordinates": [-73.123457, 46.0]}
    assert nothing["geometry"] is None
    assert [f["properties"]["n"] for f in made["features"]] == [1, None, 3]
    assert made["proximite"] == {
        "title": "Essai",
        "columns": {"id": "Identifiant", "n": "Nombre"},
        "notes": ["note"],
        "sources": ["source"],
    }


def test_geographic_files_keep_their_notes_and_their_system(tiny: Package, tmp_path: Path) -> None:
    sheet, _printed = _sheet(tiny, Level.CLSC, "age_65_plus_pct", "2021")
    frame = _gpkg(geopackage_of_sheet(sheet), tmp_path)
    assert frame.crs.to_epsg() == 4326
    assert len(frame) == 6
    notes = gpd.read_file(tmp_path / "read.gpkg", layer="notes_et_sources")
    assert {"titre", "note", "source"} <= set(notes["quoi"])
    content = io.BytesIO(geoparquet_of_sheet(sheet))
    kept = json.loads(pq.read_schema(content).metadata[b"proximite"])
    assert kept["sources"] == list(sheet.sources)
    content.seek(0)
    assert gpd.read_parquet(content).crs.to_epsg() == 4326


def test_a_table_without_places_has_no_shapes() -> None:
    with pytest.raises(ValueError, match="no geometry"):
        geojson_of_sheet(sheet_of_rows("t", ["a"], [["b"]]))


def test_the_sources_of_several_indicators_are_said_once(tiny: Package) -> None:
    lines = sources_of(tiny, ["population", "age_65_plus_pct", "absent"])
    assert len(lines) == len(set(lines)) == 5
    assert lines[-1].endswith(tiny.id)


def test_pictures_are_drawn_from_a_chart_and_from_the_map(tiny: Package) -> None:
    chart = alt.Chart(pd.DataFrame({"x": [1234.5], "y": ["a"]})).mark_bar().encode(
        x=alt.X("x", axis=alt.Axis(format=",.1f", values=[1234.5])), y="y"
    )  # fmt: skip
    with in_language("fr"):
        assert "1\u00a0234,5" in svg_of_chart(chart).replace("\u202f", "\u00a0")
    selection = Selection(Level.CLSC, "age_65_plus_pct", "2021", territory="clsc:06021")
    svg = picture_of_map(tiny, selection, figures(tiny, Level.CLSC, "age_65_plus_pct", "2021"))
    assert "Personnes de 65 ans et plus" in svg
    assert png_of_svg(svg).startswith(PNG)


def test_a_picture_is_drawn_on_white() -> None:
    box = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4" viewBox="{} 8 8"></svg>'
    for origin in ("0 0", "-4 90"):
        picture = Image.open(io.BytesIO(png_of_svg(box.format(origin), 1.0))).convert("RGBA")
        assert picture.getcolors() == [(16, (255, 255, 255, 255))]


def test_the_map_page_gives_every_format_with_the_table_closed(
    visit_place: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, Callable[[], bytes]] = {}

    def keep(ending: str, name: str, mime: str, key: str, make: Callable[[], bytes]) -> None:
        made[f"{name}.{ending}"] = make

    monkeypatch.setattr(downloads, "_button", keep)
    at = visit_place(Place.MAP, niveau="clsc", lang="en")
    assert not at.exception
    assert sorted(Path(name).suffix for name in made) == [
        ".csv", ".geojson", ".gpkg", ".parquet", ".png", ".svg", ".xlsx",
    ]  # fmt: skip
    # Made outside of the page's run, in the language that the page had.
    written = next(make for name, make in made.items() if name.endswith(".csv"))()
    assert written.decode("utf-8-sig").startswith("Identifier,")
