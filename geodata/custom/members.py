"""Which dissemination areas a custom territory holds, by what share, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.crs import DISPLAY_CRS
from geodata.custom.definition import CustomTerritory, TerritoryError
from geodata.custom.outside import MOSTLY, TOLD, off_quebec, outside_share
from geodata.custom.remarks import Remark, RemarkKind
from geodata.custom.shapes import require_quebec, require_vertices
from geodata.membership import SMALLEST_PART, area_overlap
from geodata.model import Level
from geodata.package import Package
from geodata.text import Text
from geodata.uncertainty import UNUSABLE_PEOPLE

FEWEST_CODES: Final = 3
"""Postal codes that an area without a polygon must have to be shared by them."""

_CENSUS: Final = 2021
_LONGEST_EDGE_DEGREES: Final = 0.02
_SMALL: Final = 0.5
_RURAL: Final = "0"
"""Second sign of a rural postal code, whose point is that of a whole locality."""


@dataclass(frozen=True)
class CustomMembership:
    """The areas of a custom territory.

    Attributes
    ----------
    rows
        ``da_id, fraction, method``, in identifier order; fractions over 0 to 1. Methods are
        ``area_overlap`` (share of the surface), ``point`` and ``postal_codes`` (areas without a polygon),
        ``listed`` (named as such), and those of the package's own table for territories that are listed.
    people
        2021 census population, by the share of each area.
    coverage
        Share of the areas whose people were counted, 0 to 1.
    estimated_share
        Share of people in areas that a drawn outline cuts or that were placed without a polygon: where
        they live inside is not known, only estimated.
    remarks
        What to say before the figures are read.
    """

    rows: pd.DataFrame
    people: float
    coverage: float
    estimated_share: float
    remarks: tuple[Remark, ...]


def membership_of(territory: CustomTerritory, package: Package) -> CustomMembership:
    """Find the dissemination areas of a custom territory.

    A shape takes of each area the share of its surface (EPSG:6623) where the package has its polygon;
    elsewhere the share of its postal codes, or all of it where its point is inside. A list takes the
    fractions that the package publishes; territories of one level add up, and an area named through two
    levels is taken once, by the larger share.

    Raises
    ------
    TerritoryError
        If the package lacks a territory of the list, the shape lies outside Québec, no area is inside, or
        fewer than 40 people are: Statistics Canada publishes nothing of an area with so few.
    """
    away = 0.0
    if territory.shape is None:
        rows, remarks = _of_list(territory.members, package)
    else:
        # A file that was written by hand never went through the readers of shapes.
        require_vertices(int(shapely.get_num_coordinates(territory.shape)), territory.name.fr)
        require_quebec(territory.shape, territory.name.fr)
        away = outside_share(territory.shape, package)
        rows, remarks = _of_shape(territory.shape, package)
        remarks = (Remark(RemarkKind.OUTSIDE, share=away), *remarks) if away >= TOLD else remarks
    if rows.empty and away >= MOSTLY:
        raise off_quebec(territory)
    if rows.empty:
        raise _nobody(territory, _crumbs(territory.shape, package))
    counted = rows["da_id"].map(package.level(Level.DA)["pop_2021"]).astype(float)
    people = float((counted.fillna(0.0) * rows["fraction"]).sum())
    if people < UNUSABLE_PEOPLE:
        raise _nobody(territory, people)
    coverage = float(rows.loc[counted.notna(), "fraction"].sum() / rows["fraction"].sum())
    said, estimated = _said(rows, counted.fillna(0.0) * rows["fraction"], people, territory.shape is not None)
    uncounted = int(counted.isna().sum())
    missing = (Remark(RemarkKind.UNCOUNTED, uncounted),) if uncounted else ()
    return CustomMembership(rows, people, coverage, estimated, (*remarks, *said, *missing))


def _said(
    rows: pd.DataFrame, people_of_row: pd.Series, people: float, drawn: bool
) -> tuple[list[Remark], float]:
    """Say how many areas are known by estimate only; the share of people that they hold."""
    cut = rows["fraction"].lt(1 - 1e-9)
    by_surface = cut & rows["method"].isin(["area_overlap", "crosswalk"])
    groups = [
        (RemarkKind.CUT if drawn else RemarkKind.PUBLISHED_SHARES, by_surface),
        (RemarkKind.BY_POINT, rows["method"].eq("point")),
        (RemarkKind.BY_POSTAL_CODES, rows["method"].eq("postal_codes")),
    ]
    said = [
        Remark(kind, int(found.sum()), float(people_of_row[found].sum() / people))
        for kind, found in groups
        if found.any()
    ]
    mean = float((people_of_row * rows["fraction"]).sum() / people)
    if drawn and mean < _SMALL:
        said.insert(0, Remark(RemarkKind.SMALLER_THAN_AREAS, share=mean))
    estimated = by_surface | rows["method"].isin(["point", "postal_codes"])
    return said, float(people_of_row[estimated].sum() / people) if drawn else 0.0


def _of_list(members: tuple[str, ...], package: Package) -> tuple[pd.DataFrame, tuple[Remark, ...]]:
    """Add up the published fractions of listed territories."""
    levels = package.territories["level"].reindex(list(members))
    unknown = levels.index[levels.isna() | levels.eq(Level.CUSTOM.value)]
    if len(unknown):
        raise _unknown(list(unknown))
    table = package.membership
    links = table[table["territory_id"].isin(members) & table["census_year"].eq(_CENSUS)]
    areas = [member for member in members if levels[member] == Level.DA.value]
    direct = pd.DataFrame({"da_id": areas, "territory_id": areas, "fraction": 1.0, "method": "listed"})
    every = pd.concat([direct, links[direct.columns]], ignore_index=True)
    every["level"] = every["territory_id"].map(levels)
    in_level = every.groupby(["da_id", "level"])["fraction"].sum().reset_index()
    twice = int(in_level.groupby("da_id")["fraction"].sum().gt(1 + 1e-6).sum())
    fraction = in_level.groupby("da_id")["fraction"].max().clip(upper=1.0)
    method = (
        every.sort_values("fraction", ascending=False).drop_duplicates("da_id").set_index("da_id")["method"]
    )
    rows = pd.DataFrame({"fraction": fraction, "method": method.reindex(fraction.index)})
    remarks = (Remark(RemarkKind.TWICE, twice),) if twice else ()
    return rows.rename_axis("da_id").reset_index(), remarks


def _of_shape(shape: BaseGeometry, package: Package) -> tuple[pd.DataFrame, tuple[Remark, ...]]:
    """Find the share of every area inside a shape."""
    areas = package.level(Level.DA)
    shapely.prepare(shape)
    met = areas.iloc[np.sort(areas.sindex.query(shape, predicate="intersects"))]
    drawn = met[met.geom_type != "Point"]
    by_surface = _by_surface(drawn, shape)
    points = areas[areas.geom_type == "Point"]
    rows = pd.concat([by_surface, _by_codes_or_point(points, shape, package)], ignore_index=True)
    dropped = len(drawn) - len(by_surface)
    remarks = (Remark(RemarkKind.DROPPED, dropped),) if dropped else ()
    return rows.sort_values("da_id", ignore_index=True), remarks


def _by_surface(areas: gpd.GeoDataFrame, shape: BaseGeometry) -> pd.DataFrame:
    whole = shapely.covers(shape, areas.geometry.to_numpy())
    inside = pd.DataFrame({"da_id": areas.index[whole].astype(object), "fraction": 1.0})
    straddling = areas.loc[~whole, ["geometry"]].rename_axis("da_id").reset_index()
    # Long straight edges in degrees are curves in metres.
    dense = shapely.segmentize(shape, _LONGEST_EDGE_DEGREES)
    outline = gpd.GeoDataFrame({"territory_id": ["custom"]}, geometry=[dense], crs=DISPLAY_CRS)
    cut = area_overlap(straddling, outline)[["da_id", "fraction"]] if len(straddling) else inside.iloc[:0]
    return pd.concat([inside, cut], ignore_index=True).assign(method="area_overlap")


def _by_codes_or_point(areas: gpd.GeoDataFrame, shape: BaseGeometry, package: Package) -> pd.DataFrame:
    """Share areas without a polygon by their urban postal codes, or take those whose point is inside."""
    codes = package.postal_codes
    near = codes[_within(codes["longitude"], codes["latitude"], shape)]
    met = near.loc[near.index.str[1] != _RURAL, "da_id"].value_counts()
    own = areas.index[_within(areas.geometry.x, areas.geometry.y, shape)]
    concerned = codes[codes["da_id"].isin(met.index.union(own))]
    counted = concerned.loc[concerned.index.str[1] != _RURAL, "da_id"].value_counts()
    enough = counted.index[counted >= FEWEST_CODES].intersection(areas.index)
    share = (met.reindex(enough).dropna() / counted.reindex(enough)).dropna()
    share = share[share >= SMALLEST_PART].mask(lambda part: part > 1 - SMALLEST_PART, 1.0)
    inside = own[~own.isin(enough)]
    return pd.concat(
        [
            pd.DataFrame({"da_id": share.index, "fraction": share.to_numpy(), "method": "postal_codes"}),
            pd.DataFrame({"da_id": inside, "fraction": 1.0, "method": "point"}),
        ],
        ignore_index=True,
    )


def _within(x: pd.Series, y: pd.Series, shape: BaseGeometry) -> np.ndarray:
    """Say which points a prepared shape holds, its border included."""
    west, south, east, north = shape.bounds
    near = (x.between(west, east) & y.between(south, north)).to_numpy()
    found = np.zeros(len(x), dtype=bool)
    found[near] = shapely.intersects_xy(shape, x[near].to_numpy(dtype=float), y[near].to_numpy(dtype=float))
    return found


def _unknown(members: list[str]) -> TerritoryError:
    some = ", ".join(members[:5]) + (", …" if len(members) > 5 else "")
    several = len(members) > 1
    fr, en = ("territoires", "territories") if several else ("territoire", "territory")
    return TerritoryError(
        Text(
            f"La liste nomme {len(members)} {fr} que ces données n'ont pas",
            f"The list names {len(members)} {en} that these data do not hold",
        ),
        where=some,
        hint=Text(
            "retirez-les de la liste, ou corrigez leur code",
            "take them off the list, or correct their code",
        ),
    )


def _crumbs(shape: BaseGeometry | None, package: Package) -> float | None:
    """Estimate the people of a shape too small to count for any area; null where it meets none."""
    areas = package.level(Level.DA)
    met = (
        areas.iloc[areas.sindex.query(shape, predicate="intersects")] if shape is not None else areas.iloc[:0]
    )
    drawn = met[met.geom_type != "Point"]
    if drawn.empty:
        return None
    # Degrees are enough for a share of one small area.
    outlines = drawn.geometry.to_numpy()
    share = shapely.area(shapely.intersection(outlines, shape)) / shapely.area(outlines)
    return float((share * drawn["pop_2021"].astype(float).fillna(0.0)).sum())


def _nobody(territory: CustomTerritory, people: float | None) -> TerritoryError:
    """Refuse a territory in which people could be told apart."""
    if people is None:
        what = Text(
            "Aucune aire de diffusion n'est dans ce territoire", "No dissemination area is in this territory"
        )
    else:
        what = Text(
            f"Ce territoire compte environ {people:.0f} personnes recensées, moins que les {UNUSABLE_PEOPLE} "
            "sous lesquelles rien n'est publié, pour qu'on ne reconnaisse personne",
            f"This territory has about {people:.0f} people counted, fewer than the {UNUSABLE_PEOPLE} under "
            "which nothing is published, so that nobody is recognised",
        )
    return TerritoryError(
        what,
        where=territory.name.fr,
        hint=Text("agrandissez-le ou ajoutez-y des territoires", "make it larger or add territories to it"),
    )
