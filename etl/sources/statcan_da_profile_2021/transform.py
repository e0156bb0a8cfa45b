"""Low income, tenants and one-person households by dissemination area, where the extract has them."""

from __future__ import annotations

from typing import Final

import pandas as pd

from etl.profiles import COUNTS, PREVALENCE, share_rows
from etl.tables import Raw, Tables
from geodata.errors import JoinError
from geodata.text import Text

_COLUMNS: Final = [*{column: None for pair in COUNTS.values() for column in pair}, PREVALENCE]


def transform(raw: Raw) -> Tables:
    complete = raw["complete_cases"].set_index("DAUID")[_COLUMNS]
    estrie = raw["estrie"].set_index("DAUID")[_COLUMNS]
    in_both = complete.index.intersection(estrie.index)
    _require_agreement(complete.loc[in_both], estrie.loc[in_both])
    # The Estrie file also holds the areas whose figures are suppressed: it says more, so it comes first.
    profile = pd.concat([estrie, complete.drop(index=in_both)]).sort_index()
    return Tables(
        observations=pd.concat(
            [share_rows(profile, "da", name, "2021") for name in COUNTS], ignore_index=True
        ),
        notes=_notes(profile, len(in_both)),
    )


def _require_agreement(complete: pd.DataFrame, estrie: pd.DataFrame) -> None:
    differ = (complete != estrie).any(axis=1)
    if differ.any():
        raise JoinError(
            Text(
                f"{int(differ.sum())} aires de diffusion ont deux valeurs différentes",
                f"{int(differ.sum())} dissemination areas have two different values",
            ),
            where=str(differ.idxmax()),
            hint=Text("prenez deux fichiers du même millésime", "take two files of the same vintage"),
        )


def _notes(profile: pd.DataFrame, in_both: int) -> tuple[Text, ...]:
    suppressed = int(profile["PopTotMFR"].isna().sum())
    return (
        Text(
            f"{len(profile)} aires de diffusion ont un profil ({in_both} lues dans deux fichiers, qui"
            f" concordent) ; faible revenu supprimé dans {suppressed}",
            f"{len(profile)} dissemination areas have a profile ({in_both} read from two files, which"
            f" agree); low income suppressed in {suppressed}",
        ),
    )
