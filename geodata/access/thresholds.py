"""How many minutes are near enough, by milieu: stated, and for each table to change."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, Self

import pandas as pd

from geodata.access.costs import Mode
from geodata.access.errors import AccessError
from geodata.model import Level
from geodata.package import Package
from geodata.text import Text

MILIEUS: Final = ("urban", "periurban", "rural", "remote")
"""From the densest to the farthest; an area whose milieu is unknown takes the minutes of ``rural``."""

MILIEU_NAMES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "urban": Text("urbain", "urban"),
        "periurban": Text("périurbain", "periurban"),
        "rural": Text("rural", "rural"),
        "remote": Text("éloigné", "remote"),
        "unknown": Text("inconnu", "unknown"),
    }
)

LONGEST_MINUTES: Final = 240.0
"""Past four hours one way, nothing is a service of proximity."""

_DEFAULTS: Final[Mapping[Mode, Mapping[str, float]]] = MappingProxyType(
    {
        Mode.WALK: {"urban": 15.0, "periurban": 20.0, "rural": 25.0, "remote": 30.0},
        Mode.DRIVE: {"urban": 10.0, "periurban": 15.0, "rural": 30.0, "remote": 45.0},
        Mode.TRANSIT: {"urban": 30.0, "periurban": 45.0, "rural": 60.0, "remote": 60.0},
    }
)
_STEPS: Final = {1 / 3: 1.0, 2 / 3: 0.68, 1.0: 0.22}
"""Decay of METHODS, ``{10: 1, 20: .68, 30: .22}``, as shares of the largest of its minutes."""


def default_minutes(mode: Mode) -> dict[str, float]:
    """Give the minutes that are proposed for a mode, by milieu.

    They are a convention of this tool and no standard: a quarter of an hour on foot in town (the
    « quarter-hour city »), half an hour by car in the country (Luo & Wang 2003), longer where everything
    is far.
    """
    return dict(_DEFAULTS[mode])


@dataclass(frozen=True)
class Thresholds:
    """Minutes one way within which a service is near enough, by milieu.

    Parameters
    ----------
    walk, drive, transit
        Minutes by milieu, over 0 and up to four hours; a milieu that is not named keeps its default.

    Raises
    ------
    AccessError
        If a number of minutes is 0, negative, not finite or too long, or a milieu is not known.
    """

    walk: Mapping[str, float] = field(default_factory=lambda: default_minutes(Mode.WALK))
    drive: Mapping[str, float] = field(default_factory=lambda: default_minutes(Mode.DRIVE))
    transit: Mapping[str, float] = field(default_factory=lambda: default_minutes(Mode.TRANSIT))

    def __post_init__(self) -> None:
        """Check every number, and complete what was not given."""
        for mode in Mode:
            given = getattr(self, mode.value)
            object.__setattr__(self, mode.value, _checked(mode, given))

    def __hash__(self) -> int:
        return hash(tuple(tuple(self.minutes(mode).items()) for mode in Mode))

    def minutes(self, mode: Mode) -> Mapping[str, float]:
        """Give the minutes of one mode, by milieu, in the order of ``MILIEUS``."""
        given: Mapping[str, float] = getattr(self, mode.value)
        return given

    def longest(self, mode: Mode) -> float:
        """Give the most minutes of one mode."""
        return max(self.minutes(mode).values())

    def of(self, package: Package, mode: Mode) -> pd.Series:
        """Give the minutes of each dissemination area, by its milieu.

        Returns
        -------
        pandas.Series
            float64, minutes, by ``da_id``, in the order of the package.
        """
        return self.of_milieu(package.level(Level.DA)["milieu"], mode)

    def of_milieu(self, milieu: pd.Series, mode: Mode) -> pd.Series:
        """Give the minutes of each row of a series of milieus; one that is not known is taken as rural."""
        by_milieu = self.minutes(mode)
        found: pd.Series = milieu.map(by_milieu).fillna(by_milieu["rural"]).astype(float)
        return found.rename("minutes")

    def scaled(self, factor: float) -> Self:
        """Give the same thresholds, all multiplied; what would pass four hours stays at four hours."""
        return replace(
            self,
            **{
                mode.value: {
                    name: min(value * factor, LONGEST_MINUTES) for name, value in self.minutes(mode).items()
                }
                for mode in Mode
            },
        )

    def steps(self, mode: Mode) -> dict[float, float]:
        """Give the decay of the urban milieu: METHODS' three steps, the last of which ends at its minutes.

        Returns
        -------
        dict
            Weight by inclusive upper minutes. Another milieu multiplies the minutes by ``scale``.
        """
        end = self.minutes(mode)["urban"]
        return {share * end: weight for share, weight in _STEPS.items()}


def _checked(mode: Mode, given: Mapping[str, float]) -> dict[str, float]:
    unknown = sorted(set(given) - set(MILIEUS))
    if unknown:
        raise AccessError(
            Text(f"Le milieu «\u00a0{unknown[0]}\u00a0» n'existe pas", f"There is no milieu “{unknown[0]}”"),
            where=mode.value,
            hint=Text(f"choisissez parmi {', '.join(MILIEUS)}", f"choose among {', '.join(MILIEUS)}"),
        )
    minutes = {**_DEFAULTS[mode], **{name: _number(mode, name, value) for name, value in given.items()}}
    return {name: minutes[name] for name in MILIEUS}


def _number(mode: Mode, milieu: str, value: float) -> float:
    try:
        minutes = float(value)
    except (TypeError, ValueError):
        minutes = math.nan
    if 0 < minutes <= LONGEST_MINUTES:
        return minutes
    raise AccessError(
        Text(
            f"Un seuil de {value} minutes ne se peut pas", f"A threshold of {value} minutes is not possible"
        ),
        where=f"{mode.value}, {milieu}",
        hint=Text(
            f"donnez plus de 0 et jusqu'à {LONGEST_MINUTES:.0f} minutes",
            f"give more than 0 and up to {LONGEST_MINUTES:.0f} minutes",
        ),
    )
