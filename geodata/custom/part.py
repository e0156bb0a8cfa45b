"""Everything that a custom territory adds to a package: its rows in each table, and what to say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.custom.definition import CustomTerritory
from geodata.custom.members import CustomMembership, membership_of
from geodata.custom.recipes import Why
from geodata.custom.row import territory_row
from geodata.custom.services import access_of, figures_of_access, places_of
from geodata.custom.statistics import carried
from geodata.custom.units import EXACT, whole_units
from geodata.figure_error import with_error_and_grade
from geodata.model import ErrorKind, Grade, Status
from geodata.package import Package

ESTIMATED: Final = 0.01
"""From this share of people placed by estimate, a count has an error that nobody knows."""

CAUTION_ESTIMATED: Final = 0.10
"""From this share on, nothing is better than « prudence »."""


@dataclass(frozen=True)
class Part:
    """A custom territory computed on a package.

    Attributes
    ----------
    definition
        As it is kept.
    row
        Its row of ``territories``.
    membership
        Its areas, and the remarks to read first.
    observations, access, location_territories
        Its rows of the tables of those names.
    why
        Why an indicator has no figure here, by its identifier.
    """

    definition: CustomTerritory
    row: gpd.GeoDataFrame
    membership: CustomMembership
    observations: pd.DataFrame
    access: pd.DataFrame
    location_territories: pd.DataFrame
    why: Mapping[str, Why]


def part_of(package: Package, territory: CustomTerritory) -> Part:
    """Compute a custom territory on a package.

    Parameters
    ----------
    package
        The data package.
    territory
        Its definition.

    Raises
    ------
    TerritoryError
        If the package lacks one of its territories, or it holds too few people.
    """
    membership = membership_of(territory, package)
    units = whole_units(membership.rows, package)
    row = territory_row(territory, membership, units, package)
    found = carried(territory.id, membership.rows, units, package, membership.people)
    located = places_of(territory, units.inside, package)
    inside = round(membership.people)
    access = access_of(territory.id, located["location_id"], membership.rows, units, inside, package)
    counts = figures_of_access(access, package.indicators, inside)
    density, no_land = _density(row, package)
    plain = pd.concat([frame for frame in (found.rows, counts, density) if len(frame)], ignore_index=True)
    people = pd.Series({territory.id: float(membership.people)})
    graded = with_error_and_grade(plain, package.indicators, people)
    listed = dict.fromkeys(counts.loc[counts["status"].ne(Status.OK.value), "indicator_id"], Why.NOT_LISTED)
    return Part(
        territory,
        row,
        membership,
        _humbled(_approximate(graded), membership.estimated_share).drop(columns="fit"),
        access,
        located,
        {**found.why, **listed, **no_land},
    )


def _density(row: gpd.GeoDataFrame, package: Package) -> tuple[pd.DataFrame, dict[str, Why]]:
    """Divide the people by the land, where the land is known."""
    named = [i for i in package.indicators.values() if i.unit.id == "per_km2"]
    people, land = float(row["pop_2021"].iloc[0]), float(row["land_km2"].iloc[0])
    if not land > 0:
        return pd.DataFrame(), {i.id: Why.NO_LAND for i in named}
    facts = {
        "territory_id": row["territory_id"].iloc[0],
        "value": people / land,
        "numerator": people,
        "denominator": land,
        "n_cells": 1,
        "coverage": 1.0,
        "status": Status.OK.value,
    }
    rows = [{**facts, "indicator_id": i.id, "period": i.periods[0], "source_id": i.source_id} for i in named]
    return pd.DataFrame(rows), {}


def _approximate(rows: pd.DataFrame) -> pd.DataFrame:
    """Claim no known error of a figure whose published territories are nearly the custom one, not it."""
    loose = rows["fit"].lt(EXACT) & rows["value"].notna()
    if not loose.any():
        return rows
    found = rows.copy()
    found.loc[loose, "error_kind"] = ErrorKind.UNPUBLISHED.value
    found.loc[loose, "moe_95"] = np.nan
    found.loc[loose & found["grade"].eq(Grade.SOLID.value), "grade"] = Grade.CAUTION.value
    return found


def _humbled(rows: pd.DataFrame, estimated_share: float) -> pd.DataFrame:
    """Lower what is claimed of figures whose people were placed by estimate.

    Where the outline cuts areas, the number of people inside is itself an estimate whose error nobody
    publishes: an exact count becomes one, and no grade stays above caution where it weighs a tenth.
    """
    if estimated_share < ESTIMATED:
        return rows
    humbled = rows.copy()
    # Places are counted by their own points: nothing of them is estimated.
    of_people = ~humbled["indicator_id"].str.endswith("_count")
    exact = humbled["error_kind"].eq(ErrorKind.NONE.value) & of_people
    humbled.loc[exact, "error_kind"] = ErrorKind.UNPUBLISHED.value
    humbled.loc[exact, "moe_95"] = np.nan
    lowered = exact | (of_people & (estimated_share >= CAUTION_ESTIMATED))
    solid = humbled["grade"].eq(Grade.SOLID.value)
    humbled.loc[lowered & solid, "grade"] = Grade.CAUTION.value
    return humbled


def indicators_with_figures(part: Part) -> frozenset[str]:
    """Name the indicators that have a figure in a custom territory."""
    known = part.observations["status"].isin([Status.OK.value, Status.SUPPRESSED.value])
    return frozenset(part.observations.loc[known, "indicator_id"])
