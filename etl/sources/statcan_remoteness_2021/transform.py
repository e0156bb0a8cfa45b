"""How remote each municipality is from people and services."""

from __future__ import annotations

import pandas as pd

from etl.tables import Raw, Tables
from geodata.text import Text


def transform(raw: Raw) -> Tables:
    index = raw["index"]
    ids = "municipality:" + index["CSDUID"]
    value = index["IOR_Index_of_remoteness"]
    return Tables(
        observations=pd.DataFrame(
            {
                "territory_id": ids,
                "indicator_id": "remoteness_index",
                "period": "2021",
                "value": value,
                "numerator": float("nan"),
                "denominator": float("nan"),
                "status": "ok",
            }
        ),
        notes=_notes(index),
    )


def _notes(index: pd.DataFrame) -> tuple[Text, ...]:
    people = int(index["IOR_CSDpop2021"].sum())
    return (
        Text(
            f"{len(index)} municipalités ont un indice ({people} personnes) ; les autres sont sans donnée",
            f"{len(index)} municipalities have an index ({people} people); the others have no data",
        ),
    )
