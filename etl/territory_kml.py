"""Read the areas of a KML file: names and outlines; links to elsewhere are never followed."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
from lxml import etree
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geodata.crs import DISPLAY_CRS

_MOST_PLACEMARKS: Final = 5_001
_FEWEST_POINTS: Final = 4


def placemarks(content: bytes) -> gpd.GeoDataFrame:
    """Give every placemark with its name and its areas.

    Returns
    -------
    geopandas.GeoDataFrame
        ``name`` and geometry (EPSG:4326); null where a placemark is a point or a line.

    Raises
    ------
    ValueError
        If it is not KML.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as failure:
        raise ValueError("not XML") from failure
    found = [element for element in root.iter() if _local(element) == "Placemark"][:_MOST_PLACEMARKS]
    names = ["".join(map(str, _first(mark, "name").itertext())).strip() for mark in found]
    return gpd.GeoDataFrame({"name": names}, geometry=[_areas(mark) for mark in found], crs=DISPLAY_CRS)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _first(element: etree._Element, name: str) -> etree._Element:
    return next((child for child in element if _local(child) == name), etree.Element(name))


def _areas(mark: etree._Element) -> BaseGeometry | None:
    polygons = [_polygon(element) for element in mark.iter() if _local(element) == "Polygon"]
    drawn = [polygon for polygon in polygons if polygon is not None]
    if not drawn:
        return None
    return drawn[0] if len(drawn) == 1 else MultiPolygon(drawn)


def _polygon(element: etree._Element) -> Polygon | None:
    rings: dict[str, list[np.ndarray]] = {"outerBoundaryIs": [], "innerBoundaryIs": []}
    for boundary in element:
        for inner in boundary.iter():
            if _local(inner) == "coordinates" and _local(boundary) in rings:
                rings[_local(boundary)].append(_points(inner.text or ""))
    outer = [ring for ring in rings["outerBoundaryIs"] if len(ring) >= _FEWEST_POINTS]
    if not outer:
        return None
    holes = [ring for ring in rings["innerBoundaryIs"] if len(ring) >= _FEWEST_POINTS]
    return Polygon(outer[0], holes)


def _points(text: str) -> np.ndarray:
    rows = [triple.split(",")[:2] for triple in text.split()]
    return np.array([[float(x), float(y)] for x, y in rows], dtype=float).reshape(-1, 2)
