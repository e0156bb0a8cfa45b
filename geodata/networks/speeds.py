"""Speeds that can be trusted, and what takes the place of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.networks.errors import NetworkError
from geodata.networks.packing import FASTEST_KMH
from geodata.text import Text

DEFAULT_KMH: Final = 50.0
"""Limit in a town where no sign says otherwise (Code de la sécurité routière, art. 328)."""


@dataclass(frozen=True, eq=False)
class Speeds:
    """Speed of each segment, and how many were not as drawn.

    Attributes
    ----------
    kmh
        float64, above 0.
    unknown, wrong
        Drivable segments without a speed, and with one that is 0, negative, infinite or above 150 km/h:
        both take the default of their class.
    """

    kmh: NDArray[np.float64]
    unknown: int
    wrong: int


def trusted(
    given: pd.Series, default: pd.Series | None, drivable: NDArray[np.bool_], *, need_one: bool = True
) -> Speeds:
    """Keep the speeds that can be true, and replace the others by the default of their class.

    Parameters
    ----------
    given
        km/h by segment; NaN where unknown.
    default
        km/h by segment where a class gives one; 50 where null.
    drivable
        Segments on which the speed counts.
    need_one
        Whether wrong speeds and no good one mean that the column is not one of speeds; false where each
        speed is written by hand on its own road and the class is what counts.

    Raises
    ------
    NetworkError
        If no drivable segment has a speed that can be true, and no class gives one or ``need_one`` and
        some are wrong.
    """
    kmh = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    absent = np.isnan(kmh)
    good = ~absent & (kmh > 0) & (kmh <= FASTEST_KMH)
    wrong = drivable & ~absent & ~good
    if drivable.any() and not (good & drivable).any() and (default is None or (need_one and wrong.any())):
        raise NetworkError(
            Text("Aucune route n'a de vitesse utilisable", "No road has a speed that can be used"),
            where=str(given.name or "drive_kmh"),
            hint=Text(
                f"donnez des vitesses en km/h, au-dessus de 0 et d'au plus {FASTEST_KMH:g}",
                f"give speeds in km/h, above 0 and at most {FASTEST_KMH:g}",
            ),
        )
    fallback = np.full(len(kmh), DEFAULT_KMH) if default is None else default.fillna(DEFAULT_KMH).to_numpy()
    return Speeds(np.where(good, kmh, fallback), int((drivable & absent).sum()), int(wrong.sum()))
