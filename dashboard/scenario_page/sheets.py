"""The tables of a scenario: by group, by milieu, by territory and by area, on screen and in a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from dashboard import format as fmt
from dashboard.components.labels import territory_name
from dashboard.exports.sheet import Sheet, sheet_of_rows, sources_of
from dashboard.i18n import _, text
from dashboard.scenario_page.painted import kind_words
from dashboard.scenario_page.words import group_title, paragraphs
from geodata.access.thresholds import MILIEU_NAMES, MILIEUS
from geodata.crs import DISPLAY_CRS
from geodata.model import Governance, Level
from geodata.package import Package
from geodata.scenarios.change import CLOSURE_SENTENCE, Change

_LESS_THAN_ONE: Final = 0.5
_NO_MINUTE: Final = 0.05
_MINUTES: Final = 1


def headings(first: str) -> tuple[str, ...]:
    """Give the headings of the tables of people; the first one names the rows."""
    return (
        first,
        _("Personnes"),
        _("Assez près avant"),
        _("Assez près après"),
        _("Gagnent"),
        _("Perdent"),
        _("Trajet moyen, minutes de plus (+) ou de moins (−)"),
    )


def group_rows(change: Change) -> list[tuple[object, ...]]:
    """Give one row a group; what is an estimate says so in its name."""
    return [
        (_group(str(name), row), *_counts(row)) for name, row in change.groups.iterrows() if row["people"] > 0
    ]


def milieu_rows(change: Change) -> list[tuple[object, ...]]:
    """Give one row a milieu, from the densest to the farthest."""
    order = [name for name in (*MILIEUS, "unknown") if name in change.milieus.index]
    return [
        (text(MILIEU_NAMES[str(name)]).capitalize(), *_counts(row))
        for name, row in change.milieus.loc[order].iterrows()
    ]


def territory_rows(package: Package, found: pd.DataFrame, *, losses_first: bool) -> list[tuple[object, ...]]:
    """Give one row a territory where something changes, the most people concerned first.

    Communities that govern themselves are named with the others, by name and never by rank, at the end.
    """
    people = found[["gained", "lost"]].max(axis="columns") >= _LESS_THAN_ONE
    moved = found[people | (found["mean_minutes_saved"].abs() >= _NO_MINUTE)]
    first, second = ("lost", "gained") if losses_first else ("gained", "lost")
    ours = moved["governance"].eq(Governance.NONE.value)
    minutes = moved["person_minutes_saved"].abs()
    ordered = (
        moved[ours]
        .assign(_minutes=minutes)
        .sort_values([first, second, "_minutes"], ascending=False, kind="stable")
    )
    apart = moved[~ours].sort_index()
    return [
        (territory_name(package, str(name)), *_counts(row))
        for part in (ordered, apart)
        for name, row in part.iterrows()
    ]


def who_loses(package: Package, change: Change) -> list[tuple[str, float, float]]:
    """Give the municipalities where somebody loses, the most people first.

    Returns
    -------
    list of tuple
        Name, people who lose a place that is near enough, people whose trip is longer.
    """
    areas = change.areas
    lost, farther = (areas["people"].where(areas["change"].eq(kind), 0.0) for kind in ("lost", "farther"))
    homes = package.level(Level.DA)["municipality_id"].reindex(areas.index)
    homes = homes.fillna(pd.Series(areas.index, areas.index))
    found = pd.DataFrame({"lost": lost, "farther": farther}).groupby(homes).sum()
    found = found[found.sum(axis="columns") >= _LESS_THAN_ONE]
    found = found.sort_values(["lost", "farther"], ascending=False, kind="stable")
    return [
        (territory_name(package, str(name)), float(row["lost"]), float(row["farther"]))
        for name, row in found.iterrows()
    ]


def people_sheet(
    title: str, first: str, rows: Iterable[Sequence[object]], package: Package, change: Change
) -> Sheet:
    """Make the file of a table of people."""
    columns = headings(first)
    decimals = {
        columns[1]: 0,
        columns[4]: 0,
        columns[5]: 0,
        columns[6]: _MINUTES,
        columns[2]: 0,
        columns[3]: 0,
    }
    return sheet_of_rows(
        title, columns, rows, decimals=decimals, notes=notes(change), sources=sources_of(package)
    )


def area_sheet(title: str, package: Package, change: Change) -> Sheet:
    """Make the file of the map: one row an area, with its shape."""
    areas = change.areas
    names = (
        _("Aire de diffusion"), _("Ce qui change"), _("Personnes"), _("Minutes avant"), _("Minutes après"),
        _("Seuil (minutes)"),
    )  # fmt: skip
    rows = zip(
        areas.index.astype(str),
        areas["change"].map({kind: kind_words(kind) for kind in areas["change"].unique()}),
        areas["people"],
        areas["minutes_before"],
        areas["minutes_after"],
        areas["threshold"],
        strict=True,
    )
    decimals = {names[2]: 0, names[3]: _MINUTES, names[4]: _MINUTES, names[5]: 0}
    sheet = sheet_of_rows(
        title, names, rows, decimals=decimals, notes=notes(change), sources=sources_of(package)
    )
    return replace(sheet, geometry=_shapes(package, areas.index))


def notes(change: Change) -> list[str]:
    """Give what the figures of a file are and are not; the sentence on closures comes first."""
    closing = [text(CLOSURE_SENTENCE) + "."] if change.closes else []
    said = [text(change.facts.said), *(text(one) for one in change.notices)]
    return [*closing, *said, *paragraphs(change), *limits(change)]


def limits(change: Change) -> list[str]:
    """Give what the figures leave out."""
    return [
        *(text(one) for one in change.facts.approximations),
        _("Les groupes d'âge sont estimés : part du groupe dans le territoire de CLSC × gens de l'aire."),
        _("Ces chiffres décrivent des trajets possibles, pas ce que des personnes font."),
    ]


def _group(name: str, row: pd.Series) -> str:
    title = group_title(name)
    if row["estimated"]:
        return _("{group} (estimé)").format(group=title)
    if row["coverage"] < 1 - 1e-9:
        return _("{group} (connu pour {share} des gens)").format(
            group=title, share=fmt.share(row["coverage"])
        )
    return title


def _counts(row: pd.Series) -> tuple[Any, ...]:
    minutes = row["mean_minutes_saved"]
    return (
        row["people"],
        row["within_before"],
        row["within_after"],
        row["gained"],
        row["lost"],
        None if fmt.is_missing(minutes) else 0.0 - minutes,
    )


def _shapes(package: Package, areas: pd.Index) -> gpd.GeoSeries:
    """Give the outline of each area; its point where no outline is open."""
    rows = package.level(Level.DA).loc[areas]
    points = gpd.GeoSeries.from_xy(rows["longitude"], rows["latitude"], index=rows.index, crs=DISPLAY_CRS)
    return rows.geometry.where(rows.geometry.notna(), points)
