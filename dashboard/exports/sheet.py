"""A table ready to leave the page: rounded as on the screen, with its notes and its sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import pandas as pd

from dashboard import format as fmt
from dashboard.components.provenance import licence_title
from dashboard.i18n import _, text
from geodata.package import Package
from geodata.text import fold

Kind = Literal["text", "number"]


@dataclass(frozen=True)
class Column:
    """A column of a sheet.

    Attributes
    ----------
    key
        Its name in the frame and in files that a program reads; plain letters.
    title
        Its heading, in the language of the page.
    kind, decimals
        A column of numbers says with how many decimals the page prints them.
    """

    key: str
    title: str
    kind: Kind = "text"
    decimals: int = 0


@dataclass(frozen=True)
class Sheet:
    """A table, and what must not be parted from it.

    Attributes
    ----------
    frame
        Holds the columns by their keys; numbers already rounded as the page prints them, null where there
        is none. Further columns of the frame stay out of every file.
    notes
        What the figures are and are not, one sentence each, in the language of the page.
    sources
        Producer, vintage and licence, one line each.
    geometry
        EPSG:4326, aligned to the frame; null for a table that is not on a map.
    """

    title: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    geometry: gpd.GeoSeries | None = None

    def values(self, column: Column) -> list[object]:
        """Give what a column holds, row by row.

        Returns
        -------
        list
            Texts; or numbers as printed, whole ones where the column has no decimals; ``None`` for a
            missing one.
        """
        cells = self.frame[column.key]
        if column.kind == "text":
            return ["" if pd.isna(cell) else str(cell) for cell in cells]
        return [_number(cell, column.decimals) for cell in cells]


def sheet_of_rows(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    decimals: Mapping[str, int] | None = None,
    notes: Sequence[str] = (),
    sources: Sequence[str] = (),
) -> Sheet:
    """Make a sheet of plain rows.

    Parameters
    ----------
    title, headings
        In the language of the page; a column is called after its heading.
    rows
        Texts, and numbers in the columns that ``decimals`` names.
    decimals
        Number of decimals of each column of numbers, by heading; the others are texts.
    notes, sources
        As in ``Sheet``.
    """
    printed = decimals or {}
    columns = tuple(
        Column(fold(h).replace(" ", "_"), h, "number" if h in printed else "text", printed.get(h, 0))
        for h in headings
    )
    frame = pd.DataFrame(list(rows), columns=[column.key for column in columns])
    return Sheet(title, columns, frame, tuple(notes), tuple(sources))


def rounded(values: pd.Series, decimals: int) -> pd.Series:
    """Round a column as the page prints it, half away from zero; a missing number stays missing."""
    return values.map(
        lambda v: float("nan") if fmt.is_missing(v) else float(fmt.rounded(v, decimals))
    ).astype(float)


def sources_of(package: Package, indicator_ids: Iterable[str] = ()) -> tuple[str, ...]:
    """Give the sources of some indicators, then the version of the data; one line each, each once.

    Parameters
    ----------
    package
        Holds the catalogue and the sources.
    indicator_ids
        Those shown; one that the package does not know is passed over.
    """
    lines = []
    for indicator in (package.indicators[name] for name in indicator_ids if name in package.indicators):
        source = package.sources.get(indicator.source_id)
        if source is None:
            continue
        lines += [
            _("Source : {source}").format(source=f"{text(source.producer)}, {text(source.title)}"),
            _("Millésime : {vintage}").format(vintage=indicator.vintage or source.vintage),
            _("Licence : {licence}").format(licence=licence_title(source)),
            text(source.attribution),
        ]
    lines.append(_("Version des données : {version}").format(version=package.id))
    return tuple(dict.fromkeys(line for line in lines if line))


def _number(cell: object, decimals: int) -> float | int | None:
    if fmt.is_missing(cell):
        return None
    printed = fmt.rounded(float(cell), decimals)  # type: ignore[arg-type]
    return float(printed) if decimals else int(printed)
