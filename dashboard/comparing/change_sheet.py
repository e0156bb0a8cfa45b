"""Figures over time as a table that leaves the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard import format as fmt
from dashboard.certainty import grade_in_text, verdict_words
from dashboard.comparing.change import changes, in_time, timed
from dashboard.comparing.words import names_of
from dashboard.exports.sheet import Column, Sheet, sources_of
from dashboard.i18n import _, text
from geodata.model import Indicator
from geodata.package import Package


def change_sheet(package: Package, territories: Sequence[str]) -> Sheet:
    """Give a row a territory: each indicator at each period, and the change from first to last."""
    offered = timed(package, territories)
    records: list[dict[str, Any]] = [
        {"territory_id": one, "name": name} for one, name in names_of(package, territories).items()
    ]
    columns = [Column("territory_id", _("Identifiant")), Column("name", _("Territoire"))]
    for indicator in offered:
        columns += _columns(indicator)
        for record, change in zip(records, changes(package, territories, indicator), strict=True):
            for period, figure in zip(in_time(indicator), change.figures, strict=True):
                record[f"{indicator.id}_{period}"] = _rounded(figure.value, indicator)
                record[f"{indicator.id}_{period}_grade"] = grade_in_text(figure.grade) or figure.why
            record[f"{indicator.id}_change"] = _rounded(change.difference.value, indicator)
            record[f"{indicator.id}_verdict"] = verdict_words(change.difference.verdict)
    return Sheet(
        _("Évolution de quelques territoires"),
        tuple(columns),
        pd.DataFrame(records, columns=[column.key for column in columns]),
        notes=tuple(dict.fromkeys(text(indicator.caveat) for indicator in offered)),
        sources=sources_of(package, [indicator.id for indicator in offered]),
    )


def _columns(indicator: Indicator) -> list[Column]:
    title, decimals = text(indicator.title), indicator.unit.decimals
    columns = []
    for period in in_time(indicator):
        heading = f"{title}, {period}"
        columns += [
            Column(f"{indicator.id}_{period}", heading, "number", decimals),
            Column(f"{indicator.id}_{period}_grade", _("{title} : fiabilité").format(title=heading)),
        ]
    return [
        *columns,
        Column(f"{indicator.id}_change", _("{title} : différence").format(title=title), "number", decimals),
        Column(f"{indicator.id}_verdict", _("{title} : ce que vaut la différence").format(title=title)),
    ]


def _rounded(value: float | None, indicator: Indicator) -> float | None:
    return None if value is None else float(fmt.rounded(value, indicator.unit.decimals))
