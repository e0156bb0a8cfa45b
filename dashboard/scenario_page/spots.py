"""Places that a person can name: a postal code, or an address, a school, a library of our listings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dashboard.search import SHORTEST_QUERY, postal_code
from geodata.access.sites import Sites
from geodata.model import Level
from geodata.package import Package
from geodata.text import fold

MOST: Final = 8
MOST_LISTED: Final = 400

_FEW: Final = 0.01
_KM_PER_DEGREE: Final = 111.2
_UNPLACED: Final = "municipality"
"""A place known by its municipality only is not where it says."""


@dataclass(frozen=True)
class Spot:
    """A place with a name.

    Attributes
    ----------
    detail
        Its address or its town.
    """

    name: str
    longitude: float
    latitude: float
    detail: str = ""


@dataclass(frozen=True, eq=False)
class Index:
    """The places of a package, ready to be searched: one folded text a place, aligned to ``frame``."""

    frame: pd.DataFrame
    folded: tuple[str, ...]


def index_of(package: Package) -> Index:
    """Prepare the places that have an address; a place listed twice is there once."""
    places = package.locations
    known = places["longitude"].notna() & places["geocode_quality"].ne(_UNPLACED)
    kept = places[known & places["same_as"].fillna("").eq("")].reset_index(drop=True)
    texts = kept[["name", "address", "city"]].fillna("").agg(" ".join, axis="columns")
    return Index(kept, tuple(fold(words) for words in texts))


def find(package: Package, index: Index, typed: str, near: tuple[float, float] | None = None) -> list[Spot]:
    """Find what was typed: a whole postal code, else the places that hold all its words, the nearest first.

    Parameters
    ----------
    near
        Longitude and latitude of the middle of what is looked at, in degrees.
    """
    code = postal_code(typed)
    if code is not None:
        return _of_code(package, code)
    words = fold(typed).split()
    if sum(map(len, words)) < SHORTEST_QUERY:
        return []
    at = [n for n, text in enumerate(index.folded) if all(word in text for word in words)]
    rows = index.frame.iloc[at]
    if near is not None and len(rows):
        rows = rows.iloc[np.argsort(_away(rows, near), kind="stable")]
    return [_spot(row) for _at, row in rows.head(MOST).iterrows()]


def nearest_first(package: Package, sites: Sites, scope: str | None) -> dict[str, str]:
    """Give the listed places by identifier, each with its town.

    Returns
    -------
    dict
        By name; for a territory, the ``MOST_LISTED`` nearest to its middle, the nearest first.
    """
    rows = sites.frame[["name"]].assign(longitude=sites.points.longitude, latitude=sites.points.latitude)
    rows["city"] = package.locations.set_index("id")["city"].reindex(rows.index).fillna("")
    near = middle_of(package, scope)
    if near is None:
        rows = rows.sort_values("name", kind="stable")
    else:
        rows = rows.iloc[np.argsort(_away(rows, near), kind="stable")].head(MOST_LISTED)
    return {
        str(site): f"{name} ({city})" if city else str(name)
        for site, name, city in zip(rows.index, rows["name"], rows["city"], strict=True)
    }


def middle_of(package: Package, scope: str | None) -> tuple[float, float] | None:
    """Give the longitude and latitude of the middle of a territory; null for all of Québec."""
    if scope is None:
        return None
    longitude, latitude = (float(package.territories.at[scope, c]) for c in ("longitude", "latitude"))
    return None if np.isnan(longitude) or np.isnan(latitude) else (longitude, latitude)


def where_people_live(package: Package) -> tuple[float, float, float, float] | None:
    """Give the west, south, east and north of all but a few areas: the first view of all of Québec."""
    areas = package.level(Level.DA)[["longitude", "latitude"]].dropna()
    if areas.empty:
        return None
    low, high = areas.quantile(_FEW), areas.quantile(1 - _FEW)
    return float(low.iloc[0]), float(low.iloc[1]), float(high.iloc[0]), float(high.iloc[1])


def _of_code(package: Package, code: str) -> list[Spot]:
    if code not in package.postal_codes.index:
        return []
    row = package.postal_codes.loc[[code], ["longitude", "latitude"]].to_numpy(dtype=float)[0]
    return [Spot(f"{code[:3]} {code[3:]}", _short(row[0]), _short(row[1]))]


def _spot(row: pd.Series) -> Spot:
    parts: Sequence[str] = [str(row[column]) for column in ("address", "city") if row[column]]
    return Spot(
        str(row["name"]), _short(float(row["longitude"])), _short(float(row["latitude"])), ", ".join(parts)
    )


def _short(degrees: float) -> float:
    """Keep a metre: what a link holds, and finer than any address."""
    return round(float(degrees), 5)


def _away(rows: pd.DataFrame, near: tuple[float, float]) -> np.ndarray:
    """Give kilometres, near enough to put places in order."""
    east = (rows["longitude"] - near[0]) * np.cos(np.radians(near[1]))
    return np.asarray(_KM_PER_DEGREE * np.hypot(east, rows["latitude"] - near[1]))
