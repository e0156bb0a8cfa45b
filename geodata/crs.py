"""The two reference systems, and the door at which others are refused."""

from __future__ import annotations

from typing import Final

import geopandas as gpd

from geodata.errors import CrsError
from geodata.text import Text

METRIC_CRS: Final = 6623
"""NAD83(CSRS) / Québec Albers: areas exact, distances within 1 % up to Kuujjuaq."""

DISPLAY_CRS: Final = 4326
"""WGS 84 longitude and latitude, in degrees."""

QUEBEC_BOUNDS: Final = (-80.5, 44.5, -56.0, 63.5)
"""West, south, east, north of everything that we draw, in degrees."""


def require_crs(frame: gpd.GeoDataFrame, epsg: int, where: str) -> None:
    """Raise unless a layer is in the declared system and its coordinates agree.

    Parameters
    ----------
    frame
        The layer as read.
    epsg
        EPSG code that the source declares.
    where
        The file, for the message.

    Raises
    ------
    CrsError
        If the declared code differs, or a geographic layer holds coordinates outside Québec.
    """
    found = frame.crs.to_epsg() if frame.crs is not None else None
    if found != epsg:
        raise CrsError(
            Text(
                f"Le système de coordonnées est EPSG:{found}, EPSG:{epsg} est attendu",
                f"The coordinate system is EPSG:{found}, EPSG:{epsg} is expected",
            ),
            where=where,
            hint=Text(
                "reprojetez la couche ou reprenez le fichier de l'éditeur",
                "reproject the layer or take the publisher's file again",
            ),
        )
    if epsg == DISPLAY_CRS:
        _require_quebec(frame, where)


def _require_quebec(frame: gpd.GeoDataFrame, where: str) -> None:
    west, south, east, north = QUEBEC_BOUNDS
    bounds = frame.bounds.dropna()
    outside = (bounds.minx < west) | (bounds.maxx > east) | (bounds.miny < south) | (bounds.maxy > north)
    if outside.any():
        first = bounds.index[outside][0]
        raise CrsError(
            Text(
                f"{int(outside.sum())} formes sortent du Québec",
                f"{int(outside.sum())} shapes lie outside Québec",
            ),
            where=f"{where}, ligne/row {first}",
            hint=Text(
                "vérifiez l'ordre longitude, latitude et le système de coordonnées",
                "check the longitude, latitude order and the coordinate system",
            ),
        )
