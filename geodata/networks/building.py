"""Build a graph from drawn road segments, whatever file they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.access.facts import Mode
from geodata.access.points import AROUND_DEGREES
from geodata.crs import DISPLAY_CRS, METRIC_CRS, QUEBEC_BOUNDS
from geodata.errors import ColumnError, CrsError
from geodata.networks.cleaning import SHORT_M, Cut, Parts, cut_where_ends_touch, nodes_of, parts, repeated
from geodata.networks.errors import NetworkError
from geodata.networks.graph import METRES_PER_WALK_MINUTE, NetworkFacts, RoadGraph, identified
from geodata.networks.remarks import FREE_FLOW, remarks
from geodata.networks.speeds import trusted
from geodata.text import Text

REQUIRED: Final = ("drive_kmh", "forward", "backward", "walk", "drive")
_LENGTH_TOLERANCE: Final = 0.2
"""A published length farther than this from the drawing's is taken for a mistake."""


@dataclass(frozen=True)
class BuildReport:
    """What became of the segments.

    Attributes
    ----------
    segments, roads, nodes
        Segments given; roads and nodes of the graph.
    empty, zero_length, repeated
        Segments left out: without a drawing or open to no one, shorter than the tolerance, drawn twice.
    speed_unknown, speed_wrong
        Drivable segments that took the speed of their class.
    length_wrong
        Segments whose published length was replaced by the drawing's.
    ends_joined
        Dead ends tied to the street on which they stop.
    parts
        How the network holds together, by mode.
    """

    segments: int
    roads: int
    nodes: int
    empty: int
    zero_length: int
    repeated: int
    speed_unknown: int
    speed_wrong: int
    length_wrong: int
    ends_joined: int
    parts: Mapping[Mode, Parts]

    @property
    def said(self) -> tuple[Text, ...]:
        """What a person should know of it, one sentence each."""
        return remarks(self.speed_unknown, self.speed_wrong, self.parts)

    def as_dict(self) -> dict[str, Any]:
        """Write as JSON holds it."""
        by_mode = {mode.value: asdict(part) for mode, part in self.parts.items()}
        return asdict(self) | {"parts": by_mode}


def graph_from_segments(
    segments: gpd.GeoDataFrame,
    *,
    name: str,
    source: str = "",
    licence: str = "",
    vintage: str = "",
    approximations: Sequence[Text] = (FREE_FLOW,),
    join_ends: bool = True,
    need_one_speed: bool = True,
) -> tuple[RoadGraph, BuildReport]:
    """Build a graph from road segments.

    Parameters
    ----------
    segments
        LineStrings in any declared CRS. ``drive_kmh`` float (NaN: unknown), ``forward`` and ``backward``
        bool (driving along the drawing, and against it), ``walk`` and ``drive`` bool. If there:
        ``default_kmh`` (where the speed is unknown or wrong; 50 otherwise), ``metres`` (published length),
        ``drive_minutes`` and ``walk_minutes`` (a ferry's crossing, in place of its length over a speed).
    name, source, licence, vintage
        Facts to show.
    approximations
        What the minutes leave out; free-flow speeds by default.
    join_ends
        Tie a dead end to the street on which it stops; false where the file says which roads meet.
    need_one_speed
        Refuse wrong speeds without a good one; see :func:`geodata.networks.speeds.trusted`.

    Raises
    ------
    ColumnError
        If a column is missing.
    CrsError
        If no CRS is declared, or the segments lie far from Québec.
    NetworkError
        If a shape is not a line, nothing is left, or no speed can be used.
    """
    _require(segments)
    drawn, left_out = _drawn(segments)
    costs = _costs(drawn, need_one_speed)
    lines = drawn.geometry.to_numpy()
    whole = Cut(lines, np.arange(len(lines)), np.ones(len(lines)), 0)
    cut = cut_where_ends_touch(lines) if join_ends else whole
    metres, walk_minutes, drive_minutes = (
        values[cut.owner] * cut.share for values in (costs.metres, costs.walk_minutes, costs.drive_minutes)
    )
    drive = np.isfinite(drive_minutes)
    forward, backward = (
        drawn[way].to_numpy(dtype=bool)[cut.owner] & drive for way in ("forward", "backward")
    )
    ends = np.concatenate([shapely.get_point(cut.lines, at) for at in (0, -1)])
    node, place = nodes_of(shapely.get_coordinates(ends))
    tail, head = node[: len(cut.lines)], node[len(cut.lines) :]
    short = (tail == head) & (metres <= SHORT_M)
    again = repeated(tail, head, metres, drive_minutes, walk_minutes, forward, backward) & ~short
    kept = ~(short | again)
    if not kept.any():
        raise _no_street()
    graph = _assembled(
        NetworkFacts("", name, source, licence, vintage, approximations=tuple(approximations)),
        place,
        cut.lines[kept],
        (tail[kept], head[kept]),
        (metres[kept], walk_minutes[kept], drive_minutes[kept]),
        (forward[kept], backward[kept]),
    )
    report = BuildReport(
        len(segments), len(graph.tail), len(graph.x_m), left_out, int(short.sum()), int(again.sum()),
        costs.speed_unknown, costs.speed_wrong, costs.length_wrong, cut.joined,
        {mode: parts(graph, mode) for mode in graph.facts.modes},
    )  # fmt: skip
    return graph, report


