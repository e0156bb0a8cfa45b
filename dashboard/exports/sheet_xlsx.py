"""A sheet as an Excel workbook: the figures, then what they are and where they come from."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, Final

from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

from dashboard.exports.sheet import Column, Sheet
from dashboard.exports.sheet_csv import safe_cell
from dashboard.i18n import _

LONGEST_TAB: Final = 31
WIDEST: Final = 60
NARROWEST: Final = 10
_MEASURED_ROWS: Final = 200
_NOT_IN_A_TAB: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_SOURCES_WIDTH: Final = 110


def xlsx_of_sheet(sheet: Sheet) -> bytes:
    """Write a sheet as a workbook of two tabs.

    Numbers are numbers, shown with the decimals and the separators of the reader's own Excel; a missing one
    is an empty cell. Texts are texts, whatever they start with. The heading stays in sight.
    """
    book = Workbook(write_only=True)
    _figures(book, sheet)
    _sources(book, sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def number_format(decimals: int) -> str:
    """Give the format of a cell; Excel puts the separators of the reader's language."""
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _figures(book: Workbook, sheet: Sheet) -> None:
    page: Any = book.create_sheet(_tab(sheet.title))
    page.freeze_panes = "A2"
    columns = [sheet.values(column) for column in sheet.columns]
    for at, (column, values) in enumerate(zip(sheet.columns, columns, strict=True), start=1):
        page.column_dimensions[get_column_letter(at)].width = _width(column, values)
    page.append([_words(page, column.title, heading=True) for column in sheet.columns])
    for row in zip(*columns, strict=True):
        page.append([_cell(page, value, column) for value, column in zip(row, sheet.columns, strict=True)])


def _sources(book: Workbook, sheet: Sheet) -> None:
    page: Any = book.create_sheet(_("Sources"))
    page.column_dimensions["A"].width = _SOURCES_WIDTH
    page.append([_words(page, sheet.title, heading=True)])
    for line in (*sheet.notes, "", *sheet.sources):
        page.append([_words(page, line)])


def _cell(page: Any, value: object, column: Column) -> Any:
    if value is None:
        return None
    if column.kind == "text":
        return _words(page, str(value)) if value else None
    cell = WriteOnlyCell(page, value=value)
    cell.number_format = number_format(column.decimals)
    return cell


def _words(page: Any, words: str, *, heading: bool = False) -> Any:
    cell = WriteOnlyCell(page, value=safe_cell(ILLEGAL_CHARACTERS_RE.sub("", words)))
    cell.data_type = "s"
    if heading:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _width(column: Column, values: Iterable[object]) -> int:
    longest = max((len(str(v)) for v in list(values)[:_MEASURED_ROWS] if v is not None), default=0)
    return min(max(longest + 2, len(column.title) // 2, NARROWEST), WIDEST)


def _tab(title: str) -> str:
    return title.translate(_NOT_IN_A_TAB)[:LONGEST_TAB].strip() or _("Données")
