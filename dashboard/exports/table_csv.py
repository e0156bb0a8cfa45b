"""The table of the screen as a CSV that a spreadsheet opens without asking."""

from __future__ import annotations

import csv
import io
from typing import Final

import pandas as pd

from dashboard import format as fmt
from dashboard.components.labels import map_title
from dashboard.components.provenance import licence_title
from dashboard.components.table_frame import decimals_of, table_frame
from dashboard.figures import Figures
from dashboard.i18n import _, current_language, text
from dashboard.state import Selection
from geodata.package import Package
from geodata.text import slug

BYTE_ORDER_MARK: Final = "\ufeff"
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_bytes(package: Package, selection: Selection, figures: Figures) -> bytes:
    """Write the table with its source, its vintage and its licence below.

    French files use the semicolon and the decimal comma, English ones the comma and the point, as the
    spreadsheets of each language expect. Numbers are those of the screen, without the blanks.
    """
    indicator = package.indicators[selection.indicator]
    frame = table_frame(package, figures, indicator)
    french = current_language() == "fr"
    stream = io.StringIO()
    stream.write(BYTE_ORDER_MARK)
    writer = csv.writer(stream, delimiter=";" if french else ",", lineterminator="\r\n")
    writer.writerow([_("Identifiant"), *(safe_cell(name) for name in frame.columns)])
    decimals = decimals_of(frame, indicator)
    columns = [
        [_cell(value, decimals.get(name, 0), french) for value in frame[name]] for name in frame.columns
    ]
    writer.writerows(zip(frame.index, *columns, strict=True))
    writer.writerow([])
    writer.writerows([[safe_cell(words)] for words in _lines_below(package, selection)])
    return stream.getvalue().encode("utf-8")


def safe_cell(words: str) -> str:
    """Keep a spreadsheet from running a text as a formula."""
    return f"'{words}" if words.startswith(_FORMULA_STARTS) else words


def file_name(selection: Selection) -> str:
    """Name the file after what it holds."""
    return f"{slug(f'proximite {selection.level} {selection.indicator} {selection.period}')}.csv"


def _cell(value: object, decimals: int, french: bool) -> str:
    if isinstance(value, float):
        if pd.isna(value):
            return ""
        printed = f"{fmt.rounded(value, decimals):f}"
        return printed.replace(".", ",") if french else printed
    return safe_cell(str(value))


def _lines_below(package: Package, selection: Selection) -> list[str]:
    indicator = package.indicators[selection.indicator]
    source = package.sources.get(indicator.source_id)
    lines = [map_title(package, selection), text(indicator.definition), text(indicator.caveat)]
    if source is not None:
        lines += [
            _("Source : {source}").format(source=f"{text(source.producer)}, {text(source.title)}"),
            _("Millésime : {vintage}").format(vintage=indicator.vintage or source.vintage),
            _("Licence : {licence}").format(licence=licence_title(source)),
            text(source.attribution),
        ]
    lines.append(_("Version des données : {version}").format(version=package.id))
    lines.append(_("Ces chiffres décrivent des conditions de vie, pas des personnes."))
    return lines
