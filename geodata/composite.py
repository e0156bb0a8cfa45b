"""A table's own need score: values on one scale, weights, and what each part adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from geodata.errors import JoinError, SelectionError
from geodata.model import Direction
from geodata.text import Text

_CONSTANT: Final = 1e-12
"""Spread, against the largest value, under which a column says the same of every territory."""

_SIGNS: Final = {Direction.HIGHER_IS_NEED: 1.0, Direction.LOWER_IS_NEED: -1.0}


class Scale(StrEnum):
    """How values in different units are brought onto one scale."""

    Z_SCORE = "z"
    PERCENTILE = "percentile"


@dataclass(frozen=True, eq=False)
class Composite:
    """A weighted score.

    Attributes
    ----------
    score
        One value a territory, on the scale of the standardised values; null where any of the indicators
        is missing, even one of weight 0, so that moving a weight never changes who is compared.
    contributions
        Territory × indicator: weight × standardised value; the row sums are ``score``. Kept where the
        others are missing, null where its own is.
    missing
        The list of missing indicators of each territory, empty where there is a score.
    """

    score: pd.Series
    contributions: pd.DataFrame
    missing: pd.Series


def standardise(
    values: pd.DataFrame, population: pd.Series, directions: Mapping[str, Direction], scale: Scale
) -> pd.DataFrame:
    """Bring indicators in different units onto one scale on which higher is more need.

    The reference is the population of the rows given, each column over the rows that have its value: a
    territory of many people says more of what is usual than a small one (METHODS, composite).

    Parameters
    ----------
    values
        Territory × indicator, each in its unit; null is missing and stays so.
    population
        People of each territory, looked up by index; zero or null weighs nothing, and the territory is
        still placed among the others.
    directions
        What a higher value says, for each column.
    scale
        ``Z_SCORE``: population-weighted mean and standard deviation. ``PERCENTILE``: share of the
        population, 0 to 100, that lives where the value is lower, plus half of those where it is equal.

    Returns
    -------
    pandas.DataFrame
        As ``values``. A column that says the same everywhere is 0 (z) or 50 (percentile).

    Raises
    ------
    SelectionError
        If a direction is absent or descriptive, a value is infinite, a population is negative, or nobody
        lives in the rows that have a value.
    JoinError
        If a territory or an indicator appears twice.
    """
    people = _people(values, population)
    result = {}
    for name in values.columns:
        sign, column = _sign(str(name), directions), _floats(values[name])
        if scale is Scale.Z_SCORE:
            mean, sd = _mean_and_sd(column, people)
            placed = sign * (column - mean) / sd if sd else np.where(np.isnan(column), np.nan, 0.0)
        else:
            share = _share_below(column, column, people)
            placed = share if sign > 0 else 100.0 - share
        result[name] = placed
    return pd.DataFrame(result, index=values.index, columns=values.columns, dtype=float)


def standardise_error(
    values: pd.DataFrame, standard_error: pd.DataFrame, population: pd.Series, scale: Scale
) -> pd.DataFrame:
    """Carry standard errors onto the scale of ``standardise``.

    Parameters
    ----------
    values, population, scale
        As given to ``standardise``; the reference is taken as known without error.
    standard_error
        As ``values``: standard errors (not 95 % half-widths) in the same units; null where unpublished.

    Returns
    -------
    pandas.DataFrame
        As ``values``. On the percentile scale, half of the way that a territory goes, past the people of
        the others, from one error below to one above. Null where the error or the value is.
    """
    people = _people(values, population)
    result = {}
    for name in values.columns:
        column = _floats(values[name])
        error = standard_error[name].reindex(values.index).to_numpy(dtype=float, na_value=np.nan)
        if scale is Scale.Z_SCORE:
            _, sd = _mean_and_sd(column, people)
            result[name] = np.where(np.isnan(column), np.nan, error / sd if sd else 0.0 * error)
        else:
            above, below = (_share_below(column + sign * error, column, people) for sign in (1, -1))
            # Its own people move with a territory: they are no step on its way.
            own = np.where((error > 0) & ~np.isnan(column), 100 * people / _total(column, people), 0.0)
            result[name] = np.maximum(above - below - own, 0.0) / 2
    return pd.DataFrame(result, index=values.index, columns=values.columns, dtype=float)


def composite(standard: pd.DataFrame, weights: pd.Series) -> Composite:
    """Add up standardised values by their weights.

    Parameters
    ----------
    standard
        Territory × indicator, from ``standardise``.
    weights
        One a column, at least 0; divided by their sum.

    Raises
    ------
    SelectionError
        If the weights do not name the columns, one is negative or not a number, or all are zero.
    """
    shares = normalised(weights, standard.columns)
    contributions = standard.mul(shares, axis="columns")
    absent = standard.isna().to_numpy()
    names = np.array([str(name) for name in standard.columns], dtype=object)
    missing = pd.Series([names[row].tolist() for row in absent], index=standard.index, dtype=object)
    return Composite(contributions.sum(axis="columns", skipna=False).astype(float), contributions, missing)


def normalised(weights: pd.Series, names: Iterable[object]) -> pd.Series:
    """Divide weights by their sum, in the order of ``names``.

    Raises
    ------
    SelectionError
        If the weights do not name exactly ``names``, one is negative or not a finite number, or all are
        zero.
    """
    order = list(names)
    if not weights.index.is_unique or set(weights.index) != set(order):
        raise SelectionError(
            Text(
                "Les poids ne nomment pas les indicateurs choisis",
                "The weights do not name the indicators that were chosen",
            ),
            where=", ".join(str(name) for name in set(weights.index) ^ set(order)),
            hint=Text("donnez un poids à chacun", "give one weight to each"),
        )
    numbers = weights.reindex(order).to_numpy(dtype=float, na_value=np.nan)
    wrong = ~np.isfinite(numbers) | (numbers < 0)
    if wrong.any():
        raise SelectionError(
            Text("Un poids n'est pas un nombre positif", "A weight is not a positive number"),
            where=", ".join(str(name) for name, bad in zip(order, wrong, strict=True) if bad),
            hint=Text("donnez un poids de 0 ou plus", "give a weight of 0 or more"),
        )
    largest = numbers.max(initial=0.0)
    if largest == 0:
        raise SelectionError(
            Text("Tous les poids sont à zéro", "All weights are zero"),
            hint=Text(
                "donnez du poids à au moins un indicateur", "give some weight to at least one indicator"
            ),
        )
    # Against the largest first: the sum of huge weights would be infinite.
    scaled = numbers / largest
    return pd.Series(scaled / scaled.sum(), index=weights.reindex(order).index, dtype=float)


def _people(values: pd.DataFrame, population: pd.Series) -> np.ndarray:
    if not (values.index.is_unique and values.columns.is_unique and population.index.is_unique):
        raise JoinError(
            Text("Un territoire ou un indicateur est en double", "A territory or an indicator appears twice"),
            hint=Text("gardez-en un seul", "keep only one"),
        )
    people = population.reindex(values.index).to_numpy(dtype=float, na_value=0.0)
    people = np.where(np.isnan(people), 0.0, people)
    wrong = (people < 0) | np.isinf(people)
    if wrong.any():
        raise SelectionError(
            Text("Une population n'est pas un nombre positif", "A population is not a positive number"),
            where=", ".join(str(name) for name in values.index[wrong][:3]),
            hint=Text("corrigez la source", "correct the source"),
        )
    return people


def _floats(column: pd.Series) -> np.ndarray:
    numbers: np.ndarray = column.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(numbers).any():
        raise SelectionError(
            Text("Une valeur n'est pas un nombre fini", "A value is not a finite number"),
            where=f"{column.name}, {column.index[np.isinf(numbers)][0]}",
            hint=Text("corrigez la source", "correct the source"),
        )
    return numbers


def _sign(name: str, directions: Mapping[str, Direction]) -> float:
    direction = directions.get(name, Direction.DESCRIPTIVE)
    if direction not in _SIGNS:
        raise SelectionError(
            Text(
                "Cet indicateur décrit, il ne dit pas dans quel sens va un besoin",
                "This indicator describes, it does not say which way a need goes",
            ),
            where=name,
            hint=Text(
                "retirez-le, ou dites si plus élevé ou moins élevé veut dire plus de besoins",
                "remove it, or say whether higher or lower means more needs",
            ),
        )
    return _SIGNS[direction]


def _reference(column: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the values that count as reference and their people; both empty where no value is present."""
    present = ~np.isnan(column)
    counts = present & (people > 0)
    if present.any() and not counts.any():
        raise SelectionError(
            Text("Personne n'habite les territoires comparés", "Nobody lives in the territories compared"),
            hint=Text(
                "choisissez un autre niveau ou un autre indicateur", "choose another level or indicator"
            ),
        )
    return column[counts], people[counts]


