"""The places of a custom territory: counted as the package counts those of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.crs import DISPLAY_CRS
from geodata.custom.definition import CustomTerritory
from geodata.custom.units import WholeUnits
from geodata.duplicates import counted_services
from geodata.membership import nearest_area, points_within
from geodata.model import GeocodeQuality, Indicator, Level, ServiceCategory, Status
from geodata.package import Package

_REACHED: Final = 0.99
_PLACED: Final = frozenset({GeocodeQuality.ROOFTOP.value, GeocodeQuality.POSTAL_CODE.value})


def places_of(territory: CustomTerritory, whole: frozenset[str], package: Package) -> pd.DataFrame:
    """Find the places inside a custom territory.

    Those of a shape are the ones whose point it holds; a place known by its municipality only is inside
    where the whole municipality is. Those of a list are the ones that the package puts in its territories,
    and for a dissemination area the ones that lie in it, or nearest to it where it has no polygon.

    Parameters
    ----------
    whole
        Published territories that it holds whole.

    Returns
    -------
    pandas.DataFrame
        Rows of ``location_territories``. A place may be in several custom territories, which overlap as
        their tables wish.
    """
    found = (
        _in_members(territory.members, package)
        if territory.shape is None
        else _in_shape(territory.shape, whole, package)
    )
    first = found.drop_duplicates("location_id").sort_values("location_id", ignore_index=True)
    return first.assign(level=Level.CUSTOM.value, territory_id=territory.id)[
        ["location_id", "level", "territory_id", "method"]
    ]


def _in_shape(shape: shapely.Geometry, whole: frozenset[str], package: Package) -> pd.DataFrame:
    places = package.locations
    inside = np.zeros(len(places), dtype=bool)
    placed = places["geocode_quality"].isin(_PLACED) & places[["longitude", "latitude"]].notna().all(axis=1)
    shapely.prepare(shape)
    inside[placed] = shapely.intersects_xy(
        shape, places.loc[placed, "longitude"].to_numpy(), places.loc[placed, "latitude"].to_numpy()
    )
    drawn = pd.DataFrame({"location_id": places.loc[inside, "id"], "method": "polygon"})
    towns = package.location_territories
    unplaced = places.loc[~placed, "id"]
    known = towns[
        towns["location_id"].isin(unplaced)
        & towns["level"].eq(Level.MUNICIPALITY.value)
        & towns["territory_id"].isin(whole)
    ]
    return pd.concat([drawn, known[["location_id"]].assign(method="nested")], ignore_index=True)


def _in_members(members: tuple[str, ...], package: Package) -> pd.DataFrame:
    where = package.location_territories
    found = where.loc[where["territory_id"].isin(members), ["location_id"]].assign(method="nested")
    areas = [member for member in members if package.territories.at[member, "level"] == Level.DA.value]
    return pd.concat([found, _in_areas(areas, package)], ignore_index=True) if areas else found


def _in_areas(areas: list[str], package: Package) -> pd.DataFrame:
    every = package.level(Level.DA)
    places = package.locations[package.locations["geocode_quality"].isin(_PLACED)]
    points = gpd.GeoDataFrame(
        {"location_id": places["id"]},
        geometry=gpd.points_from_xy(places["longitude"], places["latitude"], crs=DISPLAY_CRS),
    )
    polygons = every.loc[every.geom_type != "Point", ["territory_id", "geometry"]]
    held = points_within(points, polygons.reset_index(drop=True), "location_id")
    others = points[~points["location_id"].isin(held["location_id"])]
    near = nearest_area(others, every.rename(columns={"territory_id": "da_id"}), "location_id")
    in_area = held.rename(columns={"territory_id": "da_id"}).assign(method="polygon")
    by_point = near.assign(method="nearest_da")
    both = pd.concat([in_area, by_point], ignore_index=True)
    return both.loc[both["da_id"].isin(areas), ["location_id", "method"]]


def access_of(
    territory_id: str,
    inside: pd.Series,
    members: pd.DataFrame,
    units: WholeUnits,
    people: int,
    package: Package,
) -> pd.DataFrame:
    """Count the places of each category and rate them by 10,000 people of the 2021 census.

    Parameters
    ----------
    inside
        Identifiers of the places inside.
    members
        ``da_id, fraction``.
    units
        Published territories around each area.
    people
        2021 population.

    Returns
    -------
    pandas.DataFrame
        Rows of ``access``; ``no_data`` where no listing of the category covers the territory, which is not
        zero.
    """
    services = counted_services(package.services, package.locations)
    own = services[services["location_id"].isin(inside)]
    counts = own.drop_duplicates(["location_id", "category"])["category"].value_counts()
    around = units.shares["territory_id"].unique()
    known = package.access[
        package.access["territory_id"].isin(around) & package.access["measure"].eq("count")
    ]
    rows = []
    for category in (c.value for c in ServiceCategory):
        listed = known[known["category"].eq(category)]
        if listed.empty:
            continue
        reached = _reached(listed, members, units)
        count = float(counts.get(category, 0)) if reached else np.nan
        rate = count / people * 10_000
        status = Status.OK.value if reached else Status.NO_DATA.value
        rows += [
            (territory_id, category, "count", count, status),
            (territory_id, category, "per_10000", rate, status),
        ]
    return pd.DataFrame(rows, columns=["territory_id", "category", "measure", "value", "status"])


def _reached(listed: pd.DataFrame, members: pd.DataFrame, units: WholeUnits) -> bool:
    """Tell whether every area lies in a territory that a listing of some category is known to cover."""
    known = listed.loc[listed["status"].eq(Status.OK.value), "territory_id"]
    areas = units.shares.loc[units.shares["territory_id"].isin(known), "da_id"]
    within = members.loc[members["da_id"].isin(areas), "fraction"].sum()
    return bool(within >= _REACHED * members["fraction"].sum())


def figures_of_access(access: pd.DataFrame, indicators: Mapping[str, Indicator], people: int) -> pd.DataFrame:
    """Write counts and rates as observations, without their error."""
    named = access.assign(indicator_id=access["category"] + "_" + access["measure"])
    named = named[named["indicator_id"].isin(list(indicators))]
    rate, ok = named["measure"].eq("per_10000"), named["status"].eq(Status.OK.value)
    size = pd.Series(people, named.index).where(rate & ok)
    return pd.DataFrame(
        {
            "territory_id": named["territory_id"],
            "indicator_id": named["indicator_id"],
            "period": named["indicator_id"].map(lambda i: indicators[i].periods[0]),
            "value": named["value"],
            "numerator": (named["value"] * size / 10_000).where(rate, named["value"]).round(6),
            "denominator": size,
            "n_cells": ok.astype(int),
            "coverage": ok.astype(float),
            "source_id": named["indicator_id"].map(lambda i: indicators[i].source_id),
            "status": named["status"],
        }
    )
