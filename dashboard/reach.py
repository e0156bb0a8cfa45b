"""Travel costs and measures of access, computed once for each question and kept while pages use them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

from etl.networks import shelf
from geodata.access.costs import TravelCosts
from geodata.access.groups import groups_offered
from geodata.access.official import Overlap
from geodata.access.official import overlap as overlap_of
from geodata.access.ranks import RankMoves, rank_moves
from geodata.access.reach import Measured, Question, costs_of, cutoff_of
from geodata.access.reach import measured as measure_of
from geodata.access.sites import Sites, kinds_offered, sites_of
from geodata.access.territories import at_level as carried
from geodata.model import Level
from geodata.networks.graph import NetworkFacts, RoadGraph
from geodata.networks.transit_graph import TransitGraph
from geodata.package import Package
from geodata.text import Text

MOST_KEPT_PAIRS: Final = 15_000_000
"""Of one question, 300 MB at most; more are computed again by each measure."""

_FEW: Final = 6
_SOME: Final = 24
_NETWORKS: Final = 2


def networks() -> list[NetworkFacts]:
    """List the networks of this machine; none where the folder cannot be read."""
    return shelf.networks()


def bounds(question: Question) -> tuple[float, float, float, float] | None:
    """Give where the network of a question reaches (west, south, east, north); null for all of Québec."""
    return next((one.bounds for one in networks() if one.id == question.network_id), None)


def network(network_id: str) -> RoadGraph | TransitGraph | None:
    """Open a network; null for the straight line.

    Raises
    ------
    ProximiteError
        If it is not there, or damaged.
    """
    return _network(network_id) if network_id else None


def kinds(package: Package) -> Mapping[str, Text]:
    """Give the services that a package places on a map, with their titles."""
    return _kinds(package.id, package)


def groups(package: Package) -> Mapping[str, Text]:
    """Give the groups that a package can count, with their titles."""
    return groups_offered(package)


def sites(package: Package, kind: str) -> Sites:
    """Give the places of a service."""
    return _sites(package.id, kind, package)


def costs(package: Package, question: Question) -> TravelCosts:
    """Give the costs of a question; they depend on neither the group nor the measure.

    Raises
    ------
    ProximiteError
        If the network is not there, or the question cannot be computed.
    """
    # Two questions of one reach share their costs.
    key = f"{question.kind} {question.mode} {question.network_id} {cutoff_of(question):g}"
    return _costs(package.id, key, question, package)


def measured(package: Package, question: Question) -> Measured:
    """Give the measure of a question, by area.

    Raises
    ------
    ProximiteError
        As for ``costs``.
    """
    return _measured(package.id, repr(question), question, package)


def at_level(package: Package, question: Question, level: Level) -> pd.DataFrame:
    """Give the measure of a question by territory; as ``geodata.access.territories.at_level``.

    Raises
    ------
    ProximiteError
        As for ``costs``, or where the measure is not carried to the level.
    """
    today = date.today().isoformat()
    return _at_level(package.id, repr(question), level.value, today, question, package)


def moves(package: Package, question: Question, level: Level) -> RankMoves:
    """Give how the ranks of a level move with the thresholds.

    Raises
    ------
    ProximiteError
        As for ``at_level``.
    """
    return _moves(package.id, repr(question), level.value, question, package)


def overlap(package: Package, question: Question) -> Overlap:
    """Give whose nearest place is in another territory of CLSC than their own.

    Raises
    ------
    ProximiteError
        As for ``costs``.
    """
    return _overlap(package.id, repr(question), question, package)


@st.cache_resource(max_entries=_NETWORKS, show_spinner=False)
def _network(network_id: str) -> RoadGraph | TransitGraph:
    return shelf.open_network(network_id)


@st.cache_resource(max_entries=_FEW, show_spinner=False)
def _kinds(package_id: str, _package: Package) -> dict[str, Text]:
    return kinds_offered(_package)


@st.cache_resource(max_entries=_SOME, show_spinner=False)
def _sites(package_id: str, kind: str, _package: Package) -> Sites:
    return sites_of(_package, kind)


@st.cache_resource(max_entries=_FEW, show_spinner=False)
def _costs(package_id: str, key: str, _question: Question, _package: Package) -> TravelCosts:
    graph = network(_question.network_id)
    return costs_of(_package, _question, graph, sites(_package, _question.kind)).kept(MOST_KEPT_PAIRS)


@st.cache_resource(max_entries=_SOME, show_spinner=False)
def _measured(package_id: str, key: str, _question: Question, _package: Package) -> Measured:
    return measure_of(_package, _question, costs(_package, _question), sites(_package, _question.kind))


@st.cache_resource(max_entries=_SOME, show_spinner=False)
def _at_level(
    package_id: str, key: str, level: str, today: str, _question: Question, _package: Package
) -> pd.DataFrame:
    found = measured(_package, _question)
    return carried(_package, Level(level), found, today=date.fromisoformat(today))


@st.cache_resource(max_entries=_SOME, show_spinner=False)
def _moves(package_id: str, key: str, level: str, _question: Question, _package: Package) -> RankMoves:
    return rank_moves(_package, Level(level), measured(_package, _question))


@st.cache_resource(max_entries=_SOME, show_spinner=False)
def _overlap(package_id: str, key: str, _question: Question, _package: Package) -> Overlap:
    return overlap_of(_package, measured(_package, _question))