def _total(column: np.ndarray, people: np.ndarray) -> float:
    """Give the people of the reference; 1 where there is none, and then nothing to divide."""
    _, weights = _reference(column, people)
    return float(weights.sum()) if len(weights) else 1.0


def _mean_and_sd(column: np.ndarray, people: np.ndarray) -> tuple[float, float]:
    """Give the weighted mean and standard deviation; the latter 0 where the reference does not vary."""
    values, weights = _reference(column, people)
    if not len(values):
        return 0.0, 1.0
    low, spread = float(values.min()), float(np.ptp(values))
    if spread <= _CONSTANT * np.abs(values).max():
        return low, 0.0
    # Within 0 to 1 first: squares of very small or large values would be lost.
    unit = (values - low) / spread
    mean = np.average(unit, weights=weights)
    sd = np.sqrt(np.average((unit - mean) ** 2, weights=weights))
    return float(low + spread * mean), float(spread * sd)


def _share_below(points: np.ndarray, column: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Give the percentage of people whose value is under each point, and half of those at it."""
    values, weights = _reference(column, people)
    if not len(values):
        return np.full(len(points), np.nan)
    order = np.argsort(values)
    ordered, counted = values[order], np.concatenate([[0.0], np.cumsum(weights[order])])
    under = counted[np.searchsorted(ordered, points, side="left")]
    up_to = counted[np.searchsorted(ordered, points, side="right")]
    return np.where(np.isnan(points), np.nan, 50.0 * (under + up_to) / counted[-1])
