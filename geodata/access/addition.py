"""The one more place that would bring the most people of a territory within the threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from geodata.access.costs import Mode, TravelCosts
from geodata.access.points import Points
from geodata.access.reach import Measured
from geodata.access.sites import public_buildings
from geodata.access.straight_line import straight_line
from geodata.access.territories import weights_at
from geodata.model import Level
from geodata.package import Package

_NEAREST: Final = 400
"""Candidates looked at: those nearest to the people without a place, by the middle of them."""


@dataclass(frozen=True, slots=True)
class Addition:
    """One more place, and whom it would bring within the threshold.

    Attributes
    ----------
    name
        Of the public building; empty where none helps, and the point is that of an area.
    site_id
        Its ``location_id``, or the ``da_id`` of the area.
    longitude, latitude
        EPSG:4326, degrees.
    people_gained
        People of the territory who would then have a place within the threshold of their milieu, as the
        crow flies, of the ``people_without`` who have none.
    """

    name: str
    site_id: str
    longitude: float
    latitude: float
    people_gained: float
    people_without: float


def best_addition(package: Package, measured: Measured, territory_id: str) -> Addition | None:
    """Find the public building where one more place would bring the most people within the threshold.

    Counted as the crow flies with the detour of each milieu, whatever computed the measure: a first idea,
    which the page of scenarios computes in full.

    Returns
    -------
    Addition or None
        Null where everyone has a place near enough, nobody is known to be without one, or nothing helps.
    """
    without = _without(package, measured, territory_id)
    if without.empty or measured.question.mode is Mode.TRANSIT:
        return None
    areas = package.level(Level.DA).loc[without.index]
    origins = Points.from_frame(pd.DataFrame(areas[["longitude", "latitude"]]))
    buildings = _near(public_buildings(package), origins)
    for names, candidates in ((buildings["name"], Points.from_frame(buildings)), (None, origins)):
        gained = _gained(package, measured, origins, candidates, without)
        if len(gained) and gained.max() > 0:
            best = str(gained.idxmax())
            at = candidates.ids.get_loc(best)
            return Addition(
                "" if names is None else str(names[best]),
                best,
                float(candidates.longitude[at]),
                float(candidates.latitude[at]),
                float(gained.max()),
                float(without.sum()),
            )
    return None


def _without(package: Package, measured: Measured, territory_id: str) -> pd.Series:
    """Give the people of each area of a territory who have no place within the threshold."""
    level = Level(package.territories.at[territory_id, "level"])
    rows = weights_at(package, level, measured.by_area.index)
    rows = rows[rows["territory_id"].eq(territory_id) & rows["da_id"].isin(measured.by_area.index)]
    fraction = rows.set_index("da_id")["fraction"]
    areas = measured.by_area.loc[fraction.index]
    people = areas["people"] * fraction
    chosen: pd.Series = people[areas["known"] & ~areas["within"] & people.gt(0)]
    return chosen


def _near(buildings: pd.DataFrame, origins: Points) -> pd.DataFrame:
    """Keep the buildings nearest to the middle of the areas."""
    places = Points.from_frame(buildings)
    squares = (places.x_m - origins.x_m.mean()) ** 2 + (places.y_m - origins.y_m.mean()) ** 2
    return buildings.loc[pd.Series(squares, buildings.index).nsmallest(_NEAREST).index]


def _gained(
    package: Package, measured: Measured, origins: Points, candidates: Points, without: pd.Series
) -> pd.Series:
    threshold = measured.by_area["threshold"].reindex(origins.ids)
    costs = straight_line(
        origins,
        candidates,
        mode=measured.question.mode,
        cutoff_minutes=float(threshold.max()),
        milieu=package.level(Level.DA)["milieu"],
    )
    return people_within(costs, without, threshold)


def people_within(costs: TravelCosts, people: pd.Series, threshold: pd.Series) -> pd.Series:
    """Count the people for whom each site is within their threshold, by site; the same person at several."""
    pairs = costs.frame()
    near = pairs["minutes"].to_numpy() <= threshold.reindex(pairs["origin_id"]).to_numpy()
    weights = people.reindex(pairs["origin_id"]).to_numpy() * near
    counted = pd.Series(weights).groupby(pairs["destination_id"].to_numpy()).sum()
    return counted.reindex(costs.sites, fill_value=0.0)
