"""Travel costs as the command orders them: straight line, streets or transit, here or on a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from etl.networks.cluster import ClusterError, DaskRunner
from etl.networks.kept_chunks import KeptChunks
from etl.networks.shelf import open_network
from geodata.access.costs import Mode, TravelCosts
from geodata.access.points import Points
from geodata.access.straight_line import straight_line
from geodata.errors import SelectionError
from geodata.networks.pool import in_pool
from geodata.networks.routing import network_costs
from geodata.networks.searching import Progress
from geodata.networks.solving import Runner
from geodata.networks.transit import transit_costs
from geodata.networks.transit_graph import TransitGraph
from geodata.text import Text

CHUNKS: Final = "costs"
"""Of the data folder: what was solved of searches that did not end."""


@dataclass(frozen=True)
class Order:
    """What to compute.

    Attributes
    ----------
    mode, cutoff_minutes
        How people travel, and up to how long.
    network_id
        The network of the mode; empty for a straight line.
    streets_id
        The streets of the walks of a journey by transit; empty for straight lines.
    scheduler
        ``tcp://host:port`` of a Dask cluster; empty for this machine.
    """

    mode: Mode
    cutoff_minutes: float
    network_id: str = ""
    streets_id: str = ""
    scheduler: str = ""


class Costing:
    """One order, and what is kept on disk of it until its answer is written.

    Parameters
    ----------
    order
        What to compute.
    home
        The data folder.
    """

    def __init__(self, order: Order, home: Path) -> None:
        self._order, self._home = order, home
        self._cluster = DaskRunner(order.scheduler) if order.scheduler else None
        self._run: Runner = self._cluster or in_pool
        self.kept = KeptChunks(self._run, home / CHUNKS)

    @property
    def stopped(self) -> ClusterError | None:
        """Why the cluster did not compute everything; null where it did, and on this machine."""
        return self._cluster.stopped if self._cluster else None

    def costs(
        self,
        origins: Points,
        sites: Points,
        milieu: pd.Series | None = None,
        progress: Progress | None = None,
    ) -> TravelCosts:
        """Compute the costs.

        Parameters
        ----------
        origins, sites
            From and to where.
        milieu
            ``urban``, ``rural``… by origin, for the straight lines.
        progress
            Told how far a search is.

        Raises
        ------
        SelectionError
            If the order asks for transit without a transit network, or for streets by another mode, or for
            a cluster without a network.
        NetworkNotFoundError
            If there is no such network.
        ClusterError
            If the scheduler does not answer, or has no worker.
        """
        order = self._order
        if not order.network_id:
            return self._straight(origins, sites, milieu)
        network = open_network(order.network_id, self._home)
        _require_same(order, isinstance(network, TransitGraph))
        if not isinstance(network, TransitGraph):
            return network_costs(
                network,
                origins,
                sites,
                mode=order.mode,
                cutoff_minutes=order.cutoff_minutes,
                run=self.kept,
                progress=progress,
            )
        streets = open_network(order.streets_id, self._home) if order.streets_id else None
        if isinstance(streets, TransitGraph):
            raise _not_streets(order.streets_id)
        return transit_costs(
            network,
            origins,
            sites,
            cutoff_minutes=order.cutoff_minutes,
            streets=streets,
            milieu=milieu,
            run=self.kept,
            progress=progress,
        )

    def _straight(self, origins: Points, sites: Points, milieu: pd.Series | None) -> TravelCosts:
        order = self._order
        if order.mode is Mode.TRANSIT:
            raise _no_network(order)
        if order.scheduler:
            raise SelectionError(
                Text("Une grappe ne sert qu'aux réseaux", "A cluster serves networks only"),
                where=order.scheduler,
                hint=Text(
                    "nommez un réseau (--network), ou retirez «\u00a0--scheduler\u00a0»",
                    "name a network (--network), or leave “--scheduler” out",
                ),
            )
        return straight_line(
            origins, sites, mode=order.mode, cutoff_minutes=order.cutoff_minutes, milieu=milieu
        )


def _require_same(order: Order, is_transit: bool) -> None:
    if order.mode is Mode.TRANSIT and not is_transit:
        raise _no_network(order)
    if order.mode is not Mode.TRANSIT and is_transit:
        raise SelectionError(
            Text("Ce réseau est de transport collectif", "This is a transit network"),
            where=order.network_id,
            hint=Text(
                "demandez --mode transit, ou un autre réseau", "ask for --mode transit, or another network"
            ),
        )


def _no_network(order: Order) -> SelectionError:
    return SelectionError(
        Text("Aucun réseau de transport collectif n'est nommé", "No transit network is named"),
        where=order.network_id,
        hint=Text(
            "construisez-le d'un GTFS («\u00a0proximite network build FICHIER.zip\u00a0»), "
            "puis nommez-le par --network",
            "build it from a GTFS (“proximite network build FILE.zip”), then name it with --network",
        ),
    )


def _not_streets(network_id: str) -> SelectionError:
    return SelectionError(
        Text("Ce réseau n'a pas de rues", "This network has no streets"),
        where=network_id,
        hint=Text("nommez un réseau de rues, ou aucun", "name a network of streets, or none"),
    )
