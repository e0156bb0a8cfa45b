"""What a territory is compared with, and the figures of that: pure tables and words, no widget."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from enum import StrEnum
from typing import Final

import pandas as pd

from dashboard import data
from dashboard.comparing.pooling import Pooled, pooled
from dashboard.components.labels import level_name, territory_name
from dashboard.figures import province_of, status_in_short
from dashboard.i18n import _, ngettext
from geodata.errors import SelectionError
from geodata.model import Governance, Level
from geodata.package import Package
from geodata.similar import COLUMNS, Recipe, Similar, similar
from geodata.spread import areas_inside
from geodata.text import Text

AGE: Final = "age_65_plus_pct"
SITUATIONAL: Final = "cimd_situational_vulnerability"
ECONOMIC: Final = "cimd_economic_dependency"
_TRAITS_PERIOD: Final = "2021"
LIKE_CUSTOM: Final = Level.CLSC
"""A territory of a table's own making has no level of its like: it is compared with these."""


class Against(StrEnum):
    """What one may compare a territory with; the values are the words of the address bar.

    ``FIRST`` is the territory itself, where several are set beside it.
    """

    QUEBEC = "quebec"
    REGION = "region"
    RSS = "rss"
    MRC = "mrc"
    SIMILAR = "similar"
    CHOSEN = "chosen"
    FIRST = "first"


_PARENT: Final = {Against.REGION: "region_id", Against.RSS: "rss_id", Against.MRC: "mrc_id"}


@dataclass(frozen=True)
class Reference:
    """What a territory is compared with.

    Attributes
    ----------
    name
        In the language of the page.
    territories
        One identifier, or the similar ones, nearest first.
    against
        The choice that led there.
    alike
        How the similar territories were found; null elsewhere.
    recipe
        The weights of likeness, where they are not equal; null elsewhere.
    """

    name: str
    territories: tuple[str, ...]
    against: Against
    alike: Similar | None = None
    recipe: Recipe | None = None


def choices(package: Package, territory: str) -> tuple[Against, ...]:
    """List what a territory may be compared with: a wider one only where it has one.

    Similar territories are not offered for a community that governs itself, nor where the level has no
    other territory.
    """
    possible = [one for one in Against if _parent(package, territory, one) is not None]
    if _may_be_alike(package, territory):
        possible.append(Against.SIMILAR)
    return (*possible, Against.CHOSEN)


def reference_of(
    package: Package,
    territory: str,
    against: Against,
    chosen: str | None = None,
    recipe: Recipe | None = None,
) -> Reference:
    """Give what a territory is compared with.

    Parameters
    ----------
    territory
        An identifier of the package.
    against
        One of ``choices``.
    chosen
        The identifier picked, for ``Against.CHOSEN``.
    recipe
        Weights of likeness, for ``Against.SIMILAR``; equal where null.

    Raises
    ------
    SelectionError
        If the territory has no such comparison, or nothing known was picked.
    """
    if against is Against.SIMILAR:
        alike = similar(traits(package, territory), territory, recipe)
        found = tuple(str(name) for name in alike.frame.index)
        if not found:
            raise _no_such(territory)
        name = ngettext("{n} territoire semblable", "{n} territoires semblables", len(found))
        weighed = recipe if recipe and len(set(astuple(recipe))) > 1 else None
        return Reference(name.format(n=len(found)), found, against, alike, weighed)
    asked = {Against.CHOSEN: chosen, Against.FIRST: territory}
    wanted = asked[against] if against in asked else _parent(package, territory, against)
    if wanted is None or wanted not in package.territories.index:
        raise _no_such(territory)
    return Reference(territory_name(package, wanted), (wanted,), against)


def called(reference: Reference, names: Mapping[str, str]) -> Reference:
    """Call a single territory as it is called among others; a group keeps its name."""
    if len(reference.territories) > 1:
        return reference
    return replace(reference, name=names[reference.territories[0]])


def _no_such(territory: str) -> SelectionError:
    return SelectionError(
        Text("Cette comparaison n'existe pas pour ce territoire", "This comparison does not exist here"),
        where=territory,
        hint=Text("choisissez une autre comparaison", "choose another comparison"),
    )


def value_of_reference(package: Package, reference: Reference, indicator_id: str, period: str) -> Pooled:
    """Give the figure of what a territory is compared with.

    One territory gives its own figure. Several give numerators and denominators summed apart, then
    divided, with the error of the sums; where the publisher gives none, there is no figure (« n. d. »): the
    rates of several territories are never averaged.

    Raises
    ------
    SelectionError
        If the package does not hold that indicator or period.
    """
    if len(reference.territories) == 1:
        return value_of(package, reference.territories[0], indicator_id, period)
    return pooled(package, reference.territories, indicator_id, period)


