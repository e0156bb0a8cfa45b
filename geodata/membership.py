"""Which territory an area or a place belongs to, and by what share."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.crs import METRIC_CRS
from geodata.errors import JoinError
from geodata.text import Text

SMALLEST_PART: Final = 0.02
"""Overlaps under 2 % of an area are drawing noise, not people."""


def area_overlap(areas: gpd.GeoDataFrame, territories: gpd.GeoDataFrame) -> pd.DataFrame:
    """Share each area among the territories that it overlaps, by surface.

    Parts under 2 % of the area are dropped and the rest is renormalised. What lies outside every
    territory is a part like another, so an area half outside gives half of its people. Where territories
    overlap each other the area is shared between them: nobody is counted twice.

    Parameters
    ----------
    areas
        ``da_id, geometry`` in any system.
    territories
        ``territory_id, geometry`` in any system.

    Returns
    -------
    pandas.DataFrame
        ``da_id, territory_id, fraction``; fractions of an area sum to 1 at most.
    """
    metric_areas = _metric(areas[["da_id", "geometry"]])
    surface = metric_areas.set_index("da_id").area
    pieces = gpd.overlay(
        metric_areas,
        _metric(territories[["territory_id", "geometry"]]),
        how="intersection",
        keep_geom_type=True,
    )
    share = (
        pd.Series(pieces.area.to_numpy(), index=pd.MultiIndex.from_frame(pieces[["da_id", "territory_id"]]))
        .groupby(level=[0, 1])
        .sum()
    )
    share = share / surface.reindex(share.index.get_level_values(0)).to_numpy()
    outside = (1 - share.groupby(level=0).sum()).clip(lower=0)
    kept = share[share >= SMALLEST_PART]
    total = kept.groupby(level=0).sum() + outside.where(outside >= SMALLEST_PART, 0.0)
    fraction = kept / total.reindex(kept.index.get_level_values(0)).to_numpy()
    rows: pd.DataFrame = fraction.rename("fraction").reset_index()
    return rows.sort_values(["da_id", "territory_id"], ignore_index=True)


def points_within(points: gpd.GeoDataFrame, territories: gpd.GeoDataFrame, key: str) -> pd.DataFrame:
    """Find the one territory that holds each point.

    A point in several territories, or on a border, goes to the smallest of them by surface, then to the
    first by identifier: the smaller shape is the more particular statement of where the point is.

    Parameters
    ----------
    points
        ``key, geometry``; points without a shape find nothing.
    territories
        ``territory_id, geometry``.
    key
        Identifier column of ``points``.

    Returns
    -------
    pandas.DataFrame
        ``key, territory_id``, one row at most a point.

    Raises
    ------
    JoinError
        If a point identifier appears twice.
    """
    if points[key].duplicated().any():
        raise JoinError(
            Text("Un point est donné deux fois", "A point is given twice"),
            where=str(points.loc[points[key].duplicated(), key].iloc[0]),
            hint=Text("gardez une ligne par point", "keep one row a point"),
        )
    shapes = _metric(territories[["territory_id", "geometry"]])
    shapes["surface"] = shapes.area
    placed = points.loc[points.geometry.x.notna(), [key, "geometry"]]
    joined = gpd.sjoin(placed.to_crs(METRIC_CRS), shapes, predicate="intersects")
    first = joined.sort_values([key, "surface", "territory_id"]).drop_duplicates(key)
    return pd.DataFrame(first[[key, "territory_id"]]).reset_index(drop=True)


def nearest_area(points: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, key: str) -> pd.DataFrame:
    """Find the area whose point is nearest to each point, in metres (EPSG:6623).

    Returns
    -------
    pandas.DataFrame
        ``key, da_id``, one row a point that has a shape; ties go to the first identifier.
    """
    placed = points.loc[points.geometry.x.notna(), [key, "geometry"]].to_crs(METRIC_CRS)
    anchors = gpd.GeoDataFrame(
        {"da_id": areas["da_id"]},
        geometry=areas.geometry.to_crs(METRIC_CRS).representative_point(),
    )
    joined = gpd.sjoin_nearest(placed, anchors)
    first = joined.sort_values([key, "da_id"]).drop_duplicates(key)
    return pd.DataFrame(first[[key, "da_id"]]).reset_index(drop=True)


def require_partition(membership: pd.DataFrame, level: str, expected: pd.Index) -> None:
    """Raise unless every expected area gives exactly all of itself to the territories of a level.

    Parameters
    ----------
    membership
        ``da_id, territory_id, fraction`` of that level only.
    level
        Its name, for the message.
    expected
        Area identifiers that the level must hold.
    """
    total = membership.groupby("da_id")["fraction"].sum().reindex(expected, fill_value=0.0)
    wrong = total.index[~np.isclose(total, 1.0, atol=1e-9)]
    if len(wrong):
        raise JoinError(
            Text(
                f"{len(wrong)} aires n'appartiennent pas exactement une fois au niveau {level}",
                f"{len(wrong)} areas do not belong exactly once to level {level}",
            ),
            where=str(wrong[0]),
            hint=Text(
                "vérifiez les codes de territoire de cette aire", "check the territory codes of this area"
            ),
        )


def _metric(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    metric = frame.to_crs(METRIC_CRS)
    metric["geometry"] = metric.geometry.make_valid()
    return metric
