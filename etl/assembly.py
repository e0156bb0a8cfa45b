"""Join the tables of every source into those of a package."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from etl import observations as figures
from etl.listings.review import Decisions
from etl.places import Places, build_places, rate_people
from etl.registry import Declaration
from etl.tables import Tables
from etl.territories import (
    area_shapes,
    build_membership,
    complete,
    gather_territories,
    require_columns_filled,
)
from geodata.ages import in_order, no_ages, require_ages_conserved
from geodata.errors import ConservationError, JoinError
from geodata.membership import nearest_area, points_within
from geodata.model import Indicator, Level
from geodata.text import Text

Read = Sequence[tuple[Declaration, Tables]]
"""Sources with what their transforms gave."""


def assemble(
    read: Read, say: Callable[[str, int], None], decided: Decisions | None = None
) -> tuple[dict[str, pd.DataFrame], tuple[Text, ...]]:
    """Make every table of a package from all of its sources.

    Parameters
    ----------
    read
        Every source.
    say
        Told of each of four steps and of its number.
    decided
        What people said of places that may be one.

    Returns
    -------
    tuple
        Tables by name, shapes as published; and findings to print.
    """
    by_id = [(declaration.id, tables) for declaration, tables in read]
    say("territories", 0)
    drawn = area_shapes(gather_territories(by_id), by_id)
    say("membership", 1)
    membership = build_membership(drawn, by_id)
    people = people_of_cells(by_id, drawn)
    territories = complete(drawn, membership, people)
    require_columns_filled(territories)
    say("places", 2)
    postal_codes = located_postal_codes(by_id, territories)
    health = pd.concat([t.health_people for _, t in by_id if t.health_people is not None])
    health_people = health.set_index("territory_id")["people"].astype(float)
    places = build_places(list(read), territories, membership, postal_codes, health_people, decided)
    say("observations", 3)
    rows = [
        *source_figures(read, territories, membership, people),
        figures.population_change([t for _, t in by_id], membership, territories, "statcan_da_2016"),
        figures.density(territories, indicators_of(read)["density"]),
    ]
    observations = finish(rows, indicators_of(read), territories, people, places, health_people)
    ages = ages_of([t for _, t in by_id], observations)
    return package_tables(territories, membership, observations, places, postal_codes, ages), places.notes


def package_tables(
    territories: gpd.GeoDataFrame,
    membership: pd.DataFrame,
    observations: pd.DataFrame,
    places: Places,
    postal_codes: pd.DataFrame,
    ages: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Name the tables as a package does."""
    return {
        "territories": territories,
        "membership": membership,
        "observations": observations,
        "organizations": places.organizations,
        "services": places.services,
        "locations": places.locations,
        "location_territories": places.location_territories,
        "access": places.access,
        "postal_codes": postal_codes,
        "ages": ages,
    }


def ages_of(tables: Sequence[Tables], observations: pd.DataFrame) -> pd.DataFrame:
    """Give the people by age of every source; their sum is the population that the package holds.

    Raises
    ------
    ConservationError
        If it is not, to the person.
    """
    given = [table.ages for table in tables if table.ages is not None]
    if not given:
        return no_ages()
    ages = in_order(pd.concat(given, ignore_index=True))
    require_ages_conserved(ages, observations[observations["indicator_id"].eq("population_msss")])
    return ages


def indicators_of(read: Read) -> dict[str, Indicator]:
    """Give the catalogue of some sources, in their order."""
    return {indicator.id: indicator for declaration, _ in read for indicator in declaration.indicators}


def people_of_cells(sources: list[tuple[str, Tables]], territories: gpd.GeoDataFrame) -> pd.Series:
    """Give the 2021 population of every cell, null in communities that were not counted.

    The areas of an uncounted reserve are written with a zero by their publisher; the municipality says
    that it is no zero.
    """
    stacked = pd.concat([t.people for _, t in sources if t.people is not None])
    people = stacked.set_index("cell_id")["people"].astype(float)
    uncounted = territories.loc[territories["status"].eq("no_data"), "territory_id"]
    in_uncounted = territories["municipality_id"].isin(uncounted) & territories["level"].eq(Level.DA.value)
    people[people.index.isin(territories.loc[in_uncounted, "territory_id"])] = np.nan
    return people


