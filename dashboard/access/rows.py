"""The rows of the page's table and files: a measure by territory, its range, its people and its grade."""

from __future__ import annotations

from typing import Final

import pandas as pd

from dashboard import format as fmt
from dashboard.access.words import title_with_scale, unit_of
from dashboard.certainty import grade_in_text
from dashboard.components.labels import level_name
from dashboard.exports.sheet import Column, Sheet, rounded, sources_of
from dashboard.i18n import _, text
from dashboard.priorities.rows import names_of, parents_of
from geodata.access.measure_words import MEASURES
from geodata.access.reach import Measured
from geodata.access.territories import OUT_OF_REACH
from geodata.model import Level, Status
from geodata.package import Package

SHARES: Final = 0


def status_words(status: object) -> str:
    """Say in two or three words why there is no figure; empty where there is one."""
    return {
        Status.OK.value: "",
        OUT_OF_REACH: _("Hors de portée"),
        Status.NOT_APPLICABLE.value: _("Personne n'y vit"),
    }.get(str(status), _("Pas de données"))


def sheet(
    package: Package, level: Level, found: Measured, table: pd.DataFrame, title: str, notes: tuple[str, ...]
) -> Sheet:
    """Make the table that the screen and the files show: every territory of the level, by name.

    Parameters
    ----------
    found
        The measure.
    table
        From ``at_level``.
    title, notes
        In the language of the page.
    """
    unit = unit_of(found.question.measure)
    index = table.index
    frame = pd.DataFrame(
        {
            "territory_id": index,
            "name": names_of(package, index),
            "where": parents_of(package, index),
            "value": rounded(table["value"], unit.decimals),
            "low": rounded(table["low"], unit.decimals),
            "high": rounded(table["high"], unit.decimals),
            "people": rounded(table["people"], 0),
            "beyond": rounded(table["people"] - table["people_within"], 0),
            "out_of_reach": rounded(table["out_of_reach_people"], 0),
            "coverage_pct": rounded(100 * table["coverage"], 0),
            "grade": table["grade"].map(grade_in_text),
            "note": table["status"].map(status_words),
        },
        index=index,
    )
    unknown = table["status"].isin([Status.NO_DATA.value, Status.SUPPRESSED.value])
    counts = ["people", "beyond", "out_of_reach"]
    frame[counts] = frame[counts].mask(unknown)
    return Sheet(
        title=title,
        columns=_columns(level, found),
        frame=frame.sort_values("name", kind="stable"),
        notes=notes,
        sources=sources_of(package),
        geometry=package.level(level).geometry.loc[frame.sort_values("name", kind="stable").index],
    )


def _columns(level: Level, found: Measured) -> tuple[Column, ...]:
    unit = unit_of(found.question.measure)
    symbol = fmt.symbol(unit)
    named = title_with_scale(found.question.measure)
    return (
        Column("territory_id", _("Identifiant")),
        Column("name", level_name(level)),
        Column("where", _("Où")),
        Column("value", f"{named} ({symbol})" if symbol else named, "number", unit.decimals),
        Column("low", _("Si tout est plus long ou plus court : du"), "number", unit.decimals),
        Column("high", _("… au"), "number", unit.decimals),
        Column("people", _("Personnes"), "number"),
        Column("beyond", _("Personnes sans lieu assez près"), "number"),
        Column("out_of_reach", _("Personnes hors de portée"), "number"),
        Column("coverage_pct", _("Couverture (%)"), "number"),
        Column("grade", _("Fiabilité")),
        Column("note", _("Note")),
    )


def how_measured(found: Measured) -> str:
    """Say what a measure is, in a sentence."""
    return text(MEASURES[found.question.measure].how)
