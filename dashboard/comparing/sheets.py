"""The tables of the page of comparison as they leave it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from dashboard import format as fmt
from dashboard.certainty import grade_in_text, verdict_words
from dashboard.comparing.cells import Row, compared
from dashboard.comparing.pooling import Pooled
from dashboard.comparing.words import names_of
from dashboard.comparison import Reference, called
from dashboard.components.labels import level_name
from dashboard.exports.sheet import Column, Sheet, sources_of
from dashboard.i18n import _, text
from geodata.model import Level
from geodata.package import Package


def figures_sheet(
    package: Package,
    territories: Sequence[str],
    indicators: Sequence[str],
    reference: Reference,
    said: str = "",
) -> Sheet:
    """Give the figures of a comparison: a row a territory, then one for what they are compared with.

    Parameters
    ----------
    said
        The text of the page, which goes into the notes.
    """
    rows = compared(package, territories, indicators, reference)
    names = names_of(package, [*territories, *reference.territories])
    reference = called(reference, names)
    records = [
        {"territory_id": one, "name": names[one], **_territory(package, one, at, rows)}
        for at, one in enumerate(territories)
    ]
    apart = reference.territories not in {(one,) for one in territories}
    if apart:
        records.append(_reference(package, reference, rows))
    shapes = [*territories, *([reference.territories[0]] if apart else [])]
    geometry = gpd.GeoSeries(package.territories.geometry.loc[shapes].to_numpy(), crs=4326)
    if apart and len(reference.territories) > 1:
        geometry.iloc[-1] = None
    return Sheet(
        _("Comparaison de territoires"),
        tuple(_columns(rows)),
        pd.DataFrame(records, columns=[column.key for column in _columns(rows)]),
        notes=tuple(_notes(rows, reference, said)),
        sources=sources_of(package, indicators),
        geometry=geometry,
    )


def _columns(rows: Sequence[Row]) -> list[Column]:
    columns = [
        Column("territory_id", _("Identifiant")),
        Column("name", _("Territoire")),
        Column("level", _("Niveau")),
    ]
    for row in rows:
        key, decimals = row.indicator.id, row.indicator.unit.decimals
        unit = fmt.symbol(row.indicator.unit)
        title = f"{text(row.indicator.title)}, {row.period}" + (f" ({unit})" if unit else "")
        columns += [
            Column(key, title, "number", decimals),
            Column(
                f"{key}_moe_95", _("{title} : marge d'erreur (±)").format(title=title), "number", decimals
            ),
            Column(f"{key}_grade", _("{title} : fiabilité").format(title=title)),
            Column(f"{key}_gap", _("{title} : différence").format(title=title), "number", decimals),
            Column(f"{key}_verdict", _("{title} : ce que vaut la différence").format(title=title)),
            Column(f"{key}_note", _("{title} : note").format(title=title)),
        ]
    return columns


def _territory(package: Package, territory: str, at: int, rows: Sequence[Row]) -> dict[str, Any]:
    level = Level(package.territories.at[territory, "level"])
    record: dict[str, Any] = {"level": level_name(level)}
    for row in rows:
        record |= _figure(row, row.cells[at].figure)
        gap = row.cells[at].difference
        record[f"{row.indicator.id}_gap"] = _rounded(gap.value if gap else None, row)
        record[f"{row.indicator.id}_verdict"] = verdict_words(gap.verdict) if gap else ""
    return record


def _reference(package: Package, reference: Reference, rows: Sequence[Row]) -> dict[str, Any]:
    alone = len(reference.territories) == 1
    record: dict[str, Any] = {
        "territory_id": "+".join(reference.territories),
        "name": reference.name,
        "level": level_name(Level(package.territories.at[reference.territories[0], "level"]))
        if alone
        else _("Groupe"),
    }
    for row in rows:
        record |= _figure(row, row.reference)
        record |= {f"{row.indicator.id}_gap": None, f"{row.indicator.id}_verdict": ""}
    return record


def _figure(row: Row, figure: Pooled) -> dict[str, Any]:
    key = row.indicator.id
    return {
        key: _rounded(figure.value, row),
        f"{key}_moe_95": _rounded(figure.moe_95, row),
        f"{key}_grade": grade_in_text(figure.grade),
        f"{key}_note": figure.why,
    }


def _rounded(value: float | None, row: Row) -> float | None:
    return None if value is None else float(fmt.rounded(value, row.indicator.unit.decimals))


def _notes(rows: Sequence[Row], reference: Reference, said: str) -> list[str]:
    notes = [said] if said else []
    notes.append(_("Différences calculées avec : {name}.").format(name=reference.name))
    notes += [text(row.indicator.caveat) for row in rows]
    return list(dict.fromkeys(notes))
