"""Read a file of roads or timetables into a graph, whatever its kind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from etl.networks import osm, road_layer
from etl.networks.gtfs import is_transit_feed, transit_graph
from etl.networks.road_layer import LayerOptions
from geodata.errors import SourceNotFoundError
from geodata.networks.building import BuildReport
from geodata.networks.errors import NetworkFileError
from geodata.networks.graph import RoadGraph
from geodata.networks.transit_graph import TransitGraph
from geodata.text import Text

Network = RoadGraph | TransitGraph


@dataclass(frozen=True)
class About:
    """What a person says of a network; the file's name where the name is empty."""

    name: str = ""
    source: str = ""
    licence: str = ""
    vintage: str = ""


def read_network(path: Path, about: About, options: LayerOptions) -> tuple[Network, BuildReport | None]:
    """Build a graph from a file.

    Parameters
    ----------
    path
        An OpenStreetMap extract, a layer of road centre lines, or a GTFS feed.
    about
        Facts to show.
    options
        Columns of a layer that a person names.

    Returns
    -------
    The graph, and what became of the segments if it is of roads.

    Raises
    ------
    SourceNotFoundError
        If there is no such file.
    NetworkFileError
        If its kind is not known, or as for each reader.
    """
    if not path.exists():
        raise SourceNotFoundError(
            Text("Ce fichier n'existe pas", "This file does not exist"),
            where=path.name,
            hint=Text("vérifiez son chemin", "check its path"),
        )
    if is_transit_feed(path):
        return transit_graph(path, name=about.name, source=about.source, licence=about.licence), None
    name = about.name or path.name.split(".")[0]
    facts = {"name": name, "licence": about.licence, "vintage": about.vintage}
    if path.is_file() and path.name.lower().endswith(osm.ENDINGS):
        return osm.read_osm(path, source=about.source or osm.SOURCE, **_with_licence(facts))
    if path.is_file() and path.suffix.lower() in road_layer.ENDINGS:
        return road_layer.read_layer(path, source=about.source, options=options, **facts)
    endings = ", ".join((*osm.ENDINGS, *road_layer.ENDINGS))
    raise NetworkFileError(
        Text("Ce fichier n'est pas d'une sorte connue", "This file is not of a known kind"),
        where=path.name,
        hint=Text(f"donnez un fichier {endings}, ou un GTFS", f"give a {endings} file, or a GTFS"),
    )


def _with_licence(facts: dict[str, str]) -> dict[str, str]:
    return {**facts, "licence": facts["licence"] or osm.LICENCE}
