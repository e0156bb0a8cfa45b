"""Whether a place that someone pointed at is in Québec, on land, and near anybody."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geodata.access.points import Points
from geodata.crs import DISPLAY_CRS, METRIC_CRS
from geodata.generalise import TOLERANCE_M
from geodata.model import Level
from geodata.package import Package
from geodata.scenarios.edits import outside_quebec, require_in_box

FAR_FROM_PEOPLE_KM: Final = 10.0
"""Past this distance from everyone, a point was perhaps put at the wrong place."""


def require_in_quebec(package: Package, places: Points) -> None:
    """Check that places are in Québec.

    The outline is drawn for display, hence true within the tolerance of its drawing; narrow waters, as
    between Québec and Lévis, are inside it. A road network then snaps a place to its nearest street, and
    says how far.

    Raises
    ------
    ScenarioError
        Naming the first that is outside.
    """
    for name, longitude, latitude in zip(places.ids, places.longitude, places.latitude, strict=True):
        require_in_box(float(longitude), float(latitude), str(name))
    outline = package.level(Level.PROVINCE).geometry.dropna()
    if outline.empty or not len(places.ids):
        return
    spots = gpd.GeoSeries.from_xy(places.longitude, places.latitude, crs=DISPLAY_CRS)
    shape = outline.union_all()
    apart = np.flatnonzero(~spots.within(shape).to_numpy()).tolist()
    if not apart:
        return
    metric = gpd.GeoSeries([shape], crs=DISPLAY_CRS).to_crs(METRIC_CRS).iloc[0]
    away = spots.iloc[apart].to_crs(METRIC_CRS).distance(metric).to_numpy()
    for position, metres in zip(apart, away, strict=True):
        if metres > TOLERANCE_M[Level.PROVINCE]:
            raise outside_quebec(
                str(places.ids[position]), float(places.longitude[position]), float(places.latitude[position])
            )


def perhaps_in_water(package: Package, places: Points) -> pd.Index:
    """Give the places that ``require_in_quebec`` lets through and that no CLSC territory holds.

    These outlines are drawn more finely than that of Québec; listed places stand on a quay all the same, so
    that a person is asked and nothing is refused.
    """
    shapes = package.territories
    outlines = shapes.geometry[shapes["level"].eq(Level.CLSC.value)].dropna()
    if outlines.empty or not len(places.ids):
        return places.ids[:0]
    metric = outlines.to_crs(METRIC_CRS)
    spots = gpd.GeoSeries.from_xy(places.x_m, places.y_m, crs=METRIC_CRS)
    held, _ = metric.sindex.query(spots, predicate="dwithin", distance=TOLERANCE_M[Level.CLSC])
    return places.ids[~np.isin(np.arange(len(places.ids)), held)]


def far_from_people(places: Points, people: Points) -> pd.Series:
    """Give the kilometres to the nearest people, for the places that are far from everybody.

    They are kept: a person knows better.
    """
    if not len(places) or not len(people):
        return pd.Series(dtype=float)
    tree = cKDTree(np.column_stack([people.x_m, people.y_m]))
    metres, _ = tree.query(np.column_stack([places.x_m, places.y_m]))
    away = pd.Series(metres / 1000, index=places.ids)
    return away[away > FAR_FROM_PEOPLE_KM]
