"""How a statistic is spread inside a territory: its areas, weighed by the people who live in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

TENTHS: Final = (0.10, 0.50, 0.90)
CENSUS_YEAR: Final = 2021


def weighted_quantiles(
    values: NDArray[np.float64], weights: NDArray[np.float64], shares: Sequence[float]
) -> NDArray[np.float64]:
    """Give the smallest value at or under which so large a share of the weight lies.

    Parameters
    ----------
    values, weights
        Of one length, without nulls; weights of zero or more, of which one at least is above zero.
    shares
        From 0 to 1.

    Returns
    -------
    numpy.ndarray
        One value a share; always one of ``values``, never between two.
    """
    order = np.argsort(values, kind="stable")
    ordered, cumulated = values[order], np.cumsum(weights[order])
    # A share reached exactly is reached, whatever the last binary digit says.
    reached = np.searchsorted(cumulated / cumulated[-1], np.asarray(shares) - 1e-12)
    return ordered[np.minimum(reached, len(ordered) - 1)]


def areas_inside(membership: pd.DataFrame, territory: str) -> pd.Series:
    """Give the share of each 2021 area inside a territory, by ``da_id``; one for an area itself."""
    if territory.startswith("da:"):
        return pd.Series({territory: 1.0}, name="fraction")
    rows = membership[membership["territory_id"].eq(territory) & membership["census_year"].eq(CENSUS_YEAR)]
    inside: pd.Series = rows.set_index("da_id")["fraction"].astype(float)
    return inside


def spread_inside(values: pd.Series, people: pd.Series, fractions: pd.Series) -> pd.DataFrame:
    """Give the areas of a territory that have a value, lowest first, with their people in it.

    Parameters
    ----------
    values, people
        By ``da_id``; null where there is none.
    fractions
        Share of each area inside the territory, 0 to 1, by ``da_id``.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``da_id``: ``value``, ``people`` (people × fraction). An area where nobody lives, or
        without a value, is not in it.
    """
    inside = pd.DataFrame(
        {
            "value": values.reindex(fractions.index).astype(float),
            "people": people.reindex(fractions.index).astype(float) * fractions,
        }
    )
    return inside[inside["value"].notna() & inside["people"].gt(0)].sort_values("value", kind="stable")


def covered_share(areas: pd.DataFrame, people: pd.Series, fractions: pd.Series) -> float | None:
    """Give the share of a territory's people whose area has a value; null where nobody lives."""
    everyone = float((people.reindex(fractions.index).astype(float) * fractions).sum())
    return min(float(areas["people"].sum()) / everyone, 1.0) if everyone > 0 else None
