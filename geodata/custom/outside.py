"""The part of a shape that lies where these data have no land: off Québec, or on the water."""

from __future__ import annotations

from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.custom.definition import CustomTerritory, TerritoryError
from geodata.custom.shapes import surface_km2
from geodata.model import Level
from geodata.package import Package
from geodata.text import Text

TOLD: Final = 0.02
"""From this share on it is said: two drawings of one border never agree to the metre."""

MOSTLY: Final = 0.5
"""From this share on, a shape without any area is off Québec rather than too small."""

_LONGEST_EDGE_DEGREES: Final = 0.02

_LAND: Final = (Level.PROVINCE, Level.MUNICIPALITY, Level.DA)
"""The outline of the province leaves out small islands and shores that the other two draw."""


def outside_share(shape: BaseGeometry, package: Package) -> float:
    """Give the share of a shape that no outline of Québec holds.

    Parameters
    ----------
    shape
        Valid and areal, EPSG:4326.
    package
        With the outline of the province; it excludes the gulf, the bays and part of the river, so that
        what is outside may be water of Québec as well as land of its neighbours.

    Returns
    -------
    float
        Share of the surface (EPSG:6623), 0 to 1; 0 where the package has no province.
    """
    if Level.PROVINCE.value not in set(package.territories["level"]):
        return 0.0
    # Long straight edges in degrees are curves in metres.
    whole = shapely.segmentize(shape, _LONGEST_EDGE_DEGREES)
    left = whole
    for level in _LAND:
        if left.is_empty:
            return 0.0
        layer = package.level(level)
        met = layer.geometry.iloc[layer.sindex.query(left, predicate="intersects")]
        areal = met[met.geom_type.isin(["Polygon", "MultiPolygon"])]
        if len(areal):
            land = shapely.union_all(shapely.make_valid(areal.to_numpy()))
            left = shapely.difference(left, land)
    return surface_km2(left) / surface_km2(whole) if not left.is_empty else 0.0


def off_quebec(territory: CustomTerritory) -> TerritoryError:
    """Refuse a shape that holds nobody because it lies elsewhere."""
    return TerritoryError(
        Text(
            "Ce territoire est hors du Québec, ou sur l'eau",
            "This territory lies outside Québec, or on the water",
        ),
        where=territory.name.fr,
        hint=Text("déplacez-le là où des gens vivent au Québec", "move it to where people live in Québec"),
    )