def value_of(package: Package, territory: str, indicator_id: str, period: str) -> Pooled:
    """Give the figure of one territory, or why there is none to show."""
    level = Level(package.territories.at[territory, "level"])
    shown = data.figures_of(package, level, indicator_id, period)
    # Column by column: a row of mixed types costs twenty times more to make.
    value, moe, coverage = (_number(shown.frame[name], territory) for name in ("value", "moe_95", "coverage"))
    if value is None:
        return Pooled(None, None, None, None, status_in_short(shown.row(territory)), 1, 0)
    grade = shown.frame["grade"].loc[territory]
    return Pooled(value, moe, grade if isinstance(grade, str) else None, coverage, "", 1, 1)


def _number(column: pd.Series, territory: str) -> float | None:
    given = float(column.loc[territory])
    return None if math.isnan(given) else given


def traits(package: Package, territory: str) -> pd.DataFrame:
    """Give what likeness is measured on, for a territory and those of its level.

    Age is the share of people of 65 and over where the level and the territory have it. Elsewhere CIMD
    economic dependency stands for age, and then counts no more in living conditions: it would count twice.

    Returns
    -------
    pandas.DataFrame
        As :func:`geodata.similar.similar` reads it; figures that are hidden or withdrawn are null.
    """
    own = Level(package.territories.at[territory, "level"])
    rows = package.level(own)
    if own is Level.CUSTOM:
        apart = package.level(LIKE_CUSTOM).drop(index=_touching(package, territory))
        rows = pd.concat([apart, rows.loc[[territory]]])
    frame = pd.DataFrame(
        {
            "milieu": rows["milieu"].astype(object),
            "people": rows["pop_2021"].astype(float),
            "age": _trait(package, AGE, rows),
            "situational_vulnerability": _trait(package, SITUATIONAL, rows),
            "economic_dependency": _trait(package, ECONOMIC, rows),
            "governance": rows["governance"].astype(object),
        },
        index=rows.index,
    )
    if frame["age"].isna().loc[territory]:
        frame["age"] = frame["economic_dependency"]
        frame["economic_dependency"] = float("nan")
    return frame[[*COLUMNS, "governance"]]


def _touching(package: Package, territory: str) -> list[str]:
    """List the territories that share an area with one of a table's own making: it is not alike itself."""
    membership = package.membership
    own = areas_inside(membership, territory).index
    near = membership.loc[membership["da_id"].isin(own), "territory_id"]
    return sorted(set(near) & set(package.level(LIKE_CUSTOM).index))


def age_stands_on(package: Package, territory: str) -> str:
    """Name the indicator on which the age part of likeness rests for a territory."""
    rows = package.level(Level(package.territories.at[territory, "level"])).loc[[territory]]
    return ECONOMIC if _trait(package, AGE, rows).isna().all() else AGE


def _trait(package: Package, indicator_id: str, rows: pd.DataFrame) -> pd.Series:
    nothing = pd.Series(float("nan"), index=rows.index)
    indicator = package.indicators.get(indicator_id)
    if indicator is None or _TRAITS_PERIOD not in indicator.periods:
        return nothing
    for level in rows["level"].unique():
        values = data.figures_of(package, Level(level), indicator_id, _TRAITS_PERIOD).values
        nothing.update(values)
    return nothing


def _parent(package: Package, territory: str, against: Against) -> str | None:
    if against is Against.QUEBEC:
        province = province_of(package)
        return province if province != territory else None
    column = _PARENT.get(against)
    parent = package.territories.at[territory, column] if column else None
    known = isinstance(parent, str) and parent in package.territories.index and parent != territory
    return str(parent) if known else None


def _may_be_alike(package: Package, territory: str) -> bool:
    row = package.territories.loc[territory]
    municipal = row["governance"] == Governance.NONE.value
    others = row["level"] == Level.CUSTOM.value or len(package.level(Level(row["level"]))) > 1
    return bool(municipal and others)


def against_in_words(package: Package, territory: str, against: Against) -> str:
    """Name a choice of comparison: « Région : Estrie », « Territoires semblables »."""
    parent = _parent(package, territory, against)
    if against is Against.SIMILAR:
        return _("Territoires semblables")
    if against is Against.FIRST:
        return _("Le premier : {name}").format(name=territory_name(package, territory))
    if against is Against.CHOSEN or parent is None:
        return _("Un autre territoire")
    if against is Against.QUEBEC:
        return territory_name(package, parent)
    level = level_name(Level(package.territories.at[parent, "level"]))
    return _("{level} : {name}").format(level=level, name=territory_name(package, parent))


def levels_of(package: Package, territories: Sequence[str]) -> tuple[Level, ...]:
    """List the levels of some territories, each once, in the domain's order."""
    present = {str(package.territories.at[territory, "level"]) for territory in territories}
    return tuple(level for level in Level if level.value in present)
