"""Which territories touch each other, as a row-standardised matrix of weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.spatial import cKDTree

from geodata.crs import METRIC_CRS

GAP_M: Final = 60.0
"""Borders are drawn generalised: two shapes nearer than this are held to touch."""

ISLAND_LINKS: Final = 3
"""An island is tied to so many nearest territories, and they to it."""

POINT_LINKS: Final = 6
"""Areas known by a point alone are tied to so many nearest ones."""

_Ints = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Ties between territories.

    Attributes
    ----------
    index
        Identifiers, in the order of the rows.
    weights
        n × n; each row sums to 1, the diagonal is empty.
    islands
        Identifiers that touch nothing and were tied to the nearest ones.
    by_distance
        True where shapes are points: ties are the nearest ones and not shared borders.
    """

    index: pd.Index
    weights: csr_array
    islands: tuple[str, ...]
    by_distance: bool

    def lag(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the mean value of the neighbours of each territory."""
        return np.asarray(self.weights @ values)


def neighbours_of(territories: gpd.GeoDataFrame) -> Neighbours:
    """Tie territories that share a border or a corner (queen), or the nearest ones where shapes are points.

    Parameters
    ----------
    territories
        Indexed by ``territory_id``; at least two rows, shapes in any system. Rows without a shape must
        have been left out.

    Returns
    -------
    Neighbours
        An island is tied to its three nearest territories, both ways, and named: without it a territory
        such as Les Îles-de-la-Madeleine would have no neighbourhood at all.
    """
    shapes = territories.geometry.to_crs(METRIC_CRS)
    anchors = shapely.get_coordinates(shapes.representative_point().to_numpy())
    count = len(shapes)
    if (shapes.geom_type == "Point").any():
        rows, columns = _nearest(anchors, np.arange(count), POINT_LINKS)
        return Neighbours(territories.index, _row_standardised(rows, columns, count), (), True)
    rows, columns = _touching(np.asarray(shapes.array))
    alone = np.setdiff1d(np.arange(count), rows)
    near, far = _nearest(anchors, alone, ISLAND_LINKS)
    rows, columns = np.concatenate([rows, near, far]), np.concatenate([columns, far, near])
    islands = tuple(str(name) for name in territories.index[alone])
    return Neighbours(territories.index, _row_standardised(rows, columns, count), islands, False)


def _touching(shapes: NDArray[np.object_]) -> tuple[_Ints, _Ints]:
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=GAP_M)
    apart = first != second
    return first[apart], second[apart]


def _nearest(anchors: NDArray[np.float64], of: _Ints, links: int) -> tuple[_Ints, _Ints]:
    """Give pairs of each row of ``of`` and its nearest others, both by position."""
    links = min(links, len(anchors) - 1)
    if not len(of) or links < 1:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    _distance, found = cKDTree(anchors).query(anchors[of], k=links + 1)
    owner = np.repeat(of, links + 1).reshape(found.shape)
    # Of several areas at one point, an area may not be the first that it finds.
    others = found != owner
    others[others.all(axis=1), -1] = False
    return owner[others], found[others]


def _row_standardised(rows: _Ints, columns: _Ints, count: int) -> csr_array:
    ties = coo_array((np.ones(len(rows)), (rows, columns)), shape=(count, count)).tocsr()
    ties.data[:] = 1.0
    degree = np.diff(ties.indptr)
    ties.data /= np.repeat(degree, degree)
    return ties
