"""Give a table of figures its errors and its grades, whoever made the figures."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geodata.model import Aggregation, ErrorKind, Indicator
from geodata.uncertainty import grade, proportion_moe, rounding_moe

_COUNTED: Final = frozenset({"people", "dwellings"})
_PLACES: Final = "places"


def with_error_and_grade(
    rows: pd.DataFrame, indicators: dict[str, Indicator], people: pd.Series
) -> pd.DataFrame:
    """Give each figure its 95 % half-width, in its own unit, and its grade.

    Parameters
    ----------
    rows
        ``territory_id, indicator_id, period, value, numerator, denominator, n_cells, coverage, status``,
        and optional ``quality``. Where a value is set against the spread of its level, the level is that of
        the identifier and its territories are those of ``rows``.
    indicators
        The catalogue; holds every indicator of ``rows``.
    people
        2021 population by territory; null where it is not known.

    Returns
    -------
    pandas.DataFrame
        The rows, by indicator, with ``error_kind``, ``moe_95`` and ``grade``.
    """
    graded = []
    for indicator_id, group in rows.groupby("indicator_id", sort=True):
        indicator = indicators[str(indicator_id)]
        moe = half_widths(group, indicator)
        size = group["territory_id"].map(people).astype(float)
        earned = grade(
            group["value"],
            moe,
            indicator.error_kind,
            group["coverage"],
            size if asks_for_people(indicator) else pd.Series(np.inf, group.index),
            group.get("quality"),
            ratio_scale=indicator.unit.ratio_scale,
            spread=_spread(group),
            status=group["status"],
        )
        graded.append(group.assign(error_kind=indicator.error_kind.value, moe_95=moe, grade=earned))
    return pd.concat(graded, ignore_index=True)


def asks_for_people(indicator: Indicator) -> bool:
    """Say whether the few people of a territory weaken a figure.

    They weaken a rate, a mean or an estimate. A library is a library wherever it stands, and a published
    count of 30 people is right for the very reason that it counts 30.
    """
    exact_count = indicator.unit.id in _COUNTED and indicator.error_kind is ErrorKind.NONE
    return not (exact_count or indicator.unit.id == _PLACES)


def half_widths(rows: pd.DataFrame, indicator: Indicator) -> pd.Series:
    """Give the 95 % half-width of the figures of one indicator, in its unit.

    Returns
    -------
    pandas.Series
        0 where the figure is exact; null without a value or where the error is not published.
    """
    nothing = pd.Series(np.nan, index=rows.index, dtype=float)
    if indicator.error_kind is ErrorKind.NONE:
        return nothing.mask(rows["value"].notna(), 0.0)
    if indicator.error_kind is ErrorKind.UNPUBLISHED:
        return nothing
    cells = rows["n_cells"].clip(lower=1).astype(float)
    if indicator.aggregation is Aggregation.SUM:
        moe = indicator.scale * rounding_moe(cells)
    else:
        moe = indicator.scale * proportion_moe(
            rows["numerator"], rows["denominator"], cells, indicator.sample_fraction
        )
    return _significant(moe.where(rows["value"].notna()))


def _spread(rows: pd.DataFrame) -> pd.Series:
    """Give each row the standard deviation of its level and period."""
    level = rows["territory_id"].str.extract(r"^([a-z]+)", expand=False)
    spread: pd.Series = rows["value"].astype(float).groupby([level, rows["period"]]).transform("std", ddof=0)
    return spread


def _significant(values: pd.Series, digits: int = 4) -> pd.Series:
    """Keep so many significant digits: an error known to a thousandth is no error."""
    size = np.floor(np.log10(values.where(values > 0).abs()))
    factor = 10.0 ** (digits - 1 - size)
    rounded: pd.Series = (values * factor).round() / factor
    return rounded.fillna(values)
