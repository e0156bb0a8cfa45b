"""A transit timetable as a graph of stops: rides between them, and how it is kept."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.access.facts import Mode
from geodata.access.points import Points
from geodata.networks.errors import NetworkError, NetworkFileError
from geodata.networks.graph import NetworkFacts
from geodata.networks.transit_rides import Rides, Window, rides
from geodata.text import Text

FORMAT: Final = "transit-1"
_ARRAYS: Final = (
    "stop_ids",
    "stop_names",
    "longitude",
    "latitude",
    "boarding",
    "alighting",
    "minutes",
    "metres",
)

APPROXIMATIONS: Final = (
    Text(
        "L'attente est la moitié de l'intervalle moyen entre deux passages utiles\u00a0: ni correspondance "
        "coordonnée, ni départ planifié selon l'horaire.",
        "The wait is half the mean interval between two useful departures: no timed transfer, and nobody "
        "plans by the timetable.",
    ),
    Text("Ni l'achalandage ni les retards ne comptent.", "Neither crowding nor delays count."),
)


@dataclass(frozen=True, eq=False)
class TransitGraph:
    """Direct rides between stops on one day, in one window of departures.

    Parameters
    ----------
    facts
        Name, source, licence, vintage (the day of service), id; ``modes`` is transit alone, ``nodes`` counts
        stops and ``roads`` pairs of stops joined without a change.
    stop_ids, stop_names
        Text arrays, one a stop.
    longitude, latitude
        float64, degrees (EPSG:4326), one a stop.
    boarding, alighting
        int32, positions of stops, one a ride.
    minutes, metres
        float64, wait included, and length, one a ride.
    """

    facts: NetworkFacts
    stop_ids: NDArray[np.str_]
    stop_names: NDArray[np.str_]
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    boarding: NDArray[np.int32]
    alighting: NDArray[np.int32]
    minutes: NDArray[np.float64]
    metres: NDArray[np.float64]

    @property
    def id(self) -> str:
        """Hash of the stops and rides."""
        return self.facts.id

    @property
    def stops(self) -> Points:
        """The stops as points, by their ids."""
        return Points(pd.Index(self.stop_ids.astype(object)), self.longitude, self.latitude)

    def save(self, path: Path) -> None:
        """Write everything in one ``.npz``."""
        facts = json.dumps({"format": FORMAT, **self.facts.as_dict()}, ensure_ascii=False)
        content = {name: getattr(self, name) for name in _ARRAYS}
        with path.open("wb") as stream:
            np.savez(stream, facts=np.frombuffer(facts.encode("utf-8"), dtype=np.uint8), **content)


def load_transit(path: Path) -> TransitGraph:
    """Read what ``TransitGraph.save`` wrote.

    Raises
    ------
    NetworkFileError
        If the file is absent, damaged, or of another format.
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as content:
            facts = json.loads(content["facts"].tobytes())
            if facts.pop("format") != FORMAT:
                raise KeyError("format")
            return TransitGraph(NetworkFacts.from_dict(facts), **{name: content[name] for name in _ARRAYS})
    except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as failure:
        raise NetworkFileError(
            Text("Ce réseau de transport ne se lit pas", "This transit network cannot be read"),
            where=path.name,
            hint=Text("construisez-le de nouveau", "build it again"),
        ) from failure


def graph_of_rides(
    stops: pd.DataFrame, calls: pd.DataFrame, window: Window, facts: NetworkFacts
) -> TransitGraph:
    """Make the graph of a day's calls.

    Parameters
    ----------
    stops
        ``name``, ``longitude``, ``latitude`` (degrees) by stop id.
    calls
        As for :func:`geodata.networks.transit_rides.rides`, without ``metres``.
    window
        When people board.
    facts
        Name, source, licence, vintage and approximations; the rest is filled in.

    Raises
    ------
    NetworkError
        If nothing is boarded in the window.
    """
    points = Points.from_frame(stops)
    step = np.hypot(*(np.diff(axis[calls["stop"]], prepend=0.0) for axis in (points.x_m, points.y_m)))
    # Along all trips at once: only differences within a trip are read.
    found = rides(calls.assign(metres=np.cumsum(step)), len(stops), window)
    if not len(found.minutes):
        raise NetworkError(
            Text(
                f"Aucun trajet ne part dans la plage {window.said()}",
                f"No trip leaves between {window.said()}",
            ),
            where=facts.name,
            hint=Text("choisissez une autre plage ou un autre jour", "choose another window or another day"),
        )
    return _identified(stops, found, facts)


def _identified(stops: pd.DataFrame, found: Rides, facts: NetworkFacts) -> TransitGraph:
    graph = TransitGraph(
        facts,
        stops.index.to_numpy(dtype=np.str_),
        stops["name"].to_numpy(dtype=np.str_),
        stops["longitude"].to_numpy(np.float64),
        stops["latitude"].to_numpy(np.float64),
        found.boarding,
        found.alighting,
        found.minutes,
        found.metres,
    )
    digest = sha256()
    for name in _ARRAYS:
        values = getattr(graph, name)
        digest.update("\n".join(values).encode() if values.dtype.kind == "U" else values.tobytes())
    west, east = float(graph.longitude.min()), float(graph.longitude.max())
    south, north = float(graph.latitude.min()), float(graph.latitude.max())
    complete = replace(
        facts,
        id=digest.hexdigest()[:16],
        modes=(Mode.TRANSIT,),
        nodes=len(stops),
        roads=len(found.minutes),
        bounds=(west, south, east, north),
        approximations=(*APPROXIMATIONS, *facts.approximations),
    )
    return replace(graph, facts=complete)
