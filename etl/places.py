"""Put places in territories, count them, and say where a listing does not reach."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from etl.listings.review import Decisions
from etl.listings.same_places import same_places
from etl.registry import Declaration
from etl.service_tables import locations_table, organizations_table, services_table
from etl.tables import IMPORTED, PLACE_CODES, Tables
from geodata.crs import QUEBEC_BOUNDS
from geodata.duplicates import counted_services
from geodata.errors import CrsError
from geodata.membership import nearest_area, points_within
from geodata.model import GeocodeQuality, Level, ServiceCategory
from geodata.text import Text

COUNTED_LEVELS: Final = tuple(level for level in Level if level is not Level.DA)
_DRAWN_LEVELS: Final = (Level.ARRONDISSEMENT, Level.QUARTIER, Level.CT, Level.RLS, Level.MRC)
"""Levels whose published shapes find a place; other levels follow from a code or the nearest area."""

_TOWN_LEVELS: Final = (Level.MRC, Level.MUNICIPALITY)
_NEAREST_LEVELS: Final = (Level.CLSC, Level.RLS, *_TOWN_LEVELS)
"""Levels found by the nearest area. A tract or a neighbourhood is found by its shape or not at all, since the
nearest area may lie across its border; wider levels follow by nesting."""

_NESTED: Final = (
    (Level.CLSC, Level.RLS),
    (Level.RLS, Level.RTS),
    (Level.RTS, Level.RSS),
    (Level.MUNICIPALITY, Level.MRC),
    (Level.MRC, Level.REGION),
)
_WHOLE: Final = 0.99


@dataclass(frozen=True)
class Places:
    """The service tables of a package."""

    organizations: pd.DataFrame
    services: pd.DataFrame
    locations: pd.DataFrame
    location_territories: pd.DataFrame
    access: pd.DataFrame
    notes: tuple[Text, ...]


def build_places(
    sources: list[tuple[Declaration, Tables]],
    territories: gpd.GeoDataFrame,
    membership: pd.DataFrame,
    postal_codes: pd.DataFrame,
    health_people: pd.Series,
    decisions: Decisions | None = None,
) -> Places:
    """Locate every listed place, count it in each territory and rate it by 10,000 people.

    Parameters
    ----------
    sources
        Declarations with their tables.
    territories, membership
        Complete tables of the package.
    postal_codes
        ``code, longitude, latitude, da_id``; finds a place that has no coordinates.
    health_people
        MSSS/ISQ population by health territory: the denominator of rates there.
    decisions
        What people said of pairs that may be one place; none where nobody was asked.
    """
    listed = [_dated(t.places, d) for d, t in sources if t.places is not None]
    rows = pd.concat(listed, ignore_index=True)
    _require_in_quebec(rows)
    rows, geocoded = _with_coordinates(rows, postal_codes)
    rows, same = _with_duplicates(rows, decisions)
    imported = {d.id for d, _ in sources if d.source.condition == IMPORTED}
    located = locate(rows, territories, membership, _site_polygons(sources), imported)
    services, locations = services_table(rows), locations_table(rows)
    counts = _counts(counted_services(services, locations), located)
    reached = _reached(sources, membership, territories)
    people = rate_people(territories, health_people)
    return Places(
        organizations=organizations_table(sources),
        services=services,
        locations=locations,
        location_territories=located,
        access=_access(counts, reached, territories, people),
        notes=(*geocoded, *same),
    )


def _dated(places: pd.DataFrame, declaration: Declaration) -> pd.DataFrame:
    """Date a place by its list where the list dates no place; the day of an import proves nothing."""
    undated = places["assured_date"].fillna("").eq("") & (declaration.source.condition != IMPORTED)
    date = places["assured_date"].mask(undated, declaration.source.reference_date)
    return places.assign(source_id=declaration.id, assured_date=date)


def _with_duplicates(
    rows: pd.DataFrame, decisions: Decisions | None
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Name, beside a place, the one of another source that it is the same as."""
    same_as = same_places(rows, decisions)
    note = Text(
        f"{len(same_as)} lieux listés par deux sources, comptés une fois",
        f"{len(same_as)} places listed by two sources, counted once",
    )
    marked = rows.assign(same_as=rows["place_id"].map(lambda place: same_as.get(place, "")))
    return marked, (note,) if same_as else ()


