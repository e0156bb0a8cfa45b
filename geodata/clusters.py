"""Do high and low values stand together: Moran's I, its local form, and the smoothing of small numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.errors import SelectionError
from geodata.neighbours import Neighbours
from geodata.text import Text

PERMUTATIONS: Final = 999
SEED: Final = 2021
ALPHA: Final = 0.05
FEWEST_TERRITORIES: Final = 12
"""With fewer territories no arrangement is rare enough to be told from chance."""

_AT_ONCE: Final = 4_000_000
"""Redrawn values held in memory at a time."""

_Floats = NDArray[np.float64]


class Quadrant(StrEnum):
    """What a territory and its neighbours are like, where it is not chance."""

    HIGH_HIGH = "high_high"
    LOW_LOW = "low_low"
    HIGH_LOW = "high_low"
    LOW_HIGH = "low_high"
    NOT_SIGNIFICANT = "not_significant"


@dataclass(frozen=True)
class Moran:
    """Global autocorrelation.

    Attributes
    ----------
    index
        Moran's I.
    expected
        Its value where nothing goes together, ``-1 / (n - 1)``.
    p
        Two-sided, by permutations.
    territories, permutations, seed
        Of what and how it was computed.
    """

    index: float
    expected: float
    p: float
    territories: int
    permutations: int
    seed: int


@dataclass(frozen=True, eq=False)
class Clusters:
    """Where values stand together.

    Attributes
    ----------
    frame
        Indexed by territory: ``value``, ``z`` (standardised), ``lag`` (mean ``z`` of the neighbours),
        ``local_i``, ``p`` (two-sided), ``side`` (quadrant, chance or not) and ``quadrant`` (after the
        control of false discoveries).
    cutoff
        Highest ``p`` held to be no chance, null where none is.
    moran
        The global measure.
    neighbours
        The ties that were used.
    """

    frame: pd.DataFrame
    cutoff: float | None
    moran: Moran
    neighbours: Neighbours


def clusters(
    values: pd.Series, neighbours: Neighbours, *, permutations: int = PERMUTATIONS, seed: int = SEED
) -> Clusters:
    """Find where high and low values stand together.

    Parameters
    ----------
    values
        One value a territory, indexed and ordered as ``neighbours.index``, without nulls.
    neighbours
        Row-standardised ties.
    permutations
        Times that the values of the other territories are dealt again.
    seed
        The same seed gives the same answer.

    Raises
    ------
    SelectionError
        With fewer than 12 territories, or where every value is the same.

    Notes
    -----
    Local Moran of Anselin (1995), ``z·lag`` with the standard deviation over n (esda divides by n − 1, and
    its ``Is`` are (n − 1)/n times these), conditional permutations, two-sided pseudo p-values
    ``min(1, 2·(1 + smaller tail) / (1 + permutations))``, false discoveries controlled at 5 % over the
    territories (Benjamini and Hochberg, 1995).
    """
    numbers = _require_varied(values, neighbours)
    z = (numbers - numbers.mean()) / numbers.std()
    lag = neighbours.lag(z)
    p = _local_p(z, lag, neighbours, permutations, seed)
    cutoff = false_discovery_cutoff(p)
    frame = pd.DataFrame({"value": numbers, "z": z, "lag": lag, "local_i": z * lag, "p": p}, values.index)
    significant = np.zeros(len(z), dtype=bool) if cutoff is None else p <= cutoff
    frame["side"] = _quadrants(z, lag)
    frame["quadrant"] = frame["side"].where(significant, Quadrant.NOT_SIGNIFICANT.value)
    return Clusters(frame, cutoff, _moran(z, lag, neighbours, permutations, seed), neighbours)


def false_discovery_cutoff(p: _Floats, alpha: float = ALPHA) -> float | None:
    """Give the highest p-value kept by Benjamini and Hochberg (1995), or null where none is.

    >>> false_discovery_cutoff(np.array([0.001, 0.02, 0.03, 0.6]))
    0.03
    """
    ordered = np.sort(p)
    kept = ordered <= alpha * np.arange(1, len(p) + 1) / len(p)
    return float(ordered[kept].max()) if kept.any() else None


def smoothed_rate(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Draw each rate towards the rate of all, the more so the fewer people it rests on.

    Parameters
    ----------
    numerator, denominator
        People counted and people it is asked of, by territory; null where there is no figure.

    Returns
    -------
    pandas.Series
        Rates in the unit of numerator over denominator, null where the denominator is null or zero.

    Notes
    -----
    Global empirical Bayes of Marshall (1991): ``w·r + (1 − w)·m`` with ``w = A / (A + m/n)``. Where the
    rates differ by no more than chance explains, ``A`` is zero and every rate becomes that of all.
    """
    known = numerator.notna() & denominator.gt(0)
    events, people = numerator[known].astype(float), denominator[known].astype(float)
    if not len(people):
        return pd.Series(np.nan, index=numerator.index, dtype=float)
    mean = events.sum() / people.sum()
    rate = events / people
    spread = (people * (rate - mean) ** 2).sum() / people.sum()
    between = max(spread - mean / people.mean(), 0.0)
    chance = mean / people
    weight = (between / (between + chance)).fillna(0.0)
    return (weight * rate + (1 - weight) * mean).reindex(numerator.index)


