"""Minutes and metres in one exact number, so that the shortest time also carries its length.

A float64 holds 53 bits exactly. The upper 31 count fractions of a minute and the lower 22 fractions of a
metre: sums are then exact whatever their order, the smallest sum is the shortest time, and between two
equal times the shortest length. This is why numbers are the same whatever the chunks, the processes, and
the shortcuts taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log2
from typing import Final

import numpy as np
from numpy.typing import NDArray

FASTEST_KMH: Final = 150.0
"""A road said to be faster is taken for a mistake."""

LONGEST_MINUTES: Final = 1_440.0
_METRE_BITS: Final = 22
_MINUTE_BITS: Final = 31
_MOST_METRES_A_MINUTE: Final = 3_000.0
"""180 km/h: room for the rounding of many short roads at the highest speed."""

_ROUNDING: Final = 6
"""Decimals of a minute that are given: finer than any speed limit is true."""


@dataclass(frozen=True)
class Packing:
    """Units of the two halves of a packed cost.

    Parameters
    ----------
    cutoff_minutes
        Longest time looked for; longer costs pack to infinity.
    minute_units, metre_units
        How many units a minute and a metre hold, powers of two.
    """

    cutoff_minutes: float
    minute_units: float
    metre_units: float

    @classmethod
    def up_to(cls, cutoff_minutes: float) -> Packing:
        """Choose the finest units in which twice the cut-off still fits (64 minutes at least)."""
        span = 2 ** (ceil(log2(max(cutoff_minutes, 63.0) + 1)) + 1)
        return cls(
            cutoff_minutes,
            2.0**_MINUTE_BITS / span,
            2.0 ** floor(log2(2.0**_METRE_BITS / (span * _MOST_METRES_A_MINUTE))),
        )

    @property
    def limit(self) -> float:
        """Largest packed cost at the cut-off, both ends of the rounding included."""
        tolerance = 0.5 * 10.0**-_ROUNDING * self.minute_units
        return (floor(self.cutoff_minutes * self.minute_units + tolerance) + 1) * 2.0**_METRE_BITS - 1

    def pack(self, minutes: NDArray[np.float64], metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """Put two costs in one; infinite beyond the cut-off.

        A time too short for its length is lengthened to 180 km/h, so that metres never spill into minutes.
        """
        whole = np.rint(np.maximum(minutes, metres / _MOST_METRES_A_MINUTE) * self.minute_units)
        packed = whole * 2.0**_METRE_BITS + np.rint(metres * self.metre_units)
        result: NDArray[np.float64] = np.where(packed <= self.limit, packed, np.inf)
        return result

    def minutes(self, packed: NDArray[np.float64]) -> NDArray[np.float64]:
        """Take the minutes out of finite packed costs."""
        whole = np.floor(packed * 2.0**-_METRE_BITS)
        return np.round(whole / self.minute_units, _ROUNDING)

    def km(self, packed: NDArray[np.float64]) -> NDArray[np.float64]:
        """Take the kilometres out of finite packed costs."""
        rest = packed - np.floor(packed * 2.0**-_METRE_BITS) * 2.0**_METRE_BITS
        return np.round(rest / self.metre_units / 1000, 4)