def _require_in_quebec(rows: pd.DataFrame) -> None:
    west, south, east, north = QUEBEC_BOUNDS
    inside = rows["longitude"].between(west, east) & rows["latitude"].between(south, north)
    outside = rows["longitude"].notna() & rows["latitude"].notna() & ~inside
    if outside.any():
        row = rows[outside].iloc[0]
        raise CrsError(
            Text(
                f"{int(outside.sum())} lieux sont hors du Québec",
                f"{int(outside.sum())} places lie outside Québec",
            ),
            where=f"{row['source_id']}, {row['place_id']}, {row['longitude']:.4f} {row['latitude']:.4f}",
            hint=Text(
                "vérifiez l'ordre longitude, latitude dans le fichier de cette source",
                "check the longitude, latitude order in this source's file",
            ),
        )


def _with_coordinates(
    rows: pd.DataFrame, postal_codes: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Find by postal code the places that their publisher did not locate, and say how each was found."""
    by_code = postal_codes.set_index("code")
    own = rows["longitude"].notna() & rows["latitude"].notna()
    code = rows["postal_code"].str.replace(" ", "", regex=False).str.upper()
    said = rows["geocode_quality"] if "geocode_quality" in rows else pd.Series(None, rows.index, dtype=object)
    # « none »: its source refused to place it, as when its point is far from its postal code.
    guess = ~own & code.isin(by_code.index) & said.ne(GeocodeQuality.NONE.value)
    placed = rows.copy()
    for column in ("longitude", "latitude"):
        placed[column] = rows[column].where(~guess, code.map(by_code[column]).astype(float))
    in_municipality = rows["municipality"].notna() if "municipality" in rows else pd.Series(False, rows.index)
    placed["geocode_quality"] = np.select(
        [own & said.notna(), own, guess, in_municipality],
        [
            said,
            GeocodeQuality.ROOFTOP.value,
            GeocodeQuality.POSTAL_CODE.value,
            GeocodeQuality.MUNICIPALITY.value,
        ],
        GeocodeQuality.NONE.value,
    )
    lost = int((~own & ~guess).sum())
    note = Text(
        f"{int(guess.sum())} lieux situés par code postal, {lost} connus par leur municipalité",
        f"{int(guess.sum())} places located by postal code, {lost} known by their municipality",
    )
    return placed, (note,) if guess.any() or lost else ()


def _site_polygons(sources: list[tuple[Declaration, Tables]]) -> pd.DataFrame:
    found = [t.site_polygons for _, t in sources if t.site_polygons is not None]
    return pd.concat(found) if found else pd.DataFrame(columns=["territory_id", "geometry"])


def locate(
    rows: pd.DataFrame,
    territories: gpd.GeoDataFrame,
    membership: pd.DataFrame,
    site_polygons: pd.DataFrame,
    imported: Collection[str] = (),
) -> pd.DataFrame:
    """Find the one territory of each level that every place is in.

    The publisher's code wins; then the published shape of the level; then the nearest dissemination
    area. Reconstructed CLSC shapes are never asked. A place of an ``imported`` source that is nowhere else is
    not in Québec either: nothing says that it is.

    Returns
    -------
    pandas.DataFrame
        ``location_id, level, territory_id, method``, one row at most a place and level.
    """
    places = rows.drop_duplicates("place_id")
    points = gpd.GeoDataFrame(
        {"place_id": places["place_id"]},
        geometry=gpd.points_from_xy(places["longitude"], places["latitude"], crs=4326),
    )
    placed = places[["longitude", "latitude"]].notna().all(axis=1).to_numpy()
    # The point of a whole municipality says nothing of what is smaller.
    exact = ~places["geocode_quality"].eq(GeocodeQuality.MUNICIPALITY.value).to_numpy()
    known = set(territories["territory_id"])
    found = [
        *_by_code(places, known),
        *_by_shape(points[placed & exact], territories, site_polygons),
        *_by_nearest_area(points[placed & exact], territories, membership, _NEAREST_LEVELS),
        *_by_nearest_area(points[placed & ~exact], territories, membership, _TOWN_LEVELS),
    ]
    first = pd.concat(found, ignore_index=True).drop_duplicates(["location_id", "level"])
    nested = _by_nesting(first, territories)
    tables = _by_table(first, membership)
    inside = ~places["source_id"].isin(imported) | places["place_id"].isin(first["location_id"])
    quebec = pd.Series("province:24", places.index)
    province = _rows(places["place_id"], Level.PROVINCE.value, quebec, "nested")[inside.to_numpy()]
    every = pd.concat([first, nested, tables, province], ignore_index=True)
    unique = every.drop_duplicates(["location_id", "level"])
    return unique.sort_values(["location_id", "level"], ignore_index=True)


def _rows(location: pd.Series, level: str, territory: pd.Series, method: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "location_id": location.to_numpy(),
            "level": level,
            "territory_id": territory.to_numpy(),
            "method": method,
        }
    )


def _by_code(places: pd.DataFrame, known: set[str]) -> list[pd.DataFrame]:
    found = []
    for level in PLACE_CODES:
        if level in places:
            written = places[places[level].isin(known)]
            found.append(_rows(written["place_id"], level, written[level], "published_code"))
    return found


def _by_shape(
    points: gpd.GeoDataFrame, territories: gpd.GeoDataFrame, site_polygons: pd.DataFrame
) -> list[pd.DataFrame]:
    better = (
        site_polygons.set_index("territory_id")["geometry"] if len(site_polygons) else pd.Series(dtype=object)
    )
    found = []
    for level in _DRAWN_LEVELS:
        shapes = territories[territories["level"] == level.value]
        drawn = gpd.GeoDataFrame(
            {"territory_id": shapes["territory_id"]},
            geometry=gpd.GeoSeries(shapes["territory_id"].map(better), crs=4326).fillna(shapes.geometry)
            if len(better)
            else shapes.geometry,
            crs=4326,
        )
        drawn = drawn[drawn.geometry.notna()]
        if len(drawn):
            inside = points_within(points, drawn, "place_id")
            found.append(_rows(inside["place_id"], level.value, inside["territory_id"], "polygon"))
    return found


def _by_nearest_area(
    points: gpd.GeoDataFrame,
    territories: gpd.GeoDataFrame,
    membership: pd.DataFrame,
    levels: tuple[Level, ...],
) -> list[pd.DataFrame]:
    if points.empty:
        return []
    areas = territories[territories["level"] == Level.DA.value].rename(columns={"territory_id": "da_id"})
    near = nearest_area(points, areas, "place_id").merge(_published(membership), on="da_id")
    level_of = territories.set_index("territory_id")["level"]
    level = near["territory_id"].map(level_of)
    usable = near[level.isin([wanted.value for wanted in levels])]
    return [
        _rows(group["place_id"], str(name), group["territory_id"], "nearest_da")
        for name, group in usable.groupby(level)
    ]


def _published(membership: pd.DataFrame) -> pd.DataFrame:
    rows = (membership["census_year"] == 2021) & (membership["method"] == "published_code")
    return membership.loc[rows, ["da_id", "territory_id"]]


def _by_nesting(found: pd.DataFrame, territories: gpd.GeoDataFrame) -> pd.DataFrame:
    """Climb by declared parents, so that a place's MRC and region never disagree."""
    by_id = territories.set_index("territory_id")
    known = found
    climbed = []
    for child, parent in _NESTED:
        rows = known[known["level"] == child.value]
        above = rows["territory_id"].map(by_id[f"{parent.value}_id"])
        new = _rows(rows["location_id"], parent.value, above, "nested")[above.notna().to_numpy()]
        climbed.append(new)
        known = pd.concat([known, new], ignore_index=True).drop_duplicates(["location_id", "level"])
    return pd.concat(climbed, ignore_index=True)


def _by_table(found: pd.DataFrame, membership: pd.DataFrame) -> pd.DataFrame:
    """Place in a table de quartier what lies in its neighbourhood."""
    tables = membership[membership["method"] == "crosswalk"]
    quartiers = membership[membership["territory_id"].str.startswith("quartier-mtl:")]
    pairs = tables.merge(quartiers, on="da_id", suffixes=("_table", "_quartier"))
    weight = pairs.groupby(["territory_id_quartier", "territory_id_table"]).size().reset_index(name="areas")
    # An area in two neighbourhoods pairs each table with both; its own neighbourhood has the most areas.
    main = weight.sort_values("areas", ascending=False).drop_duplicates("territory_id_table")
    table_of = main.set_index("territory_id_quartier")["territory_id_table"]
    rows = found[found["level"] == Level.QUARTIER.value]
    table = rows["territory_id"].map(table_of)
    return _rows(rows["location_id"], Level.TABLE.value, table, "nested")[table.notna().to_numpy()]


def _counts(services: pd.DataFrame, located: pd.DataFrame) -> pd.Series:
    placed = (
        services[["location_id", "category"]]
        .drop_duplicates()
        .merge(located, on="location_id", validate="many_to_many")
    )
    return placed.groupby(["territory_id", "category"]).size()


def _reached(
    sources: list[tuple[Declaration, Tables]], membership: pd.DataFrame, territories: gpd.GeoDataFrame
) -> dict[str, pd.Series]:
    """Tell, by category, whether every area of a territory lies where some listing declares to reach."""
    current = membership[membership["census_year"] == 2021]
    inside: dict[str, set[str]] = {}
    for declaration, tables in sources:
        if tables.places is None:
            continue
        areas = set(current.loc[current["territory_id"].isin(declaration.area), "da_id"])
        for category in tables.places["category"].unique():
            inside.setdefault(category, set()).update(areas)
    share = {}
    for category, areas in inside.items():
        covered = current["fraction"].where(current["da_id"].isin(areas), 0.0)
        share[category] = (
            covered.groupby(current["territory_id"]).sum() / current.groupby("territory_id")["fraction"].sum()
        )
    return {
        category: (s >= _WHOLE).reindex(territories["territory_id"], fill_value=False)
        for category, s in share.items()
    }


def rate_people(territories: gpd.GeoDataFrame, health_people: pd.Series) -> pd.Series:
    """Give the people of a rate: MSSS/ISQ in health territories and Québec, the census elsewhere."""
    census = territories.set_index("territory_id")["pop_2021"].astype(float)
    health = territories.set_index("territory_id")["level"].isin(["province", "rss", "rts", "rls", "clsc"])
    people: pd.Series = census.mask(health, health_people.reindex(census.index)).fillna(census)
    return people


def _access(
    counts: pd.Series, reached: dict[str, pd.Series], territories: gpd.GeoDataFrame, people: pd.Series
) -> pd.DataFrame:
    levels = [level.value for level in COUNTED_LEVELS]
    ids = territories.loc[territories["level"].isin(levels), "territory_id"]
    tables = []
    for category in (c.value for c in ServiceCategory):
        if category not in reached:
            continue
        count = counts.xs(category, level="category").reindex(ids, fill_value=0).astype(float)
        inside = reached[category].reindex(ids).to_numpy()
        rate = count / people.reindex(ids).where(people.reindex(ids) > 0) * 10_000
        tables.append(_measure(ids, category, "count", count.to_numpy(), inside))
        tables.append(_measure(ids, category, "per_10000", rate.to_numpy(), inside))
    return pd.concat(tables, ignore_index=True)


def _measure(
    ids: pd.Series, category: str, measure: str, value: np.ndarray, inside: np.ndarray
) -> pd.DataFrame:
    status = np.select([~inside, np.isnan(value)], ["no_data", "not_applicable"], "ok")
    return pd.DataFrame(
        {
            "territory_id": ids.to_numpy(),
            "category": category,
            "measure": measure,
            "value": np.where(status == "ok", value, np.nan),
            "status": status,
        }
    )
