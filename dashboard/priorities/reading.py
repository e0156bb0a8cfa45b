"""What the page is asked to show: the draft, the part of it that counts here, and what is still needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dashboard.priorities.draft import Draft
from dashboard.priorities.link import LONGEST_QUOTE, from_query
from geodata.grids import FEWEST_PARTS, Grid, against
from geodata.model import Level
from geodata.package import Package
from geodata.text import Text


class Needed(StrEnum):
    """What keeps a grid from a result."""

    NOTHING = "nothing"
    INDICATORS = "indicators"
    WEIGHTS = "weights"


@dataclass(frozen=True)
class Reading:
    """A draft as it stands before these data.

    Attributes
    ----------
    draft
        All that was chosen.
    usable
        The grid without what these data do not hold.
    notices
        One sentence for each thing left aside.
    territory
        The one looked at, where the level has it.
    """

    draft: Draft
    usable: Grid
    notices: tuple[Text, ...]
    territory: str | None = None

    @property
    def needed(self) -> Needed:
        """What is missing before a result."""
        if len(self.usable.parts) < FEWEST_PARTS:
            return Needed.INDICATORS
        return Needed.NOTHING if any(part.weight > 0 for part in self.usable.parts) else Needed.WEIGHTS

    @property
    def unused(self) -> tuple[str, ...]:
        """Indicators of the draft that do not count here."""
        used = {part.indicator_id for part in self.usable.parts}
        return tuple(p.indicator_id for p in self.draft.grid.parts if p.indicator_id not in used)


def read(query: Mapping[str, str], package: Package, opening: Level) -> Reading:
    """Read an address against a package; never raises."""
    draft, notices = from_query(query, package, opening)
    usable, more = against(draft.grid, package)
    territory = draft.territory
    if territory and territory not in package.level(usable.level).index:
        notices, territory = (*notices, _elsewhere(territory)), None
    return Reading(draft, usable, (*notices, *more), territory)


def _elsewhere(territory: str) -> Text:
    short = territory if len(territory) <= LONGEST_QUOTE else territory[:LONGEST_QUOTE] + "…"
    return Text(
        f"Le territoire « {short} » du lien n'est pas à ce niveau ; choisissez-en un autre.",
        f"The territory “{short}” of the link is not at this level; choose another one.",
    )
