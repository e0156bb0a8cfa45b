"""Turn cells and published figures into one long table with coverage, error and grade."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from etl.tables import Tables
from geodata import figure_error
from geodata.aggregate import as_ratio_parts, carry_up, to_values
from geodata.model import Indicator, Level, Status

COLUMNS: Final = (
    "territory_id", "indicator_id", "period", "value", "numerator", "denominator", "n_cells", "coverage",
    "source_id", "error_kind", "status", "moe_95", "grade",
)  # fmt: skip


def from_cells(
    cells: pd.DataFrame,
    indicators: dict[str, Indicator],
    territories: gpd.GeoDataFrame,
    membership: pd.DataFrame,
    people: pd.Series,
) -> pd.DataFrame:
    """Carry every cell statistic to the levels at which its indicator is declared.

    Parameters
    ----------
    cells
        ``cell_id, indicator_id, period, numerator, denominator, status``, and optional ``quality``: the
        publisher's quality digit of the cell, 0 best; null where it gives none.
    indicators
        The catalogue.
    territories, membership
        Of the package.
    people
        2021 population by cell, null where nobody was counted.

    Returns
    -------
    pandas.DataFrame
        Figures of every level, with ``quality`` where the cells have one: of the cell itself, and of a
        territory the mean of its cells with a value, weighted by people and rounded. The digit is a
        tenth of the non-response rate, so that its mean is that of the rate.
    """
    level_of = territories.set_index("territory_id")["level"]
    upward = {
        base: memberships_from(base, membership, territories) for base in (Level.DA, Level.MUNICIPALITY)
    }
    results = []
    for (indicator_id, period), group in cells.groupby(["indicator_id", "period"], sort=True):
        indicator = indicators[str(indicator_id)]
        wanted = {level.value for level in indicator.levels}
        parts = as_ratio_parts(group, people, indicator.aggregation)
        own = _own_cells(parts, indicator)
        members = upward[indicator.base_level]
        members = members[members["territory_id"].map(level_of).isin(wanted)]
        carried = carry_up(parts[["cell_id", "numerator", "denominator"]], members, people)
        values = to_values(carried, indicator.aggregation, indicator.scale).reset_index()
        both = pd.concat([values, own[own["territory_id"].map(level_of).isin(wanted)]], ignore_index=True)
        both["quality"] = _quality(parts, members, people).reindex(both["territory_id"]).to_numpy()
        named = both.assign(indicator_id=str(indicator_id), period=str(period))
        results.append(named.assign(source_id=indicator.source_id))
    return pd.concat(results, ignore_index=True)


def _quality(parts: pd.DataFrame, members: pd.DataFrame, people: pd.Series) -> pd.Series:
    """Give the quality digit of each cell and territory, null where the publisher gives none."""
    if "quality" not in parts.columns or parts["quality"].isna().all():
        return pd.Series(dtype=float)
    own = parts.loc[parts["numerator"].notna()].set_index("cell_id")["quality"].astype(float)
    inside = members.assign(quality=members["cell_id"].map(own))
    inside = inside[inside["quality"].notna()]
    weight = inside["cell_id"].map(people).astype(float).fillna(0.0) * inside["fraction"]
    total = weight.groupby(inside["territory_id"]).sum()
    mean = (weight * inside["quality"]).groupby(inside["territory_id"]).sum() / total.where(total > 0)
    both: pd.Series = pd.concat([own, (mean + 0.5).floordiv(1)])
    return both


def memberships_from(base: Level, membership: pd.DataFrame, territories: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give ``cell_id, territory_id, fraction`` for cells of a base level."""
    current = membership.loc[membership["census_year"] == 2021, ["da_id", "territory_id", "fraction"]]
    if base is Level.DA:
        return current.rename(columns={"da_id": "cell_id"})
    municipal = territories[territories["level"] == Level.MUNICIPALITY.value]
    long = municipal.melt("territory_id", ["mrc_id", "region_id"], value_name="parent")[
        ["territory_id", "parent"]
    ]
    province = pd.DataFrame({"territory_id": municipal["territory_id"], "parent": "province:24"})
    pairs: pd.DataFrame = pd.concat([long, province], ignore_index=True).dropna()
    return pairs.rename(columns={"territory_id": "cell_id", "parent": "territory_id"}).assign(fraction=1.0)


