"""The spread inside a few territories as a table that leaves the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard import format as fmt
from dashboard.certainty import silent_errors
from dashboard.comparing.inside import inside_of
from dashboard.comparing.words import named, names_of
from dashboard.exports.sheet import Column, Sheet, sources_of
from dashboard.i18n import _, text
from geodata.model import Indicator
from geodata.package import Package

_TENTHS = ("p10", "p50", "p90")


def inside_sheet(package: Package, territories: Sequence[str], indicators: Sequence[str]) -> Sheet:
    """Give a row a territory: areas, coverage, people-weighted tenths and own figure of each indicator."""
    records: list[dict[str, Any]] = [
        {"territory_id": one, "name": name} for one, name in names_of(package, territories).items()
    ]
    columns = [Column("territory_id", _("Identifiant")), Column("name", _("Territoire"))]
    for name in indicators:
        indicator = package.indicators[name]
        title, decimals = text(indicator.title), indicator.unit.decimals
        titles = (_("10 % des gens sous"), _("Médiane des gens"), _("90 % des gens sous"))
        columns += [
            Column(f"{name}_areas", named(title, _("Aires avec un chiffre")), "number"),
            Column(f"{name}_coverage_pct", named(title, _("Couverture (%)")), "number"),
            *(
                Column(f"{name}_{tenth}", named(title, said), "number", decimals)
                for tenth, said in zip(_TENTHS, titles, strict=True)
            ),
            Column(f"{name}_whole", named(title, _("Chiffre du territoire")), "number", decimals),
        ]
        for record in records:
            one = inside_of(package, record["territory_id"], name, indicator.periods[0])
            record[f"{name}_areas"] = len(one.areas)
            covered = None if one.coverage is None else 100 * one.coverage
            record[f"{name}_coverage_pct"] = _rounded(covered, 0)
            for at, tenth in enumerate(_TENTHS):
                record[f"{name}_{tenth}"] = _rounded(one.tenths[at] if one.tenths else None, decimals)
            record[f"{name}_whole"] = _rounded(one.whole, decimals)
    return Sheet(
        _("Répartition à l'intérieur de quelques territoires"),
        tuple(columns),
        pd.DataFrame(records, columns=[column.key for column in columns]),
        notes=_notes([package.indicators[name] for name in indicators]),
        sources=sources_of(package, indicators),
    )


def _notes(indicators: Sequence[Indicator]) -> tuple[str, ...]:
    said = [*(text(one.caveat) for one in indicators), silent_errors(indicators)]
    return tuple(dict.fromkeys(note for note in said if note))


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else float(fmt.rounded(value, decimals))
