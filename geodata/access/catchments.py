"""Whom a place serves: the areas whose nearest it is, the people near enough, and by group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.access.groups import groups_offered, people_of
from geodata.access.reach import Measured
from geodata.access.rings import rings
from geodata.aggregate import FEWEST_COVERED
from geodata.errors import SelectionError
from geodata.package import Package
from geodata.text import Text

__all__ = ["Catchment", "catchment", "nearest_places", "rings"]


@dataclass(frozen=True, eq=False)
class Catchment:
    """Whom one place serves.

    Attributes
    ----------
    site_id
        The place.
    areas
        By ``da_id``, the areas that have it in the time looked for, nearest first: ``minutes`` to it,
        ``people`` of the group, ``nearest`` (no place is nearer), ``within`` (inside the threshold of the
        area), ``places`` (how many are).
    by_group
        By group, in the order of ``GROUPS``: ``nearest`` (people for whom no place is nearer) and
        ``within`` (people near enough), over the areas where the group is counted: ``known`` is their
        share of everyone in these areas, 0 to 1. Under 70 %, no number is given.
    shared_by
        People of the group near enough, who share its supply.
    alone_for
        Of them, those who have no other place near enough.
    """

    site_id: str
    areas: pd.DataFrame
    by_group: pd.DataFrame
    shared_by: float
    alone_for: float


def catchment(package: Package, measured: Measured, site_id: str) -> Catchment:
    """Find whom a place serves.

    Raises
    ------
    SelectionError
        If the place is not among those measured.
    """
    costs = measured.costs
    if site_id not in costs.sites:
        raise SelectionError(
            Text("Ce lieu n'est pas dans cette mesure", "This place is not in this measure"),
            where=site_id,
            hint=Text("choisissez un lieu de la liste", "choose a place of the list"),
        )
    minutes = _minutes_to(measured, site_id)
    areas = measured.by_area.loc[minutes.index, ["people", "threshold", "site_1", "count"]]
    table = pd.DataFrame(
        {
            "minutes": minutes,
            "people": areas["people"],
            "nearest": areas["site_1"].eq(site_id),
            "within": minutes.le(areas["threshold"]),
            "places": areas["count"].astype("Int64"),
        }
    ).sort_values("minutes", kind="stable")
    near = table[table["within"]]
    return Catchment(
        site_id,
        table,
        _by_group(package, table),
        float(near["people"].sum()),
        float(near.loc[near["places"].le(1), "people"].sum()),
    )


def nearest_places(measured: Measured) -> pd.DataFrame:
    """Count for each place the people for whom none is nearer: ``name, people, areas, people_within``.

    Returns
    -------
    pandas.DataFrame
        By place, in the order of the costs; ``people_within`` counts those near enough, who may have others.
    """
    areas = measured.by_area[measured.by_area["people"].notna()]
    grouped = areas.groupby("site_1")["people"]
    table = pd.DataFrame(index=measured.costs.sites.rename("site_id"))
    table["name"] = measured.sites.frame["name"].reindex(table.index)
    table["people"] = grouped.sum().reindex(table.index, fill_value=0.0)
    table["areas"] = grouped.size().reindex(table.index, fill_value=0)
    table["people_within"] = measured.people_by_site
    return table


def _minutes_to(measured: Measured, site_id: str) -> pd.Series:
    """Give the minutes to one place from each area that has it in reach."""
    at = measured.costs.sites.get_loc(site_id)
    found, minutes = [], []
    for block in measured.costs.blocks():
        mine = block.site == at
        found.append(block.first + block.rows_of_pairs()[mine])
        minutes.append(block.minutes[mine])
    rows = np.concatenate(found) if found else np.empty(0, dtype=np.int64)
    times = np.concatenate(minutes) if minutes else np.empty(0)
    return pd.Series(times, measured.costs.origins[rows], name="minutes")


def _by_group(package: Package, table: pd.DataFrame) -> pd.DataFrame:
    everyone = people_of(package).people.reindex(table.index)
    rows = {}
    for group, title in groups_offered(package).items():
        people = people_of(package, group).people.reindex(table.index)
        counted = everyone.where(people.notna(), 0.0)[table["within"] | table["nearest"]].sum()
        every = everyone[table["within"] | table["nearest"]].sum()
        known = counted / every if every > 0 else 0.0
        sums = {
            column: float(people[table[column]].sum()) if known >= FEWEST_COVERED else np.nan
            for column in ("nearest", "within")
        }
        rows[group] = {"title": title, **sums, "known": float(known)}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("group")
