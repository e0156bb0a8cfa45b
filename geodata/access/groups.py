"""Who is counted: everyone, an age group estimated by area, or a group that the census counts by area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from geodata.aggregate import assert_conserved
from geodata.errors import SelectionError
from geodata.membership import require_partition
from geodata.model import Level, Status
from geodata.package import Package
from geodata.spread import CENSUS_YEAR
from geodata.text import Text

EVERYONE: Final = "everyone"

_ESTIMATED: Final = Text(
    "Estimé\u00a0: part de ce groupe dans le territoire de CLSC (ISQ et MSSS, 2021) × population de l'aire "
    "de diffusion (recensement de 2021). Le groupe est supposé réparti comme l'ensemble des gens du "
    "territoire.",
    "Estimated: share of this group in the CLSC territory (ISQ and MSSS, 2021) × population of the "
    "dissemination area (2021 census). The group is taken to be spread as all the people of the territory.",
)
_PERIOD: Final = "2021"


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people.

    Attributes
    ----------
    id, title
        Stable key and name.
    how
        How it is counted by area, in a sentence or two.
    estimated
        Whether the number of an area is an estimate and not a count.
    adds, takes
        Indicators whose numerators give it, added and taken away; none for everyone.
    """

    id: str
    title: Text
    how: Text
    estimated: bool
    adds: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


def _ages(key: str, title: Text, adds: tuple[str, ...], takes: tuple[str, ...] = ()) -> Group:
    return Group(key, title, _ESTIMATED, True, adds, takes)


def _counted(key: str, title: Text, indicator: str) -> Group:
    how = Text(
        "Compté par aire de diffusion au recensement de 2021 (arrondi à 5 près)\u00a0; une aire dont le "
        "compte n'est pas connu n'est pas comptée comme un zéro.",
        "Counted by dissemination area in the 2021 census (rounded to 5); an area whose count is not known "
        "does not count as zero.",
    )
    return Group(key, title, how, False, (indicator,))


GROUPS: Final[dict[str, Group]] = {
    group.id: group
    for group in (
        Group(
            EVERYONE,
            Text("Tout le monde", "Everyone"),
            Text("Population du recensement de 2021.", "Population of the 2021 census."),
            False,
        ),
        _ages("age_0_4", Text("De 0 à 4 ans", "Aged 0 to 4"), ("age_0_4_pct",)),
        _ages("age_0_17", Text("De 0 à 17 ans", "Aged 0 to 17"), ("age_0_17_pct",)),
        _ages("age_18_64", Text("De 18 à 64 ans", "Aged 18 to 64"), (), ("age_0_17_pct", "age_65_plus_pct")),
        _ages("age_65_plus", Text("De 65 ans et plus", "Aged 65 and over"), ("age_65_plus_pct",)),
        _ages("age_75_plus", Text("De 75 ans et plus", "Aged 75 and over"), ("age_75_plus_pct",)),
        _ages("age_85_plus", Text("De 85 ans et plus", "Aged 85 and over"), ("age_85_plus_pct",)),
        _counted(
            "living_alone",
            Text("Personnes vivant seules", "People living alone"),
            "one_person_households_pct",
        ),
        _counted(
            "low_income", Text("Personnes à faible revenu", "People with low income"), "low_income_lim_at_pct"
        ),
    )
}
"""Every group by key, in the order in which they are proposed."""


@dataclass(frozen=True, eq=False)
class GroupPeople:
    """The people of a group, by area.

    Attributes
    ----------
    group
        Whose.
    people
        float64 by ``da_id``, every area of the package; null where not known.
    coverage
        Share of the population that lives where the number is known, 0 to 1.
    estimated
        Whether they are estimates.
    said
        How they are counted and, where it is not all, for what share of the population.
    """

    group: Group
    people: pd.Series
    coverage: float
    estimated: bool
    said: Text


