"""Four CIMD scores by dissemination area, each used for a mean and for the highest fifth."""

from __future__ import annotations

from typing import Final

import pandas as pd

from etl.tables import Raw, Tables

_DIMENSIONS: Final = {
    "Residential instability Scores": "cimd_residential_instability",
    "Ethno-cultural composition Scores": "cimd_ethnocultural_composition",
    "Economic dependency Scores": "cimd_economic_dependency",
    "Situational vulnerability Scores": "cimd_situational_vulnerability",
}


def transform(raw: Raw) -> Tables:
    long = raw["scores"].melt("DAUID", list(_DIMENSIONS), "dimension", "score")
    scores = pd.DataFrame(
        {
            "cell_id": "da:" + long["DAUID"],
            "indicator_id": long["dimension"].map(_DIMENSIONS),
            "period": "2021",
            "numerator": long["score"],
            "denominator": float("nan"),
            "status": long["score"].notna().map({True: "ok", False: "no_data"}),
        }
    )
    shares = scores.assign(indicator_id=scores["indicator_id"] + "_top_fifth_pct")
    return Tables(cells=pd.concat([scores, shares], ignore_index=True))
