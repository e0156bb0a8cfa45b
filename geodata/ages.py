"""People by age and sex: the groups that the table ``ages`` holds, and the total that they must keep."""

from __future__ import annotations

from typing import Final

import pandas as pd

from geodata.errors import ConservationError
from geodata.text import Text

OLDEST: Final = 90
AGE_GROUPS: Final = (*(f"{first}-{first + 4}" for first in range(0, OLDEST, 5)), f"{OLDEST}+")
SEXES: Final = ("f", "m")
PERIODS: Final = ("2021", "2031", "2041")
"""An estimate, then two projections."""

COLUMNS: Final = ("territory_id", "period", "sex", "age_group", "people")


def no_ages() -> pd.DataFrame:
    """Give the table of a package that holds none."""
    return pd.DataFrame({name: pd.Series(dtype="int32" if name == "people" else str) for name in COLUMNS})


def in_order(ages: pd.DataFrame) -> pd.DataFrame:
    """Sort by territory, period, sex and age: neighbours are then alike, and the file small."""
    rank = ages["age_group"].map({group: at for at, group in enumerate(AGE_GROUPS)})
    ordered = ages.assign(rank=rank).sort_values(["territory_id", "period", "sex", "rank"])
    return ordered[list(COLUMNS)].reset_index(drop=True)


def require_ages_conserved(ages: pd.DataFrame, population: pd.DataFrame) -> None:
    """Raise unless the groups of both sexes add up, to the person, to the population published.

    Parameters
    ----------
    ages
        The table.
    population
        Rows ``territory_id, period, value`` of the population that the same publisher gives.

    Raises
    ------
    ConservationError
        Naming the first territory and period that differ.
    """
    key = ["territory_id", "period"]
    found = ages.astype({"people": "int64"}).groupby(key)["people"].sum()
    expected = population.set_index(key)["value"].reindex(found.index)
    wrong = found.index[~found.eq(expected)]
    if len(wrong):
        raise ConservationError(
            Text(
                f"{found[wrong[0]]} personnes dans les groupes d'âge au lieu de {expected[wrong[0]]:.0f}",
                f"{found[wrong[0]]} people in the age groups instead of {expected[wrong[0]]:.0f}",
            ),
            where=", ".join(wrong[0]),
            hint=Text(
                "comparez les colonnes d'âge du fichier à son total",
                "compare the columns of ages of the file with its total",
            ),
        )
