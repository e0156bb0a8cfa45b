"""Put the territories of all sources in one table, with parents, people and labels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import geopandas as gpd
import pandas as pd

from etl.tables import Tables
from geodata.errors import JoinError
from geodata.membership import area_overlap, points_within, require_partition
from geodata.model import Level
from geodata.schemas import PARENT_COLUMNS
from geodata.text import Text

PARTITIONS: Final = (
    Level.PROVINCE, Level.REGION, Level.RSS, Level.RTS, Level.RLS, Level.CLSC, Level.MRC, Level.MUNICIPALITY,
)  # fmt: skip
"""Levels to which every dissemination area of Québec belongs exactly once."""

_WHOLE: Final = 0.999
_TEXT_COLUMNS: Final = ("caveat_fr", "caveat_en", "aliases")
_LEVEL_ORDER: Final = {level.value: rank for rank, level in enumerate(Level)}


def gather_territories(sources: Iterable[tuple[str, Tables]]) -> gpd.GeoDataFrame:
    """Stack the territories that sources declare; an identifier may come from one source only."""
    frames = [t.territories.assign(source_id=s) for s, t in sources if t.territories is not None]
    stacked = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=4326)
    twice = stacked["territory_id"].duplicated()
    if twice.any():
        raise JoinError(
            Text("Un territoire est donné deux fois", "A territory is given twice"),
            where=str(stacked.loc[twice, "territory_id"].iloc[0]),
            hint=Text("gardez une seule source par niveau", "keep one source a level"),
        )
    order = stacked["level"].map(_LEVEL_ORDER)
    return (
        stacked.assign(_order=order)
        .sort_values(["_order", "territory_id"], ignore_index=True)
        .drop(columns="_order")
    )


def area_shapes(territories: gpd.GeoDataFrame, sources: Iterable[tuple[str, Tables]]) -> gpd.GeoDataFrame:
    """Give every dissemination area its polygon where one is published, else its point."""
    polygons = pd.concat([t.area_polygons for _, t in sources if t.area_polygons is not None])
    shape_of = polygons.drop_duplicates("da_id").set_index("da_id")["geometry"]
    is_area = territories["level"].eq(Level.DA.value)
    drawn = territories["territory_id"].map(shape_of).where(is_area)
    geometry = territories.geometry.where(drawn.isna(), gpd.GeoSeries(drawn, crs=4326))
    return territories.set_geometry(gpd.GeoSeries(geometry, crs=4326))


def build_membership(territories: gpd.GeoDataFrame, sources: list[tuple[str, Tables]]) -> pd.DataFrame:
    """Say to which territories every dissemination area belongs, in both censuses.

    Returns
    -------
    pandas.DataFrame
        ``da_id, territory_id, fraction, census_year, method``.

    Raises
    ------
    JoinError
        If a code names no territory, or an area is missing from a level that covers Québec.
    """
    codes = pd.concat([t.codes for _, t in sources if t.codes is not None], ignore_index=True)
    _require_known(codes, territories)
    published = codes.assign(fraction=1.0, method="published_code")
    upper = _upper_levels(published, territories)
    drawn = _drawn_levels(territories, sources)
    membership = pd.concat([published, upper, drawn], ignore_index=True)
    areas = pd.Index(territories.loc[territories["level"] == Level.DA.value, "territory_id"])
    level_of = territories.set_index("territory_id")["level"]
    current = membership[membership["census_year"] == 2021]
    for level in PARTITIONS:
        rows = current[current["territory_id"].map(level_of) == level.value]
        require_partition(rows, level.value, areas)
    membership["census_year"] = membership["census_year"].astype("int16")
    return membership.sort_values(["census_year", "da_id", "territory_id"], ignore_index=True)


def _require_known(codes: pd.DataFrame, territories: gpd.GeoDataFrame) -> None:
    unknown = ~codes["territory_id"].isin(territories["territory_id"])
    if unknown.any():
        row = codes[unknown].iloc[0]
        raise JoinError(
            Text(
                f"Le code de territoire « {row['territory_id']} » est inconnu",
                f"Territory code “{row['territory_id']}” is unknown",
            ),
            where=str(row["da_id"]),
            hint=Text(
                "accordez ce code à la liste des territoires de son niveau",
                "match this code to the list of territories of its level",
            ),
        )


def _upper_levels(published: pd.DataFrame, territories: gpd.GeoDataFrame) -> pd.DataFrame:
    """Climb from the MRC to its region and to Québec, as the MRC layer says."""
    of_mrc = territories[territories["level"] == Level.MRC.value].set_index("territory_id")["region_id"]
    in_mrc = published[published["territory_id"].str.startswith("mrc:")]
    region = in_mrc.assign(territory_id=in_mrc["territory_id"].map(of_mrc))
    return pd.concat([region, in_mrc.assign(territory_id="province:24")], ignore_index=True)


def _drawn_levels(territories: gpd.GeoDataFrame, sources: list[tuple[str, Tables]]) -> pd.DataFrame:
    areas = territories[territories["level"] == Level.DA.value].rename(columns={"territory_id": "da_id"})
    polygons = areas[areas.geom_type != "Point"]
    boroughs = territories[territories["territory_id"].str.startswith("arrondissement-mtl:")]
    quartiers = territories[territories["territory_id"].str.startswith("quartier-mtl:")]
    by_point = territories[territories["territory_id"].str.startswith("quartier-qc:")]
    parts = []
    overlaps = pd.DataFrame(columns=["da_id", "territory_id", "fraction"])
    for layer in (boroughs, quartiers):
        if len(layer):
            overlap = area_overlap(polygons, layer).assign(method="area_overlap")
            parts.append(overlap)
            overlaps = overlap
    if len(by_point):
        found = points_within(_as_points(areas), by_point, "da_id")
        parts.append(found.assign(fraction=1.0, method="point"))
    for _, tables in sources:
        if tables.crosswalk is not None:
            parts.append(_by_crosswalk(overlaps, tables.crosswalk))
    if not parts:
        return pd.DataFrame(columns=["da_id", "territory_id", "fraction", "census_year", "method"])
    return pd.concat(parts, ignore_index=True).assign(census_year=2021)


def _as_points(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return areas.set_geometry(areas.geometry.representative_point())


def _by_crosswalk(overlaps: pd.DataFrame, crosswalk: pd.DataFrame) -> pd.DataFrame:
    joined = overlaps.merge(
        crosswalk.rename(columns={"territory_id": "whole"}),
        left_on="territory_id",
        right_on="part_id",
        validate="many_to_many",
    )
    whole: pd.DataFrame = joined.groupby(["da_id", "whole"])["fraction"].sum().reset_index()
    return whole.rename(columns={"whole": "territory_id"}).assign(method="crosswalk")


def complete(territories: gpd.GeoDataFrame, membership: pd.DataFrame, people: pd.Series) -> gpd.GeoDataFrame:
    """Add parents, 2021 population, milieu, governance and a label point.

    Parameters
    ----------
    territories
        From ``area_shapes``.
    membership
        From ``build_membership``.
    people
        2021 population by dissemination area; null where nobody was counted.
    """
    full = territories.copy()
    for column in (*PARENT_COLUMNS, "milieu", "governance", "status", "land_km2", *_TEXT_COLUMNS):
        if column not in full.columns:
            full[column] = None
    shares = _shares(membership[membership["census_year"] == 2021], people)
    full = _with_parents(full, shares)
    full = _with_area_traits(full, shares)
    full["pop_2021"] = _population(full, membership, people)
    full["land_km2"] = full["land_km2"].astype(float)
    full["status"] = full["status"].fillna("ok")
    for column in _TEXT_COLUMNS:
        full[column] = full[column].fillna("")
    label = full.geometry.representative_point()
    full["longitude"], full["latitude"] = label.x, label.y
    return full


def _shares(membership: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """Weigh each area in each territory by its people; an empty area still weighs a trace."""
    weight = membership["da_id"].map(people).astype(float).fillna(0.0) + 1e-6
    return membership[["da_id", "territory_id"]].assign(weight=weight * membership["fraction"])


def _main_value(shares: pd.DataFrame, value_of_area: pd.Series, least: float) -> pd.Series:
    """Give, for each territory, the value that at least ``least`` of its weight carries."""
    rows = shares.assign(value=shares["da_id"].map(value_of_area)).dropna(subset=["value"])
    by_value = rows.groupby(["territory_id", "value"])["weight"].sum().reset_index()
    total = shares.groupby("territory_id")["weight"].sum()
    by_value["share"] = by_value["weight"] / by_value["territory_id"].map(total)
    top = by_value.sort_values(["territory_id", "share", "value"], ascending=[True, False, True])
    first = top.drop_duplicates("territory_id").set_index("territory_id")
    return first.loc[first["share"] >= least, "value"]


def _with_parents(full: gpd.GeoDataFrame, shares: pd.DataFrame) -> gpd.GeoDataFrame:
    level_of = full.set_index("territory_id")["level"]
    levels = shares["territory_id"].map(level_of)
    for column in PARENT_COLUMNS:
        parent_level = column.removesuffix("_id")
        parent_of_area = (
            shares[levels == parent_level].drop_duplicates("da_id").set_index("da_id")["territory_id"]
        )
        parent = _main_value(shares, parent_of_area, _WHOLE)
        found = full["territory_id"].map(parent)
        found = found.where(full["level"] != Level.DA.value, full["territory_id"].map(parent_of_area))
        same_or_wider = full["level"].map(_LEVEL_ORDER) <= _LEVEL_ORDER[parent_level]
        full[column] = full[column].fillna(found.mask(same_or_wider & (full[column].isna())))
        full.loc[full["level"] == parent_level, column] = None
    return full


def _with_area_traits(full: gpd.GeoDataFrame, shares: pd.DataFrame) -> gpd.GeoDataFrame:
    by_id = full.set_index("territory_id")
    areas = by_id[by_id["level"] == Level.DA.value]
    municipal = by_id["governance"].dropna()
    governance_of_area = areas["municipality_id"].map(municipal).fillna("none")
    is_area = full["level"] == Level.DA.value
    for column, of_area in (("governance", governance_of_area), ("milieu", areas["milieu"])):
        main = full["territory_id"].map(_main_value(shares, of_area, 0.5))
        direct = full["territory_id"].map(of_area).where(is_area)
        full[column] = full[column].fillna(direct).fillna(main)
    full["governance"] = full["governance"].fillna("none")
    full["milieu"] = full["milieu"].fillna("unknown")
    uncounted = by_id.index[by_id["status"].eq("no_data")]
    full.loc[is_area & full["municipality_id"].isin(uncounted), "status"] = "no_data"
    return full


def _population(full: gpd.GeoDataFrame, membership: pd.DataFrame, people: pd.Series) -> pd.Series:
    current = membership[membership["census_year"] == 2021]
    counted = current["da_id"].map(people).astype(float)
    total = (counted * current["fraction"]).groupby(current["territory_id"]).sum(min_count=1)
    total = total.combine_first(people)
    rounded = (
        full["territory_id"].map(total).round().where(full["status"].ne("no_data") | full["status"].isna())
    )
    return pd.Series(pd.array(rounded, dtype="Int64"), index=full.index)


def require_columns_filled(territories: gpd.GeoDataFrame) -> None:
    """Raise if a territory of a covering level has no population and is not declared ``no_data``."""
    covering = territories["level"].isin([level.value for level in PARTITIONS])
    lost = covering & territories["pop_2021"].isna() & territories["status"].ne("no_data")
    if lost.any():
        raise JoinError(
            Text("Un territoire n'a aucune aire de diffusion", "A territory has no dissemination area"),
            where=str(territories.loc[lost, "territory_id"].iloc[0]),
            hint=Text("vérifiez la table d'appartenance", "check the membership table"),
        )
