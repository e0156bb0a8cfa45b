"""A street network: nodes, roads between them, and the minutes along each by mode."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy import sparse
from scipy.sparse import csgraph

from geodata.access.facts import Mode
from geodata.crs import DISPLAY_CRS, METRIC_CRS
from geodata.networks.errors import NetworkError, NetworkFileError
from geodata.text import Text

FORMAT: Final = 1
WALK_KMH: Final = 4.8
"""Pace of an adult on the flat, both on the streets and to reach them."""

METRES_PER_WALK_MINUTE: Final = WALK_KMH * 1000 / 60
ROUTED: Final = (Mode.WALK, Mode.DRIVE)
_ARRAYS: Final = (
    "x_m",
    "y_m",
    "tail",
    "head",
    "metres",
    "walk_minutes",
    "drive_minutes",
    "forward",
    "backward",
    "vertex_first",
    "vertex_x",
    "vertex_y",
)


@dataclass(frozen=True)
class NetworkFacts:
    """What is known of a network besides its roads.

    Attributes
    ----------
    id
        Hash of the roads, 16 hexadecimal digits: the same roads have the same id.
    name, source, licence, vintage
        As its builder named them; empty where not said. ``vintage`` is a year or a date.
    modes
        The modes that at least one road serves.
    nodes, roads
        How many.
    length_km
        Sum of the lengths of the roads.
    bounds
        West, south, east, north in degrees.
    approximations
        What the minutes leave out, one sentence each.
    """

    id: str
    name: str
    source: str = ""
    licence: str = ""
    vintage: str = ""
    modes: tuple[Mode, ...] = ()
    nodes: int = 0
    roads: int = 0
    length_km: float = 0.0
    bounds: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    approximations: tuple[Text, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Write as JSON holds it."""
        return asdict(self) | {"modes": [mode.value for mode in self.modes]}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> NetworkFacts:
        """Read what ``as_dict`` wrote."""
        west, south, east, north = (float(degree) for degree in content["bounds"])
        return cls(
            **{
                **content,
                "modes": tuple(Mode(mode) for mode in content["modes"]),
                "bounds": (west, south, east, north),
                "approximations": tuple(Text(**text) for text in content["approximations"]),
            }
        )


