"""Rounding and sampling error of a figure, and the grade that it earns."""

from __future__ import annotations

from typing import Final, overload

import numpy as np
import pandas as pd

from geodata.model import ErrorKind, Grade, Status

ROUNDED_CELL_SD: Final = 2.0
"""Standard deviation of one count rounded at random to a multiple of 5 (Statistics Canada)."""

Z_95: Final = 1.96
CAUTION_CV: Final = 0.166
UNUSABLE_CV: Final = 0.333
CAUTION_COVERAGE: Final = 0.90
CAUTION_QUALITY: Final = 2
"""Quality digit of Statistics Canada: 2 is a non-response of 20 % and more."""

CAUTION_PEOPLE: Final = 250
UNUSABLE_PEOPLE: Final = 40


@overload
def rounding_moe(cells: pd.Series) -> pd.Series: ...
@overload
def rounding_moe(cells: np.ndarray) -> np.ndarray: ...
@overload
def rounding_moe(cells: float) -> float: ...
def rounding_moe(cells: pd.Series | np.ndarray | float) -> pd.Series | np.ndarray | float:
    """Give the 95 % half-width of a sum of so many randomly rounded cells, ``1.96 · 2 · √m``.

    Parameters
    ----------
    cells
        Number of rounded counts in the sum; 0 for an exact count. Null gives null.

    Returns
    -------
    pandas.Series, numpy.ndarray or float
        As given: people, dwellings or whatever the cells count.

    Raises
    ------
    ValueError
        If a number of cells is negative or infinite.

    Notes
    -----
    Rounding that keeps the mean has a variance of 0, 4, 6, 6 or 4 by remainder, 4 on average. By exact
    convolution over uniform remainders the interval holds 92 % of the errors of one cell, whose error is
    at most 4, and 94.1 to 95.9 % of those of any sum of two cells and more. A cell of which a fraction
    only is counted errs by that fraction: counting it whole is on the side of prudence.
    """
    number = cells.to_numpy(dtype=float, na_value=np.nan) if isinstance(cells, pd.Series) else cells
    given = np.asarray(number, dtype=float)
    if (given < 0).any() or np.isinf(given).any():
        raise ValueError("a number of cells is negative or infinite")
    half_width = Z_95 * ROUNDED_CELL_SD * np.sqrt(given)
    if isinstance(cells, pd.Series):
        return pd.Series(half_width, index=cells.index, name=cells.name)
    return half_width if half_width.ndim else float(half_width)


def proportion_moe(
    numerator: pd.Series, denominator: pd.Series, n_cells: pd.Series, sample_fraction: float | None
) -> pd.Series:
    """Give the 95 % half-width of a proportion, 0 to 1.

    Adds the rounding of both parts to the floor of the sampling error, ``√((1/f − 1)·p(1−p)/N)`` for a
    fraction ``f`` of the households (METHODS: 3·p(1−p)/N for one in four). The design effect is not
    published, so the real error is larger. Null where the denominator is zero.

    Parameters
    ----------
    numerator, denominator
        Sums of ``n_cells`` counts, each rounded on its own (a part is rounded apart from its whole).
    n_cells
        Rounded counts in each of the two sums.
    sample_fraction
        Share of the households asked, within 0 to 1; null where all were.

    Raises
    ------
    ValueError
        If the fraction is not within 0 to 1 or a number of cells is negative.
    """
    if sample_fraction is not None and not 0 < sample_fraction <= 1:
        raise ValueError("sample_fraction must be within 0 to 1")
    size = denominator.where(denominator > 0)
    share = (numerator / size).clip(0.0, 1.0)
    rounding = (rounding_moe(n_cells) / Z_95) ** 2 * (1 + share**2) / size**2
    sampling = (1 / sample_fraction - 1) * share * (1 - share) / size if sample_fraction else 0.0
    moe: pd.Series = Z_95 * np.sqrt(rounding + sampling)
    return moe


