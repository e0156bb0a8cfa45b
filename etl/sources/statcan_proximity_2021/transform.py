"""Proximity of services by dissemination area: who has one within reach, and how near it is to them."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from etl.clients.proximity_measures import SERVICES, column
from etl.tables import Raw, Tables

_NAME_OF: Final = {
    "health": "health",
    "pharma": "pharmacy",
    "grocery": "grocery",
    "childcare": "childcare",
    "educpri": "primary_school",
    "educsec": "secondary_school",
    "lib": "library",
}
_FEWEST_KNOWN: Final = 0.70
"""Share of the people of an area below which what is known of its blocks is not given for the whole."""


def transform(raw: Raw) -> Tables:
    areas = raw["areas"]
    parts = [rows for service in SERVICES for rows in (_within(areas, service), _index(areas, service))]
    return Tables(cells=pd.concat(parts, ignore_index=True))


def _within(areas: pd.DataFrame, service: str) -> pd.DataFrame:
    within = areas[column(service, "people_within")]
    known = areas[column(service, "people_known")]
    return _cells(areas, service, "within_pct", within, known)


def _index(areas: pd.DataFrame, service: str) -> pd.DataFrame:
    """Average over the people who have the service within reach; nobody has: not applicable, no gap."""
    sums = areas[column(service, "index_people")]
    within = areas[column(service, "people_within")]
    return _cells(areas, service, "index", sums, within)


def _cells(
    areas: pd.DataFrame, service: str, measure: str, numerator: pd.Series, denominator: pd.Series
) -> pd.DataFrame:
    told = areas[column(service, "people_known")] >= _FEWEST_KNOWN * areas["people"]
    return pd.DataFrame(
        {
            "cell_id": "da:" + areas["DAUID"],
            "indicator_id": f"proximity_{_NAME_OF[service]}_{measure}",
            "period": "2021",
            "numerator": numerator.where(told),
            "denominator": denominator.where(told),
            "status": np.where(told, "ok", "no_data"),
        }
    )