def _require_varied(values: pd.Series, neighbours: Neighbours) -> _Floats:
    if not values.index.equals(neighbours.index):
        raise ValueError("values and neighbours must have the same territories in the same order")
    numbers = values.to_numpy(dtype=float)
    if np.isnan(numbers).any():
        raise ValueError("territories without a value must be left out before their neighbours are sought")
    if len(numbers) < FEWEST_TERRITORIES:
        raise SelectionError(
            Text(
                f"Seuls {len(numbers)} territoires ont un chiffre, trop peu pour chercher des regroupements",
                f"Only {len(numbers)} territories have a figure, too few to look for clusters",
            ),
            where="",
            hint=Text("choisissez un niveau plus fin", "choose a finer level"),
        )
    if np.ptp(numbers) == 0:
        raise SelectionError(
            Text(
                "Tous les territoires ont la même valeur, rien ne s'y regroupe",
                "Every territory has the same value, nothing clusters",
            ),
            where="",
            hint=Text("choisissez un autre indicateur", "choose another indicator"),
        )
    return numbers


def _quadrants(z: _Floats, lag: _Floats) -> NDArray[np.str_]:
    return np.select(
        [(z > 0) & (lag > 0), (z <= 0) & (lag <= 0), (z > 0) & (lag <= 0)],
        [Quadrant.HIGH_HIGH.value, Quadrant.LOW_LOW.value, Quadrant.HIGH_LOW.value],
        Quadrant.LOW_HIGH.value,
    )


def _local_p(z: _Floats, lag: _Floats, neighbours: Neighbours, permutations: int, seed: int) -> _Floats:
    """Deal the values of the others again to the neighbours of each territory, and count the extreme ones.

    The positions dealt are the same for every territory, as in esda: each territory still has its own
    values, since its own is left out.
    """
    weights, count = neighbours.weights, len(z)
    degrees = np.diff(weights.indptr)
    dealt = _dealt_positions(count - 1, int(degrees.max()), permutations, seed)
    p = np.empty(count)
    for degree in np.unique(degrees):
        owners = np.flatnonzero(degrees == degree)
        for block in np.array_split(owners, max(1, len(owners) * permutations * degree // _AT_ONCE)):
            positions = dealt[None, :, :degree]
            # Positions from the territory's own place on are shifted by one: it is never its own neighbour.
            shifted = positions + (positions >= block[:, None, None])
            redrawn = z[shifted].mean(axis=2)
            p[block] = _two_sided(lag[block], redrawn)
    return p


def _dealt_positions(others: int, most: int, permutations: int, seed: int) -> NDArray[np.intp]:
    """Choose, for each permutation, ``most`` different positions among the others."""
    generator = np.random.default_rng(seed)
    return np.stack([generator.choice(others, size=most, replace=False) for _ in range(permutations)])


def _two_sided(observed: _Floats, redrawn: _Floats) -> _Floats:
    above = (redrawn >= observed[:, None]).sum(axis=1)
    below = (redrawn <= observed[:, None]).sum(axis=1)
    tail = np.minimum(above, below).astype(np.float64)
    p: _Floats = np.minimum(1.0, 2.0 * (tail + 1) / (redrawn.shape[1] + 1))
    return p


def _moran(z: _Floats, lag: _Floats, neighbours: Neighbours, permutations: int, seed: int) -> Moran:
    count = len(z)
    index = float(z @ lag / count)
    generator = np.random.default_rng(seed)
    redrawn = np.empty(permutations)
    for turn in range(permutations):
        dealt = generator.permutation(z)
        redrawn[turn] = dealt @ neighbours.lag(dealt) / count
    p = float(_two_sided(np.array([index]), redrawn[None, :])[0])
    return Moran(index, -1 / (count - 1), p, count, permutations, seed)
