"""A listing of places, before a scenario and after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from geodata.access.points import Points
from geodata.access.sites import Sites
from geodata.package import Package
from geodata.scenarios.edits import Add, Close, Move, Resize, require_sound
from geodata.scenarios.errors import ScenarioError
from geodata.scenarios.ground import require_in_quebec
from geodata.scenarios.scenario import Opened, Scenario
from geodata.text import Text

SOURCE: Final = "scenario"
"""What stands as the source of a place that exists in a scenario only."""


@dataclass(frozen=True, eq=False)
class Applied:
    """What is open before and after.

    Attributes
    ----------
    before, after
        The places, with what they offer. A moved place keeps its identifier.
    kept
        Identifiers of the places of ``before`` that stay where they are, open.
    added, proposed, moved, closed, resized
        Identifiers of those that change, in the order of the edits; ``proposed`` are those of the tool.
    """

    before: Sites
    after: Sites
    kept: pd.Index
    added: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    resized: tuple[str, ...] = ()

    @property
    def new(self) -> Points:
        """The places of ``after`` to which nothing was computed yet: added, proposed and moved."""
        return self.after.points.take([*self.moved, *self.added, *self.proposed])

    @property
    def sized(self) -> bool:
        """Whether a capacity is given."""
        new = self.after.frame.loc[list(self.added), "capacity"]
        return bool(self.resized) or bool(new.notna().any())

    def name(self, site_id: str) -> str:
        """Give what to call a place, before or after."""
        frame = self.after.frame if site_id in self.after.frame.index else self.before.frame
        return str(frame.at[site_id, "name"])


def apply(package: Package, sites: Sites, scenario: Scenario) -> Applied:
    """Change a listing as a scenario says: its edits, then the places that the tool proposed.

    Parameters
    ----------
    sites
        Places of the scenario's question, as listed.

    Raises
    ------
    ScenarioError
        If an edit is unsound, names a place that is not listed, or puts one outside Québec.
    """
    require_sound(scenario.edits)
    moved = {edit.site_id: edit for edit in scenario.edits if isinstance(edit, Move)}
    closed = tuple(edit.site_id for edit in scenario.edits if isinstance(edit, Close))
    resized = {edit.site_id: edit.capacity for edit in scenario.edits if isinstance(edit, Resize)}
    _require_listed([*moved, *closed, *resized], sites.points.ids)
    added = {
        f"added:{n}": edit
        for n, edit in enumerate((e for e in scenario.edits if isinstance(e, Add)), start=1)
    }
    answer = scenario.proposal.answer if scenario.proposal is not None else None
    proposed = {f"proposed:{place.id}": place for place in (answer.opened if answer is not None else ())}
    ids = sites.points.ids
    kept = ids[~ids.isin([*moved, *closed])]
    new: dict[str, Move | Add | Opened] = {**moved, **added, **proposed}
    places = Points(
        pd.Index(list(new), dtype=object),
        np.array([place.longitude for place in new.values()], dtype=np.float64),
        np.array([place.latitude for place in new.values()], dtype=np.float64),
    )
    require_in_quebec(package, places)
    after = _after(sites, kept, places, list(moved), {**added, **proposed}, resized)
    return Applied(sites, after, kept, tuple(added), tuple(proposed), tuple(moved), closed, tuple(resized))


def _after(
    sites: Sites,
    kept: pd.Index,
    places: Points,
    moved: list[str],
    opened: Mapping[str, Add | Opened],
    resized: Mapping[str, float],
) -> Sites:
    stay = sites.points.take(kept)
    points = Points(
        pd.Index([*stay.ids, *places.ids], dtype=object),
        np.concatenate([stay.longitude, places.longitude]),
        np.concatenate([stay.latitude, places.latitude]),
    )
    rows = pd.DataFrame(
        [_row(place) for place in opened.values()], index=pd.Index(list(opened), dtype=object)
    )
    listed = sites.frame.loc[[*kept, *moved]]
    frame = pd.concat([listed, rows.reindex(columns=listed.columns)]) if len(rows) else listed
    capacities = {
        name: capacity for name, place in opened.items() if (capacity := _capacity(place)) is not None
    }
    supply = sites.supply.reindex(points.ids).fillna(_usual(sites))
    for name, capacity in {**resized, **capacities}.items():
        supply[name] = capacity
    return replace(sites, points=points, frame=frame, supply=supply)


def _usual(sites: Sites) -> float:
    """Give what a new place offers where nothing is said: as half of the others, or 1 as they all do."""
    return float(sites.supply.median()) if len(sites.supply) else 1.0


def _row(place: Add | Opened) -> dict[str, Any]:
    return {"name": place.name, "source_id": SOURCE, "assured_date": "", "capacity": _capacity(place)}


def _capacity(place: Add | Opened) -> float | None:
    return place.capacity if isinstance(place, Add) else None


def _require_listed(named: Iterable[str], ids: pd.Index) -> None:
    for site_id in named:
        if site_id not in ids:
            raise ScenarioError(
                Text(
                    "Un lieu de ce scénario n'est pas dans ces données",
                    "A place of this scenario is not in these data",
                ),
                where=site_id,
                hint=Text(
                    "retirez ce changement, ou choisissez le lieu à nouveau dans la liste",
                    "remove this change, or choose the place again from the list",
                ),
            )
