"""Services of a territory and who is in charge of it: pure look-ups in a package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from geodata.model import Governance, Level, ServiceCategory, Status
from geodata.package import Package
from geodata.staleness import Age, staleness_counts

EARTH_RADIUS_KM: Final = 6371.0088
NEAREST_SHOWN: Final = 5
MEMBERSHIP_YEAR: Final = 2021
SMALLEST_SHARE_SERVED: Final = 0.10


@dataclass(frozen=True)
class Nearby:
    """Places of one category in a territory.

    Attributes
    ----------
    count
        Places inside; null where no listing covers the territory, which is not zero.
    only
        How many of them offer nothing else than this category.
    per_10000
        For 10,000 people; null where it is not known.
    nearest
        Nearest to the middle of the territory, inside it first; columns ``name``, ``city``, ``km`` (straight
        line), ``inside``.
    dates
        Dates at which the listings were checked, oldest first.
    ages
        How many of the places inside are of each age.
    """

    category: ServiceCategory
    count: int | None
    only: int
    per_10000: float | None
    nearest: pd.DataFrame
    dates: tuple[str, ...]
    ages: Mapping[Age, int]


@dataclass(frozen=True)
class Establishment:
    """The health and social services establishment that answers for a territory."""

    name: str
    source_id: str
    assured_date: str


def nearby(package: Package, places: pd.DataFrame, territory: str, today: date) -> list[Nearby]:
    """Give the services of a territory by category.

    Parameters
    ----------
    package
        For the territory, the access table and which place is where.
    places
        Services joined to their places (``data.places``).
    territory
        An identifier of the package.
    today
        The day of reading, from which ages are counted.
    """
    row = package.territories.loc[territory]
    inside = _inside(package, territory, str(row["level"]))
    ranked = _with_distance(places, float(row["longitude"]), float(row["latitude"]))
    ranked["inside"] = ranked["location_id"].isin(inside)
    found = []
    for category in ServiceCategory:
        of_kind = ranked[ranked["category"] == category.value]
        count = _measure(package, territory, category, "count")
        rate = _measure(package, territory, category, "per_10000")
        nearest = _nearest(of_kind) if count is not None else of_kind.iloc[:0]
        counted = of_kind[of_kind["inside"]] if of_kind["inside"].any() else of_kind
        dates = tuple(sorted({written for written in counted["assured_date"] if written}))
        only = int((of_kind["inside"] & of_kind["only_mission"]).sum())
        ages = staleness_counts(of_kind[of_kind["inside"]].drop_duplicates("location_id"), today)
        whole = None if count is None else round(count)
        found.append(Nearby(category, whole, only, rate, nearest, dates, ages))
    return found


def establishments_for(package: Package, territory: str) -> list[Establishment]:
    """Give the establishments in charge of a territory, the one that serves most people first.

    A territory is served by its local networks (RTS): the one that holds it, or those that hold at least a
    tenth of its people. The establishment of a network is the one that runs most of its CLSC points of
    service. A community that governs itself has the one that runs the points within it. Empty for the
    province, and where the package does not say.
    """
    own = _runners(package, territory)
    if package.territories.at[territory, "governance"] != Governance.NONE.value and len(own):
        chosen = list(own.index)
    else:
        chosen = [
            runner
            for network in networks_of(package, territory)
            for runner in _leading(package, network, own)
        ]
    organizations = package.organizations.set_index("id")
    rows = [organizations.loc[runner] for runner in dict.fromkeys(chosen) if runner in organizations.index]
    return [Establishment(str(r["name"]), str(r["source_id"]), str(r["assured_date"])) for r in rows]


def networks_of(package: Package, territory: str) -> list[str]:
    """Give the RTS of a territory, by share of its people."""
    row = package.territories.loc[territory]
    if row["level"] == Level.PROVINCE.value:
        return []
    if row["level"] == Level.RTS.value:
        return [territory]
    if isinstance(row["rts_id"], str):
        return [row["rts_id"]]
    links = package.membership[package.membership["census_year"] == MEMBERSHIP_YEAR]
    own = links[links["territory_id"] == territory].set_index("da_id")["fraction"]
    people = own * package.territories["pop_2021"].reindex(own.index).astype(float).fillna(0.0)
    networks = links[links["da_id"].isin(own.index) & links["territory_id"].str.startswith("rts:")]
    inside = networks["da_id"].map(people).astype(float)
    served = (inside * networks["fraction"]).groupby(networks["territory_id"]).sum()
    large = served[(served > 0) & (served >= SMALLEST_SHARE_SERVED * served.sum())]
    return [str(network) for network in large.sort_values(ascending=False, kind="stable").index]


def _leading(package: Package, network: str, own: pd.Series) -> list[str]:
    """Give who runs most points of a network; among equals, those who run some in the territory itself."""
    runners = _runners(package, network)
    first = [str(runner) for runner in runners.index[runners == runners.max()]]
    return [runner for runner in first if runner in own.index] or first


def _runners(package: Package, territory: str) -> pd.Series:
    """Count the CLSC points of service of a territory by the establishment that runs them."""
    where = package.location_territories
    here = where.loc[where["territory_id"] == territory, "location_id"]
    services = package.services
    points = services[
        (services["category"] == ServiceCategory.CLSC.value) & services["location_id"].isin(here)
    ]
    return points.drop_duplicates("location_id")["organization_id"].value_counts().sort_index()


def distance_km(
    longitude: pd.Series, latitude: pd.Series, from_longitude: float, from_latitude: float
) -> pd.Series:
    """Give straight-line distances on the sphere, in kilometres; within 0.5 % of the ellipsoid."""
    lat, lat0 = np.radians(latitude.astype(float)), np.radians(from_latitude)
    half_dlat = (lat - lat0) / 2
    half_dlon = np.radians(longitude.astype(float) - from_longitude) / 2
    chord = np.sin(half_dlat) ** 2 + np.cos(lat) * np.cos(lat0) * np.sin(half_dlon) ** 2
    distance: pd.Series = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(chord))
    return distance


def _inside(package: Package, territory: str, level: str) -> pd.Series:
    where = package.location_territories
    if level == Level.PROVINCE.value:
        return where["location_id"]
    return where.loc[(where["level"] == level) & (where["territory_id"] == territory), "location_id"]


def _with_distance(places: pd.DataFrame, longitude: float, latitude: float) -> pd.DataFrame:
    located = places[places["place_longitude"].notna()].copy()
    located["km"] = distance_km(located["place_longitude"], located["place_latitude"], longitude, latitude)
    return located


def _nearest(of_kind: pd.DataFrame) -> pd.DataFrame:
    ordered = of_kind.sort_values(["inside", "km"], ascending=[False, True]).drop_duplicates("location_id")
    shown = ordered.head(NEAREST_SHOWN)
    return shown[["name", "place_city", "km", "inside"]].rename(columns={"place_city": "city"})


def _measure(package: Package, territory: str, category: ServiceCategory, measure: str) -> float | None:
    access = package.access
    rows = access[
        (access["territory_id"] == territory)
        & (access["category"] == category.value)
        & (access["measure"] == measure)
    ]
    if rows.empty or rows["status"].iloc[0] != Status.OK.value or pd.isna(rows["value"].iloc[0]):
        return None
    return float(rows["value"].iloc[0])