@dataclass(frozen=True, eq=False)
class Arcs:
    """One-way links of one mode, each of a road of the graph."""

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    metres: NDArray[np.float64]
    minutes: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RoadGraph:
    """Roads between numbered nodes; coordinates and lengths in metres of EPSG:6623.

    Parameters
    ----------
    facts
        Name, source, licence, vintage, id.
    x_m, y_m
        float64, one a node.
    tail, head
        int32, one a road: the nodes at the start and at the end of its drawing.
    metres
        float64, length along the road.
    walk_minutes, drive_minutes
        float64, time along the whole road; NaN where the mode is not allowed. Walking goes both ways.
    forward, backward
        bool, whether one may drive from tail to head, and from head to tail.
    vertex_first, vertex_x, vertex_y
        Drawing of road ``i``: vertices ``vertex_first[i]:vertex_first[i + 1]``.
    """

    facts: NetworkFacts
    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    metres: NDArray[np.float64]
    walk_minutes: NDArray[np.float64]
    drive_minutes: NDArray[np.float64]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    vertex_first: NDArray[np.int64]
    vertex_x: NDArray[np.float64]
    vertex_y: NDArray[np.float64]
    _kept: dict[tuple[str, Mode], Any] = field(default_factory=dict, init=False, repr=False)

    @property
    def id(self) -> str:
        """Hash of the roads."""
        return self.facts.id

    @cached_property
    def longitude(self) -> NDArray[np.float64]:
        """Degrees (EPSG:4326), one a node."""
        return self._degrees[0]

    @cached_property
    def latitude(self) -> NDArray[np.float64]:
        """Degrees (EPSG:4326), one a node."""
        return self._degrees[1]

    def minutes(self, mode: Mode) -> NDArray[np.float64]:
        """Give the minutes along each road, NaN where the mode is not allowed.

        Raises
        ------
        NetworkError
            If the mode is not routed on streets alone, or no road serves it.
        """
        if mode not in self.facts.modes:
            raise NetworkError(
                Text(
                    f"Le réseau «\u00a0{self.facts.name}\u00a0» ne sert pas ce mode de déplacement",
                    f"The network “{self.facts.name}” does not serve this mode of travel",
                ),
                where=mode.value,
                hint=Text("choisissez un autre mode ou un autre réseau", "choose another mode or network"),
            )
        return self.walk_minutes if mode is Mode.WALK else self.drive_minutes

    def ways(self, mode: Mode) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Tell for each road whether it may be taken as drawn, and against its drawing."""
        allowed = np.isfinite(self.minutes(mode))
        if mode is Mode.WALK:
            return allowed, allowed
        return allowed & self.forward, allowed & self.backward

    def arcs(self, mode: Mode) -> Arcs:
        """Give the one-way links of a mode, loops left out."""
        minutes = self.minutes(mode)
        forward, backward = self.ways(mode)
        open_road = self.tail != self.head
        along, against = np.flatnonzero(forward & open_road), np.flatnonzero(backward & open_road)
        road = np.concatenate([along, against])
        return Arcs(
            np.concatenate([self.tail[along], self.head[against]]),
            np.concatenate([self.head[along], self.tail[against]]),
            self.metres[road],
            minutes[road],
        )

    def components(self, mode: Mode) -> NDArray[np.int32]:
        """Give a number to each part within which one can go from any node to any other and back.

        Returns
        -------
        int32 by node; 0 is the part with the most nodes. A node that no road of the mode touches is alone.
        """
        kept = self._kept.get(("components", mode))
        if kept is None:
            arcs = self.arcs(mode)
            size = len(self.x_m)
            links = sparse.csr_array(
                (np.ones(len(arcs.tail), dtype=np.int8), (arcs.tail, arcs.head)), shape=(size, size)
            )
            _, labels = csgraph.connected_components(links, directed=True, connection="strong")
            order = np.argsort(-np.bincount(labels), kind="stable")
            renumbered = np.empty(len(order), dtype=np.int32)
            renumbered[order] = np.arange(len(order), dtype=np.int32)
            kept = self._kept["components", mode] = renumbered[labels]
        found: NDArray[np.int32] = kept
        return found

    def lines(self, mode: Mode) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """Give the roads of a mode: their positions, and their drawings in EPSG:6623."""
        kept = self._kept.get(("lines", mode))
        if kept is None:
            forward, backward = self.ways(mode)
            road = np.flatnonzero(forward | backward)
            counts = np.diff(self.vertex_first)
            owner = np.repeat(np.arange(len(counts)), counts)
            vertices = np.column_stack([self.vertex_x, self.vertex_y])
            drawn = np.asarray(shapely.linestrings(vertices, indices=owner))
            kept = self._kept["lines", mode] = (road, drawn[road])
        positions, lines = kept
        return positions, lines

    def save(self, path: Path) -> None:
        """Write everything in one ``.npz``."""
        facts = json.dumps({"format": FORMAT, **self.facts.as_dict()}, ensure_ascii=False)
        content = {name: getattr(self, name) for name in _ARRAYS}
        with path.open("wb") as stream:
            np.savez(stream, facts=np.frombuffer(facts.encode("utf-8"), dtype=np.uint8), **content)

    @cached_property
    def _degrees(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        to_degrees = Transformer.from_crs(METRIC_CRS, DISPLAY_CRS, always_xy=True)
        longitude, latitude = to_degrees.transform(self.x_m, self.y_m)
        return longitude, latitude


def load(path: Path) -> RoadGraph:
    """Read what ``RoadGraph.save`` wrote.

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
            return RoadGraph(NetworkFacts.from_dict(facts), **{name: content[name] for name in _ARRAYS})
    except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as failure:
        raise NetworkFileError(
            Text("Ce réseau ne se lit pas", "This network cannot be read"),
            where=path.name,
            hint=Text("construisez-le de nouveau", "build it again"),
        ) from failure


def identified(graph: RoadGraph) -> RoadGraph:
    """Give the same graph with its id, counts, modes and bounds filled in."""
    digest = sha256()
    for name in _ARRAYS:
        digest.update(np.ascontiguousarray(getattr(graph, name)).tobytes())
    modes = tuple(
        mode
        for mode, minutes in zip(ROUTED, (graph.walk_minutes, graph.drive_minutes), strict=True)
        if np.isfinite(minutes).any()
    )
    degrees = graph.longitude, graph.latitude
    west, east, south, north = (float(f(values)) for values in degrees for f in (np.min, np.max))
    facts = replace(
        graph.facts,
        id=digest.hexdigest()[:16],
        modes=modes,
        nodes=len(graph.x_m),
        roads=len(graph.tail),
        length_km=round(float(graph.metres.sum()) / 1000, 1),
        bounds=(west, south, east, north),
    )
    return replace(graph, facts=facts)