@dataclass(frozen=True, eq=False)
class _Costs:
    """Length and minutes of each segment, and what was replaced on the way."""

    metres: NDArray[np.float64]
    walk_minutes: NDArray[np.float64]
    drive_minutes: NDArray[np.float64]
    speed_unknown: int
    speed_wrong: int
    length_wrong: int


def _costs(drawn: gpd.GeoDataFrame, need_one_speed: bool) -> _Costs:
    metres, length_wrong = _metres(drawn)
    drive = (drawn["drive"] & (drawn["forward"] | drawn["backward"])).to_numpy(dtype=bool)
    timed = "drive_minutes" in drawn.columns and drawn["drive_minutes"].notna().to_numpy()
    counts = drive & ~np.asarray(timed)
    speeds = trusted(drawn["drive_kmh"], drawn.get("default_kmh"), counts, need_one=need_one_speed)
    by_speed = metres * 0.06 / speeds.kmh
    on_foot = metres / METRES_PER_WALK_MINUTE
    return _Costs(
        metres,
        np.where(drawn["walk"].to_numpy(dtype=bool), _stated(drawn, "walk_minutes", on_foot), np.nan),
        np.where(drive, _stated(drawn, "drive_minutes", by_speed), np.nan),
        speeds.unknown,
        speeds.wrong,
        length_wrong,
    )


def _require(segments: gpd.GeoDataFrame) -> None:
    missing = [column for column in REQUIRED if column not in segments.columns]
    if missing:
        raise ColumnError(
            Text("Une colonne des segments manque", "A column of the segments is missing"),
            where=", ".join(missing),
            hint=Text("ajoutez-la", "add it"),
        )
    if segments.crs is None:
        raise CrsError(
            Text("Le système de coordonnées n'est pas déclaré", "The coordinate system is not declared"),
            hint=Text("déclarez-le dans la couche", "declare it in the layer"),
        )
    kinds = set(segments.geometry[~segments.geometry.is_empty].geom_type.dropna()) - {"LineString"}
    if kinds:
        raise NetworkError(
            Text("Des formes ne sont pas des lignes", "Some shapes are not lines"),
            where=", ".join(sorted(kinds)),
            hint=Text("donnez les axes des rues, en lignes", "give the centre lines of the streets"),
        )


def _drawn(segments: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """Keep, in metres, the segments that are drawn and open to someone."""
    shown = segments.geometry.notna() & ~segments.geometry.is_empty & segments.geometry.is_valid
    open_to = segments["walk"].astype(bool) | segments["drive"].astype(bool)
    kept = segments[shown & open_to]
    if not len(kept):
        raise _no_street()
    west, south, east, north = QUEBEC_BOUNDS
    found = kept.to_crs(DISPLAY_CRS).total_bounds
    around = np.array([west, south, -east, -north]) - AROUND_DEGREES
    if not (np.isfinite(found).all() and (found * [1, 1, -1, -1] >= around).all()):
        raise CrsError(
            Text("Les rues sortent du Québec et de ses abords", "The streets lie far outside Québec"),
            where=", ".join(f"{degree:.2f}" for degree in found),
            hint=Text("vérifiez le système de coordonnées", "check the coordinate system"),
        )
    metric = kept.set_geometry(shapely.force_2d(kept.geometry.to_numpy()), crs=kept.crs).to_crs(METRIC_CRS)
    return metric.reset_index(drop=True), len(segments) - len(kept)


def _metres(drawn: gpd.GeoDataFrame) -> tuple[NDArray[np.float64], int]:
    """Give each segment its published length, else that of its drawing."""
    measured: NDArray[np.float64] = shapely.length(drawn.geometry.to_numpy())
    if "metres" not in drawn:
        return measured, 0
    published = pd.to_numeric(drawn["metres"], errors="coerce").to_numpy(dtype=np.float64)
    credible = np.abs(published - measured) <= np.maximum(_LENGTH_TOLERANCE * measured, 2.0)
    credible &= published > 0
    return np.where(credible, published, measured), int((~credible).sum())


def _no_street() -> NetworkError:
    return NetworkError(
        Text("Aucune rue dans ce fichier", "No street in this file"),
        hint=Text("donnez un extrait qui en contient", "give an extract that has some"),
    )


def _stated(rows: gpd.GeoDataFrame, column: str, otherwise: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take a stated duration where there is one, unless it would be faster than any road."""
    if column not in rows:
        return otherwise
    stated = pd.to_numeric(rows[column], errors="coerce").to_numpy(dtype=np.float64)
    return np.where(np.isfinite(stated) & (stated > 0), stated, otherwise)


def _assembled(
    facts: NetworkFacts,
    place: NDArray[np.float64],
    lines: NDArray[Any],
    ends: tuple[NDArray[np.int32], NDArray[np.int32]],
    costs: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    ways: tuple[NDArray[np.bool_], NDArray[np.bool_]],
) -> RoadGraph:
    used, renumbered = np.unique(np.concatenate(ends), return_inverse=True)
    tail, head = renumbered.astype(np.int32).reshape(2, -1)
    counts = shapely.get_num_coordinates(lines)
    vertex = shapely.get_coordinates(lines)
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    x_m, y_m = np.ascontiguousarray(place[used].T)
    return identified(
        RoadGraph(facts, x_m, y_m, tail, head, *costs, *ways, first, vertex[:, 0], vertex[:, 1])
    )
