"""An example to try the page with, said to be one: it recommends nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dashboard.i18n import _
from dashboard.priorities import choices
from dashboard.priorities.draft import Draft, empty, part_of, weighed
from geodata.grids import FEWEST_PARTS, Weighing
from geodata.model import Level
from geodata.package import Package

PREFERRED: Final = (
    "no_diploma_pct", "living_alone_pct", "one_parent_families_pct", "after_tax_household_income",
    "market_basket_poverty_pct", "shelter_30_households_pct", "idms_social_q4_q5_pct",
    "low_income_lim_at_pct", "one_person_households_pct",
    "cimd_situational_vulnerability", "cimd_economic_dependency", "cimd_residential_instability",
)  # fmt: skip
POINTS: Final = (40.0, 30.0, 20.0, 10.0)


def example(package: Package, level: Level) -> Draft | None:
    """Make an example of three or four indicators and unequal weights, or null where there are too few."""
    present = {i.id: i for found in choices.choosable(package, level).values() for i in found}
    wanted = [name for name in PREFERRED if name in present]
    others = (name for name in present if name not in wanted)
    names = wanted[: len(POINTS)] if len(wanted) >= FEWEST_PARTS else [*wanted, *others][: len(POINTS)]
    if len(names) < FEWEST_PARTS:
        return None
    draft = empty(level, package)
    parts = tuple(part_of(present[name]) for name in names)
    grid = replace(draft.grid, name=_("Exemple"), weighing=Weighing.POINTS, parts=parts)
    points = POINTS if len(names) == len(POINTS) else (POINTS[0] + POINTS[3], *POINTS[1:3])
    return replace(draft, grid=weighed(grid, dict(zip(names, points, strict=True))), example=True)
