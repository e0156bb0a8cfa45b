"""A measure for all the people whose access is known, wherever they live."""

from __future__ import annotations

import pandas as pd

from geodata.access.reach import Measured
from geodata.model import Level
from geodata.package import Package


def where_known(package: Package, measured: Measured) -> pd.Series:
    """Sum a measure over the areas where access is known, as a row of ``at_level``.

    For a listing, or a network, that covers a part of Québec only: the whole then has no figure.

    Returns
    -------
    pandas.Series
        ``value, low, high, people, people_within, out_of_reach_people, coverage``; the first three null
        where nobody is known.
    """
    areas = measured.by_area[measured.by_area["known"] & measured.by_area["people"].notna()]
    people = areas["people"]
    everyone = package.level(Level.DA)["pop_2021"].astype("Float64").astype(float)
    covered = everyone.reindex(areas.index).sum() / everyone.sum() if everyone.sum() > 0 else 0.0
    models = {name: _mean(areas[name], people) for name in ("value", "slower", "faster")}
    row = {
        "value": models["value"],
        "low": min(models.values()),
        "high": max(models.values()),
        "people": float(people.sum()),
        "people_within": float(people[areas["within"]].sum()),
        "out_of_reach_people": float(people[areas["out_of_reach"]].sum()),
        "coverage": float(covered),
    }
    return pd.Series(row)


def _mean(values: pd.Series, people: pd.Series) -> float:
    """Average by person over those who have a value; null where nobody has."""
    known = values.notna() & people.gt(0)
    total = float(people[known].sum())
    return float((values[known] * people[known]).sum() / total) if total > 0 else float("nan")
