"""External validity: our proximity to a service beside Statistics Canada's, block by block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geodata.access.facts import Mode
from geodata.access.points import Points
from geodata.access.sites import Sites, sites_of
from geodata.access.straight_line import straight_line
from geodata.model import Level
from geodata.package import Package
from geodata.text import Text

FEWEST_BLOCKS: Final = 30
"""Blocks under which a correlation says nothing."""

_AS_FAR: Final = 5.0
"""Beyond so many times the publisher's distance, a place adds nothing (e to the power -10)."""

_WALK_KMH: Final = 4.8


@dataclass(frozen=True, slots=True)
class Compared:
    """A service that Statistics Canada measures, and what of our listings it is set against.

    Parameters
    ----------
    id
        Our name for it, key of the answer.
    column
        End of the publisher's column: ``health`` of ``prox_idx_health``.
    kinds
        Categories of ``geodata.taxonomy`` whose places are counted.
    within_km
        Distance up to which the publisher looks (Alasia et al. 2021, 18-001-X): the scale of ours is half.
    word
        Of the places, only those whose English detail has this word; empty for all.
    """

    id: str
    column: str
    kinds: tuple[str, ...]
    within_km: float
    word: str = ""


COMPARED: Final[tuple[Compared, ...]] = (
    Compared("health", "health", ("clsc", "hospital", "medical_clinic", "psychiatric_care"), 3.0),
    Compared("pharmacy", "pharma", ("pharmacy",), 1.0),
    Compared("childcare", "childcare", ("childcare",), 1.5),
    Compared("primary_school", "educpri", ("school",), 1.5, "elementary"),
    Compared("secondary_school", "educsec", ("school",), 1.5, "secondary"),
    Compared("library", "lib", ("library",), 1.5),
)
"""Employment, groceries, parks and transit are measured too, and no listing of ours has them."""


@dataclass(frozen=True, slots=True)
class Validity:
    """How one of our measures orders the blocks that the publisher orders.

    Parameters
    ----------
    id
        Of :data:`COMPARED`.
    rho
        Spearman's rank correlation, -1 to 1; null where it cannot be told.
    blocks
        Blocks compared: those with an index, where our listing reaches.
    places
        Places of our listing.
    why_not
        Why there is no correlation; null where there is one.
    """

    id: str
    rho: float | None
    blocks: int
    places: int
    why_not: Text | None = None


def compare(
    package: Package, blocks: Points, indices: pd.DataFrame, areas: pd.Series | None = None
) -> list[Validity]:
    """Set our proximity beside the publisher's for every service that both have.

    Parameters
    ----------
    blocks
        Where the blocks are.
    indices
        One column a service, named as ``Compared.column``; index of the blocks, null where there is none.
    areas
        ``da_id`` of each block; that of the nearest area where null.

    Returns
    -------
    list of Validity
        One for each service of ``indices`` that we could compare, in the order of :data:`COMPARED`.
    """
    da_of = nearest_areas(package, blocks) if areas is None else areas.reindex(blocks.ids)
    return [
        _validity(package, service, blocks, indices[service.column], da_of)
        for service in COMPARED
        if service.column in indices
    ]


def nearest_areas(package: Package, blocks: Points) -> pd.Series:
    """Give the dissemination area whose point is nearest to each block."""
    areas = package.level(Level.DA)
    points = Points.from_frame(pd.DataFrame(areas[["longitude", "latitude"]]))
    tree = cKDTree(np.column_stack((points.x_m, points.y_m)))
    _, at = tree.query(np.column_stack((blocks.x_m, blocks.y_m)))
    return pd.Series(points.ids[at], index=blocks.ids)


def proximity(blocks: Points, sites: Points, within_km: float) -> pd.Series:
    """Sum over the sites a weight that falls with distance: e to the power -d / (within_km / 2).

    Distances are straight lines times the detour of a city (the publisher's measure is mostly one of
    cities); no size of a place is public, so that each counts for one.

    Parameters
    ----------
    within_km
        Distance up to which the publisher looks.

    Returns
    -------
    pandas.Series
        By block, 0 and more, without unit.
    """
    scale = within_km / 2
    cutoff = _AS_FAR * within_km / _WALK_KMH * 60
    # A milieu of its own for each block would move the ranks at its border: one detour for all.
    milieu = pd.Series("urban", index=blocks.ids)
    costs = straight_line(blocks, sites, mode=Mode.WALK, cutoff_minutes=cutoff, milieu=milieu)
    found = np.zeros(len(blocks))
    for block in costs.blocks():
        km = block.minutes / 60 * _WALK_KMH
        sums = np.bincount(block.rows_of_pairs(), np.exp(-km / scale), minlength=block.rows)
        found[block.first : block.end] = sums
    return pd.Series(found, index=blocks.ids)


def as_numbers(found: list[Validity]) -> Mapping[str, float]:
    """Give the correlations that exist, by service, to four decimals."""
    return {one.id: round(one.rho, 4) for one in found if one.rho is not None}


def _validity(
    package: Package, service: Compared, blocks: Points, index: pd.Series, da_of: pd.Series
) -> Validity:
    listed = [sites_of(package, kind) for kind in service.kinds]
    places = _together(package, service, listed)
    if not len(places):
        return Validity(service.id, None, 0, 0, _NO_LISTING)
    reached = da_of.isin(np.concatenate([sites.covered for sites in listed])).to_numpy()
    told = index.reindex(blocks.ids)[reached].dropna()
    if len(told) < FEWEST_BLOCKS:
        return Validity(service.id, None, len(told), len(places), _FEW_BLOCKS)
    ours = proximity(blocks.take(told.index), places, service.within_km)
    if told.nunique() < 2 or ours.nunique() < 2:
        return Validity(service.id, None, len(told), len(places), _ALL_ALIKE)
    from scipy.stats import spearmanr  # half a second to import, which every start of the program would pay

    rho = float(spearmanr(ours.to_numpy(), told.to_numpy()).statistic)
    return Validity(service.id, rho, len(told), len(places))


def _together(package: Package, service: Compared, listed: list[Sites]) -> Points:
    """Give the places of several kinds, each once."""
    placed = pd.concat(
        pd.DataFrame({"longitude": s.points.longitude, "latitude": s.points.latitude}, s.points.ids)
        for s in listed
    )
    if service.word:
        offered = package.services[package.services["kind"].isin(service.kinds)]
        having = offered.loc[offered["detail_en"].str.contains(service.word, regex=False), "location_id"]
        placed = placed[placed.index.isin(having)]
    return Points.from_frame(placed[~placed.index.duplicated()])


_NO_LISTING: Final = Text("aucune liste de ce service n'est chargée", "no listing of this service is loaded")
_FEW_BLOCKS: Final = Text(
    f"moins de {FEWEST_BLOCKS} îlots ont un indice là où notre liste s'étend",
    f"fewer than {FEWEST_BLOCKS} blocks have an index where our listing reaches",
)
_ALL_ALIKE: Final = Text("toutes les valeurs sont égales", "all the values are equal")
