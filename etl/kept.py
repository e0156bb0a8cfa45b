"""Build over a package: what was not read anew is carried over, row by row, unchanged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from etl import observations as figures
from etl.assembly import (
    Read,
    ages_of,
    located_postal_codes,
    package_tables,
    require_conserved,
    require_known,
    source_figures,
)
from etl.corrected import corrected
from etl.listings.review import decisions
from etl.places import Places, build_places, rate_people
from etl.registry import Declaration, declarations
from etl.tables import PLACE_CODES, Tables
from geodata.duplicates import counted_services
from geodata.model import Indicator, Level, Status
from geodata.package import Package
from geodata.text import Text

_SAME_DEGREES: Final = 1e-5
"""About a metre: coordinates found by a postal code are kept in single precision."""


def assemble_over(
    base: Package,
    territories: gpd.GeoDataFrame,
    read: Read,
    kept: frozenset[str],
    say: Callable[[str, int], None],
    home: Path | None = None,
) -> tuple[dict[str, pd.DataFrame], tuple[Text, ...]]:
    """Make the tables of a package from some sources read anew and the rest of another package.

    Parameters
    ----------
    base
        The package whose membership and rows are carried over.
    territories
        Its territories, as ``etl.ground.updated`` gives them.
    read
        Sources read anew; none changes what an area belongs to.
    kept
        Sources whose rows are carried over; those of any other source are left behind.
    say
        Told of each of four steps and of its number.
    home
        The data folder, with what people decided of places; null where there is none.

    Returns
    -------
    tuple
        Tables by name; and findings to print.
    """
    say("territories", 0)
    membership = base.membership
    people = _people(territories)
    say("membership", 1)
    indicators = catalogue(base, read, kept)
    by_id = [(declaration.id, tables) for declaration, tables in read]
    postal_codes = base.postal_codes.reset_index()
    if any(tables.postal_codes is not None for _, tables in by_id):
        postal_codes = _where_they_were(located_postal_codes(by_id, territories), postal_codes)
    health_people = _health_people(base, read)
    say("places", 2)
    places = _places(base, territories, read, kept, postal_codes, health_people, home)
    say("observations", 3)
    observations = _observations(base, territories, read, kept, indicators, people, places, health_people)
    ages = _ages(base, read, observations)
    return package_tables(territories, membership, observations, places, postal_codes, ages), places.notes


def catalogue(base: Package, read: Read, kept: frozenset[str]) -> dict[str, Indicator]:
    """Give the indicators of the sources read and of those kept, in the declared order."""
    found = {i.id: i for i in base.indicators.values() if i.source_id in kept}
    found |= {i.id: i for declaration, _ in read for i in declaration.indicators}
    order = {indicator.id: at for at, indicator in enumerate(_declared())}
    return dict(sorted(found.items(), key=lambda item: order.get(item[0], len(order))))


def _declared() -> list[Indicator]:
    return [indicator for declaration in declarations() for indicator in declaration.indicators]


def _where_they_were(found: pd.DataFrame, was: pd.DataFrame) -> pd.DataFrame:
    """Leave in its area a postal code that has not moved, whatever the simplified shapes say."""
    old = was.set_index("code").reindex(found["code"])
    same = pd.Series(True, index=found.index)
    for column in ("longitude", "latitude"):
        same &= np.asarray(old[column], "float32") == np.asarray(found[column], "float32")
    area = found["da_id"].mask(same, pd.Series(old["da_id"].to_numpy(), found.index))
    return found.assign(da_id=area)


def _people(territories: gpd.GeoDataFrame) -> pd.Series:
    cells = territories[territories["level"].isin([Level.DA.value, Level.MUNICIPALITY.value])]
    people: pd.Series = cells.set_index("territory_id")["pop_2021"].astype(float)
    return people


def _health_people(base: Package, read: Read) -> pd.Series:
    given = [t.health_people for _, t in read if t.health_people is not None]
    if given:
        people: pd.Series = pd.concat(given).set_index("territory_id")["people"].astype(float)
        return people
    rows = base.observations.query("indicator_id == 'population_msss' and period == '2021'")
    kept: pd.Series = rows.set_index("territory_id")["value"].dropna().astype(float)
    return kept


def _ages(base: Package, read: Read, observations: pd.DataFrame) -> pd.DataFrame:
    """Give the people by age anew, or those of the base where its population is carried over."""
    fresh = [tables for _, tables in read if tables.ages is not None]
    carried = observations["indicator_id"].eq("population_msss").any()
    return ages_of(fresh or ([Tables(ages=base.ages)] if carried else []), observations)


def _places(
    base: Package,
    territories: gpd.GeoDataFrame,
    read: Read,
    kept: frozenset[str],
    postal_codes: pd.DataFrame,
    health_people: pd.Series,
    home: Path | None,
) -> Places:
    """Locate the places read anew; those that have not moved stay in the territories they were in.

    The package draws its territories simplified: a place near a border would change sides for that alone.
    """
    sources = [*_kept_places(base, kept, home), *read]
    decided = decisions(home) if home else None
    built = build_places(
        _in_order(sources), territories, base.membership, postal_codes, health_people, decided
    )
    locations, unmoved = _unmoved(base, built)
    was = base.location_territories
    located = pd.concat(
        [
            was[was["location_id"].isin(unmoved)],
            built.location_territories[~built.location_territories["location_id"].isin(unmoved)],
        ]
    ).sort_values(["location_id", "level"], ignore_index=True)
    people = rate_people(territories, health_people)
    access = recounted(built.access, counted_services(built.services, locations), located, people)
    return replace(built, locations=locations, location_territories=located, access=access)


def _in_order(sources: list[tuple[Declaration, Tables]]) -> list[tuple[Declaration, Tables]]:
    order = {declaration.id: at for at, declaration in enumerate(declarations())}
    return sorted(sources, key=lambda source: order.get(source[0].id, len(order)))


def _kept_places(base: Package, kept: frozenset[str], home: Path | None) -> list[tuple[Declaration, Tables]]:
    """Give the places of kept sources as if their transforms had been run again."""
    rows = _place_rows(base)
    declared = {declaration.id: declaration for declaration in declarations()}
    found = []
    for name in sorted(kept & set(rows["source_id"])):
        own = rows[rows["source_id"] == name].drop(columns="source_id").reset_index(drop=True)
        hashes = {f["name"]: f["sha256"] for f in base.sources[name].files}
        places = corrected(own, name, hashes, home)
        declaration = declared.get(name, Declaration(base.sources[name], (), (), (), ()))
        found.append((declaration, Tables(places=places, organizations=_organizations(base, name))))
    return found


def _organizations(base: Package, source_id: str) -> pd.DataFrame | None:
    own = base.organizations[base.organizations["source_id"] == source_id]
    return own.drop(columns="source_id") if len(own) else None


def _place_rows(base: Package) -> pd.DataFrame:
    """Put services and locations back in the one row a place and category that a source gives."""
    services = base.services.rename(columns={"location_id": "place_id"})
    grouped = services.groupby(["place_id", "category"], sort=False)
    first = grouped.first().reset_index().drop(columns=["id", "kind"])
    kinds = grouped["kind"].agg(list).rename("kinds").reset_index()
    first["organization_id"] = first["organization_id"].replace("", None)
    columns = ["address", "city", "postal_code", "longitude", "latitude", "geocode_quality"]
    where = base.locations.set_index("id")[columns]
    written = base.location_territories.query("method == 'published_code'")
    codes = written.pivot(index="location_id", columns="level", values="territory_id").reindex(
        columns=[*PLACE_CODES]
    )
    joined = first.merge(kinds, on=["place_id", "category"])
    return joined.join(where, on="place_id").join(
        codes.astype(object).where(codes.notna(), None), on="place_id"
    )


def _unmoved(base: Package, built: Places) -> tuple[pd.DataFrame, pd.Index]:
    """Find the places that are where they were, and give them their former coordinates to the digit."""
    was = base.locations.set_index("id")
    now = built.locations.set_index("id")
    both = now.index.intersection(was.index)
    near = pd.Series(True, index=both)
    for column in ("longitude", "latitude"):
        old, new = was.loc[both, column], now.loc[both, column]
        near &= (old.sub(new).abs() <= _SAME_DEGREES) | (old.isna() & new.isna())
    near &= was.loc[both, "geocode_quality"].eq(now.loc[both, "geocode_quality"])
    near &= _codes(base.location_territories, both).eq(_codes(built.location_territories, both))
    unmoved = both[near.to_numpy(dtype=bool)]
    for column in ("longitude", "latitude"):
        now.loc[unmoved, column] = was.loc[unmoved, column]
    return now.reset_index()[list(built.locations.columns)], unmoved


def _codes(located: pd.DataFrame, places: pd.Index) -> pd.Series:
    """Give the territories that a publisher writes beside each place, as one text."""
    written = located[located["method"].eq("published_code") & located["location_id"].isin(places)]
    ordered = written.sort_values(["location_id", "territory_id"])
    text: pd.Series = ordered.groupby("location_id")["territory_id"].agg(" ".join)
    return text.reindex(places, fill_value="")


def recounted(
    access: pd.DataFrame, services: pd.DataFrame, located: pd.DataFrame, people: pd.Series
) -> pd.DataFrame:
    """Count places again where a listing reaches.

    Parameters
    ----------
    access
        ``territory_id, category, measure, value, status``.
    services
        Those that count, with ``location_id, category``.
    located
        ``location_id, territory_id``.
    people
        The people of a rate, by territory.
    """
    placed = services[["location_id", "category"]].drop_duplicates().merge(located, on="location_id")
    counts = placed.groupby(["territory_id", "category"]).size()
    count = counts.reindex(pd.MultiIndex.from_frame(access[["territory_id", "category"]]), fill_value=0)
    size = access["territory_id"].map(people)
    value = np.where(
        access["measure"] == "count", count.to_numpy(dtype=float), count.to_numpy() / size * 10_000
    )
    return access.assign(value=np.where(access["status"] == Status.OK.value, value, np.nan))


def _observations(
    base: Package,
    territories: gpd.GeoDataFrame,
    read: Read,
    kept: frozenset[str],
    indicators: dict[str, Indicator],
    people: pd.Series,
    places: Places,
    health_people: pd.Series,
) -> pd.DataFrame:
    level_of = territories.set_index("territory_id")["level"]
    census = territories.set_index("territory_id")["pop_2021"].astype(float)
    counts = figures.from_access(places.access, indicators, rate_people(territories, health_people), level_of)
    given = [*source_figures(read, territories, base.membership, people, indicators), counts]
    density = indicators.get("density")
    moved = not territories["land_km2"].equals(base.territories["land_km2"].reset_index(drop=True))
    if density is not None and (moved or density.source_id not in kept):
        given.append(figures.density(territories, density))
    rows = pd.concat([frame for frame in given if len(frame)], ignore_index=True)
    require_known(rows, territories)
    old = _carried(base.observations, kept, indicators, rows)
    touched = {name: indicators[name] for name in rows["indicator_id"].unique()}
    silent = _silent(pd.concat([old, rows], ignore_index=True), touched, territories)
    fresh = figures.with_error_and_grade(pd.concat([rows, silent], ignore_index=True), indicators, census)
    every = pd.concat([old[fresh.columns], fresh], ignore_index=True)
    require_conserved(every, people)
    return every.sort_values(["indicator_id", "period", "territory_id"], ignore_index=True)


def _carried(
    old: pd.DataFrame, kept: frozenset[str], indicators: dict[str, Indicator], rows: pd.DataFrame
) -> pd.DataFrame:
    """Take the former rows of kept sources, without those that the new ones replace or complete."""
    own = old[old["source_id"].isin(kept) & old["indicator_id"].isin(indicators)]
    keys = ["indicator_id", "period", "territory_id"]
    replaced = pd.MultiIndex.from_frame(own[keys]).isin(pd.MultiIndex.from_frame(rows[keys]))
    touched = own["indicator_id"].isin(rows["indicator_id"].unique())
    source_of = own["indicator_id"].map({i.id: i.source_id for i in indicators.values()})
    filler = (
        touched
        & own["status"].eq(Status.NO_DATA.value)
        & own["n_cells"].eq(0)
        & own["source_id"].eq(source_of)
        & own[["numerator", "denominator"]].isna().all(axis=1)
    )
    return own[~(replaced | filler)]


def _silent(rows: pd.DataFrame, touched: dict[str, Indicator], territories: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give the rows without data that complete the levels of the indicators read anew."""
    of_touched = rows[rows["indicator_id"].isin(touched)]
    complete = figures.with_every_territory(of_touched, touched, territories)
    return complete.iloc[len(of_touched) :]
