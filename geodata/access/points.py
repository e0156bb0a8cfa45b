"""Places with an identifier, in degrees and in metres."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Transformer

from geodata.access.blocks import Block
from geodata.access.errors import AccessError
from geodata.access.facts import CostFacts, Engine, Mode
from geodata.crs import DISPLAY_CRS, METRIC_CRS, QUEBEC_BOUNDS
from geodata.text import Text

__all__ = ["Block", "CostFacts", "Engine", "Mode", "Points", "positions", "require_ids"]

AROUND_DEGREES: Final = 5.0
"""How far outside Québec a place may lie: a hospital of Ottawa serves people of Gatineau."""


@dataclass(frozen=True, eq=False)
class Points:
    """Places, each with an identifier.

    Attributes
    ----------
    ids
        Identifiers, unique and not null.
    longitude, latitude
        WGS 84 (EPSG:4326), degrees, float64, one a place.

    Raises
    ------
    AccessError
        If an identifier is null or occurs twice, a place has no coordinates, or it lies too far from
        Québec for distances in EPSG:6623 to hold.
    """

    ids: pd.Index
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", pd.Index(self.ids))
        object.__setattr__(self, "longitude", np.asarray(self.longitude, dtype=np.float64))
        object.__setattr__(self, "latitude", np.asarray(self.latitude, dtype=np.float64))
        if not len(self.ids) == len(self.longitude) == len(self.latitude):
            raise ValueError("ids, longitude and latitude differ in length")
        require_ids(self.ids, "points")
        self._require_around_quebec()

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def x_m(self) -> NDArray[np.float64]:
        """Easting in EPSG:6623, metres."""
        return self._metres[0]

    @cached_property
    def y_m(self) -> NDArray[np.float64]:
        """Northing in EPSG:6623, metres."""
        return self._metres[1]

    @cached_property
    def _metres(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        if not len(self):  # pyproj wants at least one point
            return np.empty(0), np.empty(0)
        x, y = _to_metres().transform(self.longitude, self.latitude)
        return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)

    def take(self, ids: Iterable[object]) -> Self:
        """Keep some places, in the order asked.

        Raises
        ------
        AccessError
            If one is not there.
        """
        asked = pd.Index(ids if isinstance(ids, pd.Index) else list(ids))
        at = positions(asked, self.ids, "points")
        return type(self)(self.ids[at], self.longitude[at], self.latitude[at])

    @classmethod
    def from_frame(
        cls, frame: pd.DataFrame, longitude: str = "longitude", latitude: str = "latitude"
    ) -> Self:
        """Take places from a table whose index holds their identifiers.

        Raises
        ------
        AccessError
            If a column is missing, or as for the class.
        """
        for column in (longitude, latitude):
            if column not in frame.columns:
                raise AccessError(
                    Text("La colonne des coordonnées manque", "The column of coordinates is missing"),
                    where=column,
                    hint=Text("ajoutez-la ou nommez-la autrement", "add it or give its other name"),
                )
        degrees = [_degrees(frame[column]) for column in (longitude, latitude)]
        return cls(frame.index, *degrees)

    def _require_around_quebec(self) -> None:
        absent = ~(np.isfinite(self.longitude) & np.isfinite(self.latitude))
        if absent.any():
            raise AccessError(
                Text(
                    f"Coordonnées absentes ou infinies pour {int(absent.sum())} lieu(x)",
                    f"Coordinates missing or infinite for {int(absent.sum())} place(s)",
                ),
                where=str(self.ids[absent][0]),
                hint=Text("situez ces lieux ou retirez-les", "locate these places or take them out"),
            )
        west, south, east, north = QUEBEC_BOUNDS
        far = (self.longitude < west - AROUND_DEGREES) | (self.longitude > east + AROUND_DEGREES)
        far |= (self.latitude < south - AROUND_DEGREES) | (self.latitude > north + AROUND_DEGREES)
        if far.any():
            raise AccessError(
                Text(
                    f"{int(far.sum())} lieu(x) hors du Québec et de ses abords",
                    f"{int(far.sum())} place(s) outside Québec and its surroundings",
                ),
                where=str(self.ids[far][0]),
                hint=Text(
                    "vérifiez l'ordre longitude, latitude et l'unité (degrés)",
                    "check the longitude, latitude order and the unit (degrees)",
                ),
            )


def require_ids(ids: pd.Index, where: str) -> None:
    """Raise unless identifiers are there and occur once.

    Raises
    ------
    AccessError
        With the first one at fault.
    """
    hint = Text("donnez un identifiant unique à chacun", "give each a unique identifier")
    if ids.hasnans:
        raise AccessError(
            Text("Un identifiant est absent", "An identifier is missing"), where=where, hint=hint
        )
    if not ids.is_unique:
        raise AccessError(
            Text("Un identifiant figure deux fois", "An identifier occurs twice"),
            where=f"{where}, {ids[ids.duplicated()][0]}",
            hint=hint,
        )


def positions(asked: pd.Index, known: pd.Index, where: str) -> NDArray[np.int64]:
    """Find identifiers among those known.

    Returns
    -------
    ndarray of int64
        Position in ``known`` of each one asked.

    Raises
    ------
    AccessError
        If one is unknown.
    """
    at = np.asarray(known.get_indexer(asked), dtype=np.int64)
    if (at < 0).any():
        unknown = asked[at < 0]
        raise AccessError(
            Text(f"{len(unknown)} identifiant(s) inconnu(s)", f"{len(unknown)} unknown identifier(s)"),
            where=f"{where}, {unknown[0]}",
            hint=Text(
                "reprenez les identifiants des lieux chargés", "take the identifiers of the places loaded"
            ),
        )
    return at


def _degrees(column: pd.Series) -> NDArray[np.float64]:
    numbers = pd.to_numeric(column, errors="coerce")
    return np.asarray(numbers.to_numpy(dtype=np.float64, na_value=np.nan))


@lru_cache(maxsize=1)
def _to_metres() -> Transformer:
    return Transformer.from_crs(DISPLAY_CRS, METRIC_CRS, always_xy=True)
