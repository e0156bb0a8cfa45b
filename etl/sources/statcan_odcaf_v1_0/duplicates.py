"""Find the libraries that two providers list."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import combinations
from typing import Final

import geopandas as gpd
import pandas as pd

from geodata.crs import METRIC_CRS
from geodata.text import fold

_SAME_PLACE_M: Final = 500
"""Two providers place one building at most this far apart, in metres."""


def first_of_each(libraries: gpd.GeoDataFrame) -> pd.Series:
    """Mark one record of each library, the most complete, then the first listed.

    Two records are one library when they bear the same name (accents and hyphens aside) and share a postal
    code, stand within 500 m, or lie in one municipality while one of them has no point; or when they have
    the same address in the same municipality. Same name but two addresses apart: both stay.

    Parameters
    ----------
    libraries
        Columns ``Facility_Name, Source_Format_Address, Postal_Code, CSDUID, Index`` and points.

    Returns
    -------
    pandas.Series
        True for the records to keep, on the same index.
    """
    filled = libraries[["Source_Format_Address", "Postal_Code"]].notna().sum(axis=1)
    facts = pd.DataFrame(
        {
            "name": libraries["Facility_Name"].map(lambda n: fold(n).replace(" ", "")),
            "address": libraries["Source_Format_Address"].fillna("").map(fold),
            "postal_code": libraries["Postal_Code"],
            "municipality": libraries["CSDUID"],
            "point": libraries.geometry.to_crs(METRIC_CRS),
            "complete": filled + 2 * libraries.geometry.notna(),
        }
    )
    repeated: set[Hashable] = set()
    for key in ("name", "address"):
        for _, group in facts[facts[key].ne("")].groupby(key, sort=False):
            repeated |= _repeated(group, by_name=key == "name")
    return pd.Series(~libraries.index.isin(repeated), index=libraries.index)


def _repeated(group: pd.DataFrame, *, by_name: bool) -> set[Hashable]:
    # The most complete first; a stable sort keeps the order of the list among equals.
    ordered = group.sort_values("complete", ascending=False, kind="stable")
    pairs = combinations(ordered.iterrows(), 2)
    return {label for (_, better), (label, other) in pairs if _is_same(better, other, by_name=by_name)}


def _is_same(one: pd.Series, other: pd.Series, *, by_name: bool) -> bool:
    same_municipality = bool(one["municipality"] == other["municipality"])
    if not by_name:
        return same_municipality
    if one["postal_code"] is not None and one["postal_code"] == other["postal_code"]:
        return True
    if one["point"] is None or other["point"] is None:
        return same_municipality
    return bool(one["point"].distance(other["point"]) <= _SAME_PLACE_M)