def located_postal_codes(sources: list[tuple[str, Tables]], territories: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give every postal code its coordinates and its dissemination area."""
    codes = pd.concat([t.postal_codes for _, t in sources if t.postal_codes is not None], ignore_index=True)
    points = gpd.GeoDataFrame(
        {"code": codes["code"]}, geometry=gpd.points_from_xy(codes["longitude"], codes["latitude"], crs=4326)
    )
    areas = territories[territories["level"] == Level.DA.value].rename(columns={"territory_id": "da_id"})
    polygons = areas[areas.geom_type != "Point"].rename(columns={"da_id": "territory_id"})
    inside = points_within(points, polygons, "code").set_index("code")["territory_id"]
    near = nearest_area(points[~points["code"].isin(inside.index)], areas, "code").set_index("code")["da_id"]
    da_id = codes["code"].map(pd.concat([inside, near]))
    found = codes.assign(da_id=da_id)[["code", "longitude", "latitude", "da_id"]]
    return found.sort_values("code", ignore_index=True)


def source_figures(
    read: Read,
    territories: gpd.GeoDataFrame,
    membership: pd.DataFrame,
    people: pd.Series,
    indicators: Mapping[str, Indicator] | None = None,
) -> list[pd.DataFrame]:
    """Give the rows that sources publish or that are carried up from their cells.

    Parameters
    ----------
    indicators
        The catalogue, where it holds more than the indicators of the sources read.
    """
    tables = [(declaration.id, t) for declaration, t in read]
    published = [figures.from_published(t.observations, s) for s, t in tables if t.observations is not None]
    rows = list(published)
    given = [t.cells for _, t in read if t.cells is not None]
    if given:
        cells = pd.concat(given, ignore_index=True)
        uncounted = cells["indicator_id"].eq("population") & cells["cell_id"].map(people).isna()
        cells["numerator"] = cells["numerator"].mask(uncounted)
        cells["status"] = cells["status"].mask(uncounted, "no_data")
        catalogue = dict(indicators or indicators_of(read))
        carried = figures.from_cells(cells, catalogue, territories, membership, people)
        rows.insert(0, _without_published(carried, published))
    return [*rows, figures.withheld(tables)]


def _without_published(carried: pd.DataFrame, published: list[pd.DataFrame]) -> pd.DataFrame:
    """Leave out what was carried up where the publisher itself gives the figure."""
    if not published:
        return carried
    key = ["territory_id", "indicator_id", "period"]
    given = pd.MultiIndex.from_frame(pd.concat([frame[key] for frame in published]))
    return carried[~pd.MultiIndex.from_frame(carried[key]).isin(given)]


def finish(
    rows: list[pd.DataFrame],
    indicators: dict[str, Indicator],
    territories: gpd.GeoDataFrame,
    people: pd.Series,
    places: Places,
    health_people: pd.Series,
) -> pd.DataFrame:
    """Add the counts of places, complete each level and give every figure its error and grade."""
    level_of = territories.set_index("territory_id")["level"]
    census = territories.set_index("territory_id")["pop_2021"].astype(float)
    counts = figures.from_access(places.access, indicators, rate_people(territories, health_people), level_of)
    stacked = pd.concat([frame for frame in [*rows, counts] if len(frame)], ignore_index=True)
    require_conserved(stacked, people)
    require_known(stacked, territories)
    return figures.with_error_and_grade(
        figures.with_every_territory(stacked, indicators, territories), indicators, census
    )


def require_known(rows: pd.DataFrame, territories: gpd.GeoDataFrame) -> None:
    """Raise on a figure of an unknown territory.

    Raises
    ------
    JoinError
        Naming the code and its source.
    """
    unknown = ~rows["territory_id"].isin(territories["territory_id"])
    if unknown.any():
        row = rows[unknown].iloc[0]
        raise JoinError(
            Text(
                f"« {row['territory_id']} » n'est le code d'aucun territoire",
                f"“{row['territory_id']}” is no territory's code",
            ),
            where=f"{row['source_id']}, {row['indicator_id']}",
            hint=Text(
                "accordez ce code à la liste des territoires de son niveau",
                "match this code to the list of territories of its level",
            ),
        )


def require_conserved(rows: pd.DataFrame, people: pd.Series) -> None:
    """Assert that Québec's population is the sum of its areas', whatever was joined on the way.

    Raises
    ------
    ConservationError
        With both totals.
    """
    total = people[people.index.str.startswith("da:")].sum()
    found = rows.loc[rows["indicator_id"].eq("population") & rows["territory_id"].eq("province:24"), "value"]
    if not np.isclose(found.sum(), total, rtol=1e-12):
        raise ConservationError(
            Text(
                f"{found.sum():.0f} personnes au lieu de {total:.0f}",
                f"{found.sum():.0f} people instead of {total:.0f}",
            ),
            where="province:24",
            hint=Text("vérifiez la table d'appartenance", "check the membership table"),
        )