def people_of(package: Package, group: str = EVERYONE) -> GroupPeople:
    """Count the people of a group in each dissemination area.

    Raises
    ------
    SelectionError
        If there is no such group, or the package does not hold what it is counted from.
    ConservationError
        If the people of a territory changed while they were shared among its areas.
    """
    if group not in GROUPS:
        raise SelectionError(
            Text(f"Il n'y a pas de groupe «\u00a0{group}\u00a0»", f"There is no group “{group}”"),
            where="",
            hint=Text(f"choisissez parmi {', '.join(GROUPS)}", f"choose among {', '.join(GROUPS)}"),
        )
    chosen = GROUPS[group]
    everyone = package.level(Level.DA)["pop_2021"].astype("Float64").astype(float)
    if chosen.estimated:
        people = _estimated(package, chosen, everyone)
    else:
        people = _published(package, chosen.adds[0], everyone.index) if chosen.adds else everyone
    known = everyone.where(people.notna(), 0.0).sum()
    coverage = float(known / everyone.sum()) if everyone.sum() > 0 else 0.0
    return GroupPeople(chosen, people.rename("people"), coverage, chosen.estimated, _said(chosen, coverage))


def _said(group: Group, coverage: float) -> Text:
    if coverage >= 1.0:
        return group.how
    return Text(
        f"{group.how.fr} Connu là où vivent {100 * coverage:.0f}\u00a0% des gens.",
        f"{group.how.en} Known where {100 * coverage:.0f}% of people live.",
    )


def groups_offered(package: Package) -> dict[str, Text]:
    """Give the groups that a package can count, with their titles."""
    held = set(package.indicators)
    return {
        key: group.title
        for key, group in GROUPS.items()
        if all(name in held and not package.recall_of(name) for name in (*group.adds, *group.takes))
    }


def _estimated(package: Package, group: Group, everyone: pd.Series) -> pd.Series:
    """Share the people of each CLSC territory as its whole population is, keeping its total."""
    share = _share_of(package, group)
    rows = package.membership[package.membership["census_year"].eq(CENSUS_YEAR)]
    rows = rows[rows["territory_id"].isin(share.index)]
    require_partition(rows, Level.CLSC.value, everyone.index)
    known = everyone.fillna(0.0)
    of_row = rows["territory_id"].map(share) * rows["fraction"]
    people = of_row.groupby(rows["da_id"]).sum(min_count=1).reindex(everyone.index) * everyone
    of_territory = (rows["da_id"].map(known) * rows["fraction"]).groupby(rows["territory_id"]).sum()
    before = float((of_territory * share.reindex(of_territory.index)).sum())
    assert_conserved(before, float(people.sum()), f"{group.id}, {Level.CLSC.value}")
    return people


def _share_of(package: Package, group: Group) -> pd.Series:
    """Give the share of the group in each CLSC territory, 0 to 1; ages taken away are from everyone."""
    share = pd.Series(0.0 if group.adds else 1.0, index=package.level(Level.CLSC).index)
    for sign, names in ((1.0, group.adds), (-1.0, group.takes)):
        for name in names:
            rows = _allowed(package, name, Level.CLSC)
            share = share + sign * rows["numerator"] / rows["denominator"]
    return share


def _published(package: Package, indicator_id: str, areas: pd.Index) -> pd.Series:
    rows = _allowed(package, indicator_id, Level.DA)
    counted: pd.Series = rows["numerator"].where(rows["status"].eq(Status.OK.value))
    return counted.reindex(areas).astype(float)


def _allowed(package: Package, indicator_id: str, level: Level) -> pd.DataFrame:
    """Give the figures of an indicator at a level, without those withdrawn or hidden for a community."""
    reason = package.recall_of(indicator_id)
    if reason is not None:
        raise SelectionError(
            Text("La source de ce groupe est retirée", "The source of this group is withdrawn"),
            where=indicator_id,
            hint=Text("choisissez un autre groupe", "choose another group"),
        )
    rows = package.values(level, indicator_id, _PERIOD)
    hidden = [kind.value for kind in package.indicators[indicator_id].hidden_governance]
    shown = ~package.level(level)["governance"].isin(hidden)
    return rows.where(shown)
