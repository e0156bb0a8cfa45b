"""Whose people a scenario looks at."""

from __future__ import annotations

from typing import Final

import pandas as pd

from geodata.model import Governance, Level
from geodata.package import Package
from geodata.scenarios.errors import ScenarioError
from geodata.text import Text

CENSUS_YEAR: Final = 2021
"""Areas are those of the population counts."""


def share_in(package: Package, scope: str | None) -> pd.Series:
    """Give the share of each dissemination area that is inside a territory.

    Parameters
    ----------
    scope
        A ``territory_id``, or null for all of Québec.

    Returns
    -------
    pandas.Series
        Above 0, at most 1, by ``da_id`` in the order of the package; areas outside are absent.

    Raises
    ------
    ScenarioError
        If the package does not hold the territory, or it has no area.
    """
    areas = package.level(Level.DA).index
    if scope is None:
        return pd.Series(1.0, index=areas, name="share")
    if scope in areas:
        return pd.Series(1.0, index=pd.Index([scope], name=areas.name), name="share")
    links = package.membership
    own = links[links["territory_id"].eq(scope) & links["census_year"].eq(CENSUS_YEAR)]
    share = own.set_index("da_id")["fraction"].astype(float)
    share = share.reindex(areas.intersection(share.index, sort=False)).rename("share")
    share = share[share > 0]
    if share.empty:
        raise ScenarioError(
            Text(
                "Le territoire de ce scénario n'est pas dans ces données",
                "The territory of this scenario is not in these data",
            ),
            where=scope,
            hint=Text("choisissez un autre territoire", "choose another territory"),
        )
    return share


def municipal(package: Package, areas: pd.Index) -> pd.Series:
    """Say for each area whether it is under the municipal regime; the others enter no score and no rank."""
    governance: pd.Series = package.level(Level.DA)["governance"].reindex(areas)
    return governance.eq(Governance.NONE.value)