@overload
def coefficient_of_variation(
    value: pd.Series, moe_95: pd.Series, *, ratio_scale: bool, spread: pd.Series | float | None
) -> pd.Series: ...
@overload
def coefficient_of_variation(
    value: float | None, moe_95: float | None, *, ratio_scale: bool, spread: float | None
) -> float: ...
def coefficient_of_variation(
    value: pd.Series | float | None,
    moe_95: pd.Series | float | None,
    *,
    ratio_scale: bool,
    spread: pd.Series | float | None,
) -> pd.Series | float:
    """Give the standard error against the value, or against the level's spread.

    A coefficient of variation means something only for a positive value of a scale with a true zero
    (counts, shares, dollars). A score, whose zero is a choice, and a value of 0 or less are set against
    the standard deviation of the level's territories instead.

    Parameters
    ----------
    value, moe_95
        In one unit; null gives null.
    ratio_scale
        ``Unit.ratio_scale`` of the indicator.
    spread
        Standard deviation over the level's territories; null where it is not known.

    Returns
    -------
    pandas.Series or float
        0.166 is 16.6 %; 0 where the figure is exact, null where there is nothing to divide by.
    """
    index = next((given.index for given in (value, moe_95, spread) if isinstance(given, pd.Series)), None)
    number, moe, sd = (_floats(given, index) for given in (value, moe_95, spread))
    base = number.where(number > 0, sd) if ratio_scale else sd
    cv = (moe / Z_95 / base.where(base > 0)).mask(moe.eq(0.0) & number.notna(), 0.0)
    cv = cv.where(number.notna())
    return cv if index is not None else float(cv.iloc[0])


def grade(
    value: pd.Series,
    moe_95: pd.Series,
    error_kind: ErrorKind,
    coverage: pd.Series,
    people: pd.Series,
    quality: pd.Series | None = None,
    *,
    ratio_scale: bool = True,
    spread: pd.Series | float | None = None,
    status: pd.Series | None = None,
) -> pd.Series:
    """Give the grade of each value, null where there is none.

    Parameters
    ----------
    value, moe_95
        In the same unit; ``moe_95`` is null where the error is not known.
    error_kind
        ``unpublished`` never earns more than caution.
    coverage
        Share of people with a value, 0 to 1; null counts as complete.
    people
        Population of the territory; null counts as unknown, which asks for caution.
    quality
        The publisher's quality digit, 0 best; from 2 on it asks for caution. Null where it
        gives none.
    ratio_scale, spread
        As in ``coefficient_of_variation``. An error that nothing measures asks for caution.
    status
        ``geodata.model.Status`` of each row; a suppressed figure, which has no value, is not to be used.
    """
    cv = coefficient_of_variation(value, moe_95, ratio_scale=ratio_scale, spread=spread)
    people_known = people.astype(float)
    unusable = (cv >= UNUSABLE_CV) | (people_known < UNUSABLE_PEOPLE)
    caution = (
        (cv >= CAUTION_CV)
        | pd.isna(cv)
        | (coverage.fillna(1.0) < CAUTION_COVERAGE)
        | (people_known < CAUTION_PEOPLE)
        | people_known.isna()
    )
    if quality is not None:
        caution = caution | (quality.astype(float) >= CAUTION_QUALITY)
    if error_kind is ErrorKind.UNPUBLISHED:
        caution = caution | True
    grades = np.select([unusable, caution], [Grade.DO_NOT_USE.value, Grade.CAUTION.value], Grade.SOLID.value)
    earned = pd.Series(grades, index=value.index, dtype="object").where(value.notna())
    return earned if status is None else earned.mask(status.eq(Status.SUPPRESSED), Grade.DO_NOT_USE.value)


def require_errors(moe_95: np.ndarray | float) -> None:
    """Refuse an error that is negative or infinite; null is an error not known.

    Raises
    ------
    ValueError
        If there is one.
    """
    given = np.asarray(moe_95, dtype=float)
    if (given < 0).any() or np.isinf(given).any():
        raise ValueError("an error is negative or infinite")


def _floats(given: pd.Series | float | None, index: pd.Index | None) -> pd.Series:
    if isinstance(given, pd.Series):
        return given.astype(float)
    number = np.nan if given is None else float(given)
    return pd.Series(number, index=[0] if index is None else index, dtype=float)
