"""Any small table as a CSV that a spreadsheet opens without asking, in the language of the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from dashboard import format as fmt
from dashboard.exports.table_csv import BYTE_ORDER_MARK, safe_cell
from dashboard.i18n import current_language


def csv_of(headings: Sequence[str], rows: Iterable[Sequence[object]], below: Sequence[str] = ()) -> bytes:
    """Write rows under headings, then lines of explanation.

    French files use the semicolon and the decimal comma, English ones the comma and the point. A missing
    number is an empty cell, never a zero; no text can run as a formula.
    """
    french = current_language() == "fr"
    stream = io.StringIO()
    stream.write(BYTE_ORDER_MARK)
    writer = csv.writer(stream, delimiter=";" if french else ",", lineterminator="\r\n")
    writer.writerow([safe_cell(heading) for heading in headings])
    writer.writerows([_cell(value, french) for value in row] for row in rows)
    if below:
        writer.writerow([])
        writer.writerows([[safe_cell(line)] for line in below])
    return stream.getvalue().encode("utf-8")


def _cell(value: object, french: bool) -> str:
    if value is None or (isinstance(value, float) and fmt.is_missing(value)):
        return ""
    if isinstance(value, float):
        printed = repr(value)
        return printed.replace(".", ",") if french else printed
    return safe_cell(str(value))
