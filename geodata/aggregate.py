"""Carry a statistic up from cells (areas, municipalities) to territories, with its coverage."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geodata.errors import ConservationError, JoinError
from geodata.model import Aggregation, Status
from geodata.text import Text

FEWEST_COVERED: Final = 0.70
"""Below this share of people with a value, no figure is given."""

TOP_FIFTH_FROM: Final = 0.80
"""The highest fifth starts at this cumulative share of the population."""

_TOLERANCE: Final = 1e-6


def as_ratio_parts(cells: pd.DataFrame, population: pd.Series, how: Aggregation) -> pd.DataFrame:
    """Write every statistic as a numerator and a denominator that may be summed.

    Parameters
    ----------
    cells
        Rows ``cell_id, numerator, denominator, status`` of one indicator and period. For a mean or a
        share of people, ``numerator`` holds the score of the cell.
    population
        People by ``cell_id``.
    how
        Declared aggregation.

    Returns
    -------
    pandas.DataFrame
        Same rows; a row whose status is not ``ok`` has null parts.
    """
    parts = cells.copy()
    people = parts["cell_id"].map(population).astype(float)
    present = parts["status"].eq(Status.OK.value) & parts["numerator"].notna()
    if how is Aggregation.POPULATION_MEAN:
        parts["numerator"] = parts["numerator"] * people
        parts["denominator"] = people
    elif how is Aggregation.TOP_FIFTH_SHARE:
        fifth = population_fifth(parts["numerator"].where(present), people)
        parts["numerator"] = people.where(fifth == 5, 0.0)
        parts["denominator"] = people
    parts[["numerator", "denominator"]] = parts[["numerator", "denominator"]].where(present)
    return parts


def population_fifth(score: pd.Series, people: pd.Series) -> pd.Series:
    """Cut cells into fifths of the population, 1 lowest to 5 highest.

    Cells are put in order of score; a cell belongs to the fifth in which the middle of its people falls,
    and cells of equal score are never parted. Cells without a score are in none (null).
    """
    known = score.notna() & people.gt(0)
    total = people[known].sum()
    by_score = people[known].groupby(score[known]).sum().sort_index()
    middle = (by_score.cumsum() - by_score / 2) / total
    # Round before cutting so that a middle at exactly 20 % falls on the same side on every machine.
    fifth_of_score = (middle.round(12) * 5).clip(upper=4).floordiv(1) + 1
    fifth: pd.Series = score.where(known).map(fifth_of_score)
    return fifth


def carry_up(parts: pd.DataFrame, membership: pd.DataFrame, population: pd.Series) -> pd.DataFrame:
    """Sum parts over the cells of each territory, by the share of each cell inside it.

    Parameters
    ----------
    parts
        Rows ``cell_id, numerator, denominator`` with nulls where a cell has no value.
    membership
        Rows ``cell_id, territory_id, fraction``, fractions 0 to 1.
    population
        People by ``cell_id``; weighs the coverage.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``territory_id``: ``numerator, denominator`` (sums over cells with a value),
        ``n_cells``, ``coverage`` (share of people whose cell has a value, null where nobody lives).
    """
    if parts["cell_id"].duplicated().any():
        twice = parts.loc[parts["cell_id"].duplicated(), "cell_id"].iloc[0]
        raise JoinError(
            Text("Une cellule est donnée deux fois", "A cell is given twice"),
            where=str(twice),
            hint=Text("gardez une seule ligne par cellule", "keep one row a cell"),
        )
    joined = membership.merge(parts, on="cell_id", how="left", validate="many_to_one")
    people = joined["cell_id"].map(population).astype(float).fillna(0.0) * joined["fraction"]
    present = joined["numerator"].notna()
    sums = pd.DataFrame(
        {
            "territory_id": joined["territory_id"],
            "numerator": joined["numerator"].fillna(0.0) * joined["fraction"],
            "denominator": joined["denominator"].fillna(0.0) * joined["fraction"],
            "n_cells": present.astype("int64"),
            "people": people,
            "covered": people.where(present, 0.0),
        }
    )
    result = sums.groupby("territory_id", sort=True).sum()
    coverage = result["covered"] / result["people"].where(result["people"] > 0)
    # An empty territory whose cells all have a value is covered: a true zero, not a gap.
    cells_in = joined.groupby("territory_id").size()
    coverage = coverage.where(
        result["people"] > 0, (result["n_cells"] / cells_in).where(result["n_cells"] > 0)
    )
    result["coverage"] = coverage.clip(upper=1.0).fillna(0.0)
    return result.drop(columns=["people", "covered"])


def to_values(sums: pd.DataFrame, how: Aggregation, scale: float) -> pd.DataFrame:
    """Divide summed parts and say where no figure can be given.

    Returns
    -------
    pandas.DataFrame
        ``sums`` with ``value`` (null unless the status is ``ok``) and ``status``: ``no_data`` under
        70 % of coverage, ``not_applicable`` where the denominator is a true zero.
    """
    result = sums.copy()
    covered = (result["coverage"] >= FEWEST_COVERED) & (result["n_cells"] > 0)
    if how is Aggregation.SUM:
        result["value"] = result["numerator"] * scale
        result["denominator"] = np.nan
        divisible = pd.Series(True, index=result.index)
    else:
        divisible = result["denominator"] > 0
        result["value"] = result["numerator"] / result["denominator"].where(divisible) * scale
    result["status"] = np.select(
        [~covered, ~divisible], [Status.NO_DATA.value, Status.NOT_APPLICABLE.value], Status.OK.value
    )
    result["value"] = result["value"].where(result["status"].eq(Status.OK.value))
    return result


def assert_conserved(before: float, after: float, where: str) -> None:
    """Raise if a total changed while it was carried over a partition.

    Raises
    ------
    ConservationError
        If the two totals differ by more than one millionth.
    """
    if abs(before - after) > _TOLERANCE * max(1.0, abs(before)):
        raise ConservationError(
            Text(
                f"Le total passe de {before:.6f} à {after:.6f}",
                f"The total goes from {before:.6f} to {after:.6f}",
            ),
            where=where,
            hint=Text("vérifiez la table d'appartenance", "check the membership table"),
        )
