"""Around one place, ready to be drawn: its areas in three kinds, and from where it is reached in how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from dashboard import format as fmt
from dashboard import reach
from dashboard.i18n import _, in_language
from dashboard.maps import Classification, Method
from geodata.access.catchments import Catchment, catchment, nearest_places
from geodata.access.facts import Mode
from geodata.access.reach import Measured, Question
from geodata.access.rings import rings
from geodata.access.thresholds import LONGEST_MINUTES
from geodata.model import Level
from geodata.networks.transit_graph import TransitGraph
from geodata.package import Package

COLOURS: Final = ("#9fb0bb", "#2f7ba6", "#cb8a5d")
"""Another place is nearer; the nearest and near enough; the nearest, and beyond the threshold."""

RING_COLOURS: Final = ("#e3edf2", "#d0e0ea", "#bad1df")
"""Of the rings, the longest first; drawn under the areas, as the classes that follow theirs."""

SHARES: Final = (0.5, 1.0, 1.5)
"""Rings are drawn at these shares of the threshold of the place's own milieu."""

_KEPT: Final = 24


@dataclass(frozen=True, eq=False)
class Around:
    """One place and whom it serves.

    Attributes
    ----------
    site_id, name, city
        The place.
    longitude, latitude
        Degrees.
    served
        From ``catchment``.
    layer
        ``territory_id, name_fr, name_en, geometry`` (EPSG:4326) of what is drawn: the rings, each without
        those inside it, the longest first and none by transit; then the areas, which have no name.
    kind
        0 to 2 by area, see ``COLOURS``.
    minutes
        Of the rings, the shortest first.
    """

    site_id: str
    name: str
    city: str
    longitude: float
    latitude: float
    served: Catchment
    layer: gpd.GeoDataFrame
    kind: pd.Series
    minutes: tuple[float, ...]

    @property
    def rings(self) -> gpd.GeoDataFrame:
        """The rings of the layer."""
        kept: gpd.GeoDataFrame = self.layer[~self.layer["territory_id"].isin(self.kind.index)]
        return kept

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is drawn, degrees."""
        west, south, east, north = (float(edge) for edge in self.layer.total_bounds)
        return west, south, east, north


def places(package: Package, kind: str) -> pd.DataFrame:
    """List the places of a service by name: ``name, city`` by identifier."""
    return _places(package.id, kind, package)


def around(package: Package, question: Question, site_id: str) -> Around:
    """Find whom a place serves, and draw it.

    Raises
    ------
    ProximiteError
        If the place is not of that service, or the question cannot be computed.
    """
    return _around(package.id, f"{question!r} {site_id}", question, site_id, package)


def busiest(package: Package, question: Question) -> pd.DataFrame:
    """Give, by place, the people for whom none is nearer; as ``nearest_places``, with ``city``."""
    return _busiest(package.id, repr(question), question, package)


def kinds_in_words() -> tuple[str, str, str]:
    """Say what each colour of an area means."""
    return (
        _("assez près, mais un autre lieu est plus proche"),
        _("le lieu le plus proche, assez près"),
        _("le lieu le plus proche, mais au-delà du seuil"),
    )


def painted(found: Around) -> Classification:
    """Give the class of each area, for the map and its legend."""
    ids = pd.Index(found.layer["territory_id"])
    rings = np.arange(len(COLOURS), len(COLOURS) + len(found.rings))
    classes = np.concatenate([rings, found.kind.to_numpy()]).astype(np.uint8)
    counts = tuple(int((classes == code).sum()) for code in range(len(COLOURS)))
    return Classification(Method.FIXED, (), (), classes, counts, 0, 0, ids)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _places(package_id: str, kind: str, _package: Package) -> pd.DataFrame:
    frame = reach.sites(_package, kind).frame[["name"]].copy()
    frame["city"] = _package.locations.set_index("id")["city"].reindex(frame.index).fillna("")
    return frame.sort_values(["name", "city"], kind="stable")


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _busiest(package_id: str, key: str, _question: Question, _package: Package) -> pd.DataFrame:
    counted = nearest_places(reach.measured(_package, _question))
    return counted.join(places(_package, _question.kind)["city"])


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _around(package_id: str, key: str, _question: Question, site_id: str, _package: Package) -> Around:
    measured = reach.measured(_package, _question)
    served = catchment(_package, measured, site_id)
    row = places(_package, _question.kind).loc[site_id]
    site = measured.sites.points.take([site_id])
    minutes = _minutes(measured, served)
    mine = served.areas[served.areas["nearest"] | served.areas["within"]]
    kind = pd.Series(np.select([~mine["nearest"], mine["within"]], [0, 1], 2), index=mine.index)
    rings_drawn = _rings(_package, _question, measured, site_id, minutes)
    return Around(
        site_id=site_id,
        name=str(row["name"]),
        city=str(row["city"]),
        longitude=float(site.longitude[0]),
        latitude=float(site.latitude[0]),
        served=served,
        layer=_layer(_package, mine.index, rings_drawn),
        kind=kind,
        minutes=minutes,
    )


def _minutes(measured: Measured, served: Catchment) -> tuple[float, ...]:
    """Take the threshold of the nearest area, which is that of the milieu of the place."""
    question = measured.question
    thresholds = measured.by_area["threshold"]
    own = (
        float(thresholds[served.areas.index[0]])
        if len(served.areas)
        else question.thresholds.minutes(question.mode)["urban"]
    )
    return tuple(sorted({min(share * own, LONGEST_MINUTES) for share in SHARES}))


def _layer(package: Package, areas: pd.Index, under: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put the areas over the rings."""
    columns = ["territory_id", "name_fr", "name_en", "geometry"]
    # A number would only hide the map.
    mine = package.level(Level.DA).loc[areas, columns].assign(name_fr="", name_en="")
    return gpd.GeoDataFrame(pd.concat([under, mine], ignore_index=True), crs=mine.crs)


def _rings(
    package: Package, question: Question, measured: Measured, site_id: str, minutes: Sequence[float]
) -> gpd.GeoDataFrame:
    graph = reach.network(question.network_id)
    if question.mode is Mode.TRANSIT or isinstance(graph, TransitGraph):
        return gpd.GeoDataFrame({"territory_id": []}, geometry=[], crs=4326)
    drawn = rings(package, measured.sites.points.take([site_id]), question.mode, minutes, graph)
    drawn = drawn[~drawn.geometry.is_empty]
    names = {language: [_minutes_words(m, language) for m in drawn["minutes"]] for language in ("fr", "en")}
    return gpd.GeoDataFrame(
        {
            "territory_id": [f"ring:{m:g}" for m in drawn["minutes"]],
            "name_fr": names["fr"],
            "name_en": names["en"],
        },
        geometry=_apart(list(drawn.geometry)),
        crs=drawn.crs,
    )


def _apart(shapes: list[BaseGeometry]) -> list[BaseGeometry]:
    """Take each shape out of the longer one around it, so that the name of each has its own ground."""
    inner = [*shapes[1:], Polygon()]
    return [shape.difference(inside) for shape, inside in zip(shapes, inner, strict=True)]


def _minutes_words(minutes: float, language: str) -> str:
    with in_language("fr" if language == "fr" else "en"):
        return f"{fmt.number(minutes, 0 if minutes.is_integer() else 1)}{fmt.NBSP}min"
