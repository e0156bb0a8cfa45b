"""The figures of a grid as plain numbers, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geodata.choices import Grid, Outcome
from geodata.composite import normalised
from geodata.inputs import Inputs, Reason
from geodata.model import Indicator, Level, Source
from geodata.text import Text


def as_dict(results: Outcome) -> dict[str, Any]:
    """Write everything that a page shows, in plain numbers, null where missing."""
    inputs, ran = results.inputs, results.stability
    return {
        "level": inputs.level.value,
        "simulation": {
            "draws": ran.draws,
            "rank_draws": ran.rank_draws,
            "concentration": ran.concentration,
            "seed": ran.seed,
            "top": ran.top,
        },
        "weights": normalised(results.grid.weights, inputs.values.columns).to_dict(),
        "indicators": [indicator.as_dict() for indicator in inputs.indicators],
        "sources": [source.as_dict() for source in inputs.sources],
        "territories": _territories(results),
        "excluded": [
            {
                "territory_id": str(name),
                "reason": text.as_dict(),
                "kinds": list(kinds),
                "indicators": list(ids),
            }
            for name, text, kinds, ids in inputs.excluded.itertuples(name=None)
        ],
    }


def _territories(results: Outcome) -> list[dict[str, Any]]:
    """Give one object a territory: its figures by indicator, then what follows from them."""
    inputs = results.inputs
    tables = {
        "value": inputs.values,
        "moe_95": inputs.moe_95,
        "standard": results.standard,
        "contribution": results.composite.contributions,
    }
    cells = {key: _plain(table) for key, table in tables.items()}
    whole = _plain(results.stability.frame)
    score, people = _plain(results.composite.score.to_frame()), _plain(inputs.population.to_frame())
    columns = [str(name) for name in inputs.values.columns]
    return [
        {
            "territory_id": str(name),
            "population": people[i][0],
            "score": score[i][0],
            **dict(zip(results.stability.frame.columns, whole[i], strict=True)),
            "figures": {
                column: {key: rows[i][j] for key, rows in cells.items()} for j, column in enumerate(columns)
            },
        }
        for i, name in enumerate(inputs.values.index)
    ]


def _plain(table: pd.DataFrame) -> list[list[Any]]:
    """Give rows of plain numbers, null where missing."""
    return [list(row) for row in zip(*(_plain_column(table[name]) for name in table.columns), strict=True)]


def _plain_column(column: pd.Series) -> list[Any]:
    return column.astype(object).where(column.notna(), None).tolist()


def inputs_from_dict(raw: Mapping[str, Any], grid: Grid) -> Inputs:
    """Read back the figures that ``as_dict`` wrote.

    Raises
    ------
    KeyError, TypeError, ValueError, AttributeError
        If something is absent or is not what was written.
    """
    rows = raw["territories"]
    index = pd.Index([row["territory_id"] for row in rows], name="territory_id", dtype=object)
    columns = [part.indicator_id for part in grid.parts]

    def table(key: str) -> pd.DataFrame:
        cells = [[row["figures"][name][key] for name in columns] for row in rows]
        return pd.DataFrame(np.array(cells, dtype=float).reshape(len(rows), len(columns)), index, columns)

    excluded = pd.DataFrame(
        {
            "reason": [Text.from_mapping(row["reason"]) for row in raw["excluded"]],
            "kinds": [tuple(Reason(kind) for kind in row["kinds"]) for row in raw["excluded"]],
            "indicators": [tuple(row["indicators"]) for row in raw["excluded"]],
        },
        index=pd.Index([row["territory_id"] for row in raw["excluded"]], name="territory_id", dtype=object),
    )
    return Inputs(
        grid.package_id,
        Level(raw["level"]),
        table("value"),
        table("moe_95"),
        pd.Series([row["population"] for row in rows], index, dtype=float),
        excluded,
        tuple(Indicator.from_dict(entry) for entry in raw["indicators"]),
        tuple(Source.from_dict(entry) for entry in raw["sources"]),
    )
