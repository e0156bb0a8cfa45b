"""How the weight of a site falls with time: steps, each up to an inclusive number of minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.access.blocks import Block
from geodata.access.costs import TravelCosts, require_positive
from geodata.access.errors import AccessError
from geodata.text import Text


@dataclass(frozen=True, eq=False)
class Decay:
    """Weight of a pair by its minutes; 0 beyond the last step.

    Attributes
    ----------
    uppers
        Inclusive upper minutes, ascending, float64[s].
    weights
        Weight of each step, then 0, float64[s + 1].
    scale
        What the upper minutes are multiplied by, a value for each origin of the costs; null for 1.
    """

    uppers: NDArray[np.float64]
    weights: NDArray[np.float64]
    scale: NDArray[np.float64] | None = None

    def steps(self, block: Block) -> NDArray[np.unsignedinteger]:
        """Give the step of each pair of a block, counted from 0; that of no weight is the last."""
        step = np.zeros(len(block.minutes), dtype=np.min_scalar_type(len(self.uppers)))
        scale = None if self.scale is None else block.spread(self.scale[block.first : block.end])
        for upper in self.uppers:
            step += block.minutes > (upper if scale is None else upper * scale)
        return step

    def of(self, block: Block) -> NDArray[np.float64]:
        """Give the weight ``D_ij`` of each pair of a block, float64[k]."""
        return self.weights.take(self.steps(block))

    def require_known(self, costs: TravelCosts) -> None:
        """Raise if the costs stop before the last step."""
        longest = 1.0 if self.scale is None else float(self.scale.max(initial=0.0))
        costs.require_known_to(float(self.uppers[-1]) * longest)


def one_step(costs: TravelCosts, threshold: float | pd.Series) -> Decay:
    """Weigh 1 up to a threshold, inclusive, the same for all or one an origin.

    Raises
    ------
    AccessError
        If a threshold is zero, negative, infinite or missing, or the costs stop before it.
    """
    if isinstance(threshold, pd.Series):
        decay = Decay(np.ones(1), np.array([1.0, 0.0]), by_origin(costs, threshold, "threshold_minutes"))
    else:
        decay = Decay(np.array([_number(threshold, "threshold_minutes")]), np.array([1.0, 0.0]))
    decay.require_known(costs)
    return decay


def stepped(costs: TravelCosts, steps: Mapping[float, float], scale: pd.Series | None) -> Decay:
    """Weigh by steps, in whatever order they come.

    Raises
    ------
    AccessError
        If there is no step, an upper limit is not above zero, a weight is negative or not a number, all
        weights are zero, or the costs stop before the last step.
    """
    if not isinstance(steps, Mapping) or not steps:
        raise AccessError(
            Text("Aucun palier de décroissance", "No step of decay"),
            where="steps",
            hint=Text("donnez des minutes et un poids", "give minutes and a weight"),
        )
    pairs = sorted((_number(upper, "steps"), _weight(weight)) for upper, weight in steps.items())
    uppers = np.array([upper for upper, _ in pairs])
    weights = np.array([*(weight for _, weight in pairs), 0.0])
    if (np.diff(uppers) == 0).any() or not weights.any():
        raise AccessError(
            Text("Les paliers se répètent ou pèsent tous zéro", "The steps occur twice or all weigh zero"),
            where="steps",
            hint=Text("donnez au moins un poids positif", "give at least one positive weight"),
        )
    # Every form stays the same when all weights are multiplied by one number; tiny ones would vanish.
    weights /= weights.max()
    decay = Decay(uppers, weights, None if scale is None else by_origin(costs, scale, "scale"))
    decay.require_known(costs)
    return decay


def by_origin(costs: TravelCosts, values: pd.Series, where: str) -> NDArray[np.float64]:
    """Give the value of each origin of the costs, all above zero.

    Raises
    ------
    AccessError
        If an origin has none, or one is not a number above zero.
    """
    if not values.index.is_unique:
        raise AccessError(
            Text("Un lieu y figure deux fois", "A place occurs twice in it"),
            where=where,
            hint=Text("donnez une valeur par lieu", "give one value a place"),
        )
    try:
        found = values.reindex(costs.origins).to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        found = np.full(len(costs.origins), np.nan)
    wrong = ~(np.isfinite(found) & (found > 0))
    if wrong.any():
        raise AccessError(
            Text(
                f"Valeur absente ou qui n'est pas au-dessus de zéro pour {int(wrong.sum())} lieu(x)",
                f"Value missing or not above zero for {int(wrong.sum())} place(s)",
            ),
            where=f"{where}, {costs.origins[wrong][0]}",
            hint=Text("donnez une valeur positive à chacun", "give each a positive value"),
        )
    return np.asarray(found)


def _number(value: float, where: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    require_positive(number, where)
    return number


def _weight(value: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not (np.isfinite(number) and number >= 0):
        raise AccessError(
            Text(f"{value} n'est pas un poids", f"{value} is not a weight"),
            where="steps",
            hint=Text("donnez un nombre positif ou nul", "give a number that is zero or more"),
        )
    return number
