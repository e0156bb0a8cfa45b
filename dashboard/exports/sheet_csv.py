"""A sheet as a CSV that a spreadsheet opens without asking, in the language of the page."""

from __future__ import annotations

import csv
import io
from typing import Final

from dashboard.exports.sheet import Column, Sheet
from dashboard.i18n import current_language

BYTE_ORDER_MARK: Final = "\ufeff"
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_of_sheet(sheet: Sheet) -> bytes:
    """Write a sheet, then its title, its notes and its sources.

    French files use the semicolon and the decimal comma, English ones the comma and the point, as the
    spreadsheets of each language expect. Numbers are those of the screen, to the decimal, without the blanks
    between thousands; a missing one is an empty cell, never a zero; no text can run as a formula.
    """
    french = current_language() == "fr"
    stream = io.StringIO()
    stream.write(BYTE_ORDER_MARK)
    writer = csv.writer(stream, delimiter=";" if french else ",", lineterminator="\r\n")
    writer.writerow([safe_cell(column.title) for column in sheet.columns])
    columns = [[_cell(value, column, french) for value in sheet.values(column)] for column in sheet.columns]
    writer.writerows(zip(*columns, strict=True))
    writer.writerow([])
    writer.writerows([[safe_cell(line)] for line in (sheet.title, *sheet.notes, *sheet.sources)])
    return stream.getvalue().encode("utf-8")


def safe_cell(words: str) -> str:
    """Keep a spreadsheet from running a text as a formula."""
    return f"'{words}" if words.startswith(_FORMULA_STARTS) else words


def _cell(value: object, column: Column, french: bool) -> str:
    if value is None:
        return ""
    if column.kind == "text":
        return safe_cell(str(value))
    printed = f"{value:.{column.decimals}f}"
    return printed.replace(".", ",") if french else printed
