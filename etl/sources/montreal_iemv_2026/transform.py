"""Number of dimensions in which each area of the island of Montréal is vulnerable."""

from __future__ import annotations

from typing import Final

import pandas as pd

from etl.tables import Raw, Tables
from geodata.errors import CellError
from geodata.text import Text

_FLAGS: Final = ["flag_soci", "flag_eco", "flag_envi", "flag_prox", "flag_cult", "flag_secu"]


def transform(raw: Raw) -> Tables:
    areas = raw["areas"]
    _require_sum_of_flags(areas)
    return Tables(
        cells=pd.DataFrame(
            {
                "cell_id": "da:" + areas["DAUID"],
                "indicator_id": "iemv_score",
                "period": "2026",
                "numerator": areas["score"],
                "denominator": float("nan"),
                "status": areas["score"].notna().map({True: "ok", False: "no_data"}),
            }
        ),
        notes=(_origin(areas),),
    )


def _origin(areas: pd.DataFrame) -> Text:
    """Say where the values come from: only a reconstruction has a confidence."""
    if areas["conf_ens"].notna().any():
        return Text(
            f"{len(areas)} aires reconstituées d'un dessin de la Ville, non lues dans son fichier",
            f"{len(areas)} areas reconstructed from a drawing by the City, not read from its file",
        )
    return Text(
        f"{len(areas)} aires lues dans le fichier de la Ville, non reconstituées",
        f"{len(areas)} areas read from the City's file, not reconstructed",
    )


def _require_sum_of_flags(areas: pd.DataFrame) -> None:
    """Refuse a score that is not the number of its six flags: the reconstruction went wrong there."""
    wrong = areas["score"].notna() & areas[_FLAGS].sum(axis=1).ne(areas["score"])
    if wrong.any():
        raise CellError(
            Text(
                "Le score n'est pas la somme des six dimensions", "The score is not the sum of six dimensions"
            ),
            where=str(areas.loc[wrong, "DAUID"].iloc[0]),
            hint=Text("reprenez le fichier", "take the file again"),
        )
