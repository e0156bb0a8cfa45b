"""Read an OpenStreetMap extract into road segments, cut where ways meet."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely
from numpy.typing import NDArray

from etl.networks.osm_tags import Way, read_way
from geodata.crs import DISPLAY_CRS
from geodata.networks.building import BuildReport, graph_from_segments
from geodata.networks.errors import NetworkError, NetworkFileError
from geodata.networks.graph import RoadGraph
from geodata.networks.remarks import FREE_FLOW
from geodata.text import Text

ENDINGS: Final = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
SOURCE: Final = "© OpenStreetMap"
LICENCE: Final = "ODbL 1.0"

_CLASS_SPEEDS: Final = Text(
    "Là où OpenStreetMap n'a pas de limite de vitesse, celle de la classe de la route est prise.",
    "Where OpenStreetMap has no speed limit, that of the class of the road is taken.",
)
_FERRIES: Final = Text(
    "Une traversée compte sa durée, sans l'attente ni les jours sans service.",
    "A ferry counts its crossing, without the wait or the days without service.",
)


@dataclass
class _Ways:
    """Ways as they are read: their tags, and their nodes one after the other."""

    read: list[Way] = field(default_factory=list)
    counts: array[int] = field(default_factory=lambda: array("q"))
    node: array[int] = field(default_factory=lambda: array("q"))
    longitude: array[float] = field(default_factory=lambda: array("d"))
    latitude: array[float] = field(default_factory=lambda: array("d"))

    def add(self, way: Way, places: list[tuple[int, float, float]]) -> None:
        """Add a way; it needs two nodes at least."""
        if len(places) < 2:
            return
        node, longitude, latitude = zip(*places, strict=True)
        self.read.append(way)
        self.counts.append(len(places))
        self.node.extend(node)
        self.longitude.extend(longitude)
        self.latitude.extend(latitude)


def read_osm(
    path: Path, *, name: str, source: str = SOURCE, licence: str = LICENCE, vintage: str = ""
) -> tuple[RoadGraph, BuildReport]:
    """Build a graph from an OpenStreetMap extract.

    Parameters
    ----------
    path
        ``.osm.pbf``, ``.osm``, or the latter compressed.
    name, source, licence, vintage
        Facts to show; the vintage is the file's own date where it gives one and none is said.

    Raises
    ------
    NetworkFileError
        If the file is empty, cut short, or not of OpenStreetMap.
    NetworkError
        If it has no street.
    """
    try:
        ways, dated = _read(path)
    except (RuntimeError, osmium.InvalidLocationError, ValueError, OSError) as failure:
        raise _broken(path) from failure
    if not ways.read:
        raise NetworkError(
            Text("Cet extrait ne contient aucune rue", "This extract has no street"),
            where=path.name,
            hint=Text("donnez un extrait complet, ways comprises", "give a full extract, ways included"),
        )
    ferries = any(way.is_ferry for way in ways.read)
    said = (FREE_FLOW, _CLASS_SPEEDS, *((_FERRIES,) if ferries else ()))
    return graph_from_segments(
        _segments(ways),
        name=name,
        source=source,
        licence=licence,
        vintage=vintage or dated,
        approximations=said,
        join_ends=False,
        need_one_speed=False,
    )


def _read(path: Path) -> tuple[_Ways, str]:
    """Read the ways that someone may use, with the places of their nodes.

    A node that an extract leaves out cuts its way in two.
    """
    reader = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    reader.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    reader.with_filter(osmium.filter.KeyFilter("highway", "route"))
    dated = str(reader.header.get("osmosis_replication_timestamp"))[:10]
    ways = _Ways()
    for found in reader:
        if not isinstance(found, osmium.osm.Way):
            continue
        way = read_way(dict(found.tags))
        if way is None:
            continue
        places: list[tuple[int, float, float]] = []
        for node in found.nodes:
            if node.location.valid():
                places.append((node.ref, node.lon, node.lat))
            else:
                ways.add(way, places)
                places = []
        ways.add(way, places)
    return ways, dated


def _segments(ways: _Ways) -> gpd.GeoDataFrame:
    """Cut the ways where they meet one another, or cross themselves."""
    node = np.frombuffer(ways.node, dtype=np.int64)
    counts = np.frombuffer(ways.counts, dtype=np.int64)
    way = np.repeat(np.arange(len(counts)), counts)
    last = np.cumsum(counts) - 1
    first = last - counts + 1
    _, of_node, times = np.unique(node, return_inverse=True, return_counts=True)
    is_end = np.zeros(len(node), dtype=bool)
    is_end[first] = is_end[last] = True
    cut = (times[of_node] > 1) & ~is_end
    vertex, piece, of_way = _pieces(way, cut)
    degrees = [np.frombuffer(values, dtype=np.float64) for values in (ways.longitude, ways.latitude)]
    drawn = shapely.linestrings(np.column_stack([values[vertex] for values in degrees]), indices=piece)
    read = pd.DataFrame([vars(found) for found in ways.read]).iloc[of_way].reset_index(drop=True)
    segments = gpd.GeoDataFrame(
        read[["walk", "drive", "forward", "backward", "default_kmh"]], geometry=drawn, crs=DISPLAY_CRS
    )
    segments["drive_kmh"] = pd.to_numeric(read["kmh"]).astype("float64")
    whole = pd.to_numeric(read["minutes"]).astype("float64")
    if whole.notna().any():
        length = shapely.length(drawn)
        share = length / np.bincount(of_way, length, minlength=len(counts))[of_way]
        segments["drive_minutes"] = segments["walk_minutes"] = whole * share
    return segments


def _pieces(
    way: NDArray[np.int64], cut: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Repeat each vertex where a way is cut: it ends a piece and begins the next.

    Returns
    -------
    The vertices in order, the piece of each, and the way of each piece.
    """
    vertex = np.repeat(np.arange(len(way)), 1 + cut)
    begins = np.zeros(len(vertex), dtype=bool)
    begins[0] = True
    begins[1:] = (way[vertex[1:]] != way[vertex[:-1]]) | (vertex[1:] == vertex[:-1])
    piece = np.cumsum(begins) - 1
    return vertex, piece, way[vertex[begins]]


def _broken(path: Path) -> NetworkFileError:
    return NetworkFileError(
        Text(
            "Ce fichier est vide, coupé ou n'est pas un extrait d'OpenStreetMap",
            "This file is empty, cut short, or not an OpenStreetMap extract",
        ),
        where=path.name,
        hint=Text("téléchargez-le de nouveau, en entier", "download it again, in full"),
    )
