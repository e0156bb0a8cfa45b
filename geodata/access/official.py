"""Official territories of CLSC beside lived access: whose nearest place is in another territory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.access.reach import Measured
from geodata.access.territories import weights_at
from geodata.aggregate import assert_conserved
from geodata.model import Level
from geodata.package import Package


@dataclass(frozen=True, eq=False)
class Overlap:
    """Where people's nearest place is.

    Attributes
    ----------
    by_territory
        By territory: ``people`` of the group whose access is known; ``elsewhere`` (people whose nearest
        place is in another territory), ``out_of_reach`` (people without a place in the time looked for),
        ``share_pct`` (elsewhere among people in reach, percent; null where nobody is), ``places`` inside.
    flows
        ``from_id, to_id, people``, the most people first: one row a pair of territories, its own included;
        ``to_id`` is empty where the place is in no territory of the level.
    people, elsewhere, out_of_reach, share_pct
        The same for all of them together.
    """

    by_territory: pd.DataFrame
    flows: pd.DataFrame
    people: float
    elsewhere: float
    out_of_reach: float

    @property
    def share_pct(self) -> float:
        """Percent of people in reach whose nearest place is in another territory; NaN where nobody is."""
        reached = self.people - self.out_of_reach
        return 100.0 * self.elsewhere / reached if reached > 0 else float("nan")


def overlap(package: Package, measured: Measured, level: Level = Level.CLSC) -> Overlap:
    """Compare the territory in which people live with the one of their nearest place.

    The nearest place does not change if all travel is slower or faster alike; equals go to the first.

    Parameters
    ----------
    measured
        Any measure of the places; its ``site_1`` is the nearest of each area.

    Raises
    ------
    ConservationError
        If the flows do not add up to the people.
    """
    of_site = _territory_of(package, level, measured.costs.sites, measured)
    areas = measured.by_area[measured.by_area["known"] & measured.by_area["people"].notna()]
    rows = weights_at(package, level, areas.index)
    rows = rows[rows["da_id"].isin(areas.index)]
    mine = areas.reindex(rows["da_id"])
    there = mine["site_1"].map(of_site).to_numpy(dtype=object)
    cells = pd.DataFrame(
        {
            "from_id": rows["territory_id"].to_numpy(),
            "to_id": np.where(pd.isna(there), "", there),
            "people": mine["people"].to_numpy() * rows["fraction"].to_numpy(),
            "reached": ~mine["out_of_reach"].to_numpy(dtype=bool),
        }
    )
    flows = cells[cells["reached"]].groupby(["from_id", "to_id"], as_index=False)["people"].sum()
    flows = flows[flows["people"] > 0]
    table = _by_territory(package, level, cells, of_site)
    assert_conserved(
        float(table["people"].sum()), float(flows["people"].sum() + table["out_of_reach"].sum()), level.value
    )
    ordered = flows.sort_values(
        ["people", "from_id", "to_id"], ascending=[False, True, True], ignore_index=True
    )
    totals = table[["people", "elsewhere", "out_of_reach"]].sum()
    return Overlap(table, ordered, *(float(number) for number in totals))


def _by_territory(package: Package, level: Level, cells: pd.DataFrame, of_site: pd.Series) -> pd.DataFrame:
    elsewhere = cells["reached"] & cells["from_id"].ne(cells["to_id"])
    counted = cells.assign(
        elsewhere=cells["people"].where(elsewhere, 0.0),
        out_of_reach=cells["people"].where(~cells["reached"], 0.0),
    )
    table = counted.groupby("from_id")[["people", "elsewhere", "out_of_reach"]].sum()
    table = table.reindex(package.level(level).index, fill_value=0.0).rename_axis("territory_id")
    reached = table["people"] - table["out_of_reach"]
    table["share_pct"] = 100.0 * table["elsewhere"] / reached.where(reached > 0)
    places = of_site.value_counts().reindex(table.index, fill_value=0)
    table["places"] = places.astype("int64")
    return table


def _territory_of(package: Package, level: Level, sites: pd.Index, measured: Measured) -> pd.Series:
    """Give the territory of each place: the package's own, else that of the area nearest to a new place."""
    where = package.location_territories
    mine = where[where["level"].eq(level.value)].set_index("location_id")["territory_id"]
    known: pd.Series = mine.reindex(sites)
    return known
