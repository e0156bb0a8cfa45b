"""Territories alike: nearest in milieu, size, age and living conditions, by a recipe that is stated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Final

import numpy as np
import pandas as pd

from geodata.errors import SelectionError
from geodata.model import Governance
from geodata.text import Text

MOST_ALIKE: Final = 5
MILIEU_STEPS: Final[Mapping[str, float]] = {"urban": 0.0, "periurban": 1.0, "rural": 2.0, "remote": 3.0}
"""Place of each milieu on the scale from town to remote; ``unknown`` is on none."""

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "milieu": ("milieu",),
    "size": ("people",),
    "age": ("age",),
    "deprivation": ("situational_vulnerability", "economic_dependency"),
}
"""The four parts of the distance, and the columns that each is made of."""

COLUMNS: Final = tuple(column for columns in PARTS.values() for column in columns)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How much each part counts, from 0 (left out) upward; only their proportions matter."""

    milieu: float = 1.0
    size: float = 1.0
    age: float = 1.0
    deprivation: float = 1.0

    def __post_init__(self) -> None:
        weights = astuple(self)
        if not all(np.isfinite(weight) and weight >= 0 for weight in weights) or sum(weights) == 0:
            raise SelectionError(
                Text(
                    "Aucun critère de ressemblance ne compte", "No criterion of likeness counts"
                ),
                where=", ".join(f"{weight:g}" for weight in weights),
                hint=Text(
                    "donnez un poids de plus de zéro à au moins un critère, et aucun poids négatif",
                    "give a weight above zero to at least one criterion, and no negative weight",
                ),
            )  # fmt: skip


@dataclass(frozen=True)
class Similar:
    """The nearest territories, and what could not be compared.

    Attributes
    ----------
    frame
        Indexed by ``territory_id``, nearest first: ``distance``, and each part's distance (``milieu``,
        ``size``, ``age``, ``deprivation``), null where the part was set aside. No unit: 1 is one standard
        deviation among the candidates.
    set_aside
        Parts that the territory itself has no data for, hence not compared.
    without_data
        Number of candidates left out because a part that counts is missing.
    candidates
        Number of territories compared.
    """

    frame: pd.DataFrame
    set_aside: tuple[str, ...]
    without_data: int
    candidates: int


def similar(
    traits: pd.DataFrame, territory: str, recipe: Recipe | None = None, n: int = MOST_ALIKE
) -> Similar:
    """Find the territories nearest to one.

    Each column is put in standard deviations of the candidates and the territory (size as its logarithm,
    milieu as a step from town to remote). A part is the root mean square of its columns' gaps; the
    distance is the weighted root mean square of the parts.

    Parameters
    ----------
    traits
        Indexed by ``territory_id``, one level only: ``milieu``, ``people``, ``age``,
        ``situational_vulnerability``, ``economic_dependency``, ``governance``. A column that is null
        everywhere counts in no part.
    territory
        One of the index.
    recipe
        Weights of the parts; equal where null.
    n
        How many to give; fewer where there are fewer.

    Raises
    ------
    SelectionError
        If the territory is not among them, is a community that governs itself, or has no part to
        compare that counts.
    """
    weights = pd.Series(dict(zip(PARTS, astuple(recipe or Recipe()), strict=True)))
    _require_comparable(traits, territory)
    municipal = traits[traits["governance"] == Governance.NONE.value]
    parts = _parts(_standardised(municipal), territory)
    set_aside = [name for name in PARTS if parts[name].isna().all() and weights[name] > 0]
    counted = [name for name in PARTS if weights[name] > 0 and name not in set_aside]
    if not counted:
        raise _nothing_to_compare(territory)
    others = parts.drop(index=territory)
    complete = others.dropna(subset=counted)
    share = weights[counted] / weights[counted].sum()
    distance = np.sqrt((complete[counted] ** 2).mul(share, axis=1).sum(axis=1))
    found = complete.assign(distance=distance)[["distance", *PARTS]]
    # Rounded before it is sorted: equal territories come in the order of their ids on every machine.
    order = found["distance"].round(9).reset_index().sort_values(["distance", "territory_id"])
    nearest = found.loc[order["territory_id"].head(n)]
    return Similar(nearest, tuple(set_aside), len(others) - len(complete), len(complete))


def _standardised(traits: pd.DataFrame) -> pd.DataFrame:
    numbers = pd.DataFrame(
        {
            "milieu": traits["milieu"].map(MILIEU_STEPS).astype(float),
            "people": np.log(traits["people"].astype(float).where(lambda people: people > 0)),
            **{name: traits[name].astype(float) for name in COLUMNS if name not in {"milieu", "people"}},
        },
        index=traits.index.rename("territory_id"),
    )
    spread = numbers.std(ddof=0)
    # A column in which all are equal parts nobody: its gaps are zero.
    return (numbers - numbers.mean()) / spread.where(spread > 0, 1.0)


def _parts(standardised: pd.DataFrame, territory: str) -> pd.DataFrame:
    """Give each part's gap to the territory; a column without data for it is left out of its part."""
    gaps = standardised - standardised.loc[territory]
    own = standardised.loc[territory].notna()
    parts = {}
    for name, columns in PARTS.items():
        known = [column for column in columns if own[column]]
        squares = gaps[known] ** 2
        parts[name] = np.sqrt(squares.mean(axis=1, skipna=False)) if known else np.nan
    return pd.DataFrame(parts, index=standardised.index)


def _require_comparable(traits: pd.DataFrame, territory: str) -> None:
    if territory not in traits.index:
        raise SelectionError(
            Text("Ce territoire n'est pas parmi les candidats", "This territory is not among the candidates"),
            where=territory,
            hint=Text("choisissez un territoire du même niveau", "choose a territory of the same level"),
        )
    if traits.at[territory, "governance"] != Governance.NONE.value:
        raise SelectionError(
            Text(
                "Les communautés qui se gouvernent ne sont pas comparées à des territoires semblables",
                "Communities that govern themselves are not compared with similar territories",
            ),
            where=territory,
            hint=Text("choisissez une autre comparaison", "choose another comparison"),
        )


def _nothing_to_compare(territory: str) -> SelectionError:
    return SelectionError(
        Text(
            "Ce territoire n'a de données pour aucun des critères qui comptent",
            "This territory has no data for any criterion that counts",
        ),
        where=territory,
        hint=Text(
            "donnez du poids à un autre critère ou choisissez une autre comparaison",
            "give weight to another criterion or choose another comparison",
        ),
    )
