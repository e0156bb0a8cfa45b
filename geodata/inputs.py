"""What may enter a table's score, and the figures that do, with every territory left out and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

import numpy as np
import pandas as pd
from pydantic import Field

from geodata.aggregate import FEWEST_COVERED
from geodata.errors import SelectionError
from geodata.model import (
    Direction,
    ErrorKind,
    Governance,
    Grade,
    Indicator,
    Level,
    Source,
    Status,
    Theme,
)
from geodata.package import Package
from geodata.text import Text
from geodata.uncertainty import Z_95

_WHO_PEOPLE_ARE: Final = frozenset({Theme.DIVERSITY, Theme.DEPRIVATION})
"""Where a descriptive indicator says who people are: origins, and the ethno-cultural part of an index."""

_COUNTS: Final = frozenset({"people", "dwellings", "places"})
"""Units of which a large territory simply has more."""


@dataclass(frozen=True)
class GridPart:
    """One indicator of a grid.

    Attributes
    ----------
    weight
        0 or more, in the table's own units (points, sliders); divided by the sum in use.
    direction
        What a higher value says: the catalogue's, or the table's own word for a descriptive indicator.
    override
        That the table lets in, knowing the reason against it, an indicator of who people are.
    """

    indicator_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,80}$")]
    period: Annotated[str, Field(max_length=20)]
    weight: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    direction: Direction
    override: bool = False


class Reason(StrEnum):
    """Why a territory, or one of its figures, is left out."""

    COMMUNITY = "community"
    HIDDEN = "hidden"
    RECALLED = "recalled"
    SUPPRESSED = "suppressed"
    NOT_APPLICABLE = "not_applicable"
    NO_DATA = "no_data"
    UNCERTAIN = "uncertain"
    COVERAGE = "coverage"


REASON_TEXTS: Final[dict[Reason, Text]] = {
    Reason.COMMUNITY: Text(
        "communauté des Premières Nations ou inuite : ni rang ni score sans sa demande",
        "First Nations or Inuit community: no rank and no score unless it asks",
    ),
    Reason.HIDDEN: Text("non montré, à la communauté d'en décider", "not shown, for the community to decide"),
    Reason.RECALLED: Text("source retirée", "source withdrawn"),
    Reason.SUPPRESSED: Text("retenu par le producteur", "withheld by the publisher"),
    Reason.NOT_APPLICABLE: Text("sans objet", "not applicable"),
    Reason.NO_DATA: Text("pas de données", "no data"),
    Reason.UNCERTAIN: Text("trop incertain pour un rang", "too uncertain for a rank"),
    Reason.COVERAGE: Text("moins de 70 % des gens ont une valeur", "fewer than 70% of people have a value"),
}


@dataclass(frozen=True, eq=False)
class Inputs:
    """The figures that a score is made of.

    Attributes
    ----------
    package_id, level
        Where they come from.
    values, moe_95
        Territory × indicator, in the unit of each; null where the figure may not enter a rank, and for
        ``moe_95`` where the error is unpublished. Communities are not among the rows.
    population
        People in 2021, null where unknown.
    excluded
        Indexed by territory: ``reason`` (Text), ``kinds`` (tuple of ``Reason``), ``indicators`` (those
        that lack; empty for a community). Those of them that are rows of ``values`` still count in the
        reference of the indicators that they have.
    indicators, sources
        What the figures are and where they come from, in the order of the columns.
    """

    package_id: str
    level: Level
    values: pd.DataFrame
    moe_95: pd.DataFrame
    population: pd.Series
    excluded: pd.DataFrame
    indicators: tuple[Indicator, ...]
    sources: tuple[Source, ...]

    @property
    def standard_error(self) -> pd.DataFrame:
        """Standard errors in the units of ``values``, null where unpublished."""
        return self.moe_95 / Z_95

    @property
    def unpublished(self) -> tuple[str, ...]:
        """Indicators without a published error: ranges of ranks leave that part of the doubt out."""
        return tuple(i.id for i in self.indicators if i.error_kind is ErrorKind.UNPUBLISHED)


def may_enter(
    indicator: Indicator, direction: Direction | None = None, *, override: bool = False
) -> Text | None:
    """Tell why an indicator may not enter a score, or null where it may.

    Parameters
    ----------
    indicator
        Of the catalogue.
    direction
        What the table says that a higher value means; null where it says nothing.
    override
        That the table knows the reason and asks for an indicator of who people are all the same.
    """
    own = indicator.direction
    if own is not Direction.DESCRIPTIVE:
        return _other_way() if direction not in (None, own) else None
    said = direction not in (None, Direction.DESCRIPTIVE)
    if indicator.theme in _WHO_PEOPLE_ARE and not (override and said):
        return Text(
            "dit qui sont les gens et d'où ils viennent ; ce n'est jamais un besoin en soi",
            "says who people are and where they come from; that is never a need in itself",
        )
    if said:
        return None
    if indicator.unit.id in _COUNTS:
        return Text(
            "compte des gens ou des choses, et les grands territoires passeraient devant ; la table doit "
            "dire elle-même dans quel sens le lire",
            "counts people or things, and large territories would come first; the table has to say itself "
            "which way to read it",
        )
    return Text(
        "décrit le territoire sans dire de besoin ; la table doit dire elle-même si plus élevé ou moins "
        "élevé demande plus d'attention",
        "describes the territory and says nothing of needs; the table has to say itself whether higher "
        "or lower asks for more attention",
    )


def is_held(package: Package, level: Level, indicator_id: str) -> bool:
    """Whether a package has an indicator at a level."""
    indicator = package.indicators.get(indicator_id)
    return indicator is not None and level in indicator.levels


def prepare(
    package: Package, level: Level, parts: Sequence[GridPart], *, include_communities: bool = False
) -> Inputs:
    """Read the figures of a grid, without those that may not be ranked.

    Left out, each with its reason: communities (governance other than municipal), unless asked for;
    figures hidden for a community, withdrawn, missing, graded « ne pas utiliser », or covering fewer than
    70 % of people.

    Raises
    ------
    SelectionError
        If there is no part, one comes twice, is not held at the level or period, or may not enter.
    """
    if not parts or len({part.indicator_id for part in parts}) < len(parts):
        raise SelectionError(
            Text("Il faut des indicateurs, chacun une fois", "Indicators are needed, each of them once"),
            where=", ".join(part.indicator_id for part in parts),
            hint=Text("choisissez de 3 à 15 indicateurs", "choose from 3 to 15 indicators"),
        )
    places = package.level(level)
    governed = places["governance"] != Governance.NONE.value
    rows = places.index if include_communities else places.index[~governed]
    values, moes, reasons = {}, {}, {}
    for part in parts:
        _require_entry(package, level, part)
        observed = package.values(level, part.indicator_id, part.period).loc[rows]
        reason = _reasons(package, part.indicator_id, observed, places["governance"].loc[rows])
        kept = reason.isna()
        values[part.indicator_id] = observed["value"].astype(float).where(kept)
        moes[part.indicator_id] = observed["moe_95"].astype(float).where(kept)
        reasons[part.indicator_id] = reason
    indicators = tuple(package.indicators[part.indicator_id] for part in parts)
    named = dict.fromkeys(indicator.source_id for indicator in indicators)
    left_out = () if include_communities else places.index[governed]
    return Inputs(
        package.id,
        level,
        pd.DataFrame(values, index=rows),
        pd.DataFrame(moes, index=rows),
        places["pop_2021"].loc[rows].astype("Float64").astype(float),
        _excluded(pd.DataFrame(reasons, index=rows), left_out, indicators),
        indicators,
        tuple(package.sources[name] for name in named if name in package.sources),
    )


def _require_entry(package: Package, level: Level, part: GridPart) -> None:
    if not is_held(package, level, part.indicator_id):
        raise SelectionError(
            Text("Cet indicateur n'existe pas à ce niveau", "This indicator does not exist at this level"),
            where=f"{part.indicator_id}, {level.value}",
            hint=Text("retirez-le ou changez de niveau", "remove it or change the level"),
        )
    indicator = package.indicators[part.indicator_id]
    reason = may_enter(indicator, part.direction, override=part.override)
    if reason is not None:
        raise SelectionError(
            Text(f"« {indicator.title.fr} » {reason.fr}", f"“{indicator.title.en}” {reason.en}"),
            where=part.indicator_id,
            hint=Text("retirez-le, ou dites le sens", "remove it, or say which way it goes"),
        )


def _reasons(package: Package, indicator_id: str, observed: pd.DataFrame, governance: pd.Series) -> pd.Series:
    """Give why each figure may not enter, null where it may; the first that applies is said."""
    hidden = [kind.value for kind in package.indicators[indicator_id].hidden_governance]
    recalled = observed["source_id"].isin(package.recalls) | (package.recall_of(indicator_id) is not None)
    missing = observed["value"].isna()
    status = observed["status"].astype(object)
    tests = {
        Reason.RECALLED: recalled,
        Reason.HIDDEN: governance.isin(hidden) & ~missing,
        Reason.SUPPRESSED: missing & (status == Status.SUPPRESSED.value),
        Reason.NOT_APPLICABLE: missing & (status == Status.NOT_APPLICABLE.value),
        Reason.NO_DATA: missing,
        Reason.COVERAGE: observed["coverage"].astype(float) < FEWEST_COVERED,
        Reason.UNCERTAIN: observed["grade"].astype(object) == Grade.DO_NOT_USE.value,
    }
    found = pd.Series(None, index=observed.index, dtype=object)
    for reason, applies in reversed(tests.items()):
        found[applies.to_numpy(dtype=bool)] = reason
    return found


def _excluded(
    reasons: pd.DataFrame, communities: Iterable[str], indicators: Sequence[Indicator]
) -> pd.DataFrame:
    titles = {indicator.id: indicator.title for indicator in indicators}
    lacking = reasons[reasons.notna().any(axis="columns")]
    told: dict[tuple[tuple[str, Reason], ...], tuple[Text, tuple[Reason, ...], tuple[str, ...]]] = {}
    rows = []
    for row in lacking.to_numpy(dtype=object):
        key = tuple(
            (str(name), Reason(r)) for name, r in zip(lacking.columns, row, strict=True) if not pd.isna(r)
        )
        if key not in told:
            kinds = tuple(dict.fromkeys(reason for _, reason in key))
            told[key] = _in_words(key, titles), kinds, tuple(name for name, _ in key)
        rows.append(told[key])
    left_out = list(communities)
    rows += [(REASON_TEXTS[Reason.COMMUNITY], (Reason.COMMUNITY,), ())] * len(left_out)
    frame = pd.DataFrame(index=pd.Index([*lacking.index, *left_out], name="territory_id", dtype=object))
    for position, column in enumerate(("reason", "kinds", "indicators")):
        cells = np.empty(len(rows), dtype=object)
        cells[:] = [row[position] for row in rows]
        frame[column] = pd.Series(cells, index=frame.index, dtype=object)
    return frame


def _in_words(lacking: Sequence[tuple[str, Reason]], titles: dict[str, Text]) -> Text:
    """Say « pas de données (A, B) ; trop incertain pour un rang (C) »."""
    by_reason: dict[Reason, list[Text]] = {}
    for name, reason in lacking:
        by_reason.setdefault(reason, []).append(titles[name])
    return Text(
        " ; ".join(
            f"{REASON_TEXTS[r].fr} ({', '.join(t.fr for t in named)})" for r, named in by_reason.items()
        ),
        "; ".join(
            f"{REASON_TEXTS[r].en} ({', '.join(t.en for t in named)})" for r, named in by_reason.items()
        ),
    )


def _other_way() -> Text:
    return Text(
        "a un sens fixé par le catalogue, que la table ne renverse pas",
        "has a direction set by the catalogue, which the table does not reverse",
    )