def _own_cells(parts: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Give the figure of each cell itself, at the base level."""
    sums = parts.rename(columns={"cell_id": "territory_id"}).set_index("territory_id")[
        ["numerator", "denominator"]
    ]
    sums = sums.assign(n_cells=parts["numerator"].notna().astype(int).to_numpy())
    sums["coverage"] = sums["n_cells"].astype(float)
    values = to_values(sums, indicator.aggregation, indicator.scale).reset_index()
    declared = parts["status"].to_numpy()
    values["status"] = np.where(
        values["status"].eq(Status.NO_DATA) & (declared != "ok"), declared, values["status"]
    )
    return values


def from_published(observations: pd.DataFrame, source_id: str) -> pd.DataFrame:
    """Take figures as their publisher gives them; one cell each, wholly covered, unless it says otherwise."""
    rows = observations.assign(source_id=source_id)
    present = rows["value"].notna()
    for name, told in (("n_cells", present.astype(int)), ("coverage", present.astype(float))):
        if name not in rows:
            rows[name] = told
    return rows


def population_change(
    tables: Iterable[Tables], membership: pd.DataFrame, territories: gpd.GeoDataFrame, source_id: str
) -> pd.DataFrame:
    """Sum the 2016 population over 2016 areas and compare it with 2021.

    Returns
    -------
    pandas.DataFrame
        Observations of ``population_2016`` and, where the level has no published change,
        ``population_growth_pct``.
    """
    before = pd.concat([t.people_2016 for t in tables if t.people_2016 is not None]).set_index("cell_id")[
        "people"
    ]
    older = membership[membership["census_year"] == 2016]
    counted = older["da_id"].map(before) * older["fraction"]
    total = counted.groupby(older["territory_id"]).sum()
    cells = older.groupby("territory_id").size()
    now = territories.set_index("territory_id")["pop_2021"].astype(float).reindex(total.index)
    common = {
        "territory_id": total.index,
        "n_cells": cells.to_numpy(),
        "coverage": 1.0,
        "source_id": source_id,
    }
    change = ((now - total) / total.where(total > 0) * 100).to_numpy()
    status = np.where(np.isnan(change), "no_data", "ok")
    return pd.concat(
        [
            pd.DataFrame(common).assign(
                indicator_id="population_2016",
                period="2016",
                value=total.to_numpy(),
                numerator=total.to_numpy(),
                denominator=np.nan,
                status="ok",
            ),
            pd.DataFrame(common).assign(
                indicator_id="population_growth_pct",
                period="2016-2021",
                value=change,
                numerator=(now - total).to_numpy(),
                denominator=total.to_numpy(),
                status=status,
            ),
        ],
        ignore_index=True,
    )


def density(territories: gpd.GeoDataFrame, indicator: Indicator) -> pd.DataFrame:
    """Divide the 2021 population by the land area."""
    wanted = territories[territories["level"].isin([level.value for level in indicator.levels])]
    people = wanted["pop_2021"].astype(float)
    value = people / wanted["land_km2"].where(wanted["land_km2"] > 0)
    return pd.DataFrame(
        {
            "territory_id": wanted["territory_id"],
            "indicator_id": indicator.id,
            "period": indicator.periods[0],
            "value": value,
            "numerator": people,
            "denominator": wanted["land_km2"],
            "n_cells": value.notna().astype(int),
            "coverage": value.notna().astype(float),
            "source_id": indicator.source_id,
            "status": np.where(value.notna(), "ok", "no_data"),
        }
    )


def from_access(
    access: pd.DataFrame, indicators: dict[str, Indicator], people: pd.Series, level_of: pd.Series
) -> pd.DataFrame:
    """Read the indicators ``<category>_count`` and ``<category>_per_10000`` of the access table."""
    named = access.assign(indicator_id=access["category"] + "_" + access["measure"])
    named = named[named["indicator_id"].isin(indicators)]
    named["period"] = named["indicator_id"].map(lambda i: indicators[i].periods[0])
    named["source_id"] = named["indicator_id"].map(lambda i: indicators[i].source_id)
    wanted = {i: {level.value for level in ind.levels} for i, ind in indicators.items()}
    keep = [
        level in wanted[i]
        for level, i in zip(named["territory_id"].map(level_of), named["indicator_id"], strict=True)
    ]
    named = named[keep]
    rate = named["measure"].eq("per_10000")
    size = named["territory_id"].map(people).where(rate)
    ok = named["status"].eq("ok")
    return named.assign(
        denominator=size.where(ok),
        numerator=(named["value"] * size / 10_000).where(rate, named["value"]).round(6),
        n_cells=ok.astype(int),
        coverage=ok.astype(float),
    ).drop(columns=["category", "measure"])


def withheld(tables: Sequence[tuple[str, Tables]]) -> pd.DataFrame:
    """Give the counts of confidential places by health region, and for Québec."""
    frames = []
    for source_id, table in tables:
        if table.withheld is None:
            continue
        total = table.withheld.groupby(["indicator_id", "period"], as_index=False)["value"].sum()
        rows = pd.concat([table.withheld, total.assign(territory_id="province:24")], ignore_index=True)
        frames.append(
            rows.assign(numerator=rows["value"], denominator=np.nan, status="ok", n_cells=1, coverage=1.0,
                        source_id=source_id)
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))


def with_every_territory(
    rows: pd.DataFrame, indicators: dict[str, Indicator], territories: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Say ``no_data`` for each territory of a declared level that no source speaks of."""
    by_level = territories.groupby("level")["territory_id"]
    ids_of = {level: ids.to_numpy() for level, ids in by_level}
    known = pd.MultiIndex.from_frame(rows[["indicator_id", "period", "territory_id"]])
    wanted = pd.MultiIndex.from_tuples(
        [
            (indicator.id, period, territory_id)
            for indicator in indicators.values()
            for period in indicator.periods
            for level in indicator.levels
            for territory_id in ids_of[level.value]
        ],
        names=["indicator_id", "period", "territory_id"],
    )
    absent = wanted.difference(known).to_frame(index=False)
    source_of = {indicator_id: indicator.source_id for indicator_id, indicator in indicators.items()}
    silent = absent.assign(
        status=Status.NO_DATA.value, n_cells=0, coverage=0.0, source_id=absent["indicator_id"].map(source_of)
    )
    return pd.concat([rows, silent], ignore_index=True)


def with_error_and_grade(
    rows: pd.DataFrame, indicators: dict[str, Indicator], people: pd.Series
) -> pd.DataFrame:
    """Give each figure its 95 % half-width and its grade, in the columns and the order of the package."""
    full = figure_error.with_error_and_grade(rows, indicators, people)[list(COLUMNS)]
    # Sums of products carry binary noise after the sixth decimal; it would double the size of the table.
    full[["numerator", "denominator"]] = full[["numerator", "denominator"]].round(6)
    return full.sort_values(["indicator_id", "period", "territory_id"], ignore_index=True)
