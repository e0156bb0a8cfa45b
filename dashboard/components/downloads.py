"""One button that gives a table or a map away, in the format of each one's tools."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components.html import line, show
from dashboard.exports.pictures import png_of_svg
from dashboard.exports.sheet import Sheet
from dashboard.exports.sheet_csv import csv_of_sheet
from dashboard.exports.sheet_geo import geojson_of_sheet, geopackage_of_sheet, geoparquet_of_sheet
from dashboard.exports.sheet_xlsx import xlsx_of_sheet
from dashboard.i18n import _, current_language, in_language
from geodata.text import Language, slug


@dataclass(frozen=True)
class Format:
    """A kind of file: its ending, its media type, and how a sheet becomes one."""

    ending: str
    mime: str
    write: Callable[[Sheet], bytes]


TABLES: Final = (
    Format("csv", "text/csv", csv_of_sheet),
    Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_of_sheet),
)
SHAPES: Final = (
    Format("gpkg", "application/geopackage+sqlite3", geopackage_of_sheet),
    Format("parquet", "application/vnd.apache.parquet", geoparquet_of_sheet),
    Format("geojson", "application/geo+json", geojson_of_sheet),
)

_NAMES: Final = {
    "csv": "CSV",
    "xlsx": "Excel (XLSX)",
    "gpkg": "GeoPackage",
    "parquet": "GeoParquet",
    "geojson": "GeoJSON",
    "svg": "SVG",
    "png": "PNG",
}
"""Names of formats, the same in every language."""


def downloads(
    sheet: Callable[[], Sheet],
    stem: str,
    key: str,
    picture: Callable[[], str] | None = None,
    *,
    shapes: bool = False,
    label: str = "",
) -> None:
    """Draw the button « Télécharger » and, behind it, one button a format.

    Parameters
    ----------
    sheet
        Makes the table; called when a file is asked for, outside of the page's own run, in the language
        that the page had.
    stem
        What the files are called, without their ending.
    key
        Tells this button from the others of the page.
    picture
        Draws the map or the chart as SVG text; offered as SVG and as PNG.
    shapes
        Whether the sheet has a geometry: formats of geographic software are then offered.
    label
        Words of the button, where a page has several.
    """
    name = slug(stem) or "proximite"
    with st.popover(label or _("Télécharger"), key=f"downloads-{key}"):
        show(line(_("Les mêmes chiffres qu'à l'écran, avec leurs sources et leurs notes.")))
        _formats(_("Tableau"), TABLES, sheet, name, key)
        if shapes:
            _formats(_("Carte, pour un logiciel de cartographie"), SHAPES, sheet, name, key)
        if picture is not None:
            with _group(_("Image")):
                _button("svg", name, "image/svg+xml", key, partial(_svg, picture, current_language()))
                _button("png", name, "image/png", key, partial(_png, picture, current_language()))


def _formats(heading: str, forms: Sequence[Format], sheet: Callable[[], Sheet], name: str, key: str) -> None:
    with _group(heading):
        for form in forms:
            _button(form.ending, name, form.mime, key, partial(_file, sheet, form, current_language()))


def _group(heading: str) -> DeltaGenerator:
    show(line(heading, css="px-small"))
    return st.container(horizontal=True, gap="small")


def _button(ending: str, name: str, mime: str, key: str, make: Callable[[], bytes]) -> None:
    st.download_button(
        _NAMES[ending],
        data=make,
        file_name=f"{name}.{ending}",
        mime=mime,
        key=f"download-{key}-{ending}",
        on_click="ignore",
    )


def _file(sheet: Callable[[], Sheet], form: Format, language: Language) -> bytes:
    with in_language(language):
        return form.write(sheet())


def _svg(picture: Callable[[], str], language: Language) -> bytes:
    with in_language(language):
        return picture().encode("utf-8")


def _png(picture: Callable[[], str], language: Language) -> bytes:
    with in_language(language):
        return png_of_svg(picture())
