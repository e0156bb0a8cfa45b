"""Organisations, services and locations apart: one place offers several services."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from etl.registry import Declaration
from etl.tables import Tables
from geodata.model import ServiceCategory
from geodata.taxonomy import CATEGORIES, KIND_OF_LAYER

_LOCATION_COLUMNS: Final = (
    "name", "address", "city", "postal_code", "longitude", "latitude", "geocode_quality", "same_as",
    "source_id", "assured_date",
)  # fmt: skip


def organizations_table(sources: list[tuple[Declaration, Tables]]) -> pd.DataFrame:
    """Stack the organisations of every source, by identifier."""
    frames = [t.organizations.assign(source_id=d.id) for d, t in sources if t.organizations is not None]
    columns = ["id", "name", "alternate_name", "source_id", "assured_date"]
    return pd.concat(frames)[columns].sort_values("id", ignore_index=True)


def services_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Give one service a place and kind; ``category`` is the layer that counts the place.

    Parameters
    ----------
    rows
        Places of every source; see ``Tables.places``.
    """
    each = rows.assign(kind=_kinds(rows)).explode("kind", ignore_index=True)
    return pd.DataFrame(
        {
            "id": each["place_id"] + ":" + each["kind"],
            "organization_id": each["organization_id"].fillna(""),
            "location_id": each["place_id"],
            "name": each["name"],
            "category": each["category"],
            "kind": each["kind"],
            "detail_fr": each["detail_fr"].fillna(""),
            "detail_en": each["detail_en"].fillna(""),
            "only_mission": each["only_mission"].astype(bool),
            "capacity": _capacity(each, rows),
            "source_id": each["source_id"],
            "assured_date": each["assured_date"],
        }
    ).sort_values("id", ignore_index=True)


def _capacity(each: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Give the capacity of places of one kind: that of several is shared nobody knows how."""
    if "capacity" not in rows:
        return pd.Series(np.nan, each.index, dtype=float)
    alone = ~each["place_id"].duplicated(keep=False)
    said = pd.to_numeric(each["capacity"]).astype(float)
    return said.where(alone & said.gt(0))


def _kinds(rows: pd.DataFrame) -> pd.Series:
    said = rows["kinds"] if "kinds" in rows else pd.Series(None, rows.index, dtype=object)
    default = rows["category"].map(lambda layer: KIND_OF_LAYER[ServiceCategory(layer)])
    kinds = [
        [kind for kind in dict.fromkeys(own) if kind in CATEGORIES] or [otherwise]
        if isinstance(own, list | tuple | np.ndarray)
        else [otherwise]
        for own, otherwise in zip(said, default, strict=True)
    ]
    return pd.Series(kinds, rows.index, dtype=object)


def locations_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Give each place once, with its address and how it came by its coordinates."""
    places = rows.drop_duplicates("place_id").rename(columns={"place_id": "id"})
    return places[["id", *_LOCATION_COLUMNS]].sort_values("id", ignore_index=True)
