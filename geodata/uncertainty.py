"""Rounding and sampling error of a figure, and the grade that it earns."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geodata.model import ErrorKind, Grade

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


def rounding_moe(cells: pd.Series | np.ndarray | float) -> pd.Series | np.ndarray | float:
    """Give the 95 % half-width of a sum of so many randomly rounded cells, ``1.96 · 2 · √m``."""
    return Z_95 * ROUNDED_CELL_SD * np.sqrt(cells)


def proportion_moe(
    numerator: pd.Series, denominator: pd.Series, n_cells: pd.Series, sample_fraction: float | None
) -> pd.Series:
    """Give the 95 % half-width of a proportion, 0 to 1.

    Adds the rounding of both parts to the floor of the sampling error, ``√((1/f − 1)·p(1−p)/N)`` for a
    fraction ``f`` of the households (METHODS: 3·p(1−p)/N for one in four). The design effect is not
    published, so the real error is larger. Null where the denominator is zero.
    """
    size = denominator.where(denominator > 0)
    share = (numerator / size).clip(0.0, 1.0)
    rounding = ROUNDED_CELL_SD**2 * n_cells * (1 + share**2) / size**2
    sampling = (1 / sample_fraction - 1) * share * (1 - share) / size if sample_fraction else 0.0
    moe: pd.Series = Z_95 * np.sqrt(rounding + sampling)
    return moe


def grade(
    value: pd.Series,
    moe_95: pd.Series,
    error_kind: ErrorKind,
    coverage: pd.Series,
    people: pd.Series,
    quality: pd.Series | None = None,
) -> pd.Series:
    """Give the grade of each value, null where there is none.

    Parameters
    ----------
    value, moe_95
        In the same unit; ``moe_95`` is null where the error is not published.
    error_kind
        ``unpublished`` never earns more than caution.
    coverage
        Share of people with a value, 0 to 1; null counts as complete.
    people
        Population of the territory; null counts as unknown, which asks for caution.
    quality
        The publisher's quality digit, 0 best; from 2 on it asks for caution. Null where it
        gives none.
    """
    cv = (moe_95 / Z_95 / value.where(value > 0)).fillna(0.0)
    people_known = people.astype(float)
    unusable = (cv >= UNUSABLE_CV) | (people_known < UNUSABLE_PEOPLE)
    caution = (
        (cv >= CAUTION_CV)
        | (coverage.fillna(1.0) < CAUTION_COVERAGE)
        | (people_known < CAUTION_PEOPLE)
        | people_known.isna()
    )
    if quality is not None:
        caution = caution | (quality.astype(float) >= CAUTION_QUALITY)
    if error_kind is ErrorKind.UNPUBLISHED:
        caution = caution | True
    grades = np.select([unusable, caution], [Grade.DO_NOT_USE.value, Grade.CAUTION.value], Grade.SOLID.value)
    return pd.Series(grades, index=value.index, dtype="object").where(value.notna())
